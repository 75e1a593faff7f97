"""Tells the audit log who acts and from where."""

from typing import Any, Final

from flask import Flask, has_request_context
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction

from admin_app.database import writing
from admin_app.extensions import db
from admin_app.operations.audit import CONTEXT, Context, record
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
        )
        session.commit()


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
