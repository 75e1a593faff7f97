"""Sessions kept on the server: the cookie holds a secret, the row its hash (AU-06).

A visitor without data has no row. A signed-in session is read together with its
account and identities in one statement and ends at logout, after some idle minutes,
after twelve hours, or as soon as the identity no longer holds.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, cast

from flask import (
    Flask,
    Request,
    Response,
    current_app,
    has_request_context,
    request,
    session,
)
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import Update, bindparam, delete, insert, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.datastructures import CallbackDict

from admin_app.database import writing
from admin_app.dialects import insert_on, table_of
from admin_app.enums import IdentityKind
from admin_app.extensions import db
from admin_app.models import UserSession
from admin_app.operations.identities import Holder, Identity, read_holder
from admin_app.operations.own_sessions import end_oldest
from admin_app.operations.together import write
from admin_app.permissions import Actor
from admin_app.routed import RoutedSession
from admin_app.web.clock import now
from admin_app.web.requests import is_navigation
from admin_app.web.tokens import digest, is_token, new_token
from config.settings import Settings

VISIT: Final = dt.timedelta(hours=2)
"""How long the data of a visitor who has not signed in are kept."""
SEEN_EVERY: Final = dt.timedelta(minutes=1)
LONGEST_AGENT: Final = 200
SAID: Final = "_flashes"
"""Where Flask keeps what the next page is to say."""
_BEGINNING: Final = insert(table_of(UserSession))
UNSAFE: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """What Flask calls `session`, and who holds it."""

    def __init__(self, presented: str | None) -> None:
        """Start as a visitor's session with the secret that the browser presented."""
        super().__init__(on_update=ServerSession._note_change)
        self.presented = presented
        self.token = presented
        self.row_id: int | None = None
        self.holder: Holder | None = None
        self.actor: Actor | None = None
        self.last_seen_at: dt.datetime | None = None
        self.expired_account_id: int | None = None
        self.failure: SQLAlchemyError | None = None
        self.form_tokens: dict[str, str] = {}
        """What the forms of this page carry, by the secret it is made of."""
        self.modified = False
        self.is_ended = False
        self.is_set_aside = False

    def _note_change(self) -> None:
        self.modified = True

    @property
    def account_id(self) -> int | None:
        """The account that is signed in, also while it must change its password."""
        return self.holder.account_id if self.holder else None

    @property
    def locale(self) -> str:
        """The language that the account chose, or an empty text."""
        return self.holder.locale if self.holder else ""

    @property
    def identity(self) -> Identity | None:
        """As what the account acts."""
        return Identity.from_data(self.get("identity"))

    def ensure_token(self) -> str:
        """Return the secret of this session, made now if the browser had none."""
        if self.token is None:
            self.token = new_token()
            if self.presented is None:
                self.presented = self.token
        return self.token

    def set_aside(self) -> None:
        """Show this request nobody and write nothing: the database has failed."""
        self.holder = self.actor = None
        self.is_set_aside = True

    def forget(self) -> None:
        """Become a visitor's session with a new secret."""
        self.row_id = self.holder = self.actor = self.last_seen_at = None
        self.token = None
        self.clear()
        self.modified = False


