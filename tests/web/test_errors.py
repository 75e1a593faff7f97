"""Whatever fails, a person reads a sentence and a number, never a trace (RL-10)."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.web.requests import safe_path
from tests.browsing import Browser, sign_in

BODIES = {
    "view": lambda: 1 / 0,
    "database away": lambda: _raise(OperationalError("SELECT 1", {}, OSError("gone"))),
    "too large a number": lambda: _raise(OverflowError("int too large")),
    "refused": lambda: _raise(Refused("密码错误 %(n)s 次", n=3)),
    "conflict": lambda: _raise(Conflict("已由他人处理")),
    "forbidden": lambda: _raise(Forbidden("不能审核自己的申请")),
}


def _raise(error):
    raise error


@pytest.fixture
def failing(make_app):
    app = make_app()
    app.config["PROPAGATE_EXCEPTIONS"] = False

    @app.route("/fail/<path:how>", methods=["GET", "POST"])
    def fail(how):
        BODIES[how]()
        return "went well"

    return Browser(app, app.response_class)


@pytest.mark.requirement("RL-10")
@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("view", 500),
        ("database away", 503),
        ("too large a number", 400),
        ("refused", 409),
        ("conflict", 409),
        ("forbidden", 403),
    ],
)
def test_failure_is_a_page_without_a_trace(failing, how, code):
    answer = failing.get(f"/fail/{how}")

    assert answer.status_code == code
    assert answer.headers["X-Request-ID"] in answer.text
    assert not re.search("Traceback|sqlalchemy|SELECT|ZeroDivision|gone", answer.text)
    assert "</html>" in answer.text


@pytest.mark.requirement("RL-10")
def test_sentence_of_the_rule_is_shown(failing):
    page = failing.get("/fail/refused")

    assert re.search(r"data-sentence>(.*?)<", page.text)[1] == "密码错误 3 次"


def test_refused_form_leads_back_with_the_sentence(failing):
    headers = {"Referer": "http://localhost/sign-in/individual"}

    answer = failing.post("/fail/refused", headers=headers)
    page = failing.get(answer.location)

    assert (answer.status_code, answer.location) == (303, "/sign-in/individual")
    assert "密码错误 3 次" in page.text


def test_refused_form_does_not_lead_to_another_site(failing):
    headers = {"Referer": "http://localhost.evil.example/sign-in"}

    answer = failing.post("/fail/refused", headers=headers)

    assert (answer.status_code, answer.location) == (409, None)


def test_session_outlives_a_failing_page(failing, cast):
    sign_in(failing, cast.teacher)

    failing.get("/fail/view")

    assert failing.get("/identities").status_code == 200


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/nowhere", 404),
        ("/sign-in/individual?next=%00", 400),
        ("/sign-in/individual?x=%ff", 400),
        ("/sign-in/%00", 400),
        ("/sign-in/%ff", 400),
        ("/identities?next=//evil.example", 400),
        ("/captcha.png/x", 404),
    ],
)
def test_crafted_address(client, path, code):
    assert client.get(path).status_code == code


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_method_not_offered(client, method):
    answer = client.open("/captcha.png", method=method)

    assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)


@pytest.mark.requirement("IN-04")
def test_body_too_large(client, settings):
    data = {"password": "x" * (settings.max_content_length + 1)}

    assert client.post("/sign-in/individual", data=data).status_code == 413


@pytest.mark.requirement("IN-08")
@pytest.mark.parametrize("sign", ["\x00", "\ufffd", "\ud7ff", "\U0010ffff"])
def test_unclean_text_is_refused(client, sign):
    data = {"id_number": f"4101{sign}", "password": "x"}

    assert client.post("/sign-in/individual", data=data).status_code == 400


@pytest.mark.requirement("AU-16")
@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/me/", True),
        ("/me/?a=b&c=%20", True),
        ("", False),
        (None, False),
        ("me", False),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("/me\n", False),
        ("/ me", False),
        ("https://evil.example", False),
        ("javascript:alert(1)", False),
    ],
)
def test_safe_path(target, kept):
    assert safe_path(target) == (target if kept else None)
