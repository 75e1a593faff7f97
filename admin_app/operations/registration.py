"""Who asks to be taken in, what is refused at once, and what an approval brings."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final
from uuid import uuid4

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from admin_app.enums import EDITABLE, Sex, State, UnitKind
from admin_app.errors import Refused
from admin_app.models import (
    Account,
    AdminAssignment,
    Attachment,
    Department,
    Major,
    Person,
    PersonRegistration,
    Region,
    Unit,
    UnitDetails,
    UnitLevel,
    UnitRegistration,
)
from admin_app.operations.administrators import chief_role_id
from admin_app.operations.departments import offers_department
from admin_app.operations.tree import hold_way, refuse_long_path
from admin_app.permissions import STANDS_BELOW, SUPERIORS, Actor
from admin_app.rules.identity import agree_with_id, parse_id_number
from admin_app.rules.paths import way_up

REGION_DEPTH: Final = 3
OWN_DETAILS: Final = tuple(vars(UnitDetails)["__annotations__"])
"""What a unit's row takes over from its registration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitApplication:
    """What a unit tells of itself when it registers (U02-U04, U06)."""

    name: str
    kind: UnitKind
    registration_code: str
    phone: str
    region_id: int
    nature_id: int
    level_id: int
    industry_id: int
    superior_id: int
    address: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonApplication:
    """What an individual tells of themself when they register (P02)."""

    region_id: int
    unit_id: int
    department_id: int | None
    sex: Sex
    birth_date: dt.date
    ethnic_group_id: int
    native_place_id: int | None
    graduation_school: str
    major_id: int | None


# --- Units --------------------------------------------------------------------


def register_unit(
    session: Session,
    *,
    applicant: Person,
    application: UnitApplication,
    scan: Attachment,
) -> UnitRegistration:
    """Return a draft of the unit's registration with its scan, or refuse."""
    refuse_unit_application(session, application)
    registration = UnitRegistration(
        applicant_id=applicant.id, scans=[scan], **asdict(application)
    )
    session.add(registration)
    session.flush()
    return registration


def correct_unit_registration(
    session: Session,
    *,
    registration: UnitRegistration,
    application: UnitApplication,
    scan: Attachment | None,
) -> None:
    """Write what the applicant corrected; a new scan takes the place of the old one."""
    _refuse_unless_reopened(registration.state)
    refuse_unit_application(session, application)
    for name, value in asdict(application).items():
        setattr(registration, name, value)
    if scan is not None:
        for old in list(registration.scans):
            session.delete(old)
        scan.unit_registration_id = registration.id
        session.add(scan)
    session.flush()
    session.expire(registration, ["superior", "scans"])


def refuse_unit_application(session: Session, application: UnitApplication) -> None:
    """Refuse what cannot be approved: a taken code or name, a wrong superior or region."""
    refuse_taken_code(session, application.registration_code)
    refuse_taken_name(session, application.name, superior_id=application.superior_id)
    refuse_superior(session, application.superior_id, application.kind)
    refuse_region(session, application.region_id, application.level_id)


def refuse_taken_code(session: Session, code: str) -> None:
    """Refuse a code in use, naming the existing unit's state, not its people (U04)."""
    unit = session.scalar(select(Unit).where(Unit.registration_code == code))
    if unit is not None:
        raise Refused(
            "该代码的单位已注册并审核通过，请勿重复注册；需要管理权限时请联系该单位。"
            if unit.is_active
            else "该代码的单位已注册，目前已停用，请联系其上级单位恢复使用。",
            field="registration_code",
        )
    reviewer = session.scalar(
        select(Unit.name)
        .join(UnitRegistration, UnitRegistration.decider_id == Unit.id)
        .where(
            UnitRegistration.registration_code == code,
            UnitRegistration.state == State.pending,
        )
    )
    if reviewer is not None:
        raise Refused(
            "该代码的单位已提交注册，状态为待审核，审核单位：%(unit)s，请勿重复注册。",
            field="registration_code",
            unit=reviewer,
        )


def refuse_taken_name(
    session: Session, name: str, *, superior_id: int | None, own_id: int = 0
) -> None:
    """Refuse a name that people would take for an authority's or for a neighbour's."""
    is_near = Unit.superior_id == superior_id
    is_authority = Unit.kind.in_((UnitKind.hr_authority, UnitKind.industry_authority))
    same = select(Unit.id).where(Unit.name == name, Unit.id != own_id)
    if session.scalar(same.where(is_near | is_authority).limit(1)) is not None:
        raise Refused(
            "已有同名的主管部门或同级单位，请填写本单位的全称。", field="name"
        )


def review_path(session: Session, superior: Unit) -> list[Unit]:
    """Return who reviews from this superior upwards to the first HR authority."""
    ids = way_up(superior.path)
    units = {
        unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(ids)))
    }
    path: list[Unit] = []
    for unit_id in ids:
        path.append(units[unit_id])
        if units[unit_id].kind is UnitKind.hr_authority:
            return path
    return []


