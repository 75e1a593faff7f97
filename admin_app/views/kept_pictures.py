"""The pictures that come with a form, kept for this browser while the form is refused.

A browser never sends a chosen file twice by itself: who has to correct a number must not
have to look for their pictures again. What nobody sends in the end is swept after a day.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from flask import request, session

from admin_app.errors import Refused
from admin_app.rules.attachments import MAX_ATTACHMENTS
from admin_app.web.limits import count_one
from admin_app.web.storage import StoredFile, remove_file, store_image

KEPT: Final = "kept_pictures"
NAMES: Final = "kept"
"""What the fields of a form are called that name the pictures it kept."""
MOST: Final = 20
"""So many pictures of one browser; then the oldest is forgotten."""
AN_HOUR: Final = 30
"""So many forms of one account keep pictures: nobody fills the storage by mistakes."""
HOUR: Final = dt.timedelta(hours=1)


def find_kept(key: str) -> StoredFile | None:
    """Return the picture of that key, if this browser sent it and has not used it."""
    found = _remembered().get(key)
    return StoredFile(**found) if found else None


class Brought:
    """What a form brings: pictures that were kept for it, and files that are new."""

    def __init__(self, files: Iterable[Any]) -> None:
        """Take the files; nothing is encoded yet."""
        named = map(find_kept, dict.fromkeys(request.form.getlist(NAMES)))
        self._kept = [picture for picture in named if picture is not None]
        self._new: list[StoredFile] = []
        self._waiting = list(files)

    @property
    def count(self) -> int:
        """How many there are, whether encoded or not."""
        return len(self.pictures) + len(self._waiting)

    @property
    def pictures(self) -> list[StoredFile]:
        """Those that are stored."""
        return [*self._kept, *self._new]

    def store(self) -> None:
        """Encode and store what is new, or refuse the first that is no picture."""
        while self._waiting:
            self._new.append(store_image(self._waiting.pop(0)))

    def keep(self, account_id: int) -> list[StoredFile]:
        """Keep for the next try what is a picture; return what is kept."""
        if self._waiting:
            count, _left = count_one("kept-pictures", str(account_id), HOUR)
            room = MAX_ATTACHMENTS - len(self.pictures) if count <= AN_HOUR else 0
            del self._waiting[max(room, 0) :]
            while self._waiting:
                with suppress(Refused):
                    self.store()
        told = {picture.key: asdict(picture) for picture in self.pictures}
        if told:
            kept = {**_remembered(), **told}
            session[KEPT] = dict(list(kept.items())[-MOST:])
        return self.pictures

    def settle(self) -> None:
        """Forget what a record has now."""
        _forget({picture.key for picture in self._kept})

    def drop(self) -> None:
        """Throw away what is new."""
        for picture in self._new:
            remove_file(picture.key)


def _remembered() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = session.get(KEPT, {})
    return found


def _forget(keys: Collection[str]) -> None:
    if keys:
        left = {key: each for key, each in _remembered().items() if key not in keys}
        session[KEPT] = left
