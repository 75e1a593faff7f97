"""Who may move to which unit, what stands in the way, and what a confirmation does.

Sending, withdrawing and confirming are `workflows.perform`'s business.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Final

from sqlalchemy import Select, bindparam, literal, select
from sqlalchemy.orm import Session, aliased, joinedload

from admin_app.enums import (
    EDITABLE,
    MessageEvent,
    MessageTopic,
    RecordKind,
    Standing,
    State,
)
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import (
    Account,
    Declaration,
    Person,
    PersonChange,
    PersonRegistration,
    Transfer,
    Unit,
)
from admin_app.operations.administrators import whole_unit_accounts
from admin_app.operations.blockers import Blocker
from admin_app.operations.departments import offers_department
from admin_app.operations.holding import held
from admin_app.operations.messages import tell_as_ruled, told_alike
from admin_app.permissions import Actor, permits
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared

REASON_LENGTH: Final = 500
LOG_PAGE: Final = "/admin/transfer-log/"
OWN_PAGE: Final = "/me/transfer"
"""Where a unit, and a person, read what became of a request."""
LEFT: Final = "%(name)s已调转至%(unit)s，不再是本单位人员。"
MOVED: Final = "您申请的调转已由%(unit)s确认，您现在是该单位人员。"
MOVED_BY_UNIT: Final = "原单位为您申请的调转已由%(unit)s确认，您现在是该单位人员。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where somebody is to go, and why."""

    to_unit_id: int
    to_department_id: int | None = None
    reason: str = ""


def request_transfer(
    session: Session, *, actor: Actor, person_id: int, move: Move
) -> Transfer:
    """Return a transfer of the actor (P11) or of their unit's person (U33), not yet sent.

    The refusal for what is under review lists it in `values["blockers"]` (P12).
    """
    person = held(session, person_id)
    by_unit = actor.is_administrator
    _refuse_foreign(actor, person)
    transfer = Transfer(
        person=person,
        from_unit_id=person.unit_id,
        requested_by_unit=by_unit,
        **asdict(move),
    )
    with session.no_autoflush:
        refuse_move(session, transfer)
    session.add(transfer)
    session.flush()
    return transfer


def correct_transfer(
    session: Session, *, actor: Actor, transfer: Transfer, move: Move
) -> None:
    """Write what was corrected after a rejection or a withdrawal, to be sent again."""
    held(session, transfer.person_id)
    # What was loaded beside it is refreshed as well, but stays free.
    session.refresh(transfer, with_for_update={"of": Transfer})
    if not owns(actor, transfer):
        raise Forbidden("只有申请人可以修改该调转申请。")
    if transfer.state not in EDITABLE:
        raise Conflict("该调转申请已提交或已办结，不能修改；待确认的申请可先撤回。")
    for name, value in asdict(move).items():
        setattr(transfer, name, value)
    with session.no_autoflush:
        refuse_move(session, transfer)
    session.flush()


def owns(actor: Actor, transfer: Transfer) -> bool:
    """Tell whether the request is the actor's: their own, or made by their unit."""
    if not transfer.requested_by_unit:
        return actor.is_individual and actor.person_id == transfer.person_id
    at_home = actor.is_administrator and actor.unit_id == transfer.from_unit_id
    return at_home and _is_in_department(actor, transfer.person)


def refuse_move(session: Session, transfer: Transfer) -> None:
    """Refuse a move that cannot be, with the person locked; also before each sending."""
    person = transfer.person
    if person.unit_id != transfer.from_unit_id:
        raise Refused("%(name)s已不在调出单位，请重新申请调转。", name=person.name)
    if transfer.to_unit_id == transfer.from_unit_id:
        raise Refused("调入单位就是现在的单位，请选择其他单位。", field="unit_id")
    own, target = aliased(Unit), aliased(Unit)
    is_below = session.scalar(
        select(target.path.startswith(own.path))
        .join_from(own, target, target.id == transfer.to_unit_id)
        .where(own.id == transfer.from_unit_id, target.is_active)
    )
    if is_below is None:
        raise Refused("所选单位不存在或已停用，请重新选择单位。", field="unit_id")
    if is_below:
        raise Refused(
            "所选单位是现在单位的下级单位，不能调入，请核对单位名称；"
            "确需调入的，请联系上级主管部门。",
            field="unit_id",
        )
    if len(transfer.reason) > REASON_LENGTH:
        raise Refused(
            "调转原因最多 %(most)s 字，请缩短。", field="reason", most=REASON_LENGTH
        )
    department_id = transfer.to_department_id
    if department_id is not None and not offers_department(
        session, unit_id=transfer.to_unit_id, department_id=department_id
    ):
        raise Refused(
            "所选部门不属于该单位或已停用，请重新选择部门。", field="department_id"
        )
    _refuse_blocked(session, person, without=transfer.id)


