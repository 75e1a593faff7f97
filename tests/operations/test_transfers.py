"""A person's move: what stands in its way, who asks, who confirms, what it changes."""

from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from admin_app.enums import Action, RecordKind, Source, State
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import AuditEntry, Person, PersonChange, Transfer
from admin_app.operations.transfers import (
    Blocker,
    Move,
    correct_transfer,
    request_transfer,
)
from admin_app.workflows import open_actions, perform
from tests import factories as make
from tests import moving
from tests.cast import actor


@pytest.fixture
def move(db_session, now):
    """Perform an action on a record as a member of the cast; return its event."""
    return partial(moving.move, db_session, now=now)


@pytest.fixture
def ask(db_session, cast, move):
    """Request a transfer of the teacher to the other school, and send it."""

    def request(who=None, *, person=None, to=None, **values):
        who = who or cast.teacher
        transfer = request_transfer(
            db_session,
            actor=actor(db_session, who),
            person_id=(person or cast.teacher).id,
            move=Move(to_unit_id=(to or cast.other_school).id, **values),
        )
        move(who, transfer, Action.submit)
        return transfer

    return request


def place(person):
    return person.unit_id, person.department_id, person.region_id


def test_confirmed_transfer_moves_the_person_in_one_go(db_session, cast, ask, move):
    cast.other_school.region_id = make.unit(db_session, region="410103").region_id
    office = make.department(db_session, cast.other_school)
    transfer = ask(to_department_id=office.id, reason="工作调动")

    waits_at = transfer.decider_id
    move(cast.other_chief, transfer, Action.approve)

    there = cast.other_school
    assert waits_at == there.id
    assert place(cast.teacher) == (there.id, office.id, there.region_id)
    assert (transfer.state, transfer.decider_id) == (State.approved, None)


def test_leaving_unit_asks_and_the_move_completes_on_acceptance(cast, ask, move):
    transfer = ask(cast.chief)

    before = cast.teacher.unit_id
    move(cast.other_chief, transfer, Action.approve)

    assert (before, cast.teacher.unit_id) == (cast.school.id, cast.other_school.id)
    assert transfer.requested_by_unit


@pytest.mark.parametrize("by", ["teacher", "chief"])
def test_request_is_withdrawn_before_it_is_accepted(cast, ask, move, by):
    who = getattr(cast, by)
    transfer = ask(who)

    move(who, transfer, Action.withdraw)

    assert (transfer.state, cast.teacher.unit_id) == (State.withdrawn, cast.school.id)
    with pytest.raises(Conflict):
        move(cast.other_chief, transfer, Action.approve)


def test_rejected_person_stays_and_may_ask_again(db_session, cast, ask, move):
    transfer = ask()
    move(cast.other_chief, transfer, Action.reject, comment="暂无岗位")
    elsewhere = Move(to_unit_id=cast.city.id)

    correct_transfer(
        db_session,
        actor=actor(db_session, cast.teacher),
        transfer=transfer,
        move=elsewhere,
    )
    event = move(cast.teacher, transfer, Action.submit)

    assert cast.teacher.unit_id == cast.school.id
    assert event.next_unit_id == cast.city.id


def test_transfer_on_its_way_is_not_corrected(db_session, cast, ask):
    transfer = ask()

    with pytest.raises(Conflict):
        correct_transfer(
            db_session,
            actor=actor(db_session, cast.teacher),
            transfer=transfer,
            move=Move(to_unit_id=cast.city.id),
        )


@pytest.mark.requirement("WF-07")
def test_declarations_keep_their_unit_and_drafts_follow(db_session, cast, ask, move):
    approved = make.declaration(db_session, cast.teacher)
    draft = make.declaration(db_session, cast.teacher)
    move(cast.teacher, approved, Action.submit)
    for decider in (cast.chief, cast.bureau_chief, cast.city_chief):
        move(decider, approved, Action.approve)
    move(cast.other_chief, ask(), Action.approve)

    event = move(cast.teacher, draft, Action.submit)

    assert approved.unit_id == cast.school.id
    assert draft.unit_id == event.next_unit_id == cast.other_school.id


