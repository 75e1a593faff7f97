"""When transactions of PostgreSQL begin, and what connections keep beyond them.

psycopg prepares what it has run five times, and forgets all of it at a ROLLBACK. Most
requests only read, and SQLAlchemy ends what nobody has committed by a ROLLBACK: to plan
session and rights anew took half of a page's time in the database.
"""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

from psycopg import Cursor, Error
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Dialect, Engine, event, func, literal
from sqlalchemy.exc import InvalidatePoolError

RESTING_SECONDS: Final = 1.0
"""A connection that has rested for longer is asked whether it still answers."""
_READS: Final = re.compile(r"\s*(?:SELECT|WITH)\b", re.IGNORECASE)
_WRITES: Final = re.compile(
    r"\b(?:INSERT|UPDATE|DELETE|MERGE|INTO|SHARE|take_\w+)\b", re.IGNORECASE
)
"""Our own functions that take a lock are called `take_…`."""
SAME_PLAN: Final = {"same_plan": True}
"""The execution option of a SELECT whose best plan is the same for all values.

Any other is planned for the values it has: what finds twenty rows of a school reads
millions for a city, and PostgreSQL may keep the plan of either.
"""
NOT_AWAITED: Final = func.set_config("synchronous_commit", "off", literal(value=True))
"""Returned by what is written alone, it leaves the disk to whatever is committed next.

For what is worth nothing without that: whichever is lost, it is lost with it.
"""
_NOTHING: Final = ""
"""The least that a server can be asked."""
_HAS_WRITTEN: Final = "has_written"
_IS_ALONE: Final = "is_alone"
_RESTS_SINCE: Final = "rests_since"


class PlainCursor(Cursor[Any]):
    """Tells of each column its name and type; nobody asks for its size and the rest.

    A page reads a hundred columns and more, and what is told of them took a fifth of a
    statement's time.
    """

    @property
    def description(self) -> Any:
        """The columns of what was found, None where no rows come back."""
        found = self.pgresult
        if found is None or not found.nfields:
            return None
        names = (found.fname(place) or b"" for place in range(found.nfields))
        return [(name.decode(), found.ftype(i)) for i, name in enumerate(names)]


def prepare(engine: Engine, *, is_writing: Callable[[], bool]) -> None:
    """Let the connections of an engine keep what they may; safe to call twice.

    Where nobody `is_writing`, a transaction begins with the first statement that may
    write: those that read see each what is committed then, with or without one, and
    BEGIN and COMMIT around them would be two more trips to the server.
    """
    if event.contains(engine, "rollback", _end):
        return

    def begin(connection: Connection) -> None:
        _forget(connection)
        is_alone = connection.info.get(_IS_ALONE, False)
        _set_autocommit(connection, value=is_alone or not is_writing())

    event.listen(engine, "do_execute", _execute)
    event.listen(engine, "before_cursor_execute", _note)
    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", _forget)
    event.listen(engine, "rollback", _end)
    event.listen(engine, "checkin", _rest)
    event.listen(engine, "checkout", _ask_rested)


@lru_cache(maxsize=1024)
def only_reads(statement: str) -> bool:
    """Tell whether a statement changes nothing for sure; in doubt it does."""
    return bool(_READS.match(statement)) and not _WRITES.search(statement)


def how_to_run(
    dialect: Dialect, statement: str, options: Mapping[str, Any]
) -> dict[str, bool]:
    """Return what the driver is told beside: what to prepare at once, and what never.

    Nothing is kept whose plan follows from its values.
    """
    if dialect.name != "postgresql":
        return {}
    if options.get("same_plan"):
        # The server plans it five times more before it keeps the plan.
        return {"prepare": True}
    return {"prepare": False} if only_reads(statement) else {}


def _execute(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    how = how_to_run(context.dialect, statement, context.execution_options)
    if how:
        cursor.execute(statement, parameters, **how)
    return bool(how)


def leave_alone(connection: Connection) -> None:
    """Let each statement be a transaction of its own, until the connection is closed."""
    connection.info[_IS_ALONE] = True


def _note(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not only_reads(statement) and not connection.info.get(_HAS_WRITTEN):
        connection.info[_HAS_WRITTEN] = True
        _set_autocommit(connection, value=connection.info.get(_IS_ALONE, False))


def _forget(connection: Connection) -> None:
    connection.info.pop(_HAS_WRITTEN, None)


def _set_autocommit(connection: Connection, *, value: bool) -> None:
    driver: Any = connection.connection.dbapi_connection
    if driver.autocommit is not value:
        driver.autocommit = value


def _end(connection: Connection) -> None:
    """End a transaction that has only read by COMMIT, before it is rolled back."""
    if connection.closed or connection.invalidated:
        return
    if connection.info.pop(_HAS_WRITTEN, False):
        return
    driver: Any = connection.connection.dbapi_connection
    if driver.info.transaction_status is TransactionStatus.INTRANS:
        # A server that is gone is told by the rollback that follows.
        with suppress(Error):
            driver.commit()


def _rest(_driver: Any, record: Any) -> None:
    record.info.pop(_IS_ALONE, None)
    record.info[_RESTS_SINCE] = time.monotonic()


def _ask_rested(driver: Any, record: Any, _proxy: Any) -> None:
    """Ask a connection that has rested; SQLAlchemy would ask twice a page."""
    since = record.info.get(_RESTS_SINCE)
    if since is None or time.monotonic() - since < RESTING_SECONDS:
        return
    try:
        # Outside of a transaction, so that none is left open.
        driver.autocommit = True
        driver.execute(_NOTHING)
        driver.autocommit = False
    except Error as error:
        record.info.pop(_RESTS_SINCE, None)
        raise InvalidatePoolError from error
