"""消息: the count in the header, the page, reading."""

import re

import pytest

from admin_app.operations.messages import messages_of, tell
from tests.browsing import sign_in

SENTENCE = "已切换身份。"


def told(db_session, who, now, *, times=1, url=""):
    for _time in range(times):
        tell(
            db_session,
            account_ids=[who.account.id],
            sentence=SENTENCE,
            now=now,
            url=url,
        )
    db_session.commit()
    return messages_of(db_session, account_id=who.account.id).rows[0].id


def badge(page):
    found = re.search(r'class="side-count" aria-hidden="true">([^<]+)<', page.text)
    return found and found[1]


@pytest.mark.parametrize(("part", "home"), [("teacher", "/me/"), ("chief", "/admin/")])
def test_header_counts_what_is_unread_by_no_statement_of_its_own(
    client, cast, db_session, now, statements, part, home
):
    who = getattr(cast, part)
    sign_in(client, who)
    client.get(home)
    with statements() as without:
        before = client.get(home)
    told(db_session, who, now, times=3)

    with statements() as counted:
        after = client.get(home)

    assert (badge(before), badge(after)) == (None, "3")
    assert len(counted) == len(without)


def test_header_counts_up_to_a_hundred(client, cast, db_session, now):
    told(db_session, cast.teacher, now, times=101)

    page = sign_in(client, cast.teacher).get("/me/")

    assert badge(page) == "99+"


def test_nobody_counts_or_reads_what_is_told_to_another(client, cast, db_session, now):
    foreign = told(db_session, cast.colleague, now)
    sign_in(client, cast.teacher)

    page = client.get("/account/messages")
    opened = client.post(f"/account/messages/{foreign}/open")
    client.post("/account/messages/read")

    assert badge(page) is None
    assert SENTENCE not in page.text
    assert opened.status_code == 404
    db_session.rollback()
    kept = messages_of(db_session, account_id=cast.colleague.account.id).rows
    assert [message.read_at for message in kept] == [None]


@pytest.mark.parametrize(
    ("url", "leads_to"),
    [("/me/profile", "/me/profile"), ("", "/account/messages?before=9")],
)
def test_opening_reads_one_and_leads_there(
    client, cast, db_session, now, url, leads_to
):
    told(db_session, cast.teacher, now)
    own = told(db_session, cast.teacher, now, url=url)
    sign_in(client, cast.teacher)

    opened = client.post(
        f"/account/messages/{own}/open", data={"next": "/account/messages?before=9"}
    )

    assert (opened.status_code, opened.location) == (303, leads_to)
    assert badge(client.get("/me/")) == "1"


def test_all_are_read_at_once(client, cast, db_session, now):
    told(db_session, cast.chief, now, times=21)
    sign_in(client, cast.chief)
    first = client.get("/account/messages")
    more = re.search(r'rel="next" href="([^"]+)"', first.text)[1]

    second = client.get(more)
    client.post("/account/messages/read")

    assert first.text.count("is-unread") == 20
    assert second.text.count("is-unread") == 1
    assert "is-unread" not in client.get("/account/messages").text


def test_a_message_speaks_the_language_of_its_reader(client, cast, db_session, now):
    told(db_session, cast.teacher, now)
    sign_in(client, cast.teacher)
    client.set_cookie("locale", "en")

    page = client.get("/account/messages")

    assert "You now act in another identity." in page.text
    assert SENTENCE not in page.text


@pytest.mark.parametrize("before", ["x", "-1", "99999999999999999999"])
def test_a_bad_address_is_refused(client, cast, before):
    page = sign_in(client, cast.teacher).get(f"/account/messages?before={before}")

    assert page.status_code == 400
