"""The program: create_app builds and wires, and decides nothing."""

from typing import Any

from flask import Flask

from admin_app import cli, jobs, views, web
from admin_app.database import (
    engine_options,
    prepare_engine,
    refuse_losing_server,
    replica_options,
)
from admin_app.extensions import db, keyring
from admin_app.replica import attach
from admin_app.web.program import Program
from config.logging import set_up_logging
from config.settings import Settings

__all__ = ["create_app"]

REPLICA = "replica"


def create_app(settings: Settings | None = None) -> Flask:
    """Return the program bound to `settings`; unsafe settings refuse to start."""
    settings = settings or Settings()
    settings.refuse_unsafe()
    set_up_logging(settings)
    app = Program(
        __name__,
        instance_path=str(settings.instance_path.resolve()),
        # web/assets.py serves the built files; sources have no address.
        static_folder=None,
    )
    app.extensions["settings"] = settings
    app.config.from_mapping(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        SQLALCHEMY_BINDS=_binds(settings),
        MAX_CONTENT_LENGTH=settings.max_content_length,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        TESTING=settings.environment == "testing",
    )
    keyring.bind(settings.data_key_ring)
    # Words for scripts are Chinese as they are: a third of the length of escapes.
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            prepare_engine(engine)
        if REPLICA in db.engines:
            replica = db.engines[REPLICA]
            attach(db.engine, replica, patience=settings.replica_patience)
        if settings.is_production:
            refuse_losing_server(db.engine)
    web.init_app(app)
    views.init_app(app)
    jobs.init_app(app)
    cli.init_app(app)
    return app


def _binds(settings: Settings) -> dict[str, dict[str, Any]]:
    url = settings.database_replica_url
    return {REPLICA: {"url": url, **replica_options(settings)}} if url else {}
