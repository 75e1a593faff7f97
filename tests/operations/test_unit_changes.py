"""A unit's new code or superior: what stands in the way, who decides, what it changes."""

import re
from functools import partial

import pytest
from sqlalchemy import select

from admin_app.enums import Action, RecordKind, State, UnitChangeKind, UnitKind
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import (
    LONGEST_PATH,
    AuditEntry,
    PersonChange,
    Succession,
    Transfer,
    Unit,
    UnitChange,
)
from admin_app.operations.blockers import Blocker, Blocking, by_kind
from admin_app.operations.unit_changes import (
    REVIEWED,
    request_code,
    request_superior,
)
from admin_app.permissions import visible
from admin_app.workflows import CHAINS, disable_unit, open_actions
from tests import factories as make
from tests import moving
from tests.cast import actor

CODE = make.registration_code(999_001)

WRITTEN = re.compile(r"^\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", re.MULTILINE)


@pytest.fixture
def move(db_session, now):
    """Perform an action on a record as a member of the cast; return its event."""
    return partial(moving.move, db_session, now=now)


@pytest.fixture
def ask_code(db_session, cast, move):
    """Ask for another code of the school, and send it."""

    def request(who=None, *, code=CODE, reason="证照换发"):
        who = who or cast.chief
        change = request_code(
            db_session, actor=actor(db_session, who), code=code, reason=reason
        )
        move(who, change, Action.submit)
        return change

    return request


@pytest.fixture
def ask_superior(db_session, cast, move):
    """Ask for another superior of the school, and send it."""

    def request(who=None, *, to=None, reason="机构改革"):
        who = who or cast.chief
        change = request_superior(
            db_session,
            actor=actor(db_session, who),
            superior_id=(to or cast.city).id,
            reason=reason,
        )
        move(who, change, Action.submit)
        return change

    return request


def path_of(unit):
    return unit.path, unit.depth, unit.superior_id


# --- Who decides, and what follows ------------------------------------------------


def test_new_code_is_decided_by_the_superior_and_holds_from_then(cast, ask_code, move):
    before = cast.school.registration_code
    change = ask_code()

    waits_at, still = change.decider_id, cast.school.registration_code
    move(cast.bureau_chief, change, Action.approve)

    assert (waits_at, still) == (cast.bureau.id, before)
    assert cast.school.registration_code == CODE
    assert (change.state, change.before, change.after) == (State.approved, before, CODE)


def test_new_superior_is_decided_by_the_old_and_then_by_the_new(
    cast, ask_superior, move
):
    change = ask_superior()

    places = [change.decider_id]
    move(cast.bureau_chief, change, Action.approve)
    places.append(change.decider_id)
    still = cast.school.superior_id
    move(cast.city_chief, change, Action.approve)

    assert places == [cast.bureau.id, cast.city.id]
    assert still == cast.bureau.id
    assert path_of(cast.school) == (
        f"{cast.city.path}{cast.school.id}/",
        cast.city.depth + 1,
        cast.city.id,
    )
    assert (change.before, change.after) == (cast.bureau.name, cast.city.name)


@pytest.mark.requirement("AZ-12")
def test_whole_subtree_moves_with_its_unit_in_few_statements(
    db_session, cast, ask_superior, move, statements
):
    def grow(number):
        for _ in range(number):
            make.unit(db_session, make.unit(db_session, cast.school))
        db_session.commit()

    def approve(change, decider):
        with statements() as seen:
            move(decider, change, Action.approve)
        return len(seen)

    near = make.unit(db_session, cast.province, kind=UnitKind.hr_authority)
    there = make.unit(db_session, cast.province, kind=UnitKind.hr_authority)
    near_chief, there_chief = (
        make.administrator(db_session, unit) for unit in (near, there)
    )
    change = ask_superior(to=near)
    move(cast.bureau_chief, change, Action.approve)
    move(near_chief, change, Action.approve)
    grow(2)
    change = ask_superior(to=there)
    move(near_chief, change, Action.approve)
    few = approve(change, there_chief)
    grow(20)
    change = ask_superior(to=near)
    move(there_chief, change, Action.approve)
    many = approve(change, near_chief)

    # One more looks how long paths become, where they can become longer at all.
    assert many <= few <= many + 1
    units = {unit.id: unit for unit in db_session.scalars(select(Unit))}
    assert len(units) > 50
    for unit in units.values():
        above = units.get(unit.superior_id)
        expected = f"{above.path if above else '/'}{unit.id}/"
        assert (unit.path, unit.depth) == (expected, expected.count("/") - 2)


