"""年度要求与流程: what a year asks for, its public courses, what is reviewed."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext as _
from typing_extensions import override
from wtforms import Form

from admin_app import models as m
from admin_app.errors import Refused
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.filters import ChoiceFilter, NumberFilter
from admin_app.views.admin.registry import entity

MENU = "年度要求与流程"


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
        """Refuse a window that ends before it begins, and hours that nobody can mean."""
        first, last = form["declare_from"].data, form["declare_until"].data
        if first and last and last < first:
            raise Refused("申报截止不能早于申报开始。", field="declare_until")
        _refuse_senseless({name: form[name].data for name in HOURS})
        super().save(form, record)


HOURS: Final = ("total", "public_min", "professional_min")


def _refuse_senseless(hours: Mapping[str, Decimal | None]) -> None:
    for name, amount in hours.items():
        if amount is not None and amount < 0:
            raise Refused("要求不能为负数，请修改。", field=name)
    total, *parts = hours.values()
    if total is not None and total < sum(part or 0 for part in parts):
        raise Refused("总要求不能少于公需课与专业课要求之和。", field="total")


@entity(m.PublicCourse, module="annual_requirements", label="公需课课程", menu=MENU)
class PublicCourses(EntityView):
    """Public courses of a credit year."""

    column_list = ("code", "year", "name", "hours", "kind", "has_exam")
    column_sortable_list = ("id", "code", "year")
    column_searchable_list = ("code",)
    form_columns = ("code", "year", "name", "name_en", "hours", "kind", "has_exam")
    filters = (lambda: NumberFilter("year"), lambda: ChoiceFilter("kind"))


@entity(m.MessageRule, module="approval_chains", label="消息通知规则", menu=MENU)
class MessageRules(EntityView):
    """Which event of which kind of record is told, on the platform and by mail."""

    column_list = ("kind", "event", "is_told", "is_mailed")
    column_sortable_list = ("id", "kind")
    column_default_sort = "id"
    form_columns = ("is_told", "is_mailed")
    filters = (lambda: ChoiceFilter("kind"), lambda: ChoiceFilter("event"))

    @override
    def record_label(self, record: Any, cells: Any = ()) -> str:
        """Call a rule by what is told of what."""
        return f"{_(record.kind.label)} · {_(record.event.label)}"

    def allows(self, verb: str) -> bool:
        """Make and delete nothing here: the events are those of the workflow."""
        return verb not in {"create", "delete"} and super().allows(verb)

    def written(self, record: Any) -> None:
        """Refuse a mail about what the platform does not tell."""
        if record.is_mailed and not record.is_told:
            raise Refused("邮件由站内消息生成，请同时启用站内消息。", field="is_mailed")


@entity(m.ProfileField, module="approval_chains", label="人员信息审核项", menu=MENU)
class ProfileFields(EntityView):
    """Which items of a person's profile their unit reviews before they change."""

    column_list = ("label", "section", "is_reviewed")
    column_sortable_list = ("id", "section")
    column_default_sort = "id"
    form_columns = ("is_reviewed",)
    filters = (lambda: ChoiceFilter("section"), lambda: ChoiceFilter("is_reviewed"))

    @override
    def record_label(self, record: Any, cells: Any = ()) -> str:
        """Call an item by its label."""
        return str(record.label)

    def allows(self, verb: str) -> bool:
        """Make and delete nothing here: the items are those of the profile."""
        return verb not in {"create", "delete"} and super().allows(verb)
