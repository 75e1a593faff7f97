"""Days of a period: no more than it has."""

import pytest

from admin_app.errors import Refused
from admin_app.rules.field_specs import from_mapping
from admin_app.rules.learning_forms import (
    AnswersRefused,
    accept_answers,
    validate_fields,
)
from tests.declaring import TODAY

PERIOD = {"name": "period", "label": "时间", "kind": "daterange", "required": True}
DAYS = {"name": "days", "label": "天数", "kind": "number", "step": 0.5}
FIELDS = [from_mapping(PERIOD), from_mapping(DAYS | {"days_of": "period"})]
THREE_DAYS = {"start": "2025-03-01", "end": "2025-03-03"}


@pytest.mark.parametrize("days", ["3", "2.5", ""])
def test_days_that_the_period_has_are_taken(days):
    answers = accept_answers(FIELDS, {"period": THREE_DAYS, "days": days}, today=TODAY)

    assert answers.get("days", "") == days


def test_more_days_than_the_period_has_are_refused():
    with pytest.raises(AnswersRefused) as refused:
        accept_answers(FIELDS, {"period": THREE_DAYS, "days": "3.5"}, today=TODAY)

    assert {name: str(why) for name, why in refused.value.problems.items()} == {
        "days": "起止日期之间只有 3 天，请核对。"
    }


@pytest.mark.parametrize(
    "fields",
    [[DAYS], [DAYS | {"name": "period"}], [PERIOD | {"kind": "date"}]],
    ids=["none", "a number", "a day"],
)
def test_days_of_what_is_no_period_are_refused(fields):
    specs = [from_mapping(field) for field in fields]
    days = from_mapping(DAYS | {"name": "last", "days_of": "period"})

    with pytest.raises(Refused, match="须指向排在它前面的起止日期"):
        validate_fields([*specs, days])


def test_only_a_number_is_a_number_of_days():
    with pytest.raises(Refused, match="days_of"):
        from_mapping(PERIOD | {"days_of": "period"})
