"""The fixed cast: who stands where in the small tree that most tests play in.

province HR (省人社厅)
├── city HR (市人社局)
│   └── bureau (市教育局, industry authority)
│       ├── school          teacher · colleague · chief · reviewer · department head
│       └── other school    stranger, and their chief
└── base (继续教育基地)
"""

from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_app.enums import IdentityKind, UnitKind
from admin_app.models import Account, AdminAssignment, Department, Person, Role, Unit
from admin_app.operations.identities import Identity, actor_of
from tests import factories as make


@dataclass
class Cast:
    """Units and people by the part they play; administrators are assignments."""

    province: Unit
    city: Unit
    bureau: Unit
    school: Unit
    other_school: Unit
    base: Unit
    office: Department
    teacher: Person
    colleague: Person
    stranger: Person
    chief: AdminAssignment
    reviewer: AdminAssignment
    department_head: AdminAssignment
    other_chief: AdminAssignment
    bureau_chief: AdminAssignment
    city_chief: AdminAssignment
    province_chief: AdminAssignment
    base_chief: AdminAssignment
    superuser: Account


def stage(session):
    """Put the cast on stage and commit."""
    province = make.unit(session, kind=UnitKind.hr_authority, name="省人社厅")
    city = make.unit(session, province, kind=UnitKind.hr_authority, name="市人社局")
    bureau = make.unit(session, city, kind=UnitKind.industry_authority, name="市教育局")
    school = make.unit(session, bureau, name="第一中学")
    other_school = make.unit(session, bureau, name="第二中学")
    base = make.unit(session, province, kind=UnitKind.base, name="继续教育基地")
    office = make.department(session, school, name="教务处")
    teacher = make.person(session, school, name="王老师", department_id=office.id)
    colleague = make.person(session, school, name="李老师")
    stranger = make.person(session, other_school, name="赵老师")
    for person in (teacher, colleague, stranger):
        make.account(session, person)
    reviewing = make.role(
        session,
        "approve_hours:view",
        "approve_hours:approve",
        "approve_hours:reject",
        "person_query:view",
        unit=school,
    )
    cast = Cast(
        province=province,
        city=city,
        bureau=bureau,
        school=school,
        other_school=other_school,
        base=base,
        office=office,
        teacher=teacher,
        colleague=colleague,
        stranger=stranger,
        chief=make.administrator(session, school),
        reviewer=make.administrator(session, school, reviewing),
        department_head=make.administrator(
            session, school, reviewing, department=office
        ),
        other_chief=make.administrator(session, other_school),
        bureau_chief=make.administrator(session, bureau),
        city_chief=make.administrator(session, city),
        province_chief=make.administrator(session, province),
        base_chief=make.administrator(session, base),
        superuser=make.account(
            session, make.person(session, name="系统管理员"), is_superuser=True
        ),
    )
    session.commit()
    return cast


def keys_of(cast):
    """Where each part is found again: its table and key."""
    parts = {field.name: getattr(cast, field.name) for field in fields(cast)}
    return {name: (type(row), row.id) for name, row in parts.items()}


def call(session, keys):
    """The cast that was staged before, with what it was staged with; nothing is open."""
    found = {}
    for model in dict.fromkeys(model for model, _key in keys.values()):
        ids = [key for named, key in keys.values() if named is model]
        rows = select(model).where(model.id.in_(ids)).options(*TOGETHER.get(model, ()))
        found |= {(model, row.id): row for row in session.scalars(rows).unique()}
    session.commit()
    return Cast(**{name: found[key] for name, key in keys.items()})


TOGETHER = {
    Person: [joinedload(Person.account), joinedload(Person.department)],
    AdminAssignment: [
        joinedload(AdminAssignment.account).joinedload(Account.person),
        # Joined, each permission would carry the whole person along: 440 rows for 8.
        joinedload(AdminAssignment.role).selectinload(Role.permissions),
        joinedload(AdminAssignment.department),
    ],
    Account: [joinedload(Account.person)],
}
"""What a member of the cast is staged with, beside their unit."""


def identity(who):
    """The account id and the identity that this member of the cast signs in with."""
    if isinstance(who, Person):
        return who.account.id, Identity(IdentityKind.individual)
    if isinstance(who, AdminAssignment):
        return who.account_id, Identity(IdentityKind.administrator, who.id)
    return who.id, Identity(IdentityKind.superuser)


def actor(session, who):
    """The actor whom this member of the cast signs in as."""
    return actor_of(session, *identity(who))


def busy(session, cast):
    """Give the cast something to see on most pages; return it."""
    teacher = make.profile(session, cast.teacher)
    make.declaration(session, teacher)
    for decider in (cast.school, cast.city):
        make.waiting(make.declaration(session, teacher), decider)
    applicant = make.person(session, name="申请人")
    make.account(session, applicant)
    registration = make.person_registration(session, applicant, cast.school)
    make.waiting(registration, cast.school)
    unit = make.unit_registration(session, applicant, cast.bureau)
    make.waiting(unit, cast.city)
    make.public_hours(session, teacher, 30)
    session.commit()
    return cast
