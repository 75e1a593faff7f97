"""Who becomes an administrator of a unit, with which part of it, and who leaves (U20-U24)."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from admin_app.errors import Forbidden, Refused
from admin_app.models import (
    Account,
    AdminAssignment,
    Department,
    Person,
    Role,
    Unit,
)
from admin_app.operations import audit
from admin_app.operations.accounts import INITIAL_PASSWORD_LIFETIME
from admin_app.operations.administrators import (
    fresh_assignment,
    one_time_code,
    others_in_office,
)
from admin_app.operations.passwords import hash_password
from admin_app.operations.roles import refuse_assign
from admin_app.operations.units import lock_unit
from admin_app.permissions import Actor, permits
from admin_app.rules.days import day_of
from admin_app.rules.identity import parse_id_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who is not yet a user of the system, as the chief tells it."""

    id_number: str
    name: str
    mobile: str
    email: str

    def __repr__(self) -> str:
        """Keep everything out of logs and tracebacks (PR-05)."""
        return "Newcomer()"


@dataclass(frozen=True, slots=True)
class Appointed:
    """Who was taken on, with the one-time password of an account made just now."""

    assignment: AdminAssignment
    code: str | None = None


def appoint_person(
    session: Session,
    *,
    actor: Actor,
    person: Person,
    unit: Unit,
    role: Role,
    department: Department | None,
    now: dt.datetime,
) -> Appointed:
    """Let somebody known administer the unit; without a login they get one."""
    code = None
    if person.account is None:
        code = _open_account(session, person, now)
    assert person.account is not None
    assignment = appoint(
        session,
        actor=actor,
        account=person.account,
        unit=unit,
        role=role,
        department=department,
    )
    return Appointed(assignment, code)


def appoint_newcomer(
    session: Session,
    *,
    actor: Actor,
    newcomer: Newcomer,
    unit: Unit,
    role: Role,
    department: Department | None,
    now: dt.datetime,
) -> Appointed:
    """Let somebody administer the unit whom the system does not know yet."""
    identity = parse_id_number(newcomer.id_number, today=day_of(now))
    person = Person(
        id_number=identity.number,
        name=newcomer.name,
        mobile=newcomer.mobile,
        email=newcomer.email,
        sex=identity.sex,
        birth_date=identity.birth_date,
    )
    known = Refused(
        "该身份证号码已登记，请改用“已有系统用户”，填写其姓名。", field="id_number"
    )
    same = select(Person.id).where(Person.id_number == identity.number)
    if session.scalar(same) is not None:
        raise known
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        # Somebody else was quicker by a moment with the same number.
        raise known from None
    return appoint_person(
        session,
        actor=actor,
        person=person,
        unit=unit,
        role=role,
        department=department,
        now=now,
    )


def known_person(session: Session, *, id_number: str, name: str) -> Person:
    """Return the user with this number and name, or say that both must agree."""
    person = session.scalar(
        select(Person)
        .where(Person.id_number == id_number, Person.name == name)
        .options(joinedload(Person.account))
    )
    if person is None:
        raise Refused(
            "没有身份证号码和姓名都相符的系统用户，请逐项核对；尚未注册的，须先由本人注册或作为新用户添加。",
            field="id_number",
        )
    return person


def appoint(
    session: Session,
    *,
    actor: Actor,
    account: Account,
    unit: Unit,
    role: Role,
    department: Department | None = None,
) -> AdminAssignment:
    """Let an existing account administer a unit or one of its departments, never as chief."""
    locked = lock_unit(session, unit.id)
    _require(actor, locked.id, "create")
    _refuse_role(actor, locked, role)
    _refuse_department(locked, department)
    if not locked.is_active:
        raise Refused("该单位已停用，不能新增管理员。", field="unit")
    if account.is_disabled or account.is_superuser:
        raise Refused("该账号已禁用或属于系统管理员，不能设为单位管理员。")
    held = select(AdminAssignment.is_disabled).where(
        AdminAssignment.unit_id == locked.id, AdminAssignment.account_id == account.id
    )
    if (is_disabled := session.scalar(held)) is not None:
        raise Refused(
            "该人员已经是该单位的管理员，目前已禁用，请在列表中解除禁用。"
            if is_disabled
            else "该人员已经是该单位的管理员。"
        )
    assignment = AdminAssignment(
        account_id=account.id,
        unit_id=locked.id,
        role_id=role.id,
        department_id=department.id if department else None,
    )
    session.add(assignment)
    session.flush()
    audit.record(
        session, "appoint", object_kind="admin_assignment", object_id=assignment.id
    )
    return assignment


