"""What people do with the pages: sign in, type, choose, pick, send."""

import re

from tests import factories as make


def sign_in(page, window, id_number, password=make.PASSWORD):
    """Enter through one of the four windows."""
    page.goto(f"/sign-in/{window}")
    fill(page, {"登录账户": id_number, "密码": password})
    page.locator("form#form").get_by_role("button", name="登录").click()


def sign_out(page):
    """Leave by the account menu."""
    page.get_by_role("button", name="账号菜单").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/")


def fill(page, values):
    """Type each value beside its label."""
    for label, value in values.items():
        page.get_by_label(named(label)).first.fill(value)


def choose(page, label, text):
    """Choose an option, from a plain select or a searchable one."""
    field = field_of(page, label)
    select = field.locator("select")
    if "tomselected" not in (select.get_attribute("class") or ""):
        select.select_option(label=text)
        return
    field.locator(".ts-control").click()
    field.locator(".ts-dropdown input").fill(text)
    field.locator(".ts-dropdown").get_by_role("option", name=text).first.click()


def pick(page, label, *steps):
    """Open the picker of a field, walk down the steps and choose the last one."""
    field_of(page, label).locator("[data-picker]").click()
    dialog = page.locator("dialog[open]")
    for step in steps[:-1]:
        # The hint follows the name; majors of three catalogues share theirs.
        _ready(dialog).get_by_role("link", name=step, exact=True).click()
    _take(dialog, steps[-1])


def seek(page, label, query, name):
    """Open the picker of a field, search and choose the row of that name."""
    field_of(page, label).locator("[data-picker]").click()
    dialog = page.locator("dialog[open]")
    with page.expect_response(lambda answer: "q=" in answer.url):
        _ready(dialog).get_by_role("searchbox").fill(query)
    _take(dialog, name)


def field_of(page, label):
    """The box of a field: label, control, help, errors."""
    words = page.locator(".form-label").filter(has_text=named(label))
    return page.locator(".field").filter(has=words).first


def named(label):
    """What matches a label, starred or not, and none that only begins alike."""
    return re.compile(rf"^\s*{re.escape(label)}\s*(\*|$)")


def _ready(dialog):
    """The part that the server sends, once its links and inputs are alive."""
    return dialog.locator(".picker-fragment:not(.htmx-added)")


def _take(dialog, name):
    _ready(dialog).get_by_role("button", name=f"选定 {name}", exact=True).click()
    dialog.wait_for(state="detached")