def test_units_draft_is_not_sent_after_the_person_left(db_session, cast, ask, move):
    draft = make.declaration(
        db_session, cast.teacher, source=Source.unit, filed_by_id=cast.school.id
    )
    move(cast.other_chief, ask(), Action.approve)

    with pytest.raises(Refused):
        move(cast.chief, draft, Action.submit)


def pending_declaration(session, cast):
    record = make.declaration(session, cast.teacher, title="教研培训")
    return make.waiting(record, cast.school), RecordKind.declaration, "教研培训"


def pending_filing(session, cast):
    record = make.declaration(
        session,
        cast.teacher,
        title="全员培训",
        source=Source.unit,
        filed_by_id=cast.school.id,
    )
    return make.waiting(record, cast.bureau), RecordKind.declaration, "全员培训"


def pending_change(session, cast):
    record = PersonChange(person_id=cast.teacher.id, unit_id=cast.school.id)
    session.add(make.waiting(record, cast.school))
    return record, RecordKind.person_change, "人员信息修改"


def pending_registration(session, cast):
    record = make.person_registration(session, cast.teacher, cast.city)
    make.waiting(record, cast.city)
    return record, RecordKind.person_registration, cast.city.name


def pending_transfer(session, cast):
    record = Transfer(
        person_id=cast.teacher.id,
        from_unit_id=cast.school.id,
        to_unit_id=cast.bureau.id,
    )
    session.add(make.waiting(record, cast.bureau))
    return record, RecordKind.transfer, cast.bureau.name


BLOCKING = {
    "own declaration": pending_declaration,
    "what the unit filed": pending_filing,
    "a change": pending_change,
    "a registration": pending_registration,
    "another transfer": pending_transfer,
}


@pytest.mark.requirement("WF-05")
@pytest.mark.parametrize("plant", BLOCKING.values(), ids=BLOCKING)
def test_pending_item_blocks_and_is_named(db_session, cast, ask, plant):
    record, kind, title = plant(db_session, cast)
    db_session.flush()

    with pytest.raises(Refused) as refused:
        ask()

    assert refused.value.values["blockers"] == (Blocker(kind, record.id, title),)
    assert title in str(refused.value)


@pytest.mark.requirement("WF-05")
@pytest.mark.parametrize("plant", BLOCKING.values(), ids=BLOCKING)
def test_confirmation_checks_again(db_session, cast, ask, move, plant):
    transfer = ask()
    if plant is pending_transfer:
        with pytest.raises(IntegrityError), db_session.begin_nested():
            plant(db_session, cast)
        return
    plant(db_session, cast)
    db_session.flush()

    with pytest.raises(Refused):
        move(cast.other_chief, transfer, Action.approve)

    db_session.refresh(transfer)
    assert (transfer.state, cast.teacher.unit_id) == (State.pending, cast.school.id)


@pytest.mark.requirement("WF-05")
def test_nothing_is_sent_while_a_transfer_waits(db_session, cast, ask, move):
    transfer = ask()
    declaration = make.declaration(db_session, cast.teacher)

    with pytest.raises(Refused) as refused:
        move(cast.teacher, declaration, Action.submit)

    found = refused.value.values["blockers"]
    assert found == (Blocker(RecordKind.transfer, transfer.id, cast.other_school.name),)
    assert declaration.state is State.draft


def closed_unit(session, cast):
    cast.other_school.is_active = False
    return {}


def same_unit(session, cast):
    return {"to": cast.school}


def foreign_department(session, cast):
    return {"to_department_id": cast.office.id}


def closed_department(session, cast):
    closed = make.department(session, cast.other_school, is_active=False)
    return {"to_department_id": closed.id}


def long_reason(session, cast):
    return {"reason": "因" * 501}


WRONG = {
    "a unit out of use": closed_unit,
    "the present unit": same_unit,
    "a department of another unit": foreign_department,
    "a closed department": closed_department,
    "a novel as reason": long_reason,
}


@pytest.mark.parametrize("plant", WRONG.values(), ids=WRONG)
def test_move_that_cannot_be_is_refused(db_session, cast, ask, plant):
    values = plant(db_session, cast)

    with pytest.raises(Refused):
        ask(**values)


