"""Which day it is in Henan."""

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day that a moment belongs to."""
    return moment.astimezone(SHANGHAI).date()
