"""Eight processes decide on the same records: each is credited exactly once (WF-01)."""

import pytest

from admin_app.enums import RecordKind, State
from admin_app.models import Declaration
from tests.fire import acts, doubles
from tests.fire.claims import credited, half_states, states
from tests.fire.crew import Task
from tests.fire.staging import deciders, ids_of, teachers, waiting_declarations

PROCESSES = 8
KIND = RecordKind.declaration


def hammer(crew, session, cast, *, number, act, broken=(), people=40, **values):
    """Let eight administrators decide on the same records; the ids and the outcomes."""
    who = deciders(session, cast.city, PROCESSES)
    staff = teachers(session, cast.school, people)
    ids = ids_of(waiting_declarations(session, staff, cast.city, number, step=1))
    tasks = [
        Task(act, who[index], {"kind": KIND, **values}, doubles=broken)
        for index in range(PROCESSES)
    ]
    for index, task in enumerate(tasks):
        # Each begins elsewhere in the queue, and so all meet everywhere.
        start = index * number // PROCESSES
        task.values["ids"] = ids[start:] + ids[:start]
    return ids, crew.together(tasks)


WAYS = {
    "one by one": (acts.decide_one_by_one, 60, {}),
    "in batches": (acts.decide_in_batches, 200, {"size": 25}),
}
"""How they decide, and on how many; `make soak` lets it be 200 in both."""


@pytest.mark.requirement("WF-01")
@pytest.mark.requirement("WF-02")
@pytest.mark.parametrize(("act", "number", "values"), WAYS.values(), ids=WAYS)
def test_eight_processes_credit_each_record_once(
    crew, cast, db_session, act, number, values, at_length
):
    crew.hire(PROCESSES)
    number = at_length(number, 200)
    for _ in range(at_length(1, 5)):
        before = credited(db_session)

        ids, outcomes = hammer(crew, db_session, cast, number=number, act=act, **values)

        done = [record_id for each in outcomes for record_id in each.result or ()]
        assert [each.kind for each in outcomes] == ["done"] * PROCESSES, outcomes
        assert sorted(done) == sorted(ids)
        assert credited(db_session) - before == number
        assert set(states(db_session, Declaration, ids).values()) == {State.approved}
        assert half_states(db_session) == []


BROKEN = {
    "a decision that neither locks nor looks again": doubles.UNGUARDED_DECISION,
    "totals that are read, added up and written": doubles.TOTALS_BY_HAND,
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_broken_variant_is_found(crew, cast, db_session, broken):
    crew.hire(PROCESSES)

    ids, outcomes = hammer(
        crew,
        db_session,
        cast,
        number=30,
        people=2,
        act=acts.decide_one_by_one,
        broken=broken,
    )

    done = [record_id for each in outcomes for record_id in each.result or ()]
    is_clean = all(each.is_done for each in outcomes) and sorted(done) == sorted(ids)
    assert not is_clean or half_states(db_session)
