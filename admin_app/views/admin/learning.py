"""学习形式: forms and their immutable versions, with fields and proofs."""

from functools import partial
from typing import Any, ClassVar

from flask_babel import gettext as _
from typing_extensions import override
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from admin_app import models as m
from admin_app.enums import LearningCategory
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.filters import ChoiceFilter, LookupFilter, NumberFilter
from admin_app.views.admin.registry import entity

MENU = "学习形式"


@entity(m.LearningForm, module="learning_forms", label="学习形式管理", menu=MENU)
class LearningForms(EntityView):
    """Learning forms; what they ask for is in their versions."""

    column_list = ("code", "name", "name_en", "category", "sort_order", "is_active")
    column_sortable_list = ("id", "code")
    column_searchable_list = ("code",)
    column_default_sort = "id"
    form_columns = ("name", "name_en", "category", "sort_order", "is_active")
    form_overrides: ClassVar[dict[str, Any]] = {
        "category": partial(
            SelectField,
            choices=lambda: [
                SelectChoice(each.name, _(each.label)) for each in LearningCategory
            ],
        )
    }
    filters = (lambda: ChoiceFilter("is_active"),)

    def allows(self, verb: str) -> bool:
        """Make and delete no form here: one is published with its first version."""
        return verb not in {"create", "delete"} and super().allows(verb)


@entity(m.LearningFormVersion, module="learning_forms", label="学习形式版本", menu=MENU)
class LearningFormVersions(EntityView):
    """Versions: a declaration remembers its own, so that none may change."""

    column_list = ("form.name", "number", "is_current", "measure", "published_at")
    form_columns = ()
    filters = (
        lambda: LookupFilter("form"),
        lambda: ChoiceFilter("is_current"),
        lambda: ChoiceFilter("measure"),
    )

    @override
    def record_label(self, record: Any, cells: Any = ()) -> str:
        """Call a version by its form and number."""
        return f"{record.form.name} · {record.number}"


@entity(m.LearningFormField, module="learning_forms", label="信息项", menu=MENU)
class LearningFormFields(EntityView):
    """Fields of the versions."""

    column_list = (
        "version.form.name",
        "version.number",
        "position",
        "name",
        "label",
        "kind",
        "is_required",
    )
    column_sortable_list = ("id",)
    form_columns = ()
    filters = (
        lambda: NumberFilter("version_id"),
        lambda: ChoiceFilter("kind"),
        lambda: ChoiceFilter("is_required"),
    )


@entity(m.LearningFormProof, module="learning_forms", label="证明材料", menu=MENU)
class LearningFormProofs(EntityView):
    """Proofs that the versions want."""

    column_list = (
        "version.form.name",
        "version.number",
        "position",
        "name",
        "is_required",
        "is_note",
    )
    form_columns = ()
    filters = (
        lambda: NumberFilter("version_id"),
        lambda: ChoiceFilter("is_required"),
    )
