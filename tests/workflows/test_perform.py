"""How one record moves: who may, from where, to where, and what is written."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import select, update

from admin_app.enums import Action, IdentityKind, RecordKind, Source, State
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import CreditEntry, Succession, Unit, WorkflowEvent, YearTotal
from admin_app.operations.credit import unbalanced_totals
from admin_app.operations.history import history
from admin_app.operations.routing import find_rungs
from admin_app.permissions import Actor
from admin_app.workflows import (
    LIFECYCLE,
    open_actions,
    pass_over,
    perform,
    perform_many,
)
from tests import factories as make
from tests import moving
from tests.cast import actor

NOW = datetime(2025, 11, 18, tzinfo=UTC)
STATEMENTS = {
    "sqlite": {"chief": 6, "city_chief": 9},
    "postgresql": {"chief": 5, "city_chief": 5},
}
"""What a batch costs below the last rung, and there.

Ways, rows, chains; move, events, messages, at last credits, totals and counters; but the
commit, which adds two for the audit log. PostgreSQL writes what follows in one.
"""


def make_applicant(person):
    return Actor(
        account_id=person.account.id,
        person_id=person.id,
        name=person.name,
        kind=IdentityKind.individual,
    )


@pytest.fixture
def move(db_session, now):
    """Perform an action on a record as a member of the cast; return its event."""
    return partial(moving.move, db_session, now=now)


def total(session, person):
    return session.scalar(
        select(YearTotal.amount).where(YearTotal.person_id == person.id)
    )


@pytest.mark.feature("U37", "R01", "R02")
def test_declaration_climbs_to_the_first_hr_authority(db_session, cast, move):
    declaration = make.declaration(db_session, cast.teacher)

    places = [move(cast.teacher, declaration, Action.submit).next_unit_id]
    earned = [total(db_session, cast.teacher)]
    for decider in (cast.chief, cast.bureau_chief, cast.city_chief):
        places.append(move(decider, declaration, Action.approve).next_unit_id)
        earned.append(total(db_session, cast.teacher))

    assert places == [cast.school.id, cast.bureau.id, cast.city.id, None]
    assert earned == [None, None, None, Decimal(24)]
    assert declaration.state is State.approved


@pytest.mark.feature("U37")
def test_each_step_is_recorded_with_who_where_and_why(db_session, cast, move):
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)

    move(cast.chief, declaration, Action.approve, comment="材料齐全")

    steps = history(db_session, RecordKind.declaration, declaration.id)
    assert [(s.action, s.unit_id, s.next_unit_id, s.comment) for s in steps] == [
        (Action.submit, cast.school.id, cast.school.id, ""),
        (Action.approve, cast.school.id, cast.bureau.id, "材料齐全"),
    ]
    sent = db_session.get_one(WorkflowEvent, steps[0].id).snapshot
    assert (sent["title"], sent["claimed"]) == (declaration.title, "24")


@pytest.mark.feature("U36")
def test_what_a_unit_files_starts_at_its_superior(db_session, cast, move):
    declaration = make.declaration(
        db_session,
        cast.teacher,
        source=Source.unit,
        filed_by_id=cast.school.id,
        created_by_id=cast.chief.account_id,
    )

    event = move(cast.chief, declaration, Action.submit)

    assert event.next_unit_id == cast.bureau.id


def test_what_a_base_files_starts_at_the_persons_unit(db_session, cast, move):
    declaration = make.declaration(
        db_session,
        cast.teacher,
        source=Source.base,
        filed_by_id=cast.base.id,
        created_by_id=cast.base_chief.account_id,
    )

    event = move(cast.base_chief, declaration, Action.submit)

    assert event.next_unit_id == cast.school.id


def test_closed_review_right_is_passed_over(db_session, cast, move):
    cast.bureau.has_review_right = False
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)

    event = move(cast.chief, declaration, Action.approve)

    assert event.next_unit_id == cast.city.id


@pytest.mark.parametrize(
    ("asks", "for_unit", "decides"),
    [
        ("reviewer", "school", "bureau"),
        ("bureau_chief", "school", "city"),
        ("city_chief", "bureau", "province"),
        ("province_chief", "city", "province"),
    ],
)
def test_succession_is_decided_above_whoever_asks(
    db_session, cast, move, asks, for_unit, decides
):
    asker = getattr(cast, asks)
    record = Succession(
        unit_id=getattr(cast, for_unit).id,
        successor_id=cast.colleague.id,
        filed_by_id=asker.unit_id,
        requested_by_id=asker.account.person_id,
        reason="已调离",
    )
    db_session.add(record)

    event = move(asker, record, Action.submit)

    assert event.next_unit_id == getattr(cast, decides).id


@pytest.mark.requirement("WF-07")
def test_resubmitted_declaration_takes_the_ladder_of_now(db_session, cast, move):
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)
    move(cast.chief, declaration, Action.reject, comment="缺少签到表")
    cast.school.has_review_right = False

    event = move(cast.teacher, declaration, Action.submit)

    assert event.next_unit_id == cast.bureau.id
    assert declaration.step == 0


def test_pass_over_hands_up_what_waits(db_session, cast, move, now):
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)
    cast.school.has_review_right = False

    moved = pass_over(
        db_session,
        unit=cast.school,
        actor=actor(db_session, cast.bureau_chief),
        now=now,
    )

    db_session.refresh(declaration)
    assert moved == [declaration.id]
    assert declaration.decider_id == cast.bureau.id
    assert history(db_session, RecordKind.declaration, declaration.id)[-1].action is (
        Action.hand_up
    )


@pytest.mark.feature("U28")
def test_rejection_needs_a_reason_and_reaches_the_applicant(db_session, cast, move):
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)

    with pytest.raises(Refused) as refused:
        move(cast.chief, declaration, Action.reject, comment="  ")
    move(cast.chief, declaration, Action.reject, comment="缺少结业证书")

    assert refused.value.field == "comment"
    assert (declaration.state, declaration.opinion) == (State.rejected, "缺少结业证书")


WRONG_HANDS = {
    "a colleague": "colleague",
    "a stranger": "stranger",
    "the unit above, before its turn": "bureau_chief",
    "another unit": "other_chief",
    "the superuser, who belongs to no unit": "superuser",
}


@pytest.mark.requirement("AZ-11")
@pytest.mark.parametrize("who", WRONG_HANDS.values(), ids=WRONG_HANDS)
def test_only_the_unit_whose_turn_it_is_decides(db_session, cast, move, who):
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)

    with pytest.raises(Refused):
        move(getattr(cast, who), declaration, Action.approve)

    db_session.refresh(declaration)
    assert (declaration.state, declaration.step) == (State.pending, 0)


@pytest.mark.requirement("AZ-11")
def test_administrator_never_decides_on_themself(db_session, cast, move):
    head = cast.chief.account.person
    head.unit_id, head.region_id = cast.school.id, cast.school.region_id
    declaration = make.declaration(db_session, head)
    move(head, declaration, Action.submit)

    with pytest.raises(Forbidden):
        move(cast.chief, declaration, Action.approve)
    event = move(cast.reviewer, declaration, Action.approve)

    assert event.next_unit_id == cast.bureau.id


@pytest.mark.requirement("AZ-11")
def test_nobody_decides_twice_on_one_record(db_session, cast, move):
    above_too = make.assignment(
        db_session,
        cast.chief.account,
        cast.bureau,
        is_chief=False,
        role=make.chief_role(db_session, cast.bureau.kind),
    )
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)
    move(cast.chief, declaration, Action.approve)

    with pytest.raises(Forbidden):
        move(above_too, declaration, Action.approve)


@pytest.mark.feature("R09")
def test_department_administrator_decides_on_own_people_only(db_session, cast, move):
    own = make.declaration(db_session, cast.teacher)
    foreign = make.declaration(db_session, cast.colleague)
    for declaration in (own, foreign):
        move(declaration.person, declaration, Action.submit)

    move(cast.department_head, own, Action.approve)
    with pytest.raises(Refused):
        move(cast.department_head, foreign, Action.approve)

    assert own.decider_id == cast.bureau.id
    assert foreign.decider_id == cast.school.id


def test_role_without_the_verb_is_forbidden(db_session, cast, move):
    looker = make.administrator(
        db_session,
        cast.school,
        make.role(db_session, "approve_hours:view", unit=cast.school),
    )
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)

    with pytest.raises(Forbidden):
        move(looker, declaration, Action.approve)


@pytest.mark.requirement("WF-04")
def test_version_that_has_changed_since_is_a_conflict(db_session, cast, move):
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)
    seen = declaration.version
    move(cast.teacher, declaration, Action.withdraw)
    declaration.claimed = Decimal(16)
    move(cast.teacher, declaration, Action.submit)

    with pytest.raises(Conflict):
        move(cast.chief, declaration, Action.approve, version=seen)

    assert declaration.decider_id == cast.school.id


@pytest.mark.feature("P22")
def test_withdrawn_declaration_is_a_draft_again(db_session, cast, move):
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)

    move(cast.teacher, declaration, Action.withdraw)

    assert (declaration.state, declaration.decider_id) == (State.draft, None)


@pytest.mark.feature("P22")
def test_withdrawal_after_the_unit_decided_is_a_conflict(db_session, cast, move):
    declaration = make.declaration(db_session, cast.teacher)
    move(cast.teacher, declaration, Action.submit)
    move(cast.chief, declaration, Action.approve)

    with pytest.raises(Conflict):
        move(cast.teacher, declaration, Action.withdraw)


def test_only_the_owner_submits_or_withdraws(db_session, cast, move):
    declaration = make.declaration(db_session, cast.teacher)

    with pytest.raises(Forbidden):
        move(cast.colleague, declaration, Action.submit)
    move(cast.teacher, declaration, Action.submit)
    with pytest.raises(Forbidden):
        move(cast.chief, declaration, Action.withdraw)


@pytest.mark.parametrize("state", State, ids=lambda state: state.name)
@pytest.mark.parametrize(
    "action", [Action.submit, Action.withdraw], ids=lambda action: action.name
)
def test_owner_moves_exactly_along_the_lifecycle(db_session, cast, move, state, action):
    declaration = make.declaration(db_session, cast.teacher)
    if state is State.pending:
        make.waiting(declaration, cast.school)
    declaration.state = state
    db_session.flush()
    offered = action in open_actions(actor(db_session, cast.teacher), declaration)

    try:
        move(cast.teacher, declaration, action)
        moved = True
    except Conflict:
        moved = False

    possible = (state, action) in LIFECYCLE
    assert (offered, moved) == (possible, possible)


@pytest.mark.feature("X05")
def test_batch_tells_for_every_row_what_became_of_it(db_session, cast, move, now):
    open_row, taken, foreign = (
        make.declaration(db_session, person)
        for person in (cast.teacher, cast.colleague, cast.stranger)
    )
    for declaration in (open_row, taken, foreign):
        move(declaration.person, declaration, Action.submit)
    move(cast.reviewer, taken, Action.approve)

    result = perform_many(
        db_session,
        actor=actor(db_session, cast.chief),
        kind=RecordKind.declaration,
        ids=[open_row.id, taken.id, foreign.id, 999_999],
        action=Action.approve,
        now=now,
    )

    assert result.done == [open_row.id]
    assert {key: type(why) for key, why in result.refused.items()} == {
        taken.id: Conflict,
        foreign.id: Refused,
        999_999: Refused,
    }


@pytest.mark.requirement("WF-02")
def test_batch_credits_each_declaration_once(db_session, cast, move, now):
    people = [make.person(db_session, cast.city) for _ in range(3)]
    rows = [make.declaration(db_session, person) for person in people for _ in "ab"]
    for row in rows:
        make.waiting(row, cast.city, step=1)
        row.unit_id = cast.school.id
        row.created_by_id = cast.superuser.id
    db_session.flush()
    chief = actor(db_session, cast.city_chief)
    ids = [row.id for row in rows]

    def approve():
        return perform_many(
            db_session,
            actor=chief,
            kind=RecordKind.declaration,
            ids=ids,
            action=Action.approve,
            now=now,
        )

    first, second = approve(), approve()

    assert (first.done, second.done) == (ids, [])
    assert db_session.query(CreditEntry).count() == len(rows)
    assert [total(db_session, person) for person in people] == [Decimal(48)] * 3
    assert unbalanced_totals(db_session) == []


@pytest.mark.parametrize("decider", ["chief", "city_chief"])
def test_batch_costs_the_same_for_3_and_for_60(
    db_session, cast, now, statements, decider
):
    chief = getattr(cast, decider)
    deciding = actor(db_session, chief)

    def batch(size):
        people = [make.person(db_session, cast.school) for _ in range(size)]
        rows = [make.declaration(db_session, person) for person in people]
        for row in rows:
            make.waiting(row, chief.unit).created_by_id = cast.superuser.id
        db_session.commit()
        ids = [row.id for row in rows]
        db_session.expunge_all()
        with statements() as seen:
            result = perform_many(
                db_session,
                actor=deciding,
                kind=RecordKind.declaration,
                ids=ids,
                action=Action.approve,
                now=now,
            )
        db_session.commit()
        assert result.done == ids
        return len(seen)

    expected = STATEMENTS[db_session.get_bind().dialect.name][decider]
    assert [batch(3), batch(60)] == [expected, expected]


@pytest.mark.feature("P06")
def test_registration_withdrawn_before_a_decision(db_session, cast, move):
    person = make.person(db_session)
    make.account(db_session, person)
    registration = make.person_registration(db_session, person, cast.school)
    applicant = make_applicant(person)
    perform_now = {"actor": applicant, "record": registration}

    perform(db_session, action=Action.submit, now=NOW, **perform_now)
    perform(db_session, action=Action.withdraw, now=NOW, **perform_now)

    assert registration.state is State.withdrawn
    assert db_session.query(WorkflowEvent).count() == 2


@pytest.mark.requirement("WF-07")
def test_way_up_is_that_of_now_when_a_unit_was_moved_since_it_was_read(
    db_session, cast
):
    read = cast.school.path
    above = {"superior_id": cast.other_school.id}
    moved = f"{cast.other_school.path}{cast.school.id}/"
    db_session.execute(
        update(Unit).where(Unit.id == cast.school.id).values(path=moved, **above),
        execution_options={"synchronize_session": False},
    )

    rungs = find_rungs(
        db_session, RecordKind.declaration, (), own=[cast.school.id]
    ).keys()

    assert cast.school.path == read
    assert rungs >= {cast.school.id, cast.other_school.id, cast.province.id}
