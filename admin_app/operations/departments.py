"""How a department comes into a unit, moves, rests, leaves, and what changes (U19, R04)."""

import functools
import operator
from collections.abc import Iterable
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, String, exists, func, literal, select, update
from sqlalchemy.orm import Session, aliased

from admin_app.errors import Conflict, Forbidden, Refused, msgid
from admin_app.models import (
    AdminAssignment,
    Declaration,
    Department,
    Person,
    PersonRegistration,
    Transfer,
    Unit,
)
from admin_app.operations import audit
from admin_app.operations.units import lock_unit
from admin_app.permissions import Actor, permits, prefix_range
from admin_app.rules.paths import steps_of

MOST_LEVELS: Final = 10
"""So deep is a unit's tree at most: a path must fit into its column."""
TOP: Final = "/"
"""The place of a department that has none above it."""

STAYS: Final[tuple[tuple[str, tuple[Any, ...]], ...]] = (
    (
        msgid(
            "该部门有 %(n)s 个下级部门，不能删除；请先移动或删除下级部门，或改为禁用。"
        ),
        (Department.parent_id,),
    ),
    (
        msgid(
            "该部门有 %(n)s 名人员，不能删除；"
            "请先将人员调整到其他部门，或改为禁用（人员不受影响）。"
        ),
        (Person.department_id,),
    ),
    (
        msgid(
            "有 %(n)s 名管理员仅限管理该部门，不能删除；"
            "请先在“管理单位管理员”中调整，或改为禁用。"
        ),
        (AdminAssignment.department_id,),
    ),
    (
        msgid(
            "该部门有 %(n)s 条注册、申报或调转记录，不能删除；"
            "可以改为禁用，历史记录仍会显示该部门。"
        ),
        (
            PersonRegistration.department_id,
            Declaration.department_id,
            Transfer.to_department_id,
        ),
    ),
)
"""What keeps a department from being deleted, and the sentence that says so."""


def open_department(
    session: Session, *, actor: Actor, department: Department, unit: Unit
) -> Department:
    """Store a new department of the unit, below its parent if it has one."""
    parent = department.parent
    place = parent.path if parent else TOP
    _require(actor, "create", unit_id=unit.id, place=place)
    locked = lock_unit(session, unit.id)
    if not locked.is_active:
        raise Refused("该单位已停用，不能新增部门。", field="unit")
    if parent is not None:
        _refuse_parent(parent, locked.id)
        if not parent.is_active:
            raise Refused("上级部门（内设）已禁用，请先启用。", field="parent")
    parent_id = parent.id if parent else None
    _refuse_depth(_level(place) + 1)
    _refuse_taken_name(session, department, locked.id, parent_id)
    department.unit_id, department.parent_id = locked.id, parent_id
    # The path ends with the key, which only the database knows.
    department.path = f"new/{uuid4().hex}/"
    session.add(department)
    session.flush()
    department.path = f"{place}{department.id}/"
    session.flush()
    return department


def rename_department(
    session: Session, *, actor: Actor, department: Department
) -> None:
    """Store a department's new name and code; its place in the tree stays."""
    unit_id = department.unit_id
    _require(actor, "edit", unit_id=unit_id, place=place_above(department.path))
    with session.no_autoflush:
        lock_unit(session, unit_id)
        _refuse_taken_name(session, department, unit_id, department.parent_id)
    session.flush()


def move_department(
    session: Session,
    *,
    actor: Actor,
    department: Department,
    parent: Department | None,
) -> None:
    """Hang a department with all below it on another parent, or on none.

    The paths of the whole subtree are written by one statement, under the unit's lock.
    """
    unit_id = department.unit_id
    lock_unit(session, unit_id)
    for row in filter(None, (department, parent)):
        session.refresh(row)
    before, place = department.path, parent.path if parent else TOP
    for level in (place_above(before), place):
        _require(actor, "edit", unit_id=unit_id, place=level)
    if place == place_above(before):
        raise Conflict("该部门已在所选上级之下，无需移动。", field="parent")
    if parent is not None:
        _refuse_parent(parent, unit_id)
        if place.startswith(before):
            raise Refused(
                "不能移到本部门或它的下级部门之下，请选择其他上级部门。", field="parent"
            )
        if department.is_active and not parent.is_active:
            raise Refused("上级部门（内设）已禁用，请先启用。", field="parent")
    _refuse_depth(_height(session, before) + _level(place))
    new_parent_id = parent.id if parent else None
    _refuse_taken_name(session, department, unit_id, new_parent_id)
    audit.record(
        session,
        "move",
        object_kind="department",
        object_id=department.id,
        before={"parent_id": department.parent_id},
        after={"parent_id": new_parent_id},
    )
    _write_place(session, department, parent)


def delete_department(
    session: Session, *, actor: Actor, department: Department
) -> None:
    """Delete a department that nobody and nothing hangs on; others can be disabled."""
    lock_unit(session, department.unit_id)
    session.refresh(department)
    place = place_above(department.path)
    _require(actor, "delete", unit_id=department.unit_id, place=place)
    _refuse_used(session, department)
    session.delete(department)
    session.flush()


def in_use() -> ColumnElement[bool]:
    """Return which departments are in use, with everything above them."""
    above = aliased(Department)
    is_below = Department.path.like(above.path.concat("%"))
    closed = exists().where(
        above.unit_id == Department.unit_id, above.is_active.is_(False), is_below
    )
    return ~closed


