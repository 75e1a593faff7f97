"""Taking away what has expired: sessions, codes, messages, form tokens, counters."""

import datetime as dt
from typing import Final

from sqlalchemy import delete, or_
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from admin_app.models import (
    Captcha,
    FormToken,
    OneTimeCode,
    OutgoingMessage,
    RateCounter,
    UserSession,
)

EXPIRING: Final = (
    Captcha,
    OneTimeCode,
    OutgoingMessage,
    FormToken,
    RateCounter,
)


STILL_KNOWN: Final = dt.timedelta(days=1)
"""So long it is known whose session is over: a form that is sent in it can be kept."""


def sweep_expired(session: Session, *, now: dt.datetime) -> int:
    """Delete every row whose time is over; returns how many there were."""
    ended, visit = UserSession.expires_at, UserSession.account_id.is_(None)
    unknown = or_(visit, ended < now - STILL_KNOWN)
    sessions = delete(UserSession).where(ended < now, unknown)
    expired = (delete(model).where(model.expires_at < now) for model in EXPIRING)
    swept = 0
    for statement in (sessions, *expired):
        result = session.execute(statement)
        assert isinstance(result, CursorResult)
        swept += result.rowcount
    return swept
