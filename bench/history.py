"""What has happened in the province, each as one INSERT … SELECT over whole tables.

A value that looks thrown is reckoned from the number of its row by whole numbers alone,
so that two runs, and both databases, hold the same.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    MetaData,
    Table,
    and_,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    true,
)

from admin_app import models as m
from admin_app.enums import (
    Action,
    EntryKind,
    EntryOrigin,
    Measure,
    RecordKind,
    Source,
    State,
    SubjectKind,
)
from bench.population import SEED, Tree

PRIME = 2**31 - 1
YEARS = {2020: 10, 2021: 12, 2022: 14, 2023: 17, 2024: 21, 2025: 26}
SEASONS = ((60, 305, 36), (305, 365, 64))
"""Days of a year from, to, and which share of its declarations in hundredths."""
DRAWS = 6
"""A waiting declaration stands half the time at its first unit, seldom at its last."""
DAY = 86_400
STORED_MOMENT = "%Y-%m-%d %H:%M:%S.000000"

temporary = MetaData()
drawn_rung = Table(
    "bench_drawn_rung",
    temporary,
    Column("unit_id", Integer, primary_key=True),
    Column("from_above", Boolean, primary_key=True),
    Column("draw", Integer, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("decider_id", Integer, nullable=False),
    Column("rungs", Integer, nullable=False),
    prefixes=["TEMPORARY"],
)
rung = Table(
    "bench_rung",
    temporary,
    Column("unit_id", Integer, primary_key=True),
    Column("from_above", Boolean, primary_key=True),
    Column("step", Integer, primary_key=True),
    Column("decider_id", Integer, nullable=False),
    Column("next_id", Integer),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True)
class Season:
    """A stretch of time and the numbers of the declarations that fall into it."""

    year: int
    first: int
    last: int
    starts: int
    seconds: int


def seasons(declarations: int) -> Iterator[Season]:
    """Cut the years into a calm part and the busy one before their end."""
    plan = [
        (year, days, weight * share)
        for year, weight in YEARS.items()
        for *days, share in SEASONS
    ]
    whole, passed = sum(weight for *_, weight in plan), 0
    for year, (first_day, last_day), weight in plan:
        first = declarations * passed // whole + 1
        passed += weight
        starts = dt.datetime(year, 1, 1, tzinfo=dt.UTC) + dt.timedelta(first_day)
        yield Season(
            year,
            first,
            declarations * passed // whole,
            int(starts.timestamp()),
            (last_day - first_day) * DAY,
        )


def draw(number: ColumnElement[int], salt: int, below: int) -> ColumnElement[int]:
    """Return what looks like a throw of a die with so many sides, beginning with 0."""
    mixed = (number * 48_271 + SEED * 7_919 * salt) % PRIME
    return (mixed * mixed % PRIME * 39_373 + salt) % PRIME % below


def moment(dialect: Dialect, seconds: Any) -> ColumnElement[Any]:
    """Return the point in time so many seconds after 1970."""
    if dialect.name == "sqlite":
        return func.strftime(STORED_MOMENT, seconds, "unixepoch")
    return func.timezone("UTC", func.to_timestamp(seconds))


def days_later(dialect: Dialect, at: Any, days: Any) -> ColumnElement[Any]:
    """Return the same time of the day some days after."""
    if dialect.name == "sqlite":
        return func.strftime(STORED_MOMENT, at, func.printf("%d days", days))
    return at + func.make_interval(0, 0, 0, days)


def write_ladders(connection: Connection, tree: Tree) -> None:
    """Note for the statements below who decides on what comes from which unit."""
    temporary.create_all(connection)
    rungs, drawn = [], []
    for node in tree.nodes:
        for from_above in (False, True):
            ladder = [found.id for found in node.ladder(from_above=from_above)]
            key = {"unit_id": node.id, "from_above": from_above}
            rungs += [
                key | {"step": step, "decider_id": decider, "next_id": following}
                for step, (decider, following) in enumerate(pairwise([*ladder, None]))
            ]
            last = len(ladder) - 1
            steps = (0, 0, 0, min(1, last), min(1, last), last)
            drawn += [
                key
                | {
                    "draw": number,
                    "step": step,
                    "decider_id": ladder[step],
                    "rungs": last + 1,
                }
                for number, step in enumerate(steps)
            ]
    connection.execute(insert(rung), rungs)
    connection.execute(insert(drawn_rung), drawn)


def write_declarations(
    connection: Connection,
    season: Season,
    *,
    people: int,
    bases: Sequence[int],
    versions: Sequence[int],
) -> None:
    """Let people, their units and bases declare; the ids follow the time."""
    if season.last < season.first:
        return
    dialect = connection.dialect
    thrown = _throws(season, people=people, bases=len(bases), versions=len(versions))
    states = m.Declaration.state.type
    state = case(
        *(
            (thrown.c.state < limit, literal(value, states))
            for limit, value in (
                (950, State.approved),
                (980, State.pending),
                (995, State.rejected),
            )
        ),
        else_=literal(State.draft, states),
    )
    sources = m.Declaration.source.type
    source = case(
        (thrown.c.source < 80, literal(Source.individual, sources)),
        (thrown.c.source < 95, literal(Source.unit, sources)),
        else_=literal(Source.base, sources),
    )
    from_above = thrown.c.source.between(80, 94)
    place = dict(enumerate(bases))
    filed_by = case(
        (from_above, m.Person.unit_id),
        (thrown.c.source >= 95, case(place, value=thrown.c.base)),
    )
    is_draft, is_pending = thrown.c.state >= 995, thrown.c.state.between(950, 979)
    # Steps that were decided: all, those below the one where it waits, or up to a no.
    passed = case(
        (thrown.c.state < 950, drawn_rung.c.rungs),
        (is_pending, drawn_rung.c.step),
        (is_draft, 0),
        else_=drawn_rung.c.step + 1,
    )
    at = season.starts + (thrown.c.n - season.first) * season.seconds // (
        season.last - season.first + 1
    )
    sent = case((~is_draft, moment(dialect, at)))
    decided = moment(dialect, at + passed * DAY)
    values = {
        "id": thrown.c.n,
        "person_id": m.Person.id,
        "unit_id": m.Person.unit_id,
        "region_id": m.Unit.region_id,
        "year": literal(season.year),
        "subject_kind": literal(
            SubjectKind.professional, m.Declaration.subject_kind.type
        ),
        "measure": literal(Measure.hours, m.Declaration.measure.type),
        "source": source,
        "filed_by_id": filed_by,
        "form_version_id": case(dict(enumerate(versions)), value=thrown.c.version),
        "title": literal("专业技术人员继续教育培训班第") + _text(thrown.c.n) + "期",
        "answers": literal({}, JSON()),
        "claimed": (thrown.c.hours + 4) * 100,
        "computed": (thrown.c.hours + 4) * 100,
        "created_by_id": m.Person.id,
        "state": state,
        "step": passed,
        "version": case((is_draft, 0), else_=passed + 1),
        "submitted_at": sent,
        "waiting_since": case((~is_draft, decided)),
        "decided_at": case((passed > 0, decided)),
        "decider_id": case((is_pending, drawn_rung.c.decider_id)),
        "created_at": moment(dialect, at),
        "updated_at": decided,
    }
    rows = (
        select(*values.values())
        .select_from(thrown)
        .join(m.Person, m.Person.id == thrown.c.person + 1)
        .join(m.Unit, m.Unit.id == m.Person.unit_id)
        .join(
            drawn_rung,
            and_(
                drawn_rung.c.unit_id == m.Person.unit_id,
                drawn_rung.c.from_above == from_above,
                drawn_rung.c.draw == thrown.c.draw,
            ),
        )
    )
    connection.execute(insert(m.Declaration).from_select(list(values), rows))


def _throws(season: Season, *, people: int, bases: int, versions: int) -> Any:
    first = select(cast(literal(season.first), BigInteger).label("n"))
    numbers = first.cte("numbers", recursive=True)
    numbers = numbers.union_all(
        select(numbers.c.n + 1).where(numbers.c.n < season.last)
    )
    sides = {
        "person": people,
        "state": 1000,
        "source": 100,
        "base": bases,
        "version": versions,
        "draw": DRAWS,
        "hours": 69,
    }
    thrown = [
        draw(numbers.c.n, salt, below).label(name)
        for salt, (name, below) in enumerate(sides.items(), start=1)
    ]
    return select(numbers.c.n, *thrown).subquery("thrown")


def _text(number: ColumnElement[int]) -> ColumnElement[str]:
    return cast(number, m.Declaration.title.type)


def write_events(connection: Connection) -> None:
    """Write what everybody did to the declarations that were sent."""
    record, event, dialect = m.Declaration, m.WorkflowEvent, connection.dialect
    states, actions = event.to_state.type, event.action.type
    pending = literal(State.pending, states)
    # Ten steps are more than the longest way up has.
    base_id = (record.id - 1) * 10 + 1
    follows = and_(
        rung.c.unit_id == record.unit_id,
        rung.c.from_above == (record.source == Source.unit),
    )
    own = {
        "id": base_id,
        "kind": literal(RecordKind.declaration, event.kind.type),
        "record_id": record.id,
        "step": literal(0),
        "action": literal(Action.submit, actions),
        "from_state": literal(State.draft, states),
        "to_state": pending,
        "actor_account_id": record.created_by_id,
        "unit_id": record.filed_by_id,
        "next_unit_id": rung.c.decider_id,
        "at": record.submitted_at,
    }
    sent = (
        select(*own.values())
        .join(rung, and_(follows, rung.c.step == 0))
        .where(record.submitted_at.is_not(None))
    )
    connection.execute(insert(event).from_select(list(own), sent))
    is_last = rung.c.step == record.step - 1
    is_end = is_last & (record.state != State.pending)
    is_no = is_last & (record.state == State.rejected)
    theirs = own | {
        "id": base_id + 1 + rung.c.step,
        "step": rung.c.step,
        "action": case(
            (is_no, literal(Action.reject, actions)),
            else_=literal(Action.approve, actions),
        ),
        "from_state": pending,
        "to_state": case((is_end, record.state), else_=pending),
        "actor_account_id": m.AdminAssignment.account_id,
        "unit_id": rung.c.decider_id,
        "next_unit_id": case((~is_end, rung.c.next_id)),
        "at": days_later(dialect, record.submitted_at, rung.c.step + 1),
    }
    decided = (
        select(*theirs.values())
        .join(rung, and_(follows, rung.c.step < record.step))
        .outerjoin(
            m.AdminAssignment,
            and_(
                m.AdminAssignment.unit_id == rung.c.decider_id,
                m.AdminAssignment.is_chief,
            ),
        )
    )
    connection.execute(insert(event).from_select(list(theirs), decided))


def write_ledger(connection: Connection) -> None:
    """Credit what was approved, and keep the sums of each person and year."""
    record, entry, total = m.Declaration, m.CreditEntry, m.YearTotal
    kept = ("person_id", "unit_id", "region_id", "year", "subject_kind", "measure")
    values = {name: getattr(record, name) for name in kept} | {
        "id": record.id,
        "kind": literal(EntryKind.credit, entry.kind.type),
        "origin": literal(EntryOrigin.declaration, entry.origin.type),
        "amount": record.claimed,
        "declaration_id": record.id,
        "at": record.decided_at,
    }
    credited = select(*values.values()).where(record.state == State.approved)
    connection.execute(insert(entry).from_select(list(values), credited))
    key = [entry.person_id, entry.year, entry.subject_kind, entry.measure]
    sums = (
        select(*key, func.sum(entry.amount).label("amount"), func.count().label("n"))
        .group_by(*key)
        .subquery()
    )
    numbered = func.row_number().over(order_by=[sums.c.person_id, sums.c.year])
    names = ["id", *(column.key for column in key), "amount", "entries"]
    connection.execute(
        insert(total).from_select(names, select(numbered, *sums.c).where(true()))
    )
