"""Every pair of acts that race for one record ends in exactly one outcome.

Each race is run many times by two processes that live through all rounds; a seeded
stagger lets now one, now the other come first.
"""

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from admin_app.enums import Action, RecordKind, State
from admin_app.models import (
    AdminAssignment,
    Declaration,
    Transfer,
    Unit,
    WorkflowEvent,
)
from tests import factories as make
from tests.cast import identity
from tests.declaring import attachment
from tests.fire import acts, checking, doubles, moving
from tests.fire.crew import Task
from tests.fire.rounds import ONE_WINNER, Round, faults, run
from tests.fire.staging import deciders, ids_of, teachers, waiting_declarations

DECLARATION = RecordKind.declaration
REGISTRATION = RecordKind.person_registration
MOVE = RecordKind.transfer


@pytest.fixture
def pair(crew):
    """Two workers, hired before anybody connects."""
    return crew.hire(2)


@pytest.fixture
def rounds_of(at_length):
    """How many rounds a race has."""
    return at_length(50, 500)


# --- The races ------------------------------------------------------------------


def decision_against_decision(session, cast, number):
    """approve ∥ reject by two administrators of the last unit."""
    one, other = deciders(session, cast.city, 2)
    people = teachers(session, cast.school, 10)
    for record in waiting_declarations(session, people, cast.city, number, step=1):
        values = {"kind": DECLARATION, "record_id": record.id}
        yield Round(
            (
                Task(acts.decide_one, one, values),
                Task(acts.decide_one, other, values | {"action": Action.reject}),
            ),
            record.id,
        )


def decision_against_withdrawal(session, cast, number):
    """approve ∥ withdraw at the first unit."""
    people = teachers(session, cast.school, 10)
    for record in waiting_declarations(session, people, cast.school, number):
        values = {"kind": DECLARATION, "record_id": record.id}
        yield Round(
            (
                Task(acts.decide_one, identity(cast.chief), values),
                Task(acts.withdraw, identity(record.person), values),
            ),
            record.id,
        )


def registration_against_withdrawal(session, cast, number):
    """The approval of a registration ∥ its withdrawal (AU-10)."""
    for person in teachers(session, None, number):
        record = make.person_registration(session, person, cast.school)
        make.waiting(record, cast.school)
        values = {"kind": REGISTRATION, "record_id": record.id}
        yield Round(
            (
                Task(acts.decide_one, identity(cast.chief), values),
                # Whoever has no identity yet withdraws as the page of progress does.
                Task(acts.withdraw_registration, None, {"record_id": record.id}),
            ),
            record.id,
        )


def moves(session, cast, number):
    """So many people with a transfer that waits at the other school."""
    for person in teachers(session, cast.school, number):
        record = Transfer(
            person=person, from_unit_id=cast.school.id, to_unit_id=cast.other_school.id
        )
        session.add(make.waiting(record, cast.other_school))
        session.flush()
        yield record


def confirmation_against_confirmation(session, cast, number):
    """confirm ∥ confirm by two administrators of the receiving unit."""
    one, other = deciders(session, cast.other_school, 2)
    for record in moves(session, cast, number):
        values = {"kind": MOVE, "record_id": record.id}
        yield Round(
            (
                Task(acts.decide_one, one, values),
                Task(acts.decide_one, other, values),
            ),
            record.id,
        )


def confirmation_against_withdrawal(session, cast, number):
    """confirm ∥ 收回 by who asked."""
    for record in moves(session, cast, number):
        values = {"kind": MOVE, "record_id": record.id}
        yield Round(
            (
                Task(acts.decide_one, identity(cast.other_chief), values),
                Task(acts.withdraw, identity(record.person), values),
            ),
            record.id,
        )


def submission_against_transfer(session, cast, number):
    """submit ∥ transfer request of the same person (WF-05)."""
    for person in teachers(session, cast.school, number):
        record = make.declaration(session, person)
        attachment(session, record)
        move = {"person_id": person.id, "to_unit_id": cast.other_school.id}
        yield Round(
            (
                Task(acts.submit, identity(person), {"record_id": record.id}),
                Task(acts.ask_for_transfer, identity(person), move),
            ),
            record.id,
        )


