"""The ledger: what an approval credits, what a reversal takes back, and the totals."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    Insert,
    Select,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from admin_app.dialects import among, among_named, dialect_of, on_each, table_of
from admin_app.enums import Action, EntryKind, EntryOrigin
from admin_app.errors import Conflict
from admin_app.models import CreditEntry, Declaration, HoursCheck, YearTotal
from admin_app.operations.together import write
from admin_app.permissions import Actor

TOTAL_KEY: Final = ("person_id", "year", "subject_kind", "measure")


def credit_declarations(
    session: Session,
    *,
    record_ids: Sequence[int],
    actor: Actor,  # noqa: ARG001 (every hook of a chain is called alike)
    now: dt.datetime,
) -> None:
    """Credit approved declarations, each once for ever (WF-02), in two statements.

    A second credit of one declaration breaks a unique index and fails the whole call.
    """
    about = {"credited": sorted(record_ids), "credited_at": now}
    write(session, _CREDITING, about)
    _add_to_totals(session, about)


def _crediting() -> Insert:
    declaration, entry = Declaration, CreditEntry
    values = {
        "person_id": declaration.person_id,
        "unit_id": declaration.unit_id,
        "region_id": declaration.region_id,
        "year": declaration.year,
        "subject_kind": declaration.subject_kind,
        "measure": declaration.measure,
        "kind": literal(EntryKind.credit, entry.kind.type),
        "origin": literal(EntryOrigin.declaration, entry.origin.type),
        "amount": declaration.claimed,
        "declaration_id": declaration.id,
        "reason": literal("", entry.reason.type),
        "at": bindparam("credited_at", type_=entry.at.type),
    }
    rows = select(*values.values()).where(_CREDITED)
    lines = insert(table_of(entry))
    return lines.from_select(list(values), rows, include_defaults=False)


_CREDITED: Final = among_named(Declaration.id, "credited")
_CREDITING: Final = _crediting()


def answer_credits(
    session: Session, *, record_ids: Sequence[int], check: HoursCheck
) -> None:
    """Answer the line that holds of each declaration by its opposite, and move the totals.

    A revocation takes back what is credited, a restoration what was taken back (R05).
    Conflict when one of the declarations has no such line.
    """
    entry, later = CreditEntry, aliased(CreditEntry)
    is_credited = check.action is Action.revoke
    answer = EntryKind.reversal if is_credited else EntryKind.restoration
    kept = (*TOTAL_KEY, "unit_id", "region_id", "origin", "declaration_id")
    rows = (
        select(
            *(getattr(entry, name) for name in kept),
            literal(answer, entry.kind.type),
            -entry.amount,
            entry.id,
            literal(check.id, entry.check_id.type),
            literal(check.reason, entry.reason.type),
            literal(check.at, entry.at.type),
        )
        .where(among(entry.declaration_id, record_ids))
        .where(entry.amount > 0 if is_credited else entry.amount < 0)
        .where(~exists().where(later.reverses_id == entry.id))
    )
    columns = (*kept, "kind", "amount", "reverses_id", "check_id", "reason", "at")
    answered: Any = session.execute(
        insert(entry).from_select(columns, rows, include_defaults=False),
        execution_options={"synchronize_session": False, "preserve_rowcount": True},
    )
    if answered.rowcount != len(record_ids):
        raise Conflict("该申报没有可以冲回的学时，请刷新后查看。")
    _move_totals(session, check)


def _move_totals(session: Session, check: HoursCheck) -> None:
    """Add the lines of a check to the yearly totals, which are there already."""
    keys = [getattr(CreditEntry, name) for name in TOTAL_KEY]
    lines = (
        select(
            *keys, func.sum(CreditEntry.amount).label("amount"), func.count().label("n")
        )
        .where(CreditEntry.check_id == check.id)
        .group_by(*keys)
        .subquery()
    )
    same = [getattr(YearTotal, name) == lines.c[name] for name in TOTAL_KEY]
    # Locked in the order in which approvals write them, so that nobody waits in a ring.
    held = select(YearTotal.id).where(exists().where(*same))
    ordered = held.order_by(*(getattr(YearTotal, name) for name in TOTAL_KEY))
    session.scalars(ordered.with_for_update()).all()
    session.execute(
        update(YearTotal)
        .where(*same)
        .values(
            amount=YearTotal.amount + lines.c.amount,
            entries=YearTotal.entries + lines.c.n,
        )
        .execution_options(synchronize_session=False)
    )


def unbalanced_totals(session: Session) -> list[tuple[Any, ...]]:
    """Return the keys whose kept total differs from the ledger, with both amounts."""
    entry, total = CreditEntry, YearTotal
    ledger_keys = [getattr(entry, name) for name in TOTAL_KEY]
    ledger = (
        select(*ledger_keys, func.sum(entry.amount).label("amount"))
        .group_by(*ledger_keys)
        .subquery()
    )
    same = [getattr(total, name) == ledger.c[name] for name in TOTAL_KEY]
    keys = [
        case((total.id.is_(None), ledger.c[name]), else_=getattr(total, name))
        for name in TOTAL_KEY
    ]
    statement = (
        select(*keys, ledger.c.amount, total.amount)
        .select_from(ledger)
        .join(total, same[0] & same[1] & same[2] & same[3], full=True)
        .where(
            func.coalesce(ledger.c.amount, 0) != func.coalesce(total.amount, 0),
        )
    )
    return [tuple(row) for row in session.execute(statement)]


def _add_to_totals(session: Session, about: Mapping[str, Any]) -> None:
    """Add what is credited to the yearly totals."""
    write(session, _ADDING[dialect_of(session)], about)


def earned() -> Select[*tuple[Any, ...]]:
    """Return the sums of what is credited, by key, so that nobody waits in a ring."""
    keys = [getattr(Declaration, name) for name in TOTAL_KEY]
    sums = select(*keys, func.sum(Declaration.claimed), func.count())
    return sums.where(_CREDITED).group_by(*keys).order_by(*keys)


def _adding(upsert: Any) -> Any:
    rows, total = earned().subquery(), table_of(YearTotal).c
    # SQLite reads ON CONFLICT behind a bare SELECT as a join condition.
    source = select(*rows.c).where(literal(value=True))
    columns = (*TOTAL_KEY, "amount", "entries")
    upsert = upsert.from_select(columns, source, include_defaults=False)
    return upsert.on_conflict_do_update(
        index_elements=TOTAL_KEY,
        set_={
            "amount": total.amount + upsert.excluded.amount,
            "entries": total.entries + upsert.excluded.entries,
        },
    )


_ADDING: Final = on_each(_adding, YearTotal)
