"""How many declarations stand where: counted by unit, and for all that is below (decision 15).

A tally counts a unit's own declarations and changes with them, in their transaction. A
roll counts those of the unit and all below it; only `fold` adds to it, a little later, so
that nobody who sends a declaration waits for the rows of the province.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    bindparam,
    case,
    func,
    literal,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased

from admin_app.columns import LargeAmount
from admin_app.dialects import (
    among_named,
    dialect_of,
    insert_by,
    insert_on,
    table_of,
)
from admin_app.enums import Measure, State
from admin_app.models import Declaration, RollFold, Unit, UnitRoll, UnitTally
from admin_app.operations.together import write
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.rules.paths import way_up

MOST_AT_ONCE: Final = 5_000
"""So many tallies are folded in one transaction."""
ONLY: Final = 1
KEY: Final = ("unit_id", "year", "state")
SUMS: Final = ("number", "amount")
UNCOUNTED: Final = State.draft
"""What nobody has sent concerns nobody."""
Key = tuple[int, int, State]


class Difference(NamedTuple):
    """A counter that is not what it counts: by how much it is too low."""

    counter: str
    unit_id: int
    year: int
    state: State
    number: int
    amount: Decimal


class Standing(NamedTuple):
    """A unit's declarations of a year, and those below it, as of the last fold."""

    numbers: Mapping[State, int]
    approved_hours: Decimal
    as_of: dt.datetime | None


# --- In the transaction of what is counted ------------------------------------------


def note_move(
    session: Session,
    model: Any,
    ids: Collection[int],
    *,
    from_state: State,
    to_state: State,
) -> None:
    """Count what has moved from one state to another, in one statement or `together`.

    Of all that moves, declarations are counted.
    """
    if model is not Declaration or not ids or from_state is to_state:
        return
    statement = _moving(dialect_of(session), from_state, to_state)
    write(session, statement, {"ids": sorted(ids)})


@cache
def _moving(dialect: str, from_state: State, to_state: State) -> Any:
    moved = _sums(Declaration.state, 1).where(among_named(Declaration.id, "ids")).cte()
    counted = [
        select(
            moved.c.unit_id,
            moved.c.year,
            literal(state, Declaration.state.type).label("state"),
            (moved.c.number * literal(sign)).label("number"),
            (moved.c.amount * literal(sign, Integer)).label("amount"),
        )
        for state, sign in ((to_state, 1), (from_state, -1))
        if state is not UNCOUNTED
    ]
    return _adding_rows(dialect, UnitTally, union_all(*counted))


@contextmanager
def rewriting(session: Session, record: Any) -> Iterator[None]:
    """Let a declaration that is counted change its unit, year, hours, or be deleted."""
    is_counted = isinstance(record, Declaration) and record.state is not UNCOUNTED
    if is_counted:
        _count(session, record.id, -1)
    yield
    session.flush()
    if is_counted:
        _count(session, record.id, 1)


def _count(session: Session, record_id: int, sign: int) -> None:
    rows = _sums(Declaration.state, sign).where(Declaration.id == record_id)
    _add(session, UnitTally, rows.where(_is_counted()))


def _is_counted() -> ColumnElement[bool]:
    return (Declaration.state != UNCOUNTED) & Declaration.deleted_at.is_(None)


def _sums(state: Any, sign: int) -> Select[*tuple[Any, ...]]:
    """Return the statement for declarations by unit, year and state, times the sign."""
    is_hours = Declaration.measure == Measure.hours
    hours = func.sum(case((is_hours, Declaration.claimed), else_=0))
    return select(
        Declaration.unit_id,
        Declaration.year,
        state.label("state"),
        (func.count() * sign).label("number"),
        (hours * literal(sign, Integer)).label("amount"),
    ).group_by(Declaration.unit_id, Declaration.year, Declaration.state)


def _add(session: Session, model: Any, rows: Any) -> None:
    """Add sums to counters, in the order of their keys, so that nobody waits in a ring."""
    session.execute(_adding_rows(dialect_of(session), model, rows))


def _adding_rows(dialect: str, model: Any, rows: Any) -> Any:
    found = rows.subquery()
    # SQLite reads ON CONFLICT behind a bare SELECT as a join condition.
    source = select(*found.c).where(literal(value=True)).order_by(*list(found.c)[:3])
    statement = insert_by(dialect, table_of(model)).from_select(
        (*KEY, *SUMS), source, include_defaults=False
    )
    return _adding(model, statement)


