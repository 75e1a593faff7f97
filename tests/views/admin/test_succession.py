"""The rescue of a unit whose chief is gone: asking, deciding, and what follows."""

import re

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import State
from tests import factories as make
from tests.browsing import sign_in

ASK = "/admin/succession/"
REVIEW = "/admin/review-successions/"


@pytest.fixture
def ask(client):
    """Ask as a member of the cast for somebody to follow."""

    def send(who, person, **more):
        sign_in(client, who)
        form = {
            "name": person.name,
            "id_number": person.id_number,
            "reason": "原超级管理员已调离，无法联系",
        }
        return client.post(ASK, data=form | more)

    return send


@pytest.fixture
def decide(client, db_session):
    """Decide on the newest request as a member of the cast."""

    def send(who, action="approve", comment="情况属实"):
        row = newest(db_session)
        sign_in(client, who)
        form = {"action": action, "confirmed": "1", "comment": comment}
        return client.post(
            f"{REVIEW}action/", data=form | {"rowid": f"{row.id}:{row.version}"}
        )

    return send


def newest(session):
    session.rollback()
    return session.scalars(
        select(m.Succession)
        .order_by(m.Succession.id.desc())
        .execution_options(populate_existing=True)
    ).first()


def chiefs(session, unit):
    session.rollback()
    return session.scalars(
        select(m.AdminAssignment.account_id).where(
            m.AdminAssignment.unit_id == unit.id, m.AdminAssignment.is_chief
        )
    ).all()


def told(session, account_id):
    statement = select(m.Message.sentence).where(m.Message.account_id == account_id)
    return session.scalars(statement.order_by(m.Message.id)).all()


@pytest.mark.feature("R04")
@pytest.mark.requirement("AZ-09")
def test_another_administrator_asks_and_the_superior_decides(
    ask, decide, client, cast, db_session
):
    former_id, former_person = cast.chief.account_id, cast.chief.account.person_id
    asked = ask(cast.reviewer, cast.colleague)
    row = newest(db_session)
    waiting = (row.state, row.decider_id, row.former_id)
    before = chiefs(db_session, cast.school)
    sign_in(client, cast.bureau_chief)
    listed = client.get(REVIEW).text
    details = client.get(f"{REVIEW}details/?id={row.id}").text

    done = decide(cast.bureau_chief)

    assert asked.status_code == 303
    assert waiting == (State.pending, cast.bureau.id, former_person)
    assert before == [former_id]
    assert "第一中学" in listed
    assert "原超级管理员已调离，无法联系" in details
    assert cast.colleague.id_number not in listed + details
    assert "成功 1 条" in done.text
    assert chiefs(db_session, cast.school) == [cast.colleague.account.id]
    assert newest(db_session).state is State.approved
    left = select(m.AdminAssignment).where(m.AdminAssignment.account_id == former_id)
    assert db_session.scalars(left).all() == []
    # Asked about, and then told; the superior twice: what waits, what became of it.
    reached = (former_id, cast.colleague.account.id, cast.reviewer.account_id)
    assert [len(told(db_session, who)) for who in reached] == [2, 1, 1]
    assert len(told(db_session, cast.bureau_chief.account_id)) == 2


def test_an_administrator_of_the_unit_may_follow(ask, decide, cast, db_session):
    heir = cast.reviewer
    heir.account.person.name = "孙老师"
    db_session.commit()
    ask(cast.department_head, heir.account.person)

    decide(cast.bureau_chief)

    assert chiefs(db_session, cast.school) == [heir.account_id]


def test_rejection_needs_a_reason_and_changes_nothing(ask, decide, cast, db_session):
    ask(cast.reviewer, cast.colleague)

    without = decide(cast.bureau_chief, "reject", "")
    rejected = decide(cast.bureau_chief, "reject", "原超级管理员仍在履职")

    row = newest(db_session)
    assert (without.status_code, rejected.status_code) == (422, 200)
    assert (row.state, row.opinion) == (State.rejected, "原超级管理员仍在履职")
    assert chiefs(db_session, cast.school) == [cast.chief.account_id]


def test_a_superior_asks_for_a_unit_without_administrators_and_its_own_decides(
    ask, decide, client, cast, db_session
):
    lost = make.unit(db_session, cast.bureau, name="第三中学")
    db_session.commit()
    sign_in(client, cast.bureau_chief)
    offered = client.get(f"{ASK}units?q=第三").json["items"]

    asked = ask(cast.bureau_chief, cast.colleague, unit_id=offered[0]["value"])
    own = decide(cast.bureau_chief)
    undecided = newest(db_session).state
    done = decide(cast.city_chief)

    assert [item["text"] for item in offered] == ["第三中学"]
    assert asked.status_code == 303
    assert "成功 0 条" in own.text
    assert undecided is State.pending
    assert "成功 1 条" in done.text
    assert chiefs(db_session, lost) == [cast.colleague.account.id]


def test_nobody_decides_to_follow_themself(ask, decide, cast, db_session):
    deputy = make.administrator(
        db_session,
        cast.bureau,
        make.chief_role(db_session, cast.bureau.kind),
        is_chief=False,
    )
    deputy.account.person.name = "孙主任"
    db_session.commit()
    ask(cast.reviewer, deputy.account.person)

    answer = decide(deputy)

    assert "不能办理本人的事项" in answer.text
    assert chiefs(db_session, cast.school) == [cast.chief.account_id]


