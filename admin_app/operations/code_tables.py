"""Trees of codes: the way down to a row, what hangs below, taking rows out of use (R04)."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin_app.errors import Conflict, Forbidden
from admin_app.permissions import Actor, permits


def way_to(session: Session, model: Any, key: int) -> list[tuple[int, str]]:
    """Return id and name of a row and of all above it, the top first, in one statement."""
    start = select(model.id, model.name, model.parent_id, model.level).where(
        model.id == key
    )
    way = start.cte("way", recursive=True)
    way = way.union_all(
        select(model.id, model.name, model.parent_id, model.level).join(
            way, model.id == way.c.parent_id
        )
    )
    rows = session.execute(select(way.c.id, way.c.name).order_by(way.c.level))
    return [(row.id, row.name) for row in rows]


def count_below(session: Session, model: Any, keys: Collection[int]) -> dict[int, int]:
    """Return how many rows hang directly on each of these."""
    rows = session.execute(
        select(model.parent_id, func.count())
        .where(model.parent_id.in_(keys))
        .group_by(model.parent_id)
    )
    return {row[0]: row[1] for row in rows}


def set_in_use(session: Session, *, actor: Actor, row: Any, in_use: bool) -> None:
    """Offer a row to those who choose, or no longer; what has chosen it keeps it."""
    if not permits(actor, "reference_data:edit"):
        raise Forbidden("只有系统管理员可以修改基础数据。")
    if row.is_active is in_use:
        raise Conflict("该记录的状态没有变化，请刷新后查看。")
    row.is_active = in_use
    session.flush()
