"""Whether a day can stand in a person's profile."""

import datetime as dt

from admin_app.errors import Refused


def refuse_impossible_day(
    day: dt.date,
    *,
    label: str,
    field: str,
    birth_date: dt.date | None,
    today: dt.date,
) -> None:
    """Refuse a day that has not come yet, or that was before the person's birth."""
    if day > today:
        raise Refused("%(label)s不能晚于今天，请核对。", field=field, label=label)
    if birth_date is not None and day <= birth_date:
        raise Refused(
            "%(label)s不能早于出生日期 %(birth)s，请核对。",
            field=field,
            label=label,
            birth=birth_date.isoformat(),
        )
