"""Whom a session asks: a look of this request, the primary, or its replica."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, SelectBase

from admin_app.database import is_writing, writing
from admin_app.replica import replica_of


class RoutedSession(Session):
    """Selects at the replica where it may, and does everything else at the primary.

    Once it has asked the primary for something it stays there, so that it sees what it
    has written itself.

    A request that only reads begins with a look at who asks. What is prepared goes on
    by the connection of that look; when anything else is asked, the session has a
    connection and a transaction of its own, which cost half a millisecond.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start without having asked anybody."""
        super().__init__(*args, **kwargs)
        self._chosen: Engine | None = None
        self._look: Connection | None = None

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """Give a connection to the primary, for a look at what is true now.

        It neither takes SQLite's write lock nor begins a transaction at PostgreSQL.
        """
        primary = super().get_bind()
        assert isinstance(primary, Engine)
        self._leave_look()
        with writing(enabled=False):
            look = primary.connect()
            try:
                yield look
            except BaseException:
                look.close()
                raise
        if is_writing() or self._chosen is not None or replica_of(primary):
            look.close()
        else:
            self._look = look

    def get_bind(
        self, mapper: Any = None, clause: Any = None, bind: Any = None, **kwargs: Any
    ) -> Engine | Connection:
        """Return whom to ask."""
        found = super().get_bind(mapper, clause, bind, **kwargs)
        if bind is not None or not isinstance(found, Engine):
            return found
        replica = replica_of(found) if isinstance(clause, SelectBase) else None
        if replica is not None:
            near = self._chosen or (replica.engine if replica.is_near() else found)
            return self._choose(near)
        # Whoever names neither only asks which kind of database it is.
        if clause is not None or mapper is not None:
            return self._choose(found)
        return found

    def connection(
        self, bind_arguments: Any = None, execution_options: Any = None
    ) -> Connection:
        """Return a connection to whom a clause asks; without any, stay at the primary."""
        asked = bind_arguments or {}
        if self._look is not None and isinstance(asked.get("clause"), SelectBase):
            return self._look
        if not asked:
            self._choose(super().get_bind())  # type: ignore[arg-type] # no bind given
        return super().connection(bind_arguments, execution_options)

    def close(self) -> None:
        """Give back every connection."""
        self._leave_look()
        super().close()

    def rollback(self) -> None:
        """End the transaction, and the look with it."""
        self._leave_look()
        super().rollback()

    def _choose(self, engine: Engine) -> Engine:
        self._leave_look()
        self._chosen = engine
        return engine

    def _leave_look(self) -> None:
        look, self._look = self._look, None
        if look is not None:
            look.close()
