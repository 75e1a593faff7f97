"""Demo people in the database, their accounts, and who administers which unit."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from admin_app.enums import Channel, UnitKind
from admin_app.models import (
    Account,
    AdminAssignment,
    Person,
    Role,
    VerifiedContact,
)
from admin_app.operations.passwords import hash_password
from seed.demo_people import Names, PersonSpec, administrator
from seed.demo_units import Tree
from seed.writing import Values, Writer

DEMO_PASSWORD: Final = "Demo-2026-hn"  # noqa: S105 (shown to everybody who tries the demo)
CHIEF_SERIALS: Final = 90_000
PARTIAL_SERIALS: Final = 91_000
SUPERUSER_SERIAL: Final = 99_999
OWN_CHIEF_EVERY: Final = 3
"""Every third employer is administered by one of its own people (X04)."""
PARTIAL: Final = (
    ("HR410000", "hr_authority_hours_reviewer", ""),
    ("HR410000", "hr_authority_reader", ""),
    ("HR410000", "auditor", ""),
    ("HR410100", "hr_authority_hours_reviewer", ""),
    ("PAED", "industry_authority_hours_reviewer", ""),
    ("PE01", "employer_hours_reviewer", ""),
    ("PE01", "employer_people_manager", ""),
    ("PE01", "employer_people_manager", "PE01-04"),
    ("PE02", "employer_hours_reviewer", ""),
    ("PE02", "employer_reader", ""),
    ("PE03", "employer_people_manager", "PE03-06"),
)
"""Administrators beside the chief: unit, role, department (R09)."""


@dataclass(frozen=True)
class Login:
    """An account with its person, as far as histories name them."""

    account_id: int
    person_id: int
    name: str


@dataclass(frozen=True)
class Cast:
    """Everybody with an account: people by serial, administrators by unit id."""

    people: Mapping[int, Login]
    administrators: Mapping[int, Sequence[Login]]
    fresh: frozenset[int]
    """Serials of the people whom this load added."""

    def decider(self, unit_id: int, *, besides: int) -> Login:
        """Return who decides at a unit, never about themself (AZ-11)."""
        return next(
            login
            for login in self.administrators[unit_id]
            if login.person_id != besides
        )


def write_cast(
    writer: Writer,
    tree: Tree,
    *,
    people: Sequence[PersonSpec],
    staff: Sequence["Assignment"],
    superuser: PersonSpec,
    now: dt.datetime,
) -> Cast:
    """Add people, accounts and administrators that are not there yet."""
    # One hash for everybody: thousands of them would take minutes.
    password_hash = hash_password(DEMO_PASSWORD)
    logins, fresh = write_people(writer, people, password_hash)
    others = [each.person for each in staff if each.person.serial not in logins]
    staff_logins, fresh_staff = write_people(writer, others, password_hash)
    root, fresh_root = write_people(
        writer, [superuser], password_hash, is_superuser=True
    )
    added = fresh | fresh_staff | fresh_root
    everybody = [*people, *others, superuser]
    _write_verified(
        writer,
        [spec for spec in everybody if spec.serial in added],
        logins | staff_logins | root,
        at=now,
    )
    return Cast(
        people=logins,
        administrators=_write_assignments(writer, tree, staff, logins | staff_logins),
        fresh=fresh,
    )


def write_people(
    writer: Writer,
    specs: Iterable[PersonSpec],
    password_hash: str,
    *,
    is_superuser: bool = False,
) -> tuple[dict[int, Login], frozenset[int]]:
    """Add people with their accounts; return all by serial, and who is new."""
    wanted = {spec.id_number: spec for spec in specs}
    statement = (
        select(Person.id_number, Person.id, Account.id)
        .join(Account, Account.person_id == Person.id)
        .where(Person.is_demo)
    )
    known = {
        number: (person_id, account_id)
        for number, person_id, account_id in writer.session.execute(statement)
        if number in wanted
    }
    fresh = [spec for number, spec in wanted.items() if number not in known]
    person_ids = writer.add(Person, [spec.values for spec in fresh], returning=True)
    accounts: list[Values] = [
        {
            "person_id": person_id,
            "password_hash": password_hash,
            "is_superuser": is_superuser,
        }
        for person_id in person_ids
    ]
    account_ids = writer.add(Account, accounts, returning=True)
    for model in (Person, Account):
        writer.report.count(model.__tablename__, left=len(known))
    for spec, *ids in zip(fresh, person_ids, account_ids, strict=True):
        known[spec.id_number] = (ids[0], ids[1])
    logins = {
        spec.serial: Login(known[number][1], known[number][0], spec.values["name"])
        for number, spec in wanted.items()
    }
    return logins, frozenset(spec.serial for spec in fresh)


def _write_verified(
    writer: Writer,
    specs: Iterable[PersonSpec],
    logins: Mapping[int, Login],
    *,
    at: dt.datetime,
) -> None:
    """Let these people's addresses be verified: a forgotten password can be tried."""
    rows: list[Values] = [
        {
            "person_id": logins[spec.serial].person_id,
            "channel": channel,
            "address": spec.values[channel.name],
            "verified_at": at,
        }
        for spec in specs
        for channel in Channel
        if spec.values.get(channel.name)
    ]
    writer.add(VerifiedContact, rows)


