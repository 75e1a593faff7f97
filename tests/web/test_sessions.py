"""Sessions end when they should, and an ended one opens nothing (AU-06, AZ-13)."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from admin_app.extensions import db
from admin_app.models import UserSession
from admin_app.operations.accounts import end_sessions
from admin_app.web.sessions import ServerSession
from admin_app.web.tokens import digest, new_token
from tests import factories as make
from tests.browsing import Browser, sign_in

SIGN_IN = "/sign-in/individual?next=/identities"


def opens(client):
    """Whether a page for signed-in people is shown."""
    return client.get("/identities").status_code == 200


@pytest.fixture
def stopped(app, now):
    """Stop the program's clock; call it to let time pass."""
    moment = [now]
    real, app.extensions["clock"] = app.extensions["clock"], lambda: moment[0]

    def wait(**time):
        moment[0] += timedelta(**time)
        return moment[0]

    yield wait
    app.extensions["clock"] = real


@pytest.mark.requirement("AU-06")
def test_signed_in_page_opens_and_visitor_is_led_to_sign_in(client, cast):
    before = client.get("/identities")
    sign_in(client, cast.teacher)

    after = client.get("/identities")

    assert (before.status_code, before.location) == (303, SIGN_IN)
    assert after.status_code == 200


@pytest.mark.requirement("AU-06")
def test_cookie_copied_before_sign_out_opens_nothing(app, client, cast):
    sign_in(client, cast.teacher)
    copy = Browser(app, app.response_class)
    copy.take(client.secret())
    could = opens(copy)

    answer = client.post("/sign-out")

    assert could
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.secret() is None
    assert not opens(copy)


@pytest.mark.requirement("AU-06")
@pytest.mark.parametrize(
    ("part", "minutes", "open_still"),
    [
        ("teacher", 29, True),
        ("teacher", 31, False),
        ("chief", 14, True),
        ("chief", 16, False),
        ("superuser", 14, True),
        ("superuser", 16, False),
    ],
)
def test_idle_session(client, cast, stopped, part, minutes, open_still):
    sign_in(client, getattr(cast, part), at=stopped())

    stopped(minutes=minutes)

    assert opens(client) is open_still


@pytest.mark.requirement("AU-06")
def test_busy_session_ends_after_twelve_hours(client, cast, stopped):
    sign_in(client, cast.teacher, at=stopped())

    seen = []
    for _ in range(36):
        stopped(minutes=20)
        seen.append(opens(client))

    assert seen == [True] * 35 + [False]


@pytest.mark.requirement("AU-06")
def test_ended_session_is_deleted(client, cast, db_session, stopped):
    sign_in(client, cast.teacher, at=stopped())
    stopped(minutes=31)

    client.get("/identities")

    # What is left is the visitor's, with the sentence that says why.
    assert db_session.scalars(select(UserSession.account_id)).all() == [None]


@pytest.mark.requirement("AU-06")
def test_last_seen_is_written_at_most_once_a_minute(client, cast, stopped):
    sign_in(client, cast.teacher, at=stopped())
    writes = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: writes.append(a[2]))

    for seconds in (20, 20, 30, 20, 20):
        stopped(seconds=seconds)
        client.get("/identities")

    assert [sql.split()[0] for sql in writes].count("UPDATE") == 1


@pytest.mark.requirement("AU-06")
def test_cookie_holds_no_data_and_the_row_no_secret(client, cast, db_session):
    client.post(
        "/sign-in/individual",
        data={"id_number": cast.teacher.id_number, "password": make.PASSWORD},
    )

    row = db_session.scalars(select(UserSession)).one()
    cookie = client.get_cookie("session")
    assert row.token_hash == digest(cookie.value)
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    assert len(cookie.value) == 43


@pytest.mark.requirement("AU-06")
def test_cookie_is_bound_to_the_host_where_https_protects_it(make_app, cast):
    from pydantic import HttpUrl  # noqa: PLC0415

    app = make_app(public_url=HttpUrl("https://example.test"))
    client = Browser(app, app.response_class)

    answer = client.get("/sign-in/individual", base_url="https://localhost")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "; Secure; HttpOnly; Path=/; SameSite=Lax" in cookie
    assert "Domain" not in cookie


@pytest.mark.requirement("AZ-13")
@pytest.mark.parametrize(
    "what",
    ["account disabled", "assignment disabled", "unit closed", "assignment deleted"],
)
def test_lost_right_bites_at_the_next_request(client, cast, db_session, what):
    sign_in(client, cast.reviewer)
    could = opens(client)
    match what:
        case "account disabled":
            cast.reviewer.account.is_disabled = True
        case "assignment disabled":
            cast.reviewer.is_disabled = True
        case "unit closed":
            cast.school.is_active = False
        case "assignment deleted":
            db_session.delete(cast.reviewer)
    db_session.commit()

    assert could
    assert not opens(client)


@pytest.mark.requirement("AZ-13")
def test_closed_department_bites_at_the_next_request(client, cast, db_session):
    sign_in(client, cast.department_head)
    could = opens(client)
    cast.office.is_active = False
    db_session.commit()

    assert could
    assert not opens(client)


def test_ended_sessions_of_an_account_spare_others(app, client, cast, db_session):
    sign_in(client, cast.teacher)
    colleague = sign_in(Browser(app, app.response_class), cast.colleague)

    ended = end_sessions(db_session, account_id=cast.teacher.account.id)
    db_session.commit()

    assert ended == 1
    assert not opens(client)
    assert opens(colleague)


def test_actor_costs_one_statement(app, client, cast):
    sign_in(client, cast.reviewer)
    statements = []
    event.listen(db.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))

    client.get("/identities")

    assert [sql.split()[0] for sql in statements] == ["SELECT"]


def test_actor_of_a_session_has_unit_and_permissions(app, cast, db_session):
    seen = {}

    with app.test_request_context():
        from admin_app.operations.identities import actor_of  # noqa: PLC0415
        from tests.cast import identity  # noqa: PLC0415

        seen = actor_of(db_session, *identity(cast.reviewer))

    assert seen.permissions == {
        "approve_hours:view",
        "approve_hours:approve",
        "approve_hours:reject",
        "person_query:view",
    }
    assert (seen.unit_id, seen.unit_path) == (cast.school.id, cast.school.path)


def test_visitors_two_requests_at_once_are_both_answered(app, db_session):
    secret = new_token()
    with app.test_request_context():
        first, second = ServerSession(secret), ServerSession(secret)
        first["said"], second["said"] = "one", "two"
        for state in (first, second):
            app.session_interface.save_session(app, state, app.response_class())

    [row] = db_session.scalars(select(UserSession)).all()
    assert (row.token_hash, row.data) == (digest(secret), b'{"said": "two"}')
