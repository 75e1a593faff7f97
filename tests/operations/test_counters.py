"""Counters of declarations: kept with them, folded upwards once, mended and checked."""

from decimal import Decimal

import pytest
from sqlalchemy import select, update

from admin_app import jobs
from admin_app.enums import Action, Measure, State
from admin_app.models import UnitRoll, UnitTally, YearTotal
from admin_app.operations import counters, declarations, tree
from admin_app.workflows import perform
from tests import factories as make
from tests.cast import actor

APPROVED = State.approved


@pytest.fixture
def move(db_session, now):
    def perform_as(who, record, action):
        acting = actor(db_session, who)
        options = {"comment": "理由", "now": now}
        return perform(
            db_session, actor=acting, record=record, action=action, **options
        )

    return perform_as


@pytest.fixture
def approved(db_session, cast, move):
    """A declaration of the teacher's, approved by all three."""
    record = make.declaration(db_session, cast.teacher)
    move(cast.teacher, record, Action.submit)
    for decider in (cast.chief, cast.bureau_chief, cast.city_chief):
        move(decider, record, Action.approve)
    return record


def tallies(session):
    tally = UnitTally
    rows = select(tally.unit_id, tally.year, tally.state, tally.number, tally.amount)
    return {tuple(row) for row in session.execute(rows.where(tally.number != 0))}


def rolls(session, state=APPROVED):
    roll = UnitRoll
    rows = select(roll.unit_id, roll.number).where(roll.state == state)
    return {unit_id: number for unit_id, number in session.execute(rows) if number}


def test_tally_follows_a_declaration_on_its_way(db_session, cast, move):
    record = make.declaration(db_session, cast.teacher)
    school, year = cast.school.id, record.year
    seen = [tallies(db_session)]

    for who, action in (
        (cast.teacher, Action.submit),
        (cast.chief, Action.approve),
        (cast.bureau_chief, Action.reject),
        (cast.teacher, Action.submit),
        (cast.teacher, Action.withdraw),
    ):
        move(who, record, action)
        seen.append(tallies(db_session))

    pending = {(school, year, State.pending, 1, Decimal(24))}
    rejected = {(school, year, State.rejected, 1, Decimal(24))}
    assert seen == [set(), pending, pending, rejected, pending, set()]


def test_credits_are_counted_but_are_no_hours(db_session, cast, move):
    record = make.declaration(db_session, cast.teacher, measure=Measure.credits)

    move(cast.teacher, record, Action.submit)

    assert {row[3:] for row in tallies(db_session)} == {(1, 0)}


def test_rejected_declaration_that_is_deleted_is_counted_no_more(
    db_session, cast, move, now
):
    record = make.declaration(db_session, cast.teacher)
    move(cast.teacher, record, Action.submit)
    move(cast.chief, record, Action.reject)
    teacher = actor(db_session, cast.teacher)

    declarations.delete(db_session, actor=teacher, record_id=record.id, now=now)

    assert tallies(db_session) == set()


def test_rejected_declaration_takes_its_count_along_when_its_person_has_moved(
    db_session, cast, move
):
    record = make.declaration(db_session, cast.teacher)
    move(cast.teacher, record, Action.submit)
    move(cast.chief, record, Action.reject)
    cast.teacher.unit = cast.other_school

    move(cast.teacher, record, Action.submit)

    assert [row[:3] for row in tallies(db_session)] == [
        (cast.other_school.id, record.year, State.pending)
    ]


def test_fold_brings_the_count_to_all_above_once(db_session, cast, approved, now):
    folded = [counters.fold(db_session, now=now) for _ in "ab"]

    above = (cast.school, cast.bureau, cast.city, cast.province)
    assert rolls(db_session) == {unit.id: 1 for unit in above}
    assert folded[1] == 0


def test_roll_of_a_unit_that_moves_goes_with_it(db_session, cast, approved, now):
    counters.fold(db_session, now=now)
    superior = make.unit(db_session, superior=cast.province)
    tree.hold_below(db_session, cast.bureau.id)

    tree.move_below(db_session, unit=cast.bureau, superior=superior)

    here = (cast.school, cast.bureau, superior, cast.province)
    assert rolls(db_session) == {unit.id: 1 for unit in here}
    assert counters.first_difference(db_session) is None


def test_standing_tells_of_all_below_as_of_the_fold(db_session, cast, approved, now):
    ask = {"unit_id": cast.city.id, "year": approved.year}
    before = counters.standing(db_session, **ask)
    counters.fold(db_session, now=now)

    after = counters.standing(db_session, **ask)
    everywhere = counters.standing(db_session, unit_id=None, year=approved.year)

    assert before == counters.Standing({}, Decimal(0), None)
    assert after.numbers[APPROVED] == 1
    assert (after.approved_hours, after.as_of) == (Decimal(24), now)
    assert everywhere == after


@pytest.mark.parametrize("model", [UnitTally, UnitRoll])
def test_rebuild_mends_what_check_finds(app, db_session, cast, approved, now, model):
    counters.fold(db_session, now=now)
    here = (model.unit_id == cast.school.id) & (model.state == APPROVED)
    db_session.execute(update(model).where(here).values(number=3, amount=30))
    db_session.commit()
    run = app.test_cli_runner().invoke

    found = run(args=["counters", "check"])
    mended = run(args=["counters", "rebuild"])
    after = run(args=["counters", "check"])

    told = (
        f"{model.__tablename__}: unit {cast.school.id}, year {approved.year}, approved:"
        " -2 declarations and -6 hours are missing"
    )
    assert told in found.output
    assert [run.exit_code for run in (found, mended, after)] == [1, 0, 0]


@pytest.mark.requirement("WF-02")
def test_check_finds_hours_that_the_ledger_does_not_have(
    app, db_session, cast, approved, now
):
    counters.fold(db_session, now=now)
    db_session.execute(update(YearTotal).values(amount=YearTotal.amount + 1))
    db_session.commit()

    found = app.test_cli_runner().invoke(args=["counters", "check"])

    told = (
        f"1 yearly totals differ from the ledger, first person_id {cast.teacher.id},"
        f" year {approved.year}"
    )
    assert found.exit_code == 1
    assert told in found.output
    assert "24 hours are credited and 25 kept" in found.output


def test_rebuild_counts_what_was_written_by_other_ways(db_session, cast, now):
    row = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    row.state, row.decider_id = APPROVED, None
    db_session.flush()

    counters.rebuild(db_session, now=now)

    assert rolls(db_session)[cast.province.id] == 1
    assert counters.first_difference(db_session) is None


def test_job_folds(app, db_session, cast, approved, now):
    app.extensions["clock"] = lambda: now
    db_session.commit()

    jobs.fold_counters()

    assert rolls(db_session)[cast.province.id] == 1