def test_request_is_withdrawn_by_who_made_it(ask, client, cast, db_session):
    ask(cast.reviewer, cast.colleague)
    door = f"{ASK}{newest(db_session).id}/withdraw"
    sign_in(client, cast.department_head)
    by_another = client.post(door)
    sign_in(client, cast.other_chief)
    from_elsewhere = client.post(door)
    sign_in(client, cast.reviewer)

    by_owner = client.post(door)

    codes = [a.status_code for a in (by_another, from_elsewhere, by_owner)]
    assert codes == [404, 404, 303]
    assert newest(db_session).state is State.withdrawn


def of_disabled(session, cast):
    cast.colleague.account.is_disabled = True
    return cast.reviewer, cast.colleague, "继任人没有可用的账号，请改提其他人员。"


def of_disabled_administrator(session, cast):
    made = make.assignment(
        session, cast.colleague.account, cast.school, cast.reviewer.role
    )
    made.is_disabled = True
    return cast.reviewer, cast.colleague, "已禁用，不能设为超级管理员"


def of_department_administrator(session, cast):
    make.assignment(
        session,
        cast.colleague.account,
        cast.school,
        cast.reviewer.role,
        department=cast.office,
    )
    return cast.reviewer, cast.colleague, "仅限管理部门，不能设为超级管理员"


def of_the_chief(session, cast):
    cast.chief.account.person.name = "钱校长"
    return cast.reviewer, cast.chief.account.person, "该管理员已经是超级管理员。"


def a_second_one(session, cast):
    row = m.Succession(
        unit_id=cast.school.id,
        successor_id=cast.teacher.id,
        filed_by_id=cast.school.id,
        requested_by_id=cast.reviewer.account.person_id,
        reason="已退休",
    )
    session.add(make.waiting(row, cast.bureau))
    return cast.reviewer, cast.colleague, "该单位已有待审核的继任申请"


REFUSALS = {
    "of a disabled account": of_disabled,
    "of a disabled administrator": of_disabled_administrator,
    "of one limited to a department": of_department_administrator,
    "of the chief": of_the_chief,
    "a second one": a_second_one,
}


@pytest.mark.parametrize("case", REFUSALS)
def test_wrong_request_is_refused_in_words(case, ask, cast, db_session):
    who, person, sentence = REFUSALS[case](db_session, cast)
    db_session.commit()
    before = [row.id for row in db_session.scalars(select(m.Succession))]

    answer = ask(who, person)

    db_session.rollback()
    assert answer.status_code == 422
    assert sentence in answer.text
    assert [row.id for row in db_session.scalars(select(m.Succession))] == before


def test_a_chief_is_told_at_once_what_is_missing_and_how_to_hand_over(
    ask, client, cast, db_session
):
    empty = {"name": "", "id_number": "", "reason": "", "unit_id": ""}

    answer = ask(cast.bureau_chief, cast.colleague, **empty).text
    foreign = ask(cast.bureau_chief, cast.colleague, unit_id=cast.base.id).text
    sign_in(client, cast.reviewer)
    helper = client.get(ASK).text

    missing = re.findall(r'<a href="#(\w+)">[^<]+</a>：此项必填，请填写。', answer)
    assert missing == ["unit_id", "id_number", "name", "reason"]
    assert '下级单位<span class="star"' in answer
    assert "请用“管理单位管理员”中的“设为超级管理员”" in answer
    assert 'id="unit_id-error">请选择单位。<' in foreign
    assert "下级单位<" not in helper
    assert db_session.scalars(select(m.Succession)).all() == []


def test_who_is_not_chief_may_leave_the_unit_below_empty(ask, client, cast, db_session):
    role = make.chief_role(db_session, cast.bureau.kind)
    deputy = make.administrator(db_session, cast.bureau, role, is_chief=False)
    db_session.commit()
    sign_in(client, deputy)

    page = client.get(ASK).text
    sent = ask(deputy, cast.colleague, unit_id="")

    assert "不选表示本单位" in page
    assert "下级单位</label>" in page
    assert (sent.status_code, newest(db_session).unit_id) == (303, cast.bureau.id)


def test_who_became_unfit_meanwhile_does_not_follow(ask, decide, cast, db_session):
    ask(cast.reviewer, cast.colleague)
    cast.colleague.account.is_disabled = True
    db_session.commit()

    answer = decide(cast.bureau_chief)

    assert "继任人没有可用的账号" in answer.text
    assert newest(db_session).state is State.pending
    assert chiefs(db_session, cast.school) == [cast.chief.account_id]


def test_who_stands_elsewhere_asks_nothing(client, cast):
    codes = {}
    for name in ("other_chief", "base_chief", "teacher", "superuser"):
        sign_in(client, getattr(cast, name))
        form = {"unit_id": cast.school.id, "reason": "原因", "name": "李老师"}
        answer = client.post(ASK, data=form | {"id_number": cast.colleague.id_number})
        codes[name] = answer.status_code

    assert codes == {
        "other_chief": 422,
        "base_chief": 403,
        "teacher": 403,
        "superuser": 403,
    }


def test_page_of_a_unit_directly_below_leads_to_the_request(client, cast):
    pages = {}
    for who, unit in (
        (cast.bureau_chief, cast.school),
        (cast.city_chief, cast.school),
        (cast.city_chief, cast.bureau),
    ):
        sign_in(client, who)
        pages[who, unit] = client.get(f"/admin/subordinate-units/details/?id={unit.id}")
    link = f'href="{ASK}?unit='

    found = [link in page.text for page in pages.values()]
    sign_in(client, cast.bureau_chief)
    form = client.get(f"{ASK}?unit={cast.school.id}").text

    assert found == [True, False, True]
    assert f'<option value="{cast.school.id}" selected>第一中学</option>' in form
    assert cast.chief.account.person.name in form