RACES = {
    "approve ∥ reject": (decision_against_decision, doubles.UNGUARDED_DECISION),
    "approve ∥ withdraw": (decision_against_withdrawal, doubles.UNGUARDED_WITHDRAWAL),
    "registration: approve ∥ withdraw": (
        registration_against_withdrawal,
        doubles.UNGUARDED_WITHDRAWAL,
    ),
    "confirm ∥ confirm": (
        confirmation_against_confirmation,
        doubles.UNGUARDED_CONFIRMATION,
    ),
    "confirm ∥ withdraw": (
        confirmation_against_withdrawal,
        doubles.UNGUARDED_WITHDRAWAL,
    ),
    "submit ∥ transfer": (submission_against_transfer, doubles.UNLOCKED_PERSON),
    "superior ∥ submit": (moving.superior_against_submission, doubles.UNHELD_TREE),
    "code ∥ submit": (moving.code_against_submission, doubles.UNHELD_TREE),
    "authority ∥ submit": (
        moving.authority_against_submission,
        doubles.UNHELD_TREE,
    ),
    "superior ∥ transfer": (moving.superior_against_transfer, doubles.UNHELD_TREE),
    "superior ∥ code below": (
        moving.superior_against_code_below,
        doubles.UNHELD_TREE,
    ),
    "revoke ∥ revoke": (
        checking.revocation_against_revocation,
        doubles.UNGUARDED_CHECK,
    ),
}


@pytest.mark.requirement("WF-04")
@pytest.mark.requirement("WF-05")
@pytest.mark.requirement("WF-06")
@pytest.mark.requirement("WF-08")
@pytest.mark.requirement("AU-10")
@pytest.mark.parametrize("race", [race for race, _ in RACES.values()], ids=RACES)
def test_race_has_exactly_one_winner(pair, cast, db_session, race, rounds_of):
    rounds = list(race(db_session, cast, rounds_of))

    # At almost the same moment, and so far apart that the slower one can be first.
    ways = run(pair, db_session, rounds[::2], most=0.006)
    ways += run(pair, db_session, rounds[1::2], most=None)

    assert faults(db_session, rounds) == []
    assert set(ways) == ONE_WINNER, "only one of the two ever came first"


@pytest.mark.parametrize(("race", "broken"), RACES.values(), ids=RACES)
def test_race_without_its_guard_is_found(pair, cast, db_session, race, broken):
    rounds = list(race(db_session, cast, 50))

    run(pair, db_session, rounds[::2], broken=broken, most=0.001)
    run(pair, db_session, rounds[1::2], broken=broken, most=None)

    assert faults(db_session, rounds)


@pytest.mark.requirement("WF-08")
@pytest.mark.requirement("AZ-12")
def test_unit_moves_while_people_below_write_and_send(
    pair, cast, db_session, rounds_of
):
    rounds = list(moving.move_against_writing(db_session, cast, rounds_of))

    ways = run(pair, db_session, rounds, most=None)

    # Whoever writes first is told to wait; whoever comes later is served.
    allowed = {("done", "refused"), ("done", "done")}
    assert faults(db_session, rounds, allowed=allowed) == []
    assert set(ways) == allowed


# --- Checks after the approval ----------------------------------------------------

CHECKS = {
    "restore ∥ revoke": (
        checking.restoration_against_revocation,
        doubles.UNGUARDED_CHECK,
    ),
    "revoke ∥ print": (checking.revocation_against_printing, doubles.UNLOCKED_CHECK),
}


@pytest.mark.feature("R05")
@pytest.mark.parametrize("race", [race for race, _ in CHECKS.values()], ids=CHECKS)
def test_hours_and_certificates_agree_however_checks_come(
    pair, cast, db_session, race, rounds_of
):
    rounds = list(race(db_session, cast, rounds_of))

    ways = run(pair, db_session, rounds[::2], most=0.006)
    ways += run(pair, db_session, rounds[1::2], most=None)

    assert faults(db_session, rounds, allowed=checking.REVOKED_FIRST) == []
    assert set(ways) == checking.REVOKED_FIRST, "only one of the two ever came first"


@pytest.mark.parametrize(("race", "broken"), CHECKS.values(), ids=CHECKS)
def test_check_without_its_guard_is_found(pair, cast, db_session, race, broken):
    rounds = list(race(db_session, cast, 50))

    run(pair, db_session, rounds, broken=broken, most=0.02)

    assert faults(db_session, rounds, allowed=checking.REVOKED_FIRST)


# --- Changing what is sent or decided ---------------------------------------------


def drafts(session, cast, number):
    """So many drafts that can be sent."""
    for person in teachers(session, cast.school, number):
        record = make.declaration(session, person)
        attachment(session, record)
        yield record


