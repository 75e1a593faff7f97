"""管理下级单位: who administers the units below, and who of them may review (U25, U26)."""

import re

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import State, UnitKind
from tests import factories as make
from tests.browsing import sign_in, table_rows

URL = "/admin/subordinate-units/"


@pytest.fixture
def as_bureau(client, cast):
    """A browser of the chief administrator of the school's bureau."""
    return sign_in(client, cast.bureau_chief)


@pytest.fixture
def waiting(cast, db_session):
    """Three declarations that wait at the school."""
    rows = [
        make.waiting(make.declaration(db_session, cast.teacher), cast.school)
        for _ in range(3)
    ]
    db_session.commit()
    return rows


def act(client, name, *units, confirmed="1"):
    data = {"action": name, "rowid": [u.id for u in units], "confirmed": confirmed}
    return client.post(f"{URL}action/", data=data)


def cells(page):
    """Each row of the list by the unit's name: label and text of every cell."""
    return {row["单位名称"]: row for row in table_rows(page)}


def outlook(page):
    """What the confirmation expects: numbers, each with what becomes of them."""
    box = page.text[page.text.index('class="outlook"') :].partition("</ul>")[0]
    line = r"<li>(?:<strong>(\d+)</strong>.*?)?<span>([^<]*)</span>"
    return {text: int(count or 0) for count, text in re.findall(line, box)}


def fresh(session, row):
    session.rollback()
    return session.get(type(row), row.id, populate_existing=True)


def changes(page):
    """The acts and values that the table of changes tells, the latest first."""
    table = page.text[page.text.index("变更记录") :]
    return re.findall(r'data-label="(?:操作|信息项|变更后)"[^>]*title="([^"]*)"', table)


@pytest.mark.feature("U25")
def test_list_tells_chief_contact_people_and_backlog_of_each_unit(
    as_bureau, cast, db_session, waiting
):
    school = db_session.get(m.Unit, cast.school.id)
    school.contact = "刘主任"
    make.person(db_session, cast.school, is_active=False)
    db_session.commit()

    told = cells(as_bureau.get(URL).text)

    chief = cast.chief.account.person.name
    assert told.keys() == {"第一中学", "第二中学"}
    assert {
        label: told["第一中学"][label]
        for label in ("联系人", "单位电话", "超级管理员", "人员", "待审批", "状态")
    } == {
        "联系人": "刘主任",
        "单位电话": school.phone,
        "超级管理员": chief,
        "人员": "2",
        "待审批": "3",
        "状态": "正常",
    }
    assert told["第二中学"]["待审批"] == "0"


@pytest.mark.feature("U25")
def test_tree_opens_from_the_own_unit_downwards(client, cast):
    sign_in(client, cast.city_chief)
    top = client.get(f"{URL}?tab=tree").text
    page = client.get(f"{URL}?tab=tree&parent={cast.bureau.id}").text
    above = client.get(f"{URL}?tab=tree&parent={cast.province.id}")
    beside = client.get(f"{URL}?tab=tree&parent={cast.base.id}")

    names = r'class="tree-name"[^>]*>([^<]*)<'
    assert re.findall(names, top) == ["市教育局"]
    assert re.findall(names, page) == ["第一中学", "第二中学"]
    assert (above.status_code, beside.status_code) == (404, 404)


@pytest.mark.feature("U25")
def test_export_holds_what_the_list_tells(as_bureau, cast, waiting):
    sign_in(as_bureau, cast.bureau_chief, proven=True)

    body = as_bureau.post(f"{URL}export/csv/").get_data(as_text=True)

    header, *lines = body.lstrip("\ufeff").splitlines()
    [line] = [line.split(",") for line in lines if "第一中学" in line]
    assert line[header.split(",").index("待审批")] == "3"


