"""修改单位信息, 更换上级部门 and 审核机构信息修改: changes of units that are reviewed."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from typing_extensions import override

from admin_app import models as m
from admin_app.enums import EDITABLE, Action, RecordKind, State, UnitChangeKind
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.unit_changes import CodeForm, ReasonedForm, SuperiorForm
from admin_app.operations import unit_changes as acts
from admin_app.permissions import Actor, permits
from admin_app.views.admin import details
from admin_app.views.admin.actions import decisions
from admin_app.views.admin.blocking import what_blocks
from admin_app.views.admin.display import Cell, plain
from admin_app.views.admin.filters import ChoiceFilter
from admin_app.views.admin.pages import TaskPage
from admin_app.views.admin.registry import entity
from admin_app.views.admin.reviews import MENU, Review, decided, removal, waiting
from admin_app.views.blocking import Group
from admin_app.web.clock import now
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.transactions import saving
from admin_app.workflows import open_actions, perform

KIND = RecordKind.unit_change
EDIT = "unit_profile:edit"


class UnitChangePage(TaskPage):
    """What the unit is now, the change under way or the form for one, and past ones."""

    group = "单位资料管理"
    permission = "unit_profile:view"
    kind: ClassVar[UnitChangeKind]
    form_class: ClassVar[type[ReasonedForm]]

    @classmethod
    @override
    def is_shown(cls, actor: Actor) -> bool:
        """Leave the unit's own data to who administers the whole unit."""
        return actor.department_id is None and super().is_shown(actor)

    def request_change(self, session: Session, form: Any) -> m.UnitChange:
        """Return what the form asks for, not yet sent."""
        raise NotImplementedError

    def prefilled(self, change: m.UnitChange) -> dict[str, Any]:
        """Return what a change that came back says, to be corrected."""
        raise NotImplementedError

    @expose("/", methods=("GET", "POST"))
    @once
    def index(self) -> ResponseReturnValue:
        """Show what was asked for, and send what is asked for now."""
        changes = self._own_changes()
        again = changes[0] if changes and changes[0].state in EDITABLE else None
        is_sent = request.method == "POST"
        form = self.form_class(
            request.form if is_sent else None,
            data=self.prefilled(again) if again else None,
        )
        if not is_sent:
            return self._page(form, changes)
        self.require(EDIT)
        # Without scripts the picker's button sends the form: it is no decision yet.
        if "_pick" in request.form or not form.validate():
            return self._page(form, changes, status=422)
        try:
            with saving() as session:
                change = self.request_change(session, form)
                self._perform(session, change, Action.submit)
        except Refused as refused:
            show_on(form, refused)
            told = what_blocks(refused, self.actor)
            return self._page(form, self._own_changes(), told=told, status=422)
        flash(_("已提交，请等待上级部门审核。"), "success")
        return redirect(url_for(".index"), 303)

    @expose("/<int:record_id>")
    def details(self, record_id: int) -> ResponseReturnValue:
        """Show one change: before, after, and its way."""
        change = self._own(record_id)
        page: str = self.render(
            "admin/unit_change/details.html",
            change=change,
            label=self._label(),
            may_withdraw=Action.withdraw in open_actions(self.actor, change),
            **details.of(change, KIND),
        )
        return page

    @expose("/<int:record_id>/withdraw", methods=("POST",))
    @once
    def withdraw(self, record_id: int) -> ResponseReturnValue:
        """Take a change back that nobody has decided."""
        self.require(EDIT)
        change = self._own(record_id)
        with saving() as session:
            self._perform(session, change, Action.withdraw)
        flash(_("已撤回，可以修改后再次提交。"), "success")
        return redirect(url_for(".index"), 303)

    def _perform(self, session: Session, change: m.UnitChange, action: Action) -> None:
        perform(session, actor=self.actor, record=change, action=action, now=now())

    def _page(
        self,
        form: ReasonedForm,
        changes: list[m.UnitChange],
        *,
        told: list[Group] | None = None,
        status: int = 200,
    ) -> ResponseReturnValue:
        latest = changes[0] if changes else None
        current = latest if latest and latest.state is State.pending else None
        told_of = details.of(current, KIND) if current else {}
        unit = db.session.get(
            m.Unit, self.actor.unit_id, options=[joinedload(m.Unit.superior)]
        )
        body = self.render(
            "admin/unit_change/index.html",
            unit=unit,
            label=self._label(),
            form=form,
            asks_superior=self.kind is UnitChangeKind.superior,
            picked=_name_of(form),
            current=current,
            waiting=told_of.get("waiting"),
            may_withdraw=bool(current)
            and Action.withdraw in open_actions(self.actor, current),
            may_ask=unit is not None
            and unit.superior is not None
            and current is None
            and permits(self.actor, EDIT),
            came_back=latest if latest and latest.state is State.rejected else None,
            history=[(each, plain(each.submitted_at)) for each in changes],
            blocking=told or [],
        )
        return body, status

    def _label(self) -> str:
        if self.kind is UnitChangeKind.superior:
            return str(_("上级部门"))
        return str(_("组织机构代码/统一社会信用代码"))

    def _own_changes(self) -> list[m.UnitChange]:
        unit_id = self.actor.unit_id
        assert unit_id is not None
        return acts.own_changes(db.session(), unit_id=unit_id, kind=self.kind)

    def _own(self, record_id: int) -> m.UnitChange:
        """Return a change of the actor's unit, 404 for every other one."""
        change = db.session.get(m.UnitChange, record_id)
        if (
            change is None
            or change.kind is not self.kind
            or not acts.owns(self.actor, change)
        ):
            abort(404)
        return change


