"""How connections behave: SQLite's pragmas and write transactions, PostgreSQL's limits."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

from config.settings import Settings

BUSY_MILLISECONDS: Final = 5_000
_writes: ContextVar[bool] = ContextVar("writes", default=False)


@contextmanager
def writing(*, enabled: bool = True) -> Iterator[None]:
    """Let transactions that begin inside take SQLite's write lock at once.

    A transaction that reads first and writes later fails on SQLite as soon as somebody
    else has written in between; every unsafe request, job and command begins here.
    """
    token = _writes.set(enabled)
    try:
        yield
    finally:
        _writes.reset(token)


def engine_options(settings: Settings) -> dict[str, Any]:
    """Return SQLAlchemy's options: no values in error texts, limits on PostgreSQL."""
    options: dict[str, Any] = {"hide_parameters": True}
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
    return options | {
        "pool_pre_ping": True,
        "pool_size": settings.database_pool_size,
        "connect_args": {"options": f"{flags} -c timezone=UTC"},
    }


def prepare_engine(engine: Engine) -> None:
    """Attach what every connection of this engine needs; safe to call twice."""
    if engine.dialect.name != "sqlite" or event.contains(engine, "begin", _begin):
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions of its own: `_begin` does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MILLISECONDS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writes.get() else "BEGIN")
