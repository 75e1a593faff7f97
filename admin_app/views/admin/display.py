"""How is a value written for a person, on a page and in an export?"""

import datetime as dt
import decimal
import enum
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import Boolean, Date, Enum, Integer

from admin_app.columns import Amount, EncryptedText, Moment
from admin_app.enums import ChainStep, JobState, Labelled, Source, State
from admin_app.rules.masks import (
    mask_birth_date,
    mask_email,
    mask_id_number,
    mask_mobile,
)
from admin_app.views.admin.paths import Shown

ZONE: Final = ZoneInfo("Asia/Shanghai")
MASKS: Final[Mapping[str, Callable[[Any], str]]] = {
    "id_number": mask_id_number,
    "mobile": mask_mobile,
    "email": mask_email,
    "birth_date": mask_birth_date,
}
"""Columns of a person that everybody sees in part only."""
NAMES: Final[Mapping[str, type[Labelled]]] = {"steps": ChainStep, "source": Source}
"""Columns of an approval chain that hold names of a closed list as text."""
SECRET: Final = frozenset(
    {
        "password_hash",
        "activation_hash",
        "token_hash",
        "token",
        "answer",
        "data",
        "key",
        "result_key",
        "failed_rows_key",
        "session_hash",
        "previous_mac",
        "mac",
        "sha256",
    }
)
"""Columns that no generated screen shows to anybody."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a row: its label, its text, and its state where it is one."""

    label: Any
    text: str
    state: State | JobState | None = None
    layout: str = ""

    def measured(self, measure: str) -> "Cell":
        """Return the amount together with what it is counted in."""
        return replace(self, text=f"{self.text} {measure}".strip())


def cell(shown: Shown, record: Any) -> Cell:
    """Return the cell of a column; personal numbers are masked (PR-01)."""
    value = shown.value(record)
    state = value if isinstance(value, State | JobState) else None
    return Cell(shown.label, as_text(shown, value), state, layout(shown))


def layout(shown: Shown) -> str:
    """Return the class of a column: figures to the right, words cut to one line."""
    kind = shown.attribute.property.columns[0].type
    if isinstance(kind, Amount):
        return "cell-number"
    if isinstance(kind, Moment):
        return "cell-moment"
    if isinstance(kind, EncryptedText | Enum | Boolean | Date | Integer):
        return "cell-short"
    return "cell-clip"


def as_text(shown: Shown, value: Any) -> str:
    """Write one value of a column; personal numbers are masked."""
    if value is None:
        return ""
    members = NAMES.get(shown.attribute.key)
    if members is not None and isinstance(value, str | list):
        return _named(members, value)
    return MASKS[shown.attribute.key](value) if is_masked(shown) else plain(value)


def _named(members: type[Labelled], value: str | list[str]) -> str:
    """Write names of a closed list that a column holds as text, in their order."""
    names = [value] if isinstance(value, str) else value
    known = members.__members__
    return " → ".join(str(_(known[n].label)) if n in known else n for n in names if n)


def is_masked(shown: Shown) -> bool:
    """Tell whether a column is shown in part only; one that is sealed must be."""
    column = shown.attribute.property.columns[0]
    return isinstance(column.type, EncryptedText) or column.key in MASKS


def plain(value: Any) -> str:
    """Write a value as a person of this country and language reads it."""
    match value:
        case None:
            return ""
        case bool():
            return str(_("是") if value else _("否"))
        case Labelled():
            return str(_(value.label))
        case enum.Enum():
            return str(value.value)
        case dt.datetime():
            return value.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
        case dt.date():
            return value.isoformat()
        case decimal.Decimal():
            return f"{value.normalize():f}"
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str) if value else ""
        case _:
            return str(value)
