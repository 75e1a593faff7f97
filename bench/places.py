"""Where the measured databases live, and the program over them."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from admin_app import create_app
from admin_app.columns import utc_now
from admin_app.extensions import db
from admin_app.operations import counters
from bench.generate import generate
from bench.population import Size
from config.settings import PROJECT, Settings
from seed.load import load_reference
from tools import services

FOLDER = Path(tempfile.gettempdir()) / "continuing-education-bench"
MIGRATIONS = PROJECT / "migrations"
DONE = "generated.json"
# Equal rows in every run: the key of these invented people is no secret.
DATA_KEY = "bench:" + bytes(range(1, 65)).hex()
SERVER = {
    "shared_buffers": "2GB",
    "effective_cache_size": "6GB",
    "random_page_cost": "1.1",
    "work_mem": "16MB",
    "max_wal_size": "8GB",
    "max_connections": "200",
    "autovacuum": "on",
}
"""A modest machine that is set up for its work; fsync stays on."""


def settings_for(url: str) -> Settings:
    """Return the settings of a program over the database at this address."""
    return Settings(
        _env_file=None,
        environment="testing",
        instance_path=FOLDER / "instance",
        database_url=url,
        data_keys=DATA_KEY,
        captcha_enabled=False,
        log_level="WARNING",
    )


def open_app(url: str) -> Flask:
    """Return the program over the database at this address."""
    return create_app(settings_for(url))


def revision() -> str:
    """Return the newest revision of the schema."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    return str(head)


def folder_of(engine: str, size: Size) -> Path:
    """Return where the database of this size and schema is kept."""
    return FOLDER / f"{engine}-{size.people}-{revision()}"


@contextmanager
def opened(database: str, size: Size) -> Iterator[Flask]:
    """Give the program over a kept database of an engine, or over the one at an address."""
    if database in {"sqlite", "postgresql"}:
        with filled(database, size) as app:
            yield app
        return
    app = open_app(database)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def filled(engine: str, size: Size) -> Iterator[Flask]:
    """Give the program over a filled database, which is kept for the next time."""
    folder = folder_of(engine, size)
    is_older = not (folder / DONE).exists() and _adopt(engine, size, folder)
    if not (folder / DONE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    with _serving(engine, folder) as url:
        app = open_app(url)
        if is_older:
            _bring_up_to_date(app)
        elif not (folder / DONE).exists():
            started = time.perf_counter()
            _bring_up_to_date(app)
            rows = generate(url, size)
            taken = {"seconds": round(time.perf_counter() - started), "rows": rows}
            (folder / DONE).write_text(json.dumps(taken))
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@contextmanager
def copied(app: Flask) -> Iterator[str]:
    """Give the address of a copy of the program's database, which is thrown away."""
    with app.app_context():
        address = db.engine.url
        db.session.remove()
        db.engine.dispose()
    if address.get_backend_name() == "sqlite":
        file = Path(str(address.database))
        copy = file.with_name("copy.sqlite3")
        try:
            shutil.copyfile(file, copy)
            yield f"sqlite:///{copy}"
        finally:
            for left in file.parent.glob("copy.sqlite3*"):
                left.unlink()
        return
    server = address.set(drivername="postgresql", database="template1")
    with psycopg.connect(
        server.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        drop = "DROP DATABASE IF EXISTS bench_copy WITH (FORCE)"
        connection.execute(drop)
        connection.execute(
            f'CREATE DATABASE bench_copy TEMPLATE "{address.database}"'
            " STRATEGY file_copy"
        )
        try:
            copy = address.set(database="bench_copy")
            yield copy.render_as_string(hide_password=False)
        finally:
            connection.execute(drop)


def _adopt(engine: str, size: Size, folder: Path) -> bool:
    """Take over the newest database of an earlier schema, if there is one."""
    earlier = sorted(FOLDER.glob(f"{engine}-{size.people}-*/{DONE}"))
    if earlier:
        shutil.rmtree(folder, ignore_errors=True)
        earlier[-1].parent.rename(folder)
    return bool(earlier)


@contextmanager
def _serving(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'database.sqlite3'}"
        return
    with services.postgresql(kept=folder, is_durable=True, options=SERVER) as url:
        yield url


def _bring_up_to_date(app: Flask) -> None:
    """Let a database have the newest schema and reference rows."""
    with app.app_context():
        upgrade(directory=str(MIGRATIONS))
        load_reference(db.session())
        counters.rebuild(db.session(), now=utc_now())
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
