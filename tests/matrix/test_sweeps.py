"""No unsafe request without token or from elsewhere, no GET that changes (AU-14)."""

import pytest

from admin_app.web import csrf
from tests.matrix.decisions import routes_of
from tests.matrix.trying import ARGUMENT

# Refused before any row is asked for; what looking changes, it changes everywhere.
pytestmark = pytest.mark.once

FORGED = {
    "no token": {"csrf": False},
    "token of another": {},
    "foreign origin": {"headers": {"Origin": "https://evil.example"}},
    "foreign site": {"headers": {"Sec-Fetch-Site": "cross-site"}},
}
SENDERS = {"no token": ("anonymous", "individual", "chief")}
REFUSED = {400, 403}


def accepted(world, forgery, only=""):
    """Return the unsafe requests that were let through although they are forged."""
    found = []
    for route in routes_of(world.app):
        if route.method == "GET" or only not in str(route):
            continue
        path = ARGUMENT.sub(filling(route.rule), route.rule)
        for who in SENDERS.get(forgery, ("chief",)):
            more = dict(FORGED[forgery])
            if forgery == "token of another":
                more["headers"] = {"X-CSRFToken": world.token_of("province")}
            answer = world.ask(who, route.method, path, **more)
            if answer.status_code not in REFUSED:
                found.append(f"{route} as {who}: {answer.status_code}")
    changed = world.changed()
    return found + [f"{name} was changed" for name in changed]


def filling(rule):
    """Return what may stand in place of a rule's arguments."""
    for word in ("employer", "person"):
        if word in rule:
            return word if "<int" not in rule else "1"
    return "1"


@pytest.mark.parametrize("forgery", list(FORGED))
@pytest.mark.requirement("AU-14")
def test_forged_request_is_refused_by_every_unsafe_route(forgery, world):
    wrong = accepted(world, forgery)

    assert wrong == []


@pytest.mark.parametrize("who", ["chief", "superuser"])
@pytest.mark.requirement("AU-14")
def test_looking_changes_no_table(who, world):
    tables = world.all_tables()
    before = world.fingerprint(tables)

    for route in routes_of(world.app):
        if route.method == "GET":
            path = ARGUMENT.sub(filling(route.rule), route.rule)
            world.ask(who, "GET", f"{path}?id=1")

    assert world.fingerprint(tables) == before


def test_a_program_without_the_guard_is_found(world, monkeypatch):
    monkeypatch.setattr(csrf, "_equal", lambda _given, _expected: True)

    wrong = accepted(world, "no token", "/sign-out")
    world.restore()

    assert any(line.startswith("POST /sign-out as chief") for line in wrong)


def test_a_program_that_trusts_every_origin_is_found(world, monkeypatch):
    monkeypatch.setattr(csrf, "_is_own", lambda _origin: True)

    wrong = accepted(world, "foreign origin", "/language")
    world.restore()

    assert any(line.startswith("POST /language as chief") for line in wrong)