def superior_criterion() -> ColumnElement[bool]:
    """Return which units may be chosen as superior (U03)."""
    return Unit.kind.in_(SUPERIORS) & Unit.is_active


def refuse_superior(session: Session, superior_id: int, kind: UnitKind) -> None:
    """Refuse a superior below which no unit of this kind can stand."""
    superior = session.get(Unit, superior_id)
    stands = superior is not None and superior.kind in STANDS_BELOW[kind]
    if superior is None or not stands or not superior.is_active:
        raise Refused(
            "所选上级单位不存在、已停用或不能作为上级，请重新选择。",
            field="superior_id",
        )
    if not review_path(session, superior):
        raise Refused(
            "所选上级单位之上没有人社部门，无法完成审批，请选择其他上级单位。",
            field="superior_id",
        )


def refuse_region(session: Session, region_id: int, level_id: int) -> None:
    """Refuse a region that is not of the unit's level."""
    region, level = session.get(Region, region_id), session.get(UnitLevel, level_id)
    if region is None or level is None or not region.is_active:
        raise Refused("所选地区不存在或已撤销，请重新选择。", field="region_id")
    if level.region_level in {0, region.level}:
        return
    # Jiyuan and its like stand on the second level and have nothing below them.
    is_lowest = not session.scalar(
        select(exists().where(Region.parent_id == region.id))
    )
    if region.level > level.region_level or not is_lowest:
        raise Refused(
            "单位级别“%(level)s”应选择%(expected)s，请重新选择所在地区。",
            field="region_id",
            level=level.name,
            expected={1: "省级地区", 2: "市级地区"}.get(
                level.region_level, "县（市、区）级地区"
            ),
        )


# --- People -------------------------------------------------------------------


def register_person(
    session: Session, *, person: Person, application: PersonApplication, today: dt.date
) -> PersonRegistration:
    """Return a draft of the person's registration; their details are on the person."""
    refuse_registered(session, person)
    refuse_person_application(session, person, application, today=today)
    _write_details(person, application)
    registration = PersonRegistration(
        person_id=person.id,
        unit_id=application.unit_id,
        department_id=application.department_id,
    )
    session.add(registration)
    session.flush()
    return registration


def correct_person_registration(
    session: Session,
    *,
    registration: PersonRegistration,
    application: PersonApplication,
    today: dt.date,
) -> None:
    """Write what the applicant corrected, for the next submission."""
    _refuse_unless_reopened(registration.state)
    person = registration.person
    refuse_registered(session, person)
    refuse_person_application(session, person, application, today=today)
    _write_details(person, application)
    registration.unit_id = application.unit_id
    registration.department_id = application.department_id
    session.flush()
    session.expire(registration, ["unit", "department"])


def refuse_registered(session: Session, person: Person) -> None:
    """Refuse a person who has a unit or whose registration is being reviewed."""
    if person.unit_id is not None:
        raise Refused(
            "该用户已是专业技术人员，无需重复注册；更换单位请登录后办理单位调转。",
            field="id_number",
        )
    is_pending = exists().where(
        PersonRegistration.person_id == person.id,
        PersonRegistration.state == State.pending,
    )
    if session.scalar(select(is_pending)):
        raise Refused(
            "该用户的注册信息正在审核，请在“注册审核进度查询”中查看进度或撤回申请。",
            field="id_number",
        )


def refuse_person_application(
    session: Session, person: Person, application: PersonApplication, *, today: dt.date
) -> None:
    """Refuse what contradicts the identity number or names a closed unit or department."""
    agree_with_id(
        parse_id_number(person.id_number, today=today),
        sex=application.sex,
        birth_date=application.birth_date,
    )
    _refuse_unit(session, application)
    _refuse_department(session, application)
    if application.major_id is not None:
        major = session.get(Major, application.major_id)
        if major is None or not major.is_active:
            raise Refused("所选专业不存在或已停用，请重新选择。", field="major_id")


def regions_below(region_id: int) -> ColumnElement[bool]:
    """Return which units stand in the region or in one below it (P03)."""
    here = select(Region.id).where(Region.id == region_id)
    found = [here]
    for _ in range(REGION_DEPTH - 1):
        found.append(select(Region.id).where(Region.parent_id.in_(found[-1])))
    return or_(*(Unit.region_id.in_(ids) for ids in found))


def _refuse_unit(session: Session, application: PersonApplication) -> None:
    unit = session.scalar(
        select(Unit).where(Unit.id == application.unit_id, Unit.is_active)
    )
    if unit is None:
        raise Refused("所选单位不存在或已停用，请重新选择单位。", field="unit_id")
    in_region = select(Unit.id).where(
        Unit.id == unit.id, regions_below(application.region_id)
    )
    if session.scalar(in_region) is None:
        raise Refused(
            "所选单位不在所选区域内，请先选择用人单位所属区域，再选择单位。",
            field="unit_id",
        )


