"""Stock Flask-Admin over the product's tables, scoped in `get_query`.

Nobody signs in: the headers `X-Low` and `X-High` say which units are seen.
"""

import os
from typing import Any

from flask import Flask, request
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.filters import FilterEqual, IntEqualFilter
from flask_babel import Babel
from sqlalchemy import select

from admin_app import models as m
from admin_app.extensions import db, keyring
from bench.counting import counted
from bench.places import settings_for


class Scoped(ModelView):
    """Shows what hangs on units below the viewer's."""

    can_create = can_edit = can_delete = False
    can_view_details = True
    can_set_page_size = True
    page_size = 20

    def get_query(self) -> Any:
        return self._below(super().get_query())

    def get_count_query(self) -> Any:
        return self._below(super().get_count_query())

    def _below(self, query: Any) -> Any:
        low = request.headers.get("X-Low")
        if not low:
            return query
        inside = (m.Unit.path >= low) & (m.Unit.path < request.headers["X-High"])
        return query.filter(self.model.unit_id.in_(select(m.Unit.id).where(inside)))


class Declarations(Scoped):
    column_list = (
        *("person.name", "title", "form_version.form.name", "year", "claimed"),
        *("source", "state", "decider.name", "submitted_at"),
    )
    column_default_sort = ("submitted_at", True)
    column_filters = (
        FilterEqual(m.Declaration.state, "状态"),
        IntEqualFilter(m.Declaration.decider_id, "审核单位"),
    )


class People(Scoped):
    column_list = ("name", "id_number", "unit.name", "sex")
    column_default_sort = ("id", True)
    column_searchable_list = ("name",)
    column_filters = (FilterEqual(m.Person.id_number, "身份证号码"),)


def build() -> Any:
    settings = settings_for(os.environ["BENCH_URL"])
    app = Flask("rival")
    app.config.update(SECRET_KEY="bench", SQLALCHEMY_DATABASE_URI=settings.database_url)
    keyring.bind(settings.data_key_ring)
    db.init_app(app)
    Babel(app)
    admin = Admin(app, name="rival")
    admin.add_view(Declarations(m.Declaration, db.session, endpoint="declaration"))
    admin.add_view(People(m.Person, db.session, endpoint="person"))
    return counted(app)


application = build()
