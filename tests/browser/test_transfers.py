"""A person asks for another unit, whose administrator confirms; desk and phone."""

import pytest
from playwright.sync_api import expect

from admin_app.models import Person
from tests import factories as make
from tests.browser.acting import choose, fill, pick, seek
from tests.browser.conftest import DESK, PHONE


def confirm(page, name):
    """Tick who wants to come, press 确认调转 and confirm."""
    page.goto("/admin/incoming-transfers/")
    page.get_by_role("row", name=name).get_by_role("checkbox").check()
    page.locator(".batch-bar").get_by_role("button", name="确认调转").click()
    page.get_by_text("确定将这 1 人调入本单位吗？").wait_for()
    page.locator("main").get_by_role("button", name="确认调转").click()
    page.get_by_text("成功 1 条，未办理 0 条").wait_for()


def fits(page, size):
    """Whether nothing stands out of the window."""
    return page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.feature("P11", "P12", "U32", "U34")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_person_changes_unit(enter, cast, db_session, size):
    waiting = make.declaration(db_session, cast.teacher)
    make.waiting(waiting, cast.school)
    db_session.commit()
    teacher = enter(cast.teacher, size=size)

    def ask():
        teacher.goto("/me/profile")
        teacher.get_by_role("link", name="更改单位").first.click()
        pick(teacher, "新单位所属区域", "河南省 / 郑州市 / 中原区")
        seek(teacher, "新单位", "第二", cast.other_school.name)
        fill(teacher, {"调转原因": "工作调动"})
        teacher.get_by_role("button", name="提交申请").click()

    ask()
    blocking = teacher.locator("#blocking")
    expect(blocking).to_contain_text("学时学分申报 · 1 项")
    assert fits(teacher, size)
    blocking.get_by_role("link").click()
    expect(teacher.locator("main")).to_contain_text(waiting.title)

    db_session.delete(waiting)
    db_session.commit()
    ask()
    expect(teacher.locator(".waiting")).to_contain_text(cast.other_school.name)
    assert fits(teacher, size)

    receiving = enter(cast.other_chief, size=size)
    confirm(receiving, cast.teacher.name)
    assert fits(receiving, size)
    receiving.goto("/admin/transfer-log/?tab=in")
    expect(receiving.locator("main")).to_contain_text(cast.teacher.name)
    teacher.reload()
    expect(teacher.locator("main")).to_contain_text("审核通过")
    db_session.expire_all()
    moved = db_session.get_one(Person, cast.teacher.id)
    assert moved.unit_id == cast.other_school.id


@pytest.mark.feature("U33")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_unit_asks_for_one_of_its_people(enter, cast, db_session, size):
    chief = enter(cast.chief, size=size)

    chief.goto("/admin/outgoing-transfers/")
    chief.get_by_role("link", name="新增").click()
    choose(chief, "调出人员", cast.teacher.name)
    expect(chief.locator("#person-facts")).to_contain_text(cast.office.name)
    pick(chief, "新单位所属区域", "河南省 / 郑州市 / 中原区")
    seek(chief, "新单位", "第二", cast.other_school.name)
    fill(chief, {"调转原因": "工作调动"})
    assert fits(chief, size)
    chief.get_by_role("button", name="提交申请").click()

    expect(chief.locator("main")).to_contain_text(cast.other_school.name)
    assert fits(chief, size)
