"""The audit log: one line for each act, in its transaction, chained by HMAC (AD-01-04).

Lines are gathered while the session works and written when it commits, so that the
lock that keeps the chain in order is held only for a moment.
"""

import datetime as dt
import decimal
import enum
import hashlib
import hmac
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import event, func, insert, inspect, select
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

from admin_app.columns import EncryptedText, utc_now
from admin_app.dialects import table_of
from admin_app.enums import IdentityKind
from admin_app.extensions import db, keyring
from admin_app.models import (
    AuditEntry,
    Authenticator,
    Captcha,
    CreditEntry,
    FormToken,
    Message,
    OneTimeCode,
    OutgoingMessage,
    PasswordHistory,
    RateCounter,
    RecoveryCode,
    RollFold,
    UnitRoll,
    UnitTally,
    UserSession,
    WorkflowEvent,
    YearTotal,
)
from admin_app.operations.audit_anchors import Anchor
from admin_app.prepared import Prepared
from config.logging import mask

CONTEXT: Final = "audit_context"
PENDING: Final = "audit_pending"
LOCK: Final = 0x41554454
"""The number of PostgreSQL's advisory lock for the end of the chain."""
START: Final = "0" * 64
MASK: Final = "***"
LONGEST_TEXT: Final = 2_000
CHAINED: Final = (
    "at", "account_id", "actor_name", "identity", "unit_id", "action", "object_kind",
    "object_id", "before", "after", "result", "address", "session_hash", "request_id",
)  # fmt: skip
CHAINED_IF_TOLD: Final = ("subject_id",)
"""Columns that came later: older lines were chained without them."""
UNAUDITED: Final = frozenset(
    {
        # The log itself, and what is a record of acts already.
        AuditEntry,
        WorkflowEvent,
        CreditEntry,
        # Come and go with acts that have lines of their own.
        Message,
        Authenticator,
        RecoveryCode,
        # Derived, or technical and short-lived.
        YearTotal,
        UnitTally,
        UnitRoll,
        RollFold,
        PasswordHistory,
        UserSession,
        Captcha,
        OneTimeCode,
        OutgoingMessage,
        FormToken,
        RateCounter,
    }
)
HIDDEN_COLUMNS: Final = frozenset({"password_hash", "activation_hash"})
UNTOLD_COLUMNS: Final = frozenset({"created_at", "updated_at", "last_login_at"})


@dataclass(frozen=True, slots=True)
class Context:
    """Who acts, and from where; the web layer puts it on `session.info`."""

    account_id: int | None = None
    actor_name: str = ""
    identity: IdentityKind | None = None
    unit_id: int | None = None
    address: str = ""
    session_hash: str = ""
    request_id: str = ""


def record(
    session: Session,
    action: str,
    *,
    object_kind: str = "",
    object_id: object = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    result: str = "ok",
    account_id: int | None = None,
    actor_name: str = "",
    identity: IdentityKind | None = None,
    subject_id: int | None = None,
) -> None:
    """Add a line to the log of this transaction.

    `account_id`, `actor_name` and `identity` tell who acts where the context cannot, as
    while somebody signs in. `subject_id` is the person whose data were shown: they may
    read the line (PR-06).
    """
    # The context is put there when the transaction begins on a connection.
    session.connection()
    context: Context = session.info.get(CONTEXT) or Context()
    line = {
        "at": utc_now(),
        "account_id": account_id or context.account_id,
        "actor_name": actor_name or context.actor_name,
        "identity": identity or context.identity,
        "unit_id": context.unit_id,
        "action": action,
        "object_kind": object_kind,
        "object_id": str(object_id),
        "before": _plain_dict(before),
        "after": _plain_dict(after),
        "result": result,
        "address": context.address,
        "session_hash": context.session_hash,
        "request_id": context.request_id,
        "subject_id": subject_id,
    }
    pending = session.info.setdefault(PENDING, [])
    pending.append((_innermost(session), line))


