"""Which rows stand on this page? The one place that builds a list's statements.

A page is found by a boundary (keyset), never by an offset: first the ids of its rows,
then these rows with their relations in one more statement. How the ids are found may
differ by the size of the scope; the meaning may not.
"""

import base64
import binascii
import datetime as dt
import decimal
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Enum,
    Integer,
    SmallInteger,
    TypeDecorator,
    and_,
    literal,
    null,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from admin_app.columns import Amount
from admin_app.views.admin.shapes import (
    MOST_UNITS,
    Criteria,
    Owners,
    Shape,
    capped_count,
    capped_units,
    keys,
    newest_of_units,
    shape_for,
)

CAP: Final = 1_000
"""Counts stop here; above it a list says "1000+"."""

_BITS: Final = ((SmallInteger, 15), (BigInteger, 63), (Integer, 31))


Found = TypeVar("Found")
_WHOLE: Final = re.compile("-?[0-9]{1,19}")


class BadAddress(ValueError):  # noqa: N818 (an answer, not a failure)
    """The address holds something that no link of ours would: 400."""


@dataclass(frozen=True, slots=True)
class Order:
    """The column that orders a list; the key decides between equals."""

    column: Any
    descending: bool
    has_nulls: bool = True
    """Whether rows without a value may be in the list, where the column allows it."""


