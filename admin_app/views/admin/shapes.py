"""How are the keys of a page found? As the numbers of its rows and units ask.

Left to itself, a planner walks millions of newest rows for a scope that owns few of
them, or sorts a whole province for a page of twenty. The list counts its rows anyway
(up to a cap), and its units with them, so it knows which way is cheap here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    UniqueConstraint,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union,
)

from admin_app.models import Unit
from admin_app.permissions import Range, prefix_range

FEW: Final = 1_000
"""So many rows are sorted sooner than an index of millions is walked for a page."""
MOST_UNITS: Final[Mapping[str, int]] = {"postgresql": 300, "sqlite": 50}
"""The newest rows of so many units are looked up one unit after the other: SQLite is
slow at that, but walks an index ten times as fast."""

Criteria = Sequence[ColumnElement[bool]]


class Shape(Enum):
    """How the keys are found; every shape finds the same."""

    plain = auto()
    """As the planner likes."""
    collected = auto()
    """All rows by the units that own them, then sorted: for few rows."""
    gathered = auto()
    """The first rows of each unit by its own index, then sorted: for few units."""
    walked = auto()
    """Along the index of the order, each row asked for its unit: for many rows."""


@dataclass(frozen=True, slots=True)
class Owners:
    """How the rows of a model hang on the units below a path."""

    path: str | Range
    columns: tuple[Any, ...]


def shape_for(total: int, units: int | None, *, most_units: int) -> Shape:
    """Choose by the numbers of rows and units, each counted up to one more than its cap.

    `units` is None where no index serves the newest rows of a unit.
    """
    if total <= FEW:
        return Shape.collected
    if units is not None and units <= most_units:
        return Shape.gathered
    return Shape.walked


def as_test(scope: Criteria) -> Criteria:
    """Return a scope that only tests rows, which are found otherwise.

    No index serves the test of a test.
    """
    return [or_(*scope).is_(True)]


def keys(
    model: Any, scope: Criteria | None, criteria: Criteria, column: Any, shape: Shape
) -> tuple[Select[Any], Any, Any]:
    """Return a statement without order, and its columns: the key and the order's.

    A row is in scope when one of the criteria of `scope` holds; None means every row.
    """
    if shape is Shape.collected:
        one = select(model.id.label("key"), column.label("place")).where(*criteria)
        branches = [one] if scope is None else [one.where(own) for own in scope]
        # Unfenced, the planner would trade the index of the units for the order's.
        found = union(*branches).cte("found").prefix_with("MATERIALIZED")
        return select(found.c.key, found.c.place), found.c.key, found.c.place
    columns = (model.id.label("key"), column.label("place"))
    statement = select(*columns).where(*criteria)
    if scope is not None:
        # Tested, what remains is the index of the order.
        tested = as_test(scope) if shape is Shape.walked else [or_(*scope)]
        statement = statement.where(*tested)
    return statement, model.id, column


def newest_of_units(
    model: Any,
    owners: Owners,
    criteria: Criteria,
    ordered: Sequence[Any],
    limit: int,
    *,
    has_lateral: bool,
) -> tuple[Select[Any], Any, Any]:
    """Return like `keys` the first rows of each unit, by its own index.

    `ordered` are the columns of the order, the place and the key, as they sort.
    """
    unit = _other(Unit).c
    here = prefix_range(unit.path, owners.path)
    place, key = (one.element for one in ordered)
    branches = []
    for column in owners.columns:
        newest = select(key.label("key"), place.label("place")).where(
            column == unit.id, *criteria
        )
        newest = newest.order_by(*ordered).limit(limit).correlate(_other(Unit))
        if has_lateral:
            own = newest.lateral()
            pairs = _other(Unit).join(own, true())
            found = select(own.c.key, own.c.place).select_from(pairs)
        else:
            row = _other(model).c
            keys_only = newest.with_only_columns(key)
            pairs = _other(Unit).join(_other(model), row.id.in_(keys_only))
            found = select(row.id.label("key"), row[place.key].label("place"))
            found = found.select_from(pairs)
        branches.append(found.where(here))
    rows = union(*branches).subquery("found")
    return select(rows.c.key, rows.c.place), rows.c.key, rows.c.place


@cache
def _other(model: Any) -> FromClause:
    """Return the table of a model a second time; to copy its columns takes a while."""
    table: FromClause = model.__table__.alias()
    return table


@cache
def is_ordered(model: Any, columns: tuple[str, ...], *, of_some: bool = False) -> bool:
    """Tell whether an index begins with these columns, be it only `of_some` rows."""
    table = model.__table__
    led: list[tuple[str, ...]] = [tuple(table.primary_key.columns.keys())]
    # An index of some rows finds no others.
    led += [
        tuple(index.columns.keys())
        for index in table.indexes
        if of_some or index.dialect_options["postgresql"].get("where") is None
    ]
    led += [
        tuple(constraint.columns.keys())
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    led += [(column.name,) for column in table.columns if column.unique or column.index]
    return any(names[: len(columns)] == columns for names in led)


def capped_units(path: str | Range, most: int) -> ScalarSelect[int]:
    """Return the number of units below a path, up to one more than the most."""
    one = select(literal(1)).where(prefix_range(Unit.path, path)).select_from(Unit)
    inner = one.limit(most + 1).subquery()
    return select(func.count()).select_from(inner).scalar_subquery()


def capped_count(
    model: Any, scope: Criteria | None, criteria: Criteria, *, cap: int
) -> Any:
    """Return the number of rows, up to one more than the cap, as a column.

    Where one branch of the scope has more than the cap, nobody sorts out which rows
    another has as well.
    """
    number = number_of(first_keys(model, scope, criteria, most=cap + 1))
    if scope is None or len(scope) == 1:
        return number
    one = select(model.id).where(*criteria).limit(cap + 1)
    many = (number_of(one.where(own)) > cap for own in scope)
    return case((or_(*many), cap + 1), else_=number)


def number_collected(keys: Select[Any], *, cap: int) -> ScalarSelect[int]:
    """Return how many rows were collected for a page, up to one more than the cap.

    They stand there already: to count them otherwise would find them a second time.
    """
    [found] = keys.get_final_froms()
    return number_of(select(literal(1)).select_from(found).limit(cap + 1))


def number_of(rows: Select[Any]) -> ScalarSelect[int]:
    """Return how many rows a statement finds, as a column."""
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def first_keys(
    model: Any,
    scope: Criteria | None,
    criteria: Criteria,
    *,
    most: int,
    beside: Sequence[Any] = (),
) -> Select[Any]:
    """Return the keys of some of the rows, each once, with columns `beside`.

    Each branch of the scope is read by its own index, an OR would be by none; and each
    no further than it takes to know that there are more.
    """
    one = select(model.id.label("key"), *beside).where(*criteria)
    if scope is None:
        return one.limit(most)
    branches = [one.where(own).limit(most) for own in scope]
    if len(branches) == 1:
        return branches[0]
    both = union(*(select(each.subquery()) for each in branches)).subquery()
    return select(*both.c).limit(most)