FOREIGN = ("colleague", "stranger", "other_chief", "bureau_chief", "reviewer")


@pytest.mark.parametrize("who", FOREIGN)
def test_only_the_person_and_their_unit_ask(cast, ask, who):
    with pytest.raises(Forbidden):
        ask(getattr(cast, who))


def test_department_head_moves_own_people_only(db_session, cast, ask):
    role = cast.department_head.role
    role.permissions += make.role(
        db_session, "outgoing_transfers:create", "outgoing_transfers:withdraw"
    ).permissions
    db_session.flush()

    own = ask(cast.department_head)
    with pytest.raises(Forbidden):
        ask(cast.department_head, person=cast.colleague)

    assert own.state is State.pending


DECIDERS = {
    "the receiving chief": ("other_chief", {Action.approve, Action.reject}),
    "the leaving chief": ("chief", set()),
    "the superior": ("bureau_chief", set()),
    "the person": ("teacher", {Action.withdraw}),
    "a stranger": ("stranger", set()),
}


@pytest.mark.requirement("AZ-11")
@pytest.mark.parametrize(("who", "offered"), DECIDERS.values(), ids=DECIDERS)
def test_each_is_offered_and_may_do_exactly_their_part(
    db_session, cast, ask, move, who, offered
):
    transfer = ask()
    member = getattr(cast, who)

    found = open_actions(actor(db_session, member), transfer)
    done = set()
    for action in (Action.approve, Action.reject, Action.withdraw):
        savepoint = db_session.begin_nested()
        try:
            move(member, transfer, action, comment="已核对")
        except Refused:
            pass
        else:
            done.add(action)
        savepoint.rollback()

    assert (found, done) == (offered, offered)


def test_confirming_needs_its_verb(db_session, cast, ask, move):
    approver = make.administrator(
        db_session,
        cast.other_school,
        make.role(db_session, "incoming_transfers:view", unit=cast.other_school),
    )
    transfer = ask()

    with pytest.raises(Forbidden):
        move(approver, transfer, Action.approve)


@pytest.mark.requirement("WF-06")
def test_second_confirmation_is_a_conflict(cast, ask, move):
    transfer = ask()
    move(cast.other_chief, transfer, Action.approve)

    with pytest.raises(Conflict):
        move(cast.other_chief, transfer, Action.approve)


@pytest.mark.requirement("WF-06")
def test_unit_out_of_use_takes_nobody_in(db_session, cast, ask, move):
    transfer = ask()
    receiver = actor(db_session, cast.other_chief)
    cast.other_school.is_active = False
    db_session.flush()

    with pytest.raises(Forbidden):
        perform(
            db_session,
            actor=receiver,
            record=transfer,
            action=Action.approve,
            now=transfer.submitted_at,
        )

    assert cast.teacher.unit_id == cast.school.id


def test_department_closed_meanwhile_is_left_open(db_session, cast, ask, move):
    office = make.department(db_session, cast.other_school)
    transfer = ask(to_department_id=office.id)
    office.is_active = False

    move(cast.other_chief, transfer, Action.approve)

    assert cast.teacher.department_id is None


@pytest.mark.feature("X09")
def test_move_is_told_in_the_audit_log(db_session, cast, ask, move):
    move(cast.other_chief, ask(), Action.approve)
    db_session.commit()

    line = db_session.scalars(
        select(AuditEntry).where(
            AuditEntry.object_kind == Person.__tablename__,
            AuditEntry.object_id == str(cast.teacher.id),
            AuditEntry.action == "edit",
        )
    ).one()

    assert line.before["unit_id"] == cast.school.id
    assert line.after["unit_id"] == cast.other_school.id


def test_nobody_is_moved_to_a_unit_below_their_own(db_session, cast, ask):
    officer = make.person(db_session, cast.bureau)
    make.account(db_session, officer)

    with pytest.raises(Refused, match="下级单位") as refused:
        ask(officer, person=officer, to=cast.school)

    assert refused.value.field == "unit_id"
