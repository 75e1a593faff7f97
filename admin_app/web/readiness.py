"""May this process be sent people's requests? (RL-06, RL-07)"""

import shutil
from functools import cache
from pathlib import Path
from typing import Final

from flask import current_app
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from admin_app.extensions import db
from admin_app.web import limits
from config.settings import PROJECT, Settings

LEAST_FREE: Final = 0.1
"""So much of the disk is to be free: databases stop in the middle on a full one."""
_REVISION: Final = text("SELECT version_num FROM alembic_version")


def faults() -> list[str]:
    """Return what keeps this process from serving well: nothing, when it is ready.

    Words of ours only: `database`, `schema` (of another version than the program),
    `redis`, `disk` (less than a tenth of the instance folder's is free).
    """
    settings: Settings = current_app.extensions["settings"]
    found = []
    try:
        with db.engine.connect() as connection:
            is_ours = connection.scalar(_REVISION) == _head()
    except SQLAlchemyError:
        found.append("database")
    else:
        found += [] if is_ours else ["schema"]
    try:
        limits.ask_redis()
    except RedisError:
        found.append("redis")
    disk = shutil.disk_usage(_present(settings.instance_path))
    if disk.free < LEAST_FREE * disk.total:
        found.append("disk")
    return found


@cache
def _head() -> str:
    """Return the revision that this program's migrations lead to.

    Their files are numbered: to ask Alembic would take each worker 5 MB.
    """
    files = (PROJECT / "migrations" / "versions").glob("[0-9]*.py")
    return max(file.name.partition("_")[0] for file in files)


def _present(path: Path) -> Path:
    """Return the folder, or the nearest above it that is there."""
    return next(each for each in (path, *path.parents) if each.exists())
