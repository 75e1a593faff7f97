"""Every form that takes an account's password is one door, with the same limits."""

import ast
import re
from pathlib import Path

import pytest

import admin_app
from admin_app.operations.accounts import WRONG
from admin_app.web import entrance
from tests import factories as make
from tests.browsing import sign_in

ROOT = Path(admin_app.__file__).parent
ARGUMENT = re.compile(r"<any\((\w+)[^>]*>|<int:\w+>|<\w+>")
ASKS = b'autocomplete="current-password"'
APPLICANT = "/register/unit/employer/applicant"
# A signed-in person's own: guesses are counted by account (tests/views/test_password.py).
OWN = {"/password"}
CHECKS = {"verify_password", "matches"}


def doors(client, app):
    """The addresses whose page asks for a password that somebody has already."""
    found = set()
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.build_only:
            continue
        path = ARGUMENT.sub(filling, rule.rule)
        for address in (path, f"{path}?as=known"):
            if ASKS in client.get(address).data:
                found.add(path)
    return found


def filling(match):
    return match[1] or ("1" if match[0].startswith("<int") else "individual")


@pytest.fixture
def fields(personal_data):
    """What each door asks for, by its address."""

    def known(number, password):
        return {"id_number": number, "password": password}

    return {
        "/sign-in/individual": known,
        "/register/progress": lambda *pair: known(*pair) | {"name": "王老师"},
        "/register/individual": lambda *pair: (
            personal_data | known(*pair) | {"as": "known"}
        ),
        APPLICANT: lambda number, password: {
            "applicant-id_number": number,
            "applicant-password": password,
            "as": "known",
        },
    }


@pytest.fixture
def knock(client, fields, send_unit, unit_data):
    """Try a number and a password at a door."""
    send_unit(unit_data)
    return lambda door, *pair: client.post(door, data=fields[door](*pair))


DOORS = ("/sign-in/individual", "/register/progress", "/register/individual", APPLICANT)
every_door = pytest.mark.parametrize("door", DOORS)


@pytest.mark.once
@pytest.mark.requirement("AU-02", "AU-11")
def test_every_form_that_takes_a_password_is_known_here(
    client, app, cast, send_unit, unit_data, fields
):
    send_unit(unit_data)

    of_visitors = doors(client, app)
    sign_in(client, cast.teacher)
    of_people = doors(client, app)

    assert of_visitors == set(DOORS) == set(fields)
    assert of_people - set(DOORS) == OWN


@pytest.mark.requirement("AU-02", "AU-11")
def test_passwords_are_compared_behind_one_door_only():
    """What a POST alone would ask for, the sweep over pages does not see."""
    callers = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).removeprefix("accounts.") in CHECKS
    }

    # The operation itself, which also serves the change of the own password.
    assert callers == {"web/entrance.py", "operations/accounts.py"}


@every_door
@pytest.mark.requirement("AU-02", "AU-08", "AU-11")
def test_guesses_lock_every_door_and_are_answered_alike(door, knock, cast, db_session):
    number, stranger = cast.teacher.id_number, make.id_number()

    guesses = [knock(door, number, f"wrong-{n}-Lotus") for n in range(5)]
    guesses += [
        knock(door, stranger, "wrong-Lotus"),
        knock(door, number, make.PASSWORD),
    ]

    told = [answer.text.count(WRONG) > 0 for answer in guesses]
    elsewhere = [knock(other, number, make.PASSWORD).status_code for other in DOORS]
    assert told == [True] * 7
    assert [answer.status_code for answer in guesses] == [400] * 7
    assert elsewhere == [400] * len(DOORS)


@every_door
@pytest.mark.requirement("AU-02", "AU-11")
def test_attempts_of_an_address_are_counted_at_every_door(door, knock, cast):
    def guess(at):
        return knock(at, make.id_number(), "wrong-Lotus").status_code

    codes = [guess(door) for _attempt in range(31)]

    assert codes == [400] * 30 + [429]
    assert [guess(other) for other in DOORS] == [429] * len(DOORS)


@every_door
def test_a_door_without_the_limit_is_found(door, knock, cast, monkeypatch):
    monkeypatch.setattr(entrance, "ATTEMPTS", 1_000)
    for number in range(5):
        knock(door, cast.teacher.id_number, f"wrong-{number}-Lotus")

    answer = knock(door, cast.teacher.id_number, make.PASSWORD)

    assert WRONG not in answer.text
