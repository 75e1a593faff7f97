"""Whether one answer fits its kind of field; a new kind is one class and one line."""

import datetime as dt
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from admin_app.enums import FieldKind
from admin_app.errors import Refused
from admin_app.rules.amounts import plain, read_amount
from admin_app.rules.field_specs import TEXT_MAX_LENGTH, TEXTAREA_MAX_LENGTH, FieldSpec
from admin_app.rules.patterns import PATTERNS
from admin_app.rules.texts import clean_text

Answer = str | dict[str, str]
"""What is stored: plain JSON, numbers and dates as text in one spelling."""

EARLIEST_DATE = dt.date(1950, 1, 1)

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")


class Kind(ABC):
    """A kind of field."""

    @abstractmethod
    def accept(self, field: FieldSpec, value: object, *, today: dt.date) -> Answer:
        """Return the answer as it is stored, or refuse it beside the field."""


class Text(Kind):
    """One line of text, perhaps of a known pattern."""

    def accept(self, field: FieldSpec, value: object, *, today: dt.date) -> Answer:  # noqa: ARG002 (one signature)
        """Return the clean text."""
        longest = field.max_length or TEXT_MAX_LENGTH
        text = clean_text(value, field=field.name, max_length=longest)
        return _of_pattern(text, field, field.pattern) if field.pattern else text


class Textarea(Kind):
    """Text of several lines."""

    def accept(self, field: FieldSpec, value: object, *, today: dt.date) -> Answer:  # noqa: ARG002 (one signature)
        """Return the clean text with its line breaks."""
        return clean_text(
            value,
            field=field.name,
            max_length=field.max_length or TEXTAREA_MAX_LENGTH,
            single_line=False,
        )


class Number(Kind):
    """A decimal number within limits."""

    def accept(self, field: FieldSpec, value: object, *, today: dt.date) -> Answer:  # noqa: ARG002 (one signature)
        """Return the number as it is written."""
        number = read_amount(value, field=field.name)
        _refuse_out_of_limits(number, field)
        if field.step is not None and number % field.step:
            raise Refused(
                "请以 %(step)s 为单位填写，例如 %(example)s。",
                field=field.name,
                step=plain(field.step),
                example=plain(number - number % field.step),
            )
        return plain(number)


class Select(Kind):
    """One of the options."""

    def accept(self, field: FieldSpec, value: object, *, today: dt.date) -> Answer:  # noqa: ARG002 (one signature)
        """Return the option's value."""
        values = {option.value for option in field.options}
        if not isinstance(value, str) or value not in values:
            raise Refused("请从列表中选择一项。", field=field.name)
        return value


class Date(Kind):
    """A day that has come."""

    def accept(self, field: FieldSpec, value: object, *, today: dt.date) -> Answer:
        """Return the day in ISO form."""
        return _past_day(value, field=field, today=today).isoformat()


class DateRange(Kind):
    """A period that is over: start and end."""

    def accept(self, field: FieldSpec, value: object, *, today: dt.date) -> Answer:
        """Return both days in ISO form."""
        if not isinstance(value, Mapping) or set(value) != {"start", "end"}:
            raise Refused("请填写开始日期和结束日期。", field=field.name)
        start = _past_day(value["start"], field=field, today=today)
        end = _past_day(value["end"], field=field, today=today)
        if start > end:
            raise Refused("开始日期不能晚于结束日期，请修改。", field=field.name)
        return {"start": start.isoformat(), "end": end.isoformat()}


class Reference(Kind):
    """The key of a row elsewhere; whether the row is there the caller finds out."""

    def accept(self, field: FieldSpec, value: object, *, today: dt.date) -> Answer:  # noqa: ARG002 (one signature)
        """Return the key as text."""
        key = "" if isinstance(value, bool) else str(value)
        if not isinstance(value, str | int) or not _KEY.fullmatch(key):
            raise Refused("请从列表中选择一项。", field=field.name)
        return key


FIELD_KINDS: Final[Mapping[FieldKind, Kind]] = {
    FieldKind.text: Text(),
    FieldKind.textarea: Textarea(),
    FieldKind.number: Number(),
    FieldKind.select: Select(),
    FieldKind.date: Date(),
    FieldKind.daterange: DateRange(),
    FieldKind.reference: Reference(),
}


def _of_pattern(text: str, field: FieldSpec, pattern: str) -> str:
    # Many a keyboard for Chinese types digits and letters at full width.
    narrow = unicodedata.normalize("NFKC", text).strip()
    if not PATTERNS[pattern].fullmatch(narrow):
        raise Refused(
            "%(label)s格式不正确，请对照证明材料核对后重新填写。",
            field=field.name,
            label=field.label,
        )
    return narrow


def _refuse_out_of_limits(number: Decimal, field: FieldSpec) -> None:
    if field.min is not None and number < field.min:
        raise Refused(
            "不能小于 %(limit)s，请修改。", field=field.name, limit=plain(field.min)
        )
    if field.max is not None and number > field.max:
        raise Refused(
            "不能大于 %(limit)s，请修改。", field=field.name, limit=plain(field.max)
        )


def _past_day(value: object, *, field: FieldSpec, today: dt.date) -> dt.date:
    text = value.isoformat() if type(value) is dt.date else str(value)
    try:
        day = dt.date.fromisoformat(text if _ISO_DATE.fullmatch(text) else "")
    except ValueError:
        raise Refused(
            "请填写真实的日期，样式为 2026-03-31。", field=field.name
        ) from None
    if day > today:
        raise Refused("日期不能晚于今天，尚未发生的不能申报。", field=field.name)
    if day < EARLIEST_DATE:
        raise Refused(
            "日期不能早于 %(earliest)s，请核对年份。",
            field=field.name,
            earliest=EARLIEST_DATE.isoformat(),
        )
    return day
