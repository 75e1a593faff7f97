"""Which unit has a say, and what a closed unit or department can still do."""

import pytest

from admin_app.enums import Action, RecordKind, State
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import Transfer, Unit
from admin_app.operations import departments, units
from admin_app.operations.history import history
from admin_app.workflows import close_review, disable_unit, perform, perform_many
from tests import factories as make
from tests.cast import actor


@pytest.fixture
def send(db_session, cast, now):
    """Declare for the teacher and have it climb past these deciders."""

    def sent(*deciders):
        declaration = make.declaration(db_session, cast.teacher)
        for who in (cast.teacher, *deciders):
            perform(
                db_session,
                actor=actor(db_session, who),
                record=declaration,
                action=Action.approve
                if deciders and who in deciders
                else Action.submit,
                now=now,
            )
        return declaration

    return sent


@pytest.fixture
def close(db_session, cast, now):
    def as_member(who, unit, how=close_review):
        return how(
            db_session,
            actor=actor(db_session, getattr(cast, who)),
            unit=getattr(cast, unit),
            now=now,
        )

    return as_member


CLOSINGS = {"close review": close_review, "disable": disable_unit}


@pytest.mark.requirement("AZ-10")
@pytest.mark.parametrize("how", CLOSINGS.values(), ids=CLOSINGS)
def test_queue_of_a_closed_unit_moves_up_with_a_trace(
    db_session, cast, send, close, how
):
    declaration = send(cast.chief)

    moved = close("city_chief", "bureau", how)

    db_session.refresh(declaration)
    last = history(db_session, RecordKind.declaration, declaration.id)[-1]
    assert moved == [declaration.id]
    assert (declaration.state, declaration.decider_id) == (State.pending, cast.city.id)
    assert (last.action, last.next_unit_id) == (Action.hand_up, cast.city.id)
    assert last.actor_account_id == cast.city_chief.account_id


@pytest.mark.requirement("AZ-10", "AZ-13")
@pytest.mark.parametrize("how", CLOSINGS.values(), ids=CLOSINGS)
def test_closed_unit_decides_nothing_even_with_an_actor_of_before(
    db_session, cast, send, close, now, how
):
    declaration = send()
    of_before = actor(db_session, cast.chief)
    close("bureau_chief", "school", how)
    # As if it had been sent there at the last moment.
    make.waiting(declaration, cast.school)
    db_session.flush()

    with pytest.raises(Forbidden):
        perform_many(
            db_session,
            actor=of_before,
            kind=RecordKind.declaration,
            ids=[declaration.id],
            action=Action.approve,
            now=now,
        )

    assert declaration.decider_id == cast.school.id


def test_closed_unit_still_decides_registrations(db_session, cast, close, now):
    close("bureau_chief", "school")
    person = make.person(db_session)
    make.account(db_session, person)
    registration = make.waiting(
        make.person_registration(db_session, person, cast.school), cast.school
    )

    perform(
        db_session,
        actor=actor(db_session, cast.chief),
        record=registration,
        action=Action.approve,
        now=now,
    )

    assert person.unit_id == cast.school.id


@pytest.mark.requirement("AZ-10")
def test_opening_again_pulls_nothing_back(db_session, cast, send, close):
    before = send()
    close("bureau_chief", "school")

    units.open_review(
        db_session, actor=actor(db_session, cast.bureau_chief), unit=cast.school
    )
    after = send()

    db_session.refresh(before)
    assert (before.decider_id, after.decider_id) == (cast.bureau.id, cast.school.id)


WHO_CLOSES = {
    "the superior": ("bureau_chief", "school", None),
    "a superior further up": ("province_chief", "school", None),
    "the superuser": ("superuser", "school", None),
    "the unit itself": ("chief", "school", Forbidden),
    "a sibling": ("other_chief", "school", Forbidden),
    "a subordinate": ("chief", "bureau", Forbidden),
    "a teacher": ("teacher", "school", Forbidden),
    "an HR authority is never skipped": ("province_chief", "city", Refused),
    "the root has nobody above": ("province_chief", "province", Forbidden),
}


@pytest.mark.requirement("AZ-10")
@pytest.mark.parametrize("how", CLOSINGS.values(), ids=CLOSINGS)
@pytest.mark.parametrize(
    ("who", "unit", "refusal"), WHO_CLOSES.values(), ids=WHO_CLOSES
)
def test_only_strict_superiors_close(cast, close, how, who, unit, refusal):
    try:
        close(who, unit, how)
        found = None
    except Refused as refused:
        found = type(refused)

    target = getattr(cast, unit)
    assert found is refusal
    assert (target.has_review_right and target.is_active) == (refusal is not None)


