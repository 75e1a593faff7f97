"""What an approval of a registration brings, and what it refuses whole (U28, U31)."""

import pytest
from sqlalchemy import func, select

from admin_app.columns import utc_now
from admin_app.enums import Action, RecordKind, State
from admin_app.models import (
    AdminAssignment,
    PersonRegistration,
    Unit,
    UnitRegistration,
)
from admin_app.operations.registration import admit_people, admit_units
from admin_app.workflows import perform_many
from tests import factories as make
from tests.cast import actor


def count(session, model):
    return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def approve(db_session, cast):
    """Let a chief approve registrations and return the result of the batch."""

    def act(chief, kind, *records):
        return perform_many(
            db_session,
            actor=actor(db_session, getattr(cast, chief)),
            kind=kind,
            ids=[record.id for record in records],
            action=Action.approve,
            now=utc_now(),
        )

    return act


@pytest.fixture
def newcomer(db_session):
    """Somebody with an account and without a unit."""
    person = make.person(db_session)
    make.account(db_session, person)
    return person


@pytest.mark.feature("U28")
def test_department_closed_meanwhile_is_left_out(db_session, cast, approve, newcomer):
    record = make.person_registration(
        db_session, newcomer, cast.school, department_id=cast.office.id
    )
    make.waiting(record, cast.school)
    cast.office.is_active = False
    db_session.flush()

    approve("chief", RecordKind.person_registration, record)

    assert (newcomer.unit_id, newcomer.department_id) == (cast.school.id, None)


@pytest.mark.feature("U28")
def test_person_of_another_unit_is_refused_and_stays_where_they_are(
    db_session, cast, approve, newcomer
):
    taken = make.person_registration(db_session, cast.stranger, cast.school)
    free = make.person_registration(db_session, newcomer, cast.school)
    for record in (taken, free):
        make.waiting(record, cast.school)
    db_session.flush()

    result = approve("chief", RecordKind.person_registration, taken, free)

    assert (result.done, list(result.refused)) == ([free.id], [taken.id])
    db_session.refresh(taken)
    assert taken.state is State.pending
    assert cast.stranger.unit_id == cast.other_school.id
    assert newcomer.unit_id == cast.school.id


@pytest.mark.feature("U31")
def test_unit_whose_code_was_taken_meanwhile_is_refused_whole(
    db_session, cast, approve, newcomer
):
    record = make.unit_registration(db_session, newcomer, cast.bureau)
    make.waiting(record, cast.bureau)
    make.unit(db_session, cast.bureau, registration_code=record.registration_code)
    units, chiefs = count(db_session, Unit), count(db_session, AdminAssignment)

    result = approve("bureau_chief", RecordKind.unit_registration, record)

    assert list(result.refused) == [record.id]
    assert count(db_session, Unit) == units
    assert count(db_session, AdminAssignment) == chiefs
    db_session.refresh(record)
    assert (record.state, record.unit_id) == (State.pending, None)


@pytest.mark.feature("U31")
def test_admission_of_the_same_unit_twice_makes_it_once(db_session, cast, newcomer):
    record = make.unit_registration(db_session, newcomer, cast.bureau)
    chief = actor(db_session, cast.bureau_chief)
    before = count(db_session, Unit)

    for _ in range(2):
        admit_units(db_session, record_ids=[record.id], actor=chief, now=utc_now())

    assert count(db_session, Unit) == before + 1
    assert db_session.get(UnitRegistration, record.id).unit_id is not None


@pytest.mark.feature("U28")
def test_admission_of_many_people_costs_no_more_statements_than_of_two(
    db_session, cast, statements
):
    chief = actor(db_session, cast.chief)
    costs = []
    for size in (2, 20):
        ids = []
        for _ in range(size):
            person = make.person(db_session)
            ids.append(make.person_registration(db_session, person, cast.school).id)
        with statements() as seen:
            admit_people(db_session, record_ids=ids, actor=chief, now=utc_now())
        # The audit log writes a line for each person; the rest must not grow.
        costs.append(len([each for each in seen if "audit_entry" not in each]))

    assert costs[0] == costs[1]
    assert count(db_session, PersonRegistration) == 22
