"""人员离岗: people who leave without a new unit, and people who come back.

Who has left stays with the unit that they left: what was decided there stays readable,
and the unit takes them back. A confirmed move to another unit puts them in post again.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.enums import Standing
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import Account, AdminAssignment, Person
from admin_app.operations import audit
from admin_app.operations.holding import held
from admin_app.operations.transfers import blockers
from admin_app.permissions import Actor, permits

REASON_LENGTH = 200


def leave(
    session: Session, *, actor: Actor, person: Person, standing: Standing, reason: str
) -> None:
    """Note that somebody has left the unit for good; who has died signs in no more."""
    _hold(session, actor, person, reason)
    if person.standing is standing:
        raise Conflict(
            "该人员已登记为“%(standing)s”，请刷新后查看。", standing=standing
        )
    _refuse_busy(session, person)
    person.standing = standing
    person.is_active = standing is not Standing.deceased
    _note(session, "leave", person, reason)


def come_back(session: Session, *, actor: Actor, person: Person, reason: str) -> None:
    """Put somebody who had left, or was thought to have, in post again."""
    _hold(session, actor, person, reason)
    if person.standing is Standing.in_post:
        raise Conflict("该人员在岗，无需恢复，请刷新后查看。")
    person.standing, person.is_active = Standing.in_post, True
    _note(session, "come_back", person, reason)


def _hold(session: Session, actor: Actor, person: Person, reason: str) -> None:
    """Hold the person as they were seen, or refuse who may not, or says too much."""
    if not permits(actor, "person_query:leave"):
        raise Forbidden("您没有办理人员离岗的权限，请联系本单位超级管理员。")
    if person.id == actor.person_id:
        raise Forbidden("不能办理本人的事项，请由本单位其他管理员办理。")
    if len(reason) > REASON_LENGTH:
        raise Refused("原因最多 %(most)s 字，请缩短。", most=REASON_LENGTH)
    unit_id = person.unit_id
    if held(session, person.id).unit_id != unit_id:
        raise Conflict("该人员刚刚调离，不能办理，请刷新后查看。")


def _refuse_busy(session: Session, person: Person) -> None:
    """Refuse while something of the person's waits, or waits for them."""
    if found := blockers(session, person_id=person.id):
        raise Refused(
            "有流程正在审批，不能办理离岗：%(titles)s。请待其办结，或由申请人撤回。",
            titles="、".join(blocker.title for blocker in found),
            blockers=tuple(found),
        )
    administers = (
        select(AdminAssignment.id)
        .join(Account, Account.id == AdminAssignment.account_id)
        .where(Account.person_id == person.id, ~AdminAssignment.is_disabled)
    )
    if session.scalar(administers.limit(1)) is not None:
        raise Refused("该人员还是单位管理员，请先移交或删除其管理权限，再办理离岗。")


def _note(session: Session, name: str, person: Person, reason: str) -> None:
    session.flush()
    told = {"standing": person.standing, "reason": reason}
    audit.record(session, name, object_kind="person", object_id=person.id, after=told)
