"""Identity numbers: the vectors, single slips, and what a number tells."""

import csv
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.enums import Sex
from admin_app.errors import Refused
from admin_app.rules.identity import (
    agree_with_id,
    check_character,
    fold_id_number,
    parse_id_number,
)
from admin_app.rules.registration_codes import (
    parse_organization_code,
    parse_social_credit_code,
)
from config.settings import PROJECT

TODAY = dt.date(2026, 11, 22)
OF_AGE = dt.date(2036, 11, 22)
"""The vectors judge the number alone: by this day all whom they name are old enough."""
VALID = "11010519491231002X"
RESIDENCE_PERMITS = {"810000", "820000", "830000"}


def rows(path):
    with path.open(encoding="utf-8") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


VECTORS = list(rows(PROJECT / "tests/data/id_vectors.csv"))
KNOWN_REGIONS = RESIDENCE_PERMITS | {
    row["code"] for row in rows(PROJECT / "seed/reference/region_prefixes.csv")
}


def verdict(vector):
    """Return the reason of a refusal, or '' for an accepted number."""
    try:
        if vector["kind"] == "uscc":
            parse_social_credit_code(vector["number"])
            return ""
        if vector["kind"] == "org_code":
            parse_organization_code(vector["number"])
            return ""
        parse_id_number(vector["number"], today=OF_AGE)
    except Refused as refusal:
        return refusal.values["reason"]
    return ""


@pytest.mark.feature("U04")
@pytest.mark.requirement("IN-09")
@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda row: f"{row['kind']} {row['note']}"
)
def test_number_of_the_vectors_gets_its_verdict(vector):
    # Divisions are not looked up: no list of them is complete.
    expected = vector["reason"].replace("division", "")
    assert verdict(vector) == expected


def test_vectors_are_all_there():
    kinds = [vector["kind"] for vector in VECTORS]

    counts = {kind: kinds.count(kind) for kind in sorted(set(kinds))}

    assert counts == {"org_code": 6, "resident_id": 37, "uscc": 19}


def sample_numbers():
    """Return valid numbers: the first 17 digits of adults, and their check character."""
    days = st.dates(dt.date(1930, 1, 1), dt.date(2010, 12, 31))
    sequences = st.integers(1, 999)
    regions = st.sampled_from(sorted(KNOWN_REGIONS))
    first = st.builds("{}{:%Y%m%d}{:03d}".format, regions, days, sequences)
    return first.map(lambda digits: digits + check_character(digits))


@pytest.mark.requirement("IN-09")
@given(
    number=sample_numbers(),
    place=st.integers(0, 17),
    other=st.sampled_from("0123456789X"),
)
def test_number_with_one_wrong_character_is_refused(number, place, other):
    if number[place] == other:
        other = "1" if other == "0" else "0"
    slipped = number[:place] + other + number[place + 1 :]

    with pytest.raises(Refused) as refusal:
        parse_id_number(slipped, today=TODAY)

    assert refusal.value.field == "id_number"
    assert slipped not in str(refusal.value)


@given(number=sample_numbers())
def test_valid_number_tells_region_birth_date_and_sex(number):
    found = parse_id_number(number, today=TODAY)

    told = (found.number, found.region, f"{found.birth_date:%Y%m%d}")
    assert told == (number, number[:6], number[6:14])
    assert found.sex is (Sex.male if int(number[16]) % 2 else Sex.female)
    assert repr(found) == f"IdNumber({number[:6]})"


def number_born(day):
    first = f"410102{day:%Y%m%d}980"
    return first + check_character(first)


@pytest.mark.requirement("IN-09")
@pytest.mark.parametrize(
    ("word", "birth_date", "is_accepted"),
    [
        ("fourteen today", dt.date(2012, 11, 22), True),
        ("fourteen tomorrow", dt.date(2012, 11, 23), False),
        ("a hundred and twenty until tomorrow", dt.date(1905, 11, 23), True),
        ("a hundred and twenty-one today", dt.date(1905, 11, 22), False),
        ("born tomorrow", dt.date(2026, 11, 23), False),
    ],
)
def test_age_decides_at_its_limits(word, birth_date, is_accepted):
    number = number_born(birth_date)

    try:
        reason = parse_id_number(number, today=TODAY) and None
    except Refused as refusal:
        reason = refusal.values["reason"]

    assert reason == (None if is_accepted else "birth_range"), word


@pytest.mark.requirement("IN-09")
@pytest.mark.parametrize(
    ("word", "typed", "folded"),
    [
        ("as printed", VALID, VALID),
        ("small x", VALID.lower(), VALID),
        ("full width", "１１０１０５１９４９１２３１００２Ｘ", VALID),
        ("blanks and line end", " 110105 19491231 002X\n", VALID),
    ],
)
def test_folded_number_is_what_was_meant(word, typed, folded):
    assert fold_id_number(typed) == folded, word


@pytest.mark.requirement("IN-09")
@pytest.mark.parametrize(
    ("word", "raw", "reason"),
    [
        ("arabic digits", "١" * 18, "format"),
        ("trailing line end", "41010219900517981\n", "format"),
        ("line end after a whole number", VALID + "\n", "length"),
        ("full width", "１１０１０５１９４９１２３１００２Ｘ", "format"),
    ],
)
def test_unfolded_number_is_refused(word, raw, reason):
    with pytest.raises(Refused) as refusal:
        parse_id_number(raw, today=TODAY)

    assert refusal.value.values["reason"] == reason, word


@pytest.mark.feature("P02")
@pytest.mark.parametrize(
    ("word", "sex", "birth_date", "refused_field"),
    [
        ("both agree", Sex.female, dt.date(1949, 12, 31), None),
        ("nothing told", None, None, None),
        ("other sex", Sex.male, dt.date(1949, 12, 31), "sex"),
        ("other day", Sex.female, dt.date(1949, 12, 30), "birth_date"),
    ],
)
def test_sex_and_birth_date_must_agree_with_the_number(
    word, sex, birth_date, refused_field
):
    number = parse_id_number(VALID, today=TODAY)

    try:
        agree_with_id(number, sex=sex, birth_date=birth_date)
        field = None
    except Refused as refusal:
        field = refusal.field

    assert field == refused_field, word
