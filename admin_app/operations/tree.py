"""Where units stand in the tree: held while something relies on it, and moved.

Two locks make "nothing pending below, or no change of the unit" true at every moment:

- whoever sends something, or places a unit, shares the rows of its units and of what
  stands above them (`hold_way`); of HR authorities, whose rows are the busiest, only
  those that are its units themselves;
- whoever changes a unit has its row and all rows below alone (`hold_below`).

Both wait for each other at the unit where something is sent. Both take rows in one order,
whatever is below first, so that nobody who has a row from above waits for one below.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    func,
    inspect,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from admin_app.dialects import among_named
from admin_app.enums import UnitKind
from admin_app.errors import Refused
from admin_app.models import LONGEST_PATH, Unit
from admin_app.operations import counters
from admin_app.permissions import prefix_range
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.rules.paths import way_up

Way = Mapping[int, Any]
"""Units by their ids: path, kind, superior, and whether they are open."""
BELOW_FIRST: Final[Any] = Unit.path.desc()
"""A path begins with those of all above it; its index gives the order for nothing."""


def hold_way(session: Session, unit_ids: Iterable[int]) -> Way:
    """Let these units stand where they are; return them and all on their ways up."""
    wanted = set(unit_ids)
    # What is loaded may be out of date; then the look with the locks shows it.
    paths = _loaded_paths(session, wanted) or _paths(session, wanted)
    while True:
        steps = {step for path in paths.values() for step in way_up(path)}
        about = {"named": sorted(steps), "wanted": sorted(wanted)}
        way = {row.id: row for row in HELD.rows(session, about)}
        fresh = {key: way[key].path for key in wanted if key in way}
        if fresh == paths:
            return way
        # A unit above was moved between the two looks.
        paths = fresh


def steps_up(session: Session, unit_ids: Iterable[int]) -> set[int]:
    """Return the ids of units and of all above them, as far as the session knows."""
    wanted = set(unit_ids)
    paths = _loaded_paths(session, wanted) or _paths(session, wanted)
    return {step for path in paths.values() for step in way_up(path)}


def hold_below(session: Session, unit_id: int) -> Unit:
    """Keep everybody else from the unit and all below it; return it as it is now."""
    unit = session.get_one(Unit, unit_id, populate_existing=True)
    held = None
    while held is None or held != _count(session, _below(unit)):
        # What is held stays; a unit may have come in while we waited for another.
        rows = _below(unit).order_by(BELOW_FIRST).with_for_update()
        held = _count(session, rows)
        session.refresh(unit)
    return unit


def move_below(session: Session, *, unit: Unit, superior: Unit) -> None:
    """Put a unit with all below it under another superior: a few statements, whatever N.

    The unit is held by `hold_below` and the superior by `hold_way`, and not below it.
    """
    old, new = unit.path, f"{superior.path}{unit.id}/"
    below = prefix_range(Unit.path, old)
    if len(new) > len(old):
        longest = session.scalar(select(func.max(func.length(Unit.path))).where(below))
        refuse_long_path((longest or 0) - len(old) + len(new))
    deeper = superior.depth + 1 - unit.depth
    counters.move_rolls(session, unit.id, old=old, new=new)
    unit.superior_id = superior.id
    session.flush()
    session.execute(
        update(Unit)
        .where(below)
        .values(
            path=literal(new).concat(func.substr(Unit.path, len(old) + 1)),
            depth=Unit.depth + deeper,
        )
        .execution_options(synchronize_session=False)
    )
    for row in list(session.identity_map.values()):
        if isinstance(row, Unit):
            session.expire(row)


def refuse_long_path(length: int) -> None:
    """Refuse a place so deep that its path cannot be written down."""
    if length > LONGEST_PATH:
        raise Refused(
            "单位层级过深，不能放在该上级部门之下，请选择层级更高的上级部门。",
            field="superior_id",
        )


def _below(unit: Unit) -> Select[int]:
    return select(Unit.id).where(prefix_range(Unit.path, unit.path))


def _count(session: Session, rows: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def held(which: ColumnElement[bool]) -> CompoundSelect[*tuple[Any, ...]]:
    """Return the statement for units that are kept as they are, and authorities as seen.

    Those of `which` that are HR authorities are kept only if they are `wanted`.
    """
    columns = select(
        Unit.id,
        Unit.path,
        Unit.kind,
        Unit.has_review_right,
        Unit.is_active,
        Unit.superior_id,
    ).where(which)
    is_kept = (Unit.kind != UnitKind.hr_authority) | among_named(Unit.id, "wanted")
    kept = columns.where(is_kept).order_by(BELOW_FIRST)
    found = kept.with_for_update(read=True).subquery()
    return select(*found.c).union_all(columns.where(~is_kept))


NAMED: Final = among_named(Unit.id, "named")
HELD: Final = Prepared(held(NAMED).execution_options(**SAME_PLAN))


def _loaded_paths(session: Session, unit_ids: set[int]) -> dict[int, str]:
    """Return the paths of units that the session has loaded, nothing unless of all."""
    paths: dict[int, str] = {}
    for unit_id in unit_ids:
        unit = session.identity_map.get(identity_key(Unit, unit_id))
        if unit is None or "path" not in inspect(unit).dict:
            return {}
        paths[unit_id] = unit.path
    return paths


def _paths(session: Session, unit_ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(unit_ids)))
    return {row.id: row.path for row in rows}
