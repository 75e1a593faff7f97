"""Where an account is signed in, and the end of it (AU-07)."""

import datetime as dt
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin_app.errors import Refused
from admin_app.models import UserSession
from admin_app.operations import audit

MOST: Final = 50
"""More sessions than anybody looks through; the latest are shown."""


def sessions_of(
    session: Session, *, account_id: int, now: dt.datetime
) -> list[UserSession]:
    """Return where the account is signed in, the last seen first."""
    statement = (
        select(UserSession)
        .where(UserSession.account_id == account_id, UserSession.expires_at > now)
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
        .limit(MOST)
    )
    return list(session.scalars(statement))


def end_oldest(session: Session, *, account_id: int, most: int) -> None:
    """End the account's sessions but for so many, those that were used last (AU-06)."""
    own = UserSession.account_id == account_id
    latest = (UserSession.last_seen_at.desc(), UserSession.id.desc())
    kept = select(UserSession.id).where(own).order_by(*latest).limit(most)
    oldest = delete(UserSession).where(own, UserSession.id.not_in(kept))
    if ended := session.execute(oldest.returning(UserSession.id)).all():
        _note_end(session, account_id, len(ended))


def end_session(
    session: Session, *, account_id: int, session_id: int, own_id: int | None
) -> None:
    """End one other session of the account; its browser is a visitor's from now on."""
    if session_id == own_id:
        raise Refused("这是您正在使用的登录；要结束它，请点击右上角的“退出”。")
    ended = session.execute(
        delete(UserSession)
        .where(UserSession.id == session_id, UserSession.account_id == account_id)
        .returning(UserSession.id)
    ).all()
    if not ended:
        raise Refused("该设备已经退出登录，无需再次下线。")
    _note_end(session, account_id, len(ended))


def _note_end(session: Session, account_id: int, count: int) -> None:
    audit.record(
        session,
        "end_sessions",
        object_kind="account",
        object_id=account_id,
        after={"count": count},
    )
