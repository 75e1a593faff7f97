"""Lists as they stand, before anybody narrows them: their statements are made once.

To build the statements of a page took a fifth of its time, and those of two
administrators differ by a few numbers only. So they are built for every actor of a sort
at once, with parameters where a criterion asks for a number.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, Select, String, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from admin_app.enums import IdentityKind
from admin_app.permissions import Actor, Range, range_of
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.views.admin.paging import (
    Asked,
    Boundary,
    Page,
    as_page,
    choice,
    counts,
    page_statement,
)
from admin_app.views.admin.reading import Reading
from admin_app.views.admin.shapes import Criteria, Shape

NUMBERS: Final = ("account_id", "person_id", "unit_id", "department_id")
PATHS: Final = ("unit_path", "department_path")
PLACE: Final = "boundary_place"
KEY: Final = "boundary_key"
_PLACE: Final = -3
"""Where a row has its place: before both counts, at its end."""
MOST_FITTED: Final = 10_000
"""A list remembers of so many units how it was found for them."""

Statement = TypeVar("Statement", bound=Select[Any])


@dataclass(frozen=True, slots=True)
class Sort:
    """What decides the form of a criterion: all else of an actor is a number in it."""

    kind: IdentityKind
    is_at_root: bool
    lacks: frozenset[str]
    """Numbers that the actor does not have."""

    @classmethod
    def of(cls, actor: Actor) -> "Sort":
        """Return the sort of an actor."""
        lacks = frozenset(name for name in NUMBERS if getattr(actor, name) is None)
        return cls(actor.kind, actor.is_at_root, lacks)


class Anybody:
    """Every actor of a sort, for the criteria of a list.

    It has what a criterion may ask for. Whatever else one asks raises AttributeError:
    the statement would keep the answer of who came first.
    """

    __slots__ = (
        *(*NUMBERS, *PATHS),
        *("kind", "is_at_root", "is_superuser", "is_individual"),
    )

    def __init__(self, sort: Sort) -> None:
        """Give each number that such an actor has a parameter of its name."""
        self.kind, self.is_at_root = sort.kind, sort.is_at_root
        self.is_superuser = sort.kind is IdentityKind.superuser
        self.is_individual = sort.kind is IdentityKind.individual
        for name in NUMBERS:
            number = None if name in sort.lacks else bindparam(name, type_=BigInteger())
            setattr(self, name, number)
        for name in PATHS:
            ends = (bindparam(f"{name}_{end}", type_=String()) for end in Range._fields)
            setattr(self, name, Range(*ends))


@cache
def anybody(sort: Sort) -> Any:
    """Return who stands for every actor of a sort."""
    return Anybody(sort)


def numbers_of(actor: Actor) -> dict[str, Any]:
    """Return what an actor has in place of those parameters."""
    found = {name: getattr(actor, name) for name in NUMBERS}
    for name in PATHS:
        if path := getattr(actor, name):
            ends = range_of(path)._asdict().items()
            found.update({f"{name}_{end}": value for end, value in ends})
    return found


def keepable(statement: Statement) -> Statement:
    """Return a statement to keep, its plan with it; TypeError if it holds a moment.

    A shape leaves no choice to a plan; `make plans` judges those that are kept as well.
    """
    for part in visitors.iterate(statement):
        if isinstance(getattr(part, "value", None), dt.date | dt.timedelta):
            raise TypeError(f"a list that is kept holds no moment: {part}")
    return statement.execution_options(**SAME_PLAN)


class KeptList:
    """A list in one order, for every actor of a sort: its statements are built once.

    `asked` and `criteria` are those of `anybody`; a boundary in it is any such boundary.
    """

    def __init__(
        self,
        dialect: str,
        asked: Asked,
        criteria: Criteria,
        size: int,
        reading: Reading,
    ) -> None:
        """Build the statement that counts; the others when a shape is first used."""
        if (boundary := asked.boundary) is not None:
            place = bindparam(PLACE, type_=asked.order.column.type)
            any_place = None if boundary.value is None else place
            key: Any = bindparam(KEY, type_=BigInteger())
            asked = replace(asked, boundary=replace(boundary, value=any_place, id=key))
        self._dialect, self._asked, self._size = dialect, asked, size
        self._criteria, self._reading = criteria, reading
        self._counts = counts(dialect, asked, criteria)
        self._count = Prepared(keepable(select(*self._counts)))
        self._pages: dict[Shape, Prepared] = {}
        self._fitted: dict[tuple[int | None, int | None], Shape] = {}

    def page(
        self, session: Session, actor: Actor, boundary: Boundary | None
    ) -> tuple[int, Page]:
        """Return the number of rows, up to one more than the cap, and a page of them.

        The rows are found in the shape that fitted last time for this unit, and bring
        the numbers with them that tell whether it still does.
        """
        given: Mapping[str, Any] = numbers_of(actor)
        if boundary is not None:
            given = {**given, PLACE: boundary.value, KEY: boundary.id}
        here = actor.unit_id, actor.department_id
        shape = self._fitted.get(here)
        rows = [] if shape is None else self._found(shape).rows(session, given)
        if rows:
            total, units = rows[0][-2:]
        elif shape is not None and boundary is None:
            total, units = 0, 0
        else:
            ((total, units),) = self._count.rows(session, given)
        fitting = choice(self._dialect, self._asked, total, units)
        if fitting is not shape and total:
            if len(self._fitted) >= MOST_FITTED:
                self._fitted.clear()
            self._fitted[here] = fitting
            rows = self._found(fitting).rows(session, given)
        asked = replace(self._asked, boundary=boundary)
        return total, as_page(rows, asked, self._size, place=_PLACE)

    def _found(self, shape: Shape) -> Prepared:
        if shape not in self._pages:
            asked, size = self._asked, self._size
            keys = page_statement(
                self._dialect, asked, self._criteria, size=size, shape=shape
            )
            down = asked.directed.descending
            found = self._reading.of(keys, *self._counts, descending=down)
            self._pages[shape] = Prepared(keepable(found), self._reading.as_row)
        return self._pages[shape]
