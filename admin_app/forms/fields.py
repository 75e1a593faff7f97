"""Kinds of field that several forms share: rules as validators, choices, picked rows."""

import datetime as dt
import functools
from collections.abc import Callable, Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import DateField, Field, FileField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from admin_app.enums import Labelled
from admin_app.errors import Refused
from admin_app.rules.texts import clean_text
from admin_app.web.refusals import translate

BLANK_CHOICE = ""


class Required:
    """Refuse an empty field, and let its label carry the star."""

    def __init__(self) -> None:
        """Tell templates that the field is starred."""
        self.field_flags = {"required": True}

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Stop at what is missing: what else could be said of it is noise."""
        empty = field.data is None or (
            isinstance(field.data, str) and not field.data.strip()
        )
        if empty and not field.errors:
            raise StopValidation(gettext("此项必填，请填写。"))


class Follows:
    """Let a rule of `rules/` read the text: it gives the value to keep, or refuses."""

    def __init__(self, rule: Callable[[str], str]) -> None:
        """Take a rule from raw text to clean text."""
        self._rule = rule

    def __call__(self, _form: BaseForm, field: Field) -> None:
        """Keep the clean text; an empty field is the business of `Required`."""
        if not field.data or not field.data.strip():
            field.data = ""
            return
        try:
            field.data = self._rule(field.data)
        except Refused as refused:
            raise ValidationError(translate(refused)) from None


def single_line(max_length: int) -> Follows:
    """Return the validator of a text that stands on one line of a page."""
    return Follows(functools.partial(clean_text, field="text", max_length=max_length))


def read_key(value: Any) -> int | None:
    """Return the id that a browser sent, None for anything else."""
    text = str(value if value is not None else "")
    # isdigit alone also accepts what int() makes of other scripts.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004 (digits of a BIGINT)


class ChoiceField(SelectField):
    """One row of a code table by its id; the view hands in the choices."""

    def __init__(self, label: Any, **settings: Any) -> None:
        """Start without choices: they are rows."""
        super().__init__(label, coerce=read_key, choices=[], **settings)

    def offer(self, rows: Iterable[tuple[int, str]]) -> None:
        """Take the rows that may be chosen, after an empty one."""
        offered = [SelectChoice(str(row_id), name) for row_id, name in rows]
        self.choices = [SelectChoice(BLANK_CHOICE, gettext("请选择")), *offered]

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 (WTForms calls it)
        """Refuse what was not offered; nothing chosen is the business of `Required`."""
        offered = {self.coerce(choice.value) for choice in self.choices}
        if self.data is not None and self.data not in offered:
            raise ValidationError(gettext("请从列表中选择。"))


class WordField(SelectField):
    """One member of a closed list by its name."""

    def __init__(self, label: Any, words: type[Labelled], **settings: Any) -> None:
        """Offer every member after an empty choice."""
        offered = [SelectChoice(word.name, lazy_gettext(word.label)) for word in words]
        blank = SelectChoice(BLANK_CHOICE, lazy_gettext("请选择"))
        super().__init__(label, choices=[blank, *offered], **settings)

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 (WTForms calls it)
        """Refuse what was not offered; nothing chosen is the business of `Required`."""
        if self.data and self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(gettext("请从列表中选择。"))


class PickedField(Field):
    """The id of a row chosen in a dialog; `shown` is what the person reads."""

    widget = HiddenInput()
    shown: str = ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read an id; anything else counts as nothing chosen."""
        self.data = read_key(valuelist[0]) if valuelist else None


class DayField(DateField):
    """A calendar day."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read an ISO date or refuse in our words."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            return
        try:
            self.data = dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError(
                gettext("日期格式不正确，请按 2000-01-31 的样式填写。")
            ) from None


class PictureField(FileField):
    """One uploaded picture; the view stores it."""

    @property
    def is_given(self) -> bool:
        """Whether a file was sent."""
        return bool(self.data and getattr(self.data, "filename", ""))
