"""The unit's own page and its subordinates, at a desk and on a phone."""

import re

import pytest

from admin_app import models as m
from tests import factories as make
from tests.browser.acting import fill
from tests.browser.conftest import DESK, PHONE
from tests.browser.witness import overflow

BOTH = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@BOTH
@pytest.mark.feature("U15")
def test_unit_is_renamed_and_the_change_stands_below(enter, cast, db_session, size):
    page = enter(cast.chief, size=size)
    page.goto("/admin/unit-profile/")

    fill(page, {"单位名称": "", "单位电话": "12"})
    page.get_by_role("button", name="保存", exact=True).click()
    focused = page.evaluate("document.activeElement.name")
    fill(page, {"单位名称": "第" * 50 + "中学", "单位电话": "0371-65500000"})
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已保存").wait_for()
    changed = page.locator("#changes tbody tr").filter(has_text="单位名称")

    assert focused == "name"
    assert changed.count() == 1
    assert overflow(page) == 0
    assert (
        db_session.get(m.Unit, cast.school.id, populate_existing=True).name[0] == "第"
    )


@BOTH
@pytest.mark.feature("U25", "U26")
def test_review_is_closed_from_the_tree_and_reopened(enter, cast, db_session, size):
    make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    page = enter(cast.city_chief, size=size)
    page.goto("/admin/subordinate-units/")
    wide = overflow(page)
    page.get_by_role("link", name="树形").click()
    page.get_by_role("link", name="市教育局的下级").click()
    row = page.locator(".tree-branch .tree-row").filter(has_text="第一中学")
    waiting = row.locator(".tree-notes").inner_text()
    wide += overflow(page)

    row.get_by_role("link", name="第一中学").click()
    page.get_by_role("button", name="关闭审核权限").click()
    outlook = page.locator(".outlook").inner_text()
    wide += overflow(page)
    page.get_by_role("button", name="确定关闭审核权限").click()
    page.get_by_text("已将 1 条待审批申报转上级审批。").wait_for()
    closed = db_session.get(m.Unit, cast.school.id, populate_existing=True)
    is_closed = not closed.has_review_right
    page.get_by_role("link", name="返回列表").click()
    marked = page.locator(".tree-row").filter(has_text="审核权限已关闭")
    marked.get_by_role("link", name="第一中学").click()
    page.get_by_role("button", name="恢复审核权限").click()
    page.get_by_role("button", name="确定恢复审核权限").click()
    page.get_by_text(re.compile("成功 1 条")).wait_for()

    db_session.rollback()
    reopened = db_session.get(m.Unit, cast.school.id, populate_existing=True)
    assert "待审批 1" in waiting
    assert "待审批申报转由市教育局审批" in outlook
    assert is_closed
    assert reopened.has_review_right
    assert wide == 0
