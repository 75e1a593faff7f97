"""Which of a person's addresses are shown to be theirs (P26, AU-09)."""

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.enums import Channel
from admin_app.errors import Conflict
from admin_app.models import Account, Person, VerifiedContact
from admin_app.operations import audit


def address_of(person: Person, channel: Channel) -> str | None:
    """Return the person's present address on this channel."""
    return person.mobile if channel is Channel.mobile else person.email


def verified_addresses(
    session: Session, *, account_id: int | None
) -> dict[Channel, str]:
    """Return the present addresses that were verified; asks as much without an account."""
    rows = session.execute(
        select(VerifiedContact, Person)
        .join(VerifiedContact.person)
        .join(Account, Account.person_id == Person.id)
        .where(Account.id == (account_id or 0))
    ).all()
    verified = {row.channel: row.address for row, _person in rows}
    return {
        channel: verified[channel]
        for channel in Channel
        for _row, person in rows[:1]
        if verified.get(channel) and verified[channel] == address_of(person, channel)
    }


def note_verified(
    session: Session,
    *,
    person: Person,
    channel: Channel,
    address: str,
    now: dt.datetime,
) -> None:
    """Write down that the person holds this address; one changed meanwhile is refused."""
    if address_of(person, channel) != address:
        raise Conflict("号码或邮箱刚刚已被修改，请重新获取验证码。")
    kept = session.scalar(
        select(VerifiedContact).where(
            VerifiedContact.person_id == person.id, VerifiedContact.channel == channel
        )
    )
    if kept is None:
        kept = VerifiedContact(person_id=person.id, channel=channel)
        session.add(kept)
    kept.address, kept.verified_at = address, now
    audit.record(
        session,
        "verify_contact",
        object_kind="person",
        object_id=person.id,
        after={"channel": channel},
    )
    session.flush()
