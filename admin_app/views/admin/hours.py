"""学时学分审批 and 单位申报记录: two tasks over the declarations."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import joinedload
from typing_extensions import override

from admin_app import models as m
from admin_app.enums import Action, RecordKind, State
from admin_app.extensions import db
from admin_app.permissions import Actor, visible
from admin_app.views.admin.actions import decisions
from admin_app.views.admin.base import EntityView, Tab
from admin_app.views.admin.filters import ChoiceFilter, LookupFilter, NumberFilter
from admin_app.views.admin.registry import entity
from admin_app.views.admin.reviews import Review, decided, waiting

KIND = RecordKind.declaration
FORM = "form_version.form.name"
LABELS = {FORM: "学习形式"}
MEASURED = {"claimed": "measure"}
TOLD = (
    "person.name",
    "person.id_number",
    "unit.name",
    "department.name",
    "title",
    FORM,
    "year",
    "subject_kind",
    "claimed",
    "computed",
    "measure",
    "source",
    "filed_by.name",
    "state",
    "submitted_at",
    "decided_at",
    "opinion",
    "remark",
)
"""What the details of a declaration show beside its answers."""


@entity(
    m.Declaration, module="approve_hours", label="学时学分审批", menu="学时学分审批"
)
class ApproveHours(Review):
    """What waits for the actor's unit, from people and from training bases (U37, U39)."""

    kind = KIND
    column_list = (
        "person.name",
        "unit.name",
        "title",
        FORM,
        "year",
        "claimed",
        "measure",
        "source",
        "state",
        "decider.name",
        "submitted_at",
    )
    labels = LABELS
    measured_by = MEASURED
    column_details_list = TOLD
    column_searchable_list = ("person.name",)
    finds_person = "person_id"
    form_columns = ()
    filters = (
        lambda: ChoiceFilter("source"),
        lambda: NumberFilter("year"),
        lambda: LookupFilter("unit"),
        *Review.filters,
    )
    tabs = (waiting(m.Declaration), decided(m.Declaration, KIND))
    batch_actions = decisions(KIND, "pending")

    @override
    def base_criterion(self, actor: Actor) -> ColumnElement[bool] | None:
        """Leave out what its owner has deleted, or has not sent yet."""
        sent: ColumnElement[bool] = m.Declaration.state != State.draft
        return sent & m.Declaration.deleted_at.is_(None)

    @override
    def withdrawn(self, ids: Collection[int]) -> frozenset[int]:
        table, event = m.Declaration, m.WorkflowEvent
        taken_back = exists().where(
            event.kind == KIND,
            event.record_id == table.id,
            event.action == Action.withdraw,
        )
        drafts = table.id.in_(list(ids)), table.state == State.draft
        found = visible(select(table.id).where(*drafts, taken_back), table, self.actor)
        return frozenset(db.session.scalars(found))

    @override
    def empty_hint(self) -> tuple[str, str]:
        """Tell a unit whose review right is closed why nothing waits for it (U26)."""
        tab, key = self.tab(), self.actor.unit_id
        if key is not None and tab is not None and tab.name == "pending":
            unit = db.session.scalar(
                select(m.Unit)
                .where(m.Unit.id == key, ~m.Unit.has_review_right)
                .options(joinedload(m.Unit.superior))
            )
            if unit is not None and unit.superior is not None:
                return _("本单位的学时学分审批权限已被上级关闭"), _(
                    "申报直接报送上级审批；需要恢复时请联系%(unit)s（%(phone)s）。",
                    unit=unit.superior.name,
                    phone=unit.superior.phone or "—",
                )
        return super().empty_hint()


def _in_state(name: str, label: str, *states: State) -> Tab:
    return Tab(
        name,
        label,
        lambda _actor: m.Declaration.state.in_(states) if states else None,
        empty="没有单位申报的记录",
        empty_next="本单位为人员申报的学时会出现在这里，可在“学时学分申报”中申报。",
        without=frozenset({"state"} if states else ()),
    )


@entity(
    m.Declaration, module="unit_declarations", label="单位申报记录", menu="单位申报记录"
)
class UnitDeclarations(EntityView):
    """What the actor's unit has filed, and only that (U38)."""

    kind = KIND
    column_list = (
        "person.name",
        "title",
        FORM,
        "year",
        "claimed",
        "measure",
        "state",
        "decider.name",
        "submitted_at",
    )
    labels = LABELS
    measured_by = MEASURED
    column_details_list = TOLD
    column_searchable_list = ("person.name",)
    finds_person = "person_id"
    filters = (lambda: NumberFilter("year"), lambda: ChoiceFilter("subject_kind"))
    tabs = (
        _in_state("all", "全部"),
        _in_state("pending", "待审核", State.pending),
        _in_state("approved", "审核通过", State.approved),
        _in_state("rejected", "审核不通过", State.rejected),
    )

    @override
    def base_criterion(self, actor: Actor) -> ColumnElement[bool] | None:
        """Keep to what the unit itself filed and has not deleted."""
        if actor.unit_id is None:
            return false()
        filed: Any = m.Declaration.filed_by_id == actor.unit_id
        kept: ColumnElement[bool] = filed & m.Declaration.deleted_at.is_(None)
        return kept