def reassign(
    session: Session,
    *,
    actor: Actor,
    assignment: AdminAssignment,
    role: Role,
    department: Department | None,
) -> None:
    """Give an administrator below the actor another role, or another part of the unit."""
    unit = lock_unit(session, assignment.unit_id)
    _require(actor, unit.id, "edit")
    fresh = fresh_assignment(session, assignment.id)
    if fresh.is_chief:
        raise Refused("超级管理员的角色不能修改；请先设他人为超级管理员。")
    refuse_equals(actor, fresh)
    _refuse_role(actor, unit, role)
    _refuse_department(unit, department)
    fresh.role_id = role.id
    fresh.department_id = department.id if department else None
    session.flush()


def dismiss(session: Session, *, actor: Actor, assignment: AdminAssignment) -> None:
    """Take the right to administer the unit away; person and account stay (U24)."""
    unit = lock_unit(session, assignment.unit_id)
    _require(actor, unit.id, "delete")
    fresh = fresh_assignment(session, assignment.id)
    if fresh.is_chief:
        raise Refused("超级管理员不能删除；请先设他人为超级管理员。")
    refuse_equals(actor, fresh)
    if not fresh.is_disabled and not others_in_office(session, fresh):
        raise Refused("这是该单位最后一名在用的管理员，不能删除。")
    audit.record(
        session,
        "dismiss",
        object_kind="admin_assignment",
        object_id=fresh.id,
        before={"account_id": fresh.account_id, "unit_id": fresh.unit_id},
    )
    session.delete(fresh)
    session.flush()


def refuse_equals(actor: Actor, assignment: AdminAssignment) -> None:
    """Refuse oneself, one's equals and betters.

    Below a chief stands everybody else, below the unit's other administrators stand
    those of departments.
    """
    if actor.is_superuser or permits(actor, "accounts:edit"):
        return
    if assignment.account_id == actor.account_id:
        raise Forbidden("不能修改或删除本人的管理权限，请由超级管理员办理。")
    if not actor.is_chief and assignment.department_id is None:
        raise Forbidden("该管理员与您同级，请由超级管理员办理。")


def _open_account(session: Session, person: Person, now: dt.datetime) -> str:
    """Give a person a login with a password that works once and for a day."""
    code = one_time_code()
    person.account = Account(
        password_hash=hash_password(code),
        must_change_password=True,
        initial_password_until=now + INITIAL_PASSWORD_LIFETIME,
    )
    session.flush()
    return code


def _require(actor: Actor, unit_id: int, verb: str) -> None:
    is_ours = actor.is_administrator and actor.unit_id == unit_id
    is_whole = actor.department_id is None
    allowed = is_ours and is_whole and permits(actor, f"unit_admins:{verb}")
    if not (allowed or permits(actor, "accounts:edit")):
        raise Forbidden("只有本单位有“管理单位管理员”权限的管理员可以办理。")


def _refuse_role(actor: Actor, unit: Unit, role: Role) -> None:
    refuse_assign(actor, role)
    is_shipped = role.unit_id is None and role.unit_kind is unit.kind
    if not (is_shipped or role.unit_id == unit.id):
        raise Refused("该角色不适用于该单位，请选择该类单位的角色。", field="role")


def _refuse_department(unit: Unit, department: Department | None) -> None:
    if department is None:
        return
    if department.unit_id != unit.id or not department.is_active:
        raise Refused(
            "所选部门不属于该单位或已停用，请重新选择部门。", field="department_id"
        )
