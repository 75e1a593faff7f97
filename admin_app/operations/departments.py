"""How a department comes into a unit, and what of it can be changed (U19, R04)."""

from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.errors import Forbidden, Refused
from admin_app.models import Department, Unit
from admin_app.operations.units import lock_unit
from admin_app.permissions import Actor, permits


def open_department(
    session: Session, *, actor: Actor, department: Department, unit: Unit
) -> Department:
    """Store a new department of the unit, below its parent if it has one."""
    _require(actor, unit.id, "create")
    locked = lock_unit(session, unit.id)
    if not locked.is_active:
        raise Refused("该单位已停用，不能新增部门。", field="unit")
    parent = department.parent
    if parent is not None and parent.unit_id != locked.id:
        raise Refused("上级部门（内设）不属于该单位，请重新选择。", field="parent")
    if parent is not None and not parent.is_active:
        raise Refused("上级部门（内设）已禁用，请先启用。", field="parent")
    parent_id = parent.id if parent else None
    _refuse_taken_name(session, department, locked.id, parent_id)
    department.unit_id, department.parent_id = locked.id, parent_id
    # The path ends with the key, which only the database knows.
    department.path = f"new/{uuid4().hex}/"
    session.add(department)
    session.flush()
    department.path = f"{parent.path if parent else '/'}{department.id}/"
    session.flush()
    return department


def rename_department(
    session: Session, *, actor: Actor, department: Department
) -> None:
    """Store a department's new name and code; its place in the tree stays."""
    _require(actor, department.unit_id, "edit")
    with session.no_autoflush:
        _refuse_taken_name(
            session, department, department.unit_id, department.parent_id
        )
    session.flush()


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


def _require(actor: Actor, unit_id: int, verb: str) -> None:
    is_own = actor.is_administrator and actor.unit_id == unit_id
    is_whole = actor.department_id is None
    allowed = is_own and is_whole and permits(actor, f"departments:{verb}")
    if not (actor.is_superuser or allowed):
        raise Forbidden("只有本单位有权限的管理员可以新增或修改部门。")
