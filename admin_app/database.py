"""How connections behave: SQLite's pragmas and write transactions, PostgreSQL's limits."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from admin_app import postgres
from admin_app.replica import lagging
from config.settings import Settings, UnsafeSettings

BUSY_MILLISECONDS: Final = 5_000
BUSY_PRAGMA: Final = f"PRAGMA busy_timeout={BUSY_MILLISECONDS}"
NO_WAIT_PRAGMA: Final = "PRAGMA busy_timeout=0"
PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    BUSY_PRAGMA,
)
PAUSES: Final = (0.001, 0.004)
"""Seconds between two tries to take SQLite's write lock: at least, at most."""
BEGIN_READING: Final = "BEGIN"
BEGIN_WRITING: Final = "BEGIN IMMEDIATE"
PRIMARY_CODE: Final = 0xFF
"""The part of SQLite's error code that tells the kind of error."""
DURABLE: Final = ("fsync", "full_page_writes", "synchronous_commit")
"""What PostgreSQL must not be without, or it loses what it has confirmed (RL-01)."""
SWITCHED_OFF: Final = (
    "SELECT name FROM pg_settings WHERE setting = 'off' AND name = ANY(%s)"
)
NOTHING_KEPT: Final = {"prepare_threshold": None}
"""psycopg prepares what it has run a few times, unless it is told not to."""
REPLICA_CONNECT_SECONDS: Final = 2
_writes: ContextVar[bool] = ContextVar("writes", default=False)


@contextmanager
def writing(*, enabled: bool = True) -> Iterator[None]:
    """Let transactions that begin inside take SQLite's write lock at once.

    A transaction that reads first and writes later fails on SQLite as soon as somebody
    else has written in between; every unsafe request, job and command begins here.
    """
    token = _writes.set(enabled)
    try:
        # What is written follows from what is true now.
        with lagging(enabled=False) if enabled else nullcontext():
            yield
    finally:
        _writes.reset(token)


def is_writing() -> bool:
    """Tell whether transactions that begin now are going to write."""
    return _writes.get()


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """Give a connection for statements that are each a transaction of their own.

    On SQLite they begin one, which waits in the queue of writers, and is to be committed.
    """
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            postgres.leave_alone(connection)
        yield connection


STATEMENTS_KEPT: Final = 150
"""So many statements are kept as text, at some 50 KB: a worker holds up to half as many
again before the least used go, and does not grow after that."""


def engine_options(settings: Settings) -> dict[str, Any]:
    """Return SQLAlchemy's options: no values in error texts, limits on PostgreSQL.

    A pooler in front hands each transaction another connection: nothing is prepared
    there, and the limits are the role's (docs/operations.md).
    """
    options: dict[str, Any] = {
        "hide_parameters": True,
        "query_cache_size": STATEMENTS_KEPT,
        # The connection that has just answered knows the plans that are asked for most.
        "pool_use_lifo": True,
    }
    if settings.is_sqlite:
        return options
    limits = {
        "statement_timeout": settings.statement_timeout,
        "lock_timeout": settings.lock_timeout,
        "idle_in_transaction_session_timeout": settings.idle_in_transaction_timeout,
    }
    flags = " ".join(
        f"-c {name}={int(limit.total_seconds() * 1000)}"
        for name, limit in limits.items()
    )
    set_up: dict[str, Any] = {"options": f"{flags} -c timezone=UTC"}
    how = NOTHING_KEPT if settings.database_pooler else set_up
    return options | {
        "pool_size": settings.database_pool_size,
        "connect_args": {"cursor_factory": postgres.PlainCursor, **how},
    }


def replica_options(settings: Settings) -> dict[str, Any]:
    """Return the same for the replica: each request asks it whether it answers."""
    options = engine_options(settings)
    if settings.is_sqlite:
        return options
    set_up = options["connect_args"] | {"connect_timeout": REPLICA_CONNECT_SECONDS}
    if "options" in set_up:
        set_up["options"] += " -c default_transaction_read_only=on"
    return options | {"connect_args": set_up}


def prepare_engine(engine: Engine) -> None:
    """Attach what every connection of this engine needs; safe to call twice."""
    if engine.dialect.name == "postgresql":
        postgres.prepare(engine, is_writing=is_writing)
        return
    if event.contains(engine, "begin", _begin):
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def refuse_losing_server(engine: Engine) -> None:
    """Raise `UnsafeSettings` at a PostgreSQL that may lose what it has confirmed.

    One that does not answer now is refused when it does.
    """
    if engine.dialect.name != "postgresql":
        return
    event.listen(engine, "connect", _refuse_losing)
    try:
        engine.connect().close()
    except OperationalError:
        return
    # Nobody who is forked from here may share a connection.
    engine.dispose()


def _refuse_losing(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SWITCHED_OFF, [list(DURABLE)])
        missing = sorted(name for (name,) in cursor.fetchall())
    connection.rollback()
    if missing:
        connection.close()
        raise UnsafeSettings(
            [
                f"PostgreSQL runs with {name}=off and may lose what it has confirmed"
                for name in missing
            ]
        )


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions of its own: `_begin` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    if is_writing():
        _wait_for_write_lock(connection)
    else:
        # SQLAlchemy would take ten times as long for it.
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute(BEGIN_READING)


def _wait_for_write_lock(connection: Connection) -> None:
    """Begin as a writer, or fail after the time that a writer may wait.

    SQLite by itself asks ten times a second at last: behind a few busy processes, which
    leave the lock for less than a millisecond, it would miss every chance.
    """
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute(NO_WAIT_PRAGMA)
    try:
        while not driver.in_transaction:
            try:
                driver.execute(BEGIN_WRITING)
            except sqlite3.OperationalError as error:
                is_taken = error.sqlite_errorcode & PRIMARY_CODE == sqlite3.SQLITE_BUSY
                if not is_taken or time.monotonic() > deadline:
                    # Through SQLAlchemy it fails in the way that callers know.
                    connection.exec_driver_sql(BEGIN_WRITING)
                # Nothing secret: the chance keeps processes from asking in step.
                time.sleep(random.uniform(*PAUSES))  # noqa: S311
    finally:
        driver.execute(BUSY_PRAGMA)
