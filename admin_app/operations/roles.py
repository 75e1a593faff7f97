"""Who may give which permissions to a role, and when a role may go (U27, AZ-08)."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from admin_app.enums import UnitKind
from admin_app.errors import Forbidden, Refused
from admin_app.models import (
    Account,
    AdminAssignment,
    Department,
    Person,
    Role,
    RolePermission,
)
from admin_app.permissions import CATALOGUE, Actor, Module, permits, prefix_range

NAMED_HOLDERS = 5


def grantable(actor: Actor, kind: UnitKind | None) -> dict[Module, tuple[str, ...]]:
    """Return the modules that a role of this kind of unit may hold, with the verbs that
    the actor holds and so may give away; None stands for a role of the platform.
    """
    found = {}
    for module in CATALOGUE.values():
        fits = kind in module.kinds if kind else not module.kinds
        verbs = tuple(
            verb for verb in module.verbs if permits(actor, f"{module.name}:{verb}")
        )
        if fits and verbs:
            found[module] = verbs
    return found


def give_permissions(actor: Actor, role: Role, permissions: Collection[str]) -> None:
    """Let the role hold exactly these permissions, all of which the actor may give."""
    offered = {
        f"{module.name}:{verb}"
        for module, verbs in grantable(actor, role.unit_kind).items()
        for verb in verbs
    }
    if set(permissions) - offered:
        raise Forbidden(
            "不能授予您本人没有、或不适用于该类单位的权限。", field="permissions"
        )
    if not permissions:
        raise Refused("请至少选择一项权限。", field="permissions")
    # Whoever may do something with records has to find them.
    looks = {f"{name.partition(':')[0]}:view" for name in permissions}
    wanted = {*permissions, *(looks & offered)}
    kept = [held for held in role.permissions if held.permission in wanted]
    new = wanted - {held.permission for held in kept}
    role.permissions = kept + [RolePermission(permission=name) for name in sorted(new)]


def refuse_edit(session: Session, actor: Actor, role: Role) -> None:
    """Refuse shipped roles, one's own role, and roles of one's equals or betters."""
    if actor.is_superuser:
        return
    if role.unit_id is None or role.code is not None:
        raise Forbidden("系统自带的角色不能修改，请新建角色。")
    if not actor.is_administrator or role.unit_id != actor.unit_id:
        raise Forbidden("只能修改本单位的角色。")
    own = select(AdminAssignment.role_id).where(
        AdminAssignment.id == actor.assignment_id
    )
    if session.scalar(own) == role.id:
        raise Forbidden("不能修改您本人所用的角色。")
    if any(not permits(actor, held.permission) for held in role.permissions):
        raise Forbidden("该角色的权限高于您本人，不能修改。")
    if session.scalar(_held_by_equals(actor, role)) is not None:
        raise Forbidden("该角色由与您同级或更高的管理员使用，不能修改。")


def permissions_of(session: Session, role_id: int) -> set[str]:
    """Return what a role holds."""
    held = select(RolePermission.permission).where(RolePermission.role_id == role_id)
    return set(session.scalars(held))


def shipped_roles(session: Session, kind: UnitKind | None) -> Sequence[Role]:
    """Return the roles that come with the platform for this kind of unit."""
    return session.scalars(
        select(Role)
        .where(Role.unit_id.is_(None), Role.unit_kind == kind)
        .options(selectinload(Role.permissions))
        .order_by(Role.is_chief.desc(), Role.id)
    ).all()


def offered_roles(session: Session, actor: Actor) -> list[Role]:
    """Return the roles that the actor may give to administrators of their unit."""
    shipped = Role.unit_id.is_(None) & (Role.unit_kind == actor.unit_kind)
    found = session.scalars(
        select(Role)
        .where(shipped | (Role.unit_id == actor.unit_id), ~Role.is_chief)
        .options(selectinload(Role.permissions))
        .order_by(Role.unit_id.is_(None), Role.name, Role.id)
    )
    return [
        role
        for role in found
        if all(permits(actor, held.permission) for held in role.permissions)
    ]


def refuse_assign(actor: Actor, role: Role) -> None:
    """Refuse to give somebody a role of another unit, a chief's, or one above one's own."""
    if role.is_chief:
        raise Forbidden("超级管理员角色只能通过“设为超级管理员”移交。")
    if actor.is_superuser:
        return
    is_ours = actor.is_administrator and role.unit_id == actor.unit_id
    is_shipped = role.unit_id is None and role.unit_kind is actor.unit_kind
    if not (is_ours or is_shipped):
        raise Forbidden("只能使用本单位的角色。")
    if any(not permits(actor, held.permission) for held in role.permissions):
        raise Forbidden("该角色的权限高于您本人，不能授予。")


def delete_role(session: Session, actor: Actor, role: Role) -> None:
    """Delete a role that nobody uses; the refusal names who does."""
    refuse_edit(session, actor, role)
    names = holders(session, role)
    named = "、".join(names[:NAMED_HOLDERS])
    if len(names) > NAMED_HOLDERS:
        raise Refused(
            "该角色正由 %(names)s 等 %(count)s 人使用，请先为他们更换角色再删除。",
            names=named,
            count=len(names),
        )
    if names:
        raise Refused(
            "该角色正由 %(names)s 使用，请先为他们更换角色再删除。", names=named
        )
    session.delete(role)


def _held_by_equals(actor: Actor, role: Role) -> Select[int]:
    """Return who of the role's holders does not stand below the actor.

    Below a chief stands everybody else, below the unit's other administrators those of
    departments, below a department's those of departments further down.
    """
    holder = AdminAssignment
    held = select(holder.id).where(holder.role_id == role.id).limit(1)
    if actor.is_chief:
        return held.where(holder.is_chief)
    if actor.department_id is None:
        return held.where(holder.department_id.is_(None))
    further_down = select(Department.id).where(
        prefix_range(Department.path, actor.department_path),
        Department.id != actor.department_id,
    )
    return held.where(
        holder.department_id.is_(None) | holder.department_id.not_in(further_down)
    )


def holders(session: Session, role: Role) -> Sequence[str]:
    """Return the names of those who use the role."""
    statement = (
        select(Person.name)
        .join(Account, Account.person_id == Person.id)
        .join(AdminAssignment, AdminAssignment.account_id == Account.id)
        .where(AdminAssignment.role_id == role.id)
        .order_by(Person.name, Person.id)
    )
    return session.scalars(statement).all()
