"""When a unit's chief is gone: who asks for another one, and what an approval does.

Sending, withdrawing and deciding are `workflows.perform`'s business.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin_app.enums import MessageEvent, MessageTopic, State
from admin_app.errors import Forbidden, Refused
from admin_app.models import Account, AdminAssignment, Person, Succession, Unit
from admin_app.operations.administrators import (
    chief_of,
    chief_role_id,
    fresh_assignment,
    make_chief,
    refuse_unfit,
)
from admin_app.operations.messages import tell, tell_as_ruled, told_alike
from admin_app.operations.units import lock_unit
from admin_app.permissions import Actor, permits, serves_platform_only

DONE: Final = "您为%(unit)s提出的继任申请已通过，超级管理员现为%(name)s。"


def request_succession(
    session: Session, *, actor: Actor, unit: Unit, successor: Person, reason: str
) -> Succession:
    """Return a request, not yet sent, of the unit's own administrator or its superior's."""
    locked = lock_unit(session, unit.id)
    _refuse_asker(actor, locked)
    former = chief_of(session, locked.id)
    record = Succession(
        unit_id=locked.id,
        successor_id=successor.id,
        former_id=former.account.person_id if former else None,
        filed_by_id=actor.unit_id,
        requested_by_id=actor.person_id,
        reason=reason,
    )
    session.add(record)
    session.flush()
    return record


def may_ask_for_own(actor: Actor) -> bool:
    """Tell whether the actor asks for their own unit: an administrator who is not chief.

    Whoever only serves the platform from there, as an auditor does, has no part in it.
    """
    is_helper = actor.is_administrator and not actor.is_chief
    return is_helper and not serves_platform_only(actor)


def may_ask_below(actor: Actor) -> bool:
    """Tell whether the actor asks for units directly below theirs."""
    is_whole = actor.is_administrator and actor.department_id is None
    return is_whole and permits(actor, "review_successions:view")


def owns(actor: Actor, record: Succession) -> bool:
    """Tell whether the request is the actor's: they made it, for the unit they act for."""
    is_theirs = actor.person_id == record.requested_by_id
    return is_theirs and actor.is_administrator and actor.unit_id == record.filed_by_id


def refuse_succession(session: Session, record: Succession) -> None:
    """Refuse a request that could not be approved, or a second one, before each sending."""
    unit = lock_unit(session, record.unit_id)
    _fitting_assignment(session, unit, record)
    waiting = select(Succession.id).where(
        Succession.unit_id == unit.id,
        Succession.state == State.pending,
        Succession.id != record.id,
    )
    if session.scalar(waiting) is not None:
        raise Refused("该单位已有待审核的继任申请，请等待办结，或先撤回后再申请。")


def succeed(
    session: Session,
    *,
    record_ids: Sequence[int],
    actor: Actor,  # noqa: ARG001 (every hook of a chain is called alike)
    now: dt.datetime,
) -> None:
    """Make the successors of approved requests chiefs, by the rules of a handing over."""
    records = session.scalars(
        select(Succession)
        .where(Succession.id.in_(record_ids))
        .order_by(Succession.unit_id)
    ).all()
    for record in records:
        unit = lock_unit(session, record.unit_id)
        successor = _fitting_assignment(session, unit, record)
        if successor is None:
            successor = _new_assignment(session, unit, record.successor_id)
        former = chief_of(session, unit.id)
        make_chief(session, unit=unit, successor=successor, former=former, now=now)
        requester = select(Account.id).where(
            Account.person_id == record.requested_by_id
        )
        name = successor.account.person.name
        told = told_alike(session.scalars(requester), DONE, unit=unit.name, name=name)
        topic, event = MessageTopic.succession, MessageEvent.approved
        tell_as_ruled(session, topic, event, told, now=now)


def warn_chief(session: Session, *, record: Succession, now: dt.datetime) -> None:
    """Tell the present chief, whatever the rules say, that somebody is to replace them."""
    decider = session.get_one(Unit, record.decider_id)
    unit = session.get_one(Unit, record.unit_id)
    if (former := chief_of(session, unit.id)) is not None:
        tell(
            session,
            account_ids=[former.account_id],
            sentence=(
                "有人以您不能履职为由，为%(unit)s申请更换超级管理员；"
                "如有异议，请尽快联系审核单位%(decider)s。"
            ),
            now=now,
            unit=unit.name,
            decider=decider.name,
        )


def _refuse_asker(actor: Actor, unit: Unit) -> None:
    if actor.is_administrator and actor.unit_id == unit.id:
        if actor.is_chief:
            raise Refused(
                "您就是本单位的超级管理员，请在“管理单位管理员”中直接办理“设为超级管理员”。"
            )
        return
    if not (may_ask_below(actor) and actor.unit_id == unit.superior_id):
        raise Forbidden("只有本单位的管理员或直接上级单位的管理员可以申请继任。")


def _fitting_assignment(
    session: Session, unit: Unit, record: Succession
) -> AdminAssignment | None:
    """Return what the successor holds in the unit, if anything; refuse who is unfit."""
    if not unit.is_active:
        raise Refused("该单位已停用，不能更换超级管理员。")
    account = session.scalar(
        select(Account)
        .where(Account.person_id == record.successor_id)
        .options(joinedload(Account.person))
        .execution_options(populate_existing=True)
    )
    if account is None or account.is_disabled or not account.person.is_active:
        raise Refused("继任人没有可用的账号，请改提其他人员。", field="id_number")
    if account.is_superuser:
        raise Refused(
            "系统管理员不能担任单位管理员，请改提其他人员。", field="id_number"
        )
    held = session.scalar(
        select(AdminAssignment.id).where(
            AdminAssignment.unit_id == unit.id,
            AdminAssignment.account_id == account.id,
        )
    )
    if held is None:
        return None
    assignment = fresh_assignment(session, held)
    refuse_unfit(assignment)
    return assignment


def _new_assignment(session: Session, unit: Unit, person_id: int) -> AdminAssignment:
    account_id = session.scalar(
        select(Account.id).where(Account.person_id == person_id)
    )
    made = AdminAssignment(
        unit_id=unit.id,
        account_id=account_id,
        role_id=chief_role_id(session, unit.kind),
    )
    session.add(made)
    session.flush()
    return fresh_assignment(session, made.id)
