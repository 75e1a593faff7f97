"""No request whatsoever makes the program fail (IN-10)."""

import os
import re
import time
from datetime import date

import pytest

from admin_app import models as m
from admin_app.extensions import db
from tests import factories as make
from tests.browsing import sign_in
from tests.everywhere.world import PARTS, Crafter, doors, furnish, screens_of

SOAK = os.environ.get("CE_TEST_SOAK") == "1"
ROUNDS = 40 if SOAK else 2
STRIDE = 3
"""Another round lets another one come to each door; all in ten rounds."""
SECONDS = 1_500 if SOAK else 60
"""Of the processor: on a machine that does much else no door is left out."""
FIELDS = re.compile(r'<(?:input|select|textarea)[^>]* name="([^"]+)"')
ALMOST_RIGHT = {
    "bad utf-8": ("GET", "/?x=%ff%fe", {}),
    "bad utf-8 in a form": (
        "POST",
        "/sign-in/individual",
        {"data": b"id_number=%ff&password=%fe"},
    ),
    "broken multipart": (
        "POST",
        "/register/unit/employer",
        {"data": b"--x\r\nContent", "content_type": "multipart/form-data; boundary=x"},
    ),
    "json for a form": (
        "POST",
        "/sign-in/individual",
        {"data": b"{", "content_type": "application/json"},
    ),
    "no type": ("POST", "/sign-in/individual", {"data": b"\xff" * 100}),
    "odd charset": (
        "POST",
        "/sign-in/individual",
        {
            "data": b"a=b",
            "content_type": "application/x-www-form-urlencoded; charset=utf-7",
        },
    ),
    "language": ("GET", "/", {"headers": {"Accept-Language": "x" * 4000}}),
    "range": (
        "GET",
        "/",
        {"headers": {"Range": "bytes=9-1", "If-Modified-Since": "x"}},
    ),
    "cookie": (
        "GET",
        "/me/",
        {"headers": {"Cookie": "session=\xff; session=" + "a" * 43}},
    ),
}


def fields_of(client, path):
    """The names in the form of a page, if it is one."""
    answer = client.get(path)
    return FIELDS.findall(answer.text) if answer.mimetype == "text/html" else []


def failure(client, method, path, **sent):
    """What went wrong with this request, or None."""
    try:
        answer = client.open(path, method=method, **sent)
    except Exception as error:  # noqa: BLE001 - a test client hands failures on
        return f"{method} {path} {sent}: {error!r}"[:600]
    if answer.status_code >= 500:
        return f"{method} {path} {sent}: {answer.status_code}"[:600]
    return None


def casting(session, cast):
    """Everybody who may come to a door, by what they are; None for a stranger."""
    people = {part: getattr(cast, part) for part in PARTS}
    auditor = make.reference(session, m.Role, "auditor")
    people["auditor"] = make.administrator(
        session, cast.province, auditor, is_chief=False
    )
    for who in ("must_change", "disabled"):
        people[who] = make.administrator(session, cast.school, is_chief=False)
        people[who].account.must_change_password = who == "must_change"
        people[who].account.is_disabled = who == "disabled"
    session.commit()
    return people | {"stranger": None}


def first_round():
    """The round of today: four casts a day, two on each database, all within three days.

    `CE_TEST_STORM` names another one, to try again what failed on another day.
    """
    named = os.environ.get("CE_TEST_STORM")
    if named is not None:
        return int(named)
    is_other = db.engine.dialect.name == "postgresql"
    return (date.today().toordinal() * 2 + is_other) * ROUNDS  # noqa: DTZ011 - any day


def storm(app, client, people, ids, *, first, rounds=ROUNDS):
    """Send crafted requests to each door; give the failures, and how many were sent."""
    parts = list(people)
    every, screens = doors(app), screens_of(app)
    forms = {}
    failures, sent, deadline = [], 0, time.process_time() + SECONDS
    for number in range(first, first + rounds):
        craft = Crafter(number)
        for place, door in enumerate(every):
            if time.process_time() > deadline:
                return failures, sent
            part = parts[(place + number * STRIDE) % len(parts)]
            client.delete_cookie("session")
            if people[part] is not None:
                sign_in(client, people[part], proven=True)
            paths = list(door.paths(screens, ids))
            if door.method == "POST" and (part, door.rule) not in forms and paths:
                forms[part, door.rule] = fields_of(client, paths[0])
            path, rest = craft.request(door, paths, forms.get((part, door.rule)))
            found = failure(client, door.method, path, **rest)
            sent += 1
            if found:
                failures.append(f"round {number}: {part} {found}")
    return failures, sent


@pytest.fixture
def unlimited(monkeypatch):
    """Let nobody be turned away for asking too often: what lies behind is tried."""
    monkeypatch.setattr("admin_app.web.limits.count_one", lambda *_: (1, 60))


@pytest.mark.requirement("IN-10")
@pytest.mark.requirement("IN-08")
def test_no_crafted_request_fails_at_any_door(app, client, cast, db_session, unlimited):
    ids = furnish(db_session, cast)
    people = casting(db_session, cast)

    failures, sent = storm(app, client, people, ids, first=first_round())

    assert failures == []
    assert sent >= len(doors(app))


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize("case", ALMOST_RIGHT)
def test_broken_message_is_answered(client, case):
    method, path, sent = ALMOST_RIGHT[case]

    assert failure(client, method, path, **sent) is None


def test_a_door_that_fails_is_found(make_app, cast, db_session):
    app = make_app()

    @app.route("/broken", methods=["GET", "POST"])
    def broken():
        from flask import request  # noqa: PLC0415

        return str(int(request.values.get("id", "1")))

    client = app.test_client()

    assert failure(client, "GET", "/broken?id=1") is None
    assert "ValueError" in failure(client, "GET", "/broken?id=x")
