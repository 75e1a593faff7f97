"""Who administers a unit: its one chief, whom the chief puts out, passwords they reset."""

import datetime as dt
import secrets
import string
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import Account, AdminAssignment, Person, Role, Unit
from admin_app.operations import accounts, audit
from admin_app.operations.roles import refuse_assign
from admin_app.operations.units import lock_unit
from admin_app.permissions import Actor, permits, visible

CODE_LENGTH: Final = 10
READABLE: Final = "".join(
    sorted(set(string.ascii_letters + string.digits) - set("0O1lIo"))
)
"""Signs that nobody confuses when a code is read out."""


def hand_over(
    session: Session, *, actor: Actor, assignment: AdminAssignment, now: dt.datetime
) -> AdminAssignment:
    """Make an administrator the chief in the actor's place, who loses the unit (U22).

    Sessions of both end; whoever looks sees exactly one chief at every moment.
    """
    lock_unit(session, assignment.unit_id)
    former = _current_chief(session, actor, assignment.unit_id, "hand_over")
    successor = _fresh(session, assignment.id)
    if successor.id == former.id:
        raise Refused("该管理员已经是超级管理员。")
    if successor.is_disabled or successor.account.is_disabled:
        raise Refused("该管理员或其账号已禁用，不能设为超级管理员。")
    if successor.department_id is not None:
        raise Refused("该管理员仅限管理部门，不能设为超级管理员，请先取消部门限制。")
    account_ids = former.account_id, successor.account_id
    role_id = former.role_id
    session.delete(former)
    # The index allows one chief: the former one goes first.
    session.flush()
    successor.is_chief = True
    successor.role_id = role_id
    session.flush()
    for account_id in account_ids:
        accounts.end_sessions(session, account_id=account_id)
    audit.record(
        session,
        "hand_over",
        object_kind="unit",
        object_id=successor.unit_id,
        before={"account_id": account_ids[0]},
        after={"account_id": account_ids[1], "at": now},
    )
    return successor


def appoint(
    session: Session, *, actor: Actor, account: Account, unit: Unit, role: Role
) -> AdminAssignment:
    """Let an existing account administer a unit by a role of its kind, never as chief."""
    locked = lock_unit(session, unit.id)
    _refuse_role(actor, locked, role)
    if not locked.is_active:
        raise Refused("该单位已停用，不能新增管理员。", field="unit")
    if account.is_disabled or account.is_superuser:
        raise Refused("该账号已禁用或属于系统管理员，不能设为单位管理员。")
    held = select(AdminAssignment.id).where(
        AdminAssignment.unit_id == locked.id, AdminAssignment.account_id == account.id
    )
    if session.scalar(held) is not None:
        raise Refused("该人员已经是该单位的管理员。")
    assignment = AdminAssignment(
        account_id=account.id, unit_id=locked.id, role_id=role.id
    )
    session.add(assignment)
    session.flush()
    return assignment


def change_role(
    session: Session, *, actor: Actor, assignment: AdminAssignment, role: Role
) -> None:
    """Give an administrator who is not chief another role of the unit's kind."""
    unit = lock_unit(session, assignment.unit_id)
    if assignment.is_chief:
        raise Refused("超级管理员的角色不能修改；请先设他人为超级管理员。")
    _refuse_role(actor, unit, role)
    assignment.role_id = role.id
    session.flush()


def _refuse_role(actor: Actor, unit: Unit, role: Role) -> None:
    if not permits(actor, "accounts:edit"):
        raise Forbidden("只有系统管理员可以办理。")
    refuse_assign(actor, role)
    is_shipped = role.unit_id is None and role.unit_kind is unit.kind
    if not (is_shipped or role.unit_id == unit.id):
        raise Refused("该角色不适用于该单位，请选择该类单位的角色。", field="role")


def disable_assignment(
    session: Session, *, actor: Actor, assignment: AdminAssignment
) -> None:
    """Take an administrator's right until further notice, from the next request on."""
    fresh = _lock_subordinate(session, actor, assignment, "disable")
    if fresh.is_disabled:
        raise Conflict("该管理员已禁用，请刷新后查看。")
    if not _others_in_office(session, fresh):
        raise Refused("这是该单位最后一名在用的管理员，不能禁用。")
    fresh.is_disabled = True
    session.flush()


def enable_assignment(
    session: Session, *, actor: Actor, assignment: AdminAssignment
) -> None:
    """Give a disabled administrator the right back."""
    fresh = _lock_subordinate(session, actor, assignment, "disable")
    if not fresh.is_disabled:
        raise Conflict("该管理员未禁用，请刷新后查看。")
    fresh.is_disabled = False
    session.flush()