def test_move_writes_units_and_what_waits_below(
    db_session, cast, ask_superior, move, statements
):
    for _ in range(3):
        make.declaration(db_session, make.person(db_session, cast.school))
    change = ask_superior()
    move(cast.bureau_chief, change, Action.approve)

    with statements() as seen:
        move(cast.city_chief, change, Action.approve)

    written = set(WRITTEN.findall("\n".join(seen)))
    # The request's own row, its step, what is told, and which figures to count anew.
    own = {"unit_change", "workflow_event", "message", "roll_fold"}
    assert "unit" in written
    assert written <= {"unit", *own}


def test_people_and_records_below_stay_as_they_are(
    db_session, cast, ask_superior, move
):
    draft = make.declaration(db_session, cast.teacher)
    before = (cast.teacher.unit_id, draft.unit_id)
    change = ask_superior()
    for decider in (cast.bureau_chief, cast.city_chief):
        move(decider, change, Action.approve)

    event = move(cast.teacher, draft, Action.submit)
    above = move(cast.chief, draft, Action.approve)

    assert (cast.teacher.unit_id, draft.unit_id) == before
    assert (event.next_unit_id, above.next_unit_id) == (cast.school.id, cast.city.id)


def test_scope_follows_the_new_place(db_session, cast, ask_superior, move):
    there = make.unit(db_session, cast.province, kind=UnitKind.hr_authority)
    there_chief = make.administrator(db_session, there)

    def sees(who):
        statement = visible(select(Unit.id), Unit, actor(db_session, who))
        return cast.school.id in db_session.scalars(statement).all()

    change = ask_superior(to=there)
    before = sees(cast.bureau_chief), sees(there_chief)
    for decider in (cast.bureau_chief, there_chief):
        move(decider, change, Action.approve)

    assert before == (True, False)
    assert (sees(cast.bureau_chief), sees(there_chief)) == (False, True)


def test_rejected_change_leaves_everything_and_is_asked_again(
    db_session, cast, ask_superior, move
):
    before = path_of(cast.school)
    change = ask_superior()
    move(cast.bureau_chief, change, Action.reject, comment="请附批文")

    again = ask_superior(reason="机构改革，见批文")

    assert path_of(cast.school) == before
    assert again is change
    assert (change.state, change.reason) == (State.pending, "机构改革，见批文")


def test_change_is_withdrawn_before_anybody_decides(
    db_session, cast, ask_superior, move
):
    change = ask_superior()

    offered = open_actions(actor(db_session, cast.chief), change)
    move(cast.chief, change, Action.withdraw)

    assert offered == {Action.withdraw}
    assert change.state is State.withdrawn


def test_change_is_audited_as_the_units(db_session, cast, ask_superior, move):
    change = ask_superior()
    for decider in (cast.bureau_chief, cast.city_chief):
        move(decider, change, Action.approve)
    db_session.commit()

    entries = db_session.scalars(
        select(AuditEntry).where(
            AuditEntry.object_kind == "unit",
            AuditEntry.object_id == str(cast.school.id),
        )
    ).all()

    after = [
        e.after["superior_id"] for e in entries if "superior_id" in (e.after or {})
    ]
    assert after[-1] == cast.city.id


# --- Who may ----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["reviewer", "department_head", "teacher"])
def test_only_who_keeps_the_units_data_asks(db_session, cast, ask_code, who):
    with pytest.raises(Forbidden):
        ask_code(getattr(cast, who))

    assert db_session.scalars(select(UnitChange)).all() == []