def record_all(
    session: Session,
    action: str,
    *,
    object_kind: str,
    ids: Collection[int],
    after: dict[str, Any] | None = None,
    **more: Any,
) -> None:
    """Add one line for all objects that had the same fate; a single one is its object."""
    known = sorted(ids)
    is_batch = len(known) > 1
    told = {**(after or {}), **({"ids": known} if is_batch else {})}
    named = "" if is_batch else known[0]
    record(
        session,
        action,
        object_kind=object_kind,
        object_id=named,
        after=told or None,
        **more,
    )


def told_of(
    session: Session,
    object_kind: str,
    object_id: int,
    *,
    actions: Collection[str],
    before: int | None = None,
    most: int,
) -> Sequence[AuditEntry]:
    """Return what was done to an object by these actions, the latest first.

    `before` leaves out that line and all later ones.
    """
    statement = select(AuditEntry).where(
        AuditEntry.object_kind == object_kind,
        AuditEntry.object_id == str(object_id),
        AuditEntry.action.in_(actions),
        AuditEntry.result == "ok",
    )
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    return session.scalars(statement.order_by(AuditEntry.id.desc()).limit(most)).all()


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold."""

    entry_id: int
    reason: str


def verify(
    session: Session, *, anchors: Sequence[Anchor] = (), batch: int = 5_000
) -> tuple[int, Break | None]:
    """Return how many lines hold, and the first that does not.

    `anchors` are what was noted outside; each must still be in the chain.
    """
    previous, count, last_id = START, 0, 0
    keys = [_chain_key(key) for key in keyring.keys]
    noted = {anchor.entry_id: anchor for anchor in anchors}
    while rows := _next_rows(session, last_id, batch):
        for row in rows:
            if row.previous_mac != previous:
                return count, Break(row.id, "previous line is missing or moved")
            told = (*CHAINED, *CHAINED_IF_TOLD)
            body = _body({name: getattr(row, name) for name in told})
            if not any(_mac(key, previous, body) == row.mac for key in keys):
                return count, Break(row.id, "line was changed")
            anchor = noted.pop(row.id, None)
            if anchor and (anchor.mac, anchor.count) != (row.mac, count + 1):
                return count, Break(row.id, "another line was anchored outside")
            previous, last_id, count = row.mac, row.id, count + 1
    # What the chain does not hold was cut off, or never was in this copy.
    if noted:
        return count, Break(min(max(noted), last_id + 1), "anchored line is missing")
    return count, None


def _next_rows(session: Session, after_id: int, batch: int) -> Sequence[Any]:
    columns = [getattr(AuditEntry, n) for n in (*CHAINED, *CHAINED_IF_TOLD)]
    return session.execute(
        select(AuditEntry.id, AuditEntry.previous_mac, AuditEntry.mac, *columns)
        .where(AuditEntry.id > after_id)
        .order_by(AuditEntry.id)
        .limit(batch)
    ).all()


# --- What the session tells -------------------------------------------------


@event.listens_for(db.session, "after_flush")
def _gather(session: Session, _flush: UOWTransaction) -> None:
    """Turn each written row of an audited model into a line."""
    for row in session.new:
        if type(row) not in UNAUDITED:
            _note(session, "create", row, None, _values(row))
    for row in session.dirty:
        if type(row) not in UNAUDITED and session.is_modified(row):
            before, after = _changes(row)
            if after:
                _note(session, "edit", row, before, after)
    for row in session.deleted:
        if type(row) not in UNAUDITED:
            _note(session, "delete", row, _values(row), None)


@event.listens_for(db.session, "before_commit")
def _write(session: Session) -> None:
    """Chain the gathered lines and write them with the transaction they tell of."""
    if session.in_nested_transaction():
        return
    session.flush()
    pending = session.info.pop(PENDING, None)
    if not pending:
        return
    connection = session.connection()
    # Everything that needs no lock comes first: all other writers wait for its end.
    told = [(line, _body(line)) for _, line in pending]
    ends = _TAKE_END[connection.dialect.name].on(connection)
    lines = list(_chain((ends and ends[0][0]) or START, told))
    if len(lines) == 1:
        # For a list the driver asks the server once more, with the lock held.
        _WRITING.on(connection, lines[0])
    else:
        connection.execute(_LINES, lines)


_TAKE_END: Final[Mapping[str, Prepared]] = {
    "postgresql": Prepared(select(func.take_end_of_audit_log(LOCK))),
    # SQLite's writers come one after another anyway.
    "sqlite": Prepared(select(AuditEntry.mac).order_by(AuditEntry.id.desc()).limit(1)),
}
"""Keeps other writers from the log and gives its end."""
_LINES: Final = insert(table_of(AuditEntry)).inline()
_WRITING: Final = Prepared(_LINES)


@event.listens_for(db.session, "after_soft_rollback")
def _drop(session: Session, ended: SessionTransaction) -> None:
    """Forget the lines of what was rolled back."""
    pending = session.info.get(PENDING, [])
    session.info[PENDING] = [
        (within, line) for within, line in pending if ended not in _around(within)
    ]


def _innermost(session: Session) -> SessionTransaction | None:
    return session.get_nested_transaction() or session.get_transaction()


def _around(within: SessionTransaction | None) -> Iterator[SessionTransaction]:
    while within is not None:
        yield within
        within = within.parent


def _chain(
    previous: str, lines: Sequence[tuple[dict[str, Any], bytes]]
) -> Iterator[dict[str, Any]]:
    _, key = keyring.current
    for line, body in lines:
        mac = _mac(_chain_key(key), previous, body)
        yield line | {"previous_mac": previous, "mac": mac}
        previous = mac


def _chain_key(data_key: bytes) -> bytes:
    return hmac.new(data_key, b"audit chain", hashlib.sha256).digest()


def _mac(key: bytes, previous: str, body: bytes) -> str:
    return hmac.new(key, previous.encode() + body, hashlib.sha256).hexdigest()


def _body(line: dict[str, Any]) -> bytes:
    plain = {name: _plain(line[name]) for name in CHAINED}
    plain |= {name: line[name] for name in CHAINED_IF_TOLD if line[name] is not None}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()


# --- Rows as plain values ---------------------------------------------------


def _note(
    session: Session,
    action: str,
    row: Any,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    state = inspect(row)
    key = state.identity or tuple(
        getattr(row, column.key) for column in state.mapper.primary_key
    )
    record(
        session,
        action,
        object_kind=row.__tablename__,
        object_id="/".join(map(str, key)),
        before=before,
        after=after,
    )


def _values(row: Any) -> dict[str, Any]:
    mapper = inspect(row).mapper
    told = {
        attribute.key: _shown(attribute, inspect(row).dict.get(attribute.key))
        for attribute in mapper.column_attrs
        if attribute.key not in UNTOLD_COLUMNS
    }
    return {name: value for name, value in told.items() if value not in (None, "")}


def _changes(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    before, after = {}, {}
    state = inspect(row)
    for attribute in state.mapper.column_attrs:
        history = state.attrs[attribute.key].history
        if not history.has_changes() or attribute.key in UNTOLD_COLUMNS:
            continue
        old = history.deleted[0] if history.deleted else None
        before[attribute.key] = _shown(attribute, old)
        after[attribute.key] = _shown(attribute, history.added[0])
    return before, after


def _shown(attribute: Any, value: Any) -> Any:
    column = attribute.columns[0]
    if column.key in HIDDEN_COLUMNS or isinstance(column.type, EncryptedText):
        return None if value is None else MASK
    return _plain(value)


def _plain_dict(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            # Somebody may have typed a number into a name, a reason, an opinion.
            return mask(value)[:LONGEST_TEXT]
        case enum.Enum():
            return value.name
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date() | decimal.Decimal() | float():
            return str(value)
        case bytes():
            return f"{len(value)} bytes"
        case dict():
            return {str(name): _plain(item) for name, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case _:
            return type(value).__name__
