"""Uploads: checked, written anew in a limited child, kept where the settings say.

A file is stored before the record that it belongs to is committed. Its key begins with
the day, so that `sweep_orphans` finds what no record claimed without reading all.
"""

import datetime as dt
import hashlib
import re
import secrets
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

import fsspec
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from admin_app.documents.sandbox import DocumentFailed, Sandbox
from admin_app.enums import AttachmentPurpose
from admin_app.errors import Refused
from admin_app.models import Attachment
from admin_app.rules import papers
from admin_app.rules.attachments import MAX_BYTES, CleanImage, sniff_image
from admin_app.rules.image_job import JOB, MEMORY_MB, SECONDS, read_reply
from admin_app.rules.portraits import refuse_unless_portrait
from admin_app.web.clock import now, today
from config.logging import mask
from config.settings import Settings

KEY_BYTES: Final = 16
KEY_FORM: Final = re.compile(r"(\d{8})-([0-9a-f]{32})")
FILE_NAME_LENGTH: Final = 200
SWEPT_DAYS: Final = range(2, 9)
"""How many days ago a swept file came: never less than a whole day."""
MEDIA_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png"}
PDF: Final = "application/pdf"

_darkroom = Sandbox(JOB, seconds=SECONDS, memory_mb=MEMORY_MB)
_copier = Sandbox(papers.JOB, seconds=papers.SECONDS, memory_mb=papers.MEMORY_MB)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A picture or PDF in the storage that no record has claimed yet."""

    key: str
    file_name: str
    media_type: str
    size: int
    width: int
    height: int
    sha256: str

    def claim(
        self,
        *,
        purpose: AttachmentPurpose,
        uploaded_by_id: int | None,
        uploaded_at: dt.datetime,
    ) -> Attachment:
        """Return the row of this picture; the caller gives it its record."""
        return Attachment(
            purpose=purpose,
            uploaded_by_id=uploaded_by_id,
            uploaded_at=uploaded_at,
            **asdict(self),
        )


def stored_image(row: Attachment) -> StoredFile:
    """Return what a row says of its picture."""
    return StoredFile(
        key=row.key,
        file_name=row.file_name,
        media_type=row.media_type,
        size=row.size,
        width=row.width,
        height=row.height,
        sha256=row.sha256,
    )


def keep_image(
    upload: FileStorage, *, purpose: AttachmentPurpose, uploaded_by_id: int | None
) -> Attachment:
    """Store the picture and return its row, not yet added; refuse what is none."""
    return store_image(upload).claim(
        purpose=purpose, uploaded_by_id=uploaded_by_id, uploaded_at=now()
    )


def store_image(upload: FileStorage) -> StoredFile:
    """Store the picture as pixels only (IN-03), or refuse it in a sentence."""
    data, name = _taken_in(upload)
    return _kept(_develop(data), name)


def store_portrait(upload: FileStorage) -> StoredFile:
    """Store a person's photo in the same way, no larger than is needed."""
    data, name = _taken_in(upload)
    clean = _develop(data, job="portrait")
    # Only a picture that stands upright tells which way it stands.
    refuse_unless_portrait(clean.width, clean.height)
    return _kept(clean, name)


def store_paper(upload: FileStorage) -> StoredFile:
    """Store a PDF written anew, or refuse it in a sentence."""
    file_name = upload.filename or ""
    data = _read(upload)
    papers.sniff_paper(data, file_name)
    try:
        verdict, clean = papers.read_reply(_copier.run("paper", data))
    except DocumentFailed as failed:
        _refuse_busy(failed)
        verdict, clean = "damaged", b""
    papers.refuse_verdict(verdict, file_name)
    return _stored(clean, PDF, _shortened(mask(file_name)))


def _taken_in(upload: FileStorage) -> tuple[bytes, str]:
    """Return the bytes of an acceptable picture, and its name to keep."""
    file_name = upload.filename or ""
    data = _read(upload)
    sniff_image(data, file_name)
    # People call the picture of a card by its number.
    return data, _shortened(mask(file_name))


def _read(upload: FileStorage) -> bytes:
    # One byte more than allowed tells that it is too much.
    with closing(upload):
        return upload.stream.read(MAX_BYTES + 1)


def turn_image(stored: StoredFile) -> StoredFile:
    """Store the picture once more, turned by a quarter; the old file stays."""
    data = open_file(stored.key)
    if data is None:
        raise FileNotFoundError
    return _kept(_develop(data, job="turn"), stored.file_name)


