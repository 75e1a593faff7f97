"""Which people a transaction holds: nobody else sends, moves or decides of them (WF-05).

They are held before their records, in every path that relies on "nothing pending". Rows
that only refer to a person are free to come meanwhile.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ColumnElement, bindparam, inspect, select
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.orm.util import identity_key

from admin_app.models import Person
from admin_app.prepared import Prepared

HELD: Final = "people_held"


def hold_people(session: Session, which: ColumnElement[bool]) -> None:
    """Hold people; what is loaded of them is what is true now."""
    people = select(Person).where(which).order_by(Person.id)
    locked = people.with_for_update(key_share=True)
    session.scalars(locked.execution_options(populate_existing=True)).all()


def hold_person(session: Session, person_id: int) -> None:
    """Hold one person in the same way, unless this transaction does already."""
    if person_id in _held(session):
        return
    (fresh,) = _PERSON.rows(session, {"key": person_id})
    known = session.identity_map.get(identity_key(Person, person_id))
    if known is not None:
        loaded = inspect(known).dict
        if any(loaded.get(name) != value for name, value in fresh._asdict().items()):
            session.expire(known)


def held(session: Session, person_id: int) -> Person:
    """Hold one person and return what is true of them now."""
    return session.get_one(
        Person, person_id, populate_existing=True, with_for_update={"key_share": True}
    )


def note_held(session: Session, person_ids: Iterable[int]) -> None:
    """Know that a statement that serves others as well has held these people, fresh."""
    session.info[HELD] = (_innermost(session), {*_held(session), *person_ids})


def _held(session: Session) -> set[int]:
    within, person_ids = session.info.get(HELD, (None, set()))
    # What a savepoint holds is let go when it is undone.
    return person_ids if within is _innermost(session) else set()


def _innermost(session: Session) -> SessionTransaction | None:
    return session.get_nested_transaction() or session.get_transaction()


_PERSON: Final = Prepared(
    select(
        Person.unit_id,
        Person.department_id,
        Person.region_id,
        Person.standing,
        Person.is_active,
        Person.updated_at,
    )
    .where(Person.id == bindparam("key"))
    .with_for_update(key_share=True)
)
