"""What every test may ask for: a migrated and seeded database, the program, a clock.

`CE_TEST_DATABASE` chooses sqlite (default) or postgresql. Nothing here loads the
program before a test asks for it.
"""

import gc
import os
import shutil
import sys
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import freezegun
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from jinja2 import BytecodeCache

from config.settings import PROJECT, Settings
from tests.acceptance.recording import (  # noqa: F401 - hooks
    pytest_collection_modifyitems,
    pytest_runtest_logreport,
    pytest_sessionfinish,
)
from tests.databases import PostgresDatabase, SqliteDatabase
from tools import catalogues, services

SHANGHAI = ZoneInfo("Asia/Shanghai")

ROOM = 4 * 2**30

# How long a test takes is told by the true clock, whatever the test does to its own.
freezegun.configure(extend_ignore_list=["_pytest.timing"])

# Nor does an example fail because a browser had the processor for a second.
hypothesis_settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("unhurried")

_running = ExitStack()
_buckets = count(1)


def pytest_configure(config):
    """Start, in the main process only, what all processes of the run share."""
    for name in [name for name in os.environ if name.startswith("CE_")]:
        if not name.startswith("CE_TEST_"):
            del os.environ[name]
    if hasattr(config, "workerinput"):
        return
    catalogues.main()
    _work_in_memory()
    folder = tempfile.mkdtemp(prefix=f"{services.PREFIX}-{os.getpid()}-")
    _running.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ["CE_TEST_FOLDER"] = folder
    chosen = os.environ.setdefault("CE_TEST_DATABASE", "sqlite")
    if chosen == "postgresql" and not config.option.collectonly:
        os.environ["CE_TEST_CLUSTER"] = _running.enter_context(services.postgresql())
    elif chosen not in {"sqlite", "postgresql"}:
        raise pytest.UsageError(f"CE_TEST_DATABASE={chosen} is neither of the two")