QUIETLY: Final = {"synchronize_session": False}


def _adding(model: Any, upsert: Any) -> Any:
    sums = {name: getattr(model, name) + upsert.excluded[name] for name in SUMS}
    return upsert.on_conflict_do_update(index_elements=KEY, set_=sums)


# --- A little later, for all above ----------------------------------------------------


def fold(session: Session, *, now: dt.datetime) -> int:
    """Add what has changed to the units and all above them; returns how many tallies.

    Less than `MOST_AT_ONCE` means that nothing is left. Folding twice adds once: what
    was added is noted beside each tally, by whoever has the turn.
    """
    _take_turn(session, now=now)
    changed = session.execute(_unfolded()).all()
    sums: dict[Key, tuple[int, Decimal]] = {}
    for row in changed:
        for unit_id in way_up(row.path):
            number, amount = sums.get((unit_id, row.year, row.state), (0, Decimal(0)))
            number += row.number - row.folded_number
            amount += row.amount - row.folded_amount
            sums[unit_id, row.year, row.state] = number, amount
    _add_to_rolls(session, sums)
    _note_folded(session, changed)
    return len(changed)


def _unfolded() -> Select[*tuple[Any, ...]]:
    """Return the statement for tallies that nobody is changing now, locked."""
    tally = UnitTally
    return (
        select(
            tally.unit_id,
            tally.year,
            tally.state,
            tally.number,
            tally.amount,
            tally.folded_number,
            tally.folded_amount,
            Unit.path,
        )
        .join(Unit, Unit.id == tally.unit_id)
        .where(_is_unfolded())
        .limit(MOST_AT_ONCE)
        .with_for_update(of=tally, skip_locked=True)
    )


def _is_unfolded() -> ColumnElement[bool]:
    tally = UnitTally
    return (tally.number != tally.folded_number) | (tally.amount != tally.folded_amount)


def _add_to_rolls(session: Session, sums: Mapping[Key, tuple[int, Decimal]]) -> None:
    rows = [
        dict(zip((*KEY, *SUMS), (*key, *sums[key]), strict=True))
        for key in sorted(sums, key=lambda key: (*key[:2], key[2].name))
    ]
    if rows:
        adding = _adding(UnitRoll, insert_on(session, UnitRoll))
        session.execute(adding, rows, execution_options=QUIETLY)


def _note_folded(session: Session, changed: Collection[Any]) -> None:
    rows = [
        dict(zip((*KEY, "folded_number", "folded_amount"), row[:5], strict=True))
        for row in changed
    ]
    if rows:
        session.execute(update(UnitTally), rows)


def _take_turn(session: Session, *, now: dt.datetime | None = None) -> None:
    """Wait for whoever changes rolls now; the next one waits until this commits."""
    upsert = insert_on(session, RollFold).values(id=ONLY, folded_at=now)
    known = RollFold.folded_at if now is None else upsert.excluded.folded_at
    session.execute(
        upsert.on_conflict_do_update(index_elements=["id"], set_={"folded_at": known}),
        execution_options=QUIETLY,
    )


def move_rolls(session: Session, unit_id: int, *, old: str, new: str) -> None:
    """Take a unit that moves, with all below it, from the old ways up to the new one.

    Called before the paths change; `old` and `new` are the unit's own.
    """
    _take_turn(session)
    roll = UnitRoll
    columns = select(roll.year, roll.state, roll.number, roll.amount)
    sums: dict[Key, tuple[int, Decimal]] = defaultdict(lambda: (0, Decimal(0)))
    left, entered = set(way_up(old)), set(way_up(new))
    for year, state, number, amount in session.execute(
        columns.where(roll.unit_id == unit_id)
    ):
        for above in left - entered:
            sums[above, year, state] = -number, -amount
        for above in entered - left:
            sums[above, year, state] = number, amount
    _add_to_rolls(session, sums)


# --- Shown ----------------------------------------------------------------------------