def blockers(
    session: Session, *, person_id: int, without: int | None = None
) -> list[Blocker]:
    """Return what of the person is under review, but for the transfer `without`."""
    change = RecordKind.person_change.label
    statements: dict[RecordKind, Select[int, str]] = {
        RecordKind.declaration: select(Declaration.id, Declaration.title).where(
            Declaration.person_id == person_id, Declaration.state == State.pending
        ),
        RecordKind.person_change: select(PersonChange.id, literal(change)).where(
            PersonChange.person_id == person_id, PersonChange.state == State.pending
        ),
        RecordKind.person_registration: select(PersonRegistration.id, Unit.name)
        .join(Unit, Unit.id == PersonRegistration.unit_id)
        .where(
            PersonRegistration.person_id == person_id,
            PersonRegistration.state == State.pending,
        ),
        RecordKind.transfer: select(Transfer.id, Unit.name)
        .join(Unit, Unit.id == Transfer.to_unit_id)
        .where(
            Transfer.person_id == person_id,
            Transfer.state == State.pending,
            Transfer.id != (without or 0),
        ),
    }
    return [
        Blocker(kind, record_id, title)
        for kind, statement in statements.items()
        for record_id, title in session.execute(statement)
    ]


def refuse_while_moving(session: Session, person_id: int) -> None:
    """Refuse to send anything else while a transfer waits, with the person locked."""
    for transfer_id, unit_name in _WAITING.rows(session, {"person": person_id}):
        raise Refused(
            "正在办理调转至%(unit)s，不能提交；请等待办结，或先撤回调转申请。",
            unit=unit_name,
            blockers=(Blocker(RecordKind.transfer, transfer_id, unit_name),),
        )


_WAITING: Final = Prepared(
    select(Transfer.id, Unit.name)
    .join(Unit, Unit.id == Transfer.to_unit_id)
    .where(Transfer.person_id == bindparam("person"), Transfer.state == State.pending)
    .execution_options(**SAME_PLAN)
)


def move_people(
    session: Session,
    *,
    record_ids: Sequence[int],
    actor: Actor,  # noqa: ARG001 (every hook of a chain is called alike)
    now: dt.datetime,
) -> None:
    """Give people of confirmed transfers their new place, and tell whom they leave.

    Declarations keep the unit that they were made in.
    """
    transfers = session.scalars(
        select(Transfer)
        .where(Transfer.id.in_(record_ids))
        .options(joinedload(Transfer.to_unit))
        .order_by(Transfer.person_id)
        .execution_options(populate_existing=True)
    ).all()
    for transfer in transfers:
        person, unit = held(session, transfer.person_id), transfer.to_unit
        if person.unit_id != transfer.from_unit_id:
            raise Refused("%(name)s已不在调出单位，不能确认调转。", name=person.name)
        if not unit.is_active:
            raise Refused("调入单位%(unit)s已停用，不能确认调转。", unit=unit.name)
        _refuse_blocked(session, person, without=transfer.id)
        person.unit_id, person.standing = unit.id, Standing.in_post
        person.region_id = unit.region_id
        # A department may have been closed while the request waited.
        wanted = transfer.to_department_id
        is_open = wanted is not None and offers_department(
            session, unit_id=unit.id, department_id=wanted
        )
        person.department_id = wanted if is_open else None
        _tell_of_move(session, transfer, now)
    session.flush()


def _tell_of_move(session: Session, transfer: Transfer, now: dt.datetime) -> None:
    """Tell the unit that is left, and the person."""
    name, unit = transfer.person.name, transfer.to_unit.name
    left = whole_unit_accounts(session, transfer.from_unit_id)
    own = select(Account.id).where(Account.person_id == transfer.person_id)
    told = chain(
        told_alike(left, LEFT, LOG_PAGE, name=name, unit=unit),
        told_alike(
            session.scalars(own),
            MOVED_BY_UNIT if transfer.requested_by_unit else MOVED,
            OWN_PAGE,
            unit=unit,
        ),
    )
    topic, event = MessageTopic.transfer, MessageEvent.approved
    tell_as_ruled(session, topic, event, told, now=now)


def _refuse_foreign(actor: Actor, person: Person) -> None:
    if not person.is_active or person.unit_id is None:
        raise Refused("该人员没有所属单位或已停用，不能办理调转。")
    if actor.is_individual and actor.person_id == person.id:
        return
    is_ours = actor.is_administrator and actor.unit_id == person.unit_id
    if not (is_ours and permits(actor, "outgoing_transfers:create")):
        raise Forbidden("只能为本人或本单位人员申请调转。")
    if not _is_in_department(actor, person):
        raise Forbidden("只能为本部门人员申请调转。")


def _is_in_department(actor: Actor, person: Person) -> bool:
    if actor.department_id is None:
        return True
    department = person.department
    return department is not None and department.path.startswith(actor.department_path)


def _refuse_blocked(session: Session, person: Person, *, without: int | None) -> None:
    found = blockers(session, person_id=person.id, without=without)
    if found:
        raise Refused(
            "有其他流程正在审批，不能调转单位：%(titles)s。请等待办结，或撤回后再申请。",
            titles="、".join(blocker.title for blocker in found),
            blockers=tuple(found),
        )
