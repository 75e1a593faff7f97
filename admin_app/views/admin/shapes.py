"""How are the keys of a page found? As the number of rows that meet its criteria asks.

Left to itself, a planner either walks all newest rows for a scope that owns few of
them, or sorts all rows of a large scope for twenty. The list counts its rows anyway
(up to a cap), so it knows which of the two is cheap.
"""

from collections.abc import Sequence
from enum import Enum, auto
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, literal, select, union, union_all

from admin_app.permissions import Subtree

FEW: Final = 2_000
"""So many rows are sorted faster than an index of millions is walked for twenty."""

Criteria = Sequence[ColumnElement[bool]]


class Shape(Enum):
    """How the keys are found; each finds the same."""

    plain = auto()
    """As the planner likes."""
    collected = auto()
    """All rows by the units that own them, then sorted: for few rows."""
    walked = auto()
    """Along the index of the order, each row asked for its unit: for many rows."""


def shape_for(total: int, cap: int, *, is_narrowed: bool) -> Shape:
    """Choose by the capped number of rows.

    With filters, rows may stand together far from the start: nothing is walked then.
    """
    if total <= (cap if is_narrowed else FEW):
        return Shape.collected
    return Shape.plain if is_narrowed else Shape.walked


def keys(
    model: Any, scope: Subtree | None, criteria: Criteria, column: Any, shape: Shape
) -> tuple[Select[Any], Any, Any]:
    """Return a statement without order, and its columns for the key and the order."""
    if scope is None:
        return select(model.id, column).where(*criteria), model.id, column
    if shape is Shape.collected:
        found = union(
            *(
                select(model.id.label("key"), column.label("place")).where(own, *criteria)
                for own in scope.through(model)
            )
        ).cte("found")
        # Unfenced, a planner would trade the units' index for that of the order.
        found = found.prefix_with("MATERIALIZED", position="cte")
    inside = scope.criterion(model)
    # A test of a test is served by no index: each row of the walk is asked.
    tested = inside.is_(True) if shape is Shape.walked else inside
    return select(model.id, column).where(tested, *criteria), model.id, column
