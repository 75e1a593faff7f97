"""委托办理: a colleague decides in the name of who is away."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import Action, RecordKind
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.operations.delegations import delegate, withdraw_delegation
from admin_app.operations.history import history
from admin_app.workflows import perform_many
from tests import factories as make
from tests.cast import actor

TODAY = date(2025, 11, 18)


def another_chief(session, cast, **values):
    """An administrator with all the rights of the school's chief."""
    role = make.role(
        session, *[p.permission for p in cast.chief.role.permissions], unit=cast.school
    )
    made = make.administrator(session, cast.school, role, **values)
    session.commit()
    return made


def days(first=0, last=6):
    return {
        "starts_on": TODAY + timedelta(days=first),
        "ends_on": TODAY + timedelta(days=last),
    }


def approve(session, who, row, now):
    result = perform_many(
        session,
        actor=actor(session, who),
        kind=RecordKind.declaration,
        ids=[row.id],
        action=Action.approve,
        now=now,
    )
    assert result.refused == {}
    return history(session, RecordKind.declaration, row.id)[-1]


@pytest.mark.parametrize(
    ("later", "said"), [(-1, False), (0, True), (6, True), (7, False)]
)
def test_decisions_say_for_whom_only_in_those_days(cast, db_session, now, later, said):
    colleague = another_chief(db_session, cast)
    delegate(
        db_session,
        actor=actor(db_session, cast.chief),
        delegate_id=colleague.account_id,
        now=now,
        **days(),
    )
    row = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.flush()

    event = approve(db_session, colleague, row, now + timedelta(days=later))

    assert event.actor_name == colleague.account.person.name
    expected = cast.chief.account.person.name if said else None
    assert event.on_behalf_of == expected


def withdrawn(session, cast, row, now):
    withdraw_delegation(session, actor=actor(session, cast.chief), row=row, now=now)


def away_for_good(session, cast, _row, _now):
    head = another_chief(session, cast)
    cast.chief.is_chief, head.is_chief = False, False
    session.flush()
    cast.chief.is_disabled = True


@pytest.mark.parametrize("ended", [withdrawn, away_for_good], ids=lambda f: f.__name__)
def test_nothing_is_decided_for_whom_it_has_ended(cast, db_session, now, ended):
    colleague = another_chief(db_session, cast)
    delegation = delegate(
        db_session,
        actor=actor(db_session, cast.chief),
        delegate_id=colleague.account_id,
        now=now,
        **days(),
    )
    ended(db_session, cast, delegation, now)
    row = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.flush()

    event = approve(db_session, colleague, row, now)

    assert event.on_behalf_of is None


def test_nobody_decides_for_another_on_that_ones_own_matter(cast, db_session, now):
    colleague = another_chief(db_session, cast)
    delegate(
        db_session,
        actor=actor(db_session, cast.chief),
        delegate_id=colleague.account_id,
        now=now,
        **days(),
    )
    chief = cast.chief.account.person
    chief.unit_id, chief.region_id = cast.school.id, cast.school.region_id
    row = make.waiting(make.declaration(db_session, chief), cast.school)
    db_session.flush()

    assert approve(db_session, colleague, row, now).on_behalf_of is None


REFUSALS = {
    "to oneself": ("chief", days(), "不能委托给本人，请选择其他管理员。"),
    "days reversed": ("colleague", days(3, 2), "结束日期不能早于开始日期，请核对。"),
    "in the past": ("colleague", days(-1, 2), "开始日期不能早于今天，请重新选择。"),
    "for too long": ("colleague", days(0, 180), "一次最长委托 180 天。"),
    "to no administrator": (
        "teacher",
        days(),
        "该人员不是本单位管理员，不能受托办理。",
    ),
    "to another unit": (
        "other_chief",
        days(),
        "该人员不是本单位管理员，不能受托办理。",
    ),
    "without the right": (
        "reviewer",
        days(),
        "办理权限，请选择其他管理员，或先调整其角色。",
    ),
    "of another scope": (
        "department_head",
        days(),
        "的管理范围与您不同，请选择其他管理员。",
    ),
    "disabled": ("disabled", days(), "的账号已禁用，请选择其他管理员。"),
    "twice": ("colleague", days(6, 9), "请先撤回原委托，或另选日期。"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_delegation_is_refused(cast, db_session, now, case):
    who, when, sentence = REFUSALS[case]
    colleague = another_chief(db_session, cast)
    accounts = {
        "colleague": colleague.account_id,
        "teacher": cast.teacher.account.id,
        "disabled": another_chief(db_session, cast, is_disabled=True).account_id
        if who == "disabled"
        else None,
    }
    chief = actor(db_session, cast.chief)
    if case == "twice":
        delegate(
            db_session, actor=chief, delegate_id=colleague.account_id, now=now, **days()
        )
    target = accounts.get(who) or getattr(cast, who).account_id

    with pytest.raises(Refused) as refused:
        delegate(db_session, actor=chief, delegate_id=target, now=now, **when)

    assert (str(refused.value.sentence) % refused.value.values).endswith(sentence)


def test_only_who_delegated_ends_it_and_only_once(cast, db_session, now):
    colleague = another_chief(db_session, cast)
    chief = actor(db_session, cast.chief)
    row = delegate(
        db_session, actor=chief, delegate_id=colleague.account_id, now=now, **days()
    )

    with pytest.raises(Forbidden):
        withdraw_delegation(
            db_session, actor=actor(db_session, colleague), row=row, now=now
        )
    withdraw_delegation(db_session, actor=chief, row=row, now=now)
    with pytest.raises(Conflict):
        withdraw_delegation(db_session, actor=chief, row=row, now=now)

    told = select(m.Message.sentence).where(
        m.Message.account_id == colleague.account_id
    )
    assert db_session.scalars(told.order_by(m.Message.id)).all() == [
        "%(name)s委托您在 %(first)s 至 %(last)s 代为办理%(unit)s的审核事项。",
        "%(name)s已撤回对您的委托。",
    ]
