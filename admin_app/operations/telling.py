"""Who is told of what the workflow does: as the message rules say, once for a batch."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin_app.enums import Action, MessageEvent, RecordKind
from admin_app.models import Account, Message, MessageRule, WorkflowEvent
from admin_app.operations.history import Act
from admin_app.operations.messages import Told, tell_each
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


def tell_of_arrival(
    session: Session, act: Act, unit_id: int, *, permission: str
) -> None:
    """Tell who decides by this permission that something of this kind waits for them.

    Who has not read the last such message yet gets no other one.
    """
    rule = _rule(session, act.kind, MessageEvent.arrived)
    if rule is None:
        return
    url = f"{INBOX}{act.kind.name}"
    accounts = deciders(session, unit_id=unit_id, permission=permission)
    unread = select(Message.account_id).where(
        Message.account_id.in_(accounts), Message.read_at.is_(None), Message.url == url
    )
    known = set(session.scalars(unread))
    words = {"kind": act.kind.label}
    told = [
        Told(account_id, ARRIVED, url, words, is_to_mail=rule.is_mailed)
        for account_id in accounts
        if account_id not in known
    ]
    tell_each(session, told, now=act.now)


def tell_of_outcome(
    session: Session, act: Act, record_ids: Sequence[int], *, subject: Any
) -> None:
    """Tell whoever sent the records, and whom they are about, what was decided.

    Each is told once of all their own; `subject` is the column with the person.
    """
    rule = _rule(session, act.kind, EVENTS[act.action]) if record_ids else None
    if rule is None:
        return
    own = _subjects(session, record_ids, subject)
    concerned = defaultdict(set)
    for account_id, record_id in [*own, *_senders(session, act, record_ids)]:
        concerned[account_id].add(record_id)
    concerned.pop(act.actor.account_id, None)
    people = {account_id for account_id, _record_id in own}
    told = []
    for account_id, records in concerned.items():
        pages = OWN_PAGES if account_id in people else UNIT_PAGES
        words = {
            "kind": act.kind.label,
            "n": len(records),
            "reason": act.comment,
        }
        sentence = OUTCOMES[act.action, len(records) == 1]
        url = pages.get(act.kind, "")
        told.append(Told(account_id, sentence, url, words, is_to_mail=rule.is_mailed))
    tell_each(session, told, now=act.now)


def _rule(
    session: Session, kind: RecordKind, event: MessageEvent
) -> MessageRule | None:
    """Return the rule of the event where it is told at all."""
    return session.scalar(
        select(MessageRule).where(
            MessageRule.kind == kind, MessageRule.event == event, MessageRule.is_told
        )
    )


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