@dataclass(frozen=True, slots=True)
class Boundary:
    """The last row of the page before, or the first one of the page after."""

    value: Any
    id: int
    backwards: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The ids of a page in order, and the boundaries of its neighbours."""

    ids: tuple[int, ...]
    previous: str | None
    next: str | None


def typed(column: Any, raw: Any) -> Any:
    """Turn text of an address into a value of the column; BadAddress if it is none."""
    kind = column.type
    try:
        if raw is None:
            return None
        if isinstance(kind, Enum) and kind.enum_class is not None:
            return kind.enum_class[raw]
        if isinstance(kind, Amount):
            return decimal.Decimal(raw)
        # A type of our own knows only what it is stored as.
        stored = kind.impl if isinstance(kind, TypeDecorator) else kind
        python = stored.python_type
        if python is bool:
            return {"1": True, "0": False}[raw]
        if python is int:
            return _fitting(kind, raw)
        if python in (dt.datetime, dt.date):
            return python.fromisoformat(raw)
    except (ValueError, KeyError, TypeError, decimal.InvalidOperation) as mistake:
        raise BadAddress(str(column.key)) from mistake
    if not isinstance(raw, str):
        raise BadAddress(str(column.key))
    return raw


def _fitting(kind: Any, raw: object) -> int:
    # int() also takes blanks, underscores and digits of other scripts.
    if not _WHOLE.fullmatch(str(raw)):
        raise ValueError("not a number")
    number = int(str(raw))
    bits = next((size for types, size in _BITS if isinstance(kind, types)), 31)
    if abs(number) >= 2**bits:
        raise ValueError("out of range")
    return number


def encoded(order: Order, value: Any, key: int) -> str:
    """Write a boundary for an address."""
    if isinstance(value, dt.datetime | dt.date):
        value = value.isoformat()
    elif isinstance(order.column.type, Enum) and value is not None:
        value = value.name
    elif isinstance(value, decimal.Decimal):
        value = str(value)
    text = json.dumps([value, key], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decoded(order: Order, text: str, *, backwards: bool) -> Boundary:
    """Read a boundary from an address; BadAddress for anything else."""
    try:
        padded = text + "=" * (-len(text) % 4)
        value, key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, TypeError, binascii.Error, RecursionError) as mistake:
        raise BadAddress("after") from mistake
    if type(key) is not int or not 0 < key < 2**63:
        raise BadAddress("after")
    value = typed(order.column, value)
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        raise BadAddress("after")
    return Boundary(value, key, backwards)


def cut(
    found: Sequence[Found], size: int, *, is_first: bool, backwards: bool
) -> tuple[list[Found], bool, bool]:
    """Return a page in reading order, and whether something stands before and after it.

    `found` goes away from the boundary and holds one row more where there is one.
    """
    more, rows = len(found) > size, list(found[:size])
    if backwards:
        return rows[::-1], more, True
    return rows, not is_first, more


def look(
    session: Session,
    model: Any,
    criteria: Criteria,
    *,
    scope: Criteria | None,
    owners: Owners | None,
    is_narrowed: bool,
) -> tuple[int, Shape]:
    """Return the number of rows, up to one more than the cap, and how to find a page.

    In one statement, with the number of units in scope where it matters.
    """
    most_units = MOST_UNITS[session.get_bind().dialect.name]
    total, units = session.execute(
        select(
            capped_count(model, scope, criteria, cap=CAP),
            null() if owners is None else capped_units(owners.path, most_units),
        )
    ).one()
    return total, shape_for(
        total, units, is_narrowed=is_narrowed, most_units=most_units
    )


def page_of(
    session: Session,
    model: Any,
    criteria: Criteria,
    *,
    order: Order,
    size: int,
    boundary: Boundary | None = None,
    scope: Criteria | None = None,
    shape: Shape = Shape.plain,
    owners: Owners | None = None,
) -> Page:
    """Return one page of the rows that meet the criteria, in one statement.

    A row is in scope when one of the criteria of `scope` holds; None means every row.
    `owners` says the same of units, for the shape that asks one after the other.
    """
    backwards = boundary is not None and boundary.backwards
    directed = replace(order, descending=order.descending != backwards)
    has_lateral = nulls_are_high = session.get_bind().dialect.name == "postgresql"

    def beyond(columns: Sequence[Any]) -> Criteria:
        if boundary is None:
            return ()
        return (_beyond(columns, directed, boundary, nulls_are_high=nulls_are_high),)

    if shape is Shape.gathered and owners is not None:
        own = [order.column, model.id]
        inside, first = (*criteria, *beyond(own)), _sorted(own, directed)
        statement, key, place = newest_of_units(
            model, owners, inside, first, size + 1, has_lateral=has_lateral
        )
        columns = [place, key]
    else:
        statement, key, place = keys(model, scope, criteria, order.column, shape)
        columns = [key] if order.column is model.id else [place, key]
        statement = statement.where(*beyond(columns))
    statement = statement.order_by(*_sorted(columns, directed)).limit(size + 1)
    rows = [(row[0], row[1]) for row in session.execute(statement)]
    return _page(rows, order, size, boundary)


def _page(
    rows: Sequence[tuple[int, Any]], order: Order, size: int, boundary: Boundary | None
) -> Page:
    """Return a page of keys and places that go away from the boundary."""
    backwards = boundary is not None and boundary.backwards
    rows, has_previous, has_next = cut(
        rows, size, is_first=boundary is None, backwards=backwards
    )
    if not rows:
        return Page((), None, None)
    first, last = rows[0], rows[-1]
    return Page(
        ids=tuple(key for key, _value in rows),
        previous=encoded(order, first[1], first[0]) if has_previous else None,
        next=encoded(order, last[1], last[0]) if has_next else None,
    )


def _sorted(columns: Sequence[Any], order: Order) -> list[Any]:
    return [c.desc() if order.descending else c.asc() for c in columns]


def in_order(
    session: Session,
    model: Any,
    ids: Sequence[int],
    order: Order,
    criteria: Criteria = (),
) -> list[int]:
    """Return ids, not more than the cap, in the order of the list.

    `criteria` are those of the list: they join the table that it may be ordered by.
    """
    columns = [model.id] if order.column is model.id else [order.column, model.id]
    statement = select(model.id).where(model.id.in_(ids), *criteria)
    return list(session.scalars(statement.order_by(*_sorted(columns, order))))


def _beyond(
    columns: Sequence[Any], order: Order, boundary: Boundary, *, nulls_are_high: bool
) -> ColumnElement[bool]:
    """Return the rows past the boundary, in the order the database itself uses.

    PostgreSQL holds NULL for the largest value and SQLite for the smallest.
    """
    *places, key = columns
    if not places:
        return _past(key, boundary.id, order)
    place = places[0]
    nulls_come_last = nulls_are_high != order.descending
    if boundary.value is None:
        behind = and_(place.is_(None), _past(key, boundary.id, order))
        return behind if nulls_come_last else or_(behind, place.is_not(None))
    pair = tuple_(literal(boundary.value, place.type), literal(boundary.id, key.type))
    row = tuple_(place, key)
    past = row < pair if order.descending else row > pair
    nullable = order.has_nulls and order.column.property.columns[0].nullable
    if nulls_come_last and nullable:
        return or_(past, place.is_(None))
    return past


def _past(key: Any, value: int, order: Order) -> ColumnElement[bool]:
    past: ColumnElement[bool] = key < value if order.descending else key > value
    return past
