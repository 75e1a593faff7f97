"""年度要求与流程: what a year asks for, its public courses, and who decides."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, TextAreaField

from admin_app import models as m
from admin_app.enums import ChainStep, Source
from admin_app.errors import Refused
from admin_app.forms.fields import Required
from admin_app.rules.ladders import validate_chain
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.filters import ChoiceFilter, NumberFilter
from admin_app.views.admin.registry import entity

MENU = "年度要求与流程"
STEPS_HELP = (
    "按先后顺序填写，用“→”隔开。可用：所在单位、上级单位、逐级上级直至人社部门、"
    "所选上级单位、现上级部门、新上级部门、调入单位"
)


@entity(
    m.AnnualRequirement, module="annual_requirements", label="年度学时要求", menu=MENU
)
class AnnualRequirements(EntityView):
    """What a year asks for, and when it can be declared."""

    column_list = (
        "year",
        "measure",
        "scheme",
        "total",
        "public_min",
        "professional_min",
        "declare_from",
        "declare_until",
    )
    column_sortable_list = ("id", "year")
    column_default_sort = "-year"
    form_columns = (
        "year",
        "measure",
        "scheme",
        "total",
        "public_min",
        "professional_min",
        "totals_by_rank",
        "declare_from",
        "declare_until",
        "review_until",
        "provenance",
    )
    filters = (lambda: NumberFilter("year"), lambda: ChoiceFilter("measure"))

    def save(self, form: Form, record: Any) -> None:
        """Refuse a window that ends before it begins."""
        first, last = form["declare_from"].data, form["declare_until"].data
        if first and last and last < first:
            raise Refused("申报截止不能早于申报开始。", field="declare_until")
        super().save(form, record)


@entity(m.PublicCourse, module="annual_requirements", label="公需课课程", menu=MENU)
class PublicCourses(EntityView):
    """Public courses of a credit year."""

    column_list = ("code", "year", "name", "hours", "kind", "has_exam")
    column_sortable_list = ("id", "code", "year")
    column_searchable_list = ("code",)
    form_columns = ("code", "year", "name", "name_en", "hours", "kind", "has_exam")
    filters = (lambda: NumberFilter("year"), lambda: ChoiceFilter("kind"))


@entity(m.ApprovalChain, module="approval_chains", label="审批流程", menu=MENU)
class ApprovalChains(EntityView):
    """Who decides a kind of record, in which order."""

    column_list = ("kind", "source", "steps", "updated_at")
    column_sortable_list = ("id",)
    column_default_sort = "id"
    form_columns = ("kind", "source", "steps")
    filters = (lambda: ChoiceFilter("kind"),)

    def scaffold_form(self) -> type[Form]:
        """Ask for source and steps in words."""
        form = super().scaffold_form()
        form.source = SelectField(_l("申报来源"), choices=_sources)
        form.steps = StepsField(_l("审批步骤"), [Required()])
        return form

    def save(self, form: Form, record: Any) -> None:
        """Refuse steps that make no ladder."""
        validate_chain(form["steps"].data)
        super().save(form, record)


class StepsField(TextAreaField):
    """The steps of a chain by their words, in their order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Tell which words there are."""
        super().__init__(*args, description=_l(STEPS_HELP), **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return " → ".join(_(ChainStep[name].label) for name in self.data or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the words; what is none of them is named."""
        by_word = {_(step.label): step.name for step in ChainStep}
        words = re.split(r"[→、，,;；\n]+", valuelist[0] if valuelist else "")
        asked = [word.strip() for word in words if word.strip()]
        for word in asked:
            if word not in by_word:
                raise ValueError(
                    _(
                        "没有“%(word)s”这种审批步骤，请使用：%(known)s",
                        word=word,
                        known="、".join(by_word),
                    )
                )
        self.data = [by_word[word] for word in asked]


def _sources() -> list[tuple[str, str]]:
    return [("", _("不区分来源")), *((s.name, _(s.label)) for s in Source)]


@entity(m.ProfileField, module="approval_chains", label="人员信息审核项", menu=MENU)
class ProfileFields(EntityView):
    """Which items of a person's profile their unit reviews before they change."""

    column_list = ("label", "section", "is_reviewed")
    column_sortable_list = ("id", "section")
    column_default_sort = "id"
    form_columns = ("is_reviewed",)
    filters = (lambda: ChoiceFilter("section"), lambda: ChoiceFilter("is_reviewed"))

    def allows(self, verb: str) -> bool:
        """Make and delete nothing here: the items are those of the profile."""
        return verb not in {"create", "delete"} and super().allows(verb)
