"""What goes wrong at a desk: impatience, an expired session, a forgotten field."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from admin_app import models as m
from admin_app.enums import State
from tests import factories as make
from tests.browser.acting import choose, field_of, fill, named, pick
from tests.browser.conftest import PHONE
from tests.browser.witness import take_picture
from tests.declaring import picture

NEW = "/me/declarations/new?form=training_workshop"
with_or_without_scripts = pytest.mark.parametrize(
    "scripts", [True, False], ids=["scripted", "plain"]
)


def type_declaration(page, *, scripts=True):
    page.goto(NEW)
    choose(page, "计入年度", "2025")
    fill(page, {"项目名称": "专业技能培训班", "主办单位": "河南省测试协会"})
    choose(page, "主办单位类别", "行业组织")
    choose(page, "班次类别", "培训班、研修班、进修班")
    page.get_by_label("培训时间 开始日期").fill("2025-03-03")
    page.get_by_label("培训时间 结束日期").fill("2025-03-05")
    fill(page, {"培训天数": "3"})
    if scripts:
        page.get_by_label(named("备注")).focus()
        expect(page.locator("#hours")).to_contain_text("24")


def declarations(session):
    session.rollback()
    return list(session.scalars(select(m.Declaration).order_by(m.Declaration.id)))


def test_another_region_makes_unit_and_department_void(page, cast, db_session):
    cast.province.region_id = make.reference(db_session, m.Region, "410000").id
    db_session.commit()
    page.goto("/register/individual")
    pick(page, "用人单位所属区域", "郑州市", "中原区")
    pick(page, "单位", cast.school.name)
    pick(page, "部门", "教务处")

    pick(page, "用人单位所属区域", "洛阳市")

    for label in ("单位", "部门"):
        expect(field_of(page, label).locator("output")).to_have_text("请选择")
        expect(field_of(page, label).locator("input[type=hidden]")).to_have_value("")


def test_who_leaves_what_was_typed_is_asked_first(enter, cast, db_session):
    page = enter(cast.teacher, size=PHONE)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    type_declaration(page)
    with page.expect_navigation():
        page.get_by_role("link", name="取消").click()
    assert asked == []

    type_declaration(page)
    with page.expect_event("dialog"):
        page.get_by_role("link", name="首页").first.click(no_wait_after=True)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("项目名称")).to_have_value("专业技能培训班")

    page.get_by_role("button", name="保存不提交").click()
    expect(page.get_by_role("heading", name="专业技能培训班")).to_be_visible()
    page.goto("/me/")
    assert (len(asked), len(declarations(db_session))) == (1, 1)


def test_what_was_typed_outlives_another_sign_in(enter, cast, db_session):
    page = enter(cast.teacher, size=PHONE)
    type_declaration(page)
    other = page.context.new_page()
    other.goto("/me/")
    other.locator("form[action='/sign-out'] button").first.evaluate("it => it.click()")
    other.wait_for_url("**/")
    other.goto("/sign-in/individual")
    fill(other, {"登录账户": cast.teacher.id_number, "密码": make.PASSWORD})
    other.locator("form#form").get_by_role("button", name="登录").click()
    other.wait_for_url("**/me/")

    page.get_by_role("button", name="保存不提交").click()
    expect(page.locator("main")).to_contain_text("现在的身份是 王老师 · 专业技术人员")
    take_picture(page, "resume-anew")
    page.get_by_role("button", name="继续提交").click()

    expect(page.get_by_role("heading", name="专业技能培训班")).to_be_visible()
    [kept] = declarations(db_session)
    assert kept.answers["organizer"] == "河南省测试协会"


@pytest.mark.feature("P16")
def test_hours_count_what_was_typed_while_the_last_answer_arrived(enter, cast):
    page = enter(cast.teacher)
    type_declaration(page)
    days = page.get_by_label(named("培训天数"))

    def type_before_the_answer(route):
        answer = route.fetch()
        days.press("End")
        days.press("Backspace")
        days.press("2")
        route.fulfill(response=answer)

    page.route("**/declarations/hours", type_before_the_answer, times=1)
    with page.expect_response("**/declarations/hours"):
        days.fill("1")
        page.get_by_label(named("备注")).focus()

    expect(page.locator("#hours")).to_contain_text("16")


@with_or_without_scripts
def test_double_click_makes_one_record(enter, cast, db_session, scripts):
    page = enter(cast.teacher, java_script_enabled=scripts)
    type_declaration(page, scripts=scripts)

    page.get_by_role("button", name="保存不提交").dblclick()

    expect(page.get_by_role("heading", name="专业技能培训班")).to_be_visible()
    assert [row.state for row in declarations(db_session)] == [State.draft]


@pytest.mark.feature("P19")
def test_what_was_typed_outlives_the_session(enter, cast, db_session, now, complaints):
    page = enter(cast.teacher, size=PHONE)
    type_declaration(page)
    long_ago = now - dt.timedelta(hours=3)
    db_session.execute(update(m.UserSession).values(last_seen_at=long_ago))
    db_session.commit()

    # The page asks for its hours again, and is told that the session is over.
    for days in ("2", "3"):
        with page.expect_response("**/declarations/hours"):
            fill(page, {"培训天数": days})
            page.get_by_label(named("备注")).focus()
        expect(page.get_by_role("alert")).to_contain_text("填写的内容还在")
    page.get_by_role("button", name="保存不提交").click()
    fill(page, {"登录账户": cast.teacher.id_number, "密码": make.PASSWORD})
    page.locator("form#form").get_by_role("button", name="登录").click()
    take_picture(page, "resume")
    page.get_by_role("button", name="继续提交").click()

    expect(page.get_by_role("heading", name="专业技能培训班")).to_be_visible()
    [kept] = declarations(db_session)
    assert (kept.title, kept.computed, kept.state) == (
        "专业技能培训班",
        24,
        State.draft,
    )
    assert kept.answers["organizer"] == "河南省测试协会"
    # Of the refused questions the browser tells, and late.
    assert [line for line in complaints if "401" not in line] == []
    complaints.clear()


@pytest.mark.feature("P16")
def test_refused_form_leads_the_keyboard_to_its_first_error(enter, cast, db_session):
    page = enter(cast.teacher)
    type_declaration(page)
    fill(page, {"申报学时": "30"})
    # A request that is under way would be broken off by the next page.
    with page.expect_response("**/declarations/hours"):
        page.get_by_role("button", name="提交", exact=True).focus()

    page.keyboard.press("Enter")

    field = field_of(page, "申报学时")
    expect(field).to_contain_text("超过按规则计算的 24 学时")
    expect(field.locator("input")).to_be_focused()
    take_picture(page, "refused")
    assert declarations(db_session) == []


@pytest.mark.feature("P16")
@pytest.mark.parametrize(
    ("label", "value", "fault"),
    [
        ("培训天数", "999999", "rangeOverflow"),
        ("培训天数", "0", "rangeUnderflow"),
        ("培训天数", "0.3", "stepMismatch"),
        ("培训时间 开始日期", "2099-01-01", "rangeOverflow"),
        ("培训时间 结束日期", "2025-03-02", "rangeUnderflow"),
    ],
)
def test_what_is_out_of_its_limits_is_told_with_them(enter, cast, label, value, fault):
    page = enter(cast.teacher)
    type_declaration(page)
    control = page.get_by_label(named(label))
    control.fill(value)

    page.get_by_role("button", name="提交", exact=True).click()

    told = control.evaluate(
        "(it, fault) => it.validity[fault] && it.validationMessage", fault
    )
    note = page.locator(".field", has=control).locator(".field-error")
    expect(note).to_have_text(told)
    expect(control).to_be_focused()
    page.get_by_label("培训时间 开始日期").fill("2025-03-01")
    control.fill("3" if label == "培训天数" else "2025-03-01")
    expect(note).to_have_count(0)
    # Hours are still being asked for.
    page.goto("about:blank")


@pytest.mark.feature("X11")
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_buttons_of_a_form_stand_above_the_pages_of_a_phone(
    enter, live_server, cast, locale
):
    page = enter(cast.teacher, size=PHONE)
    chosen = {"name": "locale", "value": locale, "url": live_server}
    page.context.add_cookies([chosen])

    page.goto(NEW)

    pages = page.locator(".portal-nav").bounding_box()
    for button in page.locator(".submit-row .btn").all():
        box = button.bounding_box()
        assert box["y"] + box["height"] <= pages["y"]


def test_filter_gives_the_same_rows_with_and_without_scripts(enter, cast, db_session):
    for name in ("李文", "李武", "张文"):
        make.person(db_session, cast.school, name=name)
    db_session.commit()
    found = {}
    for scripts in (True, False):
        page = enter(cast.chief, java_script_enabled=scripts)
        page.goto("/admin/person-query/")
        before = page.locator("#list tbody tr").count()
        page.locator("input[name=search]").fill("李")
        if not scripts:
            page.get_by_role("button", name="查询", exact=True).click()
        expect(page.locator("#list tbody tr")).to_have_count(3)
        found[scripts] = (before, page.locator("#list tbody tr").all_inner_texts())

    scripted, plain = found[True], found[False]

    assert {row.split()[0] for row in plain[1]} == {"李老师", "李文", "李武"}
    assert scripted == plain
    assert scripted[0] == 5


@pytest.mark.feature("X05")
def test_way_back_from_an_act_leads_to_the_list(enter, cast, db_session):
    make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    page = enter(cast.chief)
    page.goto("/admin/approve-hours/")
    page.locator("input[name=rowid]").check()
    page.get_by_role("button", name="通过").first.click()
    page.locator("form[data-settled-at]").get_by_role("button", name="通过").click()
    expect(page.locator("main")).to_contain_text("成功 1 条")

    page.go_back()
    expect(page).to_have_url(re.compile("/admin/approve-hours/"))
    expect(page.locator("h1")).to_have_text("学时学分审批")
    page.go_back()

    expect(page.locator("h1")).to_have_text("学时学分审批")


@pytest.mark.feature("U36")
def test_people_are_chosen_one_after_the_other(enter, cast, db_session):
    page = enter(cast.chief)
    page.goto("/admin/declare/new")
    field = field_of(page, "申报人员")
    words = field.locator(".ts-control input")

    for person in (cast.teacher, cast.colleague):
        words.click()
        words.press_sequentially(person.name[:2])
        page.get_by_role("option", name=person.name).first.click()

    expect(field.locator(".ts-control .item")).to_have_count(2)
    expect(words).to_have_value("")
    # Hours are still being asked for.
    page.goto("about:blank")


def test_keyboard_sees_where_it_is(enter, cast):
    page = enter(cast.chief)
    page.goto("/admin/approve-hours/")
    button = page.get_by_role("button", name="查询").first

    page.keyboard.press("Tab")
    button.focus()

    outline = button.evaluate("b => getComputedStyle(b).outlineStyle")
    assert outline == "solid"


@pytest.mark.feature("P18")
def test_pictures_need_not_be_chosen_again_after_a_mistake(
    enter, cast, db_session, tmp_path
):
    file = tmp_path / "证书.jpg"
    file.write_bytes(picture(size=(400, 300))[0].getvalue())
    page = enter(cast.teacher, size=PHONE)
    type_declaration(page)
    page.get_by_label(named("附件")).set_input_files(file)
    fill(page, {"申报学时": "999"})
    page.get_by_role("button", name="提交").first.click()
    kept = page.locator("input[name=kept]")
    expect(kept).to_be_checked()
    take_picture(page, "kept")

    fill(page, {"申报学时": "24"})
    page.get_by_role("button", name="提交").first.click()
    page.wait_for_url(re.compile(r"/me/declarations/\d+$"))

    [record] = declarations(db_session)
    assert record.state is State.pending
    assert [a.file_name for a in record.attachments] == ["证书.jpg"]
