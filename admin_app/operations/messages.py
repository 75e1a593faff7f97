"""Messages: what the platform tells an account, and what of it has been read."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Insert, Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from admin_app.dialects import table_of
from admin_app.enums import MessageEvent, MessageTopic
from admin_app.models import Message, MessageRule
from config.logging import mask

PAGE: Final = 20


def tell(
    session: Session,
    *,
    account_ids: Iterable[int],
    sentence: str,
    now: dt.datetime,
    url: str = "",
    **values: object,
) -> None:
    """Leave a message for each of these accounts, once each, whatever the rules say.

    It is for what guards an account or the lead of a unit; the rest is told by
    `tell_as_ruled`. `sentence` is a Chinese template as in `Refused` (`%(name)s`, filled
    from `values`), translated when it is read; `url` is a path of ours where the reader can act.
    Personal numbers in the values are masked.
    """
    alike = told_alike(account_ids, sentence, url, **values)
    _write(session, alike, now=now, is_to_mail=False)


@dataclass(frozen=True, slots=True)
class Told:
    """What one account is told."""

    account_id: int
    sentence: str
    url: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


def told_alike(
    account_ids: Iterable[int], sentence: str, url: str = "", /, **values: object
) -> Iterator[Told]:
    """Yield the same message for each of these accounts, once each."""
    for account_id in dict.fromkeys(account_ids):
        yield Told(account_id, sentence, url, values)


def tell_as_ruled(
    session: Session,
    topic: MessageTopic,
    event: MessageEvent,
    told: Iterable[Told],
    *,
    now: dt.datetime,
) -> None:
    """Leave these messages in one statement, if and as the rule of the event says.

    Where nothing is told, `told` is not read.
    """
    rule = session.scalar(
        select(MessageRule).where(
            MessageRule.kind == topic, MessageRule.event == event, MessageRule.is_told
        )
    )
    if rule is not None:
        _write(session, told, now=now, is_to_mail=rule.is_mailed)


def leaving(told: Select[*tuple[Any, ...]]) -> Insert:
    """Return the statement that leaves the messages that another one finds.

    `told` gives account, sentence, values and url of each. It is run with `as_ruled`:
    nothing is left where the rule of the event says so.
    """
    rule, rows = MessageRule, told.subquery()
    is_event = rule.event == bindparam("rule_event")
    is_ruled = (rule.kind == bindparam("rule_kind")) & is_event & rule.is_told
    at = bindparam("told_at", type_=Message.at.type)
    messages = select(*rows.c, at, rule.is_mailed).join_from(rows, rule, is_ruled)
    columns = ("account_id", "sentence", "values", "url", "at", "is_to_mail")
    statement = insert(table_of(Message))
    return statement.from_select(columns, messages, include_defaults=False)


def as_ruled(
    topic: MessageTopic, event: MessageEvent, *, now: dt.datetime
) -> dict[str, object]:
    """Return which rule a statement of `leaving` follows, and when."""
    return {"rule_kind": topic, "rule_event": event, "told_at": now}


def _write(
    session: Session, told: Iterable[Told], *, now: dt.datetime, is_to_mail: bool
) -> None:
    rows = [
        {
            "account_id": each.account_id,
            "sentence": each.sentence,
            "values": {name: _plain(value) for name, value in each.values.items()},
            "url": each.url,
            "at": now,
            "is_to_mail": is_to_mail,
        }
        for each in told
    ]
    if rows:
        session.execute(insert(Message), rows)


@dataclass(frozen=True, slots=True)
class Messages:
    """One page of an account's messages, newest first."""

    rows: list[Message]
    next_before: int | None


def messages_of(
    session: Session, *, account_id: int, before: int | None = None, limit: int = PAGE
) -> Messages:
    """Return a page of what an account was told."""
    statement = (
        select(Message)
        .where(Message.account_id == account_id)
        .order_by(Message.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(Message.id < before)
    rows = list(session.scalars(statement))
    following = rows[limit - 1].id if len(rows) > limit else None
    return Messages(rows[:limit], following)


def find_message(
    session: Session, *, account_id: int, message_id: int
) -> Message | None:
    """Return one message of the account, None for anybody else's."""
    return session.scalar(
        select(Message).where(
            Message.id == message_id, Message.account_id == account_id
        )
    )


def mark_read(
    session: Session,
    *,
    account_id: int,
    now: dt.datetime,
    message_id: int | None = None,
) -> None:
    """Note that one message was read, or without `message_id` every one."""
    statement = update(Message).where(
        Message.account_id == account_id, Message.read_at.is_(None)
    )
    if message_id is not None:
        statement = statement.where(Message.id == message_id)
    session.execute(statement.values(read_at=now))


def _plain(value: object) -> object:
    return value if isinstance(value, int) else mask(str(value))
