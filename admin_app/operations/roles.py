"""Who may give which permissions to a role, and when a role may go (U27, AZ-08)."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.enums import UnitKind
from admin_app.errors import Forbidden, Refused
from admin_app.models import Account, AdminAssignment, Person, Role, RolePermission
from admin_app.permissions import CATALOGUE, Actor, Module, permits

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
    kept = [held for held in role.permissions if held.permission in permissions]
    new = set(permissions) - {held.permission for held in kept}
    role.permissions = kept + [RolePermission(permission=name) for name in sorted(new)]


def refuse_edit(session: Session, actor: Actor, role: Role) -> None:
    """Refuse shipped roles, one's own role, and roles above one's own."""
    if actor.is_superuser:
        return
    if role.unit_id is None or role.code is not None:
        raise Forbidden("系统自带的角色不能修改，请新建角色。")
    own = select(AdminAssignment.role_id).where(
        AdminAssignment.id == actor.assignment_id
    )
    if session.scalar(own) == role.id:
        raise Forbidden("不能修改您本人所用的角色。")
    if any(not permits(actor, held.permission) for held in role.permissions):
        raise Forbidden("该角色的权限高于您本人，不能修改。")


def delete_role(session: Session, actor: Actor, role: Role) -> None:
    """Delete a role that nobody uses; the refusal names who does."""
    refuse_edit(session, actor, role)
    if names := holders(session, role):
        raise Refused(
            "该角色正由 %(names)s 使用，请先为他们更换角色再删除。",
            names="、".join(names),
        )
    session.delete(role)


def holders(session: Session, role: Role) -> Sequence[str]:
    """Return the names of some of those who use the role."""
    statement = (
        select(Person.name)
        .join(Account, Account.person_id == Person.id)
        .join(AdminAssignment, AdminAssignment.account_id == Account.id)
        .where(AdminAssignment.role_id == role.id)
        .order_by(Person.name, Person.id)
        .limit(NAMED_HOLDERS)
    )
    return session.scalars(statement).all()
