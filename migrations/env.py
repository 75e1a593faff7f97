"""How Alembic meets the program's database; run through `flask db`."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy import Connection

import admin_app.models  # noqa: F401 (fills the metadata)
from admin_app.columns import Amount, EncryptedText, Moment, Sorted
from admin_app.extensions import db


def render_item(kind: str, thing: Any, autogen: AutogenContext) -> str | bool:
    """Write our column types by name, so that a migration reads like the tables."""
    if kind != "type":
        return False
    rendered = {
        Sorted: lambda: f"columns.Sorted({thing.length})",
        EncryptedText: lambda: (
            f"columns.EncryptedText({thing.name!r}, {thing.impl.length})"
        ),
        Amount: lambda: "columns.Amount()",
        Moment: lambda: "columns.Moment()",
    }.get(type(thing))
    if rendered is None:
        return False
    autogen.imports.add("from admin_app import columns")
    return rendered()


@contextmanager
def _tables_may_be_rebuilt(connection: Connection) -> Iterator[None]:
    """Let SQLite replace a table that others point at, and see that they still do."""
    if connection.dialect.name != "sqlite":
        yield
        return
    # The pragma does nothing within a transaction: the driver runs it before.
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if broken := driver.execute("PRAGMA foreign_key_check").fetchall():
            message = f"rows point at nothing: {broken[:10]}"
            raise RuntimeError(message)
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    """Bring the connected database to the wanted revision, in one transaction."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection, _tables_may_be_rebuilt(connection):
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
