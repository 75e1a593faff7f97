"""Killed at any moment, nothing acknowledged is lost and nothing is half done (RL-02).

Processes are ended by SIGKILL after a seeded time, in the middle of what they do; the
same act is then tried again, as a person or the queue would.
"""

import contextlib
import random
import threading
import time

import pytest
from sqlalchemy import select

from admin_app.enums import RecordKind, State
from admin_app.models import AdminAssignment, Declaration, Transfer
from tests import factories as make
from tests.cast import identity
from tests.fire import acts, doubles
from tests.fire.claims import credited, half_states, states
from tests.fire.crew import Task
from tests.fire.serving import Visitor, until_answered
from tests.fire.staging import ids_of, teachers, waiting_declarations

BATCH = 10
HOURS = "/admin/approve-hours/action/"
ACCEPTED = (200, 303)
"""What an act that was done is answered with: its result, or the way to it."""


class Approval:
    """A batch of declarations, each round another one."""

    kind = RecordKind.declaration

    def __init__(self, session, cast, rounds):
        people = teachers(session, cast.school, 10)
        rows = waiting_declarations(session, people, cast.city, BATCH * rounds, step=1)
        ids = ids_of(rows)
        self.batches = [ids[start::rounds] for start in range(rounds)]
        self.who = cast.city_chief

    def task(self, number):
        values = {"kind": self.kind, "seen": dict.fromkeys(self.batches[number])}
        return Task(acts.decide, identity(self.who), values)

    def request(self, number):
        form = {"action": "approve", "confirmed": "1", "comment": "好"}
        return self.who, HOURS, form | {"rowid": self.batches[number]}

    def done(self, session, number):
        found = states(session, Declaration, self.batches[number])
        return {state is State.approved for state in found.values()}


class Confirmation:
    """A transfer, each round another one."""

    def __init__(self, session, cast, rounds):
        self.who = cast.other_chief
        self.ids = []
        for person in teachers(session, cast.school, rounds):
            move = Transfer(
                person=person,
                from_unit_id=cast.school.id,
                to_unit_id=cast.other_school.id,
            )
            session.add(make.waiting(move, cast.other_school))
            session.flush()
            self.ids.append(move.id)
        session.commit()

    def task(self, number):
        values = {"kind": RecordKind.transfer, "record_id": self.ids[number]}
        return Task(acts.decide_one, identity(self.who), values)

    def request(self, number):
        return self.who, "/fire/confirm", {"record_id": self.ids[number]}

    def done(self, session, number):
        found = states(session, Transfer, [self.ids[number]])
        return {state is State.approved for state in found.values()}


class Handover:
    """The school goes from hand to hand."""

    def __init__(self, session, cast, rounds):
        role = make.chief_role(session, cast.school.kind)
        self.chiefs = [cast.chief]
        for _ in range(rounds):
            heir = make.administrator(session, cast.school, role, is_chief=False)
            self.chiefs.append(heir)
        session.commit()
        self.keys = [identity(each) for each in self.chiefs]
        self.ids = ids_of(self.chiefs)

    def task(self, number):
        values = {"assignment_id": self.ids[number + 1]}
        return Task(acts.hand_over_to, self.keys[number], values)

    def request(self, number):
        page = f"/admin/unit-admins/hand-over/?id={self.ids[number + 1]}"
        return self.chiefs[number], page, {}

    def done(self, session, number):
        session.rollback()
        pair = self.ids[number : number + 2]
        rows = session.execute(
            select(AdminAssignment.id, AdminAssignment.is_chief).where(
                AdminAssignment.id.in_(pair)
            )
        )
        found = {row.id: row.is_chief for row in rows}
        # The former chief's row goes in the moment in which the new one is chief.
        return {found.get(pair[1]) is True, found.get(pair[0]) is None}


OPERATIONS = {
    "batch approval": Approval,
    "transfer": Confirmation,
    "handover": Handover,
}


LATEST = 1.5
"""A process dies within so many times as long as its act takes when it is left alone."""

SOONER, LATER = 0.5, 1.3
"""The next has so much of that time, after one that was done and one that was cut.

So some of both are seen, also where the one left alone was slow by chance.
"""


