"""Where units stand in the tree: held while something relies on it, and moved.

Two locks make "nothing pending below, or no change of the unit" true at every moment:

- whoever sends something, or places a unit, shares the rows of its units and of what
  stands above them (`hold_way`); of HR authorities, whose rows are the busiest, only
  those that are its units themselves;
- whoever changes a unit has its row and all rows below alone (`hold_below`).

Both wait for each other at the unit where something is sent. Both take the deepest rows
first, so that nobody who has a row from above waits for one below.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import func, literal, or_, select, update
from sqlalchemy.orm import Session

from admin_app.enums import UnitKind
from admin_app.errors import Refused
from admin_app.models import LONGEST_PATH, Unit
from admin_app.permissions import prefix_range

DEEPEST_FIRST: Final[tuple[Any, ...]] = (Unit.depth.desc(), Unit.id)


def way_up(path: str) -> list[int]:
    """Return the ids from the unit of this path up to the root."""
    return [int(step) for step in path.strip("/").split("/")][::-1]


def hold_way(session: Session, unit_ids: Iterable[int]) -> set[int]:
    """Let these units stand where they are; return the ids of all on their ways up."""
    wanted = set(unit_ids)
    paths = _paths(session, wanted)
    while True:
        steps = {step for path in paths.values() for step in way_up(path)}
        is_quiet = or_(Unit.kind != UnitKind.hr_authority, Unit.id.in_(wanted))
        among = select(Unit.id, Unit.path).where(Unit.id.in_(steps), is_quiet)
        rows = session.execute(
            among.order_by(*DEEPEST_FIRST).with_for_update(read=True)
        )
        fresh = {row.id: row.path for row in rows if row.id in wanted}
        if fresh == paths:
            return steps
        # A unit above was moved between the two looks.
        paths = fresh


def hold_below(session: Session, unit_id: int) -> Unit:
    """Keep everybody else from the unit and all below it; return it as it is now."""
    held = 0
    while True:
        unit = session.get_one(Unit, unit_id, populate_existing=True)
        below = select(Unit.id).where(prefix_range(Unit.path, unit.path))
        rows = below.order_by(*DEEPEST_FIRST).with_for_update().subquery()
        found = session.scalar(select(func.count()).select_from(rows)) or 0
        if found == held:
            return unit
        # What is held stays; a unit may have come in while we waited for another.
        held = found


def move_below(session: Session, *, unit: Unit, superior: Unit) -> None:
    """Put a unit with all below it under another superior: two statements, whatever N.

    The unit is held by `hold_below` and the superior by `hold_way`, and not below it.
    """
    old, new = unit.path, f"{superior.path}{unit.id}/"
    below = prefix_range(Unit.path, old)
    longest = session.scalar(select(func.max(func.length(Unit.path))).where(below))
    refuse_long_path((longest or 0) - len(old) + len(new))
    deeper = superior.depth + 1 - unit.depth
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
    unit.superior_id = superior.id
    session.flush()


def refuse_long_path(length: int) -> None:
    """Refuse a place so deep that its path cannot be written down."""
    if length > LONGEST_PATH:
        raise Refused(
            "单位层级过深，不能放在该上级部门之下，请选择层级更高的上级部门。",
            field="superior_id",
        )


def _paths(session: Session, unit_ids: set[int]) -> dict[int, str]:
    rows = session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(unit_ids)))
    return {row.id: row.path for row in rows}