@pytest.mark.feature("U26")
def test_closing_says_where_the_queue_goes_moves_it_and_leaves_a_trace(
    as_bureau, cast, db_session, waiting
):
    asked = act(as_bureau, "close_review", cast.school, confirmed="")
    before = fresh(db_session, cast.school).has_review_right
    done = act(as_bureau, "close_review", cast.school)
    details = as_bureau.get(f"{URL}details/?id={cast.school.id}")

    events = select(m.WorkflowEvent.next_unit_id).where(
        m.WorkflowEvent.record_id.in_([row.id for row in waiting])
    )
    assert outlook(asked) == {
        "关闭学时学分审批环节，以后的申报直接报送上级": 0,
        "待审批申报转由市教育局审批": 3,
    }
    assert "可以随时恢复，恢复后，已转由上级办理的不再退回。" in asked.text
    assert before is True
    assert "已将 3 条待审批申报转上级审批。" in done.text
    assert fresh(db_session, cast.school).has_review_right is False
    assert {fresh(db_session, row).decider_id for row in waiting} == {cast.bureau.id}
    assert db_session.scalars(events).all() == [cast.bureau.id] * 3
    assert changes(details)[:3] == ["关闭审核权限", "转上级审批的申报", "3"]
    assert cells(as_bureau.get(URL).text)["第一中学"]["状态"] == "审核权限已关闭"


@pytest.mark.feature("U26")
def test_reopening_gives_the_step_back_and_leaves_a_trace(as_bureau, cast, db_session):
    act(as_bureau, "close_review", cast.school)
    offered = as_bureau.get(f"{URL}details/?id={cast.school.id}").text

    act(as_bureau, "open_review", cast.school)

    details = as_bureau.get(f"{URL}details/?id={cast.school.id}")
    assert "恢复审核权限" in offered
    assert 'value="close_review"' not in offered
    assert fresh(db_session, cast.school).has_review_right is True
    assert "恢复审核权限" in changes(details)


@pytest.mark.feature("U26")
@pytest.mark.parametrize("name", ["close_review", "disable"])
def test_an_hr_authority_keeps_its_step(client, cast, db_session, name):
    sign_in(client, cast.province_chief)

    asked = act(client, name, cast.city, cast.school, confirmed="")
    done = act(client, name, cast.city, cast.school)
    details = client.get(f"{URL}details/?id={cast.city.id}").text

    sentence = {
        "close_review": "人社部门的审批环节不能跳过，不能关闭其审核权限。",
        "disable": "人社部门的审批环节不能跳过，不能停用。",
    }[name]
    city = fresh(db_session, cast.city)
    assert outlook(asked)[f"不能办理：{sentence}"] == 1
    assert sentence in done.text
    assert "成功 1 条，未办理 1 条" in done.text
    assert (city.has_review_right, city.is_active) == (True, True)
    assert f'value="{name}"' not in details


@pytest.mark.feature("U26")
def test_closing_a_whole_branch_says_where_all_of_it_ends(
    client, cast, db_session, waiting
):
    sign_in(client, cast.city_chief)

    asked = act(client, "close_review", cast.bureau, cast.school, confirmed="")
    act(client, "close_review", cast.bureau, cast.school)

    assert outlook(asked)["待审批申报转由市人社局审批"] == 3
    assert {fresh(db_session, row).decider_id for row in waiting} == {cast.city.id}


@pytest.mark.feature("U25")
def test_unit_is_put_out_of_use_and_back(as_bureau, client, cast, db_session, waiting):
    person = make.person(db_session)
    make.account(db_session, person)
    registration = make.person_registration(db_session, person, cast.school)
    make.waiting(registration, cast.school)
    db_session.commit()

    refused = act(as_bureau, "disable", cast.school).text
    registration.state, registration.decider_id = State.rejected, None
    db_session.commit()
    asked = act(as_bureau, "disable", cast.school, confirmed="")
    act(as_bureau, "disable", cast.school)
    told = cells(as_bureau.get(URL).text)["第一中学"]["状态"]
    chiefs = sign_in(client, cast.chief).get("/admin/").status_code
    sign_in(client, cast.bureau_chief)
    act(as_bureau, "enable", cast.school)

    assert outlook(asked) == {
        "停用单位：管理员不能再办理业务，人员仍可登录和查询": 0,
        "待审批申报转由市教育局审批": 3,
    }
    assert "该单位还有待其审核的事项：个人注册 1 项、" in refused
    assert (told, chiefs) == ("已停用", 303)
    assert fresh(db_session, cast.school).is_active
    assert sign_in(client, cast.chief).get("/admin/").status_code == 200


