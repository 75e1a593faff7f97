"""What a proxy asks of a process, and what it is told (RL-06, RL-07)."""

import shutil
from types import SimpleNamespace

import pytest
from alembic.script import ScriptDirectory

from admin_app.web import readiness
from config.settings import PROJECT
from tests.browsing import Browser

OK, FAIL = (200, "ok\n"), (503, "fail\n")


def told(app, address="/readyz"):
    """What somebody is told whom nobody knows."""
    answer = Browser(app, app.response_class).get(address)
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, answer.text


def test_process_is_alive_and_ready(app, db_session):
    assert told(app, "/healthz") == told(app) == OK


def test_redis_that_answers_is_ready(make_app, redis_url, db_session):
    assert told(make_app(redis_url=redis_url)) == OK


def test_without_redis_it_is_alive_and_not_ready(make_app, db_session):
    app = make_app(redis_url="redis://127.0.0.1:9/0")

    assert (told(app, "/healthz"), told(app)) == (OK, FAIL)


@pytest.mark.parametrize("away", ["postgresql+psycopg://nobody@127.0.0.1:9/none"])
def test_without_database_it_is_alive_and_not_ready(make_app, away):
    app = make_app(database_url=away)

    assert (told(app, "/healthz"), told(app)) == (OK, FAIL)


def test_schema_is_compared_with_the_last_migration():
    scripts = ScriptDirectory(str(PROJECT / "migrations"))

    assert readiness._head() == scripts.get_current_head()


def test_schema_of_another_version_is_not_ready(app, db_session, monkeypatch):
    monkeypatch.setattr(readiness, "_head", lambda: "9999")

    assert told(app) == FAIL


@pytest.mark.parametrize(("free", "expected"), [(11, OK), (9, FAIL)])
def test_disk_that_is_nearly_full_is_not_ready(
    app, db_session, monkeypatch, free, expected
):
    disk = SimpleNamespace(total=100, free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: disk)

    assert told(app) == expected
