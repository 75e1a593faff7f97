"""账号与权限: accounts, assignments, roles and their matrix of permissions."""

from collections.abc import Collection
from functools import partial
from typing import Any, ClassVar

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import ColumnElement
from typing_extensions import override
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from admin_app import models as m
from admin_app.enums import Language, UnitKind
from admin_app.extensions import db
from admin_app.operations import second_factor
from admin_app.operations.roles import (
    delete_role,
    give_permissions,
    grantable,
    permissions_of,
    shipped_roles,
)
from admin_app.operations.roles import refuse_edit as refuse_role_edit
from admin_app.permissions import CATALOGUE, VERBS, Actor
from admin_app.views.admin.actions import BatchAction, Seen, apart
from admin_app.views.admin.base import EntityView, Filters
from admin_app.views.admin.display import told_permission
from admin_app.views.admin.filters import (
    ChoiceFilter,
    DateFilter,
    LookupFilter,
    PrefixFilter,
)
from admin_app.views.admin.founding import ASSIGNMENT_ACTIONS, AssignmentView
from admin_app.views.admin.logins import ACCOUNT_ACTIONS
from admin_app.views.admin.lookups import key_of
from admin_app.views.admin.registry import entity
from admin_app.web.clock import now
from admin_app.web.i18n import current_locale
from admin_app.workflows import BatchResult

MENU = "账号与权限"


def take_off_second_step(actor: Actor, seen: Seen, reason: str) -> BatchResult:
    """Let the owners of these accounts in by their password again, refusals apart."""

    def one(key: int) -> None:
        second_factor.take_off(
            db.session(), actor=actor, account_id=key, reason=reason, now=now()
        )

    return apart(seen, one)


@entity(m.Account, module="accounts", label="账号管理", menu=MENU)
class Accounts(EntityView):
    """Logins; passwords and their hashes never come near a screen."""

    column_list = (
        "person.name",
        "person.id_number",
        "is_superuser",
        "is_disabled",
        "last_login_at",
    )
    column_searchable_list = ("person.name",)
    form_columns = ("locale",)
    form_overrides: ClassVar[dict[str, Any]] = {
        "locale": partial(
            SelectField,
            choices=[SelectChoice(each.name, each.label) for each in Language],
        )
    }
    filters = (
        lambda: ChoiceFilter("is_superuser"),
        lambda: ChoiceFilter("is_disabled"),
        lambda: DateFilter("last_login_at"),
    )
    finds_person = "person_id"
    batch_actions = (
        *ACCOUNT_ACTIONS,
        BatchAction(
            name="take_off_second_step",
            label="关闭两步验证",
            verb="reset_password",
            run=take_off_second_step,
            question="确定关闭这 %(n)s 个账号的两步验证吗？请先核实本人身份。",
            needs_reason=True,
            style="danger",
            reasons=("手机丢失，恢复码也已丢失",),
        ),
    )

    def allows(self, verb: str) -> bool:
        """Make and delete no account here: it comes with its person, and stays."""
        return verb not in {"create", "delete"} and super().allows(verb)

    def open_actions(self, record: m.Account) -> list[BatchAction]:
        """Offer to lock an account, or to open it again."""
        senseless = "lock" if record.is_disabled else "unlock"
        return [a for a in super().open_actions(record) if a.name != senseless]


@entity(m.AdminAssignment, module="accounts", label="单位管理员", menu=MENU)
class AdminAssignments(AssignmentView):
    """Who administers which unit, as what."""

    column_list = (
        "account.person.name",
        "unit.name",
        "department.name",
        "role.name",
        "is_chief",
        "is_disabled",
    )
    labels = {"account.person.name": "管理员"}
    batch_actions = ASSIGNMENT_ACTIONS
    filters = (
        lambda: LookupFilter("unit"),
        lambda: LookupFilter("role"),
        lambda: ChoiceFilter("is_chief"),
        lambda: ChoiceFilter("is_disabled"),
    )


@entity(m.RolePermission, module="accounts", label="角色权限明细", menu=MENU)
class RolePermissions(EntityView):
    """Which role holds which permission; it is changed in the role."""

    column_list = ("role.name", "permission")
    form_columns = ()
    filters = (lambda: LookupFilter("role"), lambda: ChoiceFilter("permission"))

    @override
    def record_label(self, record: Any, cells: Any = ()) -> str:
        """Call a line by its role and what it may do."""
        return f"{record.role.name} · {told_permission(record.permission)}"


