"""Demo declarations as rows: events, ledger entries, yearly totals that agree."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from admin_app.enums import Action, EntryKind, EntryOrigin, State
from admin_app.models import (
    CreditEntry,
    Declaration,
    HoursCheck,
    WorkflowEvent,
    YearTotal,
)
from admin_app.operations.history import snapshot
from seed.demo_ways import REVOKED_BECAUSE, Way
from seed.writing import Values, Writer


@dataclass
class Item:
    """One declaration before it has an id: its row and its way."""

    values: Values
    way: Way


def write_items(
    writer: Writer, items: Sequence[Item], courses: Sequence[Values]
) -> None:
    """Add declarations with their events, and what they and the courses credit."""
    ids = writer.add(Declaration, [item.values for item in items], returning=True)
    events: list[Values] = []
    credits_: list[Values] = []
    reversals: list[Values] = []
    checks: list[Values] = []
    for number, item in zip(ids, items, strict=True):
        # Every submission keeps what was submitted.
        told = snapshot(Declaration(id=number, **item.values))
        for event in item.way.events:
            kept = told if event["action"] is Action.submit else None
            events.append(event | {"record_id": number, "snapshot": kept})
        if item.way.state in {State.approved, State.revoked}:
            credits_.append(_credit(number, item))
        if item.way.state is State.revoked:
            reversals.append(_reversal(number, item))
            checks.append(_check(item))
    writer.add(WorkflowEvent, sorted(events, key=lambda event: event["at"]))
    writer.add(CreditEntry, [*courses, *credits_])
    _write_reversals(writer, reversals, checks)
    _write_totals(writer, [*courses, *credits_, *reversals])


def _credit(number: int, item: Item) -> Values:
    values = item.values
    last = next(e for e in item.way.events if e["to_state"] is State.approved)
    return {
        "person_id": values["person_id"],
        "unit_id": values["unit_id"],
        "region_id": values["region_id"],
        "year": values["year"],
        "subject_kind": values["subject_kind"],
        "measure": values["measure"],
        "kind": EntryKind.credit,
        "origin": EntryOrigin.declaration,
        "amount": values["claimed"],
        "declaration_id": number,
        "public_course_id": None,
        "reason": "",
        "at": last["at"],
    }


def _reversal(number: int, item: Item) -> Values:
    return _credit(number, item) | {
        "kind": EntryKind.reversal,
        "amount": -item.values["claimed"],
        "reason": REVOKED_BECAUSE,
        "at": item.way.events[-1]["at"],
    }


def _check(item: Item) -> Values:
    event = item.way.events[-1]
    return {
        "unit_id": event["unit_id"],
        "account_id": event["actor_account_id"],
        "actor_name": event["actor_name"],
        "action": event["action"],
        "reason": event["comment"],
        "at": event["at"],
    }


def _write_reversals(
    writer: Writer, reversals: Sequence[Values], checks: Sequence[Values]
) -> None:
    """Add reversals, each naming the credit that it takes back and the check."""
    statement = select(CreditEntry).where(
        CreditEntry.declaration_id.in_([row["declaration_id"] for row in reversals])
    )
    credited = {
        entry.declaration_id: entry.id for entry in writer.session.scalars(statement)
    }
    check_ids = writer.add(HoursCheck, checks, returning=True)
    rows = [
        row | {"reverses_id": credited[row["declaration_id"]], "check_id": check_id}
        for row, check_id in zip(reversals, check_ids, strict=True)
    ]
    writer.add(CreditEntry, rows)


def _write_totals(writer: Writer, entries: Sequence[Values]) -> None:
    totals: dict[tuple[object, ...], Values] = {}
    names = ("person_id", "year", "subject_kind", "measure")
    for entry in entries:
        key = tuple(entry[name] for name in names)
        blank = dict(zip(names, key, strict=True)) | {"amount": 0, "entries": 0}
        total = totals.setdefault(key, blank)
        total["amount"] += entry["amount"]
        total["entries"] += 1
    writer.add(YearTotal, list(totals.values()))
