"""The matrix bites: each guard is taken out once, and the matrix names where."""

import pytest
from flask import abort
from sqlalchemy import select, text

from admin_app.extensions import db
from admin_app.operations import declarations
from admin_app.views import files
from admin_app.views.admin import actions, base, lookups, menu, printing
from admin_app.views.admin.base import listing, screen
from admin_app.views.public import home
from admin_app.web import errors, headers, identity
from tests.matrix.decisions import Decisions, routes_of
from tests.matrix.trying import differences

# What is taken out is no part of a database.
pytestmark = pytest.mark.once


def unscoped(statement, *_scope):
    return statement


def as_found(_session, _model, ids, *_how):
    """The rows whichever they are."""
    return list(ids)


def everything(session, model, criteria, *, upto=None):
    return list(session.scalars(select(model.id).order_by(model.id)))


def any_record(view, key):
    return db.session.get(view.entity_model, int(key)) or abort(404)


def noting(*_args, **_more):
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE notice SET body = 'changed'"))
    return []


GUARDS = {
    "scope of rows": (
        [(screen, "scope_criterion", lambda *_scope: None)],
        "GET /admin/person-query/details/",
        "as chief on foreign: 200, decided is ['404']",
    ),
    "scope of a list": (
        [(screen, "scope_branches", lambda *_scope: None)],
        "GET /admin/person-query/",
        "as partial: tells what belongs to sibling",
    ),
    "scope of one record": (
        [(base.EntityView, "read_one", any_record)],
        "GET /admin/person-query/details/",
        "as department on own: 200, decided is ['404']",
    ),
    "scope of one form": (
        [(base.EntityView, "get_one", any_record)],
        "GET /admin/unit-roles/edit/",
        "as chief on child: ",
    ),
    "scope of a deletion": (
        [(base.EntityView, "get_one", any_record)],
        "POST /admin/notices/delete/",
        "as county on foreign: 303, decided is ['404']",
    ),
    "scope of ticked rows": (
        [(actions, "in_scope", lambda *_rows: True)],
        "POST /admin/approve-hours/action/",
        "as chief on sibling: ",
    ),
    "scope of select-all": (
        [(actions, "matching", everything)],
        "POST /admin/approve-hours/action/",
        "as chief: tells what belongs to sibling",
    ),
    "scope of export": (
        [(actions, "matching", everything), (listing, "in_order", as_found)],
        "POST /admin/person-query/export/<export_type>/",
        "csv/  as chief after proof: tells what belongs to foreign",
    ),
    "cells of an export": (
        [(actions, "matching", everything), (listing, "in_order", as_found)],
        "POST /admin/person-query/export/<export_type>/",
        "xlsx/  as chief after proof: tells what belongs to foreign",
    ),
    "scope of look-ups": (
        [(lookups, "visible", unscoped)],
        "GET /admin/person-query/ajax/lookup/",
        "as base on sibling: tells ",
    ),
    "scope of filters": (
        [(lookups, "visible", unscoped)],
        "GET /admin/person-query/",
        "as chief on foreign: 200, decided is ['404']",
    ),
    "posted person": (
        [(printing, "visible", unscoped)],
        "POST /admin/printing/issue",
        "as chief on foreign: 303, decided is ['404']",
    ),
    "print": (
        [(printing, "visible", unscoped)],
        "GET /admin/printing/<int:certificate_id>",
        "as department on own: 200, decided is ['404']",
    ),
    "words of a print": (
        [(printing, "visible", unscoped)],
        "GET /admin/printing/<int:certificate_id>",
        "as department on own: tells what belongs to own",
    ),
    "a declaration's owner": (
        [(declarations, "visible", unscoped)],
        "GET /me/declarations/<int:record_id>",
        "as individual on foreign: 200, decided is ['404']",
    ),
    "download": (
        [(files, "visible", unscoped)],
        "GET /files/<key>",
        "as base on foreign: 200, decided is ['404']",
    ),
    "right": (
        [(screen, "permits", lambda *_right: True)],
        "GET /admin/audit-entries/",
        "as chief: 200, decided is ['403']",
    ),
    "right to a verb": (
        [(screen, "permits", lambda *_right: True)],
        "POST /admin/person-query/export/<export_type>/",
        "as partial: 422, decided is ['403']",
    ),
    "change of password": (
        [(identity, "OPEN_TO_MUST_CHANGE", frozenset({"public.home"}))],
        "GET /",
        "as must_change: 200, decided is ['change password']",
    ),
    "sign-in": (
        [(errors, "_sign_in_url", lambda **_next: "/")],
        "GET /me/",
        "as anonymous: 303, decided is ['sign in']",
    ),
    "label": (
        [(menu, "groups", None)],
        "GET /admin/person-query/",
        "as chief: tells what belongs to foreign",
    ),
    "header": (
        [(headers, "FIXED", {**headers.FIXED, "X-Content-Type-Options": "sniff"})],
        "GET /guide",
        "as anonymous: header X-Content-Type-Options is 'sniff'",
    ),
    "a GET that writes": (
        [(home, "published_notices", noting)],
        "GET /notices",
        "changed ['notice']",
    ),
}


@pytest.mark.parametrize("guard", list(GUARDS))
@pytest.mark.usefixtures("no_kept_lists")
@pytest.mark.requirement("AZ-02")
def test_missing_guard_is_named(guard, world, decisions, monkeypatch):
    changes, name, expected = GUARDS[guard]
    # Whoever came first has drawn menus that the guard was asked for.
    menu.init_menus(world.app)
    for where, what, double in changes:
        monkeypatch.setattr(where, what, double or telling(world, getattr(where, what)))
    [route] = [r for r in routes_of(world.app) if str(r) == name]

    wrong = differences(world, decisions, route)
    world.restore()
    menu.init_menus(world.app)

    assert [line for line in wrong if expected in line] != [], "\n".join(wrong)


def telling(world, original):
    """Return a menu whose first label gives away what belongs to a foreign unit."""

    def groups(*args):
        found = original(*args)
        found[0]["label"] += world.places["foreign"].canary
        return found

    return groups


def test_a_route_that_nobody_decided_fails_by_name(built_app):
    decisions = Decisions.read()
    del decisions.pages["GET /guide"]

    missing, _idle = decisions.undecided(built_app)

    assert missing == ["GET /guide"]


def test_an_entry_for_no_route_fails_by_name(built_app):
    decisions = Decisions.read()
    decisions.pages["GET /nowhere"] = decisions.pages["GET /notices"]

    _missing, idle = decisions.undecided(built_app)

    assert idle == ["GET /nowhere"]