def _refuse_department(session: Session, application: PersonApplication) -> None:
    unit_id, department_id = application.unit_id, application.department_id
    is_offered = offers_department(
        session, unit_id=unit_id, department_id=department_id
    )
    if department_id is None and is_offered:
        raise Refused("请选择所在部门。", field="department_id")
    if department_id is not None and not is_offered:
        raise Refused(
            "所选部门不属于该单位或已停用，请重新选择部门。", field="department_id"
        )


def _write_details(person: Person, application: PersonApplication) -> None:
    person.sex = application.sex
    person.birth_date = application.birth_date
    person.ethnic_group_id = application.ethnic_group_id
    person.native_place_id = application.native_place_id
    person.graduation_school = application.graduation_school
    person.major_id = application.major_id


def _refuse_unless_reopened(state: State) -> None:
    if state not in EDITABLE:
        raise Refused("该申请已提交或已办结，不能修改；待审核的申请可先撤回。")


# --- Admission ----------------------------------------------------------------


def admit_people(
    session: Session,
    *,
    record_ids: Sequence[int],
    actor: Actor,  # noqa: ARG001 (every hook of a chain is called alike)
    now: dt.datetime,  # noqa: ARG001 (every hook of a chain is called alike)
) -> None:
    """Give approved people their unit, department and region; refuse before writing."""
    rows = session.execute(
        select(PersonRegistration, Person, Unit.region_id, Department.is_active)
        .join(Person, Person.id == PersonRegistration.person_id)
        .join(Unit, Unit.id == PersonRegistration.unit_id)
        .outerjoin(Department, Department.id == PersonRegistration.department_id)
        .where(PersonRegistration.id.in_(record_ids))
        .with_for_update(of=Person, key_share=True)
    ).all()
    for registration, person, _, _ in rows:
        if person.unit_id not in {None, registration.unit_id}:
            raise Refused(
                "%(name)s已属于其他单位，不能通过，请驳回并说明原因。", name=person.name
            )
    for registration, person, region_id, is_open in rows:
        person.unit_id = registration.unit_id
        person.region_id = region_id
        # A department may have been closed while the registration waited.
        person.department_id = registration.department_id if is_open else None
    session.flush()


def admit_units(
    session: Session,
    *,
    record_ids: Sequence[int],
    actor: Actor,  # noqa: ARG001 (every hook of a chain is called alike)
    now: dt.datetime,  # noqa: ARG001 (every hook of a chain is called alike)
) -> None:
    """Make the units of approved registrations, with the applicant as their chief."""
    waiting = session.scalars(
        select(UnitRegistration)
        .where(UnitRegistration.id.in_(record_ids), UnitRegistration.unit_id.is_(None))
        .order_by(UnitRegistration.id)
    ).all()
    chiefs = {row.id: _chief_of(session, row) for row in waiting}
    for row in waiting:
        account_id, role_id = chiefs[row.id]
        unit = _make_unit(session, row)
        session.add(
            AdminAssignment(
                unit_id=unit.id, account_id=account_id, role_id=role_id, is_chief=True
            )
        )
        for scan in row.scans:
            scan.unit_id = unit.id
        row.unit_id = unit.id
        session.flush()


def _chief_of(session: Session, row: UnitRegistration) -> tuple[int, int]:
    """Return whose account administers the unit by which role, or refuse the row."""
    taken = select(exists().where(Unit.registration_code == row.registration_code))
    if session.scalar(taken):
        raise Refused(
            "代码为 %(code)s 的单位已经存在，不能通过，请驳回并说明原因。",
            code=row.registration_code,
        )
    superior = session.get_one(Unit, row.superior_id)
    if not superior.is_active:
        raise Refused(
            "所属上级单位%(unit)s已停用，不能通过，请驳回并说明原因。",
            unit=superior.name,
        )
    account_id = session.scalar(
        select(Account.id).where(Account.person_id == row.applicant_id)
    )
    if account_id is None:
        raise Refused("申请人没有账号，请联系系统管理员。")
    return account_id, chief_role_id(session, row.kind)


def _make_unit(session: Session, row: UnitRegistration) -> Unit:
    details = {name: getattr(row, name) for name in OWN_DETAILS}
    superior = session.get_one(Unit, row.superior_id)
    return place_unit(session, Unit(**details), superior)


def place_unit(session: Session, unit: Unit, superior: Unit) -> Unit:
    """Store a new unit directly below its superior, which moves nowhere meanwhile."""
    hold_way(session, {superior.id})
    session.refresh(superior)
    unit.superior_id, unit.depth = superior.id, superior.depth + 1
    # The path ends with the key, which only the database knows.
    unit.path = f"new/{uuid4().hex}/"
    session.add(unit)
    session.flush()
    path = f"{superior.path}{unit.id}/"
    refuse_long_path(len(path))
    unit.path = path
    session.flush()
    return unit
