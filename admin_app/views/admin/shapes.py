"""How are the keys of a page found? As the number of rows that meet its criteria asks.

Left to itself, a planner walks millions of newest rows for a scope that owns few of
them, or sorts a whole province for a page of twenty. The list counts its rows anyway
(up to a cap), so it knows which of the two is cheap here.
"""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    func,
    literal,
    or_,
    select,
    union,
    union_all,
)

FEW: Final = 2_000
"""So many rows are sorted sooner than an index of millions is walked for a page."""

Criteria = Sequence[ColumnElement[bool]]


class Shape(Enum):
    """How the keys are found; every shape finds the same."""

    plain = auto()
    """As the planner likes."""
    collected = auto()
    """All rows by the units that own them, then sorted: for few rows."""
    walked = auto()
    """Along the index of the order, each row asked for its unit: for many rows."""


def shape_for(total: int, *, cap: int, is_narrowed: bool) -> Shape:
    """Choose by the number of rows, counted up to one more than the cap.

    Rows that a filter leaves may stand together far from the start: then nothing is
    walked.
    """
    if total <= (cap if is_narrowed else FEW):
        return Shape.collected
    return Shape.plain if is_narrowed else Shape.walked


def keys(
    model: Any, scope: Criteria | None, criteria: Criteria, column: Any, shape: Shape
) -> tuple[Select[Any], Any, Any]:
    """Return a statement without order, and its columns: the key and the order's.

    A row is in scope when one of the criteria of `scope` holds; None means every row.
    """
    if scope is not None and shape is Shape.collected:
        branches = [
            select(model.id.label("key"), column.label("place")).where(own, *criteria)
            for own in scope
        ]
        # Unfenced, the planner would trade the index of the units for the order's.
        found = union(*branches).cte("found").prefix_with("MATERIALIZED")
        return select(found.c.key, found.c.place), found.c.key, found.c.place
    statement = select(model.id, column).where(*criteria)
    if scope is not None:
        inside = or_(*scope)
        # No index serves the test of a test: what remains is the index of the order.
        tested = inside.is_(True) if shape is Shape.walked else inside
        statement = statement.where(tested)
    return statement, model.id, column


def capped_count(
    model: Any, scope: Criteria | None, criteria: Criteria, *, cap: int
) -> ScalarSelect[int]:
    """Return the number of rows, up to one more than the cap, as a column.

    Each branch of the scope is counted by its own index; an OR would be by none.
    """
    one = select(literal(1).label("one")).select_from(model).where(*criteria)
    branches = [one]
    if scope is not None:
        others = [own.is_not(True) for own in scope]
        branches = [one.where(own, *others[:n]) for n, own in enumerate(scope)]
    found = branches[0] if len(branches) == 1 else union_all(*branches)
    inner = found.limit(cap + 1).subquery()
    return select(func.count()).select_from(inner).scalar_subquery()
