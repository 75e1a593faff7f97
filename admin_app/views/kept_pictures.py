"""The pictures that come with a form, kept for this browser while the form is refused.

A browser never sends a chosen file twice by itself: who has to correct a number must not
have to look for their pictures again. What nobody sends in the end is swept after a day.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from flask import request

from admin_app.errors import Refused
from admin_app.rules.attachments import MAX_ATTACHMENTS, refuse_too_many
from admin_app.web.limits import count_one
from admin_app.web.pending_files import forget, pending, remember
from admin_app.web.storage import StoredFile, remove_file, store_image

NAMES: Final = "kept"
"""What the fields of a form are called that name the pictures it kept: by their keys."""
AN_HOUR: Final = 30
"""So many forms of one account keep pictures: nobody fills the storage by mistakes."""
UNKEPT: Final = "图片未保存，请更正后重新选择。"
HOUR: Final = dt.timedelta(hours=1)


class Brought:
    """What a form brings: pictures that were kept for it, and files that are new."""

    def __init__(self, files: Iterable[Any]) -> None:
        """Take the files; nothing is encoded yet."""
        named = map(pending, dict.fromkeys(request.form.getlist(NAMES)))
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

    def keep(self, account_id: int) -> list[Refused]:
        """Keep for the next try what is a picture; return why others are not kept."""
        reasons: list[Refused] = []
        with _noting(reasons):
            refuse_too_many(self.count)
        del self._waiting[max(MAX_ATTACHMENTS - len(self.pictures), 0) :]
        if self._waiting and _is_too_often(account_id):
            self._waiting.clear()
            reasons.append(Refused(UNKEPT, field="attachments"))
        while self._waiting:
            with _noting(reasons):
                self.store()
        remember({picture.key: picture for picture in self.pictures})
        return reasons

    def settle(self) -> None:
        """Forget what a record has now."""
        forget({picture.key for picture in self._kept})

    def drop(self) -> None:
        """Throw away what is new."""
        for picture in self._new:
            remove_file(picture.key)


@contextmanager
def _noting(reasons: list[Refused]) -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        reasons.append(refused)


def _is_too_often(account_id: int) -> bool:
    count, _left = count_one("kept-pictures", str(account_id), HOUR)
    return count > AN_HOUR
