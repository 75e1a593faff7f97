"""An authority takes hours back; the superuser publishes another chain."""

import pytest
from playwright.sync_api import expect

from admin_app.enums import Action
from admin_app.workflows import perform
from tests import factories as make
from tests.browser.acting import choose
from tests.browser.conftest import PHONE
from tests.browser.witness import overflow
from tests.cast import actor
from tests.declaring import picture


@pytest.mark.feature("R05")
def test_hours_are_taken_back_and_the_person_reads_why(enter, cast, db_session, now):
    record = make.waiting(
        make.declaration(db_session, cast.teacher, title="智能制造研修班"),
        cast.city,
        step=2,
    )
    db_session.flush()
    perform(
        db_session,
        actor=actor(db_session, cast.city_chief),
        record=record,
        action=Action.approve,
        now=now,
    )
    db_session.commit()
    page = enter(cast.city_chief, size=PHONE)

    page.goto("/admin/revoke-hours/")
    page.locator("tbody tr").first.get_by_role("checkbox").check()
    page.locator(".batch-bar").get_by_role("button", name="撤销学时").click()
    page.locator("main").get_by_role("button", name="撤销学时").click()
    expect(page.locator("textarea[name=comment]:invalid")).to_be_attached()
    page.locator("textarea[name=comment]").fill("证书与原件不符")
    image, name = picture()
    page.set_input_files(
        "input[type=file]",
        {"name": name, "mimeType": "image/jpeg", "buffer": image.getvalue()},
    )
    assert overflow(page) == 0
    page.locator("main").get_by_role("button", name="撤销学时").click()
    page.get_by_text("成功 1 条，未办理 0 条").wait_for()

    own = enter(cast.teacher, size=PHONE)
    own.goto(f"/me/declarations/{record.id}")
    expect(own.locator("main")).to_contain_text("证书与原件不符")
    assert overflow(own) == 0


@pytest.mark.feature("R04")
def test_next_edition_of_a_chain_is_tried_and_published(enter, cast):
    page = enter(cast.superuser)

    page.goto("/admin/approval-chains/")
    row = page.get_by_role("row", name="个人申报")
    row.get_by_role("link", name="查看").click()
    page.get_by_role("button", name="拟定新版本").click()
    page.locator("main").get_by_role("button", name="拟定新版本").click()
    page.get_by_text("成功 1 条，未办理 0 条").wait_for()
    page.goto("/admin/approval-chains/?tab=draft")
    page.get_by_role("link", name="编辑").click()
    choose(page, "第 1 步", "逐级上级直至人社部门")
    choose(page, "第 2 步", "—")
    page.get_by_role("button", name="保存草稿").click()
    page.goto("/admin/approval-chains/?tab=draft")
    page.get_by_role("link", name="查看").click()
    choose(page, "单位", cast.school.name)
    trial = page.locator("#trial")
    trial.get_by_role("button", name="查看").click()
    expect(trial).to_contain_text(cast.bureau.name)
    expect(trial.locator(".history li").last).to_contain_text("终审")
    page.get_by_role("button", name="发布").click()
    page.locator("main").get_by_role("button", name="发布").click()
    page.get_by_label("您的登录密码").fill(make.PASSWORD)
    page.get_by_role("button", name="继续办理").click()
    page.get_by_text("成功 1 条，未办理 0 条").wait_for()
    page.goto("/admin/approval-chains/")
    expect(page.get_by_role("row", name="个人申报")).to_contain_text(
        "逐级上级直至人社部门"
    )
