"""Records for many rounds at once, staged as submissions would have left them."""

from admin_app.models import Declaration
from tests import factories as make
from tests.cast import identity


def deciders(session, unit, number):
    """So many administrators of one unit who may decide there, as tasks name them."""
    role = make.chief_role(session, unit.kind)
    made = [
        make.assignment(
            session,
            make.account(session, make.person(session)),
            unit,
            role,
            is_chief=False,
        )
        for _ in range(number)
    ]
    session.commit()
    return [identity(each) for each in made]


def teachers(session, unit, number):
    """So many professionals of the unit, with accounts."""
    people = [make.person(session, unit) for _ in range(number)]
    for person in people:
        make.account(session, person)
    session.commit()
    return people


def waiting_declarations(session, people, unit, number, *, step=0):
    """So many declarations that wait at the unit, dealt out to the people in turn."""
    made = [
        make.waiting(
            make.declaration(session, people[index % len(people)]), unit, step=step
        )
        for index in range(number)
    ]
    session.commit()
    return made


def ids_of(records):
    """The ids, in order."""
    return [record.id for record in records]


def reread(session, record_id):
    """A declaration as it is now."""
    session.rollback()
    return session.get_one(Declaration, record_id, populate_existing=True)
