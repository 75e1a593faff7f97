"""How is a list that somebody narrows found, and how far is it looked through?

A filter by sex, source or year may leave three rows of millions. Whoever asks for it
gets those among so many rows, the list says so, and its next page goes on from there:
no page passes a whole table, and nothing is lost.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import case, null, select
from sqlalchemy.orm import Session

from admin_app.dialects import among_named
from admin_app.prepared import Prepared
from admin_app.views.admin.boundaries import Boundary
from admin_app.views.admin.kept import END, Found, Listed, Remembered, given
from admin_app.views.admin.narrowing import Narrowing
from admin_app.views.admin.paging import (
    CAP,
    counted_page,
    edge_of,
    end_statement,
    page_among,
    steps_statement,
)
from admin_app.views.admin.reading import IDS
from admin_app.views.admin.shapes import (
    FEW,
    MOST_UNITS,
    Criteria,
    Shape,
    capped_count,
    capped_units,
    first_keys,
    number_of,
)

LOOKED_THROUGH: Final = 10_000
"""So many rows are tested for one page, in the order of the list."""
FOLLOWED: Final = 1_000
"""So many where each leads to a row of another table: that takes several look-ups."""


class NarrowedList:
    """A list that is narrowed in one manner, whatever the values."""

    def __init__(self, listed: Listed, narrowings: Sequence[Narrowing]) -> None:
        """Build what counts the people of a name; the others when they are first used."""
        model = listed.asked.model
        if listed.asked.scope is not None:
            narrowings = [narrowing.in_scope(model) for narrowing in narrowings]
        self._listed, self._narrowings = listed, narrowings
        self._names = {
            number: Prepared(select(number_of(narrowing.through.limit(FEW + 1))))
            for number, narrowing in enumerate(narrowings)
            if narrowing.through is not None and listed.path is not None
        }
        self._looks: dict[frozenset[int], _Look] = {}

    def found(
        self, session: Session, values: Mapping[str, Any], boundary: Boundary | None
    ) -> Found:
        """Return a page for the numbers of an actor and what narrows the list."""
        common = frozenset(
            number
            for number, counted in self._names.items()
            if counted.rows(session, values)[0][0] > FEW
        )
        if common not in self._looks:
            model = self._listed.asked.model
            narrowings = [
                narrowing.as_common(model) if number in common else narrowing
                for number, narrowing in enumerate(self._narrowings)
            ]
            self._looks[common] = _Look(self._listed, narrowings)
        return self._looks[common].found(session, values, boundary)


class _Look:
    """How a narrowed list is looked through.

    What one index holds in the order of the list is walked. What else indexes find is
    collected as a whole while it is little. Of more, a page looks at the next so many
    rows, unless few units own them all.
    """

    def __init__(self, listed: Listed, narrowings: Sequence[Narrowing]) -> None:
        asked, criteria, bound = listed.asked, listed.criteria, listed.bound
        model, scope, column = asked.model, asked.scope, asked.order.column.key
        found = [n.criterion for n in narrowings if n.is_found(model, bound)]
        tested = [n.criterion for n in narrowings if not n.is_found(model, bound)]
        served = [n.is_in_order(model, bound, column) for n in narrowings]
        at_hand, most_units = [*criteria, *found], MOST_UNITS[listed.dialect]
        self._is_walked = bool(served) and all(served)
        self._seen = CAP if self._is_walked else LOOKED_THROUGH
        self._most_units = most_units
        place = asked.order.column.label("place")
        first = first_keys(model, scope, at_hand, most=self._seen + 1, beside=[place])
        there = first.cte("there").prefix_with("MATERIALIZED")
        fitting = select(model.id).where(model.id.in_(select(there.c.key)), *tested)
        numbers = (
            number_of(select(there.c.key)).label("looked"),
            (number_of(fitting.limit(CAP + 1)) if tested else null()).label("fits"),
            (
                null() if listed.path is None else capped_units(listed.path, most_units)
            ).label("units"),
        )
        self._there, self._counts = there, numbers
        self._numbers = Prepared(select(*numbers))
        # What is tested besides, or all there is, a planner would not find in there.
        self._is_found_there = not tested and bool(found or scope is not None)
        self._fitted: Remembered[Shape | None] = Remembered()
        # No index narrows anything: the one of the order saves sorting.
        self._of_little = Shape.collected if found or scope is not None else Shape.plain
        self._along = [*criteria, *_those(narrowings, served)]
        # No index serves the test of a test: what remains is the index of the order.
        self._tests = [
            criterion.is_(True)
            for criterion in _those(narrowings, [not each for each in served])
        ]
        every, along = [*at_hand, *tested], [*self._along, *self._tests]
        self._listed = listed
        self._criteria = {
            self._of_little: every,
            Shape.collected: every,
            Shape.gathered: along,
            Shape.walked: along,
        }
        self._ends: dict[Shape, Prepared] = {}
        self._found: dict[Hashable, Prepared] = {}

    def found(
        self, session: Session, values: Mapping[str, Any], boundary: Boundary | None
    ) -> Found:
        values, end = given(values, boundary), None
        whose = Remembered.of(values)
        # What fitted last time mostly does again: the page brings the numbers then.
        shape = self._fitted.get(whose)
        is_brought = self._is_brought(shape)
        statement = self._with_page(shape) if is_brought else self._numbers
        rows = statement.rows(session, values)
        looked, fits, units = rows[0][:3]
        total = min(looked, CAP + 1) if fits is None else fits
        known = total if looked <= self._seen or total > CAP else None
        fitting = self._fitting(looked, units)
        if fitting is not shape:
            self._fitted[whose] = fitting
            if is_brought := self._is_brought(fitting):
                rows = self._with_page(fitting).rows(session, values)
        if is_brought or fitting is None:
            keys = [row[len(self._counts) :] for row in rows if row.key is not None]
            return Found(known, self._listed.page_of(session, keys, boundary, None))
        if self._tests and fitting in (Shape.gathered, Shape.walked):
            end = self._end(session, values, fitting)
        if end is not None:
            values = {**values, **end.told(END)}
        keys = self._keys(fitting, end).rows(session, values)
        page = self._listed.page_of(session, keys, boundary, end)
        return Found(known, page, LOOKED_THROUGH if page.is_cut else 0)

    def _fitting(self, looked: int, units: int | None) -> Shape | None:
        """Return how to find a page, by how many rows were looked at and of which units.

        None: among those that were looked at, which are all.
        """
        is_whole = looked <= self._seen
        if is_whole and self._is_found_there:
            return None
        if is_whole and (not self._is_walked or self._of_little is Shape.plain):
            return self._of_little
        if units is None or units > self._most_units:
            return Shape.walked
        has_owners = self._listed.asked.owners is not None
        return Shape.gathered if has_owners else Shape.collected

    def _is_brought(self, shape: Shape | None) -> bool:
        """Tell whether one statement finds the page in this shape, with the numbers."""
        return self._is_found_there if shape is None else not self._tests

    def _with_page(self, shape: Shape | None) -> Prepared:
        if shape not in self._found:
            listed = self._listed
            if shape is None:
                keys = page_among(
                    listed.dialect, listed.asked, self._there, size=listed.size
                )
            else:
                keys = listed.keys(self._criteria[shape], shape)
            page = counted_page(listed.asked, keys, self._counts)
            self._found[shape] = Prepared(page)
        return self._found[shape]

    def _end(
        self, session: Session, values: Mapping[str, Any], shape: Shape
    ) -> Boundary | None:
        """Return the last one of the next so many rows; None if there are not more."""
        dialect, asked = self._listed.dialect, self._listed.asked
        if shape not in self._ends:
            statement = end_statement(
                dialect, asked, self._along, shape=shape, most=LOOKED_THROUGH
            )
            self._ends[shape] = Prepared(statement)
        rows = self._ends[shape].rows(session, values)
        if not rows[1:]:
            return None
        return Boundary(rows[0].place, rows[0].key, asked.backwards)

    def _keys(self, shape: Shape, end: Boundary | None) -> Prepared:
        form = (shape, end is None, end is not None and end.value is None)
        if form not in self._found:
            keys = self._listed.keys(self._criteria[shape], shape, end)
            self._found[form] = Prepared(keys)
        return self._found[form]


def _those(narrowings: Sequence[Narrowing], chosen: Sequence[bool]) -> list[Any]:
    pairs = zip(narrowings, chosen, strict=True)
    return [narrowing.criterion for narrowing, is_chosen in pairs if is_chosen]


class FollowedList:
    """A list that follows the rows of another table, narrowed or not.

    While they are few, or what indexes find, what they lead to is collected; else the
    page goes along them, and looks at the next so many for what is narrowed.
    """

    def __init__(
        self,
        listed: Listed,
        narrowings: Sequence[Narrowing],
        *,
        followed: Criteria,
        leads_to: Any,
    ) -> None:
        """Take which rows are `followed`, and where each leads."""
        asked, model = listed.asked, listed.asked.model
        narrowed = [narrowing.criterion for narrowing in narrowings]
        found = [n.criterion for n in narrowings if n.is_found(model, ())]
        steps = number_of(select(asked.order.column).where(*followed).limit(FEW + 1))
        is_little = steps <= FEW
        if found:
            is_little |= number_of(select(model.id).where(*found).limit(FEW + 1)) <= FEW
        every = [*listed.criteria, *narrowed]
        total = capped_count(model, asked.scope, every, cap=CAP)
        self._counted = Prepared(
            select(steps == 0, case((steps == 0, 0), (is_little, total)))
        )
        self._steps = Prepared(
            steps_statement(asked, followed, leads_to=leads_to, most=FOLLOWED)
        )
        # No index serves the test of a test: what remains is the index of the order.
        tests = [*listed.criteria, *(criterion.is_(True) for criterion in narrowed)]
        self._is_narrowed = bool(narrowings)
        self._listed = listed
        self._wanted = {
            Shape.collected: every,
            Shape.walked: tests,
            Shape.plain: [*tests, among_named(model.id, IDS)],
        }
        self._found: dict[Hashable, Prepared] = {}

    def found(
        self, session: Session, values: Mapping[str, Any], boundary: Boundary | None
    ) -> Found:
        """Return a page for the numbers of an actor and what narrows the list."""
        ((none, counted),) = self._counted.rows(session, values)
        values, end, total = given(values, boundary), None, counted
        if counted is not None and not none:
            shape = Shape.collected
        elif none or not self._is_narrowed:
            shape = Shape.walked
        else:
            steps, total = self._steps.rows(session, values), None
            values = {**values, IDS: sorted({key for _place, key in steps[:FOLLOWED]})}
            shape = Shape.plain
            if len(steps) > FOLLOWED:
                end = edge_of(self._listed.asked, steps[FOLLOWED - 1][0])
                values = {**values, **end.told(END)}
        keys = self._keys(shape, end).rows(session, values)
        page = self._listed.page_of(session, keys, boundary, end)
        return Found(total, page, FOLLOWED if page.is_cut else 0)

    def _keys(self, shape: Shape, end: Boundary | None) -> Prepared:
        form = shape, end is None
        if form not in self._found:
            keys = self._listed.keys(self._wanted[shape], shape, end)
            self._found[form] = Prepared(keys)
        return self._found[form]
