"""Which reads may go to a copy of the database, and when that copy is good enough.

A request that changes nothing may read what is a moment old: `routed.py` asks the copy
then. Sessions, rights, limits and tokens use connections of the primary's engine and
never come here.
"""

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import Engine, text
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


def replica_of(primary: Engine) -> Replica | None:
    """Return the copy that may be read now, if there is one."""
    return _replicas.get(primary) if _may_lag.get() else None