@pytest.mark.feature("U26")
@pytest.mark.requirement("AZ-02")
def test_who_may_only_look_closes_nothing(client, cast, db_session):
    role = make.role(db_session, "subordinate_units:view", unit=cast.bureau)
    looker = make.administrator(db_session, cast.bureau, role)
    db_session.commit()
    sign_in(client, looker)

    page = client.get(URL).text
    answers = [
        act(client, name, cast.school).status_code
        for name in ("close_review", "open_review", "disable", "enable")
    ]

    assert 'name="action"' not in page
    assert answers == [403] * 4
    assert fresh(db_session, cast.school).has_review_right


@pytest.mark.feature("U26")
def test_closing_twice_is_refused_for_that_row(as_bureau, cast):
    act(as_bureau, "close_review", cast.school)

    again = act(as_bureau, "close_review", cast.school, cast.other_school)

    assert "该单位的审核权限已关闭，请刷新后查看。" in again.text
    assert "成功 1 条，未办理 1 条" in again.text


@pytest.mark.feature("U25")
def test_details_tell_all_administrators_with_masked_numbers(
    as_bureau, cast, db_session
):
    chief = db_session.get(m.AdminAssignment, cast.chief.id).account.person
    chief.mobile = "13812345678"
    db_session.commit()

    page = as_bureau.get(f"{URL}details/?id={cast.school.id}").text

    table = page[page.index("单位管理员</caption>") : page.index("变更记录</h2>")]
    named = re.findall(r'data-label="姓名"[^>]*title="([^"]*)"', table)
    held = (cast.chief, cast.reviewer, cast.department_head)
    assert named == [a.account.person.name for a in held]
    assert "138******78" in table
    assert "13812345678" not in page


def test_a_superior_of_another_branch_sees_none_of_it(client, cast, db_session):
    elsewhere = make.unit(db_session, cast.province, kind=UnitKind.hr_authority)
    stranger = make.administrator(db_session, elsewhere)
    db_session.commit()
    sign_in(client, stranger)

    assert cells(client.get(URL).text) == {}
    assert act(client, "close_review", cast.school).status_code == 404


@pytest.mark.feature("U26")
def test_a_long_queue_moves_up_in_portions(as_bureau, cast, db_session, monkeypatch):
    monkeypatch.setattr("admin_app.workflows.MOST_AT_ONCE", 4)
    rows = [
        make.waiting(make.declaration(db_session, cast.teacher), cast.school)
        for _ in range(11)
    ]
    db_session.commit()

    told = act(as_bureau, "close_review", cast.school)

    assert "已将 11 条待审批申报转上级审批。" in told.text
    assert {fresh(db_session, row).decider_id for row in rows} == {cast.bureau.id}


@pytest.mark.feature("U26")
def test_a_closed_unit_reads_why_nothing_waits_for_it(as_bureau, cast, waiting):
    act(as_bureau, "close_review", cast.school)
    chief = sign_in(as_bureau, cast.chief)

    queue = chief.get("/admin/approve-hours/").text
    decided = chief.get("/admin/approve-hours/?tab=reviewed").text

    assert "本单位的学时学分审批权限已被上级关闭" in queue
    assert f"需要恢复时请联系{cast.bureau.name}" in queue
    assert "已被上级关闭" not in decided
