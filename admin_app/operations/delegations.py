"""委托办理: who is away lets a colleague with the same rights decide in their name (X06).

A delegation gives no right that the colleague lacks. It says who looks after the queue
meanwhile, and every decision says for whom it was made. It ends by itself.
"""

import datetime as dt
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from admin_app.columns import BigId
from admin_app.enums import MessageEvent, MessageTopic
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import (
    Account,
    AdminAssignment,
    Delegation,
    Person,
    Role,
    RolePermission,
)
from admin_app.operations import audit
from admin_app.operations.messages import Told, tell_as_ruled
from admin_app.permissions import CATALOGUE, Actor
from admin_app.rules.days import day_of

LONGEST: Final = 180
LISTED: Final = 50
DECIDING_VERBS: Final = frozenset({"approve", "confirm", "reject"})
PAGE: Final = "/admin/delegate/"
DELEGATED: Final = "%(name)s委托您在 %(first)s 至 %(last)s 代为办理%(unit)s的审核事项。"
WITHDRAWN: Final = "%(name)s已撤回对您的委托。"


def deciding_rights(actor: Actor) -> frozenset[str]:
    """Return by which permissions the actor decides about others."""
    return frozenset(
        p for p in actor.permissions if p.partition(":")[2] in DECIDING_VERBS
    )


def delegate(
    session: Session,
    *,
    actor: Actor,
    delegate_id: int,
    starts_on: dt.date,
    ends_on: dt.date,
    now: dt.datetime,
) -> Delegation:
    """Let another administrator of the unit decide in the actor's name for some days."""
    if actor.unit_id is None or not deciding_rights(actor):
        raise Forbidden("您没有需要委托办理的审核权限。")
    _refuse_days(starts_on, ends_on, today=day_of(now))
    if delegate_id == actor.account_id:
        raise Refused("不能委托给本人，请选择其他管理员。", field="delegate_id")
    # Held, so that nobody delegates the same days twice at once.
    own = select(Account).where(Account.id == actor.account_id)
    session.scalars(own.with_for_update()).one()
    _refuse_overlap(session, actor, starts_on, ends_on)
    colleague = _fitting(session, actor, delegate_id)
    row = Delegation(
        unit_id=actor.unit_id,
        account_id=actor.account_id,
        delegate_id=colleague.account_id,
        starts_on=starts_on,
        ends_on=ends_on,
        at=now,
    )
    session.add(row)
    session.flush()
    audit.record(session, "delegate", object_kind="delegation", object_id=row.id)
    words = {"name": actor.name, "first": starts_on, "last": ends_on}
    words |= {"unit": actor.unit_name}
    told = [Told(colleague.account_id, DELEGATED, PAGE, words)]
    topic, event = MessageTopic.delegation, MessageEvent.delegated
    tell_as_ruled(session, topic, event, told, now=now)
    return row


def withdraw_delegation(
    session: Session, *, actor: Actor, row: Delegation, now: dt.datetime
) -> None:
    """End a delegation of the actor's own before its last day."""
    if row.account_id != actor.account_id:
        raise Forbidden("只能撤回本人的委托。")
    session.refresh(row, with_for_update=True)
    if row.withdrawn_at is not None or row.ends_on < day_of(now):
        raise Conflict("该委托已撤回或已到期，无需再撤回。")
    row.withdrawn_at = now
    session.flush()
    audit.record(
        session, "withdraw_delegation", object_kind="delegation", object_id=row.id
    )
    told = [Told(row.delegate_id, WITHDRAWN, PAGE, {"name": actor.name})]
    topic, event = MessageTopic.delegation, MessageEvent.withdrawn
    tell_as_ruled(session, topic, event, told, now=now)


def absent_for(*, actor: Actor, permission: str, now: dt.datetime) -> dict[str, object]:
    """Return what `ABSENT` is asked with, for what the actor decides now."""
    return {
        "delegate": actor.account_id,
        "delegate_unit": actor.unit_id,
        "delegate_department": actor.department_id,
        "delegated": permission,
        "delegated_on": day_of(now),
    }


def _absent() -> Select[int, str]:
    department = bindparam("delegate_department", type_=BigId)
    return (
        select(Person.id, Person.name)
        .join(Account, Account.person_id == Person.id)
        .join(Delegation, Delegation.account_id == Account.id)
        .join(
            AdminAssignment,
            (AdminAssignment.account_id == Account.id)
            & (AdminAssignment.unit_id == Delegation.unit_id),
        )
        .join(RolePermission, RolePermission.role_id == AdminAssignment.role_id)
        .where(
            Delegation.delegate_id == bindparam("delegate"),
            Delegation.unit_id == bindparam("delegate_unit"),
            *_runs_on(bindparam("delegated_on", type_=Date)),
            RolePermission.permission == bindparam("delegated"),
            AdminAssignment.department_id.is_not_distinct_from(department),
            ~AdminAssignment.is_disabled,
        )
        .order_by(Delegation.id)
        .limit(1)
    )


