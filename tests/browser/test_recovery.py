"""A forgotten password, recovered on a desk and on a phone (P26)."""

import pytest
from playwright.sync_api import expect

from tests.browser.acting import field_of, fill, named, sign_in
from tests.browser.conftest import DESK, PHONE
from tests.browser.witness import overflow, take_picture
from tests.recovering import NEW, last_code, trial, verify, work_off


@pytest.fixture
def worker(make_app, tmp_path, now):
    """The program as the consumer of its queue runs it, with senders that write files."""
    program = trial(make_app, tmp_path)
    program.extensions["clock"] = lambda: now
    return program


def look(page, name):
    assert overflow(page) == 0
    take_picture(page, name)


@pytest.mark.feature("P26", "X13")
@pytest.mark.requirement("AU-09")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_forgotten_password_is_recovered_by_a_text_message(
    visit, serve, worker, tmp_path, cast, db_session, size
):
    verify(db_session, cast.teacher)
    address = serve(instance_path=tmp_path, mail_sender="file", sms_sender="file")
    page = visit(address, size=size)

    # From the sign-in page to the code.
    page.goto("/sign-in/individual")
    page.get_by_role("link", name="忘记密码").click()
    look(page, "recovery-who")
    fill(page, {"身份证号码": cast.teacher.id_number})
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("手机短信").check()
    look(page, "recovery-channel")
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("main")).to_contain_text("验证码已发送，请查收")

    # A wrong code is told beside its field.
    work_off(worker)
    code = last_code(worker)
    wrong = "000000" if code != "000000" else "111111"
    fill(page, {"验证码": wrong})
    page.get_by_role("button", name="下一步").click()
    expect(field_of(page, "验证码")).to_contain_text("还可以再试 4 次")
    look(page, "recovery-wrong")
    at_full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    fill(page, {"验证码": at_full_width})
    page.get_by_role("button", name="下一步").click()

    # A weak password is told, a good one leads to the sign-in page.
    fill(page, {"新密码": "12345678", "确认新密码": "12345678"})
    page.get_by_role("button", name="保存新密码").click()
    expect(field_of(page, "新密码")).to_contain_text("密码不能为纯数字")
    expect(page.get_by_label(named("新密码")).first).to_be_focused()
    look(page, "recovery-weak")
    fill(page, {"新密码": NEW, "确认新密码": NEW})
    page.get_by_role("button", name="保存新密码").click()
    expect(page.locator("main")).to_contain_text("密码已重置，请使用新密码登录。")
    look(page, "recovery-done")

    sign_in(page, "individual", cast.teacher.id_number, NEW)
    expect(page.get_by_role("heading", name="王老师，您好")).to_be_visible()
