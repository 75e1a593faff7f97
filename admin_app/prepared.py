"""Statements that are made once, and run without what SQLAlchemy does around each run.

To find what it has compiled, to open a context and to wrap the answer takes SQLAlchemy
more time than the driver takes for the rest (decision 20).
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Connection,
    Dialect,
    Executable,
    SelectBase,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from admin_app.dialects import ManyIds
from admin_app.postgres import SAME_PLAN, how_to_run

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
AsRow = Callable[[Sequence[Any]], Any]
_A_SELECT: Final = select(1)
"""Stands for any, where only that is asked: which engine is to run it."""
_CURSOR: Final = "cursor_of_prepared"


class Prepared:
    """A statement for any values of its parameters.

    What writes may be run on any kind of database; a SELECT on the one that it was first
    run on, since it keeps its text only: what it was built of takes much more room.

    Who listens to `before_cursor_execute` and `after_cursor_execute` of an engine is told
    of it like of any other, with no more of a context than its options. TypeError says of a
    statement that it cannot be made once: the number of its parameters follows from
    the values.
    """

    __slots__ = ("_as_row", "_made", "_routed", "_statement")

    def __init__(self, statement: Executable, as_row: AsRow | None = None) -> None:
        """Take a statement; it is compiled when it is first run.

        `as_row` makes a row of its values; else it is a tuple with names.
        """
        self._statement: Executable | None = statement
        self._routed = _A_SELECT if isinstance(statement, SelectBase) else statement
        self._as_row = as_row
        self._made: dict[tuple[str, tuple[str, ...]], _Made] = {}

    def rows(self, session: Session, values: Mapping[str, Any] = NOTHING) -> list[Any]:
        """Return all that a session reads by it, as rows.

        What the session has not written yet is written before, as for any other.
        """
        if session.autoflush:
            session.flush()
        where = session.connection(bind_arguments={"clause": self._routed})
        return self.on(where, values)

    def on(
        self, connection: Connection, values: Mapping[str, Any] = NOTHING
    ) -> list[Any]:
        """Run it on a connection and return what comes back, as rows.

        Errors of the driver are raised as SQLAlchemy raises them.
        """
        dialect = connection.dialect
        # What is written follows from what is given.
        given = () if self._routed is _A_SELECT else tuple(values)
        made = self._made.get((dialect.name, given))
        if made is None:
            made = self._make(dialect, given, values)
        return made.run(connection, values)

    def _make(
        self, dialect: Dialect, given: tuple[str, ...], values: Mapping[str, Any]
    ) -> "_Made":
        statement, key = self._statement, (dialect.name, given)
        # Another thread may have been first, which has forgotten it then.
        if statement is None and key in self._made:
            return self._made[key]
        if statement is None:
            raise RuntimeError(f"made for another database than {dialect.name}")
        made = self._made[key] = _Made(statement, dialect, values, self._as_row)
        if self._routed is _A_SELECT:
            self._statement = None
        return made


def _cursor(connection: Connection) -> Any:
    """Return the one cursor that a connection of the driver keeps for this.

    What it finds is taken at once, so that nobody meets another's; psycopg's would look
    again how to write and read each type.
    """
    kept = connection.info
    if _CURSOR not in kept:
        kept[_CURSOR] = connection.connection.cursor()
    return kept[_CURSOR]


def _is_told(bind: BindParameter[Any], values: Mapping[str, Any]) -> bool:
    """Tell whether a parameter gets its value with each run, and not once for all."""
    return bind.required or (bind.key in values and not bind.unique)


def _for_any_values(statement: Any, dialect: Dialect, values: Mapping[str, Any]) -> Any:
    """Return a statement whose plan is the same for all values, and is therefore kept.

    What is constant stands in its text, where a plan sees it. What is not, no plan of
    PostgreSQL can foresee: it keeps one only while those for given values cost no less.
    """
    is_foreseen = dialect.name != "postgresql"

    def replaced(element: Any, **_more: Any) -> Any:
        if not isinstance(element, BindParameter) or element.type is ManyIds:
            return None
        if not _is_told(element, values):
            return element.render_literal_execute()
        return None if is_foreseen else select(element).scalar_subquery()

    return visitors.replacement_traverse(statement, {}, replaced)


class _Made:
    """A statement as one kind of database takes it."""

    def __init__(
        self,
        statement: Executable,
        dialect: Dialect,
        values: Mapping[str, Any],
        as_row: AsRow | None,
    ) -> None:
        options = statement.get_execution_options()
        if SAME_PLAN.items() <= options.items():
            statement = _for_any_values(statement, dialect, values)
        compiled: Any = statement.compile(dialect=dialect, column_keys=list(values))  # type: ignore[attr-defined]
        binds: Mapping[str, BindParameter[Any]] = compiled.binds
        told = {name for name, bind in binds.items() if _is_told(bind, values)}
        if any(binds[name].expanding for name in told):
            raise TypeError(f"the text follows from the values: {compiled.string}")
        self._dialect = dialect
        self._defaults = [
            (column.key, column.onupdate if compiled.isupdate else column.default)
            for column in compiled.prefetch
        ]
        state = compiled.construct_expanded_state(self._known(values))
        writers = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bind in binds.items()
        } | state.processors
        self._sql: str = state.statement
        self._order: Sequence[str] | None = state.positiontup
        self._told = [(name, writers[name]) for name in told]
        self._constants = {
            name: write(value) if (write := writers[name]) else value
            for name, value in state.parameters.items()
            if name not in told
        }
        columns = getattr(statement, "exported_columns", ())
        self._types = [column.type.dialect_impl(dialect) for column in columns]
        names = [column.key for column in columns]
        named: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc] # noqa: PYI024
        self._row = as_row or named._make
        self._readers: list[tuple[int, Callable[[Any], Any]]] | None = None
        self.execution_options = options
        self._how = how_to_run(dialect, self._sql, self.execution_options)

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        if not connection.in_transaction():
            connection.begin()
        parameters = self._parameters(values)
        try:
            cursor = _cursor(connection)
            told = (connection, cursor, self._sql, parameters, self, False)
            # A connection's own list would be looked for at each statement.
            heard: Any = connection.engine.dispatch
            for note in heard.before_cursor_execute:
                note(*told)
            cursor.execute(self._sql, parameters, **self._how)
            for note in heard.after_cursor_execute:
                note(*told)
            return self._read(cursor) if self._types else []
        except self._dialect.loaded_dbapi.Error as error:
            raise self._as_told(error, connection) from error

    def _known(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values with those that columns have by themselves."""
        if not self._defaults:
            return values
        return {
            **{
                name: default.arg(None) if default.is_callable else default.arg
                for name, default in self._defaults
            },
            **values,
        }

    def _parameters(self, values: Mapping[str, Any]) -> Any:
        known, found = self._known(values), dict(self._constants)
        for name, write in self._told:
            found[name] = write(known[name]) if write else known[name]
        return found if self._order is None else [found[name] for name in self._order]

    def _read(self, cursor: Any) -> list[Any]:
        if self._readers is None:
            told = [column[1] for column in cursor.description]
            found = (
                (place, kind.result_processor(self._dialect, told[place]))
                for place, kind in enumerate(self._types)
            )
            self._readers = [(place, read) for place, read in found if read]
        row = self._row
        rows: list[Any] = cursor.fetchall()
        if not self._readers:
            return [row(each) for each in rows]
        for number, each in enumerate(rows):
            values = list(each)
            for place, read in self._readers:
                values[place] = read(values[place])
            rows[number] = row(values)
        return rows

    def _as_told(self, error: Exception, connection: Connection) -> BaseException:
        """Return an error of the driver as SQLAlchemy raises it."""
        dialect = self._dialect
        driver: Any = connection.connection.dbapi_connection
        is_gone = dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
        if is_gone:
            connection.invalidate(error)
        return DBAPIError.instance(
            self._sql,
            None,
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=True,
            connection_invalidated=is_gone,
            dialect=dialect,
        )
