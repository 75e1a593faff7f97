"""How is a value written for a person, on a page and in an export?"""

import datetime as dt
import decimal
import enum
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Boolean, Column, Date, Enum, Integer, String

from admin_app.columns import Amount, EncryptedText, Moment
from admin_app.enums import (
    ChainStep,
    JobState,
    Labelled,
    Language,
    LearningCategory,
    Source,
    State,
)
from admin_app.permissions import CATALOGUE, VERBS
from admin_app.rules.masks import (
    mask_birth_date,
    mask_email,
    mask_id_number,
    mask_mobile,
)
from admin_app.views.admin.paths import Shown
from admin_app.views.audit_words import ACTS, OBJECTS, OUTCOMES
from admin_app.views.tones import tone_of
from admin_app.web.i18n import worded as _

ZONE: Final = ZoneInfo("Asia/Shanghai")
MASKS: Final[Mapping[str, Callable[[Any], str]]] = {
    "id_number": mask_id_number,
    "mobile": mask_mobile,
    "email": mask_email,
    "birth_date": mask_birth_date,
}
"""Columns of a person that everybody sees in part only."""
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    **{
        column: {member.name: member.label for member in members}
        for column, members in (
            ("steps", ChainStep),
            ("source", Source),
            ("declared_by", Source),
            ("category", LearningCategory),
            ("locale", Language),
        )
    },
    "action": ACTS,
    "object_kind": OBJECTS,
    "result": OUTCOMES,
}
"""Columns that hold words of a list as text, with what each word means."""
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

STATES: Final = (State, JobState)


class Cell(NamedTuple):
    """One value of a row: its label, its text, and its colour where it is a state."""

    label: Any
    text: str
    tone: str = ""
    layout: str = ""

    def measured(self, measure: str) -> "Cell":
        """Return the amount together with what it is counted in."""
        return self._replace(text=f"{self.text} {measure}".strip())


_cell: Final = partial(tuple.__new__, Cell)
"""A cell of its four values: twice as fast as by name, for what a page has 150 of."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the values of a column are written wherever they stand."""

    layout: str
    write: Callable[[Any], str]
    is_state: bool

    def cell(self, label: Any, value: Any) -> Cell:
        """Return the cell of a value; personal numbers are masked (PR-01)."""
        if value is None:
            return Cell(label, "", "", self.layout)
        tone = tone_of(value) if self.is_state else ""
        return Cell(label, self.write(value), tone, self.layout)

    def cells(self, label: Any, values: Sequence[Any]) -> list[Cell]:
        """Return the cells of a column, one for each value."""
        write, layout = self.write, self.layout
        if write is _label:
            # Of a closed list each member is written once.
            written = {value: self.cell(label, value) for value in set(values)}
            return [written[value] for value in values]
        texts = ["" if value is None else write(value) for value in values]
        return [_cell((label, text, "", layout)) for text in texts]


def cell(shown: Shown, record: Any) -> Cell:
    """Return the cell of a column."""
    return manner_of(shown).cell(shown.label, shown.value(record))


def manner_of(shown: Shown) -> Manner:
    """Return how a column is written: worked out once a process."""
    return _manner(shown.attribute.class_, shown.attribute.key)


@cache
def _manner(owner: Any, key: str) -> Manner:
    column = getattr(owner, key).property.columns[0]
    is_state = getattr(column.type, "enum_class", None) in STATES
    return Manner(_layout(column), _writer(column), is_state)


def _layout(column: Column[Any]) -> str:
    """Return the class of a column: figures to the right, words cut to one line."""
    if isinstance(column.type, Amount):
        return "cell-number"
    if isinstance(column.type, Moment):
        return "cell-moment"
    if isinstance(column.type, EncryptedText | Enum | Boolean | Date | Integer):
        return "cell-short"
    return "cell-clip"


def _writer(column: Column[Any]) -> Callable[[Any], str]:
    if column.key == "permission":
        return told_permission
    if words := words_of(column):
        return partial(_named, words, " → " if column.key == "steps" else "、")
    if _is_masked(column):
        return MASKS[column.key]
    # What a column holds is known, so that nobody has to look at each value.
    return next((w for kind, w in WRITERS if isinstance(column.type, kind)), plain)


def words_of(column: Column[Any]) -> Mapping[str, str]:
    """Return what the words mean that a column holds as text, empty if it holds none."""
    if column.key == "permission":
        rights = [
            right for module in CATALOGUE.values() for right in module.permissions
        ]
        return {right: told_permission(right) for right in rights}
    return {} if isinstance(column.type, Enum) else WORDS.get(column.key, {})


def _named(words: Mapping[str, str], joint: str, value: str | list[str]) -> str:
    """Write words that a column holds as text, in their order."""
    names = [value] if isinstance(value, str) else value
    return _(joint).join(
        _(words[name]) if name in words else name for name in names if name
    )


def told_permission(name: str) -> str:
    """Write a permission in words: its module, and what that lets somebody do."""
    module, _colon, verb = name.partition(":")
    if module not in CATALOGUE or verb not in VERBS:
        return name
    return f"{_(CATALOGUE[module].label)} · {_(VERBS[verb])}"


def is_masked(shown: Shown) -> bool:
    """Tell whether a column is shown in part only; one that is sealed must be."""
    return _is_masked(shown.attribute.property.columns[0])


def _is_masked(column: Column[Any]) -> bool:
    return isinstance(column.type, EncryptedText) or column.key in MASKS


def plain(value: Any) -> str:
    """Write a value as a person of this country and language reads it."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return str(_("是") if value else _("否"))
        case Labelled():
            return _label(value)
        case enum.Enum():
            return str(value.value)
        case dt.datetime():
            return _moment(value)
        case dt.date():
            return value.isoformat()
        case decimal.Decimal():
            return _amount(value)
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str) if value else ""
        case _:
            return str(value)


def _label(value: Labelled) -> str:
    return _(value.label)


def _moment(value: dt.datetime) -> str:
    return value.astimezone(ZONE).isoformat(" ", "minutes")[:16]


def _amount(value: decimal.Decimal) -> str:
    return f"{value.normalize():f}"


WRITERS: Final = (
    (Moment, _moment),
    (Amount, _amount),
    # Of the type that a column is, but not of what it is stored as.
    (Enum, _label),
    (Boolean | JSON, plain),
    (String | Integer, str),
)
