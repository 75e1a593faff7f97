"""The first superuser of an installation: made from the shell, with a one-time password."""

import datetime as dt
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.errors import Refused
from admin_app.models import Account, Person
from admin_app.operations.accounts import INITIAL_PASSWORD_LIFETIME
from admin_app.operations.passwords import hash_password
from admin_app.rules.days import day_of
from admin_app.rules.identity import fold_id_number, parse_id_number
from admin_app.rules.texts import clean_name


def create_superuser(
    session: Session, *, id_number: str, name: str, now: dt.datetime
) -> str:
    """Return the one-time password of a new superuser; it holds for a day (AU-17)."""
    identity = parse_id_number(fold_id_number(id_number), today=day_of(now))
    known = select(Person.id).where(Person.id_number == identity.number)
    if session.scalar(known) is not None:
        raise Refused("该身份证号码已经登记，不能用来新建系统管理员，请换用其他号码。")
    password = secrets.token_urlsafe(12)
    person = Person(
        id_number=identity.number,
        name=clean_name(name, field="name"),
        sex=identity.sex,
        birth_date=identity.birth_date,
    )
    session.add(person)
    session.flush()
    session.add(
        Account(
            person_id=person.id,
            password_hash=hash_password(password),
            is_superuser=True,
            must_change_password=True,
            initial_password_until=now + INITIAL_PASSWORD_LIFETIME,
        )
    )
    session.flush()
    return password
