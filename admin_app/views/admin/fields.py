"""Which form field writes which kind of column?"""

import enum
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import wtforms
from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.form import BaseForm
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import JSON, Boolean, Date, Enum, Integer, String, Text
from typing_extensions import override
from wtforms.fields.choices import SelectChoice
from wtforms.i18n import get_translations
from wtforms.validators import InputRequired, Length, ValidationError

from admin_app.columns import Amount, Sorted
from admin_app.errors import Refused
from admin_app.rules.texts import clean_text
from admin_app.views.admin.lookups import LOOKUPS, LookupField
from admin_app.web.refusals import translate

LONGEST_TEXT: Final = 20_000


class EntityForm(BaseForm):
    """The base of every generated form: WTForms' own sentences in the page's language."""

    class Meta:
        def get_translations(self, form: object) -> Any:  # noqa: ARG002 (WTForms' signature)
            """Return WTForms' catalogue of the page's language."""
            locale = get_locale()
            return get_translations([locale.language if locale else "zh"])


class TextField(wtforms.StringField):
    """One line of clean text."""

    single_line = True
    longest = LONGEST_TEXT

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Clean the text, or say what is wrong with it (IN-08)."""
        raw = valuelist[0] if valuelist else ""
        self.data = raw
        try:
            self.data = clean_text(
                raw,
                field=self.name,
                max_length=self.longest,
                single_line=self.single_line,
            )
        except Refused as refused:
            raise ValueError(translate(refused)) from refused


class LongTextField(TextField):
    """Several lines of clean text."""

    widget = wtforms.widgets.TextArea()
    single_line = False


class JsonField(wtforms.TextAreaField):
    """A structure, written as JSON."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else json.dumps(self.data, ensure_ascii=False)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the structure; a list or an object, nothing else."""
        self.data = None
        raw = valuelist[0] if valuelist else ""
        try:
            self.data = json.loads(raw) if raw.strip() else None
        except (ValueError, RecursionError) as mistake:
            raise ValueError(_("不是有效的 JSON，请检查括号和引号")) from mistake
        if self.data is not None and not isinstance(self.data, list | dict):
            raise ValueError(_("请填写 JSON 列表或对象"))

    @override
    def pre_validate(self, form: Any) -> None:
        """Refuse a list where an object was, and the other way round."""
        before = self.object_data
        if before is not None and not isinstance(self.data, type(before)):
            raise ValidationError(_("结构与原来不同，请保持列表或对象的形式"))


class MemberField(wtforms.SelectField):
    """A member of a closed list."""

    def __init__(self, *args: Any, members: type[enum.Enum], **kwargs: Any) -> None:
        """Offer the members by their labels."""

        def coerce(raw: Any) -> enum.Enum | None:
            if raw is None or raw == "" or isinstance(raw, enum.Enum):
                return raw or None
            try:
                return members[str(raw)]
            except KeyError as mistake:
                raise ValueError(_("请选择列表中的一项")) from mistake

        def offered() -> list[SelectChoice]:
            empty = [SelectChoice("", "—")] if self.may_be_empty else []
            return empty + [SelectChoice(m.name, _(m.value)) for m in members]

        validators = kwargs.get("validators") or ()
        self.may_be_empty = not any(isinstance(v, InputRequired) for v in validators)
        super().__init__(*args, coerce=coerce, choices=offered, **kwargs)

    @override
    def pre_validate(self, form: Any) -> None:
        """Accept what `coerce` accepted."""


class WholeNumberField(wtforms.IntegerField):
    """A whole number that both databases can hold."""

    @override
    def pre_validate(self, form: Any) -> None:
        """Refuse what does not fit into 32 bits."""
        if self.data is not None and abs(self.data) >= 2**31:
            raise ValidationError(_("数字过大"))


class AmountField(wtforms.DecimalField):
    """Hours or credits, in hundredths."""

    @override
    def pre_validate(self, form: Any) -> None:
        """Refuse finer, endless and huge amounts."""
        amount = self.data
        if amount is None:
            return
        if not amount.is_finite() or abs(amount) > 10_000:  # noqa: PLR2004 (nobody studies longer)
            raise ValidationError(_("数字过大"))
        if amount * 100 != (amount * 100).to_integral_value():
            raise ValidationError(_("最多保留两位小数"))


Maker = Callable[[Any, dict[str, Any]], Any]


def _text(kind: Any, arguments: dict[str, Any]) -> Any:
    if isinstance(kind, Text):
        return LongTextField(**arguments)
    if isinstance(getattr(kind, "length", None), int):
        arguments["validators"].append(Length(max=kind.length))
    return TextField(**arguments)


def _member(kind: Any, arguments: dict[str, Any]) -> Any:
    return MemberField(members=kind.enum_class, **arguments)


MAKERS: Final[tuple[tuple[type[Any], Maker], ...]] = (
    (Enum, _member),
    (Boolean, lambda _kind, arguments: wtforms.BooleanField(**arguments)),
    (Amount, lambda _kind, arguments: AmountField(places=None, **arguments)),
    (Integer, lambda _kind, arguments: WholeNumberField(**arguments)),
    (Date, lambda _kind, arguments: wtforms.DateField(**arguments)),
    (JSON, lambda _kind, arguments: JsonField(**arguments)),
)


class Converter(AdminModelConverter):
    """Make the fields of a generated form; what has no safe field is refused."""

    def _get_label(self, name: str, field_args: Any) -> Any:
        return field_args.get("label") or self.view.label_of(name)

    def _model_select_field(
        self, prop: Any, multiple: Any, remote_model: Any, **kwargs: Any
    ) -> Any:
        if multiple or remote_model not in LOOKUPS:
            raise TypeError(f"{prop} has no look-up: it cannot stand in a form")
        return LookupField(model=remote_model, **kwargs)

    def get_converter(self, column: Any) -> Any:
        """Return what makes the field of a column; TypeError where nothing can."""
        kind = column.type
        is_text = isinstance(kind, String | Sorted) and not isinstance(kind, Enum)
        make = _text if is_text else _maker(kind)
        if make is None:
            raise TypeError(f"{column} cannot stand in a generated form")

        def convert(*, field_args: dict[str, Any], **_given: Any) -> Any:
            validators = field_args["validators"]
            # What has a default may be left out of a record, but not out of a form.
            if not column.nullable and not is_text and not isinstance(kind, Boolean):
                validators.insert(0, InputRequired())
            return make(kind, field_args)

        return convert


class Asking:
    """A view as the converter knows it, but asking for these columns."""

    def __init__(self, view: Any, columns: Sequence[str]) -> None:
        """Take the columns in place of the view's own."""
        self.form_columns = columns
        self._view = view

    def __getattr__(self, name: str) -> Any:
        """Give what else the converter wants from the view."""
        return getattr(self._view, name)


def _maker(kind: Any) -> Maker | None:
    return next((make for types, make in MAKERS if isinstance(kind, types)), None)
