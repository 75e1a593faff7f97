"""What narrows 待办, and at which row does a page of it begin?

A statement follows from the form of both alone; all else of them are its parameters.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import BigInteger, String, bindparam

from admin_app.columns import Moment
from admin_app.permissions import any_range, told_range
from admin_app.views.admin.boundaries import BadAddress, moment_of, written
from admin_app.views.admin.lookups import key_of
from admin_app.views.admin.tellings import KINDS

APPLICANT, UNIT = (any_range(word, String()) for word in ("applicant", "unit"))
UNTIL: Final[Any] = bindparam("waiting_until", type_=Moment())
AT: Final[Any] = bindparam("begin_at", type_=Moment())
KEY: Final[Any] = bindparam("begin_key", type_=BigInteger())
"""The parameters: where names begin that are searched for, since when it has waited at
the latest, and the row that a page begins at."""
WORDS: Final = ("kind", "applicant", "unit", "days", "urged")
"""How an address says what narrows it."""
Edge = tuple[int, bool]
"""The rank of the row at a boundary, and whether the page leads backwards from it."""


class Form(NamedTuple):
    """Which words narrow the list, beside its kind; what they are, are parameters."""

    applicant: bool = False
    unit: bool = False
    waiting_until: bool = False
    is_urged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What narrows the list, beside its kind."""

    applicant: str = ""
    unit: str = ""
    waiting_until: dt.datetime | None = None
    """Only what has waited since this moment or longer."""
    is_urged: bool = False

    @property
    def form(self) -> Form:
        """What decides how a statement looks."""
        return Form(*(bool(getattr(self, word)) for word in Form._fields))

    def told(self) -> dict[str, Any]:
        """Return the values of the parameters."""
        found: dict[str, Any] = {UNTIL.key: self.waiting_until}
        for word in ("applicant", "unit"):
            if term := getattr(self, word):
                found.update(told_range(word, term))
        return found


@dataclass(frozen=True, slots=True)
class Boundary:
    """A row that a page begins after, or ends before."""

    at: dt.datetime
    rank: int
    key: int
    backwards: bool = False

    @property
    def code(self) -> str:
        """The boundary as a word of an address."""
        return f"{written(self.at)}~{self.rank}~{self.key}"

    @property
    def edge(self) -> Edge:
        """What decides how a statement looks."""
        return self.rank, self.backwards

    def told(self) -> dict[str, Any]:
        """Return the values of the parameters."""
        return {AT.key: self.at, KEY.key: self.key}


def boundary_of(text: str, *, backwards: bool) -> Boundary:
    """Read a boundary from an address; BadAddress for anything else."""
    try:
        at, rank, key = text.split("~")
        moment, number = moment_of(at), int(rank)
    except ValueError as mistake:
        raise BadAddress("after") from mistake
    if not 0 <= number < len(KINDS):
        raise BadAddress("after")
    return Boundary(moment, number, key_of(key), backwards)
