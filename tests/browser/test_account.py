"""A person's own account in a browser: devices, second step, how pages look."""

import re
from base64 import b32decode
from pathlib import Path

import pytest

from admin_app.rules.totp import plain_code
from tests import factories as make
from tests.browser.acting import fill, named, sign_in, sign_out
from tests.browser.conftest import DESK, PHONE
from tests.browser.witness import overflow
from tests.rules.test_totp import code_at

CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
PAGES = ["/me/", "/me/declarations", "/me/completion", "/me/profile"]
PAGES += [f"/account/{p}" for p in ("messages", "security", "settings", "lookings")]
OF_UNIT = [
    "/admin/",
    "/admin/approve-hours/",
    "/admin/person-query/",
    "/admin/printing/",
]
PUBLIC = ["/", "/guide", "/register/individual", "/certificates/check"]


@SIZES
@pytest.mark.requirement("AU-07")
def test_a_second_browser_is_signed_out(enter, cast, size):
    first = enter(cast.teacher, size=size)
    second = enter(cast.teacher, size=size)
    second.goto("/me/")
    first.goto("/account/security")

    first.get_by_role("button", name="下线", exact=True).click()
    first.locator("dialog[open]").get_by_role(
        "button", name=re.compile("下线|确定")
    ).click()
    first.get_by_text("该设备已下线。").wait_for()
    second.reload()

    assert second.url.endswith("/sign-in/individual?next=/me/")
    assert overflow(first) == 0


@SIZES
def test_second_step_is_set_up_and_asked_for(page, visit, live_server, cast, now, size):
    page = visit(live_server, size=size)
    sign_in(page, "individual", cast.teacher.id_number)
    page.goto("/account/second-step")
    assert overflow(page) == 0
    secret = b32decode(plain_code(page.locator(".secret-text code").inner_text()))

    page.get_by_label(named("6 位动态口令")).fill(code_at(now, secret))
    page.get_by_role("button", name="开启", exact=True).click()
    page.get_by_role("heading", name="请保存恢复码").wait_for()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert overflow(page) == 0
    page.get_by_role("button", name="我已保存好").click()
    sign_out(page)
    sign_in(page, "individual", cast.teacher.id_number)
    page.get_by_role("heading", name="两步验证").wait_for()
    # The first code was used when it was set up.
    page.get_by_label(named("6 位动态口令")).fill(code_at(now, secret))
    page.locator("form#form").get_by_role("button", name="登录").click()
    page.get_by_text("动态口令不正确或已使用过").first.wait_for()
    page.get_by_text("手机不在身边？使用恢复码").click()
    fill(page, {"恢复码": codes[3]})
    page.locator("form#form").get_by_role("button", name="登录").click()
    page.wait_for_url("**/me/")

    assert len(codes) == 10


@pytest.mark.parametrize("theme", ["深色", "浅色"])
def test_every_page_is_readable_in_the_chosen_looks(
    enter, visit, live_server, cast, db_session, theme
):
    make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    hard = {}
    for who, paths in ((cast.teacher, PAGES), (cast.chief, OF_UNIT)):
        page = enter(who)
        page.goto("/account/settings")
        page.get_by_label(theme, exact=True).check()
        page.get_by_label(named("大字体")).check()
        page.get_by_role("button", name="保存").click()
        page.get_by_text("设置已保存。").wait_for()
        for path in paths:
            page.goto(path)
            hard[path] = page.evaluate(CONTRAST)
            page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            hard[path] += ["too wide"] if overflow(page) else []
            page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    visitor = visit(live_server)
    for path in PUBLIC:
        visitor.goto(path)
        if theme == "深色" and path == PUBLIC[0]:
            visitor.get_by_role("button", name="深色/浅色").click()
            visitor.wait_for_function(
                "document.documentElement.dataset.bsTheme == 'dark'"
            )
            visitor.wait_for_timeout(300)
        hard[path] = visitor.evaluate(CONTRAST)

    assert {path: texts for path, texts in hard.items() if texts} == {}
    assert len(hard) == len(PAGES) + len(OF_UNIT) + len(PUBLIC)
