"""Where the measured databases live, and the program over them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from admin_app import create_app
from config.settings import Settings
from tools import services

FOLDER = Path(tempfile.gettempdir()) / "continuing-education-bench"
# Equal rows in every run: the key of these invented people is no secret.
DATA_KEY = "bench:" + bytes(range(1, 65)).hex()


def open_app(url: str) -> Flask:
    """Return the program over the database at this address."""
    return create_app(
        Settings(
            _env_file=None,
            environment="testing",
            instance_path=FOLDER / "instance",
            database_url=url,
            data_keys=DATA_KEY,
            captcha_enabled=False,
            log_level="WARNING",
        )
    )


@contextmanager
def filled(engine: str, size: str) -> Iterator[Flask]:
    """Give the program over a filled database; SQLite's file is kept for next time."""
    # generate.py opens databases too.
    from bench.generate import SIZES, generate  # noqa: PLC0415

    FOLDER.mkdir(exist_ok=True)
    if engine == "sqlite":
        file = FOLDER / f"{size}.sqlite3"
        app = open_app(f"sqlite:///{file}")
        if not file.exists():
            generate(app, SIZES[size])
        yield app
        return
    with services.postgresql() as url:
        app = open_app(url)
        generate(app, SIZES[size])
        yield app
