"""Who applies: the person and account behind a registration, new or already known."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admin_app.enums import IdentityKind, State
from admin_app.errors import Refused
from admin_app.models import (
    Account,
    AdminAssignment,
    Person,
    PersonRegistration,
    UnitRegistration,
)
from admin_app.permissions import Actor
from admin_app.rules.identity import parse_id_number
from admin_app.rules.passwords import refuse_weak_password

KNOWN = (
    "该身份证号码已注册。请选择“已是本系统用户”，用原密码验证后继续；"
    "尚未审核的可在“注册审核进度查询”中查看。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApplicant:
    """What somebody who is not yet a user of the system tells (U08, P01)."""

    id_number: str
    password: str
    name: str
    mobile: str
    email: str
    landline: str = ""

    def __repr__(self) -> str:
        """Keep everything out of logs and tracebacks (PR-05)."""
        return "NewApplicant()"


def open_account(
    session: Session, *, new: NewApplicant, password_hash: str, today: dt.date
) -> Person:
    """Return a new person with an account, not yet admitted anywhere, or refuse.

    `password_hash` is made of `new.password` before the transaction, because it is
    slow. A person whose registrations were all withdrawn may register again freely (P06).
    """
    id_number = parse_id_number(new.id_number, today=today)
    refuse_weak_password(
        new.password, id_number=id_number.number, name=new.name, mobile=new.mobile
    )
    known = session.scalar(select(Person).where(Person.id_number == id_number.number))
    if known is not None:
        return _begin_again(session, known, new, password_hash)
    person = Person(
        id_number=id_number.number,
        name=new.name,
        mobile=new.mobile,
        email=new.email,
        landline=new.landline,
        sex=id_number.sex,
        birth_date=id_number.birth_date,
        account=Account(password_hash=password_hash),
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:
        # Somebody else was quicker by a moment with the same number.
        raise Refused(KNOWN, field="id_number") from None
    return person


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Who an applicant is and how to reach them."""

    name: str
    mobile: str
    email: str

    def __repr__(self) -> str:
        """Keep everything out of logs and tracebacks (PR-05)."""
        return "Contact()"


def correct_contact(session: Session, *, person: Person, contact: Contact) -> None:
    """Correct name and contact of somebody whom nobody has admitted yet (P04)."""
    if is_admitted(session, person):
        raise Refused("审核通过后姓名不能自行修改，如需更正请联系单位管理员。")
    person.name = contact.name
    person.mobile = contact.mobile
    person.email = contact.email
    session.flush()


def applicant_actor(person: Person) -> Actor:
    """Return a person with an account as one who acts for themself."""
    assert person.account is not None
    return Actor(
        account_id=person.account.id,
        person_id=person.id,
        name=person.name,
        kind=IdentityKind.individual,
    )


def is_admitted(session: Session, person: Person) -> bool:
    """Tell whether somebody has approved this person, as professional or administrator."""
    if person.unit_id is not None:
        return True
    assigned = exists().where(
        AdminAssignment.account_id == Account.id, Account.person_id == person.id
    )
    return bool(session.scalar(select(assigned)))


def registrations_of(
    session: Session, person_id: int
) -> list[PersonRegistration | UnitRegistration]:
    """Return the person's registrations, also those of units, newest first."""
    own = session.scalars(
        select(PersonRegistration).where(PersonRegistration.person_id == person_id)
    )
    units = session.scalars(
        select(UnitRegistration).where(UnitRegistration.applicant_id == person_id)
    )
    return sorted([*own, *units], key=lambda row: row.created_at, reverse=True)


def _begin_again(
    session: Session, person: Person, new: NewApplicant, password_hash: str
) -> Person:
    account = person.account
    if account is None or account.is_superuser or account.is_disabled:
        raise Refused(KNOWN, field="id_number")
    rows = registrations_of(session, person.id)
    only_withdrawn = bool(rows) and all(row.state is State.withdrawn for row in rows)
    if not only_withdrawn or is_admitted(session, person):
        raise Refused(KNOWN, field="id_number")
    person.name, person.mobile = new.name, new.mobile
    person.email, person.landline = new.email, new.landline
    account.password_hash = password_hash
    session.flush()
    return person
