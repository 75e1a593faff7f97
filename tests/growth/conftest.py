"""A primary and a copy of it that stays behind when it is told to.

On PostgreSQL a real replica that follows by streaming; on SQLite a copied file.
"""

import sqlite3
import subprocess
from contextlib import ExitStack, closing
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import event, make_url

from tests.conftest import disconnect
from tools import services
from tools.processes import pauses

LONG = timedelta(hours=1)
CAUGHT_UP = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"


class Copied:
    """A copy of SQLite's file, made when it is to be behind from now on."""

    def __init__(self, url, folder):
        self.url = url
        self.copy_url = f"sqlite:///{folder / 'copy.sqlite3'}"

    def hold(self):
        """Let the copy be as the primary is now, and stay so."""
        source, copy = make_url(self.url).database, make_url(self.copy_url).database
        with (
            closing(sqlite3.connect(source)) as old,
            closing(sqlite3.connect(copy)) as new,
        ):
            old.backup(new)

    def close(self):
        pass


class Streamed:
    """A replica of a PostgreSQL that holds what the database at `source` holds."""

    def __init__(self, source):
        self._stack = ExitStack()
        primary = services.postgresql(options=services.FOLLOWED)
        self.url = self._stack.enter_context(primary)
        self.copy_url = self._stack.enter_context(services.replica(self.url))
        dump = [services.find_program("pg_dump"), "-d", _plain(source)]
        content = subprocess.run(dump, check=True, capture_output=True).stdout
        psql = [services.find_program("psql"), "-q", "-d", _plain(self.url)]
        subprocess.run(psql, input=content, check=True, stdout=subprocess.DEVNULL)
        self._primary = self._connect(self.url)
        self._replica = self._connect(self.copy_url)

    def hold(self):
        """Let the replica be as the primary is now, and stay so."""
        self.follow()
        self._replica.execute("SELECT pg_wal_replay_pause()")
        paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        self._until(paused)

    def follow(self):
        """Let the replica catch up and follow from now on."""
        self._replica.execute("SELECT pg_wal_replay_resume()")
        [end] = self._primary.execute("SELECT pg_current_wal_lsn()").fetchone()
        self._until(CAUGHT_UP, end)

    def close(self):
        self._primary.close()
        self._replica.close()
        self._stack.close()

    def _until(self, question, *values):
        for _ in pauses(20):
            if self._replica.execute(question, values).fetchone()[0]:
                return
        raise TimeoutError(question)

    def _connect(self, url):
        return psycopg.connect(_plain(url), autocommit=True)


def _plain(url):
    return (
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    )


@pytest.fixture(scope="module")
def streamed(built_app, database, staged):
    """One replica for all tests of a file: each plays with people of its own."""
    disconnect(built_app)
    database.reset("cast")
    made = Streamed(database.url)
    yield made
    made.close()


@pytest.fixture
def copies(app, settings, tmp_path, request):
    """The primary and its copy."""
    if settings.is_sqlite:
        made = Copied(settings.database_url, tmp_path)
        made.hold()
        return made
    return request.getfixturevalue("streamed")


@pytest.fixture
def replicated(make_app, copies):
    """Build the program over both; whoever writes at the copy fails."""

    def build(**changes):
        both = {"database_url": copies.url, "database_replica_url": copies.copy_url}
        made = make_app(**{**both, "replica_patience": LONG, **changes})
        with made.app_context():
            from admin_app.extensions import db  # noqa: PLC0415 - loads the program

            engine = db.engines["replica"]
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _forbid_writes)
        return made

    return build


def _forbid_writes(connection, _record):
    connection.execute("PRAGMA query_only=ON")


@pytest.fixture
def program(replicated):
    """The program with a replica that may be far behind."""
    return replicated()
