"""Passwords that may be used."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from admin_app.errors import Refused
from admin_app.rules.passwords import (
    initial_password,
    refuse_weak_password,
    weak_passwords,
)

ID_NUMBER = "41010519850103981X"
NAME = "赵丽华"
MOBILE = "15400000001"


def is_accepted(password):
    try:
        refuse_weak_password(password, id_number=ID_NUMBER, name=NAME, mobile=MOBILE)
    except Refused:
        return False
    return True


@pytest.mark.requirement("AU-04")
@pytest.mark.parametrize(
    ("word", "password", "accepted"),
    [
        ("seven", "kW7#mq2", False),
        ("eight", "kW7#mq2x", True),
        ("twenty", "kW7#mq2xkW7#mq2xkW7#", True),
        ("twenty-one", "kW7#mq2xkW7#mq2xkW7#m", False),
        ("digits", "8265019374", False),
        ("full-width digits", "８２６５０１９３７４", False),
        ("letters", "kWzmqvxtr", False),
        ("chinese letters", "春眠不觉晓处处闻啼鸟", False),
        ("chinese and digits", "春眠不觉晓826", True),
        ("blank at the end counts", "kW7#mq2 ", True),
        ("NUL", "kW7#mq2\x00", False),
        ("surrogate", "kW7#mq2\ud800", False),
        ("weak", "abc12345", False),
        ("weak in capitals", "ABC12345", False),
        ("weak in full width", "ａｂｃ12345", False),
        ("last six of the number", "kw03981X#", False),
        ("last six with small x", "kw03981x#", False),
        ("birth date", "#a19850103", False),
        ("mobile", "a15400000001", False),
        ("name", "赵丽华#826501", False),
        ("part of the mobile only", "a1540000#", True),
    ],
)
def test_password_is_judged(word, password, accepted):
    assert is_accepted(password) is accepted, word


@pytest.mark.requirement("AU-04")
def test_every_entry_of_the_weak_list_is_refused_by_the_list():
    entries = weak_passwords()

    outside = {
        entry
        for entry in entries
        if not 8 <= len(entry) <= 20
        or entry.isdigit()
        or entry.isalpha()
        or entry != entry.casefold()
    }
    accepted = {entry for entry in entries if is_accepted(entry)}

    assert (len(entries) >= 10_000, outside, accepted) == (True, set(), set())


def oracle(password):
    """Say the rule once more, in other words."""
    plain = unicodedata.normalize("NFKC", password).casefold()
    kinds = {unicodedata.category(sign)[0] for sign in password}
    personal = ("03981x", "19850103", MOBILE, NAME)
    return (
        len(password) in range(8, 21)
        and not all(sign.isdigit() for sign in password)
        and kinds != {"L"}
        and plain not in weak_passwords()
        and not any(part in plain for part in personal)
    )


@pytest.mark.requirement("AU-04")
@settings(max_examples=1000)
@given(
    parts=st.lists(
        st.sampled_from(
            [
                "a",
                "Q",
                "7",
                "#",
                "１",
                "字",
                " ",
                "abc123",
                "19850103",
                MOBILE,
                NAME,
                ID_NUMBER[-6:],
                ID_NUMBER[-6:].lower(),
                "45",
                "!",
            ]
        ),
        min_size=1,
        max_size=22,
    )
)
def test_password_is_judged_as_the_oracle_says(parts):
    password = "".join(parts)

    accepted = is_accepted(password)

    assert accepted is oracle(password)


@pytest.mark.parametrize("number", [ID_NUMBER, ID_NUMBER.lower()])
def test_initial_password_is_the_last_six_with_a_capital_x(number):
    assert initial_password(number) == "03981X"