class RoleView(EntityView):
    """Roles and their permissions; the matrix offers what the actor may give."""

    column_list: ClassVar[tuple[str, ...]] = (
        "name",
        "unit_kind",
        "unit.name",
        "is_chief",
        "updated_at",
    )
    form_columns: ClassVar[tuple[str, ...]] = ("name",)
    filters: ClassVar[Filters] = (
        lambda: PrefixFilter("name"),
        lambda: ChoiceFilter("unit_kind"),
    )
    edit_template = create_template = "admin/model/role_form.html"

    def kind_of(self, role: Any) -> UnitKind | None:
        """Return the kind of unit that the role is for: the role's, or the actor's."""
        return self.actor.unit_kind if role is None else role.unit_kind

    def matrix(self, role: Any) -> list[dict[str, Any]]:
        """Return modules with the permissions that the actor may give to this role."""
        return [
            {
                "label": _(module.label),
                "cells": [(f"{module.name}:{verb}", _(VERBS[verb])) for verb in verbs],
            }
            for module, verbs in grantable(self.actor, self.kind_of(role)).items()
        ]

    def ticked(self, role: Any) -> list[str]:
        """Return what the form has ticked: what was sent, else what the role holds."""
        if request.method == "POST":
            return request.form.getlist("permissions")
        return [held.permission for held in role.permissions] if role else []

    def written(self, record: Any) -> None:
        """Give the permissions that were ticked."""
        asked = request.form.getlist("permissions")
        give_permissions(self.actor, record, asked)

    def prepare(self, record: Any) -> None:
        """Make a role of the actor's own unit, for its kind of unit."""
        record.unit_id = self.actor.unit_id
        record.unit_kind = self.kind_of(None)

    def refuse_edit(self, record: Any) -> None:
        """Keep shipped, own and higher roles as they are."""
        refuse_role_edit(db.session(), self.actor, record)

    def delete(self, record: Any) -> None:
        """Delete a role that nobody uses."""
        delete_role(db.session(), self.actor, record)

    def render(self, template: str, **kwargs: Any) -> str:
        """Hand the matrix to the form."""
        if "form" in kwargs:
            kwargs["matrix"] = self.matrix(kwargs["record"])
            kwargs["ticked"] = set(self.ticked(kwargs["record"]))
        elif record := kwargs.get("record"):
            held = permissions_of(db.session(), record.id)
            kwargs["extra_properties"] = self._told_permissions(held)
        return super().render(template, **kwargs)

    def _told_permissions(self, held: Collection[str]) -> list[tuple[str, str]]:
        """Return what a role holds, whoever looks: module, and its verbs in words."""
        told = {
            module.label: [
                _(VERBS[verb])
                for verb in module.verbs
                if f"{module.name}:{verb}" in held
            ]
            for module in CATALOGUE.values()
        }
        return [(_(label), "、".join(verbs)) for label, verbs in told.items() if verbs]


@entity(m.Role, module="roles", label="角色管理", menu=MENU)
class Roles(RoleView):
    """Every role, for the platform's administrators."""

    form_columns = ("name", "name_en")

    @classmethod
    def is_shown(cls, actor: Actor) -> bool:
        """Show it to the platform only: a unit has a screen of its own."""
        return actor.is_superuser

    def is_accessible(self) -> bool:
        """Open to the platform only."""
        return super().is_accessible() and self.actor.is_superuser


@entity(m.Role, module="roles", label="角色管理", menu="管理直属账户")
class UnitRoles(RoleView):
    """The roles of the actor's own unit (U27)."""

    column_list = ("name", "updated_at")
    form_columns = ("name",)
    filters = (lambda: PrefixFilter("name"),)
    details_without = frozenset({"code", "name_en", "is_chief", "unit_kind"})

    list_template = "admin/unit_roles/list.html"

    def base_criterion(self, actor: Actor) -> ColumnElement[bool] | None:
        """Leave the roles of subordinate units to them."""
        return m.Role.unit_id == actor.unit_id

    def empty_hint(self) -> tuple[str, str]:
        """Tell that no role of one's own is needed to begin."""
        return _("还没有本单位的角色"), _(
            "系统自带角色可以直接授予管理员；需要调整权限时，复制一个再改。"
        )

    @expose("/shipped/")
    def shipped_view(self) -> ResponseReturnValue:
        """Show the roles that come with the platform, each with a way to copy it."""
        roles = shipped_roles(db.session(), self.actor.unit_kind)
        page: str = self.render(
            "admin/unit_roles/shipped.html",
            roles=[
                (
                    role,
                    role_name(role),
                    self._told_permissions(
                        {held.permission for held in role.permissions}
                    ),
                )
                for role in roles
            ],
        )
        return page

    def create_form(self, obj: Any = None) -> Form:
        """Begin with the name of the shipped role that is copied."""
        form = super().create_form(obj)
        if (model := self._copied()) is not None:
            form["name"].data = _("%(role)s（本单位）", role=role_name(model))
        return form

    def ticked(self, role: Any) -> list[str]:
        """Tick what the copied role holds; the matrix offers what the actor may give."""
        return super().ticked(role or self._copied())

    def _copied(self) -> m.Role | None:
        if request.method == "POST" or "from" not in request.args:
            return None
        key = key_of(request.args["from"])
        roles = shipped_roles(db.session(), self.actor.unit_kind)
        return next((role for role in roles if role.id == key), None) or abort(404)


def role_name(role: m.Role) -> str:
    """Return what a role is called in the language of the page."""
    return (role.name_en if current_locale() == "en" else "") or role.name
