"""Who is told of what the workflow does: as the message rules say, once for a batch."""

import datetime as dt
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Insert,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    cast,
    distinct,
    exists,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from admin_app.dialects import JsonObject, among_named
from admin_app.enums import Action, MessageEvent, MessageTopic, RecordKind
from admin_app.models import Account, Message, WorkflowEvent
from admin_app.operations.history import Act
from admin_app.operations.messages import (
    as_ruled,
    leaving,
    tell_as_ruled,
    told_alike,
)
from admin_app.operations.together import write
from admin_app.operations.urges import deciders
from config.logging import mask

INBOX: Final = "/admin/inbox/?kind="
OWN_PAGES: Final[Mapping[RecordKind, str]] = {
    RecordKind.declaration: "/me/declarations",
    RecordKind.transfer: "/me/transfer",
}
UNIT_PAGES: Final[Mapping[RecordKind, str]] = {
    RecordKind.declaration: "/admin/unit-declarations/",
    RecordKind.transfer: "/admin/transfer-log/",
}
"""Where a person, and a unit that asked for them, read what became of a record."""
ARRIVED: Final = "有%(kind)s待您单位审核，请及时办理。"
URGED: Final = "申请人催办：有待审核事项已等待 %(days)s 天，请尽快办理。"
OUTCOMES: Final[Mapping[tuple[Action, bool], str]] = {
    (Action.approve, True): "您的%(kind)s已审核通过。",
    (Action.approve, False): "您的 %(n)s 项%(kind)s已审核通过。",
    (Action.reject, True): "您的%(kind)s未通过审核，原因：%(reason)s",
    (Action.reject, False): "您的 %(n)s 项%(kind)s未通过审核，原因：%(reason)s",
}
"""Sentences by the decision, and by whether it is about one record."""
EVENTS: Final = {
    Action.approve: MessageEvent.approved,
    Action.reject: MessageEvent.rejected,
}
IN_OTHER_WORDS: Final = frozenset(
    {
        (RecordKind.transfer, Action.approve),
        (RecordKind.succession, Action.approve),
    }
)
"""Told by what follows from the decision, which knows to whom to say what."""


def tell_of_arrival(
    session: Session, act: Act, unit_id: int, *, permission: str
) -> None:
    """Tell who decides by this permission that something of this kind waits for them.

    Who has not read the last such message yet gets no other one.
    """
    about = {
        "decider": unit_id,
        "deciding": permission,
        "about": {"kind": act.kind.label},
        "page": f"{INBOX}{act.kind.name}",
    }
    topic = MessageTopic[act.kind.name]
    ruled = as_ruled(topic, MessageEvent.arrived, now=act.now)
    write(session, _ARRIVAL, about | ruled)


def _arrival() -> Insert:
    page = bindparam("page", type_=Message.url.type)
    asked = deciders(unit_id=bindparam("decider"), permission=bindparam("deciding"))
    decider = asked.subquery()
    unread = exists().where(
        Message.account_id == decider.c.account_id,
        Message.read_at.is_(None),
        Message.url == page,
    )
    told = select(
        decider.c.account_id,
        literal(ARRIVED, Message.sentence.type),
        bindparam("about", type_=Message.values.type),
        page,
    )
    return leaving(told.where(~unread))


_ARRIVAL: Final = _arrival()


def tell_of_urging(
    session: Session,
    kind: RecordKind,
    unit_id: int,
    *,
    permission: str,
    days: int,
    now: dt.datetime,
) -> None:
    """Tell who decides by this permission that somebody waits and asks for haste."""
    accounts = session.scalars(deciders(unit_id=unit_id, permission=permission))
    url = f"{INBOX}{kind.name}&urged=1"
    told = told_alike(accounts, URGED, url, days=days)
    topic = MessageTopic[kind.name]
    tell_as_ruled(session, topic, MessageEvent.urged, told, now=now)


def tell_of_outcome(
    session: Session,
    act: Act,
    record_ids: Collection[int],
    *,
    model: Any,
    subject: str | None,
) -> None:
    """Tell whoever sent the records, and whom they are about, what was decided.

    Each is told once of all their own; `subject` is the column with the person.
    """
    if not record_ids or (act.kind, act.action) in IN_OTHER_WORDS:
        return
    about = {
        "decided": sorted(record_ids),
        "decided_by": act.actor.account_id,
        "words": mask(act.comment),
    }
    topic = MessageTopic[act.kind.name]
    ruled = as_ruled(topic, EVENTS[act.action], now=act.now)
    write(session, _outcome(act.kind, act.action, model, subject), about | ruled)


@cache
def _outcome(
    kind: RecordKind, action: Action, model: Any, subject: str | None
) -> Insert:
    concerned = union_all(*_subjects(model, subject), _senders(kind)).subquery()
    count = func.count(distinct(concerned.c.record_id))
    is_single, is_own = count == 1, func.max(concerned.c.is_own) == 1
    label, words = cast(kind.label, Text), cast(bindparam("words"), Text)
    told = (
        select(
            concerned.c.account_id,
            case((is_single, OUTCOMES[action, True]), else_=OUTCOMES[action, False]),
            JsonObject("kind", label, "n", count, "reason", words),
            case((is_own, OWN_PAGES.get(kind, "")), else_=UNIT_PAGES.get(kind, "")),
        )
        .where(concerned.c.account_id != bindparam("decided_by"))
        .group_by(concerned.c.account_id)
    )
    return leaving(told)


def _subjects(model: Any, subject: str | None) -> list[Select[Any, int, int]]:
    if subject is None:
        return []
    return [
        select(Account.id.label("account_id"), model.id.label("record_id"), _own(1))
        .join(model, getattr(model, subject) == Account.person_id)
        .where(among_named(model.id, "decided"))
    ]


def _senders(kind: RecordKind) -> Select[Any, int, int]:
    event = WorkflowEvent
    latest = (
        select(func.max(event.id))
        .where(event.kind == kind, among_named(event.record_id, "decided"))
        .where(event.action == Action.submit)
        .group_by(event.record_id)
    )
    return select(
        event.actor_account_id.label("account_id"), event.record_id, _own(0)
    ).where(event.id.in_(latest), event.actor_account_id.is_not(None))


def _own(flag: int) -> ColumnElement[int]:
    return literal(flag, Integer).label("is_own")
