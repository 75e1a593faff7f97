"""The fields of a learning form as fields of a web form: one builder for each kind."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from markupsafe import Markup
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import DateInput, NumberInput

from admin_app.enums import FieldKind
from admin_app.forms.fields import PickedField
from admin_app.operations.claims import ANSWER
from admin_app.rules.amounts import plain
from admin_app.rules.field_kinds import EARLIEST_DATE
from admin_app.rules.field_specs import (
    TEXT_MAX_LENGTH,
    TEXTAREA_MAX_LENGTH,
    Conditions,
    FieldSpec,
)

BaseChoices = Sequence[tuple[str, str]]
"""The bases that a reference may point at: id and name."""


class Starred:
    """Star a field; whether it may stay empty is decided by the rules on sending."""

    field_flags: Final[Mapping[str, bool]] = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Accept everything."""


class NumberField(StringField):
    """A number as it was typed: the rules read it, so that nothing is rounded."""

    widget = NumberInput()


class DateTextField(StringField):
    """A day as it was sent: the rules read it."""

    widget = DateInput()


class PeriodWidget:
    """Two days side by side."""

    def __call__(self, field: "PeriodField", **marks: Any) -> Markup:
        """Return both inputs; the first one carries the label's id."""
        marks.pop("id", None)
        shared = {"type": "date", "required": field.flags.required, **field.limits}
        shared |= {name.replace("_", "-").strip("-"): v for name, v in marks.items()}
        inputs = [
            Markup("<input{}>").format(
                _attributes(
                    {
                        **shared,
                        "id": field.id if part == "start" else f"{field.id}-end",
                        "name": f"{field.name}-{part}",
                        "value": field.data.get(part, ""),
                        "aria-label": f"{field.label.text} {word}",
                    }
                )
            )
            for part, word in (("start", _("开始日期")), ("end", _("结束日期")))
        ]
        return Markup(
            '<div class="input-group period">{}'
            '<span class="input-group-text">{}</span>{}</div>'
        ).format(inputs[0], _("至"), inputs[1])


