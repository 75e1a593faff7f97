"""People leave without a new unit, and come back; what was decided stays where it was."""

import pytest
from sqlalchemy import update

from admin_app.enums import Action, IdentityKind, Standing, State
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import Person
from admin_app.operations.declarations import refuse_gone
from admin_app.operations.identities import Identity, actor_of
from admin_app.operations.leaving import come_back, leave
from admin_app.operations.transfers import Move, request_transfer
from admin_app.workflows import perform
from tests import factories as make
from tests.cast import actor


@pytest.fixture
def note(db_session, cast):
    """Note as the school's chief that the colleague has left, unless told otherwise."""

    def noting(standing=Standing.retired, *, who=None, person=None, reason="已办手续"):
        leave(
            db_session,
            actor=actor(db_session, who or cast.chief),
            person=person or cast.colleague,
            standing=standing,
            reason=reason,
        )

    return noting


def enters(session, person):
    return actor_of(session, person.account.id, Identity(IdentityKind.individual))


@pytest.mark.parametrize("standing", list(Standing)[1:])
def test_who_left_stays_with_the_unit_and_declares_no_more(
    db_session, cast, note, standing
):
    before = (cast.colleague.unit_id, cast.colleague.department_id)

    note(standing)

    with pytest.raises(Refused, match=f"已登记为“{standing.label}”，不能再申报"):
        refuse_gone(cast.colleague)
    assert (cast.colleague.unit_id, cast.colleague.department_id) == before
    can_enter = enters(db_session, cast.colleague) is not None
    assert can_enter == (standing is not Standing.deceased)


def test_who_has_moved_since_they_were_seen_is_not_put_out(db_session, cast, note):
    assert cast.colleague.unit_id == cast.school.id
    moved = update(Person).where(Person.id == cast.colleague.id)
    moved = moved.execution_options(synchronize_session=False)
    db_session.execute(moved.values(unit_id=cast.other_school.id))

    with pytest.raises(Conflict, match="刚刚调离"):
        note()


def test_who_comes_back_declares_and_enters_again(db_session, cast, note):
    note(Standing.deceased)

    come_back(
        db_session,
        actor=actor(db_session, cast.chief),
        person=cast.colleague,
        reason="登记有误",
    )

    refuse_gone(cast.colleague)
    assert enters(db_session, cast.colleague) is not None


def test_draft_is_not_sent_by_who_has_left(db_session, cast, note, now):
    draft = make.declaration(db_session, cast.colleague)
    note(Standing.resigned)

    with pytest.raises(Refused, match="不能再申报"):
        perform(
            db_session,
            actor=actor(db_session, cast.colleague),
            record=draft,
            action=Action.submit,
            now=now,
        )

    assert draft.state is State.draft


def test_new_unit_puts_who_left_in_post_again(db_session, cast, note, now):
    note(Standing.resigned)
    own = actor(db_session, cast.colleague)
    transfer = request_transfer(
        db_session,
        actor=own,
        person_id=cast.colleague.id,
        move=Move(to_unit_id=cast.other_school.id, reason="应聘"),
    )
    perform(db_session, actor=own, record=transfer, action=Action.submit, now=now)

    perform(
        db_session,
        actor=actor(db_session, cast.other_chief),
        record=transfer,
        action=Action.approve,
        now=now,
    )

    assert cast.colleague.unit_id == cast.other_school.id
    assert cast.colleague.standing is Standing.in_post


def pending(session, cast):
    make.waiting(make.declaration(session, cast.colleague, title="培训"), cast.school)
    session.flush()
    return {}


def administering(session, cast):
    return {"person": cast.department_head.account.person}


def own(session, cast):
    return {"person": cast.chief.account.person}


def without_right(session, cast):
    return {"who": cast.reviewer}


def noted(session, cast):
    cast.colleague.standing = Standing.retired
    session.flush()
    return {}


REFUSED = {
    "something waits": (pending, Refused, "有流程正在审批，不能办理离岗：培训"),
    "an administrator": (administering, Refused, "请先移交或删除其管理权限"),
    "oneself": (own, Forbidden, "不能办理本人的事项"),
    "no right": (without_right, Forbidden, "没有办理人员离岗的权限"),
    "noted already": (noted, Conflict, "该人员已登记为“退休”"),
}


@pytest.mark.parametrize(("plant", "kind", "sentence"), REFUSED.values(), ids=REFUSED)
def test_leaving_is_refused_in_a_sentence(
    db_session, cast, note, plant, kind, sentence
):
    values = plant(db_session, cast)
    before = cast.colleague.standing

    with pytest.raises(kind, match=sentence):
        note(**values)

    assert cast.colleague.standing is before


def test_who_is_in_post_cannot_come_back(db_session, cast):
    with pytest.raises(Conflict, match="该人员在岗，无需恢复"):
        come_back(
            db_session,
            actor=actor(db_session, cast.chief),
            person=cast.colleague,
            reason="返聘",
        )
