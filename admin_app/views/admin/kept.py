"""Lists, whoever asks and whatever narrows them: their statements are made once.

To build the statements of a page took a fifth of its time, and those of two
administrators differ by a few numbers only. So they are built for every actor of a sort
at once, with parameters where a criterion asks for a number.
"""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from sqlalchemy import BigInteger, Select, String, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors

from admin_app.enums import IdentityKind
from admin_app.permissions import Actor, Range, any_range, told_range
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.views.admin.boundaries import Boundary
from admin_app.views.admin.paging import (
    CAP,
    Asked,
    Page,
    as_page,
    choice,
    counts,
    page_statement,
)
from admin_app.views.admin.reading import Reading
from admin_app.views.admin.shapes import Criteria, Shape, number_collected

NUMBERS: Final = ("account_id", "person_id", "unit_id", "department_id")
PATHS: Final = ("unit_path", "department_path")
BEGINNING: Final = "begin"
END: Final = "end"
"""How the parameters of both boundaries of a page begin."""
MOST_REMEMBERED: Final = 10_000
"""A list remembers of so many units how it was found for them."""

Made = TypeVar("Made")
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
            setattr(self, name, any_range(name, String()))


@cache
def anybody(sort: Sort) -> Any:
    """Return who stands for every actor of a sort."""
    return Anybody(sort)


def numbers_of(actor: Actor) -> dict[str, Any]:
    """Return what an actor has in place of those parameters."""
    found = {name: getattr(actor, name) for name in NUMBERS}
    for name in PATHS:
        if path := getattr(actor, name):
            found.update(told_range(name, path))
    return found


def keepable(statement: Statement) -> Statement:
    """Return a statement to keep, its plan with it; TypeError if it holds a moment.

    A shape leaves no choice to a plan; `make plans` judges those that are kept as well.
    """
    for part in visitors.iterate(statement):
        if isinstance(getattr(part, "value", None), dt.date | dt.timedelta):
            raise TypeError(f"a list that is kept holds no moment: {part}")
    return statement.execution_options(**SAME_PLAN)


class Shelf:
    """What was made once, by what it was made for; threads may share it.

    When it is full, what nobody has asked for the longest goes.
    """

    def __init__(self, most: int) -> None:
        """Start empty."""
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made for the key, which is made now if it is not here."""
        found: Made | None = self._kept.get(key)
        if found is None:
            found = make()
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return found

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()


SHELF: Final = Shelf(400)
"""Lists, records' statements and drawn filters: each takes up to 100 KB."""


class Found(NamedTuple):
    """A page, how many rows the list has, and how many of them were tested."""

    total: int | None
    """Up to one more than the cap; None where not every row was looked at."""
    page: Page
    looked_through: int = 0
    """So many, where the page ends before the list does."""
    counts_tab: bool = False
    """Whether the total is that of the tab, which nothing narrows."""


