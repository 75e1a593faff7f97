"""What may stand in a cell: the type of the database column that it fills."""

import datetime as dt
import decimal
import enum
from collections.abc import Callable
from typing import Any

from sqlalchemy import Boolean, Date, Enum, Integer
from sqlalchemy.orm import InstrumentedAttribute

from admin_app.columns import Amount
from admin_app.errors import Refused

Cell = Callable[[str], Any]
"""Turns the text of a cell into a value; Refused says why it cannot."""


def text(length: int | None = None, *, required: bool = True) -> Cell:
    """Accept text of at most `length` characters."""

    def read(cell: str) -> str:
        if required and not cell:
            raise Refused("不能为空")
        if length is not None and len(cell) > length:
            raise Refused("“%(cell)s”超过 %(length)s 个字符", cell=cell, length=length)
        return cell

    return read


def whole(cell: str) -> int:
    """Accept a whole number."""
    try:
        return int(cell)
    except ValueError:
        raise Refused("“%(cell)s”不是整数", cell=cell) from None


def amount(cell: str) -> decimal.Decimal:
    """Accept a decimal number."""
    try:
        return decimal.Decimal(cell)
    except decimal.InvalidOperation:
        raise Refused("“%(cell)s”不是数字", cell=cell) from None


def flag(cell: str) -> bool:
    """Accept 1 for yes, 0 or nothing for no."""
    if cell not in {"", "0", "1"}:
        raise Refused("“%(cell)s”不是 0 或 1", cell=cell)
    return cell == "1"


def day(cell: str) -> dt.date:
    """Accept a date as 2026-01-31."""
    try:
        return dt.date.fromisoformat(cell)
    except ValueError:
        raise Refused("“%(cell)s”不是日期（年-月-日）", cell=cell) from None


def member(kind: type[enum.Enum]) -> Cell:
    """Accept the name of a member of a closed list."""

    def read(cell: str) -> enum.Enum:
        if cell not in kind.__members__:
            raise Refused(
                "“%(cell)s”不在可选值中：%(names)s",
                cell=cell,
                names="、".join(kind.__members__),
            )
        return kind[cell]

    return read


def optional(read: Cell, default: object = None) -> Cell:
    """Accept an empty cell too, as `default`."""
    return lambda cell: read(cell) if cell else default


def cell_for(attribute: InstrumentedAttribute[Any]) -> Cell:
    """Return what the attribute's column accepts: type, length, empty or not."""
    column = attribute.property.columns[0]
    if isinstance(column.type, Boolean):
        return flag
    default = column.default.arg if column.default is not None else None
    has_way_out = column.nullable or column.default is not None
    length = getattr(column.type, "length", None)
    reads: tuple[tuple[type, Cell], ...] = (
        (Enum, member(column.type.enum_class) if _is_enum(column.type) else whole),
        (Integer, whole),
        (Amount, amount),
        (Date, day),
    )
    for kind, read in reads:
        if isinstance(column.type, kind):
            return optional(read, default) if has_way_out else read
    return text(length, required=not has_way_out)


def _is_enum(kind: object) -> bool:
    return isinstance(kind, Enum)