def standing(session: Session, *, unit_id: int | None, year: int) -> Standing:
    """Return what a unit and all below it have declared for a year; None: everybody."""
    rolls = _EVERYBODY if unit_id is None else _OF_UNIT
    rows = rolls.rows(session, {"unit_id": unit_id, "year": year})
    found = [row[1:] for row in rows if row[1] is not None]
    hours = {state: amount for state, _number, amount in found}
    return Standing(
        numbers={state: int(number) for state, number, _amount in found},
        approved_hours=hours.get(State.approved, Decimal(0)),
        as_of=rows[0].folded_at if rows else None,
    )


def _rolled_up(is_here: ColumnElement[bool]) -> Prepared:
    roll = UnitRoll
    sums = (
        select(roll.state, func.sum(roll.number), func.sum(roll.amount))
        .where(is_here, roll.year == bindparam("year"))
        .group_by(roll.state)
        .subquery()
    )
    columns = select(RollFold.folded_at, *sums.c).execution_options(**SAME_PLAN)
    return Prepared(
        columns.join_from(RollFold, sums, literal(value=True), isouter=True)
    )


_OF_UNIT: Final = _rolled_up(UnitRoll.unit_id == bindparam("unit_id"))
_EVERYBODY: Final = _rolled_up(
    UnitRoll.unit_id.in_(select(Unit.id).where(Unit.superior_id.is_(None)))
)


def rolled(unit_id: Any, state: State) -> ScalarSelect[int]:
    """Return, as a column, how many stand in a state at a unit and below, a little ago."""
    roll = UnitRoll
    found = select(func.coalesce(func.sum(roll.number), 0)).where(
        roll.unit_id == unit_id, roll.state == state
    )
    return found.scalar_subquery()


# --- Checked and mended -----------------------------------------------------------------


def rebuild(session: Session, *, now: dt.datetime) -> None:
    """Make every counter what it counts, while everybody goes on working.

    What a counter lacks is seen in one look at it and at what it counts, and added.
    """
    _add(session, UnitTally, _lacking_tallies())
    _take_turn(session, now=now)
    session.execute(
        update(UnitTally)
        .where(_is_unfolded())
        .values(folded_number=UnitTally.number, folded_amount=UnitTally.amount)
        .execution_options(**QUIETLY)
    )
    _add(session, UnitRoll, _lacking_rolls())


def first_difference(session: Session) -> Difference | None:
    """Return a counter that is not what it counts, the first by unit, year and state."""
    for counter, lacking in (
        ("unit_tally", _lacking_tallies()),
        ("unit_roll", _lacking_rolls()),
    ):
        rows = lacking.subquery()
        found = session.execute(
            select(*rows.c).order_by(*list(rows.c)[:3]).limit(1)
        ).first()
        if found is not None:
            return Difference(counter, *found)
    return None


def _lacking_tallies() -> Select[*tuple[Any, ...]]:
    counted = _sums(Declaration.state, 1).where(_is_counted())
    tally = UnitTally
    kept = select(tally.unit_id, tally.year, tally.state, -tally.number, -tally.amount)
    return _lacking(counted, kept)


def _lacking_rolls() -> Select[*tuple[Any, ...]]:
    tally, roll, below = UnitTally, UnitRoll, aliased(Unit)
    # As `permissions.prefix_range`, of a column: the path without its last slash, and 0.
    after = func.substr(Unit.path, 1, func.length(Unit.path) - 1).concat("0")
    counted = (
        select(
            Unit.id.label("unit_id"),
            tally.year,
            tally.state,
            func.sum(tally.folded_number).label("number"),
            func.sum(tally.folded_amount).label("amount"),
        )
        .join(below, (below.path >= Unit.path) & (below.path < after))
        .join(tally, tally.unit_id == below.id)
        .group_by(Unit.id, tally.year, tally.state)
    )
    kept = select(roll.unit_id, roll.year, roll.state, -roll.number, -roll.amount)
    return _lacking(counted, kept)


def _lacking(counted: Any, kept: Any) -> Select[*tuple[Any, ...]]:
    """Return by how much counters are too low, where they are not right."""
    both = union_all(counted, kept).subquery()
    number = func.sum(both.c.number)
    amount = func.sum(both.c.amount, type_=LargeAmount)
    return (
        select(
            both.c.unit_id,
            both.c.year,
            both.c.state,
            number.label("number"),
            amount.label("amount"),
        )
        .group_by(both.c.unit_id, both.c.year, both.c.state)
        .having((number != 0) | (amount != 0))
    )
