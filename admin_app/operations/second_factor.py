"""两步验证: a code of the own telephone beside the password (AU-12)."""

import datetime as dt
import hashlib
import secrets
from typing import Final

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from admin_app.errors import Forbidden, Refused
from admin_app.models import Account, Authenticator, RecoveryCode
from admin_app.operations import audit
from admin_app.operations.messages import tell
from admin_app.permissions import Actor
from admin_app.postgres import SAME_PLAN
from admin_app.rules.totp import (
    RECOVERY_BYTES,
    RECOVERY_CODES,
    SECRET_BYTES,
    matching_step,
    plain_code,
    secret_text,
)

WRONG_CODE: Final = "动态口令不正确或已使用过，请等手机上显示下一个再输入。"
WRONG_RECOVERY_CODE: Final = "恢复码不正确或已使用过，请核对后重新输入。"
SECURITY_PAGE: Final = "/account/security"


def new_secret() -> str:
    """Return a secret that nobody has yet."""
    return secret_text(secrets.token_bytes(SECRET_BYTES))


def has_authenticator(session: Session, account_id: int) -> bool:
    """Tell whether the account signs in with a code."""
    return session.scalar(_OWN, {"account": account_id}) is not None


_OWN: Final = (
    select(Authenticator.id)
    .where(Authenticator.account_id == bindparam("account"))
    .execution_options(**SAME_PLAN)
)


def recovery_codes_left(session: Session, account_id: int) -> int:
    """Return how many recovery codes have not been used."""
    statement = select(func.count()).where(*_unused(account_id))
    return session.scalar(statement.select_from(RecoveryCode)) or 0


def switch_on(
    session: Session, *, account_id: int, secret: str, code: str, now: dt.datetime
) -> list[str]:
    """Ask for codes of this secret from now on; return the recovery codes, told once."""
    step = matching_step(secret, code, now=now, after=0)
    if step is None:
        raise Refused(WRONG_CODE, field="code")
    # Two that set it up at once come one after the other.
    session.get_one(Account, account_id, with_for_update=True)
    if has_authenticator(session, account_id):
        raise Refused("两步验证已经开启；要换手机，请先关闭再重新开启。")
    session.add(
        Authenticator(
            account_id=account_id, secret=secret, last_step=step, confirmed_at=now
        )
    )
    codes = [_new_recovery_code() for _number in range(RECOVERY_CODES)]
    session.execute(
        insert(RecoveryCode),
        [
            {"account_id": account_id, "code_hash": _hashed(account_id, code)}
            for code in codes
        ],
    )
    _note(session, "second_factor_on", account_id)
    tell(
        session,
        account_ids=[account_id],
        sentence="您的账号已开启两步验证。",
        now=now,
        url=SECURITY_PAGE,
    )
    return codes


def take_either(
    session: Session,
    *,
    account_id: int,
    code: str,
    recovery_code: str,
    now: dt.datetime,
) -> None:
    """Use up the recovery code if one was typed, else the authenticator's."""
    if recovery_code.strip():
        take_recovery_code(session, account_id=account_id, code=recovery_code, now=now)
    else:
        take_code(session, account_id=account_id, code=code, now=now)


def take_code(
    session: Session, *, account_id: int, code: str, now: dt.datetime
) -> None:
    """Use a code of the authenticator up, or refuse it; each is taken once, ever."""
    found = session.scalar(
        select(Authenticator).where(Authenticator.account_id == account_id)
    )
    step = found and matching_step(found.secret, code, now=now, after=found.last_step)
    if not step:
        raise Refused(WRONG_CODE, field="code")
    # Of several that send the same code at once, one moves the step.
    taken = session.execute(
        update(Authenticator)
        .where(Authenticator.account_id == account_id, Authenticator.last_step < step)
        .values(last_step=step)
        .returning(Authenticator.id)
    ).all()
    if not taken:
        raise Refused(WRONG_CODE, field="code")


def take_recovery_code(
    session: Session, *, account_id: int, code: str, now: dt.datetime
) -> None:
    """Use a recovery code up in place of the authenticator, or refuse it."""
    taken = session.execute(
        update(RecoveryCode)
        .where(
            *_unused(account_id),
            RecoveryCode.code_hash == _hashed(account_id, plain_code(code)),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    ).all()
    if not taken:
        raise Refused(WRONG_RECOVERY_CODE, field="recovery_code")
    _note(session, "recovery_code", account_id)
    tell(
        session,
        account_ids=[account_id],
        sentence="您的账号用恢复码登录了一次，还剩 %(left)s 个。若非本人操作，请立即修改密码。",
        left=recovery_codes_left(session, account_id),
        now=now,
        url=SECURITY_PAGE,
    )


def switch_off(
    session: Session, *, account_id: int, now: dt.datetime, reason: str = ""
) -> None:
    """Ask for codes no more; who may ask for this is the caller's matter."""
    for model in (RecoveryCode, Authenticator):
        session.execute(delete(model).where(model.account_id == account_id))
    _note(session, "second_factor_off", account_id, reason)
    tell(
        session,
        account_ids=[account_id],
        sentence="您的账号已关闭两步验证。若非本人操作，请立即修改密码。",
        now=now,
        url=SECURITY_PAGE,
    )


def take_off(
    session: Session, *, actor: Actor, account_id: int, reason: str, now: dt.datetime
) -> None:
    """Let somebody who lost telephone and recovery codes in by the password again."""
    if not actor.is_superuser:
        raise Forbidden("只有系统管理员可以关闭他人的两步验证。")
    if account_id == actor.account_id:
        raise Refused("本人的两步验证请到“登录与安全”中关闭。")
    if not has_authenticator(session, account_id):
        raise Refused("该账号没有开启两步验证。")
    switch_off(session, account_id=account_id, now=now, reason=reason)


def _new_recovery_code() -> str:
    return secret_text(secrets.token_bytes(RECOVERY_BYTES))


def _hashed(account_id: int, code: str) -> str:
    return hashlib.sha256(f"{account_id}:{code}".encode()).hexdigest()


def _unused(account_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        RecoveryCode.account_id == account_id,
        RecoveryCode.used_at.is_(None),
    )


def _note(session: Session, action: str, account_id: int, reason: str = "") -> None:
    audit.record(
        session,
        action,
        object_kind="account",
        object_id=account_id,
        after={"reason": reason} if reason else None,
    )
