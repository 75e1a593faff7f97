"""A list becomes a file in a real browser: asked once, then back at the list (AU-12)."""

import io
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.conftest import PHONE


def exported(download):
    """The names in the file that came."""
    sheet = load_workbook(io.BytesIO(download.path().read_bytes())).active
    names = [str(cell.value) for cell in next(sheet.iter_rows())]
    column = names.index("姓名")
    return [row[column].value for row in sheet.iter_rows(min_row=2)]


@pytest.mark.feature("X01")
@pytest.mark.requirement("AU-12")
def test_file_comes_by_itself_after_the_password_and_at_once_within_ten_minutes(
    enter, cast
):
    page = enter(cast.chief, size=PHONE)
    page.goto("/admin/person-query/?search=王")
    button = page.locator("main").get_by_role("button", name="导出")
    button.click()
    expect(page.get_by_label("您的登录密码")).to_be_focused()
    page.get_by_label("您的登录密码").fill(make.PASSWORD)

    with page.expect_download() as first:
        page.get_by_role("button", name="继续办理").click()
    expect(page.locator("main")).to_contain_text("已确认是您本人")
    with page.expect_download() as second:
        button.click()

    assert unquote(page.url).endswith("/admin/person-query/?search=王")
    assert [exported(each.value) for each in (first, second)] == [["王老师"]] * 2
