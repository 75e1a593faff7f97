"""What every connection is set up with, and which servers are refused (RL-01)."""

import os
import subprocess
import sys
import time

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from admin_app.database import DURABLE, refuse_losing_server
from admin_app.extensions import db
from admin_app.postgres import SAME_PLAN
from config.settings import PROJECT, UnsafeSettings
from tests.browsing import Browser, sign_in
from tools import services

SET_UP = {
    "sqlite": {
        "PRAGMA journal_mode": "wal",
        # 2 is FULL: a commit is on the disk when it is acknowledged.
        "PRAGMA synchronous": 2,
        "PRAGMA foreign_keys": 1,
        "PRAGMA busy_timeout": 5000,
    },
    "postgresql": {
        "SHOW statement_timeout": "30s",
        "SHOW lock_timeout": "5s",
        "SHOW idle_in_transaction_session_timeout": "1min",
        "SHOW timezone": "UTC",
    },
}


@pytest.mark.requirement("WF-03")
def test_connection_is_set_up(db_session):
    expected = SET_UP[db_session.get_bind().dialect.name]

    found = {question: db_session.scalar(text(question)) for question in expected}

    assert found == expected


OFTEN = 12
"""psycopg prepares what it runs for the sixth time."""


@pytest.mark.skipif(
    os.environ.get("CE_TEST_DATABASE") != "postgresql", reason="about psycopg"
)
@pytest.mark.parametrize(("is_pooled", "prepares"), [(False, True), (True, False)])
def test_nothing_is_left_on_a_connection_behind_a_pooler(
    make_app, cast, is_pooled, prepares
):
    program = make_app(database_pooler=is_pooled)
    chief = sign_in(Browser(program, program.response_class), cast.chief)

    page = chief.get("/admin/person-query/").status_code
    with program.app_context(), db.engine.connect() as connection:
        for _ in range(OFTEN):
            newest = text("SELECT max(id) FROM person")
            connection.scalar(newest.execution_options(**SAME_PLAN))
        kept = connection.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
        limit = connection.scalar(text("SHOW lock_timeout"))

    assert page == 200
    assert (kept > 0, limit) == (prepares, "0" if is_pooled else "5s")


@pytest.fixture(scope="module")
def durable_server():
    """A PostgreSQL that keeps what it confirms."""
    with services.postgresql(is_durable=True) as url:
        yield url


@pytest.fixture
def engine(durable_server):
    """An engine of the server, without connections at first."""
    made = create_engine(durable_server)
    yield made
    made.dispose()


@pytest.fixture
def switch(durable_server):
    """Switch settings of the server off; all are on again afterwards."""
    address = make_url(durable_server).set(drivername="postgresql")
    plain = address.render_as_string(hide_password=False)

    def turn(*names):
        with psycopg.connect(plain, autocommit=True) as server:
            server.execute("ALTER SYSTEM RESET ALL")
            for name in names:
                server.execute(f"ALTER SYSTEM SET {name} = off")
            server.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + 20
        while switched_off(plain) != set(names):
            assert time.monotonic() < deadline

    yield turn
    turn()


def switched_off(address):
    """Which of the settings a new connection finds off."""
    with psycopg.connect(address) as server:
        found = server.execute("SELECT name FROM pg_settings WHERE setting = 'off'")
        return {name for (name,) in found} & set(DURABLE)


@pytest.mark.parametrize("name", DURABLE)
def test_server_that_may_lose_data_is_refused(engine, switch, name):
    switch(name)

    with pytest.raises(UnsafeSettings) as refused:
        refuse_losing_server(engine)

    assert refused.value.reasons == (
        f"PostgreSQL runs with {name}=off and may lose what it has confirmed",
    )


def test_server_that_keeps_data_is_accepted(engine):
    refuse_losing_server(engine)

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_server_that_answers_later_is_refused_then(engine, switch):
    refuse_losing_server(engine)

    switch("fsync")

    with pytest.raises(UnsafeSettings):
        engine.connect()


def test_production_does_not_start_on_a_server_that_may_lose_data(
    durable_server, switch, tmp_path
):
    switch("synchronous_commit", "full_page_writes")

    started = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "admin_app", "routes"],
        cwd=PROJECT,
        env={
            "PATH": os.environ["PATH"],
            "CE_ENVIRONMENT": "production",
            "CE_INSTANCE_PATH": str(tmp_path),
            "CE_SECRET_KEY": "d0c1b6a5f49e8372610fbeadc3925871",
            "CE_DATA_KEYS": "k1:" + "".join(f"{n * 7 % 256:02x}" for n in range(64)),
            "CE_PUBLIC_URL": "https://jxjy.example.gov.cn",
            "CE_TRUSTED_HOSTS": "jxjy.example.gov.cn",
            "CE_DATABASE_URL": durable_server,
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode == 1
    reason = "=off and may lose what it has confirmed"
    assert started.stderr.splitlines()[-2:] == [
        f"refusing to start: PostgreSQL runs with {name}{reason}"
        for name in ("full_page_writes", "synchronous_commit")
    ]


def test_connection_that_has_just_answered_is_asked_again(db_session):
    first, second = db.engine.connect(), db.engine.connect()
    last = second.connection.dbapi_connection
    for connection in (first, second):
        connection.close()

    for _ in range(3):
        with db.engine.connect() as again:
            assert again.connection.dbapi_connection is last
