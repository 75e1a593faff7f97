"""At which row does a page begin, and how is that said in an address?

A boundary names the place of a row in the order of the list, and its key: what is added
or taken away meanwhile moves no page.
"""

import base64
import datetime as dt
import decimal
import enum
import re
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Enum, Integer, SmallInteger, TypeDecorator, bindparam

from admin_app.columns import Amount

_BITS: Final = ((SmallInteger, 15), (BigInteger, 63), (Integer, 31))
_WHOLE: Final = re.compile("-?[0-9]{1,19}")
_MOMENT: Final = "%Y%m%dT%H%M%S.%fZ"
_TEXT: Final = "."
"""What a text begins with in a boundary, where it may hold any sign."""


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
    id: Any
    backwards: bool = False

    def of_any(self, order: Order, name: str) -> "Boundary":
        """Return what stands for all such boundaries: parameters, beginning with a name.

        That a row has no value is told by the form of a statement.
        """
        place = bindparam(f"{name}_place", type_=order.column.type)
        key: Any = bindparam(f"{name}_key", type_=BigInteger())
        return Boundary(None if self.value is None else place, key, self.backwards)

    def told(self, name: str) -> dict[str, Any]:
        """Return the values of those parameters."""
        return {f"{name}_place": self.value, f"{name}_key": self.id}


def typed(column: Any, raw: str) -> Any:
    """Turn text of an address into a value of the column; BadAddress if it is none."""
    kind = column.type
    try:
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
        if python is dt.datetime:
            return moment_of(raw)
        if python is dt.date:
            return dt.date.fromisoformat(raw)
    except (ValueError, KeyError, decimal.InvalidOperation) as mistake:
        raise BadAddress(str(column.key)) from mistake
    return raw


def moment_of(raw: str) -> dt.datetime:
    """Return the moment that a text tells; ValueError for any other text."""
    moment = dt.datetime.fromisoformat(raw)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    try:
        return moment.astimezone(dt.UTC)
    except OverflowError as mistake:
        raise ValueError("out of range") from mistake


def _fitting(kind: Any, raw: str) -> int:
    # int() also takes blanks, underscores and digits of other scripts.
    if not _WHOLE.fullmatch(raw):
        raise ValueError("not a number")
    number = int(raw)
    bits = next((size for types, size in _BITS if isinstance(kind, types)), 31)
    if abs(number) >= 2**bits:
        raise ValueError("out of range")
    return number


def encoded(value: Any, key: int) -> str:
    """Write a boundary for an address: short, as the links of every row lead back to it."""
    return str(key) if value is None else f"{written(value)}~{key}"


def written(value: Any) -> str:
    """Write a value for an address without what would have to be escaped there."""
    match value:
        case dt.datetime():
            return value.astimezone(dt.UTC).strftime(_MOMENT)
        case enum.Enum():
            return value.name
        case str():
            signs = base64.urlsafe_b64encode(value.encode()).decode()
            return _TEXT + signs.rstrip("=")
        case _:
            return str(value)


def decoded(order: Order, text: str, *, backwards: bool) -> Boundary:
    """Read a boundary from an address; BadAddress for anything else."""
    told, has_value, number = text.rpartition("~")
    try:
        key = _fitting(BigInteger(), number)
        if told.startswith(_TEXT):
            signs = told.removeprefix(_TEXT).encode("ascii")
            told = base64.urlsafe_b64decode(signs + b"=" * (-len(signs) % 4)).decode()
    except ValueError as mistake:
        raise BadAddress("after") from mistake
    value = typed(order.column, told) if has_value else None
    is_lost = value is None and not order.column.property.columns[0].nullable
    if key < 0 or is_lost:
        raise BadAddress("after")
    return Boundary(value, key, backwards)
