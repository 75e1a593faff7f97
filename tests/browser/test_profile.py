"""A teacher on a phone keeps her profile; her unit's administrator reviews a post."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from admin_app import models as m
from tests import factories as make
from tests.browser.acting import fill, seek
from tests.browser.conftest import PHONE
from tests.browser.witness import overflow, take_picture


@pytest.fixture
def portrait(tmp_path):
    """Write an upright photo and return its path."""
    path = tmp_path / "me.jpg"
    Image.new("RGB", (600, 840), "steelblue").save(path)
    return str(path)


def open_tab(page, name):
    page.locator(".portal-nav").get_by_role("link", name="用户资料管理").click()
    page.locator(".list-tabs").get_by_role("link", name=name).click()


def look(page, name):
    """The page stands in the small window without being moved sideways."""
    assert overflow(page) == 0
    take_picture(page, name)


def add_qualification(page):
    open_tab(page, "职（执）业资格")
    page.get_by_role("link", name="新增").click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_label("资格名称")).to_be_focused()
    fill(page, {"资格名称": "高级中学教师资格", "证书编号": "20034101130001"})
    page.get_by_label("取得时间").fill("2030-07-01")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("取得时间不能晚于今天，请核对。")
    page.get_by_label("取得时间").fill("2003-07-01")
    look(page, "profile-qualification")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("main")).to_contain_text("已保存")
    expect(page.get_by_role("row", name="高级中学教师资格")).to_be_visible()
    look(page, "profile-qualifications")


def add_photo(page, path):
    page.locator(".portal-nav").get_by_role("link", name="用户资料管理").click()
    page.get_by_label("一寸照").set_input_files(path)
    page.get_by_role("button", name="上传照片").click()
    expect(page.get_by_alt_text("王老师的照片")).to_be_visible()
    look(page, "profile-basic")


def ask_for_post(page):
    open_tab(page, "专业技术职务")
    page.get_by_role("link", name="新增").click()
    seek(page, "专业技术职务", "高级教师", "中小学教师 / 中小学教师 / 高级教师")
    page.get_by_label("取得时间").fill("2019-12-01")
    look(page, "profile-post")
    page.get_by_role("button", name="提交审核").click()
    expect(page.locator("main")).to_contain_text("信息已提交审核")
    expect(page.locator(".waiting")).to_contain_text("第一中学")
    look(page, "profile-post-waiting")


def approve(page, name):
    page.goto("/admin/")
    page.locator("summary", has_text="审核账户").click()
    page.locator(".side-menu").get_by_role("link", name="审核人员信息修改").click()
    take_picture(page, "review-profile-changes")
    page.get_by_role("link", name="变更明细").click()
    expect(page.locator("table.changes")).to_contain_text("高级教师")
    expect(page.locator("table.changes")).to_contain_text("2019-12-01")
    take_picture(page, "review-profile-change")
    page.get_by_role("button", name="通过").click()
    expect(page.locator("main")).to_contain_text(name)
    page.get_by_role("button", name="通过").click()
    expect(page.locator("main")).to_contain_text("成功 1 条，未办理 0 条")


@pytest.mark.feature("P09", "P10", "P13", "P14", "U30", "X13")
def test_teacher_on_a_phone_and_the_administrator_who_approves(
    enter, cast, db_session, portrait
):
    make.profile(db_session, cast.teacher)
    db_session.commit()
    phone = enter(cast.teacher, size=PHONE)
    desk = enter(cast.chief)

    # What needs no review is there at once.
    phone.goto("/me/")
    add_qualification(phone)
    add_photo(phone, portrait)

    # A post waits for the unit, and takes effect when it is approved.
    ask_for_post(phone)
    db_session.rollback()
    assert db_session.get(m.Person, cast.teacher.id).title_id is None
    approve(desk, "王老师")
    open_tab(phone, "专业技术职务")
    expect(phone.get_by_role("row", name="高级教师")).to_contain_text("2019-12-01")
    open_tab(phone, "变更记录")
    expect(phone.locator("main")).to_contain_text("审核通过")
    look(phone, "profile-changes")
    phone.get_by_role("link", name="详细").click()
    expect(phone.locator("table.changes")).to_contain_text("高级教师")
    look(phone, "profile-change")
    open_tab(phone, "基本信息")
    expect(phone.locator("main")).to_contain_text("高级教师")