def sign_out_everywhere(
    session: Session, *, actor: Actor, assignment: AdminAssignment
) -> None:
    """End every session of an administrator of the actor's own unit (AU-07)."""
    fresh = _fresh(session, assignment.id)
    if not actor.is_superuser:
        _current_chief(session, actor, fresh.unit_id, "disable")
    if fresh.account_id == actor.account_id:
        raise Refused("本人的登录请到“登录与安全”中管理。")
    if not accounts.end_sessions(session, account_id=fresh.account_id):
        raise Refused("该管理员当前没有登录，无需下线。")


def reset_password(
    session: Session, *, actor: Actor, account: Account, now: dt.datetime
) -> str | None:
    """Set a password that works once and for a day, and end all sessions (AU-05).

    For a professional it is the initial password and nothing is returned. For an
    administrator it is a code that is told here only, to the actor: their identity
    number is known to too many.
    """
    held = _assignments(session, account)
    if account.is_superuser:
        raise Forbidden("系统管理员的密码不能在此重置。")
    if not actor.is_superuser:
        _refuse_reset(session, actor, account, held)
    code = one_time_code() if held else None
    accounts.reset_password(session, account=account, now=now, password=code)
    return code


def one_time_code() -> str:
    """Return a random password that keeps the rule of composition."""
    while True:
        code = "".join(secrets.choice(READABLE) for _ in range(CODE_LENGTH))
        if not (code.isalpha() or code.isdigit()):
            return code


def _refuse_reset(
    session: Session, actor: Actor, account: Account, held: list[AdminAssignment]
) -> None:
    """Refuse a reset by which the actor would gain more than they administer."""
    if account.id == actor.account_id:
        raise Forbidden("不能重置本人的密码，请使用“修改密码”。")
    person = account.person
    in_scope = visible(select(Person.id).where(Person.id == person.id), Person, actor)
    is_ours = person.unit_id is None or session.scalar(in_scope) is not None
    if held:
        # Whoever administers elsewhere as well would be entered by our chief.
        only_here = all(row.unit_id == actor.unit_id for row in held)
        if not (_is_chief(session, actor, "reset_password") and only_here and is_ours):
            raise Forbidden(
                "只有本单位超级管理员可以重置本单位管理员的密码；"
                "该管理员还有其他单位的身份时，请联系系统管理员。"
            )
        return
    allowed = actor.is_administrator and permits(actor, "person_query:reset_password")
    if person.unit_id is None or not (allowed and is_ours):
        raise Forbidden("只能重置管辖范围内专业技术人员的密码。")


def _lock_subordinate(
    session: Session, actor: Actor, assignment: AdminAssignment, verb: str
) -> AdminAssignment:
    """Return an added administrator of the chief's own unit, with the unit locked."""
    lock_unit(session, assignment.unit_id)
    fresh = _fresh(session, assignment.id)
    if not actor.is_superuser:
        _current_chief(session, actor, fresh.unit_id, verb)
    if fresh.is_chief:
        raise Refused("超级管理员不能禁用；请先设他人为超级管理员。")
    return fresh


def _current_chief(
    session: Session, actor: Actor, unit_id: int, verb: str
) -> AdminAssignment:
    """Return the actor's assignment if they are still chief of this unit."""
    if actor.unit_id != unit_id or not _is_chief(session, actor, verb):
        raise Forbidden("只有本单位的超级管理员可以办理。")
    assert actor.assignment_id is not None
    return session.get_one(AdminAssignment, actor.assignment_id)


def _is_chief(session: Session, actor: Actor, verb: str) -> bool:
    if not (actor.is_chief and permits(actor, f"unit_admins:{verb}")):
        return False
    own = session.get(AdminAssignment, actor.assignment_id, populate_existing=True)
    return own is not None and own.is_chief


def _fresh(session: Session, assignment_id: int) -> AdminAssignment:
    found = session.scalar(
        select(AdminAssignment)
        .where(AdminAssignment.id == assignment_id)
        .options(joinedload(AdminAssignment.account))
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Conflict("该管理员已被移除，请刷新后查看。")
    return found


def _assignments(session: Session, account: Account) -> list[AdminAssignment]:
    statement = select(AdminAssignment).where(AdminAssignment.account_id == account.id)
    return list(session.scalars(statement))


def _others_in_office(session: Session, assignment: AdminAssignment) -> bool:
    others = (
        select(AdminAssignment.id)
        .join(Account, Account.id == AdminAssignment.account_id)
        .where(
            AdminAssignment.unit_id == assignment.unit_id,
            AdminAssignment.id != assignment.id,
            ~AdminAssignment.is_disabled,
            ~Account.is_disabled,
        )
    )
    return session.scalar(others.limit(1)) is not None