class ChangeCode(UnitChangePage):
    """修改单位信息 (U16)."""

    title = "修改单位信息"
    path = "unit-code"
    kind = UnitChangeKind.registration_code
    form_class = CodeForm

    def request_change(self, session: Session, form: Any) -> m.UnitChange:
        """Ask for another code."""
        return acts.request_code(
            session,
            actor=self.actor,
            code=form.registration_code.data,
            reason=form.reason.data,
        )

    def prefilled(self, change: m.UnitChange) -> dict[str, Any]:
        """Return code and reason."""
        return {"registration_code": change.after, "reason": change.reason}


class ChangeSuperior(UnitChangePage):
    """更换上级部门 (U17)."""

    title = "更换上级部门"
    path = "unit-superior"
    kind = UnitChangeKind.superior
    form_class = SuperiorForm

    def request_change(self, session: Session, form: Any) -> m.UnitChange:
        """Ask for another superior."""
        return acts.request_superior(
            session,
            actor=self.actor,
            superior_id=form.superior_id.data,
            reason=form.reason.data,
        )

    def prefilled(self, change: m.UnitChange) -> dict[str, Any]:
        """Return superior and reason."""
        return {"superior_id": change.new_superior_id, "reason": change.reason}


def _name_of(form: ReasonedForm) -> str:
    """Return the name of the superior that is chosen in the form, if any is."""
    key = form.superior_id.data if isinstance(form, SuperiorForm) else None
    if key is None:
        return ""
    return db.session.scalar(select(m.Unit.name).where(m.Unit.id == key)) or ""


@entity(m.UnitChange, module="review_unit_changes", label="审核机构信息修改", menu=MENU)
class ReviewUnitChanges(Review):
    """审核机构信息修改: changes of subordinates, and of units that want to come (U35)."""

    kind = KIND
    column_list = (
        "unit.name",
        "kind",
        "before",
        "after",
        "reason",
        "state",
        "decider.name",
        "submitted_at",
    )
    column_details_list = (
        "unit.name",
        "kind",
        "before",
        "after",
        "reason",
        "state",
        "submitted_at",
        "decided_at",
        "opinion",
    )
    labels = {"unit.name": "申请单位"}
    column_searchable_list = ("unit.name",)
    form_columns = ()
    filters = (*Review.filters, lambda: ChoiceFilter("kind"))
    tabs = (waiting(m.UnitChange), decided(m.UnitChange, KIND))
    batch_actions = (*decisions(KIND, "pending"), removal(m.UnitChange, KIND))

    @override
    def record_label(self, record: Any, cells: Sequence[Cell] = ()) -> str:
        """Call a change by its unit and what becomes of it."""
        return f"{record.unit.name} · {record.before} → {record.after}"