def test_superior_without_the_verb_closes_nothing(db_session, cast, now):
    role = make.role(db_session, "subordinate_units:view", unit=cast.bureau)
    looker = make.administrator(db_session, cast.bureau, role)

    for how in CLOSINGS.values():
        with pytest.raises(Forbidden):
            how(db_session, actor=actor(db_session, looker), unit=cast.school, now=now)


def test_closing_twice_is_a_conflict(close):
    close("bureau_chief", "school")

    with pytest.raises(Conflict):
        close("bureau_chief", "school")


@pytest.mark.requirement("AZ-13")
def test_administrators_of_a_disabled_unit_are_nobody_at_once(db_session, cast, close):
    close("bureau_chief", "school", disable_unit)

    members = (cast.chief, cast.reviewer, cast.teacher)
    found = [actor(db_session, member) for member in members]

    assert [who is None for who in found] == [True, True, False]


@pytest.mark.requirement("AZ-13")
def test_enabled_unit_has_its_administrators_back(db_session, cast, close):
    close("bureau_chief", "school", disable_unit)

    superior = actor(db_session, cast.bureau_chief)
    units.enable_unit(db_session, actor=superior, unit=cast.school)

    assert actor(db_session, cast.chief) is not None


# --- departments ------------------------------------------------------------------


@pytest.mark.requirement("AZ-13")
def test_disabled_department_takes_all_below_with_it(db_session, cast):
    chief = actor(db_session, cast.chief)
    group = make.department(db_session, cast.school, cast.office)
    other = make.department(db_session, cast.school)
    role = cast.department_head.role
    below = make.administrator(db_session, cast.school, role, department=group)

    departments.disable_department(db_session, actor=chief, department=cast.office)

    assert [d.is_active for d in (cast.office, group, other)] == [False, False, True]
    assert actor(db_session, cast.department_head) is None
    assert actor(db_session, below) is None


def test_department_is_enabled_only_below_one_in_use(db_session, cast):
    chief = actor(db_session, cast.chief)
    group = make.department(db_session, cast.school, cast.office)
    departments.disable_department(db_session, actor=chief, department=cast.office)

    with pytest.raises(Refused):
        departments.enable_department(db_session, actor=chief, department=group)
    departments.enable_department(db_session, actor=chief, department=cast.office)
    departments.enable_department(db_session, actor=chief, department=group)

    assert group.is_active


NO_DEPARTMENT_OF_THEIRS = ("other_chief", "bureau_chief", "reviewer", "teacher")


@pytest.mark.parametrize("who", NO_DEPARTMENT_OF_THEIRS)
def test_department_of_another_is_not_disabled(db_session, cast, who):
    with pytest.raises(Forbidden):
        departments.disable_department(
            db_session,
            actor=actor(db_session, getattr(cast, who)),
            department=cast.office,
        )


@pytest.mark.feature("R09")
def test_department_head_disables_below_but_not_their_own(db_session, cast):
    cast.department_head.role.permissions += make.role(
        db_session, "departments:disable"
    ).permissions
    db_session.flush()
    head = actor(db_session, cast.department_head)
    group = make.department(db_session, cast.school, cast.office)

    departments.disable_department(db_session, actor=head, department=group)
    with pytest.raises(Forbidden):
        departments.disable_department(db_session, actor=head, department=cast.office)

    assert (group.is_active, cast.office.is_active) == (False, True)


def registration(session, cast):
    return make.person_registration(session, make.person(session), cast.school)


def unit_registration(session, cast):
    return make.unit_registration(session, cast.teacher, cast.school)


def person_change(session, cast):
    return make.person_change(session, cast.teacher)


def transfer(session, cast):
    row = Transfer(
        person_id=cast.stranger.id,
        from_unit_id=cast.other_school.id,
        to_unit_id=cast.school.id,
    )
    session.add(row)
    session.flush()
    return row


WAITING = {
    "个人注册 1 项": registration,
    "单位注册 1 项": unit_registration,
    "人员信息修改 1 项": person_change,
    "人员调转 1 项": transfer,
}


@pytest.mark.parametrize("told", WAITING, ids=lambda told: WAITING[told].__name__)
def test_unit_is_not_disabled_while_only_it_can_decide(db_session, cast, close, told):
    row = make.waiting(WAITING[told](db_session, cast), cast.school)
    db_session.commit()

    with pytest.raises(Refused) as refused:
        close("bureau_chief", "school", disable_unit)
    db_session.rollback()

    sentence = refused.value.sentence % refused.value.values
    assert told in sentence
    assert sentence.count(" 0 项") == 5
    assert db_session.get_one(Unit, cast.school.id).is_active
    row.state, row.decider_id = State.rejected, None
    db_session.commit()
    close("bureau_chief", "school", disable_unit)
    assert not db_session.get_one(Unit, cast.school.id).is_active
