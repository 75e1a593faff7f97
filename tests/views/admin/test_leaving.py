"""人员离岗 on the list of people, and what the person reads when declaring then."""

import re

from admin_app.enums import Standing
from admin_app.models import Person
from admin_app.views.admin import actions
from tests import factories as make
from tests.browsing import sign_in

LIST = "/admin/person-query/"


def act(client, action, *people, **more):
    box = {"action": action, "rowid": [person.id for person in people]} | more
    return client.post(f"{LIST}action/", data=box)


def offered(page):
    return set(re.findall(r'value="(retired|resigned|deceased|in_post)"', page))


def test_unit_notes_who_retires_and_takes_them_back(client, cast, db_session):
    busy = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    sign_in(client, cast.chief)
    page = f"{LIST}details/?id={cast.colleague.id}"

    before = offered(client.get(page).text)
    asked = act(client, "retired", cast.teacher, cast.colleague).text
    reason = {"confirmed": "1", "comment": "已办理退休手续"}
    result = act(client, "retired", cast.teacher, cast.colleague, **reason).text
    shown = client.get(page).text
    listed = client.get(f"{LIST}?standing=retired").text
    act(client, "in_post", cast.colleague, confirmed="1", comment="返聘")

    assert before == {"retired", "resigned", "deceased"}
    assert "确定将这 2 人登记为退休吗？" in asked
    assert "成功 1 条，未办理 1 条" in result
    assert f"有流程正在审批，不能办理离岗：{busy.title}" in result
    assert "退休" in shown
    assert offered(shown) == {"resigned", "deceased", "in_post"}
    assert cast.colleague.name in listed
    assert cast.teacher.name not in listed
    db_session.expire_all()
    standings = [row.standing for row in (cast.teacher, cast.colleague)]
    assert standings == [Standing.in_post, Standing.in_post]


def test_more_people_than_a_request_has_time_for_are_refused(
    client, cast, db_session, monkeypatch
):
    monkeypatch.setattr(actions, "MOST_TICKED", 1)
    sign_in(client, cast.chief)

    told = act(
        client, "retired", select_all="1", confirmed="1", comment="已办理退休手续"
    )

    db_session.expire_all()
    assert "一次最多办理 1 条，请用筛选条件缩小范围。" in told.text
    assert {cast.teacher.standing, cast.colleague.standing} == {Standing.in_post}


def test_nobody_notes_people_of_another_unit(client, cast, db_session):
    sign_in(client, cast.other_chief)

    act(client, "retired", cast.colleague, confirmed="1", comment="已办理退休手续")

    db_session.expire_all()
    assert db_session.get(Person, cast.colleague.id).standing is Standing.in_post
