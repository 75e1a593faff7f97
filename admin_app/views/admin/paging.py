"""Which rows stand on this page? The one place that builds what finds their keys.

A page is found by a boundary (keyset), never by an offset: the keys and places of its
rows, with which these are read (reading.py). How the keys are found may differ by the
size of the scope; the meaning may not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    case,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session

from admin_app.views.admin.boundaries import Boundary, Order, encoded
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

HIGHEST: Final = 2**63 - 1
"""No key is higher."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page in order, and the boundaries of its neighbours."""

    rows: tuple[Any, ...]
    """Each begins with its key."""
    previous: str | None
    next: str | None
    is_cut: bool = False
    """Whether rows beyond it were not looked at, though it has room for more."""

    @property
    def ids(self) -> tuple[int, ...]:
        """The keys of the rows."""
        return tuple(row[0] for row in self.rows)


def cut(
    found: Sequence[Row], size: int, *, is_first: bool, backwards: bool
) -> tuple[list[Row], bool, bool]:
    """Return a page in reading order, and whether something stands before and after it.

    `found` goes away from the boundary and holds one row more where there is one.
    """
    more, rows = len(found) > size, list(found[:size])
    if backwards:
        return rows[::-1], more, True
    return rows, not is_first, more


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which rows of a model a page asks for, in which order, beginning where."""

    model: Any
    order: Order
    boundary: Boundary | None = None
    scope: Criteria | None = None
    """A row is in scope when one of these holds; None means every row."""
    owners: Owners | None = None
    """The same said of units, for the shape that asks one after the other."""
    at_least: ScalarSelect[int] | None = None
    """So many rows there are, as a counter says: beyond the cap nobody counts them."""

    @property
    def backwards(self) -> bool:
        """Whether the page ends at its boundary."""
        return self.boundary is not None and self.boundary.backwards

    @property
    def directed(self) -> Order:
        """The order in which rows are found: away from the boundary."""
        order = self.order
        return replace(order, descending=order.descending != self.backwards)


def counts(dialect: str, asked: Asked, criteria: Criteria) -> tuple[Any, Any]:
    """Return as columns how many rows and units there are, each to one more than its cap."""
    owners, most_units = asked.owners, MOST_UNITS[dialect]
    units = null() if owners is None else capped_units(owners.path, most_units)
    rows: Any = capped_count(asked.model, asked.scope, criteria, cap=CAP)
    if asked.at_least is not None:
        rows = case((asked.at_least > CAP, CAP + 1), else_=rows)
    return rows, units


def choice(dialect: str, asked: Asked, total: int, units: int | None) -> Shape:
    """Return how to find a page among so many rows of so many units."""
    if asked.scope is None:
        return Shape.plain
    return shape_for(total, units, most_units=MOST_UNITS[dialect])


def page_statement(
    dialect: str,
    asked: Asked,
    criteria: Criteria,
    *,
    size: int,
    shape: Shape = Shape.plain,
    end: Boundary | None = None,
) -> Select[Any]:
    """Return what finds the keys and places of a page, and one more if there is one."""
    most = size + 1
    statement = _ordered(dialect, asked, criteria, shape=shape, end=end, most=most)
    return statement.limit(most)


def end_statement(
    dialect: str, asked: Asked, criteria: Criteria, *, shape: Shape, most: int
) -> Select[Any]:
    """Return what finds the last one of the next so many rows, and one more if there is."""
    beyond = most + 1
    statement = _ordered(dialect, asked, criteria, shape=shape, end=None, most=beyond)
    return statement.offset(most - 1).limit(2)


def steps_statement(
    asked: Asked, criteria: Criteria, *, leads_to: Any, most: int
) -> Select[Any]:
    """Return what finds the next places of a table, and where each leads.

    It finds one more if there is one.
    """
    directed = asked.directed
    place = directed.column
    inside = _places(place, asked, end=None)
    statement = select(place, leads_to).where(*criteria, *inside)
    return statement.order_by(*_sorted([place], directed)).limit(most + 1)


def edge_of(asked: Asked, value: Any) -> Boundary:
    """Return the end of all rows at a place, whatever their keys."""
    return Boundary(value, 0 if asked.directed.descending else HIGHEST, asked.backwards)


def _ordered(
    dialect: str,
    asked: Asked,
    criteria: Criteria,
    *,
    shape: Shape,
    end: Boundary | None,
    most: int,
) -> Select[Any]:
    """Return the keys and places up to an end, in the direction of the boundary.

    The caller takes no more than `most`.
    """
    model, directed = asked.model, asked.directed
    has_lateral = nulls_are_high = dialect == "postgresql"
    if shape is Shape.gathered and asked.owners is not None:
        own = [directed.column, model.id]
        inside = _inside(own, asked, end, nulls_are_high=nulls_are_high)
        statement, key, place = newest_of_units(
            model,
            asked.owners,
            (*criteria, *inside),
            _sorted(own, directed),
            most,
            has_lateral=has_lateral,
        )
        return statement.order_by(*_sorted([place, key], directed))
    statement, key, place = keys(model, asked.scope, criteria, directed.column, shape)
    columns = [key] if directed.column is model.id else [place, key]
    inside = _inside(columns, asked, end, nulls_are_high=nulls_are_high)
    if directed.column.class_ is not model:
        # No index serves a pair of two tables.
        inside += _places(place, asked, end)
    return statement.where(*inside).order_by(*_sorted(columns, directed))


def page_among(
    dialect: str, asked: Asked, found: FromClause, *, size: int
) -> Select[Any]:
    """Return what finds a page of keys and places among those `found` already."""
    columns, directed = _key_columns(found, asked), asked.directed
    inside = _inside(columns, asked, None, nulls_are_high=dialect == "postgresql")
    keys = select(found.c.key, found.c.place).where(*inside)
    return keys.order_by(*_sorted(columns, directed)).limit(size + 1)


def counted_page(asked: Asked, keys: Select[Any], counts: Sequence[Any]) -> Select[Any]:
    """Return what finds counts together with a page of keys and places."""
    return with_counts(
        counts, keys, lambda page: _sorted(_key_columns(page, asked), asked.directed)
    )


def with_counts(
    counts: Sequence[Any], rows: Select[Any], ordered: Callable[[FromClause], list[Any]]
) -> Select[Any]:
    """Return what finds counts together with rows, which are `ordered` at the end.

    Each row has the counts first; the only one where no rows are has nothing else.
    """
    numbers, page = select(*counts).subquery("numbers"), rows.subquery("page")
    both = select(*numbers.c, *page.c).select_from(numbers.outerjoin(page, true()))
    return both.order_by(*ordered(page))


def _key_columns(rows: FromClause, asked: Asked) -> list[Any]:
    is_by_key = asked.order.column is asked.model.id
    return [rows.c.key] if is_by_key else [rows.c.place, rows.c.key]


def _inside(
    columns: Sequence[Any],
    asked: Asked,
    end: Boundary | None,
    *,
    nulls_are_high: bool,
) -> list[ColumnElement[bool]]:
    """Return what rows between the boundary and the end meet."""
    found, order = [], asked.directed
    if asked.boundary is not None:
        found.append(
            _beyond(columns, order, asked.boundary, nulls_are_high=nulls_are_high)
        )
    if end is not None:
        found.append(_up_to(columns, order, end, nulls_are_high=nulls_are_high))
    return found


def _places(
    place: Any, asked: Asked, end: Boundary | None
) -> list[ColumnElement[bool]]:
    """Return what their places meet, whatever the keys."""
    down = asked.directed.descending
    first, last = (place.__le__, place.__ge__)[:: 1 if down else -1]
    found = [] if asked.boundary is None else [first(asked.boundary.value)]
    return found if end is None else [*found, last(end.value)]


def as_page(
    rows: Sequence[Any],
    asked: Asked,
    size: int,
    end: Boundary | None = None,
    place: int = 1,
) -> Page:
    """Return a page of rows that go away from the boundary.

    Each begins with its key, and what orders it is the value at a `place`.
    """
    order, boundary, backwards = asked.order, asked.boundary, asked.backwards
    rows, has_previous, has_next = cut(
        rows, size, is_first=boundary is None, backwards=backwards
    )
    before = encoded(rows[0][place], rows[0][0]) if rows and has_previous else None
    after = encoded(rows[-1][place], rows[-1][0]) if rows and has_next else None
    is_cut = end is not None and not (has_previous if backwards else has_next)
    if end is not None and is_cut:
        onward = encoded(end.value, end.id)
        before, after = (onward, after) if backwards else (before, onward)
    if not rows and boundary is not None:
        # Back to where it came from, with the row that stood there.
        step = 1 if order.descending == backwards else -1
        key = min(max(boundary.id + step, 0), HIGHEST)
        back = encoded(boundary.value, key)
        before, after = (before, back) if backwards else (back, after)
    return Page(tuple(rows), before, after, is_cut)


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
    pair = tuple_(_given(boundary.value, place), _given(boundary.id, key))
    row = tuple_(place, key)
    past = row < pair if order.descending else row > pair
    nullable = order.has_nulls and order.column.property.columns[0].nullable
    if nulls_come_last and nullable:
        return or_(past, place.is_(None))
    return past


def _up_to(
    columns: Sequence[Any], order: Order, end: Boundary, *, nulls_are_high: bool
) -> ColumnElement[bool]:
    """Return the rows not past the end: a range of the index, if none lacks a value."""
    *places, key = columns
    if not places:
        reached: ColumnElement[bool] = (
            key >= end.id if order.descending else key <= end.id
        )
        return reached
    if order.has_nulls and order.column.property.columns[0].nullable:
        past = _beyond(columns, order, end, nulls_are_high=nulls_are_high)
        return past.is_not(True)
    pair = tuple_(_given(end.value, places[0]), _given(end.id, key))
    row = tuple_(places[0], key)
    return row >= pair if order.descending else row <= pair


def _given(value: Any, column: Any) -> ColumnElement[Any]:
    """Return a value of a column for a statement, or the parameter in its place."""
    is_parameter = isinstance(value, ColumnElement)
    return value if is_parameter else literal(value, column.type)


def _past(key: Any, value: int, order: Order) -> ColumnElement[bool]:
    past: ColumnElement[bool] = key < value if order.descending else key > value
    return past