def delegations_of(session: Session, *, actor: Actor) -> list[Delegation]:
    """Return what the actor has delegated in this unit, and what to them, newest first."""
    concerned = or_(
        Delegation.account_id == actor.account_id,
        Delegation.delegate_id == actor.account_id,
    )
    rows = (
        select(Delegation)
        .where(concerned, Delegation.unit_id == actor.unit_id)
        .options(
            joinedload(Delegation.account).joinedload(Account.person),
            joinedload(Delegation.delegate).joinedload(Account.person),
        )
        .order_by(Delegation.id.desc())
        .limit(LISTED)
    )
    return list(session.scalars(rows))


def colleagues(session: Session, *, actor: Actor) -> list[tuple[int, str]]:
    """Return who could decide as the actor: account, name and role."""
    rights = deciding_rights(actor)
    held = select(func.count()).where(
        RolePermission.role_id == AdminAssignment.role_id,
        RolePermission.permission.in_(rights),
    )
    rows = (
        select(AdminAssignment.account_id, Person.name, Role.name)
        .join(Role, Role.id == AdminAssignment.role_id)
        .join(Account, Account.id == AdminAssignment.account_id)
        .join(Person, Person.id == Account.person_id)
        .where(
            AdminAssignment.unit_id == actor.unit_id,
            AdminAssignment.account_id != actor.account_id,
            AdminAssignment.department_id.is_not_distinct_from(actor.department_id),
            ~AdminAssignment.is_disabled,
            ~Account.is_disabled,
            held.scalar_subquery() == len(rights),
        )
        .order_by(Person.name, AdminAssignment.id)
    )
    return [(key, f"{name} · {role}") for key, name, role in session.execute(rows)]


def _runs_on(day: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        Delegation.withdrawn_at.is_(None),
        Delegation.starts_on <= day,
        Delegation.ends_on >= day,
    )


ABSENT: Final = _absent()
"""The person in whose name somebody decides, if anybody's.

Only while who is away still holds the right, for the same part of the unit.
"""


def _refuse_days(starts_on: dt.date, ends_on: dt.date, *, today: dt.date) -> None:
    if starts_on < today:
        raise Refused("开始日期不能早于今天，请重新选择。", field="starts_on")
    if ends_on < starts_on:
        raise Refused("结束日期不能早于开始日期，请核对。", field="ends_on")
    if (ends_on - starts_on).days >= LONGEST:
        raise Refused("一次最长委托 %(most)s 天。", field="ends_on", most=LONGEST)


def _refuse_overlap(
    session: Session, actor: Actor, starts_on: dt.date, ends_on: dt.date
) -> None:
    other = session.scalar(
        select(Person.name)
        .join(Account, Account.person_id == Person.id)
        .join(Delegation, Delegation.delegate_id == Account.id)
        .where(
            Delegation.account_id == actor.account_id,
            Delegation.unit_id == actor.unit_id,
            Delegation.withdrawn_at.is_(None),
            Delegation.starts_on <= ends_on,
            Delegation.ends_on >= starts_on,
        )
        .limit(1)
    )
    if other is not None:
        raise Refused(
            "这段时间已委托给%(name)s，请先撤回原委托，或另选日期。",
            field="starts_on",
            name=other,
        )


def _fitting(session: Session, actor: Actor, account_id: int) -> AdminAssignment:
    """Return the colleague's assignment, or refuse who could not decide as the actor."""
    found = session.scalar(
        select(AdminAssignment)
        .where(
            AdminAssignment.unit_id == actor.unit_id,
            AdminAssignment.account_id == account_id,
        )
        .options(joinedload(AdminAssignment.account).joinedload(Account.person))
    )
    field = "delegate_id"
    if found is None:
        raise Refused("该人员不是本单位管理员，不能受托办理。", field=field)
    name = found.account.person.name
    if found.is_disabled or found.account.is_disabled:
        raise Refused(
            "%(name)s的账号已禁用，请选择其他管理员。", field=field, name=name
        )
    if found.department_id != actor.department_id:
        raise Refused(
            "%(name)s的管理范围与您不同，请选择其他管理员。", field=field, name=name
        )
    held = select(RolePermission.permission).where(
        RolePermission.role_id == found.role_id
    )
    missing = deciding_rights(actor) - set(session.scalars(held))
    if missing:
        module = CATALOGUE[min(missing).partition(":")[0]].label
        raise Refused(
            "%(name)s没有“%(module)s”的办理权限，请选择其他管理员，或先调整其角色。",
            field=field,
            name=name,
            module=module,
        )
    return found
