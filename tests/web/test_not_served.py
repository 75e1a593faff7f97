"""What has no address: consoles, file managers, source maps, the repository (SC-03)."""

import re
from types import SimpleNamespace

import pytest
from flask_admin.base import AdminIndexView
from flask_admin.contrib.fileadmin import FileAdmin
from flask_admin.contrib.rediscli import RedisCli
from flask_admin.contrib.sqla import ModelView
from redis import Redis

from admin_app import models as m
from admin_app.extensions import db
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.pages import TaskPage
from admin_app.web.assets import DIST
from tests.browsing import sign_in

OURS = (EntityView, TaskPage)
REPOSITORY = (".git/HEAD", ".git/config", ".gitignore", ".env", "Makefile")
CONSOLES = ("/admin/rediscli/", "/admin/redis-cli/", "/admin/fileadmin/", "/console")
DEBUGGER = "/?__debugger__=yes&cmd=resource&f=debugger.js"
LINK = re.compile(r"""(?:href|src)="(/[^"#?]*)""")
SOURCE_MAP = re.compile(r"[#@]\s*sourceMappingURL=")


def strangers(app):
    """The views of Flask-Admin that are neither ours nor the start page, by name."""
    found = [
        view
        for admin in app.extensions["admin"]
        for view in admin._views
        if not isinstance(view, OURS)
    ]
    return [
        type(view).__name__ for view in found if not isinstance(view, AdminIndexView)
    ]


def crawl(client, rules):
    """Every address that the pages without arguments name, with its answer."""
    seen, waiting = {}, sorted(rules)
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        with client.get(address) as answer:
            seen[address] = SimpleNamespace(
                status=answer.status_code,
                text=answer.get_data().decode("utf-8", "replace"),
            )
        if address in rules:
            waiting += LINK.findall(seen[address].text)
    return seen


def pages(app):
    """The addresses of all rules that a GET without arguments reaches."""
    return {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments and not rule.build_only
    }


def maps(seen):
    """What leads to the sources of a script or style."""
    return sorted(
        address
        for address, answer in seen.items()
        if address.endswith(".map") or SOURCE_MAP.search(answer.text)
    )


@pytest.mark.requirement("SC-03")
def test_no_view_of_flask_admins_own_is_registered(app):
    found = strangers(app)

    assert found == []
    assert len(app.extensions["admin_screens"]) > 1


@pytest.mark.parametrize("planted", ["RedisCli", "FileAdmin", "ModelView"])
def test_registered_stranger_is_found(planted, app, tmp_path):
    view = {
        "RedisCli": lambda: RedisCli(Redis()),
        "FileAdmin": lambda: FileAdmin(str(tmp_path)),
        "ModelView": lambda: ModelView(m.Unit, db),
    }[planted]()
    (admin,) = app.extensions["admin"]
    house = SimpleNamespace(_views=[*admin._views, view])

    found = strangers(SimpleNamespace(extensions={"admin": [house]}))

    assert found == [planted]


@pytest.mark.requirement("SC-03")
def test_debugger_is_off(app, client):
    answer = client.get(DEBUGGER)

    assert app.debug is False
    assert answer.mimetype == "text/html"


@pytest.mark.once
@pytest.mark.uncounted
@pytest.mark.requirement("SC-03")
@pytest.mark.parametrize("who", ["superuser", "chief"])
def test_crawl_meets_no_source_map(who, app, client, cast):
    sign_in(client, getattr(cast, who))

    seen = crawl(client, pages(app))

    served = [address for address, answer in seen.items() if answer.status == 200]
    scripts = [address for address in served if address.endswith((".js", ".css"))]
    assert maps(seen) == []
    assert len(served) > 20
    assert len(scripts) > 1


@pytest.mark.parametrize(
    "text", ["//# sourceMappingURL=a.js.map", "/*@ sourceMappingURL=a.css.map */"]
)
def test_source_map_is_found(text):
    seen = {"/static/a.js": SimpleNamespace(status=200, text=text)}

    assert maps(seen) == ["/static/a.js"]


@pytest.mark.requirement("SC-03")
def test_no_served_file_is_a_source_map():
    served = [path.name for path in DIST.rglob("*")]

    assert [name for name in served if ".map" in name] == []
    assert any(name.endswith(".js") for name in served)


@pytest.mark.requirement("SC-03")
@pytest.mark.parametrize(
    "folder", ["/", "/static/", "/static/../", "/files/", "/admin/"]
)
def test_repository_has_no_address(folder, client, cast):
    sign_in(client, cast.superuser)

    answers = [client.get(folder + name).status_code for name in REPOSITORY]

    assert answers == [404] * len(REPOSITORY)


@pytest.mark.requirement("SC-03")
@pytest.mark.parametrize("address", CONSOLES)
def test_console_has_no_address(address, client, cast):
    sign_in(client, cast.superuser)

    answer = client.get(address)

    assert answer.status_code == 404