@pytest.mark.parametrize("who", ["chief", "other_chief", "province_chief"])
def test_nobody_else_decides(cast, ask_superior, move, who):
    change = ask_superior()

    with pytest.raises(Refused):
        move(getattr(cast, who), change, Action.approve)

    assert change.decider_id == cast.bureau.id


@pytest.mark.requirement("AZ-11")
def test_who_asked_for_the_unit_does_not_decide_for_its_superior(
    db_session, cast, ask_superior, move
):
    role = make.chief_role(db_session, UnitKind.industry_authority)
    above = make.assignment(
        db_session, cast.chief.account, cast.bureau, role, is_chief=False
    )
    change = ask_superior()

    with pytest.raises(Forbidden):
        move(above, change, Action.approve)

    assert change.decider_id == cast.bureau.id


# --- What stands in the way ---------------------------------------------------------


def pending_declaration(session, cast):
    record = make.waiting(make.declaration(session, cast.teacher), cast.city, step=2)
    return RecordKind.declaration, record, f"王老师 · {record.title}"


def declaration_filed_elsewhere(session, cast):
    record = make.declaration(
        session, cast.stranger, source="unit", filed_by_id=cast.school.id
    )
    make.waiting(record, cast.bureau)
    return RecordKind.declaration, record, f"赵老师 · {record.title}"


def pending_registration(session, cast):
    child = make.unit(session, cast.school)
    person = make.person(session, name="孙老师")
    record = make.waiting(make.person_registration(session, person, child), child)
    return RecordKind.person_registration, record, "孙老师"


def pending_unit(session, cast):
    applicant = make.person(session)
    record = make.unit_registration(session, applicant, cast.school, name="新分校")
    return RecordKind.unit_registration, make.waiting(record, cast.school), "新分校"


def pending_person_change(session, cast):
    record = PersonChange(person=cast.teacher, unit_id=cast.school.id)
    session.add(make.waiting(record, cast.school))
    return RecordKind.person_change, record, "王老师"


def transfer_in(session, cast):
    record = Transfer(
        person=cast.stranger,
        from_unit_id=cast.other_school.id,
        to_unit_id=cast.school.id,
    )
    session.add(make.waiting(record, cast.school))
    return RecordKind.transfer, record, "赵老师"


def pending_succession(session, cast):
    record = Succession(
        unit_id=cast.school.id,
        successor_id=cast.colleague.id,
        filed_by_id=cast.school.id,
        requested_by_id=cast.teacher.id,
        reason="原管理员已调离",
    )
    session.add(make.waiting(record, cast.bureau))
    return RecordKind.succession, record, "李老师"


def change_below(session, cast):
    child = make.unit(session, cast.school, name="分校")
    record = make.waiting(make.unit_change(session, child), cast.school)
    return RecordKind.unit_change, record, "分校"


def unit_on_its_way_here(session, cast):
    record = make.unit_change(session, cast.other_school, cast.school)
    make.waiting(record, cast.bureau)
    return RecordKind.unit_change, record, cast.other_school.name


BLOCKERS = (
    pending_declaration,
    declaration_filed_elsewhere,
    pending_registration,
    pending_unit,
    pending_person_change,
    transfer_in,
    pending_succession,
    change_below,
    unit_on_its_way_here,
)


@pytest.mark.requirement("WF-08")
@pytest.mark.parametrize("stage", BLOCKERS, ids=lambda stage: stage.__name__)
@pytest.mark.parametrize("asks", ["ask_code", "ask_superior"])
def test_what_is_under_review_below_blocks_and_is_named(
    request, db_session, cast, stage, asks
):
    kind, record, title = stage(db_session, cast)
    db_session.flush()

    with pytest.raises(Refused) as refused:
        request.getfixturevalue(asks)()

    blocker = Blocker(kind, record.id, title)
    assert by_kind(refused.value.values) == [Blocking(kind, 1, (blocker,))]


