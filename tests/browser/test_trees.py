"""Trees: opened level by level with mouse or keyboard, at a desk and on a phone."""

import pytest

from admin_app import models as m
from tests import factories as make
from tests.browser.acting import choose
from tests.browser.conftest import DESK, PHONE
from tests.browser.witness import overflow

BOTH = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])


@pytest.fixture
def group(cast, db_session):
    """A department with a name as long as it may be, below the school's office."""
    name = "教务处" + "教学质量监测与评价" * 10
    made = make.department(db_session, cast.school, cast.office, name=name[:50])
    make.department(db_session, cast.school, name="总务处")
    db_session.commit()
    return made


@BOTH
@pytest.mark.feature("U19")
def test_department_is_opened_in_the_tree_moved_and_found_again(
    enter, cast, db_session, group, size
):
    page = enter(cast.chief, size=size)
    page.goto("/admin/unit-departments/")
    toggle = page.get_by_role("link", name="教务处的下级")
    node = page.locator(".tree-branch .tree-row").filter(has_text=group.name)

    toggle.focus()
    page.keyboard.press("Enter")
    node.wait_for()
    opened = toggle.get_attribute("aria-expanded")
    wide = overflow(page)
    toggle.click()
    closed = (toggle.get_attribute("aria-expanded"), node.is_visible())
    toggle.click()
    node.get_by_role("link", name="移动").click()
    choose(page, "新的上级部门（内设）", "总务处")
    page.get_by_role("button", name="移动", exact=True).click()
    page.get_by_role("link", name="全部", exact=True).click()
    page.get_by_role("link", name="总务处的下级").click()
    node.wait_for()

    moved = db_session.get(m.Department, group.id, populate_existing=True)
    assert (opened, closed) == ("true", ("false", False))
    assert wide == 0
    assert moved.parent.name == "总务处"