def offers_department(
    session: Session, *, unit_id: int, department_id: int | None = None
) -> bool:
    """Tell whether the unit has this department in use, or any if none is named."""
    found = select(Department.id).where(Department.unit_id == unit_id, in_use())
    if department_id is not None:
        found = found.where(Department.id == department_id)
    return session.scalar(found.limit(1)) is not None


def names_above(session: Session, paths: Iterable[str]) -> dict[int, str]:
    """Return the names of all departments on these paths, in one statement."""
    ids = {key for path in paths for key in steps_of(path)}
    if not ids:
        return {}
    rows = select(Department.id, Department.name).where(Department.id.in_(ids))
    return {row.id: row.name for row in session.execute(rows)}


def place_above(path: str) -> str:
    """Return the path of the place that a department hangs on."""
    return path[: path.rstrip("/").rfind("/") + 1]


def told_path(path: str, names: dict[int, str]) -> str:
    """Write a path as the names on it, from the top down."""
    return " / ".join(names[key] for key in steps_of(path) if key in names)


def disable_department(
    session: Session, *, actor: Actor, department: Department
) -> None:
    """Put a department with all below it out of use; history keeps naming it (U19)."""
    _lock_department(session, actor, department)
    if not department.is_active:
        raise Conflict("该部门已禁用，请刷新后查看。")
    below = select(Department).where(prefix_range(Department.path, department.path))
    for each in session.scalars(below):
        each.is_active = False
    session.flush()


def enable_department(
    session: Session, *, actor: Actor, department: Department
) -> None:
    """Put one department into use again, below one that is in use."""
    _lock_department(session, actor, department)
    if department.is_active:
        raise Conflict("该部门未禁用，请刷新后查看。")
    if department.parent is not None and not department.parent.is_active:
        raise Refused("上级部门（内设）已禁用，请先启用上级部门。")
    department.is_active = True
    session.flush()


def _level(path: str) -> int:
    return path.count("/") - 1


def _height(session: Session, path: str) -> int:
    """Return how many levels a subtree has."""
    slashes = func.length(Department.path) - func.length(
        func.replace(Department.path, "/", "")
    )
    deepest = session.scalar(
        select(func.max(slashes)).where(prefix_range(Department.path, path))
    )
    return (deepest or 0) - path.count("/") + 1


def _write_place(
    session: Session, department: Department, parent: Department | None
) -> None:
    before = department.path
    after = f"{parent.path if parent else TOP}{department.id}/"
    department.parent_id = parent.id if parent else None
    session.flush()
    rest = func.substr(Department.path, len(before) + 1)
    session.execute(
        update(Department)
        .where(prefix_range(Department.path, before))
        .values(path=literal(after, String).concat(rest))
        .execution_options(synchronize_session=False)
    )
    for row in list(session.identity_map.values()):
        if isinstance(row, Department):
            session.expire(row)


def _refuse_parent(parent: Department, unit_id: int) -> None:
    if parent.unit_id != unit_id:
        raise Refused("上级部门（内设）不属于该单位，请重新选择。", field="parent")


def _refuse_depth(levels: int) -> None:
    if levels > MOST_LEVELS:
        raise Refused(
            "部门最多 %(most)s 级，请选择更高一级的上级部门。",
            field="parent",
            most=MOST_LEVELS,
        )


def _refuse_taken_name(
    session: Session, department: Department, unit_id: int, parent_id: int | None
) -> None:
    # UNIQUE lets two departments without a parent share a name.
    same = select(Department.id).where(
        Department.unit_id == unit_id,
        Department.parent_id == parent_id,
        Department.name == department.name,
        Department.id != (department.id or 0),
    )
    if session.scalar(same.limit(1)) is not None:
        raise Refused("同一上级下已有同名部门，请更换名称。", field="name")


def _refuse_used(session: Session, department: Department) -> None:
    counts = [
        functools.reduce(
            operator.add,
            [
                select(func.count()).where(column == department.id).scalar_subquery()
                for column in columns
            ],
        )
        for _sentence, columns in STAYS
    ]
    found = session.execute(select(*counts)).one()
    for (sentence, _columns), count in zip(STAYS, found, strict=True):
        if count:
            raise Refused(sentence, n=count)


def _require(actor: Actor, verb: str, *, unit_id: int, place: str) -> None:
    """Refuse whoever may not do that to what hangs on this place.

    A department's own administrator acts below it: what it hangs on is not theirs (R09).
    """
    if actor.is_superuser:
        return
    is_own = actor.is_administrator and actor.unit_id == unit_id
    if not (is_own and permits(actor, f"departments:{verb}")):
        raise Forbidden("只有本单位有权限的管理员可以新增或修改部门。")
    if actor.department_id is not None and not place.startswith(actor.department_path):
        raise Forbidden("您只能管理本部门之下的部门，请联系单位管理员。")


def _lock_department(session: Session, actor: Actor, department: Department) -> None:
    """Lock the unit and read the department anew, or refuse whose it is not."""
    lock_unit(session, department.unit_id)
    session.refresh(department)
    is_ours = actor.is_administrator and actor.unit_id == department.unit_id
    # Their own department is above a department's administrator, not below.
    is_below = actor.department_id is None or (
        department.id != actor.department_id
        and department.path.startswith(actor.department_path)
    )
    allowed = is_ours and is_below and permits(actor, "departments:disable")
    if not (actor.is_superuser or allowed):
        raise Forbidden("只有本单位有权限的管理员可以禁用或启用部门。")
