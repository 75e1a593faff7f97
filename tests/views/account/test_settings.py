"""个人设置: kept with the account, drawn into the first byte of every page."""

import re

import pytest
from sqlalchemy import select

from admin_app.enums import Theme
from admin_app.models import Account, AuditEntry
from tests import factories as make
from tests.browsing import Browser, sign_in

PAGE = "/account/settings"
CHOSEN = {"locale": "en", "theme": "dark", "is_large_type": "y", "page_size": "50"}


def root(page):
    """The opening tag of the page."""
    return re.search(r"<html[^>]*>", page.text)[0]


def kept(db_session, who):
    db_session.rollback()
    account = db_session.scalars(
        select(Account).where(Account.id == who.account.id)
    ).one()
    db_session.refresh(account)
    return account.locale, account.theme, account.is_large_type, account.page_size


@pytest.mark.parametrize("part", ["teacher", "chief"])
def test_settings_are_kept_with_the_account(client, cast, db_session, part):
    who = getattr(cast, part)
    sign_in(client, who)

    answer = client.post(PAGE, data=CHOSEN)
    page = client.get(PAGE)

    assert (answer.status_code, answer.location) == (303, PAGE)
    assert kept(db_session, who) == ("en", Theme.dark, True, 50)
    assert "Settings saved." in page.text
    chosen = re.findall(r'<input(?=[^>]* checked)[^>]* value="([^"]+)"', page.text)
    assert chosen == ["en", "dark", "y"]
    assert '<option selected value="50">50</option>' in page.text
    line = db_session.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_kind == "account")
        .order_by(AuditEntry.id.desc())
    ).first()
    assert line.after == {
        "locale": "en",
        "theme": "dark",
        "is_large_type": True,
        "page_size": 50,
    }


def test_the_first_byte_is_dark_and_large_in_another_browser(app, client, cast):
    sign_in(client, cast.teacher).post(PAGE, data=CHOSEN)
    elsewhere = Browser(app, app.response_class)

    plain = root(elsewhere.get("/"))
    dark = root(sign_in(elsewhere, cast.teacher).get("/me/"))
    of_another = root(sign_in(elsewhere, cast.colleague).get("/me/"))

    assert plain == '<html lang="zh-CN" data-bs-theme="light" data-follows-system>'
    assert dark == '<html lang="en" data-bs-theme="dark" class="is-large">'
    assert of_another == plain


def test_the_browser_stays_as_chosen_after_signing_out(client, cast):
    sign_in(client, cast.teacher).post(PAGE, data=CHOSEN)

    client.post("/sign-out")

    page = client.get("/sign-in/individual")
    assert root(page) == '<html lang="en" data-bs-theme="dark" class="is-large">'


def test_settings_are_taken_back(client, cast):
    sign_in(client, cast.teacher).post(PAGE, data=CHOSEN)

    client.post(PAGE, data={"locale": "zh", "theme": "system", "page_size": "20"})

    plain = '<html lang="zh-CN" data-bs-theme="light" data-follows-system>'
    assert root(client.get("/me/")) == plain


WRONG = {
    "unknown language": {"locale": "fr"},
    "unknown theme": {"theme": "pink"},
    "all rows": {"page_size": "100000"},
    "no number": {"page_size": "many"},
    "nothing": {"theme": ""},
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_not_offered_is_refused(client, cast, db_session, case):
    sign_in(client, cast.teacher)

    page = client.post(PAGE, data=CHOSEN | WRONG[case])

    assert page.status_code == 400
    assert 'aria-invalid="true"' in page.text
    assert kept(db_session, cast.teacher) == ("zh", Theme.system, False, 20)


def test_lists_begin_with_the_chosen_number_of_rows(client, cast, db_session):
    for _more in range(30):
        make.person(db_session, cast.school)
    db_session.commit()
    sign_in(client, cast.chief)
    by_habit = client.get("/admin/person-query/").text.count('class="cell-actions')

    client.post(PAGE, data=CHOSEN)

    chosen = client.get("/admin/person-query/").text.count('class="cell-actions')
    asked = client.get("/admin/person-query/?size=20").text.count('class="cell-actions')
    assert (by_habit, chosen, asked) == (20, 32, 20)


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_switch_in_the_head_works_without_scripts(client, cast, db_session, theme):
    visitor = client.post("/looks", data={"theme": theme, "next": "/guide"})
    of_visitor = root(client.get("/guide"))
    sign_in(client, cast.teacher)

    client.post("/looks", data={"theme": theme, "next": "/me/"})

    assert (visitor.status_code, visitor.location) == (303, "/guide")
    assert of_visitor == f'<html lang="zh-CN" data-bs-theme="{theme}">'
    assert kept(db_session, cast.teacher)[1] is Theme[theme]


@pytest.mark.parametrize("cookie", ["", "x", "dark.x", "..", "large"])
def test_a_strange_cookie_is_no_failure(client, cookie):
    client.set_cookie("looks", cookie)

    assert client.get("/").status_code == 200
    assert client.post("/looks", data={"theme": "pink"}).status_code == 400


def test_the_choice_costs_no_statement(client, cast, statements):
    sign_in(client, cast.chief)
    client.get("/admin/person-query/")
    with statements() as before:
        client.get("/admin/person-query/")
    client.post(PAGE, data=CHOSEN)
    client.get("/admin/person-query/")

    with statements() as after:
        client.get("/admin/person-query/")

    assert len(after) == len(before) <= 6