def pytest_itemcollected(item):
    """Mark what shows the same on either database: it never comes near one."""
    if "database" not in item.fixturenames:
        item.add_marker("once")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Count no lines for a test that is marked so: it takes half the time.

    The `no_cover` of pytest-cov leaves a second tracer behind in a worker process.
    """
    if item.get_closest_marker("uncounted") is None:
        return (yield)
    tracers = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracers[0])
        threading.settrace(tracers[1])


def _work_in_memory():
    """Keep what the run throws away in memory, where there is room: disks wait."""
    memory = Path("/dev/shm")
    if "TMPDIR" in os.environ or not os.access(memory, os.W_OK):
        return
    if shutil.disk_usage(memory).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(memory)


def pytest_unconfigure():
    """Stop what was started."""
    _running.close()


def pytest_report_header():
    """Say which database the run is about."""
    return f"database: {os.environ['CE_TEST_DATABASE']}"


@pytest.fixture(scope="session")
def database(worker_id):
    """The database of this process; only `app` should need it."""
    folder = Path(os.environ["CE_TEST_FOLDER"])
    if os.environ["CE_TEST_DATABASE"] == "sqlite":
        chosen = SqliteDatabase(folder, worker_id)
    else:
        chosen = PostgresDatabase(folder, worker_id, os.environ["CE_TEST_CLUSTER"])
    yield chosen
    chosen.close()


@pytest.fixture(scope="session")
def settings(database, worker_id):
    """The settings the program is tested with: no captcha, and quiet logs."""
    folder = Path(os.environ["CE_TEST_FOLDER"])
    return Settings(
        _env_file=None,
        environment="testing",
        instance_path=folder / "instance",
        # Uploads are told by their records, and these are each process's own.
        storage_url=(folder / f"uploads-{worker_id}").as_uri(),
        database_url=database.url,
        captcha_enabled=False,
        log_level="WARNING",
    )


@pytest.fixture(scope="session")
def built_app(settings, database):
    """The program built once per process; tests take `app`, whose data are new."""
    from admin_app import create_app

    app = with_templates(create_app(settings))

    def fill():
        from flask_migrate import upgrade

        with app.app_context():
            upgrade(directory=str(PROJECT / "migrations"))
        seed_reference(app)
        disconnect(app)

    database.prepare(fill)
    _spare_the_collector()
    return app


def _spare_the_collector():
    """Let what lives as long as the run not be looked through again and again.

    Measured: a fifth of the time of the tests of `web` went into it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Compiled(BytecodeCache):
    """Templates compiled once per process and language, however many programs there are."""

    def __init__(self):
        self.known = {}

    def get_cache_key(self, name, filename=None):
        from admin_app.web.templating import language

        return f"{language()}:{super().get_cache_key(name, filename)}"

    def load_bytecode(self, bucket):
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket):
        self.known[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def with_templates(app):
    """Let a program take what another one has compiled."""
    app.jinja_env.bytecode_cache = COMPILED
    return app


def seed_reference(app):
    """Load the reference rows that every test may count on."""
    result = app.test_cli_runner().invoke(args=["seed", "reference"])
    if result.exit_code:
        raise RuntimeError(result.output) from result.exception


def disconnect(app):
    """Close every connection of the program to the database."""
    from admin_app.extensions import db

    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture(scope="session")
def staged(built_app, database):
    """The keys of the cast, staged once in a database that `app` starts from."""
    from admin_app.extensions import db
    from tests.cast import keys_of, stage

    disconnect(built_app)
    database.reset()
    with built_app.app_context():
        keys = keys_of(stage(db.session()))
    disconnect(built_app)
    database.keep("cast")
    return keys


@pytest.fixture
def no_kept_lists():
    """No statements are kept, nor will those be that this test makes."""
    from admin_app.views.admin import dashboard
    from admin_app.views.admin.kept import SHELF

    SHELF.clear()
    dashboard.counting.cache_clear()
    yield
    SHELF.clear()
    dashboard.counting.cache_clear()


@pytest.fixture
def app(built_app, database, staged, request):
    """The program in the present; its database holds what every test may count on.

    That is the reference rows, and the cast where a test asks for it.
    """
    from admin_app.web import clock as present

    disconnect(built_app)
    database.reset("cast" if "cast" in request.fixturenames else "")
    present.init_app(built_app)
    yield built_app
    disconnect(built_app)


@pytest.fixture
def make_app(app, settings):
    """Build the program over the same database with other settings."""
    from admin_app import create_app

    made = []

    def make(**changes):
        made.append(with_templates(create_app(settings.model_copy(update=changes))))
        return made[-1]

    yield make
    for other in made:
        disconnect(other)


@pytest.fixture
def client(app):
    """A browser without pages: it keeps cookies and follows no redirect by itself."""
    from tests.browsing import Browser

    return Browser(app, app.response_class)


@pytest.fixture
def cast(db_session, staged):
    """The fixed cast on stage, committed."""
    from tests.cast import call

    return call(db_session, staged)


@pytest.fixture
def db_session(app):
    """A session of the test's own; commit before a `client` is to see its rows."""
    from admin_app.extensions import db

    with app.app_context():
        yield db.session()
        db.session.rollback()


@pytest.fixture
def statements(app):
    """Collect the SQL statements that run inside `with statements() as seen:`."""
    from sqlalchemy import event

    from admin_app.extensions import db

    @contextmanager
    def collect():
        seen = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
                seen.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return collect


@pytest.fixture
def worked_out_anew(built_app):
    """How cells are written is worked out for this test alone, not once a process."""
    from admin_app.views.admin import display

    def forget():
        display._manner.cache_clear()
        for screen in built_app.extensions["admin_screens"]:
            vars(screen).pop("_manners", None)

    forget()
    yield
    forget()


@pytest.fixture
def now():
    """A moment in the year's busy season, the same in every run."""
    return datetime(2025, 11, 18, 10, 30, tzinfo=SHANGHAI)


@pytest.fixture
def clock(now):
    """Stop the process's clock at `now`; move it with `clock.move_to` or `.tick`."""
    with freezegun.freeze_time(now) as frozen:
        yield frozen


@pytest.fixture(scope="session")
def redis_server():
    """The address of a Redis of this process's own."""
    with services.redis() as url:
        yield url


@pytest.fixture
def redis_url(redis_server):
    """The address of an empty Redis."""
    from redis import Redis

    with Redis.from_url(redis_server) as connection:
        connection.flushall()
    return redis_server


@pytest.fixture(scope="session")
def s3_server():
    """The address of an S3-compatible store of this process's own."""
    with services.s3() as url:
        yield url


@pytest.fixture
def s3_storage(s3_server):
    """An empty bucket, told as the two settings that choose it."""
    from fsspec import filesystem

    options = {
        "key": "test",
        "secret": "test",
        "client_kwargs": {"endpoint_url": s3_server},
    }
    bucket = f"bucket-{next(_buckets)}"
    filesystem("s3", skip_instance_cache=True, **options).mkdir(bucket)
    return SimpleNamespace(storage_url=f"s3://{bucket}", storage_options=options)
