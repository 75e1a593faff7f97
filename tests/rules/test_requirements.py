"""Yearly requirements, completion, numbers of certificates."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.enums import Measure, RequirementScheme, SubjectKind
from admin_app.errors import Refused
from admin_app.rules.requirements import (
    Amounts,
    Entry,
    YearRule,
    certificate_number,
    earned_amounts,
    judge_year,
    luhn_digit,
    required_amounts,
)

YEAR_2020 = YearRule(Decimal(90), Decimal(24), Decimal(60))
YEAR_2010 = YearRule(
    None,
    None,
    None,
    scheme=RequirementScheme.by_rank,
    rank_totals={"senior": Decimal(64), "junior": Decimal(56)},
)


def hours(public, professional):
    kinds = {SubjectKind.public: public, SubjectKind.professional: professional}
    entries = [Entry(Measure.hours, kind, Decimal(n)) for kind, n in kinds.items()]
    return earned_amounts(entries, measure=Measure.hours)


@pytest.mark.parametrize(
    ("word", "public", "professional", "missing", "is_met"),
    [
        ("all three met", 30, 60, (0, 0, 0), True),
        ("six of either kind", 24, 66, (0, 0, 0), True),
        ("both minima but not the total", 24, 60, (6, 0, 0), False),
        ("total without public", 0, 120, (0, 24, 0), False),
        ("total without professional", 60, 59.5, (0, 0, 0.5), False),
        ("nothing", 0, 0, (90, 24, 60), False),
        ("half an hour short", 24, 65.5, (0.5, 0, 0), False),
    ],
)
def test_year_is_met_when_all_three_minima_are(
    word, public, professional, missing, is_met
):
    completion = judge_year(YEAR_2020, hours(public, professional))

    short = completion.shortfall
    found = (short.total, short.public, short.professional)
    assert (found, completion.is_met) == (missing, is_met), word


@pytest.mark.parametrize(
    ("rank", "total"), [("senior", 64), ("junior", 56), (None, 56), ("unknown", 56)]
)
def test_year_by_rank_asks_the_total_of_the_rank(rank, total):
    required = required_amounts(YEAR_2010, rank=rank)

    assert required == Amounts(Measure.hours, total=Decimal(total))


def test_hours_and_credits_are_never_added():
    entries = [
        Entry(Measure.hours, SubjectKind.professional, Decimal(40)),
        Entry(Measure.credits, SubjectKind.professional, Decimal(25)),
        Entry(Measure.hours, SubjectKind.professional, Decimal(-10)),
    ]

    earned = {measure: earned_amounts(entries, measure=measure) for measure in Measure}

    assert {measure: amounts.total for measure, amounts in earned.items()} == {
        Measure.hours: 30,
        Measure.credits: 25,
    }
    with pytest.raises(Refused):
        judge_year(YEAR_2020, earned[Measure.credits])


def test_certificate_number_has_the_agreed_form():
    number = certificate_number(year=2026, region="410102", serial=17)

    assert number == "HN2026410102000000175"


numbers = st.builds(
    certificate_number,
    year=st.integers(2000, 2099),
    region=st.sampled_from(["410102", "419001"]),
    serial=st.integers(1, 99_999_999),
)


@given(number=numbers, place=st.integers(2, 20), other=st.sampled_from("0123456789"))
def test_luhn_digit_finds_one_wrong_digit(number, place, other):
    slipped = number[:place] + other + number[place + 1 :]

    fits = luhn_digit(slipped[2:-1]) == slipped[-1]
    assert fits is (slipped == number)


@pytest.mark.parametrize(
    ("region", "serial"), [("4101", 1), ("41010٣", 1), ("410102", 0), ("410102", 10**8)]
)
def test_certificate_number_that_cannot_be_is_refused(region, serial):
    with pytest.raises(Refused):
        certificate_number(year=2026, region=region, serial=serial)