def _kept(clean: CleanImage, file_name: str) -> StoredFile:
    stored = _stored(clean.data, MEDIA_TYPES[clean.kind], file_name)
    return replace(stored, width=clean.width, height=clean.height)


def _stored(data: bytes, media_type: str, file_name: str) -> StoredFile:
    key = f"{today():%Y%m%d}-{secrets.token_hex(KEY_BYTES)}"
    _write(key, data)
    return StoredFile(
        key=key,
        file_name=file_name,
        media_type=media_type,
        size=len(data),
        width=0,
        height=0,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def open_file(key: str) -> bytes | None:
    """Return the stored bytes, None where there is no such file."""
    files, root = _storage()
    try:
        content: bytes = files.cat_file(_place(root, key))
    except FileNotFoundError:
        return None
    return content


def copy_image(stored: StoredFile) -> StoredFile:
    """Store the same picture once more, for a record of its own."""
    data = open_file(stored.key)
    if data is None:
        raise FileNotFoundError
    key = f"{today():%Y%m%d}-{secrets.token_hex(KEY_BYTES)}"
    _write(key, data)
    return replace(stored, key=key)


def remove_file(key: str) -> None:
    """Take a file out of the storage; one that is gone already is fine."""
    files, root = _storage()
    try:
        files.rm_file(_place(root, key))
    except FileNotFoundError:
        return


def sweep_orphans(session: Session, *, today: dt.date) -> int:
    """Remove files of the days before yesterday, for a week, that no record claims (PR-09).

    Return how many.
    """
    files, root = _storage()
    removed = 0
    for age in SWEPT_DAYS:
        day = today - dt.timedelta(days=age)
        folder = f"{root}/{_day_folder(f'{day:%Y%m%d}')}"
        if not files.exists(folder):
            continue
        keys = {
            key
            for path in files.ls(folder, detail=False)
            if (key := _key_of(path)) is not None
        }
        claimed = set(
            session.scalars(select(Attachment.key).where(Attachment.key.in_(keys)))
        )
        for key in keys - claimed:
            remove_file(key)
            removed += 1
    return removed


def _develop(data: bytes, job: str = "image") -> CleanImage:
    try:
        return read_reply(_darkroom.run(job, data))
    except DocumentFailed as failed:
        _refuse_busy(failed)
        raise Refused(
            "图片已损坏，无法打开，请重新拍照或另存后再上传。", field="attachments"
        ) from None


def _refuse_busy(failed: DocumentFailed) -> None:
    if failed.reason == "busy":
        raise Refused("当前上传的人较多，请稍候再试。", field="attachments") from None


def _shortened(file_name: str) -> str:
    name = PurePosixPath(file_name)
    return name.stem[: FILE_NAME_LENGTH - len(name.suffix)] + name.suffix


def _storage() -> tuple[Any, str]:
    settings: Settings = current_app.extensions["settings"]
    scheme = urlsplit(settings.storage_url).scheme or "file"
    options: dict[str, Any] = dict(settings.storage_options)
    if scheme == "file":
        options["auto_mkdir"] = True
    files, root = fsspec.core.url_to_fs(settings.storage_url, **options)
    return files, str(root)


def _write(key: str, data: bytes) -> None:
    """Write the file so that it is there whole or not at all."""
    files, root = _storage()
    place = _place(root, key)
    if "file" not in _protocols(files):
        # An object store shows an object only when it is complete.
        files.pipe_file(place, data)
        return
    draft = f"{place}.part"
    files.pipe_file(draft, data)
    files.mv(draft, place)


def _protocols(files: Any) -> tuple[str, ...]:
    protocol = files.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)


def _place(root: str, key: str) -> str:
    match = KEY_FORM.fullmatch(key)
    if match is None:
        raise FileNotFoundError
    return f"{root}/{_day_folder(match[1])}/{match[2]}"


def _day_folder(day: str) -> str:
    return f"{day[:4]}/{day[4:6]}/{day[6:8]}"


def _key_of(path: str) -> str | None:
    parts = PurePosixPath(path).parts[-4:]
    key = f"{''.join(parts[:3])}-{parts[3]}" if len(parts) == 4 else ""  # noqa: PLR2004 (year, month, day, name)
    return key if KEY_FORM.fullmatch(key) else None
