"""The steps of a record's way: written once, never changed."""

import datetime as dt
import decimal
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, inspect, select
from sqlalchemy.orm import Session

from admin_app.columns import Approvable, EncryptedText
from admin_app.enums import Action, RecordKind, State
from admin_app.models import WorkflowEvent
from admin_app.operations import audit
from admin_app.operations.delegations import Absent
from admin_app.permissions import Actor


@dataclass(frozen=True, slots=True)
class Act:
    """Who does what to records of a kind, when, and with which words."""

    kind: RecordKind
    actor: Actor
    action: Action
    now: dt.datetime
    comment: str = ""
    absent: Absent | None = None
    """In whose name the actor decides."""


def write_events(
    session: Session,
    act: Act,
    *,
    steps: Mapping[int, int],
    moved: Iterable[int],
    from_state: State,
    to_state: State,
    next_unit_id: int | None,
    snapshots: Mapping[int, dict[str, Any]] | None = None,
    on_behalf_of: Mapping[int, str] | None = None,
) -> None:
    """Add one event for each record that moved; `steps` gives the step it stood at."""
    rows = [
        {
            "kind": act.kind,
            "record_id": record_id,
            "step": steps[record_id],
            "action": act.action,
            "from_state": from_state,
            "to_state": to_state,
            "actor_account_id": act.actor.account_id,
            "actor_name": act.actor.name,
            "on_behalf_of": (on_behalf_of or {}).get(record_id),
            "unit_id": act.actor.unit_id,
            "next_unit_id": next_unit_id,
            "comment": act.comment,
            "snapshot": (snapshots or {}).get(record_id),
            "at": act.now,
        }
        for record_id in sorted(moved)
    ]
    if rows:
        session.execute(insert(WorkflowEvent), rows)
    for row in rows:
        audit.record(
            session,
            act.action.name,
            object_kind=act.kind.name,
            object_id=row["record_id"],
            before={"state": from_state},
            after={"state": to_state, "next_unit_id": next_unit_id},
            account_id=act.actor.account_id,
        )


def note_refusals(session: Session, act: Act, record_ids: Iterable[int]) -> None:
    """Tell the audit log what was asked of records and not done."""
    for record_id in record_ids:
        audit.record(
            session,
            act.action.name,
            object_kind=act.kind.name,
            object_id=record_id,
            result="refused",
            account_id=act.actor.account_id,
        )


def history(session: Session, kind: RecordKind, record_id: int) -> list[WorkflowEvent]:
    """Return the steps of a record, oldest first."""
    event = WorkflowEvent
    statement = (
        select(event)
        .where(event.kind == kind, event.record_id == record_id)
        .order_by(event.id)
    )
    return list(session.scalars(statement))


def takers_part(
    session: Session, *, kind: RecordKind, record_ids: Iterable[int], account_id: int
) -> set[int]:
    """Return the records that this account submitted or decided since they came in.

    Who closed a unit has handed its queue up, and has decided nothing.
    """
    event = WorkflowEvent
    of_records = (event.kind == kind) & event.record_id.in_(list(record_ids))
    latest = (
        select(event.record_id, func.max(event.id).label("id"))
        .where(of_records, event.action == Action.submit)
        .group_by(event.record_id)
        .subquery()
    )
    return set(
        session.scalars(
            select(event.record_id)
            .join(latest, latest.c.record_id == event.record_id)
            .where(of_records, event.id >= latest.c.id)
            .where(event.actor_account_id == account_id)
            .where(event.action != Action.hand_up)
        )
    )


def snapshot(record: Any) -> dict[str, Any]:
    """Return what a record says, without its place in the workflow and its secrets."""
    passing = {name for name in vars(Approvable) if not name.startswith("_")}
    passing |= {"created_at", "updated_at"}
    return {
        column.key: _plain(getattr(record, column.key))
        for column in inspect(type(record)).column_attrs
        if column.key not in passing
        and not isinstance(column.columns[0].type, EncryptedText)
    }


def _plain(value: object) -> object:
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, decimal.Decimal | dt.date):
        return str(value)
    return value
