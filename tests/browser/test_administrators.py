"""Administrators of a unit in a real browser, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from admin_app import models as m
from tests import factories as make
from tests.browser.acting import choose, fill, sign_in
from tests.browser.conftest import DESK, PHONE
from tests.browser.witness import overflow, take_picture

ADMINS = "/admin/unit-admins/"
PASSWORD = "Peony-2026-hill"
SIZES = {"desk": DESK, "phone": PHONE}


@pytest.fixture
def role(db_session, cast):
    """A role of the school that its chief may give."""
    school = cast.school
    made = make.role(
        db_session,
        "person_query:view",
        unit=school,
        unit_kind=school.kind,
        name="经办人",
    )
    db_session.commit()
    return made


def chief_of(session, unit):
    session.rollback()
    return session.scalars(
        select(m.AdminAssignment.account_id).where(
            m.AdminAssignment.unit_id == unit.id, m.AdminAssignment.is_chief
        )
    ).all()


def button(page, name):
    return page.locator("main").get_by_role("button", name=name)


def take_on(page, number):
    """Take on one of the unit's own and somebody new; the new one's password."""
    main = page.locator("main")
    main.get_by_role("link", name="新增").click()
    choose(page, "专业技术人员", "李老师")
    choose(page, "角色", "经办人")
    button(page, "添加管理员").click()
    expect(main).to_contain_text("李老师")
    main.get_by_role("link", name="新增").click()
    main.get_by_role("link", name="新用户").click()
    button(page, "添加管理员").click()
    expect(page.get_by_label("身份证号码")).to_be_focused()
    fill(
        page,
        {
            "身份证号码": number,
            "姓名": "周敏",
            "手机号码": "15400000001",
            "电子邮箱": "zhou@example.com",
        },
    )
    choose(page, "角色", "经办人")
    take_picture(page, "new-administrator")
    button(page, "添加管理员").click()
    return page.locator("#one-time-code").inner_text()


@pytest.mark.feature("U20", "U21", "U22", "U23", "U24", "X13")
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_chief_takes_on_resets_lets_go_and_hands_over(
    size, enter, visit, live_server, cast, role, db_session
):
    page = enter(cast.chief, size=size)
    page.goto(ADMINS)
    main = page.locator("main")
    number = make.id_number()
    code = take_on(page, number)
    assert overflow(page) == 0
    main.get_by_role("link", name="返回列表").click()
    expect(main).to_contain_text("周敏")
    expect(main).not_to_contain_text(code)

    # The new one enters with it and must change it.
    newcomer = visit(live_server)
    sign_in(newcomer, "employer", number, code)
    newcomer.wait_for_url("**/password")
    fill(newcomer, {"原密码": code, "新密码": PASSWORD, "确认新密码": PASSWORD})
    button(newcomer, "保存").click()
    newcomer.wait_for_url("**/admin/")

    # Reset: the own password is asked for; the other's sessions end.
    page.goto(ADMINS)
    row = page.get_by_role("row").filter(has_text="周敏")
    row.get_by_role("link", name="重置密码").click()
    expect(main).to_contain_text("确定重置周敏的登录密码吗？")
    fill(page, {"您的登录密码": make.PASSWORD})
    button(page, "重置密码").click()
    expect(page.locator("#one-time-code")).not_to_have_text(code)
    newcomer.goto("/admin/")
    newcomer.wait_for_url(re.compile("/sign-in/"))

    # The right goes, the account stays.
    page.goto(ADMINS)
    page.get_by_role("row").filter(has_text="周敏").get_by_role(
        "link", name="查看"
    ).click()
    button(page, "删除").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("其个人账号会保留")
    dialog.get_by_role("button", name="删除").click()
    expect(page.locator("#list")).not_to_contain_text("周敏")

    # Handing over: what will happen is said, then done.
    page.get_by_role("row").filter(has_text="李老师").get_by_role(
        "link", name="设为超级管理员"
    ).click()
    expect(main).to_contain_text(
        "您（" + cast.chief.account.person.name + "）将立即失去"
    )
    assert overflow(page) == 0
    take_picture(page, "hand-over")
    button(page, "设为超级管理员").click()
    page.wait_for_url("**/sign-in/employer")
    expect(page.locator("body")).to_contain_text("您不再管理该单位")
    assert chief_of(db_session, cast.school) == [cast.colleague.account.id]


@pytest.mark.feature("R04", "X13")
def test_a_unit_without_its_chief_is_helped_by_its_superior(enter, cast, db_session):
    asking = enter(cast.reviewer, size=PHONE)
    asking.goto("/admin/succession/")
    fill(
        asking,
        {
            "继任人姓名": "李老师",
            "继任人身份证号码": cast.colleague.id_number,
            "申请理由": "原超级管理员已调离，无法联系",
        },
    )
    assert overflow(asking) == 0
    button(asking, "提交申请").click()
    expect(asking.locator("main")).to_contain_text("申请已提交，请等待审核。")
    take_picture(asking, "succession")

    deciding = enter(cast.bureau_chief)
    deciding.goto("/admin/review-successions/")
    row = deciding.get_by_role("row").filter(has_text="第一中学")
    row.get_by_role("checkbox").check()
    deciding.locator(".batch-bar").get_by_role("button", name="通过").click()
    expect(deciding.locator("main")).to_contain_text("原超级管理员失去管理权限")
    button(deciding, "通过").click()
    deciding.get_by_text("成功 1 条，未办理 0 条").wait_for()
    assert chief_of(db_session, cast.school) == [cast.colleague.account.id]
