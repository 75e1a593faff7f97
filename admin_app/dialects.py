"""What both databases can do, and each says in words of its own."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ARRAY, JSON, BigInteger, Boolean, Connection, Engine, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

_INSERTS: Final = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_on(where: Connection | Engine | Session, model: Any) -> Any:
    """Return the INSERT of this database, which knows `on_conflict_do_update`."""
    bound = where.get_bind() if isinstance(where, Session) else where
    return _INSERTS[bound.dialect.name](model)


ManyIds: Final = JSON().with_variant(ARRAY(BigInteger), "postgresql")


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