def test_many_blockers_are_counted_and_the_first_named(db_session, cast, ask_code):
    for _ in range(7):
        make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    transfer_in(db_session, cast)
    db_session.flush()

    with pytest.raises(Refused) as refused:
        ask_code()

    found = {each.kind: each for each in by_kind(refused.value.values)}
    counts = {kind: (each.count, len(each.first)) for kind, each in found.items()}
    assert counts == {RecordKind.declaration: (7, 5), RecordKind.transfer: (1, 1)}
    assert refused.value.values["total"] == 8


def test_what_waits_beside_or_above_does_not_block(db_session, cast, ask_code):
    make.waiting(make.declaration(db_session, cast.stranger), cast.bureau)
    make.waiting(make.unit_change(db_session, cast.other_school), cast.bureau)

    change = ask_code()

    assert change.state is State.pending


def test_everything_with_a_chain_is_asked_for():
    assert {kind: chain.model for kind, chain in CHAINS.items()}.items() <= (
        REVIEWED.items()
    )


@pytest.mark.requirement("WF-08")
@pytest.mark.parametrize("asks", ["ask_code", "ask_superior"])
def test_nothing_below_is_sent_while_a_change_waits(
    request, db_session, cast, move, asks
):
    child = make.unit(db_session, cast.school)
    pupil = make.person(db_session, child)
    make.account(db_session, pupil)
    drafts = [make.declaration(db_session, p) for p in (cast.teacher, pupil)]
    change = request.getfixturevalue(asks)()

    told = []
    for draft in drafts:
        with pytest.raises(Refused) as refused:
            move(draft.person, draft, Action.submit)
        told.append(refused.value.values["blockers"])
    move(cast.chief, change, Action.withdraw)
    event = move(cast.teacher, drafts[0], Action.submit)

    blocker = Blocker(RecordKind.unit_change, change.id, cast.school.name)
    assert told == [(blocker,), (blocker,)]
    assert event.next_unit_id == cast.school.id


@pytest.mark.requirement("WF-08")
def test_nobody_is_sent_here_while_a_change_waits(db_session, cast, ask_code, move):
    change = ask_code()
    transfer = Transfer(
        person=cast.stranger,
        from_unit_id=cast.other_school.id,
        to_unit_id=cast.school.id,
        requested_by_unit=False,
    )
    db_session.add(transfer)
    db_session.flush()

    with pytest.raises(Refused) as refused:
        move(cast.stranger, transfer, Action.submit)

    assert refused.value.values["blockers"][0].record_id == change.id


@pytest.mark.requirement("WF-08")
def test_pending_record_is_looked_for_again_at_the_last_approval(
    db_session, cast, ask_superior, move
):
    change = ask_superior()
    move(cast.bureau_chief, change, Action.approve)
    # No door of the program leads here: the row is put there behind its back.
    pending_declaration(db_session, cast)
    db_session.flush()

    with pytest.raises(Refused):
        move(cast.city_chief, change, Action.approve)

    assert (change.state, cast.school.superior_id) == (State.pending, cast.bureau.id)


# --- Bad input --------------------------------------------------------------------


def itself(session, cast):
    return cast.school


def below_itself(session, cast):
    return make.unit(session, make.unit(session, cast.school))


def same_as_now(session, cast):
    return cast.bureau


def disabled(session, cast):
    return make.unit(session, cast.city, is_active=False)


def a_base(session, cast):
    return cast.base


def without_authority(session, cast):
    return make.unit(session)


@pytest.mark.parametrize(
    "stage",
    [itself, below_itself, same_as_now, disabled, a_base, without_authority],
    ids=lambda stage: stage.__name__,
)
def test_superior_that_cannot_be_is_refused(db_session, cast, ask_superior, stage):
    superior = stage(db_session, cast)

    with pytest.raises(Refused) as refused:
        ask_superior(to=superior)

    assert refused.value.field == "superior_id"


def test_authority_goes_below_no_employer(db_session, cast, ask_superior):
    with pytest.raises(Refused) as refused:
        ask_superior(cast.bureau_chief, to=make.unit(db_session, cast.city))

    assert refused.value.field == "superior_id"


def test_unit_that_does_not_exist_is_no_superior(db_session, cast):
    with pytest.raises(Refused) as refused:
        request_superior(
            db_session,
            actor=actor(db_session, cast.chief),
            superior_id=2**62,
            reason="机构改革",
        )

    assert refused.value.field == "superior_id"


