"""What time it is for this program; tests set `app.extensions["clock"]`."""

import datetime as dt
from collections.abc import Callable
from typing import cast

from flask import Flask, current_app

from admin_app.columns import utc_now
from admin_app.rules.days import day_of


def init_app(app: Flask) -> None:
    """Let the program live in the present."""
    app.extensions["clock"] = utc_now


def now() -> dt.datetime:
    """Return the present moment."""
    clock = cast("Callable[[], dt.datetime]", current_app.extensions["clock"])
    return clock()


def today() -> dt.date:
    """Return the day it is in Henan."""
    return day_of(now())