def saving_against_sending(session, cast, number):
    """save ∥ submit of one draft, from two windows."""
    for record in drafts(session, cast, number):
        who = identity(record.person)
        save = {"record_id": record.id, "title": f"更正{record.id}"}
        yield Round(
            (
                Task(acts.save, who, save),
                Task(acts.submit, who, {"record_id": record.id}),
            ),
            record.id,
        )


def unlike_sent(session):
    """Declarations under review that are not what was sent last."""
    session.rollback()
    session.expire_all()
    for record in session.scalars(select(Declaration)):
        last = session.scalars(
            select(WorkflowEvent)
            .where(WorkflowEvent.kind == DECLARATION)
            .where(WorkflowEvent.record_id == record.id)
            .where(WorkflowEvent.action == Action.submit)
            .order_by(WorkflowEvent.id.desc())
        ).first()
        is_sent = last is not None and record.state is State.pending
        if is_sent and last.snapshot["title"] != record.title:
            yield record.id, last.snapshot["title"], record.title


@pytest.mark.requirement("WF-04")
def test_what_is_sent_is_what_was_saved(pair, cast, db_session, rounds_of):
    rounds = list(saving_against_sending(db_session, cast, rounds_of))

    ways = run(pair, db_session, rounds, most=0.02)

    allowed = {("done", "done"), ("refused", "done")}
    assert faults(db_session, rounds, allowed=allowed) == []
    assert list(unlike_sent(db_session)) == []
    assert set(ways) == allowed


def test_saving_over_what_is_sent_is_found(pair, cast, db_session):
    rounds = list(saving_against_sending(db_session, cast, 25))

    run(pair, db_session, rounds, broken=doubles.CHANGEABLE_ALWAYS, most=0.02)

    assert list(unlike_sent(db_session))


def rewriting_against_approval(session, cast, number, *, sees_version=True):
    """withdraw, edit, submit ∥ approve of the version that was seen."""
    people = teachers(session, cast.school, number)
    for record in waiting_declarations(session, people, cast.school, number):
        attachment(session, record)
        seen = record.version if sees_version else None
        rewrite = {"record_id": record.id, "title": f"更正{record.id}"}
        decision = {"kind": DECLARATION, "record_id": record.id, "version": seen}
        yield Round(
            (
                Task(acts.rewrite, identity(record.person), rewrite),
                Task(acts.decide_one, identity(cast.chief), decision),
            ),
            record.id,
        )


@pytest.mark.requirement("WF-04")
def test_approved_is_what_the_approver_saw(pair, cast, db_session, rounds_of):
    rounds = list(rewriting_against_approval(db_session, cast, rounds_of))

    ways = run(pair, db_session, rounds, most=0.03)

    assert faults(db_session, rounds) == []
    assert set(ways) == ONE_WINNER


def test_approval_of_whatever_is_there_is_found(pair, cast, db_session):
    rounds = list(rewriting_against_approval(db_session, cast, 3, sees_version=False))
    db_session.commit()
    for each in rounds:
        # The approver looked before the change, and decides well after it.
        rewrite, decision = each.tasks
        each.outcomes = pair.together([rewrite, replace(decision, delay=1)])

    assert [each.kinds for each in rounds] == [("done", "done")] * 3
    assert faults(db_session, rounds)


# --- Closing a unit's right -------------------------------------------------------


def reopen(session, unit):
    """Give the right back for the next round."""

    def put_back():
        session.execute(
            update(Unit).where(Unit.id == unit.id).values(has_review_right=True)
        )
        session.commit()

    return put_back


def closing(cast, session, record, task):
    """One round of closing against a task on a record."""
    close = Task(acts.close, identity(cast.bureau_chief), {"unit_id": cast.school.id})
    return Round(
        (close, task), record.id, between=lambda: seen_closed(session, cast, record)
    )


def seen_closed(session, cast, record):
    """Note who decides while the school is closed, then open it again."""
    session.rollback()
    record.seen_decider = session.scalar(
        select(Declaration.decider_id).where(Declaration.id == record.id)
    )
    reopen(session, cast.school)()


def closing_against_approval(session, cast, number):
    """close the right ∥ approve."""
    people = teachers(session, cast.school, 10)
    for record in waiting_declarations(session, people, cast.school, number):
        values = {"kind": DECLARATION, "record_id": record.id}
        task = Task(acts.decide_one, identity(cast.chief), values)
        yield record, closing(cast, session, record, task)


