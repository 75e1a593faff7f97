"""What is done to logins: reset, lock, unlock, sign out; by the platform and by units."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin_app import models as m
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.operations import administrators, locks
from admin_app.permissions import Actor
from admin_app.views.admin.actions import BatchAction, Run, Seen, apart
from admin_app.web import entrance
from admin_app.web.clock import now
from admin_app.workflows import BatchResult
from config.settings import Settings

AT_ONCE: Final = 20
"""Each is told to its owner in person; and a password takes its time to be hashed."""

Act = Callable[[Session, Actor, m.Account, str], str | None]
"""Does it to one account, for a reason; returns what to tell of it."""


def each(act: Act, key: Any = m.Account.id) -> Run:
    """Return what does `act` to the account of each row, refusals apart.

    `key` is the column of the account by which the rows of the screen are known.
    """

    def run(actor: Actor, seen: Seen, comment: str) -> BatchResult:
        session = db.session()
        if len(seen) > AT_ONCE:
            raise Refused("一次最多办理 %(most)s 个账号，请分次办理。", most=AT_ONCE)
        found = session.scalars(
            select(m.Account)
            .where(key.in_(list(seen)))
            .options(joinedload(m.Account.person))
            .execution_options(populate_existing=True)
        )
        accounts = {getattr(account, key.key): account for account in found}
        return apart(
            sorted(seen),
            lambda key: act(session, actor, _known(accounts, key), comment),
        )

    return run


def reset(session: Session, actor: Actor, account: m.Account, _reason: str) -> str:
    """Give the account a password that works once, and say what to tell its owner."""
    settings: Settings = current_app.extensions["settings"]
    activation = administrators.activation_code() if settings.reset_second_proof else ""
    code = administrators.reset_password(
        session, actor=actor, account=account, now=now(), activation=activation
    )
    entrance.unlock(session, account.person.id_number)
    if code is not None:
        return str(_(TELL_CODE, code=code))
    if activation:
        return str(_(TELL_ACTIVATION, code=activation))
    return str(_(TELL_INITIAL))


def lock(session: Session, actor: Actor, account: m.Account, reason: str) -> None:
    """Shut the account."""
    locks.lock_account(session, actor=actor, account=account, reason=reason)


def unlock(session: Session, actor: Actor, account: m.Account, _reason: str) -> None:
    """Open the account, and forget its wrong passwords."""
    locks.unlock_account(session, actor=actor, account=account)
    entrance.unlock(session, account.person.id_number)


def forgive(session: Session, _actor: Actor, account: m.Account, _reason: str) -> None:
    """Forget the wrong passwords of somebody in scope (AU-03)."""
    locks.note_unlocking(session, account=account)
    entrance.unlock(session, account.person.id_number)


def sign_out(session: Session, actor: Actor, account: m.Account, _reason: str) -> None:
    """End every session of the account."""
    locks.end_every_session(session, actor=actor, account=account)


def _known(accounts: Mapping[int, m.Account], row_id: int) -> m.Account:
    if row_id not in accounts:
        raise Refused("该人员没有登录账号，请本人先注册。")
    return accounts[row_id]


TELL_INITIAL: Final = (
    "请告知本人：初始密码为身份证号码后 6 位（X 大写），24 小时内有效，"
    "只能登录一次，登录后须立即修改密码。"
)
TELL_ACTIVATION: Final = (
    "请告知本人：初始密码为身份证号码后 6 位（X 大写），激活码为 %(code)s；"
    "24 小时内有效，只能登录一次，登录后须凭激活码立即修改密码。离开本页后不再显示。"
)
TELL_CODE: Final = (
    "请当面或电话告知本人一次性密码 %(code)s：24 小时内有效，只能登录一次，"
    "登录后须立即修改密码。离开本页后不再显示。"
)
RESET_QUESTION: Final = (
    "确定重置这 %(n)s 人的密码吗？重置后原密码失效，已登录的设备全部退出。"
)

ACCOUNT_ACTIONS: Final = (
    BatchAction(
        name="reset_password",
        label="重置密码",
        verb="reset_password",
        run=each(reset),
        question=RESET_QUESTION,
        icon="key",
    ),
    BatchAction(
        name="lock",
        label="锁定",
        verb="disable",
        run=each(lock),
        question="确定锁定这 %(n)s 个账号吗？锁定后立即退出，直到解锁都不能登录。",
        needs_reason=True,
        reason_label="锁定原因",
        reasons=("本人申请停用", "重复注册", "账号疑似被盗用", "已离职或去世"),
        style="danger",
        icon="lock",
    ),
    BatchAction(
        name="unlock",
        label="解锁",
        verb="disable",
        run=each(unlock),
        question="确定解锁这 %(n)s 个账号吗？因多次输错密码造成的限制也一并解除。",
        icon="check",
    ),
    BatchAction(
        name="end_sessions",
        label="结束会话",
        verb="disable",
        run=each(sign_out),
        question="确定结束这 %(n)s 个账号的全部登录吗？他们可以重新登录。",
        icon="logout",
    ),
)
"""What the platform does to accounts (R04)."""

PERSON_ACTIONS: Final = (
    BatchAction(
        name="reset_password",
        label="重置密码",
        verb="reset_password",
        run=each(reset, m.Account.person_id),
        question=RESET_QUESTION,
        icon="key",
    ),
    BatchAction(
        name="unlock",
        label="解除登录限制",
        verb="reset_password",
        run=each(forgive, m.Account.person_id),
        question="确定解除这 %(n)s 人因多次输错密码造成的登录限制吗？密码不变。",
        icon="check",
    ),
)
"""What a unit does to the logins of its people (P27, U42, AU-03)."""
