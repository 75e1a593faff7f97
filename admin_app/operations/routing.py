"""Where a record goes: the ladder of a record, read from the chain and the tree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.enums import RecordKind, UnitKind
from admin_app.models import ApprovalChain, Unit
from admin_app.operations.tree import way_up
from admin_app.rules.ladders import Places, Rung, ladder

CLOSABLE: Final = frozenset({RecordKind.declaration})
"""关闭审核权限 closes the step of these kinds only (U26)."""


@dataclass(frozen=True, slots=True)
class Start:
    """From which units a record's ladder is built, and which chain it takes."""

    source: str = ""
    own_unit_id: int | None = None
    named: Mapping[str, int] = field(default_factory=dict)
    """Unit ids by the step words that name one unit (`chosen_superior` …)."""


def ladders(
    session: Session, *, kind: RecordKind, starts: Mapping[int, Start]
) -> dict[int, tuple[Rung, ...]]:
    """Return the rungs of each record by its id, in four statements whatever N.

    Who may be skipped stays as found until the transaction ends. Raises Refused where
    no HR authority is found on the way up.
    """
    chains = _chains(session, kind)
    paths = _paths(session, {s.own_unit_id for s in starts.values() if s.own_unit_id})
    named = {unit for start in starts.values() for unit in start.named.values()}
    rungs = find_rungs(session, kind, named.union(*(paths.values())))
    known: dict[tuple[object, ...], tuple[Rung, ...]] = {}
    found: dict[int, tuple[Rung, ...]] = {}
    for record_id, start in starts.items():
        shape = (start.source, start.own_unit_id, *sorted(start.named.items()))
        if shape not in known:
            places = _places(start, paths, rungs)
            known[shape] = ladder(chains[start.source], places)
        found[record_id] = known[shape]
    return found


def _chains(session: Session, kind: RecordKind) -> dict[str, Sequence[str]]:
    rows = session.execute(
        select(ApprovalChain.source, ApprovalChain.steps).where(
            ApprovalChain.kind == kind
        )
    )
    return {row.source: row.steps for row in rows}


def _paths(session: Session, unit_ids: set[int]) -> dict[int, list[int]]:
    """Return the ids from each unit up to the root."""
    if not unit_ids:
        return {}
    rows = session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(unit_ids)))
    return {unit_id: way_up(path) for unit_id, path in rows}


def find_rungs(
    session: Session, kind: RecordKind, unit_ids: Iterable[int]
) -> dict[int, Rung]:
    """Return units as rungs; those that can be skipped are held as they are (AZ-10).

    Closing waits until what was sent to the unit is committed, and moves it as well.
    An HR authority is never skipped, so that its row, the busiest, stays free.
    """
    columns = select(Unit.id, Unit.kind, Unit.has_review_right, Unit.is_active)
    among = columns.where(Unit.id.in_(set(unit_ids)))
    is_authority = Unit.kind == UnitKind.hr_authority
    held = among.where(~is_authority).order_by(Unit.id).with_for_update(read=True)
    rows = [*session.execute(held), *session.execute(among.where(is_authority))]
    return {
        unit_id: Rung(
            unit_id=unit_id,
            kind=unit_kind,
            is_open=is_open or kind not in CLOSABLE,
            is_active=is_active,
        )
        for unit_id, unit_kind, is_open, is_active in rows
    }


def _places(
    start: Start, paths: Mapping[int, list[int]], rungs: Mapping[int, Rung]
) -> Places:
    way_up = paths.get(start.own_unit_id, []) if start.own_unit_id else []
    return Places(
        way_up=tuple(rungs[unit_id] for unit_id in way_up),
        **{word: rungs[unit_id] for word, unit_id in start.named.items()},
    )
