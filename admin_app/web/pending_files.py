"""Pictures that a browser has sent and no record has yet: its session knows them."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any, Final

from flask import session

from admin_app.web.storage import StoredFile

PENDING: Final = "pending_files"
MOST: Final = 20
"""So many of one browser; then the oldest is forgotten, and swept."""


def pending(name: str) -> StoredFile | None:
    """Return this browser's picture of a name."""
    found = _known().get(name)
    return StoredFile(**found) if found else None


def find_pending(key: str) -> StoredFile | None:
    """Return this browser's picture by its key in the storage."""
    found = (StoredFile(**each) for each in _known().values() if each["key"] == key)
    return next(found, None)


def remember(files: Mapping[str, StoredFile]) -> None:
    """Know pictures by these names, in place of those that had them."""
    if files:
        told = {name: asdict(file) for name, file in files.items()}
        session[PENDING] = dict(list({**_known(), **told}.items())[-MOST:])


def forget(names: Collection[str]) -> None:
    """Forget pictures that a record has now, or that are gone."""
    known = _known()
    if not known.keys().isdisjoint(names):
        session[PENDING] = {name: known[name] for name in known if name not in names}


def _known() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = session.get(PENDING, {})
    return found
