"""The steps of a record's way: written once, never changed."""

import datetime as dt
import decimal
import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Insert, Select, bindparam, func, insert, inspect, select, true
from sqlalchemy.orm import Session

from admin_app.columns import Approvable, EncryptedText
from admin_app.dialects import among, among_named, table_of
from admin_app.enums import Action, RecordKind, State
from admin_app.models import Unit, WorkflowEvent
from admin_app.operations import audit
from admin_app.operations.delegations import ABSENT
from admin_app.operations.together import write
from admin_app.permissions import Actor
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Act:
    """Who does what to records of a kind, when, and with which words."""

    kind: RecordKind
    actor: Actor
    action: Action
    now: dt.datetime
    comment: str = ""
    absent: Mapping[str, object] | None = None
    """What `ABSENT` is asked with: who decides may do so in somebody's name."""


def write_events(
    session: Session,
    act: Act,
    *,
    model: Any,
    moved: Collection[int],
    from_state: State,
    to_state: State,
    next_unit_id: int | None,
    steps_taken: int = 0,
    subject: str | None = None,
    snapshot: dict[str, Any] | None = None,
) -> None:
    """Add one event for each record that moved, in one statement, and one line of audit.

    An event tells the step at which its record stood, which has moved by `steps_taken`.
    `subject` is the column with the person: nobody else decides in their name (AZ-11).
    """
    if not moved:
        return
    values = {
        "kind": act.kind,
        "action": act.action,
        "from_state": from_state,
        "to_state": to_state,
        "actor_account_id": act.actor.account_id,
        "actor_name": act.actor.name,
        "unit_id": act.actor.unit_id,
        "next_unit_id": next_unit_id,
        "comment": act.comment,
        "snapshot": snapshot,
        "at": act.now,
    }
    about = {f"told_{key}": value for key, value in values.items()}
    about |= {"moved": sorted(moved), **(act.absent or {})}
    if act.absent is None:
        write(session, _writing(model, steps_taken), about)
    else:
        write(session, _writing_in_a_name(model, steps_taken, subject), about)
    _audit(
        session,
        act,
        moved,
        before={"state": from_state},
        after={"state": to_state, "next_unit_id": next_unit_id},
    )


TOLD: Final = (
    "kind", "action", "from_state", "to_state", "actor_account_id", "actor_name",
    "unit_id", "next_unit_id", "comment", "snapshot", "at",
)  # fmt: skip
"""What is the same in all events of an act."""


@cache
def _writing(model: Any, steps_taken: int) -> Insert:
    return _inserting(_rows(model, steps_taken))


@cache
def _writing_in_a_name(model: Any, steps_taken: int, subject: str | None) -> Insert:
    away = ABSENT.subquery()
    is_other = true() if subject is None else getattr(model, subject) != away.c.id
    rows = _rows(model, steps_taken).add_columns(away.c.name)
    return _inserting(rows.outerjoin(away, is_other), "on_behalf_of")


def _rows(model: Any, steps_taken: int) -> Select[*tuple[Any, ...]]:
    columns = table_of(WorkflowEvent).c
    told = (bindparam(f"told_{key}", type_=columns[key].type) for key in TOLD)
    rows = select(model.id, model.step - steps_taken, *told)
    return rows.where(among_named(model.id, "moved")).order_by(model.id)


def _inserting(rows: Select[*tuple[Any, ...]], *more: str) -> Insert:
    columns = ("record_id", "step", *TOLD, *more)
    statement = insert(table_of(WorkflowEvent))
    return statement.from_select(columns, rows, include_defaults=False)


def note_refusals(session: Session, act: Act, record_ids: Collection[int]) -> None:
    """Tell the audit log what was asked of records and not done."""
    if record_ids:
        _audit(session, act, record_ids, after={}, result="refused")


def _audit(
    session: Session,
    act: Act,
    record_ids: Collection[int],
    *,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
    result: str = "ok",
) -> None:
    audit.record_all(
        session,
        act.action.name,
        object_kind=act.kind.name,
        ids=record_ids,
        before=before,
        after=after,
        result=result,
        account_id=act.actor.account_id,
        actor_name=act.actor.name,
        identity=act.actor.kind,
    )


def history(session: Session, kind: RecordKind, record_id: int) -> list[Any]:
    """Return the steps of a record, oldest first: events with the `unit_name` of each.

    Where nobody acted for a unit, that is None. What the record said then is left out.
    """
    return _STEPS.rows(session, {"kind": kind, "record_id": record_id})


_STEPS: Final = Prepared(
    select(
        *(c for c in table_of(WorkflowEvent).c if c.key != "snapshot"),
        Unit.name.label("unit_name"),
    )
    .join(Unit, Unit.id == WorkflowEvent.unit_id, isouter=True)
    .where(
        WorkflowEvent.kind == bindparam("kind"),
        WorkflowEvent.record_id == bindparam("record_id"),
    )
    .order_by(WorkflowEvent.id)
    .execution_options(**SAME_PLAN)
)


def taken_part(
    *, kind: RecordKind, record_ids: Collection[int], account_id: int
) -> Select[int]:
    """Return the statement for what this account submitted or decided since it came in.

    Who closed a unit has handed its queue up, and has decided nothing.
    """
    event = WorkflowEvent
    of_records = (event.kind == kind) & among(event.record_id, record_ids)
    latest = (
        select(event.record_id, func.max(event.id).label("id"))
        .where(of_records, event.action == Action.submit)
        .group_by(event.record_id)
        .subquery()
    )
    return (
        select(event.record_id)
        .join(latest, latest.c.record_id == event.record_id)
        .where(of_records, event.id >= latest.c.id)
        .where(event.actor_account_id == account_id)
        .where(event.action != Action.hand_up)
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