class KeptList(Protocol):
    """A list in one order, for every actor of a sort: its statements are built once."""

    def found(
        self, session: Session, values: Mapping[str, Any], boundary: Boundary | None
    ) -> Found:
        """Return a page for the numbers of an actor and what narrows the list."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in one order: which rows it has, and what is read of them."""

    dialect: str
    asked: Asked
    """As `anybody` asks; a boundary in it is any such boundary."""
    criteria: Criteria
    size: int
    reading: Reading
    bound: tuple[str, ...] = ()
    """Columns that the criteria hold equal."""
    path: str | Range | None = None
    """Leads to the units of the scope, where these find its rows."""

    def at_any_boundary(self) -> "Listed":
        """Return the same for every boundary of this form."""
        asked = self.asked
        if asked.boundary is None:
            return self
        anywhere = asked.boundary.of_any(asked.order, BEGINNING)
        return replace(self, asked=replace(asked, boundary=anywhere))

    def narrowed(self, criteria: Criteria) -> "Listed":
        """Return the same of fewer rows, of which no counter knows."""
        asked = replace(self.asked, at_least=None)
        return replace(self, asked=asked, criteria=(*self.criteria, *criteria))

    def keys(
        self, criteria: Criteria, shape: Shape, end: Boundary | None = None
    ) -> Select[Any]:
        """Return what finds the keys and places of a page, up to an end of this form."""
        if end is not None:
            end = end.of_any(self.asked.order, END)
        return page_statement(
            self.dialect, self.asked, criteria, size=self.size, shape=shape, end=end
        )

    def page(
        self,
        rows: Sequence[Any],
        boundary: Boundary | None,
        end: Boundary | None = None,
        place: int = 1,
    ) -> Page:
        """Return the page of rows that were found at a boundary, each with its place.

        What lies behind the `end` was not looked at: the next page goes on from there.
        """
        asked = replace(self.asked, boundary=boundary)
        return as_page(rows, asked, self.size, end, place)

    def page_of(
        self,
        session: Session,
        keys: Sequence[Any],
        boundary: Boundary | None,
        end: Boundary | None,
    ) -> Page:
        """Return the page of keys that were found at a boundary, with its rows read."""
        page = self.page(keys, boundary, end)
        return replace(page, rows=tuple(self.reading.read(session, page.ids)))


def given(values: Mapping[str, Any], boundary: Boundary | None) -> Mapping[str, Any]:
    """Return values together with those of a boundary."""
    return values if boundary is None else {**values, **boundary.told(BEGINNING)}


class Remembered(dict[Hashable, Made]):
    """How a list was found last, by whose it was; when too many are known, all go."""

    def __setitem__(self, whose: Hashable, what: Made) -> None:
        """Remember of somebody."""
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        super().__setitem__(whose, what)

    @staticmethod
    def of(values: Mapping[str, Any]) -> Hashable:
        """Return whose list it is that the numbers of an actor ask for."""
        return values.get("unit_id"), values.get("department_id")


class WholeList:
    """A list whose plan follows from its size alone: nobody narrows it, or to one person."""

    def __init__(self, listed: Listed, *, is_tab: bool = True) -> None:
        """Build the statement that counts; the others when a shape is first used.

        `is_tab` tells whether nobody narrows it.
        """
        self._listed, self._is_tab = listed, is_tab
        self._counts = counts(listed.dialect, listed.asked, listed.criteria)
        self._count = Prepared(keepable(select(*self._counts)))
        self._pages: dict[Shape, Prepared] = {}
        self._fitted: Remembered[Shape] = Remembered()

    def found(
        self, session: Session, values: Mapping[str, Any], boundary: Boundary | None
    ) -> Found:
        """Return a page for the numbers of an actor.

        The rows are found in the shape that fitted last time for this unit, and bring
        the numbers with them that tell whether it still does.
        """
        values = given(values, boundary)
        whose = Remembered.of(values)
        shape = self._fitted.get(whose)
        rows = [] if shape is None else self._page(shape).rows(session, values)
        if rows:
            total, units = rows[0][-2:]
        elif shape is not None and boundary is None:
            total, units = 0, 0
        else:
            ((total, units),) = self._count.rows(session, values)
        fitting = choice(self._listed.dialect, self._listed.asked, total, units)
        if fitting is not shape and total:
            self._fitted[whose] = fitting
            rows = self._page(fitting).rows(session, values)
        page = self._listed.page(rows, boundary, place=self._listed.reading.place)
        return Found(total, page, counts_tab=self._is_tab)

    def _page(self, shape: Shape) -> Prepared:
        if shape not in self._pages:
            listed, (total, units) = self._listed, self._counts
            keys, down = listed.keys(listed.criteria, shape), listed.asked.directed
            if shape is Shape.collected:
                total = number_collected(keys, cap=CAP)
            read = listed.reading.of(keys, total, units, descending=down.descending)
            self._pages[shape] = Prepared(keepable(read), listed.reading.as_row)
        return self._pages[shape]
