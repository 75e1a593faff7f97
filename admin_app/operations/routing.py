"""Where a record goes: the ladder of a record, read from the chain and the tree."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from admin_app.dialects import among
from admin_app.enums import ChainStatus, RecordKind
from admin_app.models import ApprovalChain, Industry, Region, Unit
from admin_app.operations.tree import HELD, NAMED, held, steps_up
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.rules.ladders import (
    Condition,
    Places,
    Rung,
    Standing,
    closest,
    ladder,
)

NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
CLOSABLE: Final = frozenset({RecordKind.declaration})
"""关闭审核权限 closes the step of these kinds only (U26)."""


@dataclass(frozen=True, slots=True)
class Start:
    """From which units a record's ladder is built, and which chain it takes."""

    source: str = ""
    own_unit_id: int | None = None
    named: Mapping[str, int] = field(default_factory=dict)
    """Unit ids by the step words that name one unit (`chosen_superior` …)."""

    @property
    def units(self) -> set[int]:
        """Every unit that it names."""
        return {*self.named.values(), *filter(None, [self.own_unit_id])}

    @property
    def about(self) -> int | None:
        """The unit that conditions of chains look at: its own, else the first named."""
        return self.own_unit_id or next(iter(self.named.values()), None)


def ladders(
    session: Session,
    *,
    kind: RecordKind,
    starts: Mapping[int, Start],
    rungs: Mapping[int, Rung] | None = None,
) -> dict[int, tuple[Rung, ...]]:
    """Return the rungs of each record by its id, in two statements whatever N.

    Another one looks at the units where chains have conditions. Who may be skipped
    stays as found until the transaction ends; `rungs` are what is held already. Raises
    Refused where no HR authority is found on the way up.
    """
    chains = chains_in_force(session, kind)
    standings = _standings(session, chains, starts.values())
    if rungs is None:
        own = {s.own_unit_id for s in starts.values() if s.own_unit_id}
        named = {unit for start in starts.values() for unit in start.named.values()}
        rungs = find_rungs(session, kind, named, own=own)
    known: dict[tuple[object, ...], tuple[Rung, ...]] = {}
    found: dict[int, tuple[Rung, ...]] = {}
    for record_id, start in starts.items():
        shape = (start.source, start.own_unit_id, *sorted(start.named.items()))
        if shape not in known:
            places = _places(start, rungs)
            standing = standings.get(start.about or 0, Standing())
            steps = closest(chains.get(start.source, ()), standing)
            known[shape] = ladder(steps, places)
        found[record_id] = known[shape]
    return found


Chains = Mapping[str, Sequence[tuple[Condition, Sequence[str]]]]
"""By source: for which units, and the steps."""


def chains_in_force(session: Session, kind: RecordKind) -> Chains:
    """Return the chains that records of a kind follow now."""
    rows = _IN_FORCE.rows(session, {"kind": kind})
    found: dict[str, list[tuple[Condition, Sequence[str]]]] = {}
    for source, level_id, region_id, industry_id, steps in rows:
        condition = Condition(level_id, region_id, industry_id)
        found.setdefault(source, []).append((condition, steps))
    return found


_IN_FORCE: Final = Prepared(
    select(
        ApprovalChain.source,
        ApprovalChain.level_id,
        ApprovalChain.region_id,
        ApprovalChain.industry_id,
        ApprovalChain.steps,
    )
    .where(
        ApprovalChain.kind == bindparam("kind"),
        ApprovalChain.status == ChainStatus.in_force,
    )
    .execution_options(**SAME_PLAN)
)


def _standings(
    session: Session, chains: Chains, starts: Iterable[Start]
) -> dict[int, Standing]:
    """Return what conditions look at, where there are any conditions."""
    conditions = {c.key for known in chains.values() for c, _steps in known}
    units = {start.about for start in starts if start.about}
    if not units or conditions <= {""}:
        return {}
    return standings(session, units)


