"""学时学分申报: a unit types, keeps and sends declarations for its own people (U36)."""

from collections.abc import Sequence
from typing import Any, Final

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from admin_app.enums import EDITABLE, Action, Source, Standing
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.declarations import DeclarationForm, posted_fields
from admin_app.forms.fields import read_key
from admin_app.models import Declaration, LearningFormVersion, Person, Unit
from admin_app.operations import declarations as acts
from admin_app.permissions import prefix_range, visible
from admin_app.rules.amounts import plain
from admin_app.views import declaring, shown
from admin_app.views.admin.pages import TaskPage
from admin_app.views.admin.unit_admins import offered_person
from admin_app.views.admin.urging import urging
from admin_app.web import auditing
from admin_app.web.clock import now
from admin_app.web.i18n import name_of
from admin_app.web.once import once
from admin_app.web.transactions import concluded, reading, saving
from admin_app.workflows import open_actions, perform

OWN: Final = Source.unit
LISTED: Final = 100
OFFERED: Final = 20
LONGEST_TERM: Final = 50


class Declare(TaskPage):
    """What the unit has not sent yet, and the form for a new declaration."""

    title = "学时学分申报"
    group = "学时学分申报"
    permission = "declare_hours:view"
    path = "declare"

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """List what the unit has not sent, or has got back."""
        rows = db.session.scalars(
            visible(select(Declaration), Declaration, self.actor)
            .where(Declaration.filed_by_id == self.actor.unit_id)
            .where(Declaration.state.in_(EDITABLE))
            .where(Declaration.deleted_at.is_(None))
            .options(
                joinedload(Declaration.person),
                joinedload(Declaration.form_version).joinedload(
                    LearningFormVersion.form
                ),
            )
            .order_by(Declaration.id.desc())
            .limit(LISTED)
        ).all()
        page: str = self.render("admin/declare/list.html", rows=rows)
        return page

    @expose("/people")
    def people(self) -> ResponseReturnValue:
        """Offer the unit's own people by the beginning of their name."""
        self.require("declare_hours:create")
        statement = (
            visible(select(Person), Person, self.actor)
            .where(Person.unit_id == self.actor.unit_id, Person.is_active)
            .where(Person.standing == Standing.in_post)
            .options(joinedload(Person.department))
        )
        if term := request.args.get("q", "").strip()[:LONGEST_TERM]:
            statement = statement.where(prefix_range(Person.name, term))
        found = db.session.scalars(
            statement.order_by(Person.name, Person.id).limit(OFFERED)
        )
        return jsonify(items=[offered_person(person) for person in found])

    @expose("/new", methods=("GET", "POST"))
    @once
    def new(self) -> ResponseReturnValue:
        """Take in one declaration for each person chosen."""
        self.require("declare_hours:create")
        form = declaring.typed_form(source=OWN, formdata=posted_fields())
        return self._answer(form, None)

    @expose("/<int:record_id>/edit", methods=("GET", "POST"))
    @once
    def edit(self, record_id: int) -> ResponseReturnValue:
        """Change a declaration that is not under way."""
        record = self._own(record_id)
        if record.state not in EDITABLE:
            flash(_("该申报正在审批或已办结，不能修改。"), "warning")
            return redirect(url_for(".details", record_id=record_id), 303)
        if request.method == "GET":
            auditing.note_look("view", record, screen=self.path)
        declaring.change_picture(self.actor, record_id)
        form = declaring.typed_form(source=OWN, formdata=posted_fields(), record=record)
        return self._answer(form, record)

    @expose("/fields", methods=("POST",))
    def fields(self) -> ResponseReturnValue:
        """Return the fields of the chosen form, with what is typed already."""
        form = declaring.typed_form(source=OWN, formdata=request.form)
        return render_template("declarations/fields.html", **_shown(form))

    @expose("/hours", methods=("POST",))
    def hours(self) -> ResponseReturnValue:
        """Return the hours that the rule gives so far, and why."""
        form = declaring.typed_form(source=OWN, formdata=request.form)
        return render_template("declarations/hours.html", **_shown(form))

    @expose("/<int:record_id>")
    def details(self, record_id: int) -> ResponseReturnValue:
        """Show one declaration that the unit filed."""
        self._own(record_id, may="declare_hours:view")
        # What the page tells is read by the request's own session.
        record = db.session.get_one(Declaration, record_id)
        auditing.note_look("view", record, screen=self.path)
        decider = db.session.get(Unit, record.decider_id) if record.decider_id else None
        owns = acts.owns(self.actor, record)
        actions = open_actions(self.actor, record) if owns else frozenset()
        page: str = self.render(
            "admin/declare/details.html",
            record=record,
            form_name=name_of(record.form_version.form),
            claimed=plain(record.claimed),
            filed_by=None,
            answers=shown.told_answers(record),
            rule=shown.told_rule(record),
            steps=shown.told_steps(record),
            pictures=shown.existing_pictures(record.id),
            waiting=shown.waiting_at(record, decider),
            **urging(record),
            may_change=owns and record.state in EDITABLE,
            may_send=Action.submit in actions,
            may_withdraw=Action.withdraw in actions,
        )
        return page

    @expose("/<int:record_id>/send", methods=("POST",))
    @once
    def send(self, record_id: int) -> ResponseReturnValue:
        """Send a stored declaration to the unit's superior."""
        self._own(record_id)
        page, said = url_for(".details", record_id=record_id), _("已提交，请等待审批。")
        return declaring.send(
            self.actor, record_id, conclude=lambda: concluded(said, page)
        )

    @expose("/<int:record_id>/withdraw", methods=("POST",))
    @once
    def withdraw(self, record_id: int) -> ResponseReturnValue:
        """Take a declaration back that nobody has decided yet."""
        self._own(record_id)
        with saving() as session:
            record = session.get_one(Declaration, record_id)
            perform(
                session,
                actor=self.actor,
                record=record,
                action=Action.withdraw,
                now=now(),
            )
            page = url_for(".details", record_id=record_id)
            return concluded(_("已撤销，该申报回到待提交。"), page)

    @expose("/<int:record_id>/delete", methods=("POST",))
    @once
    def delete(self, record_id: int) -> ResponseReturnValue:
        """Delete a declaration that is not under way."""
        self.require("declare_hours:delete")
        self._own(record_id)
        with saving() as session:
            acts.delete(session, actor=self.actor, record_id=record_id, now=now())
            return concluded(_("已删除"), url_for(".index"))

    def _answer(
        self, form: DeclarationForm, record: Declaration | None
    ) -> ResponseReturnValue:
        wish = request.form.get("do", "")
        is_shown = request.method == "GET" or wish not in {"save", declaring.SEND}
        if is_shown or form.is_stale:
            declaring.keep_pictures(form, self.actor)
            return self._page(form, record, 200 if is_shown else 422)
        sends = wish == declaring.SEND
        try:
            return declaring.save(
                form,
                actor=self.actor,
                source=OWN,
                person_ids=[record.person_id] if record else _chosen(form),
                record_id=record.id if record else None,
                sends=sends,
                conclude=lambda done: self._concluded(done, sends=sends),
            )
        except Refused as refused:
            form.tell(refused)
            return self._page(form, record, 422)

    def _concluded(self, done: Sequence[int], *, sends: bool) -> ResponseReturnValue:
        said = (
            _("已为 %(n)s 人提交，请等待上级审批。", n=len(done))
            if sends
            else _("已为 %(n)s 人保存，尚未提交。", n=len(done))
        )
        if len(done) == 1:
            return concluded(said, url_for(".details", record_id=done[0]))
        return concluded(said, url_for(".index"))

    def _page(
        self, form: DeclarationForm, record: Declaration | None, status: int = 200
    ) -> ResponseReturnValue:
        is_new_edition = bool(form.asked) and form.is_stale and not form.errors
        body = self.render(
            "admin/declare/form.html",
            record=record,
            people=self._named(form),
            most=acts.MOST_PEOPLE,
            pictures=declaring.editable_pictures(record, _edit_url(record)),
            is_new_edition=is_new_edition and (request.method == "POST" or record),
            **_shown(form),
        )
        return body, status

    def _named(self, form: DeclarationForm) -> list[dict[str, Any]]:
        """Return those of the chosen people who are the actor's, to be shown again."""
        chosen = _chosen(form)[: acts.MOST_PEOPLE]
        if not chosen:
            return []
        people = db.session.scalars(
            visible(select(Person), Person, self.actor)
            .where(Person.unit_id == self.actor.unit_id, Person.id.in_(chosen))
            .options(joinedload(Person.department))
        )
        return [offered_person(person) for person in people]

    def _own(self, record_id: int, may: str = "declare_hours:edit") -> Declaration:
        """Return a declaration that the unit filed, 404 for every other one."""
        self.require(may)
        with reading() as session:
            record = acts.find_declaration(
                session, actor=self.actor, record_id=record_id
            )
        if record is None or record.filed_by_id != self.actor.unit_id:
            abort(404)
        return record


def _chosen(form: DeclarationForm) -> list[int]:
    keys = [read_key(value) for value in form.people.data or []]
    # What is no key stays in the list as nobody's, so that it is refused.
    return [key if key is not None else 0 for key in keys]


def _shown(form: DeclarationForm) -> dict[str, Any]:
    declaring.furnish(form, OWN)
    return {
        "form": form,
        "fields_url": url_for("admin_declare.fields"),
        "hours_url": url_for("admin_declare.hours"),
        "computed": declaring.hours_shown(form),
    }


def _edit_url(record: Declaration | None) -> str:
    return url_for(".edit", record_id=record.id) if record else ""
