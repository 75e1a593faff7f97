"""A form that is sent twice has one effect (WF-11).

The first request notes the form's token before the view runs and makes it final in
the transaction of the effect; the second one waits for the first and is led to its
result. A form that was refused gives its token back. A view that says within the
transaction where it leads (`transactions.concluded`) costs no other one for that.
"""

import datetime as dt
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from admin_app.database import alone, writing
from admin_app.dialects import dialect_of, on_each, table_of
from admin_app.errors import Conflict
from admin_app.extensions import db
from admin_app.models import FormToken
from admin_app.operations.together import write
from admin_app.postgres import NOT_AWAITED
from admin_app.prepared import Prepared
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


@dataclass(slots=True)
class Running:
    """The form whose view runs now."""

    key: str
    location: str
    """Where it leads, as far as the view has said."""
    noted: str = ""
    """What of that is committed."""
    written: object = None
    """What of that a transaction has written, and which one."""


def lead_to(location: str) -> None:
    """Say where the running form leads, before its effect is committed."""
    if (running := _running()) is not None:
        running.location = location


def claim(session: Session) -> None:
    """Make the token of the running form final together with the session's writes."""
    running = _running()
    if running is None or running.noted == running.location:
        return
    begun = session.get_nested_transaction() or session.get_transaction()
    within = begun or session.begin()
    if running.written != (within, running.location):
        write(session, _NOTING, {"key": running.key, "led": running.location})
        running.written = (within, running.location)


def note_commit() -> None:
    """Know that what `claim` wrote is there."""
    if (running := _running()) is not None:
        running.noted = running.location


def _running() -> Running | None:
    found: Running | None = g.get("once")
    return found


def _run(key: str, view: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    running = g.once = Running(key, SAVED + request.path)
    try:
        answer = view()
    except BaseException:
        db.session.rollback()
        _release(key)
        raise
    finally:
        g.once = None
    db.session.rollback()
    running.location = _location(answer)
    if not running.noted:
        _release(key)
    elif running.noted != running.location:
        _note(running)
    return answer


def _location(answer: ResponseReturnValue) -> str:
    if isinstance(answer, Response) and answer.location:
        return answer.location
    return request.path


def _taken_before(key: str) -> str | None:
    """Take the token and return None, or return where its first use led."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with writing(), alone(db.engine) as connection:
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
    """Insert the token, or take over one whose request died without effect."""
    until = now() + KEPT
    taken = _TAKING[dialect_of(connection)].on(
        connection,
        {"token": key, "location": "", "expires_at": until, "stalled": until - STALLED},
    )
    connection.commit()
    return bool(taken)


def _read(connection: Connection, key: str) -> str | None:
    return connection.scalar(_LOCATION, {"key": key})


def _note(running: Running) -> None:
    """Note where the form led."""
    with writing(), db.engine.begin() as connection:
        connection.execute(_NOTING, {"key": running.key, "led": running.location})


def _release(key: str) -> None:
    """Give the token back, unless it has come to have an effect."""
    with writing(), db.engine.begin() as connection:
        connection.execute(
            delete(FormToken).where(FormToken.token == key, FormToken.location == "")
        )


def _taking(inserting: Any) -> Any:
    is_dead = (TOKEN.c.location == "") & (
        TOKEN.c.expires_at < bindparam("stalled", type_=TOKEN.c.expires_at.type)
    )
    return inserting.on_conflict_do_update(
        index_elements=[TOKEN.c.token],
        set_={"expires_at": inserting.excluded.expires_at},
        where=is_dead,
    ).returning(TOKEN.c.token)


TOKEN: Final = table_of(FormToken)
_EACH: Final = on_each(_taking, FormToken)
_TAKING: Final = {
    "sqlite": Prepared(_EACH["sqlite"]),
    "postgresql": Prepared(_EACH["postgresql"].returning(NOT_AWAITED)),
}
_OWN: Final = TOKEN.c.token == bindparam("key")
_NOTING: Final = update(TOKEN).where(_OWN).values(location=bindparam("led"))
_LOCATION: Final = select(TOKEN.c.location).where(_OWN)
