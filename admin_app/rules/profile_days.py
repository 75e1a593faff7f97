"""Whether a day can stand in a person's profile."""

import datetime as dt
from typing import Final

from admin_app.errors import Refused
from admin_app.rules.identity import age_on

LEAST_AGE: Final = 14
"""Younger, nobody graduates, works or passes an examination (our own check)."""


def refuse_impossible_day(
    day: dt.date,
    *,
    label: str,
    field: str,
    birth_date: dt.date | None,
    today: dt.date,
) -> None:
    """Refuse a day that has not come yet, or on which the person was a child."""
    if day > today:
        raise Refused("%(label)s不能晚于今天，请核对。", field=field, label=label)
    if birth_date is not None and age_on(day, birth_date) < LEAST_AGE:
        raise Refused(
            "%(label)s有误：本人当时未满 %(age)s 周岁，请核对。",
            field=field,
            label=label,
            age=LEAST_AGE,
        )
