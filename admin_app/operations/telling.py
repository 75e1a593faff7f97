"""Who is told of what the workflow does: as the message rules say, once for a batch."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin_app.enums import Action, MessageEvent, MessageTopic, RecordKind
from admin_app.models import Account, Message, WorkflowEvent
from admin_app.operations.history import Act
from admin_app.operations.messages import Told, tell_as_ruled, told_alike
from admin_app.operations.urges import deciders

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
    arrivals = _arrivals(session, act, unit_id, permission)
    _tell(session, act, MessageEvent.arrived, arrivals)


def _arrivals(
    session: Session, act: Act, unit_id: int, permission: str
) -> Iterator[Told]:
    url = f"{INBOX}{act.kind.name}"
    accounts = deciders(session, unit_id=unit_id, permission=permission)
    unread = select(Message.account_id).where(
        Message.account_id.in_(accounts), Message.read_at.is_(None), Message.url == url
    )
    known = set(session.scalars(unread))
    words = {"kind": act.kind.label}
    for account_id in accounts:
        if account_id not in known:
            yield Told(account_id, ARRIVED, url, words)


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
    accounts = deciders(session, unit_id=unit_id, permission=permission)
    url = f"{INBOX}{kind.name}&urged=1"
    told = told_alike(accounts, URGED, url, days=days)
    topic = MessageTopic[kind.name]
    tell_as_ruled(session, topic, MessageEvent.urged, told, now=now)


def tell_of_outcome(
    session: Session, act: Act, record_ids: Sequence[int], *, subject: Any
) -> None:
    """Tell whoever sent the records, and whom they are about, what was decided.

    Each is told once of all their own; `subject` is the column with the person.
    """
    if record_ids and (act.kind, act.action) not in IN_OTHER_WORDS:
        outcomes = _outcomes(session, act, record_ids, subject)
        _tell(session, act, EVENTS[act.action], outcomes)


def _outcomes(
    session: Session, act: Act, record_ids: Sequence[int], subject: Any
) -> Iterator[Told]:
    own = _subjects(session, record_ids, subject)
    concerned = defaultdict(set)
    for account_id, record_id in [*own, *_senders(session, act, record_ids)]:
        concerned[account_id].add(record_id)
    concerned.pop(act.actor.account_id, None)
    people = {account_id for account_id, _record_id in own}
    for account_id, records in concerned.items():
        pages = OWN_PAGES if account_id in people else UNIT_PAGES
        words = {
            "kind": act.kind.label,
            "n": len(records),
            "reason": act.comment,
        }
        sentence = OUTCOMES[act.action, len(records) == 1]
        yield Told(account_id, sentence, pages.get(act.kind, ""), words)


def _tell(
    session: Session, act: Act, event: MessageEvent, told: Iterator[Told]
) -> None:
    tell_as_ruled(session, MessageTopic[act.kind.name], event, told, now=act.now)


def _subjects(
    session: Session, record_ids: Sequence[int], subject: Any
) -> Sequence[tuple[int, int]]:
    if subject is None:
        return []
    model = subject.class_
    return session.execute(
        select(Account.id, model.id)
        .join(model, subject == Account.person_id)
        .where(model.id.in_(record_ids))
    ).all()


def _senders(
    session: Session, act: Act, record_ids: Sequence[int]
) -> Sequence[tuple[int, int]]:
    event = WorkflowEvent
    latest = (
        select(func.max(event.id))
        .where(event.kind == act.kind, event.record_id.in_(record_ids))
        .where(event.action == Action.submit)
        .group_by(event.record_id)
    )
    rows = session.execute(
        select(event.actor_account_id, event.record_id).where(event.id.in_(latest))
    )
    return [(account_id, key) for account_id, key in rows if account_id is not None]
