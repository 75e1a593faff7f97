"""Which reads may go to a copy of the database, and when that copy is good enough.

A request that changes nothing may read what is a moment old. Its session then asks the
replica for whatever it selects, until it has asked the primary for something: from
there on it stays with the primary, so that it sees what it has written itself.
Sessions, rights, limits and tokens use connections of the primary's engine and never
come here.
"""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

import structlog
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine, SelectBase, text
from sqlalchemy.exc import SQLAlchemyError

AVOIDED_SECONDS: Final = 5.0
"""How long nobody asks a replica again that did not answer or was too far behind."""
DISTANCE: Final = text(
    """
    SELECT CASE
        WHEN NOT pg_is_in_recovery() THEN NULL
        WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
            AND EXISTS (SELECT FROM pg_stat_wal_receiver WHERE pid IS NOT NULL) THEN 0
        ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())
    END
    """
)
"""Seconds that a PostgreSQL replica may be behind; NULL where nobody can tell.

One that has replayed all that it got is up to date while it is connected: a primary
at which nothing happens sends nothing. A server that was promoted is no replica.
"""

logger = structlog.get_logger("replica")
_may_lag: ContextVar[bool] = ContextVar("may_lag", default=False)


@contextmanager
def lagging(*, enabled: bool = True) -> Iterator[None]:
    """Let sessions read inside what is a moment old, or keep them from it."""
    token = _may_lag.set(enabled)
    try:
        yield
    finally:
        _may_lag.reset(token)


@dataclass(eq=False)
class Replica:
    """A copy of the database, and how far it may be behind."""

    engine: Engine
    patience: dt.timedelta
    avoided_until: float = 0.0

    def is_near(self) -> bool:
        """Tell whether it answers and is near enough; one that is not is let alone."""
        if time.monotonic() < self.avoided_until:
            return False
        reason = self._reason_against()
        if reason is None:
            return True
        self.avoided_until = time.monotonic() + AVOIDED_SECONDS
        logger.warning("replica not used", reason=reason)
        return False

    def _reason_against(self) -> str | None:
        try:
            with self.engine.connect() as connection:
                if self.engine.dialect.name != "postgresql":
                    return None
                behind = connection.scalar(DISTANCE)
        except SQLAlchemyError as error:
            return type(error).__name__
        if behind is None:
            return "it cannot tell how far it is behind"
        is_far = behind > self.patience.total_seconds()
        return f"{behind:.0f} seconds behind" if is_far else None


_replicas: WeakKeyDictionary[Engine, Replica] = WeakKeyDictionary()


def attach(primary: Engine, replica: Engine, *, patience: dt.timedelta) -> None:
    """Let sessions of the primary read at the replica."""
    _replicas[primary] = Replica(replica, patience)


class RoutedSession(Session):
    """Selects at the replica where it may, and does everything else at the primary."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start without having asked anybody."""
        super().__init__(*args, **kwargs)
        self._chosen: Engine | None = None

    def get_bind(
        self, mapper: Any = None, clause: Any = None, bind: Any = None, **kwargs: Any
    ) -> Engine | Connection:
        """Return whom to ask."""
        found = super().get_bind(mapper, clause, bind, **kwargs)
        if bind is not None or not isinstance(found, Engine):
            return found
        if isinstance(clause, SelectBase) and _may_lag.get():
            if self._chosen is None:
                replica = _replicas.get(found)
                is_near = replica is not None and replica.is_near()
                self._chosen = replica.engine if replica and is_near else found
            return self._chosen
        # Whoever names neither only asks which kind of database it is.
        if clause is not None or mapper is not None:
            self._chosen = found
        return found

    def connection(
        self, bind_arguments: Any = None, execution_options: Any = None
    ) -> Connection:
        """Return a connection to whom a clause asks; without any, stay at the primary."""
        if not bind_arguments:
            self._chosen = super().get_bind()  # type: ignore[assignment] # no bind given
        return super().connection(bind_arguments, execution_options)
