"""With whom to try the demo: one login for each role."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from admin_app.enums import UserType
from admin_app.models import Account, AdminAssignment, Person, Role, Unit
from admin_app.operations.identities import WINDOWS
from seed.demo_accounts import DEMO_PASSWORD
from seed.demo_declarations import COMPLETE_SERIAL, SHORTFALL_SERIAL
from seed.demo_rows import DEMO, read_code_ids
from seed.demo_units import read_organisation

CHIEFS: Final = (
    ("省人社厅超级管理员", "HR410000"),
    ("市人社局超级管理员", "HR410100"),
    ("县（市、区）人社局超级管理员", "HR410184"),
    ("主管部门超级管理员", "PAED"),
    ("用人单位超级管理员", "PE01"),
    ("继续教育基地超级管理员", "BA01"),
)
LARGE_UNIT: Final = "PE01"
INDIVIDUALS: Final = (
    ("专业技术人员（2025年度已完成）", COMPLETE_SERIAL),
    ("专业技术人员（2025年度未完成）", SHORTFALL_SERIAL),
)


@dataclass(frozen=True)
class DemoLogin:
    """One line of the table: who can be tried, and how to sign in."""

    role: str
    window: str
    id_number: str
    name: str
    unit: str
    password: str = DEMO_PASSWORD


def demo_logins(session: Session) -> list[DemoLogin]:
    """Return the logins of the demo; none where it was not loaded."""
    return [*_superusers(session), *_administrators(session), *_individuals(session)]


def _superusers(session: Session) -> Iterator[DemoLogin]:
    statement = select(Person).join(Person.account)
    for person in session.scalars(
        statement.where(Account.is_superuser, Person.is_demo)
    ):
        window = UserType.authority.label
        yield DemoLogin("系统管理员", window, person.id_number, person.name, "")


def _administrators(session: Session) -> Iterator[DemoLogin]:
    units = read_organisation(DEMO, read_code_ids(session)).units
    codes = {code: unit.values["registration_code"] for code, unit in units.items()}
    for role, unit in CHIEFS:
        is_there = Unit.registration_code == codes[unit]
        yield from _first(session, role, is_there & AdminAssignment.is_chief)
    large = Unit.registration_code == codes[LARGE_UNIT]
    whole = large & ~AdminAssignment.is_chief & AdminAssignment.department_id.is_(None)
    yield from _first(
        session, "用人单位学时审批员", whole & (Role.code == "employer_hours_reviewer")
    )
    limited = large & AdminAssignment.department_id.is_not(None)
    yield from _first(session, "部门管理员", limited)
    yield from _first(session, "审计员", Role.code == "auditor")
    yield from _first(
        session, "双重身份（管理员、专业技术人员）", Person.unit_id.is_not(None)
    )


def _first(
    session: Session, role: str, criterion: ColumnElement[bool]
) -> Iterator[DemoLogin]:
    statement = (
        select(Person, Unit)
        .join(Account, Account.person_id == Person.id)
        .join(AdminAssignment, AdminAssignment.account_id == Account.id)
        .join(Unit, Unit.id == AdminAssignment.unit_id)
        .join(Role, Role.id == AdminAssignment.role_id)
        .where(criterion, Person.is_demo)
        .order_by(AdminAssignment.id)
        .limit(1)
    )
    for person, unit in session.execute(statement):
        window = WINDOWS[unit.kind].label
        yield DemoLogin(role, window, person.id_number, person.name, unit.name)


def _individuals(session: Session) -> Iterator[DemoLogin]:
    for role, serial in INDIVIDUALS:
        statement = (
            select(Person, Unit)
            .join(Unit, Unit.id == Person.unit_id)
            .where(Person.email == f"p{serial:05d}@example.com", Person.is_demo)
        )
        for person, unit in session.execute(statement):
            window = UserType.individual.label
            yield DemoLogin(role, window, person.id_number, person.name, unit.name)
