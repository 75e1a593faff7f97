"""Taking away what has expired: sessions, codes, messages, form tokens, counters."""

import datetime as dt
from typing import Final

from sqlalchemy import delete
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
    UserSession,
    Captcha,
    OneTimeCode,
    OutgoingMessage,
    FormToken,
    RateCounter,
)


def sweep_expired(session: Session, *, now: dt.datetime) -> int:
    """Delete every row whose time is over; returns how many there were."""
    swept = 0
    for model in EXPIRING:
        result = session.execute(delete(model).where(model.expires_at < now))
        assert isinstance(result, CursorResult)
        swept += result.rowcount
    return swept
