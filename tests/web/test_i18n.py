"""Chinese first, English by a switch."""

import re

import pytest
from flask import make_response

from admin_app.web.i18n import remember_locale
from tests.browsing import sign_in


def language(page):
    return re.search(r'<html lang="([^"]+)"', page.text)[1]


@pytest.mark.parametrize(
    ("account", "browser", "shown"),
    [
        ("zh", None, "zh-CN"),
        ("en", None, "en"),
        ("zh", "en", "en"),
        ("en", "zh", "zh-CN"),
        ("zh", "klingon", "zh-CN"),
    ],
)
def test_language_of_a_page(client, cast, db_session, account, browser, shown):
    cast.teacher.account.locale = account
    db_session.commit()
    sign_in(client, cast.teacher)
    if browser:
        client.set_cookie("locale", browser)

    page = client.get("/password")

    assert language(page) == shown


def test_browser_preference_does_not_decide(client):
    page = client.get("/sign-in/individual", headers={"Accept-Language": "en"})

    assert language(page) == "zh-CN"
    assert "<h1>登录</h1>" in page.text


def test_answer_to_a_wrong_password_is_in_english_too(client, cast):
    client.set_cookie("locale", "en")

    page = client.post(
        "/sign-in/individual",
        data={"id_number": cast.teacher.id_number, "password": "wrong-1234"},
    )

    assert "<strong>Wrong account or password</strong>" in page.text
    assert "账号或密码错误" not in page.text


@pytest.mark.parametrize(("chosen", "kept"), [("en", True), ("xx", False)])
def test_only_known_languages_are_remembered(app, chosen, kept):
    with app.test_request_context():
        answer = make_response("")
        remember_locale(answer, chosen)

    assert ("Set-Cookie" in answer.headers) is kept
