"""No unsafe request without the token of its session, none from elsewhere (AU-14)."""

import pytest
from sqlalchemy import func, select

from admin_app.extensions import db
from admin_app.models import UserSession
from admin_app.web.csrf import SAFE_METHODS
from tests.browsing import sign_in

TECHNICAL = {"user_session", "captcha", "rate_counter", "audit_entry"}


def unsafe_routes(app):
    """Every rule and unsafe method, with something in place of its arguments."""
    return [
        (method, _filled(rule))
        for rule in app.url_map.iter_rules()
        if not rule.build_only
        for method in sorted(rule.methods - SAFE_METHODS)
    ]


def readable_routes(app):
    return [
        _filled(rule)
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.build_only
    ]


def _filled(rule):
    path = rule.rule
    for name in rule.arguments:
        for shape in ("int:", "path:", "string:", "uuid:", ""):
            path = path.replace(f"<{shape}{name}>", "1")
    return path


def sent(client, method, path, **more):
    return client.open(path, method=method, **more).status_code


@pytest.mark.once
@pytest.mark.uncounted
@pytest.mark.requirement("AU-14")
def test_every_unsafe_route_refuses_a_request_without_token(app, client, cast):
    sign_in(client, cast.superuser)

    answers = {
        (method, path): sent(client, method, path, csrf=False)
        for method, path in unsafe_routes(app)
    }

    assert len(answers) > 5
    assert {route: code for route, code in answers.items() if code != 403} == {}


def test_form_of_a_browser_that_lost_its_cookies_is_told_what_to_do(client):
    page = client.post("/sign-in/individual", data={}, csrf=False).text

    assert "请返回上一页刷新后再提交" in page


OWN = {"Sec-Fetch-Site": "same-origin"}
TYPED = {
    "reason": '<b>"机构&改革',
    "password": "Secret-2026",
    "code": "",
    "tick": ["1", "2"],
}


def test_what_was_typed_before_signing_in_anew_is_given_back(client, cast, db_session):
    sign_in(client, cast.chief)

    page = client.post(
        "/admin/approve-hours/action/?a=1", data=TYPED, headers=OWN, csrf=False
    )

    assert page.status_code == 403
    assert 'action="/admin/approve-hours/action/?a=1"' in page.text
    assert 'name="reason" value="&lt;b&gt;&#34;机构&amp;改革"' in page.text
    assert page.text.count('name="tick"') == 2
    assert "Secret-2026" not in page.text
    assert f"现在的身份是 {cast.chief.account.person.name} · 管理员" in page.text


@pytest.mark.requirement("AU-14")
@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "none"}, {"HX-Request": "true"}]
)
def test_a_form_of_which_no_browser_says_that_it_is_ours_is_not_given_back(
    client, cast, headers
):
    sign_in(client, cast.chief)

    page = client.post("/sign-out", data=TYPED, headers=headers, csrf=False)

    assert page.status_code == 403
    assert "机构" not in page.text


def test_a_visitor_is_given_nothing_back(client):
    page = client.post("/sign-out", data=TYPED, headers=OWN, csrf=False)

    assert page.status_code == 403
    assert "机构" not in page.text


@pytest.mark.once
@pytest.mark.uncounted
@pytest.mark.requirement("AU-14")
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=["foreign origin", "no origin", "other site", "other host of the site"],
)
def test_every_unsafe_route_refuses_another_site(app, client, cast, headers):
    sign_in(client, cast.superuser)

    answers = {
        (method, path): sent(client, method, path, headers=headers)
        for method, path in unsafe_routes(app)
    }

    assert len(answers) > 5
    assert {route: code for route, code in answers.items() if code != 403} == {}


@pytest.mark.requirement("AU-14")
def test_token_of_another_session_is_refused(client, cast):
    from admin_app.web.csrf import HEADER, token_for  # noqa: PLC0415

    sign_in(client, cast.teacher)
    other = token_for("a" * 43)

    answer = client.post("/sign-out", headers={HEADER: other}, csrf=False)

    assert answer.status_code == 403


@pytest.mark.requirement("AU-14")
@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}])
def test_own_form_is_accepted(client, cast, headers):
    sign_in(client, cast.teacher)

    answer = client.post("/sign-out", headers=headers)

    assert answer.status_code == 303


@pytest.mark.once
@pytest.mark.uncounted
@pytest.mark.requirement("AU-14")
def test_no_table_is_changed_by_reading(app, client, cast, db_session):
    sign_in(client, cast.superuser)
    before = counted(db_session)
    db_session.rollback()

    for path in readable_routes(app):
        client.get(path)

    assert counted(db_session) == before
    assert before["user_session"] == 1
    assert db_session.scalar(select(func.count()).select_from(UserSession)) == 1


def counted(session):
    return {
        table.name: session.scalar(select(func.count()).select_from(table))
        for table in db.metadata.sorted_tables
        if table.name not in TECHNICAL - {"user_session"}
    }