@pytest.mark.requirement("AZ-12")
def test_cycle_that_came_about_meanwhile_is_refused(
    db_session, cast, ask_superior, move
):
    change = ask_superior(to=cast.other_school)
    move(cast.bureau_chief, change, Action.approve)
    cast.other_school.superior_id = cast.school.id
    cast.other_school.path = f"{cast.school.path}{cast.other_school.id}/"
    db_session.flush()

    with pytest.raises(Refused):
        move(cast.other_chief, change, Action.approve)

    assert cast.school.superior_id == cast.bureau.id


def test_superior_disabled_meanwhile_is_refused(db_session, cast, ask_superior, move):
    change = ask_superior(to=cast.other_school)
    cast.other_school.is_active = False
    db_session.flush()

    with pytest.raises(Refused):
        move(cast.bureau_chief, change, Action.approve)

    assert change.state is State.pending


def test_path_stays_as_long_as_can_be_written(db_session, cast, ask_superior, move):
    deep = cast.other_school
    while len(deep.path) < LONGEST_PATH - 20:
        deep = make.unit(db_session, deep)
    below = cast.school
    for _ in range(20):
        below = make.unit(db_session, below)
    change = ask_superior(to=deep)
    move(cast.bureau_chief, change, Action.approve)
    before = path_of(cast.school)

    with pytest.raises(Refused):
        move(make.administrator(db_session, deep), change, Action.approve)

    assert path_of(cast.school) == before


def wrong_check_digit(cast):
    code = make.registration_code()
    return code[:-1] + ("1" if code[-1] != "1" else "2")


def taken_code(cast):
    return cast.other_school.registration_code


def same_code(cast):
    return cast.school.registration_code


@pytest.mark.parametrize(
    "stage",
    [wrong_check_digit, taken_code, same_code, lambda cast: ""],
    ids=["wrong_check_digit", "taken_code", "same_code", "empty"],
)
def test_code_that_cannot_be_is_refused(cast, ask_code, stage):
    with pytest.raises(Refused) as refused:
        ask_code(code=stage(cast))

    assert refused.value.field == "registration_code"


def test_code_that_another_unit_asks_for_is_refused(db_session, cast, ask_code):
    other = make.unit_change(db_session, cast.other_school, after=CODE)
    make.waiting(other, cast.bureau)

    with pytest.raises(Refused) as refused:
        ask_code()

    assert refused.value.field == "registration_code"


def test_code_taken_meanwhile_is_refused_at_the_approval(
    db_session, cast, ask_code, move
):
    change = ask_code()
    make.unit(db_session, cast.city, registration_code=CODE)

    with pytest.raises(Refused):
        move(cast.bureau_chief, change, Action.approve)

    assert change.state is State.pending


def test_second_change_waits_for_the_first(cast, ask_code, ask_superior):
    ask_code()

    with pytest.raises(Conflict):
        ask_code(code=make.registration_code())
    with pytest.raises(Refused) as refused:
        ask_superior()

    assert by_kind(refused.value.values)[0].kind is RecordKind.unit_change


@pytest.mark.parametrize("reason", ["", " ", "长" * 501])
def test_reason_is_asked_for(ask_code, reason):
    with pytest.raises(Refused) as refused:
        ask_code(reason=reason)

    assert refused.value.field == "reason"


def test_root_has_nobody_to_ask(cast, ask_code):
    with pytest.raises(Refused):
        ask_code(cast.province_chief)


def test_unit_that_must_still_decide_is_not_put_out_of_use(
    db_session, cast, ask_superior, move, now
):
    change = ask_superior(to=cast.other_school)
    move(cast.bureau_chief, change, Action.approve)

    with pytest.raises(Refused):
        disable_unit(
            db_session,
            actor=actor(db_session, cast.bureau_chief),
            unit=cast.other_school,
            now=now,
        )

    assert change.decider_id == cast.other_school.id
    assert change.kind is UnitChangeKind.superior
