"""A form that is sent twice has one effect (WF-11).

The first request notes the form's token before the view runs and makes it final in
the transaction of the effect; the second one waits for the first and is led to its
result. A form that was refused gives its token back.
"""

import datetime as dt
import functools
import time
from collections.abc import Callable
from typing import Any, Final

from flask import Flask, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from admin_app.database import writing
from admin_app.errors import Conflict
from admin_app.extensions import db
from admin_app.models import FormToken
from admin_app.web.clock import now
from admin_app.web.tokens import digest, is_token, new_token

FIELD: Final = "once"
KEPT: Final = dt.timedelta(hours=24)
STALLED: Final = dt.timedelta(seconds=60)
"""A first request that has not ended by then is taken for dead."""
PATIENCE: Final = 10.0
PAUSE: Final = 0.05
SAVED: Final = "~"
"""Marks an effect that is committed while its result page is not yet known."""

View = Callable[..., ResponseReturnValue]


def init_app(app: Flask) -> None:
    """Give templates `once_token()` for the hidden field of a form."""
    app.jinja_env.globals["once_token"] = new_token


def once(view: View) -> View:
    """Run a POST view at most once for each form; `saving()` marks its effect.

    A post without the field is not guarded.
    """

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        text = request.form.get(FIELD, "")
        if request.method != "POST" or not text:
            return view(*args, **kwargs)
        if not is_token(text):
            raise BadRequest
        key = digest(f"{request.path}:{text}")
        if (location := _taken_before(key)) is not None:
            return redirect(location, 303)
        return _run(key, functools.partial(view, *args, **kwargs))

    return guarded


def claim(session: Session) -> None:
    """Make the token of the running form final together with the session's writes."""
    key = g.get("once_key")
    if key is None or g.get("once_claimed"):
        return
    session.execute(
        update(FormToken)
        .where(FormToken.token == key)
        .values(location=SAVED + request.path)
    )
    g.once_claimed = True


def _run(key: str, view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    g.once_key, g.once_claimed = key, False
    try:
        answer = view()
    finally:
        g.once_key = None
        db.session.rollback()
        saved = _finish(key, None)
    if saved:
        _finish(key, _location(answer))
    return answer


def _location(answer: ResponseReturnValue) -> str:
    if isinstance(answer, Response) and answer.location:
        return answer.location
    return request.path


def _taken_before(key: str) -> str | None:
    """Take the token and return None, or return where its first use led."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with writing(), db.engine.connect() as connection:
            if _take(connection, key):
                return None
            location = _read(connection, key)
        if location and not location.startswith(SAVED):
            return location
        if time.monotonic() > deadline:
            if location:
                return location.removeprefix(SAVED)
            raise Conflict("该表单正在处理中，请稍后查看结果，不要重复提交。")
        time.sleep(PAUSE)


def _take(connection: Connection, key: str) -> bool:
    """Insert the token, over one whose request died without effect."""
    expired = FormToken.expires_at < now() + KEPT - STALLED
    connection.execute(
        delete(FormToken).where(
            FormToken.token == key, FormToken.location == "", expired
        )
    )
    try:
        connection.execute(
            insert(FormToken).values(token=key, location="", expires_at=now() + KEPT)
        )
        connection.commit()
    except IntegrityError:
        connection.rollback()
        return False
    return True


def _read(connection: Connection, key: str) -> str | None:
    return connection.scalar(select(FormToken.location).where(FormToken.token == key))


def _finish(key: str, location: str | None) -> bool:
    """Note where the form led; without a location, drop it if it had no effect."""
    with writing(), db.engine.begin() as connection:
        row = FormToken.token == key
        if location is not None:
            connection.execute(update(FormToken).where(row).values(location=location))
            return True
        gone = connection.execute(
            delete(FormToken).where(row, FormToken.location == "")
        )
        return gone.rowcount == 0
