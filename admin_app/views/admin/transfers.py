"""人员调入, 人员调出 and 调转记录: people who come to a unit and who leave it (U32-U34)."""

from dataclasses import replace
from typing import Any, ClassVar

from flask import (
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from admin_app import models as m
from admin_app.enums import EDITABLE, Action, RecordKind, State
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.forms.transfers import OutgoingForm
from admin_app.operations.transfers import owns
from admin_app.permissions import Actor, prefix_range, visible
from admin_app.rules.masks import mask_id_number
from admin_app.views import transferring
from admin_app.views.admin import lookups
from admin_app.views.admin.actions import BatchAction, decisions, each
from admin_app.views.admin.base import EntityView, Filters, Tab
from admin_app.views.admin.blocking import what_blocks
from admin_app.views.admin.filters import ChoiceFilter, DateFilter
from admin_app.views.admin.registry import entity
from admin_app.views.admin.reviews import MENU, Review, decided, waiting
from admin_app.views.admin.unit_admins import offered_person
from admin_app.views.blocking import Group
from admin_app.views.registration.choices import show_picked
from admin_app.web.clock import now
from admin_app.web.identity import current_actor
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.transactions import reading, saving
from admin_app.workflows import open_actions, perform

KIND = RecordKind.transfer
OFFERED = 20
TOLD = (
    "person.name",
    "person.id_number",
    "person.title.name",
    "person.mobile",
    "from_unit.name",
    "to_unit.name",
    "to_department.name",
    "requested_by_unit",
    "reason",
    "state",
    "submitted_at",
    "decided_at",
    "opinion",
)


def _confirming() -> tuple[BatchAction, ...]:
    """Return 确认调转 and 拒绝: the decisions of every queue, in the words of this one."""
    approve, reject = decisions(KIND, "pending")
    return (
        replace(
            approve,
            label="确认调转",
            verb="confirm",
            question="确定将这 %(n)s 人调入本单位吗？",
        ),
        replace(
            reject,
            label="拒绝",
            question="确定拒绝这 %(n)s 条调转申请吗？申请人会看到原因。",
            reason_label="拒绝原因",
        ),
    )


@entity(m.Transfer, module="incoming_transfers", label="人员调入", menu=MENU)
class IncomingTransfers(Review):
    """Who wants to come, and 确认调转 (U32)."""

    kind = KIND
    column_list = (
        "person.name",
        "person.id_number",
        "from_unit.name",
        "to_department.name",
        "reason",
        "state",
        "submitted_at",
        "decided_at",
    )
    column_details_list = TOLD
    column_searchable_list = ("person.name",)
    finds_person = "person_id"
    form_columns = ()
    tabs = (
        replace(
            waiting(m.Transfer),
            label="待确认",
            empty="没有待确认的调入申请",
            empty_next="有人申请调入本单位时会出现在这里。",
        ),
        replace(
            decided(m.Transfer, KIND),
            label="已办理",
            empty="还没有办理过的调入申请",
            empty_next="本单位确认或拒绝的申请会出现在这里。",
        ),
    )
    batch_actions = _confirming()


def _withdraw(session: Session, *, actor: Actor, record: m.Transfer) -> None:
    perform(session, actor=actor, record=record, action=Action.withdraw, now=now())


@entity(m.Transfer, module="outgoing_transfers", label="人员调出", menu=MENU)
class OutgoingTransfers(EntityView):
    """What the actor's unit has asked for its people, and a new request (U33)."""

    kind = KIND
    column_list = (
        "person.name",
        "person.id_number",
        "to_unit.name",
        "to_department.name",
        "state",
        "submitted_at",
        "decided_at",
        "opinion",
    )
    column_details_list = TOLD
    column_searchable_list = ("person.name",)
    finds_person = "person_id"
    form_columns = ()
    create_template = "admin/transfers/outgoing.html"
    tabs = (
        Tab(
            "waiting",
            "待对方确认",
            lambda _actor: m.Transfer.state == State.pending,
            empty="没有等待对方确认的调出申请",
            empty_next="点“新增”为本单位人员申请调出。",
            without=frozenset({"state", "decided_at", "opinion"}),
        ),
        Tab("all", "全部", lambda _actor: None, is_counted=False),
    )
    batch_actions = (
        BatchAction(
            name="withdraw",
            label="撤回",
            verb="withdraw",
            run=each(m.Transfer, _withdraw, name="record"),
            question="确定撤回这 %(n)s 条调出申请吗？人员仍在本单位。",
            icon="rotate-clockwise",
        ),
    )

    def base_criterion(self, actor: Actor) -> ColumnElement[bool] | None:
        """Keep to what the unit itself has asked for."""
        asked: ColumnElement[bool] = m.Transfer.requested_by_unit.is_(True)
        return asked & (m.Transfer.from_unit_id == actor.unit_id)

    def allows(self, verb: str) -> bool:
        """Leave the acts to units: the platform has nobody to send away."""
        if not super().allows(verb):
            return False
        actor = current_actor()
        return verb == "view" or actor is None or actor.unit_id is not None

    def may_create(self) -> bool:
        """Offer the form, which no column describes."""
        return self.allows("create")

    def open_actions(self, record: Any) -> list[BatchAction]:
        """Offer to withdraw what nobody has decided."""
        names = {action.name for action in open_actions(self.actor, record)}
        return [a for a in super().open_actions(record) if a.name in names]

    def links(self, record: Any) -> list[dict[str, str]]:
        """Offer to send again what came back."""
        links = super().links(record)
        if record.state in EDITABLE and self.may_create():
            url = url_for(".create_view", again=record.id)
            links.append({"label": _("修改后重新提交"), "url": url, "icon": "edit"})
        return links

    @expose("/new/", methods=("GET", "POST"))
    @once
    def create_view(self) -> ResponseReturnValue:
        """Choose one of the unit's people and a target; send the request."""
        self.require("create")
        again = self._came_back()
        is_sent = request.method == "POST"
        form = OutgoingForm(
            request.form if is_sent else None,
            data=transferring.prefilled(again) if again else None,
        )
        if not is_sent and again is None:
            form.person_id.process_formdata([request.args.get("person", "")])
        # Without scripts the picker's button sends the form: it is no request yet.
        if not is_sent or "_pick" in request.form or not form.validate():
            return self._new_page(form, again)
        try:
            with saving() as session:
                transferring.send(
                    session,
                    actor=self.actor,
                    person_id=self._chosen(form, again),
                    form=form,
                    again=again,
                )
        except Refused as refused:
            show_on(form, refused)
            return self._new_page(form, again, what_blocks(refused, self.actor))
        flash(_("已提交，等待调入单位确认。"), "success")
        return redirect(url_for(".index_view"), 303)

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> ResponseReturnValue:
        """Search the people who may be sent away."""
        if request.args.get("name") != "person":
            abort(404)
        if not self.allows("create"):
            return {"items": []}
        statement = self._own_people()
        if term := request.args.get("q", "").strip()[: lookups.LONGEST_TERM]:
            statement = statement.where(prefix_range(m.Person.name, term))
        found = db.session.scalars(
            statement.order_by(m.Person.name, m.Person.id).limit(OFFERED)
        )
        return {"items": [offered_person(person) for person in found]}

    @expose("/facts/")
    def facts_view(self) -> ResponseReturnValue:
        """Fill in what is known of the chosen person."""
        self.require("create")
        key = read_key(request.args.get("person_id"))
        person = self._person(key)
        if key is not None and person is None:
            abort(404)
        facts = _facts(person) if person else []
        return render_template("admin/transfers/facts.html", facts=facts)

    def looked_up(self) -> dict[str, Any]:
        """Return what this screen looks up."""
        return {"person": m.Person}

    def _came_back(self) -> m.Transfer | None:
        """Return the request that is to be sent again, None for a new one."""
        if "again" not in request.args:
            return None
        record: m.Transfer = self.get_one(request.args["again"])
        if record.state not in EDITABLE or not owns(self.actor, record):
            abort(404)
        return record

    def _own_people(self) -> Any:
        return (
            visible(select(m.Person), m.Person, self.actor)
            .where(m.Person.unit_id == self.actor.unit_id, m.Person.is_active)
            .options(joinedload(m.Person.department), joinedload(m.Person.title))
        )

    def _person(self, key: int | None) -> m.Person | None:
        if key is None:
            return None
        found: m.Person | None = db.session.scalar(
            self._own_people().where(m.Person.id == key)
        )
        return found

    def _chosen(self, form: OutgoingForm, again: m.Transfer | None) -> int:
        """Return who is to go; a request that came back stays about the same person."""
        person = self._person(form.person_id.data)
        if person is None or (again and again.person_id != person.id):
            raise Refused("请从列表中选择本单位人员。", field="person_id")
        return person.id

    def _new_page(
        self,
        form: OutgoingForm,
        again: m.Transfer | None,
        told: list[Group] | None = None,
    ) -> ResponseReturnValue:
        person = self._person(form.person_id.data)
        with reading() as session:
            show_picked(form, session)
        page = self.render(
            self.create_template,
            form=form,
            again=again,
            person=person,
            facts=_facts(person) if person else [],
            blocking=told or [],
            return_url=self.return_url(),
        )
        return Response(page, 422 if request.method == "POST" else 200)


def _facts(person: m.Person) -> list[tuple[str, str]]:
    """Return who is chosen, as the form shows it."""
    return [
        (_("身份证号码"), mask_id_number(person.id_number)),
        (_("部门"), person.department.name if person.department else ""),
        (_("专业技术职务"), person.title.name if person.title else ""),
    ]


@entity(m.Transfer, module="transfer_log", label="调转记录", menu=MENU)
class TransferLog(EntityView):
    """Who came to the actor's unit and who left it (U34)."""

    kind = KIND
    column_list = (
        "person.name",
        "person.id_number",
        "from_unit.name",
        "to_unit.name",
        "state",
        "submitted_at",
        "decided_at",
    )
    column_details_list = TOLD
    column_searchable_list = ("person.name",)
    finds_person = "person_id"
    filters: ClassVar[Filters] = (
        lambda: DateFilter("submitted_at"),
        lambda: ChoiceFilter("state"),
    )
    tabs = (
        Tab("all", "全部", lambda _actor: None),
        Tab("in", "调入", lambda actor: m.Transfer.to_unit_id == actor.unit_id),
        Tab("out", "调出", lambda actor: m.Transfer.from_unit_id == actor.unit_id),
    )

    def base_criterion(self, actor: Actor) -> ColumnElement[bool] | None:
        """Keep to the own unit: every unit below has a log of its own."""
        return or_(
            m.Transfer.from_unit_id == actor.unit_id,
            m.Transfer.to_unit_id == actor.unit_id,
        )