@dataclass(frozen=True)
class Assignment:
    """A right to administer a unit or a department of it, by the files' codes."""

    unit: str
    role: str
    department: str
    person: PersonSpec

    @property
    def is_chief(self) -> bool:
        """Whether it is the unit's super administrator."""
        return self.role.endswith("_chief")

    @property
    def reviews(self) -> bool:
        """Whether histories may name this administrator as reviewer."""
        return self.is_chief or self.role.endswith("_hours_reviewer")


def plan_staff(
    tree: Tree, names: Names, people: Sequence[PersonSpec]
) -> list[Assignment]:
    """Return every administrator, chiefs first; their numbers never depend on `people`."""
    first: dict[str, PersonSpec] = {}
    for spec in people:
        first.setdefault(spec.unit, spec)
    units = tree.organisation.units
    staff: list[Assignment] = []
    partial = list(PARTIAL)
    for position, code in enumerate(tree.unit_ids):
        kind = units[code].kind
        spec = administrator(names, code, serial=CHIEF_SERIALS + position)
        if kind is UnitKind.employer and position % OWN_CHIEF_EVERY == 1:
            spec = first.get(code, spec)
            partial.append((code, "employer_hours_reviewer", ""))
        staff.append(Assignment(code, f"{kind.name}_chief", "", spec))
    for number, place in enumerate(partial):
        spec = administrator(names, *place, serial=PARTIAL_SERIALS + number)
        staff.append(Assignment(*place, spec))
    return staff


def _write_assignments(
    writer: Writer,
    tree: Tree,
    staff: Sequence[Assignment],
    logins: Mapping[int, Login],
) -> dict[int, list[Login]]:
    roles = writer.ids(Role, "code")
    known = writer.ids(AdminAssignment, "unit_id", "account_id")
    has_chief = select(AdminAssignment.unit_id).where(AdminAssignment.is_chief)
    chiefs = set(writer.session.scalars(has_chief))
    rows: list[Values] = []
    administrators: dict[int, list[Login]] = {}
    for each in staff:
        unit_id, login = tree.unit_ids[each.unit], logins[each.person.serial]
        if each.reviews:
            administrators.setdefault(unit_id, []).append(login)
        is_there = (unit_id, login.account_id) in known
        if is_there or (each.is_chief and unit_id in chiefs):
            continue
        department_id = tree.department_ids.get(each.department)
        rows.append(
            {
                "unit_id": unit_id,
                "account_id": login.account_id,
                "role_id": roles[each.role],
                "department_id": department_id,
                "is_chief": each.is_chief,
            }
        )
    left = len(staff) - len(rows)
    writer.report.count(AdminAssignment.__tablename__, left=left)
    writer.add(AdminAssignment, rows)
    return administrators
