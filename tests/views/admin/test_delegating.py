"""委托办理 on its page, and how decisions are told afterwards."""

import re

import pytest
from sqlalchemy import select

from admin_app import models as m
from tests import factories as make
from tests.browsing import sign_in
from tests.operations.test_delegations import another_chief

PAGE = "/admin/delegate/"


@pytest.fixture(autouse=True)
def _in_november(app, now):
    app.extensions["clock"] = lambda: now


@pytest.mark.feature("X06")
def test_colleague_decides_in_the_name_of_who_is_away(client, cast, db_session, now):
    colleague = another_chief(db_session, cast)
    row = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    sign_in(client, cast.chief, at=now)
    wish = {
        "delegate_id": colleague.account_id,
        "starts_on": "2025-11-18",
        "ends_on": "2025-11-20",
    }

    sent = client.post(PAGE, data=wish)
    listed = client.get(PAGE).text
    sign_in(client, colleague, at=now)
    box = {"action": "approve", "rowid": row.id, "confirmed": "1"}
    client.post("/admin/approve-hours/action/", data=box)
    shown = client.get(f"/admin/approve-hours/details/?id={row.id}").text
    theirs = sign_in(client, cast.teacher, at=now).get(f"/me/declarations/{row.id}")

    names = [who.account.person.name for who in (colleague, cast.chief)]
    assert sent.status_code == 303
    assert "进行中" in listed
    told = f"{names[0]}（代{names[1]}）"
    assert told in shown
    assert told in theirs.text


def offered(page):
    """The accounts that may be chosen."""
    select_box = page.split('name="delegate_id"')[1].partition("</select>")[0]
    return [int(key) for key in re.findall(r'<option value="(\d+)"', select_box)]


@pytest.mark.feature("X06")
def test_only_who_could_decide_is_offered_and_nobody_is_said(
    client, cast, db_session, now
):
    sign_in(client, cast.chief, at=now)
    alone = client.get(PAGE).text
    colleague = another_chief(db_session, cast)
    locked = another_chief(db_session, cast)
    locked.account.is_disabled = True
    db_session.commit()

    page = client.get(PAGE).text

    said = "目前没有可以受托的管理员"
    assert (offered(alone), said in alone) == ([], True)
    assert (offered(page), said in page) == ([colleague.account_id], False)


@pytest.mark.feature("X06")
def test_wrong_delegation_is_refused_beside_the_field(client, cast, db_session, now):
    another_chief(db_session, cast)
    sign_in(client, cast.chief, at=now)

    def answer(account_id, first="2025-11-18", last="2025-11-20"):
        wish = {"delegate_id": account_id, "starts_on": first, "ends_on": last}
        page = client.post(PAGE, data=wish)
        return page.status_code, page.text

    refusals = [
        (answer(cast.reviewer.account_id), "请从列表中选择。"),
        (answer(cast.department_head.account_id), "请从列表中选择。"),
        (answer(cast.chief.account_id), "请从列表中选择。"),
        (answer(cast.other_chief.account_id), "请从列表中选择。"),
        (answer("", last="2025-11-31"), "日期格式不正确"),
    ]

    assert [status for (status, _page), _sentence in refusals] == [422] * 5
    assert [sentence for (_s, page), sentence in refusals if sentence not in page] == []
    db_session.rollback()
    assert db_session.scalars(select(m.Delegation)).all() == []


def test_delegation_is_ended_by_who_made_it(client, cast, db_session, now):
    colleague = another_chief(db_session, cast)
    row = m.Delegation(
        unit_id=cast.school.id,
        account_id=cast.chief.account_id,
        delegate_id=colleague.account_id,
        starts_on=now.date(),
        ends_on=now.date(),
    )
    db_session.add(row)
    db_session.commit()
    address = f"{PAGE}{row.id}/withdraw"

    answers = [
        sign_in(client, who, at=now).post(address).status_code
        for who in (colleague, cast.other_chief, cast.chief)
    ]

    assert answers == [404, 404, 303]
    assert "已撤回" in client.get(PAGE).text
