"""登录与安全: where one is signed in, and the end of it (AU-07)."""

import datetime as dt
import re

import pytest
from sqlalchemy import select, update

from admin_app.models import AuditEntry, UserSession
from admin_app.web.clock import now
from tests.browsing import Browser, open_session, sign_in

PAGE = "/account/security"
WECHAT = "Mozilla/5.0 (Linux; Android 13) Chrome/107.0 MicroMessenger/8.0.30"


@pytest.fixture
def elsewhere(app, cast):
    """A second browser of the teacher's."""
    return sign_in(Browser(app, app.response_class), cast.teacher)


def ids(db_session, who):
    db_session.rollback()
    statement = select(UserSession.id).where(UserSession.account_id == who.account.id)
    return list(db_session.scalars(statement.order_by(UserSession.id)))


def is_signed_in(browser):
    return browser.get(PAGE).status_code == 200


@pytest.mark.parametrize("part", ["teacher", "chief", "superuser"])
def test_everybody_sees_their_sessions_and_which_is_this_one(
    app, client, cast, db_session, part
):
    who = getattr(cast, part)
    foreign = sign_in(Browser(app, app.response_class), cast.stranger)
    assert is_signed_in(foreign)
    open_session(app, who)
    db_session.execute(
        update(UserSession)
        .where(UserSession.account_id != cast.stranger.account.id)
        .values(user_agent=WECHAT, address="192.0.2.7")
    )
    db_session.execute(
        update(UserSession)
        .where(UserSession.account_id == cast.stranger.account.id)
        .values(address="192.0.2.99")
    )
    db_session.commit()

    page = sign_in(client, who).get(PAGE)

    listed = page.text.partition('<ul class="devices">')[2]
    devices = re.findall(r"<strong>([^<]+)</strong>(.*?)</li>", listed, re.DOTALL)
    told = [(words, "本机" in rest) for words, rest in devices]
    assert told == [("未知设备", True), ("安卓 · 微信", False)]
    assert "192.0.2.7" in page.text
    assert "192.0.2.99" not in page.text


@pytest.mark.requirement("AU-07")
def test_a_session_that_is_ended_fails_on_its_next_request(
    client, cast, db_session, elsewhere
):
    assert is_signed_in(elsewhere)
    (theirs,) = ids(db_session, cast.teacher)
    sign_in(client, cast.teacher)

    answer = client.post(f"/account/sessions/{theirs}/end")

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert elsewhere.get("/me/").location.startswith("/sign-in/")
    assert is_signed_in(client)
    db_session.rollback()
    line = db_session.scalars(
        select(AuditEntry).where(AuditEntry.action == "end_sessions")
    ).one()
    assert line.object_id == str(cast.teacher.account.id)


@pytest.mark.requirement("AU-07")
def test_all_other_sessions_end_at_once(app, client, cast, db_session, elsewhere):
    third = sign_in(Browser(app, app.response_class), cast.teacher)
    stranger = sign_in(Browser(app, app.response_class), cast.stranger)
    sign_in(client, cast.teacher)

    client.post("/account/sessions/end-others")

    assert [is_signed_in(b) for b in (elsewhere, third)] == [False, False]
    assert [is_signed_in(b) for b in (client, stranger)] == [True, True]
    assert len(ids(db_session, cast.teacher)) == 1


@pytest.mark.requirement("AU-07")
def test_nobody_ends_the_session_of_another(app, client, cast, db_session):
    stranger = sign_in(Browser(app, app.response_class), cast.stranger)
    assert is_signed_in(stranger)
    (theirs,) = ids(db_session, cast.stranger)
    sign_in(client, cast.teacher)

    page = client.post(
        f"/account/sessions/{theirs}/end",
        headers={"Referer": f"http://localhost{PAGE}"},
        follow_redirects=True,
    )

    assert "该设备已经退出登录，无需再次下线。" in page.text
    assert is_signed_in(stranger)


@pytest.mark.requirement("AU-07")
def test_the_platform_signs_an_administrator_out(app, client, cast):
    reviewer = sign_in(Browser(app, app.response_class), cast.reviewer)
    assert is_signed_in(reviewer)
    sign_in(client, cast.superuser)

    page = client.post(
        "/admin/admin-assignments/action/",
        data={"action": "sign_out", "rowid": cast.reviewer.id, "confirmed": "1"},
        follow_redirects=True,
    )

    assert page.status_code == 200
    assert reviewer.get("/admin/").location.startswith("/sign-in/")


def test_the_own_session_ends_by_signing_out_only(client, cast, db_session):
    sign_in(client, cast.teacher)
    (own,) = ids(db_session, cast.teacher)

    answer = client.post(f"/account/sessions/{own}/end")

    assert answer.status_code == 409
    assert "这是您正在使用的登录；要结束它，请点击右上角的“退出”。" in answer.text
    assert is_signed_in(client)


def test_a_session_left_alone_for_too_long_is_not_told(app, client, cast, db_session):
    open_session(app, cast.chief, at=now() - dt.timedelta(minutes=16))
    sign_in(client, cast.chief)

    page = client.get(PAGE)

    assert len(ids(db_session, cast.chief)) == 2
    assert page.text.count("登录于") == 1


def test_the_page_costs_the_same_with_many_sessions(app, client, cast, statements):
    sign_in(client, cast.teacher)
    with statements() as one:
        client.get(PAGE)
    for _more in range(5):
        open_session(app, cast.teacher)

    with statements() as six:
        page = client.get(PAGE)

    assert page.text.count("登录于") == 6
    assert len(six) == len(one) <= 6