def standings(
    session: Session, unit_ids: Iterable[int] | None = None
) -> dict[int, Standing]:
    """Return level, regions and industries of units (None: of all), in one statement.

    Regions and industries have three levels (GB/T 2260, GB/T 4754).
    """
    region, above, top = (aliased(Region) for _level in range(3))
    industry, over, first = (aliased(Industry) for _level in range(3))
    statement = (
        select(
            Unit.id,
            Unit.level_id,
            *(region.id, above.id, top.id),
            *(industry.id, over.id, first.id),
        )
        .join(region, Unit.region_id == region.id)
        .outerjoin(above, region.parent_id == above.id)
        .outerjoin(top, above.parent_id == top.id)
        .join(industry, Unit.industry_id == industry.id)
        .outerjoin(over, industry.parent_id == over.id)
        .outerjoin(first, over.parent_id == first.id)
    )
    if unit_ids is not None:
        statement = statement.where(Unit.id.in_(set(unit_ids)))
    return {
        unit_id: Standing(
            level_id=level_id,
            region_ids=tuple(filter(None, places[:3])),
            industry_ids=tuple(filter(None, places[3:])),
        )
        for unit_id, level_id, *places in session.execute(statement)
    }


def find_rungs(
    session: Session,
    kind: RecordKind,
    unit_ids: Collection[int],
    *,
    own: Collection[int] = (),
    below: Select[int] | None = None,
    about: Mapping[str, object] = NOTHING,
) -> dict[int, Rung]:
    """Return units as rungs; those that can be skipped are held as they are (AZ-10).

    With `own` or `below` also those units, and all on their ways up: `below` is a
    statement that is made once, and asked with `about`. Closing waits until
    what was sent to the unit is committed, and moves it as well. An HR authority is never
    skipped, so that its row, the busiest, stays free. What is below is held first, as
    by whoever moves units.
    """
    named = set(unit_ids)
    if below is not None:
        way = _held_with_ways(below)
        return as_rungs(kind, _hold(session, way, named, about))
    rungs = as_rungs(kind, _hold(session, HELD, named | steps_up(session, own)))
    if all(_is_whole(unit_id, rungs) for unit_id in own):
        return rungs
    # A unit was moved since its path was read.
    own_units = select(Unit.id).where(among(Unit.id, own))
    return as_rungs(
        kind, _hold(session, Prepared(held(NAMED | _on_way(own_units))), named)
    )


def as_rungs(kind: RecordKind, units: Iterable[Row[Any]]) -> dict[int, Rung]:
    """Return units of `tree.held` as rungs for records of a kind."""
    return {
        unit.id: Rung(
            unit_id=unit.id,
            kind=unit.kind,
            is_open=unit.has_review_right or kind not in CLOSABLE,
            is_active=unit.is_active,
            superior_id=unit.superior_id,
        )
        for unit in units
    }


def _hold(
    session: Session,
    statement: Prepared,
    named: Collection[int],
    about: Mapping[str, object] = NOTHING,
) -> Iterable[Any]:
    held = {"named": sorted(named), "wanted": [], **about}
    return statement.rows(session, held)


def _is_whole(unit_id: int, rungs: Mapping[int, Rung]) -> bool:
    """Tell whether the way up from a unit is there to its end."""
    return [rung.superior_id for rung in _way_up(unit_id, rungs)][-1:] == [None]


@cache
def _held_with_ways(below: Select[int]) -> Prepared:
    return Prepared(held(NAMED | _on_way(below)))


def _on_way(below: Select[int]) -> ColumnElement[bool]:
    """Return the criterion of units that are among `below`, or above one of them."""
    way = below.cte("way", recursive=True)
    above = select(Unit.superior_id).join(way, Unit.id == way.c.id)
    way = way.union(above.where(Unit.superior_id.is_not(None)))
    return Unit.id.in_(select(way.c.id))


def _places(start: Start, rungs: Mapping[int, Rung]) -> Places:
    return Places(
        way_up=tuple(_way_up(start.own_unit_id, rungs)),
        **{word: rungs[unit_id] for word, unit_id in start.named.items()},
    )


def _way_up(unit_id: int | None, rungs: Mapping[int, Rung]) -> Iterator[Rung]:
    while unit_id is not None and (rung := rungs.get(unit_id)):
        yield rung
        unit_id = rung.superior_id
