"""Numbers and addresses at which a person can be reached."""

import pytest

from admin_app.errors import Refused
from admin_app.rules.contacts import parse_email, parse_landline, parse_mobile


@pytest.mark.parametrize(
    ("parse", "typed", "stored"),
    [
        (parse_mobile, "15400000001", "15400000001"),
        (parse_mobile, "+86 154-0000-0001", "15400000001"),
        (parse_mobile, "１５４００００００01", "15400000001"),
        (parse_email, " p00001@Example.com ", "p00001@example.com"),
        (parse_landline, "0371-00000001", "0371-00000001"),
        (parse_landline, "(0371) 6550 1234", None),
        (parse_landline, "0371—65501234", "0371-65501234"),
        (parse_landline, "65501234-801", "65501234-801"),
        (parse_landline, "400-123-4567", "400-123-4567"),
        (parse_landline, "0371-12", None),
        (parse_mobile, "2540000000", None),
        (parse_mobile, "154000000011", None),
        (parse_mobile, "1540000000١", None),
        (parse_mobile, "15400000001\n1", None),
        (parse_email, "nobody", None),
        (parse_email, "a@b@example.com", None),
        (parse_email, "a\u200b@example.com", None),
        (parse_email, "a@example.com\nBcc: b@example.com", None),
    ],
)
def test_contact_is_stored_in_one_form_or_refused(parse, typed, stored):
    try:
        found = parse(typed)
    except Refused:
        found = None

    assert found == stored
