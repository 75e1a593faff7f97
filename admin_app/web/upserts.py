"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells for each."""

from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import postgresql, sqlite

_DIALECTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_on(connection: Connection | Engine, model: Any) -> Any:
    """Return the INSERT of this connection's database, with `on_conflict_do_update`."""
    return _DIALECTS[connection.dialect.name](model)
