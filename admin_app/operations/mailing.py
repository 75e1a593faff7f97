"""What accounts are told, by mail as well: one mail for all that waits, never a flood."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from admin_app.enums import Channel
from admin_app.models import Account, Message, Person, VerifiedContact
from admin_app.operations.outgoing import write_message

MOST: Final = 1_000
TOLD: Final = 10
"""So many sentences stand in one mail; the others are counted."""
LONGEST: Final = 2_000
WORTH: Final = dt.timedelta(days=1)
SUBJECT: Final = "继续教育平台有 %(n)s 条新消息"
MORE: Final = "……共 %(n)s 条，请登录平台在“消息”中查看。"
END: Final = "请登录平台办理或查看。"


Words = Callable[[str, str, Mapping[str, object]], str]
"""Puts a sentence with its values into a language, which is named first."""


def write_mails(
    session: Session, *, words: Words, is_served: bool, now: dt.datetime
) -> int:
    """Write one mail for each account that has a verified address and has not read yet.

    Returns how many; where no mail is served, what waited is only taken off the list.
    """
    waiting = list(
        session.scalars(
            select(Message)
            .where(Message.is_to_mail)
            .order_by(Message.id)
            .limit(MOST)
            .with_for_update(skip_locked=True)
        )
    )
    unread = defaultdict(list)
    for message in waiting:
        if message.read_at is None:
            unread[message.account_id].append(message)
    readers = _readers(session, unread) if is_served else []
    for account_id, locale, address in readers:
        messages = unread[account_id]
        count = {"n": len(messages)}
        lines = [words(locale, each.sentence, each.values) for each in messages[:TOLD]]
        end = END if len(messages) <= TOLD else MORE
        write_message(
            session,
            channel=Channel.email,
            address=address,
            subject=words(locale, SUBJECT, count),
            body="\n".join([*lines, words(locale, end, count)])[:LONGEST],
            until=now + WORTH,
        )
    session.execute(
        update(Message)
        .where(Message.id.in_([message.id for message in waiting]))
        .values(is_to_mail=False)
    )
    return len(readers)


def _readers(session: Session, accounts: Collection[int]) -> list[tuple[int, str, str]]:
    """Return accounts with language and address: verified, and still the person's own."""
    rows = session.execute(
        select(Account.id, Account.locale, Person, VerifiedContact)
        .join(Person, Person.id == Account.person_id)
        .join(VerifiedContact, VerifiedContact.person_id == Person.id)
        .where(Account.id.in_(accounts), VerifiedContact.channel == Channel.email)
    )
    return [
        (account_id, locale, contact.address)
        for account_id, locale, person, contact in rows
        if contact.address == person.email
    ]
