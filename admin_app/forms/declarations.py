"""The form of a declaration: what every one asks, and what its learning form asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import MultipleFileField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import HiddenInput

from admin_app.errors import Refused
from admin_app.forms.base import LocalForm
from admin_app.forms.dynamic import (
    NumberField,
    OptionField,
    Paper,
    Starred,
    answer_fields,
    condition_marks,
    steering_names,
    typed_answers,
)
from admin_app.operations.claims import (
    ANSWER,
    REMARK_LENGTH,
    TITLE_LENGTH,
    Claim,
    Form,
)
from admin_app.rules.attachments import MAX_ATTACHMENTS
from admin_app.rules.hours import HOUR_STEP, HoursResult
from admin_app.rules.learning_forms import AnswersRefused, shown_fields
from admin_app.web.refusals import translate


def posted_fields() -> MultiDict[str, Any] | None:
    """Return the posted fields and pictures together, None where nothing was posted."""
    if request.method != "POST":
        return None
    both: MultiDict[str, Any] = request.form.copy()
    both.setlist("attachments", request.files.getlist("attachments"))
    return both


class VersionField(StringField):
    """For which version of a form the fields were drawn."""

    widget = HiddenInput()


class PeopleField(SelectMultipleField):
    """For whom a unit files; the operation decides whether it may."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take whatever was sent."""
        super().__init__(*args, validate_choice=False, choices=[], **kwargs)


class DeclarationForm(LocalForm):
    """What every declaration asks, whatever its learning form."""

    people = PeopleField(_l("申报人员"), [Starred()])
    form_code = OptionField(_l("学习形式"), validators=[Starred()])
    version = VersionField()
    credit_year = OptionField(
        _l("计入年度"),
        validators=[Starred()],
        description=_l("审批通过后计入该年度，与审批的日期无关"),
    )
    title = StringField(
        _l("项目名称"), [Starred()], render_kw={"maxlength": TITLE_LENGTH}
    )
    claimed_hours = NumberField(
        _l("申报学时"),
        render_kw={
            "min": str(HOUR_STEP),
            "step": str(HOUR_STEP),
            "inputmode": "decimal",
        },
        description=_l("不得超过按规则计算的学时；留空则按计算结果申报"),
    )
    remark = TextAreaField(
        _l("备注"), render_kw={"maxlength": REMARK_LENGTH, "rows": 2}
    )
    attachments = MultipleFileField(_l("附件"))

    # Set by `declaration_form`.
    asked: Form | None
    paper: Paper
    hours: HoursResult | None = None
    kept: Sequence[Any] = ()
    """Pictures of an earlier try, by `key` and `file_name`, that the form still has."""

    @property
    def is_stale(self) -> bool:
        """Whether the fields on the screen are not those of the chosen form as it is."""
        drawn_for = self.asked.version.id if self.asked else ""
        return bool(self.form_code.data) and str(self.version.data) != str(drawn_for)

    def claim(self) -> Claim:
        """Return what was typed."""
        fields = self.asked.fields if self.asked else []
        return Claim(
            form_code=self.form_code.data or "",
            year=self.credit_year.data or "",
            title=self.title.data or "",
            answers=typed_answers(self, fields),
            claimed=self.claimed_hours.data or "",
            remark=self.remark.data or "",
        )

    def shown(self) -> list[dict[str, Any]]:
        """Return the fields to draw now, each with its conditions."""
        if self.asked is None:
            return []
        steering = steering_names(self.asked.fields)
        typed = typed_answers(self, self.asked.fields)
        return [
            {
                "field": self[ANSWER + spec.name],
                "marks": condition_marks(spec),
                "is_steering": spec.name in steering,
                "is_picked": spec.target == "major",
            }
            for spec in shown_fields(self.asked.fields, typed)
        ]

    def proofs(self) -> list[tuple[str, str]]:
        """Return what papers the form wants, and how much it wants them."""
        if self.asked is None:
            return []
        words = {True: _("必需"), False: _("可选")}
        return [
            (
                (proof.name_en if self.paper.english else "") or proof.name,
                _("说明") if proof.is_note else words[proof.is_required],
            )
            for proof in self.asked.version.proofs
        ]

    def given_files(self) -> list[Any]:
        """Return the files that were really sent."""
        return [
            file
            for file in self.attachments.data or []
            if getattr(file, "filename", "")
        ]

    def tell(self, refused: Refused) -> None:
        """Put a refusal, or each of several, beside the input it is about."""
        problems: Mapping[str, Refused] = (
            refused.problems
            if isinstance(refused, AnswersRefused)
            else {refused.field or "": refused}
        )
        for name, problem in problems.items():
            sentence = translate(problem)
            if name in self:
                self[name].errors = list(dict.fromkeys((*self[name].errors, sentence)))
            else:
                self.form_errors.append(sentence)


def declaration_form(
    formdata: Any,
    *,
    asked: Form | None,
    paper: Paper,
    data: Mapping[str, Any] | None = None,
) -> DeclarationForm:
    """Return the form with the fields of one learning form, filled from what was sent."""
    fields = answer_fields(asked.fields, paper) if asked else {}
    kind = type("DeclarationForm", (DeclarationForm,), fields)
    form: DeclarationForm = kind(formdata, data=dict(data or {}))
    form.asked, form.paper = asked, paper
    form.attachments.description = _(
        "最多 %(most)s 个图片，JPG 或 PNG，每个不超过 5 MB", most=MAX_ATTACHMENTS
    )
    return form


def offer(
    form: DeclarationForm,
    *,
    forms: Sequence[tuple[str, str]],
    years: Sequence[int],
) -> None:
    """Give the selects what may be chosen."""
    form.form_code.offer(forms)
    form.credit_year.offer((str(year), str(year)) for year in years)
