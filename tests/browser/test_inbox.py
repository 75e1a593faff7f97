"""An administrator decides by keys, at a desk; the same list on a phone."""

import pytest
from playwright.sync_api import expect

from admin_app.enums import State
from tests import factories as make
from tests.browser.conftest import DESK, PHONE


@pytest.mark.feature("X05")
def test_queue_is_worked_through_by_keys(enter, cast, db_session):
    rows = [
        make.declaration(db_session, cast.teacher, title=f"培训{n}") for n in "甲乙"
    ]
    rows += [make.person_change(db_session, cast.colleague)]
    for row in rows:
        make.waiting(row, cast.school)
    db_session.commit()
    page = enter(cast.chief, size=DESK)

    page.goto("/admin/inbox/")
    page.keyboard.press("?")
    expect(page.get_by_text("下一条、上一条")).to_be_visible()
    page.get_by_label("申请人姓名").press("a")
    expect(page.get_by_label("申请人姓名")).to_have_value("a")
    page.goto("/admin/inbox/")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-kind-batch]:visible")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.locator("main")).to_contain_text("确定驳回这 1 条记录吗？")
    expect(page.locator("main")).to_contain_text("培训乙")
    page.get_by_role("link", name="取消").click()
    page.wait_for_url("**/admin/inbox/")
    page.keyboard.press("j")
    expect(page.locator("tbody a").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("培训甲")
    page.get_by_role("link", name="返回").click()
    page.wait_for_url("**/admin/inbox/")
    page.keyboard.press("a")
    page.get_by_text("确定通过这 1 条记录吗？").wait_for()
    page.locator("main").get_by_role("button", name="通过").click()
    expect(page.get_by_text("成功 1 条，未办理 0 条")).to_be_visible()
    page.get_by_role("link", name="返回列表").click()
    expect(page.locator("tbody tr")).to_have_count(2)

    phone = enter(cast.chief, size=PHONE)
    phone.goto("/admin/inbox/")
    expect(phone.locator("tbody tr")).to_have_count(2)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    phone.locator("tbody a").first.click()
    phone.get_by_role("button", name="通过").click()
    phone.get_by_role("button", name="确定，看下一条").click()
    expect(phone.get_by_role("status")).to_contain_text("已通过")
    expect(phone.get_by_role("link", name="下一条")).to_be_visible()
    db_session.expire_all()
    assert rows[0].decider_id == cast.bureau.id
    assert rows[1].state is State.pending