class PeriodField(Field):
    """A period: start and end as they were sent."""

    widget = PeriodWidget()

    def __init__(
        self, *args: Any, limits: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        """Take the first and last day that the browser may offer."""
        super().__init__(*args, **kwargs)
        self.limits = dict(limits or {})

    def process(self, formdata: Any, data: Any = None, **_more: Any) -> None:
        """Read both parts; what was stored stands where nothing was sent."""
        stored = data if isinstance(data, Mapping) else {}
        self.data = {part: str(stored.get(part, "")) for part in ("start", "end")}
        self.object_data = self.data
        self.process_errors: list[str] = []
        if formdata is not None:
            self.data = {
                part: (formdata.getlist(f"{self.name}-{part}") or [""])[0]
                for part in ("start", "end")
            }


class OptionField(SelectField):
    """One option by its value; the rules refuse what was not offered."""

    def __init__(
        self, *args: Any, choices: Iterable[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        """Offer these options, and check nothing."""
        super().__init__(*args, validate_choice=False, choices=[], **kwargs)
        self.offer(choices)

    def offer(self, options: Iterable[tuple[str, str]]) -> None:
        """Offer these options, after an empty one."""
        blank = SelectChoice("", _("请选择"))
        self.choices = [blank, *(SelectChoice(value, text) for value, text in options)]


Builder = Callable[[FieldSpec, dict[str, Any], "Paper"], Any]


class Paper:
    """What the builders need beside the field: language, day, rows to choose from."""

    def __init__(
        self, *, english: bool, today: dt.date, bases: BaseChoices = ()
    ) -> None:
        """Write for one page."""
        self.english = english
        self.today = today
        self.bases = bases

    @property
    def limits(self) -> dict[str, str]:
        """The days that a browser may offer."""
        return {"min": EARLIEST_DATE.isoformat(), "max": self.today.isoformat()}

    def label(self, thing: Any) -> str:
        """Return the label of a field or an option in the page's language."""
        return str(thing.label_en if self.english else thing.label)


def _text(spec: FieldSpec, common: dict[str, Any], _paper: Paper) -> Any:
    marks = {"maxlength": spec.max_length or TEXT_MAX_LENGTH}
    return StringField(**common, render_kw=marks)


def _textarea(spec: FieldSpec, common: dict[str, Any], _paper: Paper) -> Any:
    marks = {"maxlength": spec.max_length or TEXTAREA_MAX_LENGTH, "rows": 3}
    return TextAreaField(**common, render_kw=marks)


def _number(spec: FieldSpec, common: dict[str, Any], _paper: Paper) -> Any:
    limits = {
        name: plain(value)
        for name in ("min", "max", "step")
        if (value := getattr(spec, name)) is not None
    }
    marks = {"step": "any", "inputmode": "decimal"} | limits
    return NumberField(**common, render_kw=marks)


def _select(spec: FieldSpec, common: dict[str, Any], paper: Paper) -> Any:
    options = [(option.value, paper.label(option)) for option in spec.options]
    return OptionField(**common, choices=options)


def _date(_spec: FieldSpec, common: dict[str, Any], paper: Paper) -> Any:
    return DateTextField(**common, render_kw=paper.limits)


def _period(_spec: FieldSpec, common: dict[str, Any], paper: Paper) -> Any:
    return PeriodField(**common, limits=paper.limits)


def _reference(spec: FieldSpec, common: dict[str, Any], paper: Paper) -> Any:
    if spec.target == "base":
        return OptionField(**common, choices=paper.bases)
    return PickedField(**common)


BUILDERS: Final[Mapping[FieldKind, Builder]] = {
    FieldKind.text: _text,
    FieldKind.textarea: _textarea,
    FieldKind.number: _number,
    FieldKind.select: _select,
    FieldKind.date: _date,
    FieldKind.daterange: _period,
    FieldKind.reference: _reference,
}


def answer_fields(specs: Iterable[FieldSpec], paper: Paper) -> dict[str, Any]:
    """Return one unbound field for each field of a learning form, by its input's name."""
    return {ANSWER + spec.name: _built(spec, paper) for spec in specs}


def typed_answers(form: Any, specs: Iterable[FieldSpec]) -> dict[str, object]:
    """Return what was typed into the fields of a learning form, as the rules want it."""
    return {spec.name: form[ANSWER + spec.name].data for spec in specs}


def condition_marks(spec: FieldSpec) -> dict[str, str]:
    """Return the conditions of a field as attributes that a script may read."""
    marks = {}
    for name, conditions in (("show", spec.show_when), ("hide", spec.hide_when)):
        if conditions:
            marks[f"data-{name}-when"] = json.dumps(_listed(conditions))
    return marks


def steering_names(specs: Iterable[FieldSpec]) -> frozenset[str]:
    """Return the fields on whose answers it depends which others are shown."""
    return frozenset(
        name
        for spec in specs
        for conditions in (spec.show_when, spec.hide_when)
        for name in conditions
    )


def _built(spec: FieldSpec, paper: Paper) -> Any:
    common = {
        "label": paper.label(spec),
        "validators": [Starred()] if spec.required else [],
        # The catalogue may know the English of a help text; data hold only Chinese.
        "description": _(spec.help) if spec.help else "",
    }
    return BUILDERS[spec.kind](spec, common, paper)


def _listed(conditions: Conditions) -> dict[str, list[str]]:
    return {ANSWER + name: sorted(wanted) for name, wanted in conditions.items()}


def _attributes(marks: Mapping[str, Any]) -> Markup:
    told = (
        Markup(" {}").format(name)
        if value is True
        else Markup(' {}="{}"').format(name, value)
        for name, value in marks.items()
        if value is not None and value is not False
    )
    return Markup("").join(told)