class DatabaseSessions(SessionInterface):
    """Opens and saves sessions in the table `user_session`."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        """Return the session of the cookie; a failing database is told later."""
        presented = request.cookies.get(cookie_name(app))
        found = ServerSession(presented if is_token(presented) else None)
        if found.token is not None:
            try:
                _load(found)
            except SQLAlchemyError as error:
                found.failure = error
        return found

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        """Write what changed and hand the browser its secret."""
        state = cast("ServerSession", session)
        if state.failure is None and not state.is_set_aside:
            _save(state)
        name, secure = cookie_name(app), is_secure(app)
        if state.token is None:
            if request.cookies.get(name):
                response.delete_cookie(
                    name, secure=secure, httponly=True, samesite="Lax"
                )
        elif request.cookies.get(name) != state.token:
            response.set_cookie(
                name, state.token, secure=secure, httponly=True, samesite="Lax"
            )


def init_app(app: Flask) -> None:
    """Keep sessions in the database, and stop a request whose session is unreadable."""
    app.session_interface = DatabaseSessions()

    @app.before_request
    def raise_failure() -> None:
        if (failure := current().failure) is not None:
            raise failure


def is_secure(app: Flask) -> bool:
    """Tell whether cookies may travel by HTTPS only."""
    settings: Settings = app.extensions["settings"]
    return settings.is_production or settings.base_url.startswith("https:")


def cookie_name(app: Flask) -> str:
    """Return the name of the cookie: bound to this host where HTTPS protects it."""
    return "__Host-session" if is_secure(app) else "session"


def current() -> ServerSession:
    """Return the session of this request."""
    if not has_request_context():
        return ServerSession(None)
    return cast("ServerSession", session._get_current_object())  # type: ignore[attr-defined] # noqa: SLF001 (the proxy's own way out)


def begin(*, account_id: int, identity: Identity, kept: Mapping[str, Any]) -> None:
    """Give the browser a new signed-in session, written with the caller's transaction.

    The secret it had before is worthless from now on (fixation).
    """
    state = current()
    end()
    moment = now()
    token = new_token()
    settings: Settings = _settings()
    data = {**kept, "identity": identity.to_data()}
    row = {
        "token_hash": digest(token),
        "account_id": account_id,
        "data": _dump(data),
        "created_at": moment,
        "last_seen_at": moment,
        "expires_at": moment + settings.session_absolute,
        "address": (request.remote_addr or "")[:45],
        "user_agent": request.user_agent.string[:LONGEST_AGENT],
    }
    db.session.execute(_BEGINNING, row)
    most = settings.sessions_per_account
    end_oldest(db.session(), account_id=account_id, most=most)
    db.session.flush()
    state.token = token
    # Who holds it is read again by whoever asks within this request.
    with db.session.no_autoflush:
        found = read_holder(db.session.connection(), digest(token))
    if found is not None:
        _take(state, found)


def renew() -> None:
    """Give a visitor a new secret: one planted before is worth nothing (AU-06)."""
    state = current()
    data = dict(state)
    state.forget()
    state.update(data)


def end() -> None:
    """Delete the row with the caller's transaction; the browser's secret is void."""
    state = current()
    if state.row_id is not None:
        db.session.execute(delete(UserSession).where(UserSession.id == state.row_id))
    state.forget()
    state.is_ended = True


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _load(state: ServerSession) -> None:
    with cast("RoutedSession", db.session()).glancing() as connection:
        holder = read_holder(connection, digest(str(state.token)))
    if holder is None:
        return
    if is_over(holder):
        if holder.account_id is not None:
            state.expired_account_id = holder.account_id
            # While a page only asks for a part, what was typed on it may still be sent.
            if not is_navigation():
                return
            _delete(holder.session_id)
        state.forget()
        return
    _take(state, holder)
    if holder.account_id is not None and state.actor is None:
        _delete(holder.session_id)
        state.forget()


def _take(state: ServerSession, holder: Holder) -> None:
    dict.clear(state)
    dict.update(state, json.loads(holder.data))
    state.row_id = holder.session_id
    state.last_seen_at = holder.last_seen_at
    if holder.account_id is not None:
        state.holder = holder
        state.actor = holder.acting_as(state.identity)
    state.modified = False


def is_over(held: Holder | UserSession) -> bool:
    """Tell whether the session has lasted or been left alone for too long."""
    moment = now()
    if moment >= held.expires_at:
        return True
    if held.account_id is None:
        return False
    settings = _settings()
    identity = Identity.from_data(json.loads(held.data).get("identity"))
    is_individual = identity is not None and identity.kind is IdentityKind.individual
    idle = settings.session_idle if is_individual else settings.session_idle_admin
    return moment - held.last_seen_at > idle


def save_with(session: Session) -> None:
    """Write what has changed with the caller's transaction, not apart from it later."""
    state = current()
    if state.row_id is not None and (changes := _changes(state)):
        write(session, *_changing(state, changes))
        state.last_seen_at = changes.get("last_seen_at", state.last_seen_at)
        state.modified = False


@contextmanager
def unsaid_on_failure() -> Iterator[None]:
    """Forget what the block has said for the next page if it fails."""
    state = current()
    before = len(state.get(SAID, ()))
    try:
        yield
    except BaseException:
        del state.get(SAID, [])[before:]
        raise


def _save(state: ServerSession) -> None:
    if state.row_id is None:
        if state.modified and state:
            _write(_visitors_row(state))
    elif changes := _changes(state):
        _write(*_changing(state, changes))


def _changes(state: ServerSession) -> dict[str, Any]:
    moment = now()
    changes: dict[str, Any] = {}
    if state.modified:
        changes["data"] = _dump(state)
    seen = state.last_seen_at
    if state.account_id and seen and moment - seen >= SEEN_EVERY:
        changes["last_seen_at"] = moment
    return changes


def _changing(
    state: ServerSession, changes: Mapping[str, Any]
) -> tuple[Update, dict[str, Any]]:
    values = {f"new_{name}": value for name, value in changes.items()}
    return _setting(*changes), {"row": state.row_id, **values}


@cache
def _setting(*names: str) -> Update:
    table = table_of(UserSession)
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return update(table).where(table.c.id == bindparam("row")).values(new)


def _visitor(state: ServerSession) -> dict[str, Any]:
    moment = now()
    return {
        "token_hash": digest(state.ensure_token()),
        "data": _dump(state),
        "created_at": moment,
        "last_seen_at": moment,
        "expires_at": moment + VISIT,
    }


def _visitors_row(state: ServerSession) -> Any:
    """Return what keeps a visitor's data; of two requests at once the last one counts."""
    values = _visitor(state)
    return (
        insert_on(db.engine, UserSession)
        .values(**values)
        .on_conflict_do_update(
            index_elements=[UserSession.token_hash],
            set_={"data": values["data"], "last_seen_at": values["last_seen_at"]},
            where=UserSession.account_id.is_(None),
        )
    )


def _delete(session_id: int) -> None:
    _write(delete(UserSession).where(UserSession.id == session_id))


def _write(statement: Any, values: Mapping[str, Any] | None = None) -> None:
    if has_request_context() and request.method in UNSAFE:
        # What a view left uncommitted was not meant to stay, and on SQLite it would
        # hold the write lock that this short write needs.
        db.session.rollback()
    with writing(), db.engine.begin() as connection:
        connection.execute(statement, values)


def _dump(data: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(data), ensure_ascii=False, default=str).encode()
