"""Codes, and what a stranger sees of addresses (AU-09)."""

import hashlib

from admin_app.rules.codes import hint_email, made_up_hints, new_code


def test_codes_are_six_digits_and_differ():
    codes = {new_code() for _ in range(200)}

    assert {len(code) for code in codes} == {6}
    assert all(code.isdigit() and code.isascii() for code in codes)
    assert len(codes) > 190


def test_hint_of_an_address_tells_one_character():
    assert hint_email("lin@rare-domain.example") == "l***@***"


def test_made_up_hints_vary_like_real_ones():
    seeds = [hashlib.sha256(str(n).encode()).digest() for n in range(500)]

    made = [made_up_hints(seed) for seed in seeds]

    assert made == [made_up_hints(seed) for seed in seeds]
    assert len({mobile for mobile, _, _ in made}) > 300
    assert len({email for _, email, _ in made}) > 30
    assert 100 < sum(both for _, _, both in made) < 250
