"""Counters while several decide in one unit and two fold at once: nothing is lost."""

from admin_app.columns import utc_now
from admin_app.enums import RecordKind, State
from admin_app.models import UnitRoll
from admin_app.operations import counters
from tests.cast import identity
from tests.fire import acts
from tests.fire.crew import Task
from tests.fire.staging import ids_of, teachers, waiting_declarations

BATCH, ROUNDS = 5, 4


def fold(session):
    """Fold as the job does."""
    return counters.fold(session, now=utc_now())


def tasks(cast, ids):
    """Two batches of one unit's declarations, and two folds."""
    values = {"kind": RecordKind.declaration}
    return [
        Task(
            acts.decide,
            identity(cast.city_chief),
            values | {"seen": dict.fromkeys(part)},
        )
        for part in (ids[:BATCH], ids[BATCH:])
    ] + [Task(fold), Task(fold)]


def test_counters_hold_while_batches_and_folds_race(crew, db_session, cast):
    crew.hire(4)
    people = teachers(db_session, cast.school, BATCH)
    count = 2 * BATCH * ROUNDS
    ids = ids_of(waiting_declarations(db_session, people, cast.city, count, step=1))
    counters.rebuild(db_session, now=utc_now())
    db_session.commit()

    for first in range(0, count, 2 * BATCH):
        crew.together(tasks(cast, ids[first : first + 2 * BATCH]))

    counters.fold(db_session, now=utc_now())
    assert counters.first_difference(db_session) is None
    roll = db_session.get_one(UnitRoll, (cast.province.id, 2025, State.approved))
    assert roll.number == count
