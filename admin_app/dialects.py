"""What both databases can do, and each says in words of its own."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, cast

from sqlalchemy import (
    JSON,
    Boolean,
    Connection,
    Dialect,
    Engine,
    Table,
    bindparam,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType

_INSERTS: Final = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_on(where: Connection | Engine | Session, model: Any) -> Any:
    """Return the INSERT of this database, which knows `on_conflict_do_update`."""
    return insert_by(dialect_of(where), model)


def insert_by(dialect: str, model: Any) -> Any:
    """Return the same by the name of the database's kind."""
    return _INSERTS[dialect](model)


def table_of(model: Any) -> Table:
    """Return the table of a model, for statements that no session has to follow."""
    return cast("Table", model.__table__)


def on_each(build: Callable[[Any], Any], model: Any) -> Mapping[str, Any]:
    """Return a statement made of the INSERT of each database, by its name."""
    return {name: build(made(table_of(model))) for name, made in _INSERTS.items()}


def dialect_of(where: Connection | Engine | Session) -> str:
    """Return the name of the database's kind."""
    bound = where.get_bind() if isinstance(where, Session) else where
    return bound.dialect.name


class _IdArray(UserDefinedType[list[int]]):
    """An array of ids, as PostgreSQL writes it: psycopg would quote each one."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:
        return "BIGINT[]"

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], str]:
        del dialect
        return lambda ids: "{" + ",".join(map(str, ids)) + "}"


ManyIds: Final = JSON().with_variant(_IdArray(), "postgresql")


class Among(FunctionElement[bool]):
    """The criterion that a column holds one of any number of ids: one parameter."""

    type = Boolean()
    inherit_cache = True
    # As every comparison: SQLite would be asked for `… = 1`, which no index serves.
    _is_implicitly_boolean = True


@compiles(Among, "postgresql")
def _among_in_array(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY ({ids})"


@compiles(Among, "sqlite")
def _among_in_json(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(part, **options) for part in element.clauses)
    # Pieces that SQLAlchemy has compiled, with a parameter for the ids.
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608  # nosec B608


def among(column: Any, ids: Iterable[int]) -> Among:
    """Return `column IN (ids)`, whose text is the same however many ids there are."""
    return Among(column, bindparam(None, sorted(ids), type_=ManyIds))


def among_named(column: Any, name: str) -> Among:
    """Return the same with a parameter for a sorted list, given when it runs."""
    return Among(column, bindparam(name, type_=ManyIds))


class JsonObject(FunctionElement[Any]):
    """A JSON object of keys and values that the database computes, one after another."""

    type = JSON()
    inherit_cache = True


@compiles(JsonObject, "postgresql")
def _build_json(element: JsonObject, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_build_object({compiler.process(element.clauses, **options)})"


@compiles(JsonObject, "sqlite")
def _make_json(element: JsonObject, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_object({compiler.process(element.clauses, **options)})"
