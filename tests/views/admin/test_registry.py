"""A wrong entry stops the start; and what of Flask-Admin is private is still there."""

import inspect as python

import pytest
from flask_admin.base import BaseView
from flask_admin.contrib.sqla import ModelView
from flask_admin.contrib.sqla.form import AdminModelConverter
from flask_admin.model import BaseModelView

from admin_app import models as m
from admin_app.views.admin import SCREENS, records
from admin_app.views.admin.actions import BatchAction
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.base.screen import Screen
from admin_app.views.admin.filters import LookupFilter, PrefixFilter
from admin_app.views.admin.registry import WrongEntry, build


def screen(**changes):
    """A right entry over units, with changes; it is not registered."""
    body = {
        "entity_model": m.Unit,
        "module": "reference_data",
        "title": "单位",
        "group": "基础数据",
        "column_list": ("name",),
        "form_columns": ("short_name",),
    }
    return type("Planted", (EntityView,), body | changes)


def test_a_right_entry_is_built(app):
    with app.app_context():
        built = build([screen()])

    assert [view.endpoint for view in built] == ["admin_planted"]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"module": "nothing"}, "not in the catalogue"),
        ({"group": "没有"}, "no menu group"),
        ({"column_list": ()}, "column_list is empty"),
        ({"column_list": ("nothing",)}, "nothing"),
        ({"form_columns": ("kind", "has_review_right")}, "may not stand in a form"),
        ({"form_columns": ("path",)}, "may not stand in a form"),
        ({"column_sortable_list": ("address",)}, "has no index"),
        ({"column_default_sort": "-phone"}, "has no index"),
        ({"column_searchable_list": ("contact",)}, "has no index"),
        ({"filters": (lambda: PrefixFilter("sort"),)}, "may not be called"),
        (
            {"filters": (lambda: PrefixFilter("name"), lambda: PrefixFilter("name"))},
            "share a name",
        ),
        (
            {
                "column_searchable_list": ("name",),
                "filters": (lambda: PrefixFilter("name"),),
            },
            "searched already",
        ),
        ({"column_editable_list": ("name",)}, "not served"),
        ({"create_modal": True}, "not served"),
        ({"inline_models": (m.Department,)}, "not served"),
        (
            {"batch_actions": (BatchAction("x", "x", "fly", None, "x"),)},
            "not in the catalogue",
        ),
        (
            {
                "entity_model": m.ImportBatch,
                "form_columns": (),
                "column_list": ("kind",),
                "filters": (lambda: LookupFilter("job"),),
            },
            "no look-up",
        ),
        (
            {
                "entity_model": m.Person,
                "form_columns": (),
                "column_searchable_list": ("id_number",),
            },
            "encrypted",
        ),
    ],
)
def test_a_wrong_entry_stops_the_start(changes, complaint, app):
    with app.app_context(), pytest.raises(WrongEntry, match=complaint):
        build([screen(**changes)])


def test_an_entry_that_writes_must_say_its_form(app):
    silent = screen()
    del silent.form_columns

    with app.app_context(), pytest.raises(WrongEntry, match="form_columns"):
        build([silent])


def test_two_screens_of_one_name_stop_the_start(app):
    with app.app_context(), pytest.raises(WrongEntry, match="taken"):
        build([screen(), screen()])


def test_a_column_without_a_label_stops_the_start(app, monkeypatch):
    monkeypatch.setattr(m.Unit.__table__.c.name, "comment", None)

    with app.app_context(), pytest.raises(WrongEntry, match="label"):
        build([screen()])


@pytest.mark.requirement("AZ-01")
def test_no_view_but_the_one_class_stands_on_flask_admins_own():
    assert ModelView.__subclasses__() == [Screen]
    assert all(issubclass(view, EntityView) for view in SCREENS)
    assert records.Units in SCREENS


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (BaseView, "_run_view", ["self", "fn", "args", "kwargs"]),
        (BaseView, "_handle_view", ["self", "name", "kwargs"]),
        (BaseView, "inaccessible_callback", ["self", "name", "kwargs"]),
        (BaseModelView, "_refresh_cache", ["self"]),
        (BaseModelView, "init_actions", ["self"]),
        (BaseModelView, "get_list_columns", ["self"]),
        (BaseModelView, "get_sortable_columns", ["self"]),
        (BaseModelView, "get_filters", ["self"]),
        (BaseModelView, "init_search", ["self"]),
        (ModelView, "scaffold_form", ["self"]),
        (ModelView, "scaffold_auto_joins", ["self"]),
        (ModelView, "build_new_instance", ["self"]),
        (ModelView, "get_one", ["self", "id"]),
        (AdminModelConverter, "_get_label", ["self", "name", "field_args"]),
        (AdminModelConverter, "get_converter", ["self", "column"]),
        (
            AdminModelConverter,
            "_model_select_field",
            ["self", "prop", "multiple", "remote_model", "kwargs"],
        ),
    ],
)
def test_a_hook_of_flask_admin_that_we_use_is_as_it_was(owner, name, parameters):
    assert list(python.signature(getattr(owner, name)).parameters) == parameters
