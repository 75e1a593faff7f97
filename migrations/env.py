"""How Alembic meets the program's database; run through `flask db`."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app

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


def run() -> None:
    """Bring the connected database to the wanted revision, in one transaction."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
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
