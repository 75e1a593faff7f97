"""Messages to people: written with what they tell of, sent afterwards by a job."""

import datetime as dt
from typing import Final

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from admin_app.enums import Channel
from admin_app.models import OutgoingMessage

LEASE: Final = dt.timedelta(seconds=50)
"""Who has not sent a message by then is taken for dead, and another one tries."""


def write_message(
    session: Session,
    *,
    channel: Channel,
    address: str | None,
    subject: str,
    body: str,
    until: dt.datetime,
) -> OutgoingMessage:
    """Put a message on its way; it is worthless after `until`."""
    message = OutgoingMessage(
        channel=channel, address=address, subject=subject, body=body, expires_at=until
    )
    session.add(message)
    session.flush()
    return message


def due_messages(session: Session, *, now: dt.datetime) -> list[int]:
    """Return what waits to be sent and nobody is sending, oldest first."""
    return list(
        session.scalars(
            select(OutgoingMessage.id).where(_is_due(now)).order_by(OutgoingMessage.id)
        )
    )


def take_message(
    session: Session, *, message_id: int, now: dt.datetime
) -> OutgoingMessage | None:
    """Return the message to whoever takes it first, for the time of a lease."""
    taken = session.scalar(
        update(OutgoingMessage)
        .where(OutgoingMessage.id == message_id, _is_due(now))
        .values(lease_until=now + LEASE)
        .returning(OutgoingMessage.id)
    )
    return None if taken is None else session.get(OutgoingMessage, taken)


def _is_due(now: dt.datetime) -> ColumnElement[bool]:
    is_free = or_(
        OutgoingMessage.lease_until.is_(None), OutgoingMessage.lease_until <= now
    )
    return is_free & (OutgoingMessage.expires_at > now)
