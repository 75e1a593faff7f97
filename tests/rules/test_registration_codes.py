"""Unit codes: one field takes the new code and the old one."""

import pytest

from admin_app.errors import Refused
from admin_app.rules.registration_codes import parse_registration_code


@pytest.mark.feature("U04")
@pytest.mark.parametrize(
    ("word", "typed", "stored"),
    [
        ("credit code", "91410105XX0000035P", "91410105XX0000035P"),
        (
            "credit code of the standard's comment",
            "91350100M000100Y43",
            "91350100M000100Y43",
        ),
        ("small letters and blanks", " 91 410105 xx0000035p ", "91410105XX0000035P"),
        ("organisation code", "D2143569-X", "D2143569X"),
        ("organisation code without hyphen", "d2143569x", "D2143569X"),
    ],
)
def test_registration_code_is_stored_in_one_form(word, typed, stored):
    assert parse_registration_code(typed) == stored, word


@pytest.mark.feature("U04")
@pytest.mark.parametrize(
    ("word", "typed", "reason"),
    [
        ("credit code with a slip", "91410105XX0000036P", "check_digit"),
        ("organisation code with a slip", "D2143568-X", "org_check"),
        ("hyphen elsewhere", "D214-3569X", "format"),
        ("neither length", "D2143569", "length"),
        ("nothing", "", "length"),
    ],
)
def test_registration_code_with_a_slip_is_refused(word, typed, reason):
    with pytest.raises(Refused) as refusal:
        parse_registration_code(typed)

    found = (refusal.value.field, refusal.value.values["reason"])
    assert found == ("registration_code", reason), word
