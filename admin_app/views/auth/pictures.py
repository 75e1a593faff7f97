"""The picture of the code (U12)."""

import datetime as dt

from flask import Response
from flask.typing import ResponseReturnValue

from admin_app.views.auth import blueprint
from admin_app.web import captcha, limits
from admin_app.web.requests import address

LIMIT = 30
WINDOW = dt.timedelta(minutes=1)


@blueprint.get("/captcha.png")
def captcha_image() -> ResponseReturnValue:
    """Give a new picture each time; the last one is worthless from then on."""
    limits.hit("captcha", address(), LIMIT, WINDOW)
    answer = Response(captcha.issue(), mimetype="image/png")
    answer.headers["Cache-Control"] = "no-store"
    return answer
