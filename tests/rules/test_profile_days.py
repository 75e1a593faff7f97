"""Which days a profile may hold."""

from datetime import date

import pytest

from admin_app.errors import Refused
from admin_app.rules.profile_days import refuse_impossible_day

BIRTH, TODAY = date(1980, 1, 1), date(2025, 11, 18)
CASES = {
    "the fourteenth birthday": (date(1994, 1, 1), None),
    "today": (TODAY, None),
    "tomorrow": (date(2025, 11, 19), "取得时间不能晚于今天，请核对。"),
    "the day before it": (
        date(1993, 12, 31),
        "取得时间有误：本人当时未满 14 周岁，请核对。",
    ),
}


@pytest.mark.parametrize(("day", "said"), CASES.values(), ids=CASES)
def test_day_is_between_youth_and_today(day, said):
    assert refusal(day, BIRTH) == said


def test_unknown_birth_sets_no_limit():
    assert refusal(date(1900, 1, 1), None) is None


def refusal(day, birth_date):
    try:
        refuse_impossible_day(
            day,
            label="取得时间",
            field="obtained_on",
            birth_date=birth_date,
            today=TODAY,
        )
    except Refused as refused:
        return str(refused)
    return None
