"""A unit asks for another superior, the old and the new one say yes; desk and phone."""

import pytest
from playwright.sync_api import expect

from admin_app.models import Unit
from tests import factories as make
from tests.browser.acting import fill, seek
from tests.browser.conftest import DESK, PHONE


def approve(page, unit):
    """Tick the unit's change in the queue, press 通过 and confirm."""
    page.goto("/admin/review-unit-changes/")
    page.get_by_role("row", name=unit).get_by_role("checkbox").check()
    page.locator(".batch-bar").get_by_role("button", name="通过").click()
    page.get_by_text("确定通过这 1 条记录吗？").wait_for()
    page.locator("main").get_by_role("button", name="通过").click()
    page.get_by_text("成功 1 条，未办理 0 条").wait_for()


@pytest.mark.feature("U17", "U35")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_unit_moves_from_one_superior_to_another(enter, cast, db_session, size):
    waiting = make.declaration(db_session, cast.teacher)
    make.waiting(waiting, cast.school)
    db_session.commit()
    school = enter(cast.chief, size=size)
    reason = {"变更原因": "豫编办〔2026〕7 号"}

    school.goto("/admin/unit-superior/")
    seek(school, "新上级部门", "人社局", cast.city.name)
    fill(school, reason)
    school.get_by_role("button", name="提交审核").click()
    blocking = school.locator("#blocking")
    expect(blocking).to_contain_text("学时学分申报 · 1 项")
    expect(school.locator(".picker-display")).to_have_text(cast.city.name)
    blocking.get_by_role("link").click()
    expect(school.locator("main")).to_contain_text(waiting.title)

    db_session.delete(waiting)
    db_session.commit()
    school.goto("/admin/unit-superior/")
    seek(school, "新上级部门", "人社局", cast.city.name)
    fill(school, reason)
    school.get_by_role("button", name="提交审核").click()
    expect(school.get_by_text("已提交，请等待上级部门审核。")).to_be_visible()
    expect(school.locator(".waiting")).to_contain_text(cast.bureau.name)

    for decider in (cast.bureau_chief, cast.city_chief):
        approve(enter(decider, size=size), cast.school.name)
    school.reload()
    expect(school.locator("main")).to_contain_text("审核通过")
    width = school.evaluate("document.documentElement.scrollWidth")
    assert width <= size[0]
    db_session.expire_all()
    assert db_session.get_one(Unit, cast.school.id).superior_id == cast.city.id
