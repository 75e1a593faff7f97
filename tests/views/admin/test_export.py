"""A list as CSV: what was in it comes back, and nothing of it is a formula (IN-02)."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.views.admin.export import csv_file

SIGNS = "=+-@\t\r＝＋－＠"
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
DANGEROUS = st.builds(str.__add__, st.sampled_from(SIGNS), TEXTS)
TABLES = st.lists(st.lists(TEXTS | DANGEROUS, min_size=2, max_size=4), max_size=5)
IN02 = pytest.mark.requirement("IN-02")


def read(body):
    text = body.decode("utf-8").removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline="")))


@IN02
@given(TABLES)
def test_csv_comes_back_with_a_quote_before_what_looks_like_a_formula(rows):
    back = read(csv_file("", rows))

    assert back == [
        [f"'{text}" if text[:1] and text[0] in SIGNS else text for text in row]
        for row in rows
    ]


@IN02
@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"U+{ord(sign):04X}")
def test_text_that_begins_so_is_quoted(sign):
    assert read(csv_file("", [[f"{sign}1+1", "甲"]])) == [[f"'{sign}1+1", "甲"]]
