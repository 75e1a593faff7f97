"""Shutting an account until further notice, and opening it again (R04)."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import Account
from admin_app.operations import accounts, audit
from admin_app.permissions import Actor, permits

REASON_LENGTH = 200


def lock_account(
    session: Session, *, actor: Actor, account: Account, reason: str
) -> None:
    """Let nobody sign in with the account, and end its sessions at once."""
    _refuse_others(actor)
    if account.id == actor.account_id:
        raise Refused("不能锁定本人正在使用的账号。")
    if account.is_disabled:
        raise Conflict("该账号已锁定，请刷新后查看。")
    if account.is_superuser and not _other_superusers(session, account):
        raise Refused("这是最后一名在用的系统管理员，不能锁定。")
    if len(reason) > REASON_LENGTH:
        raise Refused("锁定原因最多 %(most)s 字，请缩短。", most=REASON_LENGTH)
    account.is_disabled, account.disabled_reason = True, reason
    session.flush()
    accounts.end_sessions(session, account_id=account.id)
    audit.record(
        session,
        "lock_account",
        object_kind="account",
        object_id=account.id,
        after={"reason": reason},
    )


def unlock_account(session: Session, *, actor: Actor, account: Account) -> None:
    """Open a locked account; the caller forgets its wrong passwords as well (AU-02)."""
    _refuse_others(actor)
    account.is_disabled, account.disabled_reason = False, ""
    session.flush()
    audit.record(session, "unlock_account", object_kind="account", object_id=account.id)


def note_unlocking(session: Session, *, account: Account) -> None:
    """Write down that an administrator has lifted the lock of wrong passwords (AU-03)."""
    audit.record(session, "unlock_account", object_kind="account", object_id=account.id)


def end_every_session(session: Session, *, actor: Actor, account: Account) -> None:
    """Sign the account out everywhere; who is signed in nowhere is told as refused."""
    _refuse_others(actor)
    if account.id == actor.account_id:
        raise Refused("本人的登录请到“登录与安全”中管理。")
    if not accounts.end_sessions(session, account_id=account.id):
        raise Refused("该账号当前没有登录，无需结束会话。")


def _refuse_others(actor: Actor) -> None:
    if not permits(actor, "accounts:disable"):
        raise Forbidden("只有系统管理员可以办理。")


def _other_superusers(session: Session, account: Account) -> int:
    others = select(func.count()).where(
        Account.is_superuser, ~Account.is_disabled, Account.id != account.id
    )
    return session.scalar(others.select_from(Account)) or 0
