"""管理内设部门: a unit's own departments as a tree (U19, R09)."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_admin.helpers import get_form_data
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select
from wtforms import Form

from admin_app import models as m
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.operations import departments
from admin_app.permissions import Actor
from admin_app.views.admin import changes, lookups
from admin_app.views.admin.actions import BatchAction, each
from admin_app.views.admin.fields import EntityForm
from admin_app.views.admin.filters import ChoiceFilter
from admin_app.views.admin.lookups import LookupField
from admin_app.views.admin.registry import entity
from admin_app.views.admin.trees import TreeView, list_tab, tree_tab
from admin_app.web.once import once


class MoveForm(EntityForm):
    """Where a department goes."""

    parent = LookupField(
        _l("新的上级部门（内设）"),
        model=m.Department,
        allow_blank=True,
        description=_l("该部门的下级部门一起移动"),
    )


@entity(m.Department, module="departments", label="管理内设部门", menu="管理直属账户")
class UnitDepartments(TreeView):
    """The departments of the actor's unit, or those of their own department."""

    column_list = ("name", "code", "parent.name")
    labels = {"parent.name": "上级部门（内设）"}
    beside = (("人员", "cell-number"), ("状态", "cell-short"))
    tabs = (tree_tab(without=frozenset({"parent.name"})), list_tab())
    parent_key = "parent_id"
    column_default_sort = "id"
    bound_columns = ("unit_id",)
    column_searchable_list = ("name", "code")
    searches_anywhere = True
    filters = (lambda: ChoiceFilter("is_active"),)
    creation_columns = ("parent",)
    form_columns = ("name", "code")
    column_details_list = ("name", "code", "parent.name", "is_active", "created_at")
    batch_actions: ClassVar[tuple[BatchAction, ...]] = (
        BatchAction(
            name="disable",
            label="禁用",
            verb="disable",
            run=each(m.Department, departments.disable_department, name="department"),
            question="确定禁用这 %(n)s 个部门及其全部下级部门吗？"
            "禁用后不能再被选择，原有人员和历史记录不受影响。",
            style="danger",
            icon="lock",
        ),
        BatchAction(
            name="enable",
            label="启用",
            verb="disable",
            run=each(m.Department, departments.enable_department, name="department"),
            question="确定启用这 %(n)s 个部门吗？下级部门需要时请另行启用。",
            icon="check",
        ),
    )

    def base_criterion(self, actor: Actor) -> ColumnElement[bool] | None:
        """Leave the departments of subordinate units to them."""
        return m.Department.unit_id == actor.unit_id

    def roots(self, actor: Actor) -> ColumnElement[bool]:
        """Begin at the top, or at the actor's own department."""
        if actor.department_id is not None:
            return m.Department.id == actor.department_id
        return m.Department.parent_id.is_(None)

    def among(self, name: str) -> ColumnElement[bool] | None:
        """Offer only own departments in use as the one above."""
        own = m.Department.unit_id == self.actor.unit_id
        return own & m.Department.is_active if name == "parent" else None

    def told_beside(self, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """Tell how many people each has, and whether it is disabled."""
        people = (
            select(func.count())
            .where(m.Person.department_id == m.Department.id, m.Person.is_active)
            .scalar_subquery()
        )
        statement = select(m.Department.id, m.Department.is_active, people)
        rows = db.session.execute(statement.where(m.Department.id.in_(ids)))
        in_use = "" if self.shows_tree() else _("在用")
        return {
            key: (str(count), in_use if is_active else _("已禁用"))
            for key, is_active, count in rows
        }

    def links(self, record: Any) -> list[dict[str, str]]:
        """Offer a department below, and another place."""
        links = super().links(record)
        if self.may_create():
            back = quote(self.place_url(record.id), safe="/")
            url = f"{self.url}/new/?parent={record.id}&url={back}"
            links.append({"label": _("新增下级"), "url": url, "icon": "plus"})
        if self.may_edit():
            back = quote(request.full_path.rstrip("?"), safe="/")
            url = f"{self.url}/move/?id={record.id}&url={back}"
            links.append({"label": _("移动"), "url": url, "icon": "arrows-sort"})
        return links

    # --- Forms --------------------------------------------------------------------

    def create_form(self, obj: Any = None) -> Form:
        """Begin below the department that the address names."""
        form = super().create_form(obj)
        raw = request.args.get("parent")
        if raw and request.method == "GET":
            key, among = lookups.key_of(raw), self.among("parent")
            form["parent"].data = lookups.find(
                m.Department, self.actor, key, among=among
            )
        form["parent"].description = _("留空表示最上级部门")
        return form

    def save(self, form: Form, record: Any) -> None:
        """Let the operations open or rename the department."""
        session, actor = db.session(), self.actor
        department = record or m.Department()
        with session.no_autoflush:
            form.populate_obj(department)
        if record is not None:
            departments.rename_department(session, actor=actor, department=department)
            return
        unit = session.get(m.Unit, actor.unit_id) if actor.unit_id else None
        if unit is None:
            raise Refused("请以单位管理员身份登录后再新增部门。")
        departments.open_department(
            session, actor=actor, department=department, unit=unit
        )

    def delete(self, record: Any) -> None:
        """Delete a department on which nothing hangs."""
        departments.delete_department(db.session(), actor=self.actor, department=record)

    @expose("/move/", methods=("GET", "POST"))
    @once
    def move_view(self) -> ResponseReturnValue:
        """Hang a department on another one."""
        self.require("edit")
        department = self.opened()
        form = self._resolved(MoveForm(get_form_data()))
        is_sent = request.method == "POST"
        if is_sent and form.validate() and self._moves(form, department):
            flash(_("已移动"), "success")
            return redirect(self.return_url(), 303)
        above = department.parent
        page = self.render(
            "admin/model/move.html",
            form=form,
            record=department,
            place=above.name if above else _("最上级"),
            offers_top=above is not None and self.actor.department_id is None,
            return_url=self.return_url(),
        )
        return Response(page, 422 if is_sent else 200)

    def _moves(self, form: Form, department: m.Department) -> bool:
        """Move to the chosen place, or say on the form why that cannot be."""
        parent = form["parent"].data
        if parent is None and "top" not in request.form:
            form["parent"].errors = [_("请选择新的上级部门。")]
            return False
        move = functools.partial(
            departments.move_department,
            db.session(),
            actor=self.actor,
            department=department,
            parent=None if "top" in request.form else parent,
        )
        return self.accepts(form, move)

    # --- One department -----------------------------------------------------------

    def open_actions(self, record: Any) -> list[BatchAction]:
        """Offer to disable what is in use, and the other way round."""
        fitting = "disable" if record.is_active else "enable"
        return [a for a in super().open_actions(record) if a.name == fitting]

    def render(self, template: str, **kwargs: Any) -> str:
        """Show numbers and changes below the department's data."""
        if template == self.details_template:
            record = kwargs["record"]
            kwargs["numbers"] = self._numbers(record)
            kwargs["tables"] = [changes.of(record)]
            kwargs["more_links"] = self.links(record)[2:]
        return super().render(template, **kwargs)

    def _numbers(self, record: Any) -> list[tuple[str, str]]:
        counts = {
            _("人员"): m.Person.department_id,
            _("下级部门"): m.Department.parent_id,
            _("仅限管理本部门的管理员"): m.AdminAssignment.department_id,
        }
        columns = [
            select(func.count()).where(column == record.id).scalar_subquery()
            for column in counts.values()
        ]
        found = db.session.execute(select(*columns)).one()
        return [(label, str(n)) for label, n in zip(counts, found, strict=True)]