def kill_workers(crew, session, work, rounds, *, broken=(), most=None):
    """Kill a process in each round and let the next do the same act; what is wrong.

    The first round is left alone: it tells how long the act takes here and now.
    """
    dice, wrong, cut = random.Random(20251118), [], 0
    [alone] = crew.together([work.task(0)])
    most = most or LATEST * alone.seconds
    for number in range(1, rounds + 1):
        victim = crew.next_victim()
        task = work.task(number)
        victim.prepare(Task(task.act, task.who, task.values, doubles=broken))
        victim.go()
        was_told = victim.has_ended(dice.uniform(0, most))
        victim.kill()
        found = work.done(session, number)
        if len(found) != 1 or (was_told and found != {True}):
            wrong.append((number, was_told, found))
        cut += found == {False}
        most *= LATER if found == {False} else SOONER
        wrong += half_states(session)
        if found == {False}:
            # Nobody has to clear up first.
            [again] = crew.together([task])
            if not again.is_done or work.done(session, number) != {True}:
                wrong.append((number, again))
    return wrong, cut


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_killed_job_process_leaves_all_or_nothing(
    crew, cast, db_session, operation, at_length
):
    rounds = at_length(8, 50)
    work = operation(db_session, cast, rounds + 1)
    db_session.close()
    crew.hire(rounds + 1)

    wrong, cut = kill_workers(crew, db_session, work, rounds)

    assert wrong == []
    assert cut, "nobody was killed before the end"


@pytest.mark.requirement("WF-09")
def test_batch_killed_at_forty_moments_is_done_once_after_a_second_try(
    crew, cast, db_session
):
    work = Approval(db_session, cast, 41)
    db_session.close()
    crew.hire(41)

    wrong, cut = kill_workers(crew, db_session, work, 40)

    # What is wrong would be a half batch, a row credited twice or not at all.
    assert wrong == []
    assert cut, "nobody was killed before the end"
    assert credited(db_session) == 41 * BATCH


def test_approval_in_two_transactions_is_found(crew, cast, db_session):
    work = Approval(db_session, cast, 9)
    db_session.close()
    crew.hire(9)

    wrong, _ = kill_workers(
        crew, db_session, work, 8, broken=doubles.CREDIT_LATER, most=0.4
    )

    assert wrong


def kill_server(app, server, session, work, rounds):
    """Kill all web processes in each round while a request is under way.

    The first round is left alone, as above.
    """
    dice, wrong, cut = random.Random(20251118), [], 0
    who, path, form = work.request(0)
    visitor, began = Visitor(app, server, who, proven=True), time.perf_counter()
    visitor.post(path, form)
    most = LATEST * (time.perf_counter() - began)
    for number in range(1, rounds + 1):
        who, path, form = work.request(number)
        visitor = Visitor(app, server, who, proven=True)
        answers = []
        thread = threading.Thread(target=send, args=(visitor, path, form, answers))
        thread.start()
        thread.join(dice.uniform(0, most))
        server.kill_workers()
        thread.join()
        was_told = bool(answers) and answers[0].status in ACCEPTED
        found = work.done(session, number)
        if len(found) != 1 or (was_told and found != {True}):
            wrong.append((number, answers, found))
        cut += found == {False}
        most *= LATER if found == {False} else SOONER
        wrong += half_states(session)
        while work.done(session, number) == {False}:
            answer = until_answered(lambda: visitor.post(path, form))  # noqa: B023
            if answer.status not in ACCEPTED or work.done(session, number) != {True}:
                wrong.append((number, answer))
                break
    return wrong, cut


def send(visitor, path, form, answers):
    """Send a request whose server may die over it."""
    with contextlib.suppress(OSError):
        answers.append(visitor.post(path, form))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_killed_web_process_leaves_all_or_nothing(
    app, serve, cast, db_session, operation, at_length
):
    rounds = at_length(8, 50)
    work = operation(db_session, cast, rounds + 1)
    server = serve(workers=2)

    wrong, cut = kill_server(app, server, db_session, work, rounds)

    assert wrong == []
    assert cut, "nobody was killed before the end"
