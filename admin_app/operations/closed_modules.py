"""Which modules units of a kind and level use at all: the superuser's say (R04)."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.enums import UnitKind
from admin_app.errors import Forbidden, Refused
from admin_app.models import ClosedModule
from admin_app.permissions import CATALOGUE, DECIDING, Actor, Module

Place = tuple[UnitKind, str]
"""A module as used by units of a kind."""
CLOSABLE: Final[tuple[Module, ...]] = tuple(
    module
    for module in CATALOGUE.values()
    if module.kinds and module.name not in DECIDING
)
PLACES: Final = frozenset(
    (kind, module.name) for module in CLOSABLE for kind in module.kinds
)
"""What can be closed; what decides cannot, and what no unit has need not be."""


def closed_places(session: Session, level_id: int | None) -> set[Place]:
    """Return what is closed to units of a level, or to those of every level."""
    rows = session.execute(
        select(ClosedModule.unit_kind, ClosedModule.module).where(
            ClosedModule.level_id == level_id
        )
    )
    return {(kind, module) for kind, module in rows}


def close_modules(
    session: Session, *, actor: Actor, level_id: int | None, closed: Collection[Place]
) -> bool:
    """Let exactly these be closed to a level, or to every level; tell whether it changed.

    It holds from the next request of each administrator on.
    """
    if not actor.is_superuser:
        raise Forbidden("只有系统管理员可以设置单位可用的模块。")
    if not PLACES.issuperset(closed):
        raise Refused("审批类模块不能关闭，否则待办事项无人办理。")
    before = closed_places(session, level_id)
    rows = session.scalars(
        select(ClosedModule).where(ClosedModule.level_id == level_id)
    )
    for row in rows:
        if (row.unit_kind, row.module) not in closed:
            session.delete(row)
    session.add_all(
        ClosedModule(unit_kind=kind, level_id=level_id, module=module)
        for kind, module in sorted(set(closed) - before, key=str)
    )
    session.flush()
    return set(closed) != before
