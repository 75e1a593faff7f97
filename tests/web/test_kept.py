"""A session that ends in the middle of a form does not cost what was typed."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import request

from admin_app import jobs
from admin_app.web.identity import requires_individual
from tests import factories as make
from tests.browsing import Browser, sign_in

TYPED = {"title": "专业 <b>培训</b>", "days": "3", "password": "Secret-12345", "captcha": "ABCDE"}  # fmt: skip


@pytest.fixture
def client(make_app):
    """A browser of a program with one more form, which says what reached it."""
    app = make_app()

    @app.post("/me/form")
    @requires_individual
    def form():
        return f"{request.form['title']}|{request.form['days']}"

    return Browser(app, app.response_class)


def enter(client, person):
    data = {"id_number": person.id_number, "password": make.PASSWORD}
    return client.post("/sign-in/individual", data=data)


def kept_fields(page):
    form = re.search(
        r'<form method="post" action="/me/form".*?</form>', page.text, re.DOTALL
    )
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


PARTS = [{"HX-Request": "true"}, {"Sec-Fetch-Mode": "cors"}, {"Sec-Fetch-Mode": "no-cors"}]  # fmt: skip


@pytest.mark.parametrize("headers", PARTS, ids=["part", "script", "picture"])
def test_a_part_that_is_asked_for_too_late_costs_nothing(client, cast, clock, headers):
    sign_in(client, cast.teacher)
    clock.tick(timedelta(minutes=31))
    secret = client.secret()

    for method, path in (("GET", "/me/"), ("POST", "/me/declarations/hours")):
        part = client.open(path, method=method, headers=headers)
        assert (part.status_code, client.secret()) == (401, secret)
        assert "填写的内容还在" in part.text
    client.post("/me/form", data=TYPED)
    page = client.get(enter(client, cast.teacher).location)

    assert kept_fields(page) == {"title": "专业 <b>培训</b>", "days": "3"}


def test_form_that_was_open_over_night_is_kept(client, cast, clock):
    sign_in(client, cast.teacher)
    clock.tick(timedelta(hours=16))
    with client.application.app_context():
        jobs.sweep()

    client.post("/me/form", data=TYPED)

    assert kept_fields(client.get(enter(client, cast.teacher).location))


def test_form_sent_in_time_reaches_its_page(client, cast):
    sign_in(client, cast.teacher)

    answer = client.post("/me/form", data=TYPED)

    assert answer.text == "专业 <b>培训</b>|3"


def test_expired_form_waits_for_the_same_person(client, cast, clock):
    sign_in(client, cast.teacher)
    clock.tick(timedelta(minutes=31))

    led = client.post("/me/form", data=TYPED)
    entered = enter(client, cast.teacher)
    page = client.get(entered.location)
    sent = client.post("/me/form", data=kept_fields(page))

    assert (led.status_code, led.location) == (303, "/sign-in/individual")
    assert entered.location == "/resume"
    assert kept_fields(page) == {"title": TYPED["title"], "days": "3"}
    assert sent.text == "专业 <b>培训</b>|3"


def test_expired_form_goes_on_at_the_record_of_its_address(client, cast, clock):
    sign_in(client, cast.teacher)
    clock.tick(timedelta(minutes=31))

    client.post("/me/form?id=7&tab=own", data=TYPED)
    page = client.get(enter(client, cast.teacher).location)

    assert 'action="/me/form?id=7&amp;tab=own"' in page.text


def test_expired_form_is_not_given_to_somebody_else(client, cast, clock):
    sign_in(client, cast.teacher)
    clock.tick(timedelta(minutes=31))
    client.post("/me/form", data=TYPED)

    entered = enter(client, cast.colleague)
    page = client.get("/resume")

    assert entered.location == "/me/"
    assert (page.status_code, page.location) == (302, "/me/")


def test_form_of_a_visitor_is_not_kept(client, cast):
    client.post("/me/form", data=TYPED)

    assert enter(client, cast.teacher).location == "/me/"
