"""How far is a list looked through for what no index finds?

A filter by sex, source or year may leave three rows of millions. Whoever asks for it
gets those among so many rows, the list says so, and its next page goes on from there:
no page passes a whole table, and nothing is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Enum,
    Select,
    SmallInteger,
    case,
    null,
    select,
)
from sqlalchemy.orm import Session

from admin_app.dialects import among, dialect_of
from admin_app.permissions import Range
from admin_app.views.admin.paging import (
    CAP,
    Asked,
    Boundary,
    end_of_look,
    next_steps,
)
from admin_app.views.admin.shapes import (
    FEW,
    MOST_UNITS,
    Criteria,
    Shape,
    capped_count,
    capped_units,
    first_keys,
    is_ordered,
    number_of,
)

LOOKED_THROUGH: Final = 10_000
"""So many rows are tested for one page, in the order of the list."""
FOLLOWED: Final = 1_000
"""So many where each leads to a row of another table: that takes several look-ups."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a filter or a search asks of a row, and of which columns of the model."""

    criterion: ColumnElement[bool]
    columns: tuple[str, ...] = ()
    """An index that begins with it finds the rows; of several, one index each."""
    is_equal: bool = False
    """Whether it holds its one column equal: the index of an order may begin so."""
    through: Select[Any] | None = None
    """The keys of another table, of which the one column holds one."""

    def in_scope(self, model: Any) -> "Narrowing":
        """Return the same for a scope: no index finds there what many rows share.

        Of a year's rows in the province an index finds those of a city one by one, which
        a planner takes for the shorter way. No index serves the test of a test.
        """
        kinds = [getattr(model, name).type for name in self.columns]
        if not all(isinstance(kind, Boolean | Enum | SmallInteger) for kind in kinds):
            return self
        return Narrowing(self.criterion.is_(True))

    def unless_common(self, session: Session, model: Any) -> "Narrowing":
        """Return the same for units, asked of each row where many have such a name.

        What all of that name have, in the province, is more than what these units have.
        """
        if self.through is None:
            return self
        [(many,)] = session.execute(select(number_of(self.through.limit(FEW + 1))))
        if many <= FEW:
            return self
        (key,) = self.through.selected_columns
        (name,) = self.columns
        named = self.through.where(key == getattr(model, name))
        return Narrowing(named.exists().is_(True))

    def is_found(self, model: Any, bound: tuple[str, ...]) -> bool:
        """Tell whether indexes find the rows that meet it."""
        return bool(self.columns) and all(
            is_ordered(model, (name,)) or is_ordered(model, (*bound, name))
            for name in self.columns
        )

    def is_in_order(self, model: Any, bound: tuple[str, ...], order: str) -> bool:
        """Tell whether an index holds the rows that meet it in this order."""
        if self.columns == (order,):
            return True
        return self.is_equal and any(
            is_ordered(model, columns)
            for columns in (
                (*self.columns, *bound, order),
                (*bound, *self.columns, order),
            )
        )


@dataclass(frozen=True, slots=True)
class Look:
    """How the keys of a page are found, and how many rows there are."""

    total: int | None
    """Up to one more than the cap; None where not every row was looked at."""
    shape: Shape
    criteria: Criteria
    end: Boundary | None = None
    """The last row that this page looks at; None where there is no such row."""
    most: int = 0
    """So many rows lie before that end."""


def look_through(
    session: Session,
    asked: Asked,
    criteria: Criteria,
    narrowings: Sequence[Narrowing],
    *,
    bound: tuple[str, ...],
    path: str | Range | None,
) -> Look:
    """Return how to find a page of the rows that meet the criteria and narrowings.

    What one index holds in the order of the list is walked. What else indexes find is
    collected as a whole while it is little. Of more, a page looks at the next so many
    rows, unless few units own them all. `bound` are columns that the criteria hold
    equal; `path` leads to the units of the scope.
    """
    model, scope, owners = asked.model, asked.scope, asked.owners
    if scope is not None:
        narrowings = [narrowing.in_scope(model) for narrowing in narrowings]
    if path is not None:
        narrowings = [
            narrowing.unless_common(session, model) for narrowing in narrowings
        ]
    found = [n.criterion for n in narrowings if n.is_found(model, bound)]
    tested = [n.criterion for n in narrowings if not n.is_found(model, bound)]
    column = asked.order.column.key
    served = [n.is_in_order(model, bound, column) for n in narrowings]
    is_walked = bool(served) and all(served)
    at_hand, most_units = [*criteria, *found], MOST_UNITS[dialect_of(session)]
    seen = CAP if is_walked else LOOKED_THROUGH
    there = first_keys(model, scope, at_hand, most=seen + 1).cte("there")
    there = there.prefix_with("MATERIALIZED")
    fitting = select(model.id).where(model.id.in_(select(there.c.key)), *tested)
    counted = select(
        number_of(select(there.c.key)),
        number_of(fitting.limit(CAP + 1)) if tested else null(),
        null() if path is None else capped_units(path, most_units),
    )
    looked, fits, units = session.execute(counted).one()
    total = min(looked, CAP + 1) if fits is None else fits
    is_whole = looked <= seen
    has_few_units = units is not None and units <= most_units
    known = total if is_whole or total > CAP else None
    if is_whole and scope is None and not found:
        # No index narrows anything: the one of the order saves sorting.
        return Look(known, Shape.plain, [*criteria, *tested])
    if (is_whole and not is_walked) or (has_few_units and owners is None):
        return Look(known, Shape.collected, [*at_hand, *tested])
    shape = Shape.gathered if has_few_units else Shape.walked
    pairs = list(zip(narrowings, served, strict=True))
    along = [*criteria, *(n.criterion for n, is_served in pairs if is_served)]
    # No index serves the test of a test: what remains is the index of the order.
    tests = [n.criterion.is_(True) for n, is_served in pairs if not is_served]
    if not tests:
        return Look(known, shape, along)
    end = end_of_look(session, asked, along, shape=shape, most=LOOKED_THROUGH)
    return Look(known, shape, [*along, *tests], end, LOOKED_THROUGH)


def follow(
    session: Session,
    asked: Asked,
    criteria: Criteria,
    narrowings: Sequence[Narrowing],
    *,
    followed: Criteria,
    leads_to: Any,
) -> Look:
    """Return the same for a list that follows the rows of another table.

    `followed` says which, and `leads_to` where each leads. While they are few, or what
    indexes find, what they lead to is collected; else the page goes along them, and
    looks at the next so many for what is narrowed.
    """
    model, narrowed = asked.model, [narrowing.criterion for narrowing in narrowings]
    # No index serves the test of a test: what remains is the index of the order.
    tests = [criterion.is_(True) for criterion in narrowed]
    found = [n.criterion for n in narrowings if n.is_found(model, ())]
    steps = number_of(select(asked.order.column).where(*followed).limit(FEW + 1))
    is_little = steps <= FEW
    if found:
        is_little |= number_of(select(model.id).where(*found).limit(FEW + 1)) <= FEW
    total = capped_count(model, asked.scope, [*criteria, *narrowed], cap=CAP)
    none, counted = session.execute(
        select(steps == 0, case((steps == 0, 0), (is_little, total)))
    ).one()
    if counted is not None and not none:
        return Look(counted, Shape.collected, [*criteria, *narrowed])
    if none or not narrowings:
        return Look(counted, Shape.walked, [*criteria, *tests])
    keys, end = next_steps(session, asked, followed, leads_to=leads_to, most=FOLLOWED)
    there = among(model.id, set(keys))
    return Look(None, Shape.walked, [*criteria, there, *tests], end, FOLLOWED)
