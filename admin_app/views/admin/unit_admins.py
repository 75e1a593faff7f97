"""管理单位管理员: whom the actor's own unit has taken on, and as what (U20-U24)."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload
from wtforms import Form

from admin_app import models as m
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.administrators import (
    KnownUserForm,
    NewUserForm,
    OwnPersonForm,
    PostForm,
)
from admin_app.operations import appointments
from admin_app.operations.appointments import Appointed, Newcomer
from admin_app.operations.roles import offered_roles
from admin_app.permissions import Actor, permits, prefix_range, visible
from admin_app.rules.masks import mask_id_number
from admin_app.views.admin import lookups
from admin_app.views.admin.accounts import role_name
from admin_app.views.admin.actions import BatchAction
from admin_app.views.admin.base import Filters
from admin_app.views.admin.chiefs import ChiefDoors
from admin_app.views.admin.filters import ChoiceFilter
from admin_app.views.admin.founding import ASSIGNMENT_ACTIONS
from admin_app.views.admin.registry import entity
from admin_app.web.clock import now
from admin_app.web.identity import current_actor
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.transactions import saving

WAYS: Final[Mapping[str, tuple[str, type[PostForm]]]] = {
    "own": ("本单位专业技术人员", OwnPersonForm),
    "known": ("已有系统用户", KnownUserForm),
    "new": ("新用户", NewUserForm),
}
"""The three ways of U21, each with its form."""
CHIEFS_OWN: Final = frozenset({"disable", "reset_password", "hand_over"})
"""What only the chief does, whatever a role says (U22, U23)."""
OFFERED: Final = 20


@entity(
    m.AdminAssignment,
    module="unit_admins",
    label="管理单位管理员",
    menu="管理直属账户",
)
class UnitAdmins(ChiefDoors):
    """The administrators of the actor's own unit."""

    column_list = (
        "account.person.name",
        "account.person.mobile",
        "role.name",
        "department.name",
        "is_chief",
        "is_disabled",
    )
    labels = {"account.person.name": "姓名", "department.name": "管理部门"}
    column_details_list = (
        "account.person.name",
        "account.person.id_number",
        "account.person.mobile",
        "account.person.email",
        "role.name",
        "department.name",
        "is_chief",
        "is_disabled",
        "account.last_login_at",
        "created_at",
    )
    form_columns = ("role",)
    filters: ClassVar[Filters] = (lambda: ChoiceFilter("is_disabled"),)
    batch_actions = ASSIGNMENT_ACTIONS
    delete_question = "确定删除“%(name)s”的管理权限吗？其个人账号会保留。"
    create_template = "admin/unit_admins/new.html"
    edit_template = "admin/unit_admins/edit.html"

    def base_criterion(self, actor: Actor) -> ColumnElement[bool] | None:
        """Leave the administrators of subordinate units to them."""
        return m.AdminAssignment.unit_id == actor.unit_id

    def allows(self, verb: str) -> bool:
        """Leave to the chief what is the chief's own, and all acts to units."""
        if not super().allows(verb):
            return False
        actor = current_actor()
        if actor is None or verb == "view":
            return True
        return actor.unit_id is not None and (verb not in CHIEFS_OWN or actor.is_chief)

    # --- Taking on ----------------------------------------------------------------

    @expose("/new/", methods=("GET", "POST"))
    @once
    def create_view(self) -> ResponseReturnValue:
        """Take somebody on, in one of the three ways (U21)."""
        self.require("create")
        way = request.args.get("way", "own")
        if way not in WAYS:
            abort(404)
        form = self._offer_roles(WAYS[way][1](request.form))
        if request.method == "POST" and form.validate():
            try:
                with saving():
                    appointed = self._appoint(way, form)
            except Refused as refused:
                show_on(form, refused)
            else:
                return self._taken_on(appointed)
        return self._new_page(way, form)

    def _appoint(self, way: str, form: Any) -> Appointed:
        session, actor = db.session(), self.actor
        post: dict[str, Any] = {
            "actor": actor,
            "unit": session.get_one(m.Unit, actor.unit_id),
            "now": now(),
            **self._post(form),
        }
        if way == "new":
            newcomer = Newcomer(
                id_number=form.id_number.data,
                name=form.name.data,
                mobile=form.mobile.data,
                email=form.email.data,
            )
            return appointments.appoint_newcomer(session, newcomer=newcomer, **post)
        if way == "known":
            person = appointments.known_person(
                session, id_number=form.id_number.data, name=form.name.data
            )
        else:
            person = self._own_person(form.person_id.data)
        return appointments.appoint_person(session, person=person, **post)

    def _own_person(self, key: int | None) -> m.Person:
        chosen = self._own_people().where(m.Person.id == key)
        found: m.Person | None = db.session.scalar(chosen)
        if found is None:
            raise Refused("请从列表中选择本单位的专业技术人员。", field="person_id")
        return found

    def _post(self, form: Any) -> dict[str, Any]:
        """Return the role and the department that the form names."""
        department, key = None, form.department_id.data
        if key is not None:
            department = lookups.find(m.Department, self.actor, key)
            if department is None:
                raise Refused("请从列表中选择本单位的部门。", field="department_id")
        role = db.session.get_one(m.Role, form.role_id.data)
        return {"role": role, "department": department}

    def _offer_roles(self, form: Any) -> Any:
        roles = offered_roles(db.session(), self.actor)
        form.role_id.offer((role.id, role_name(role)) for role in roles)
        return form

    def _taken_on(self, appointed: Appointed) -> ResponseReturnValue:
        person = appointed.assignment.account.person
        if appointed.code is None:
            flash(_("已添加管理员%(name)s", name=person.name), "success")
            return redirect(url_for(".index_view"), 303)
        return self.tell_code(appointed.assignment, appointed.code)

    def _new_page(self, way: str, form: Any) -> ResponseReturnValue:
        tabs = [
            {
                "label": _(label),
                "url": url_for(".create_view", way=name),
                "is_active": name == way,
            }
            for name, (label, _form) in WAYS.items()
        ]
        person = None
        if way == "own" and form.person_id.data:
            person = db.session.scalar(
                self._own_people().where(m.Person.id == form.person_id.data)
            )
        page = self.render(
            self.create_template,
            form=form,
            way=way,
            tab_items=tabs,
            person=person,
            **self._form_values(form),
        )
        return Response(page, 422 if request.method == "POST" else 200)

    def _form_values(self, form: Any) -> dict[str, Any]:
        key = form.department_id.data
        may_see_roles = permits(self.actor, "roles:view")
        return {
            "department": key and lookups.find(m.Department, self.actor, key),
            "is_possible": len(form.role_id.choices) > 1,
            "more_url": url_for("admin_unit_roles.index_view") if may_see_roles else "",
            "return_url": self.return_url(),
        }

    # --- Changing -----------------------------------------------------------------

    def edit_form(self, obj: Any = None) -> Form:
        """Ask for the role and the department, as they are now."""
        given = request.form if request.method == "POST" else None
        form = PostForm(given, role_id=obj.role_id, department_id=obj.department_id)
        offered: Form = self._offer_roles(form)
        return offered

    def refuse_edit(self, record: Any) -> None:
        """Leave the chief, oneself and one's equals as they are."""
        if record.is_chief:
            raise Refused("超级管理员的角色不能修改；请先设他人为超级管理员。")
        appointments.refuse_equals(self.actor, record)

    def save(self, form: Form, record: Any) -> None:
        """Let the operation give another role or department."""
        appointments.reassign(
            db.session(), actor=self.actor, assignment=record, **self._post(form)
        )

    def delete(self, record: Any) -> None:
        """Take the right away; the person stays (U24)."""
        appointments.dismiss(db.session(), actor=self.actor, assignment=record)

    def render(self, template: str, **kwargs: Any) -> str:
        """Hand the form what it shows of the department; offer nothing about a chief."""
        if template == self.edit_template:
            kwargs |= self._form_values(kwargs["form"])
            kwargs["label"] = self.record_label(kwargs["record"])
        if template == self.details_template and kwargs["record"].is_chief:
            kwargs |= {"actions": [], "may_edit": False, "may_delete": False}
        return super().render(template, **kwargs)

    def open_actions(self, record: Any) -> list[BatchAction]:
        """Offer to disable who acts, and to enable who does not."""
        idle = "disable" if record.is_disabled else "enable"
        return [a for a in super().open_actions(record) if a.name != idle]

    def links(self, record: Any) -> list[dict[str, str]]:
        """Offer nothing that would be refused about the chief."""
        links = super().links(record)
        return links[:1] if record.is_chief else links

    # --- Choosing -----------------------------------------------------------------

    @expose("/ajax/lookup/")
    def ajax_lookup(self) -> ResponseReturnValue:
        """Search the own unit's people and departments."""
        name, term = request.args.get("name", ""), request.args.get("q", "").strip()
        term = term[: lookups.LONGEST_TERM]
        if name == "person":
            return {"items": self._offered_people(term)}
        if name == "department":
            return {"items": self._offered_departments(term)}
        return abort(404)

    def looked_up(self) -> dict[str, Any]:
        """Return what this screen looks up."""
        return {"department": m.Department, "person": m.Person}

    def _own_people(self) -> Any:
        return (
            visible(select(m.Person), m.Person, self.actor)
            .where(m.Person.unit_id == self.actor.unit_id, m.Person.is_active)
            .options(joinedload(m.Person.department), joinedload(m.Person.account))
        )

    def _offered_people(self, term: str) -> list[dict[str, Any]]:
        statement = self._own_people()
        if term:
            statement = statement.where(prefix_range(m.Person.name, term))
        found = db.session.scalars(
            statement.order_by(m.Person.name, m.Person.id).limit(OFFERED)
        )
        return [offered_person(person) for person in found]

    def _offered_departments(self, term: str) -> list[dict[str, Any]]:
        department = m.Department
        statement = select(department).where(
            department.unit_id == self.actor.unit_id, department.is_active
        )
        if term:
            statement = statement.where(prefix_range(department.name, term))
        found = db.session.scalars(
            statement.options(joinedload(department.parent))
            .order_by(department.path)
            .limit(OFFERED)
        )
        return [
            {
                "value": row.id,
                "text": row.name,
                "hint": row.parent.name if row.parent else "",
            }
            for row in found
        ]


def offered_person(person: m.Person) -> dict[str, Any]:
    """Return somebody as a choice: name, department, and the number in part."""
    department = person.department.name if person.department else ""
    hint = " · ".join(filter(None, (department, mask_id_number(person.id_number))))
    return {"value": person.id, "text": person.name, "hint": hint}
