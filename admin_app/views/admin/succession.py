"""申请继任: a unit whose chief is gone asks its superior for another one."""

from typing import Any

from flask import Response, abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from admin_app.enums import Action
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.administrators import SuccessionForm
from admin_app.models import AdminAssignment, Person, Succession, Unit
from admin_app.operations import succession
from admin_app.operations.administrators import chief_of
from admin_app.operations.appointments import known_person
from admin_app.permissions import Actor, prefix_range
from admin_app.views.admin.display import plain
from admin_app.views.admin.pages import TaskPage
from admin_app.views.admin.urging import urging
from admin_app.web.clock import now
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.transactions import saving
from admin_app.workflows import open_actions, perform

LISTED = 50
OFFERED = 20
LONGEST_TERM = 60


class AskForSuccession(TaskPage):
    """What the actor's unit has asked for, and the form for a new request."""

    title = "申请继任"
    group = "管理直属账户"
    path = "succession"

    @classmethod
    def is_shown(cls, actor: Actor) -> bool:
        """Offer it to whoever may ask for their own unit or for one below."""
        return succession.may_ask_for_own(actor) or succession.may_ask_below(actor)

    @expose("/", methods=("GET", "POST"))
    @once
    def index(self) -> ResponseReturnValue:
        """List the unit's requests; take in and send a new one."""
        may_be_own = succession.may_ask_for_own(self.actor)
        form = SuccessionForm(request.form, may_be_own=may_be_own)
        if request.method == "GET":
            form.unit_id.process_formdata([request.args.get("unit", "")])
            return self._page(form)
        if form.validate():
            try:
                with saving():
                    self._ask(form)
            except Refused as refused:
                show_on(form, refused)
            else:
                flash(_("申请已提交，请等待审核。"), "success")
                return redirect(url_for(".index"), 303)
        return self._page(form, 422)

    @expose("/units")
    def units(self) -> ResponseReturnValue:
        """Offer the units directly below, by the beginning of their name."""
        if not succession.may_ask_below(self.actor):
            abort(403)
        statement = select(Unit).where(
            Unit.superior_id == self.actor.unit_id, Unit.is_active
        )
        if term := request.args.get("q", "").strip()[:LONGEST_TERM]:
            statement = statement.where(prefix_range(Unit.name, term))
        found = db.session.scalars(statement.order_by(Unit.id).limit(OFFERED))
        return jsonify(items=[{"value": u.id, "text": u.name} for u in found])

    @expose("/<int:record_id>/withdraw", methods=("POST",))
    @once
    def withdraw(self, record_id: int) -> ResponseReturnValue:
        """Take a request back that nobody has decided yet."""
        with saving() as session:
            record = session.scalar(
                select(Succession).where(
                    Succession.id == record_id, *self._asked_here()
                )
            )
            if record is None:
                abort(404)
            perform(
                session,
                actor=self.actor,
                record=record,
                action=Action.withdraw,
                now=now(),
            )
        flash(_("已撤回"), "success")
        return redirect(url_for(".index"), 303)

    def _ask(self, form: Any) -> None:
        session, actor = db.session(), self.actor
        unit = self._unit(form.unit_id.data)
        if unit is None:
            raise Refused("请选择单位。", field="unit_id")
        record = succession.request_succession(
            session,
            actor=actor,
            unit=unit,
            successor=known_person(
                session, id_number=form.id_number.data, name=form.name.data
            ),
            reason=form.reason.data,
        )
        perform(session, actor=actor, record=record, action=Action.submit, now=now())
        succession.warn_chief(session, record=record, now=now())

    def _unit(self, key: int | None) -> Unit | None:
        """Return the unit that is meant: one directly below, or the actor's own."""
        if key is None:
            own = self.actor.unit_id if succession.may_ask_for_own(self.actor) else None
            return db.session.get(Unit, own) if own else None
        return db.session.scalar(
            select(Unit).where(Unit.id == key, Unit.superior_id == self.actor.unit_id)
        )

    def _page(self, form: Any, status: int = 200) -> ResponseReturnValue:
        actor, session = self.actor, db.session()
        unit = self._unit(form.unit_id.data)
        chief = chief_of(session, unit.id) if unit else None
        records = session.scalars(
            select(Succession)
            .where(*self._asked_here())
            .options(
                joinedload(Succession.unit),
                joinedload(Succession.successor),
                joinedload(Succession.decider),
            )
            .order_by(Succession.id.desc())
            .limit(LISTED)
        ).all()
        page = self.render(
            "admin/succession.html",
            form=form,
            unit=unit,
            chief=self._told_chief(chief),
            asks_below=succession.may_ask_below(actor),
            own_name=actor.unit_name if succession.may_ask_for_own(actor) else "",
            rows=[
                (
                    record,
                    plain(record.submitted_at),
                    self._may_withdraw(record),
                    urging(record),
                )
                for record in records
            ],
        )
        return Response(page, status)

    def _asked_here(self) -> list[ColumnElement[bool]]:
        """Return which requests are shown: the unit's, to a department's one its own."""
        actor = self.actor
        found: list[ColumnElement[bool]] = [Succession.filed_by_id == actor.unit_id]
        if actor.department_id is not None:
            found.append(Succession.requested_by_id == actor.person_id)
        return found

    def _may_withdraw(self, record: Succession) -> bool:
        return Action.withdraw in open_actions(self.actor, record)

    def _told_chief(self, chief: AdminAssignment | None) -> tuple[str, str] | None:
        """Return the present chief's name, and when they last signed in."""
        if chief is None:
            return None
        person: Person = chief.account.person
        return person.name, plain(chief.account.last_login_at)
