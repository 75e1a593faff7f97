"""Where transactions begin and end for views."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from admin_app.database import writing
from admin_app.extensions import db
from admin_app.operations.together import together
from admin_app.replica import lagging
from admin_app.web import freshness, once, sessions


@contextmanager
def saving() -> Iterator[Session]:
    """Commit the effect of a form when the block ends well, roll back on any exception.

    What the block says to the visitor (`concluded`) is committed with it, or unsaid.
    """
    with sessions.unsaid_on_failure(), committing() as session:
        yield session
        _settle(session)
    once.note_commit()


def concluded(sentence: str, location: str) -> ResponseReturnValue:
    """Say what was done and lead to its page; within `saving()`, in its transaction."""
    flash(sentence, "success")
    once.lead_to(location)
    _settle(db.session())
    return redirect(location, 303)


def _settle(session: Session) -> None:
    """Write what becomes of the form and what the next page says, unless it is."""
    with together(session):
        once.claim(session)
        sessions.save_with(session)


@contextmanager
def committing() -> Iterator[Session]:
    """Commit `db.session` as `saving` does, before the effect that the form is for."""
    freshness.note_write()
    try:
        with lagging(enabled=False):
            yield db.session()
            db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


@contextmanager
def reading() -> Iterator[Session]:
    """Give a session of its own for a look before the request's writes begin.

    What it loaded stays readable after the block; SQLite's write lock is not taken,
    so that slow work (a password's hash) may follow.
    """
    with (
        writing(enabled=False),
        Session(db.engine, expire_on_commit=False) as session,
    ):
        yield session


@contextmanager
def apart() -> Iterator[Connection]:
    """Commit one short write of its own, before the request's writes begin."""
    if db.session.registry.has() and db.session().in_transaction():
        message = "a write apart must come before the request's own statements"
        raise RuntimeError(message)
    with writing(), db.engine.begin() as connection:
        yield connection
