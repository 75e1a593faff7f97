"""Tells the audit log who acts and from where."""

from collections.abc import Collection
from typing import Any, Final

from flask import Flask, has_request_context
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction

from admin_app.database import writing
from admin_app.extensions import db
from admin_app.operations.audit import CONTEXT, Context, record
from admin_app.operations.lookings import subjects_of, subjects_of_one
from admin_app.web import requests, sessions
from admin_app.web.tokens import digest

SHORT: Final = 16


def init_app(_app: Flask) -> None:
    """Hand each transaction of a request its context."""
    if not event.contains(db.session.session_factory.class_, "after_begin", _tell):
        event.listen(db.session, "after_begin", _tell)


def note(
    action: str,
    *,
    object_kind: str,
    object_id: object,
    after: dict[str, Any] | None = None,
    result: str = "ok",
    subject_id: int | None = None,
) -> None:
    """Tell the audit log of something that changes nothing, in a transaction of its own.

    The request itself must not be writing: on SQLite both would wait for each other.
    """
    with writing(), db.session.session_factory() as session:
        record(
            session,
            action,
            object_kind=object_kind,
            object_id=object_id,
            after=after,
            result=result,
            subject_id=subject_id,
        )
        session.commit()


def note_look(action: str, shown: Any, *, screen: str = "") -> None:
    """Tell the people of whom a record tells that somebody else looks at it (PR-06).

    One line for each of them, in one transaction; the request must not be writing.
    """
    told = _but_own(subjects_of_one(db.session(), shown))
    if not told:
        return
    with writing(), db.session.session_factory() as session:
        for subject_id in told:
            record(
                session,
                action,
                object_kind=shown.__tablename__,
                object_id=shown.id,
                after={"screen": screen} if screen else None,
                subject_id=subject_id,
            )
        session.commit()


def subjects(model: Any, ids: Collection[int]) -> list[int]:
    """Return the people of whom these records tell, but for who acts."""
    return _but_own(subjects_of(db.session(), model, ids))


def _but_own(people: set[int]) -> list[int]:
    actor = sessions.current().actor
    return sorted(people - {actor.person_id} if actor else people)


def _tell(
    session: Session, _transaction: SessionTransaction, _connection: Connection
) -> None:
    if has_request_context():
        session.info[CONTEXT] = _context()


def _context() -> Context:
    state = sessions.current()
    actor = state.actor
    return Context(
        account_id=state.account_id,
        actor_name=actor.name if actor else "",
        identity=actor.kind if actor else None,
        unit_id=actor.unit_id if actor else None,
        address=requests.address()[:45],
        session_hash=digest(state.token)[:SHORT] if state.token else "",
        request_id=requests.request_id(),
    )