def closing_against_submission(session, cast, number):
    """close the right ∥ submit to the unit."""
    for record in drafts(session, cast, number):
        task = Task(acts.submit, identity(record.person), {"record_id": record.id})
        yield record, closing(cast, session, record, task)


CLOSINGS = {
    "close ∥ approve": (closing_against_approval, {"done", "refused"}),
    "close ∥ submit": (closing_against_submission, {"done"}),
}


def close_in_turn(pair, session, cast, race, number, broken=()):
    """Run the rounds of a closing; the rounds, and what was left at the closed unit."""
    staged = list(race(session, cast, number))
    school_id = cast.school.id
    run(pair, session, [each for _, each in staged], broken=broken, most=0.06)
    orphans = [record.id for record, _ in staged if record.seen_decider == school_id]
    return [each for _, each in staged], orphans


@pytest.mark.requirement("AZ-10")
@pytest.mark.parametrize(("race", "ends"), CLOSINGS.values(), ids=CLOSINGS)
def test_closed_unit_decides_nothing_and_keeps_nothing(
    pair, cast, db_session, race, ends, rounds_of
):
    rounds, orphans = close_in_turn(pair, db_session, cast, race, rounds_of)

    assert faults(db_session, rounds, allowed={("done", end) for end in ends}) == []
    assert orphans == []
    assert approved_after_handing_up(db_session, cast.school) == 0


def test_unit_that_is_not_held_while_it_is_closed_is_found(pair, cast, db_session):
    rounds, orphans = close_in_turn(
        pair, db_session, cast, closing_against_submission, 40, doubles.UNHELD_UNIT
    )

    assert orphans or faults(db_session, rounds, allowed={("done", "done")})


def approved_after_handing_up(session, unit):
    """How many records the unit approved after they were taken from it."""
    first = (
        select(WorkflowEvent.record_id, func.min(WorkflowEvent.id).label("id"))
        .where(WorkflowEvent.action == Action.hand_up)
        .group_by(WorkflowEvent.record_id)
        .subquery()
    )
    later = (
        select(func.count())
        .select_from(WorkflowEvent)
        .join(first, first.c.record_id == WorkflowEvent.record_id)
        .where(
            WorkflowEvent.id > first.c.id,
            WorkflowEvent.unit_id == unit.id,
            WorkflowEvent.action == Action.approve,
        )
    )
    return session.scalar(later)


# --- Handing a unit over ------------------------------------------------------------


def chiefs(session, unit):
    """How many chiefs the unit has now."""
    session.rollback()
    return session.scalar(
        select(func.count()).where(
            AdminAssignment.unit_id == unit.id, AdminAssignment.is_chief
        )
    )


def hand_over_at_once(crew, session, cast, *, number, broken=()):
    """Hand the school over to everybody at once; outcomes, and the chiefs seen."""
    role = make.chief_role(session, cast.school.kind)
    targets = [
        make.administrator(session, cast.school, role, is_chief=False)
        for _ in range(number)
    ]
    session.commit()
    tasks = [
        Task(
            acts.hand_over_to,
            identity(cast.chief),
            {"assignment_id": each},
            doubles=broken,
        )
        for each in ids_of(targets)
    ]
    hands = crew.workers[:number]
    for worker, task in zip(hands, tasks, strict=True):
        worker.prepare(task)
    for worker in hands:
        worker.go()
    seen = {chiefs(session, cast.school)}
    while not all(worker.has_ended() for worker in hands):
        seen.add(chiefs(session, cast.school))
    outcomes = [worker.outcome() for worker in hands]
    return outcomes, seen | {chiefs(session, cast.school)}


def test_of_parallel_handovers_one_wins_and_there_is_always_one_chief(
    crew, cast, db_session, at_length
):
    number = at_length(8, 20)
    crew.hire(number)

    outcomes, seen = hand_over_at_once(crew, db_session, cast, number=number)

    kinds = Counter(each.kind for each in outcomes)
    assert kinds == {"done": 1, "refused": number - 1}, outcomes
    assert seen == {1}


def test_handover_without_lock_is_found(crew, cast, db_session):
    crew.hire(8)

    outcomes, seen = hand_over_at_once(
        crew, db_session, cast, number=8, broken=doubles.UNLOCKED_HANDOVER
    )

    kinds = Counter(each.kind for each in outcomes)
    assert kinds != {"done": 1, "refused": 7} or seen != {1}
