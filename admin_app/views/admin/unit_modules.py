"""单位可用模块: what units of a kind and level use at all, in menu and rights alike (R04)."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import select
from typing_extensions import override

from admin_app.enums import UnitKind
from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.models import UnitLevel
from admin_app.operations.closed_modules import (
    CLOSABLE,
    PLACES,
    close_modules,
    closed_places,
)
from admin_app.permissions import Actor
from admin_app.views.admin.pages import TaskPage
from admin_app.web import step_up
from admin_app.web.i18n import name_of
from admin_app.web.once import once
from admin_app.web.transactions import saving


class UnitModules(TaskPage):
    """A matrix of modules and kinds of unit, for every level and for one level apart."""

    title = "单位可用模块"
    group = "账号与权限"
    permission = "roles:edit"
    path = "unit-modules"

    @override
    @classmethod
    def is_shown(cls, actor: Actor) -> bool:
        """Show it to the platform only: a unit rules over its roles, not over this."""
        return actor.is_superuser

    @expose("/", methods=("GET", "POST"))
    @once
    def index(self) -> ResponseReturnValue:
        """Show what is open to a level, or set it."""
        levels = db.session.scalars(select(UnitLevel).order_by(UnitLevel.sort_order))
        names = {level.id: name_of(level) for level in levels}
        level_id = read_key(request.args.get("level"))
        if level_id is not None and level_id not in names:
            abort(404)
        if request.method == "GET":
            return self._page(names, level_id)
        step_up.prove(self.permission)
        # A box that cannot be ticked off is not sent, and stays open.
        opened = set(request.form.getlist("open"))
        closed = {place for place in PLACES if _word(*place) not in opened}
        closed -= self._closed_above(level_id)
        with saving() as session:
            changed = close_modules(
                session, actor=self.actor, level_id=level_id, closed=closed
            )
        flash(_("已保存，立即生效。") if changed else _("没有改动。"), "success")
        return redirect(url_for(".index", level=level_id), 303)

    def _closed_above(self, level_id: int | None) -> set[tuple[UnitKind, str]]:
        """Return what is closed to every level, which no level opens again."""
        return set() if level_id is None else closed_places(db.session(), None)

    def _page(self, names: dict[int, str], level_id: int | None) -> ResponseReturnValue:
        above = self._closed_above(level_id)
        closed = closed_places(db.session(), level_id) | above
        page: str = self.render(
            "admin/unit_modules.html",
            tab_items=[
                {
                    "label": label,
                    "url": url_for(".index", level=key),
                    "is_active": key == level_id,
                }
                for key, label in [(None, _("全部级别")), *names.items()]
            ],
            level_id=level_id,
            kinds=[_(kind.label) for kind in UnitKind],
            rows=[
                {
                    "label": _(module.label),
                    "cells": [
                        {
                            "kind": _(kind.label),
                            "word": _word(kind, module.name),
                            "exists": kind in module.kinds,
                            "is_open": (kind, module.name) not in closed,
                            "is_fixed": (kind, module.name) in above,
                        }
                        for kind in UnitKind
                    ],
                }
                for module in CLOSABLE
            ],
        )
        return page


def _word(kind: UnitKind, module: str) -> str:
    return f"{kind.name}:{module}"
