"""The end of the audit log, noted outside the database (AD-04).

A chain alone does not tell that its last lines were cut off, or that the whole database
was put back to an older copy; a note in a file that the database cannot reach does.
"""

import datetime as dt
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin_app.extensions import keyring
from admin_app.models import AuditEntry

LONGEST_LINE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Anchor:
    """The last line of the log at some moment, and how many lines there were."""

    entry_id: int
    count: int
    mac: str


class BrokenAnchors(Exception):  # noqa: N818 (it says what is broken)
    """A line of the file that was not written by this installation."""

    def __init__(self, line: int) -> None:
        """Remember which line."""
        super().__init__(f"line {line} of the anchors was changed")


def head(session: Session) -> Anchor | None:
    """Return the end of the log, None while it is empty."""
    last = session.execute(
        select(AuditEntry.id, AuditEntry.mac).order_by(AuditEntry.id.desc()).limit(1)
    ).one_or_none()
    if last is None:
        return None
    lines = select(func.count(AuditEntry.id)).where(AuditEntry.id <= last.id)
    return Anchor(last.id, session.scalars(lines).one(), last.mac)


def append(path: Path, anchor: Anchor, *, at: dt.datetime) -> bool:
    """Write the anchor to the disk, unless it is the last one already."""
    if anchor == _last(path):
        return False
    body = {"at": at.astimezone(dt.UTC).isoformat(), **asdict(anchor)}
    line = json.dumps({**body, "sign": _sign(keyring.current[1], body)}) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    return True


def read(path: Path) -> list[Anchor]:
    """Return every anchor, oldest first; BrokenAnchors for a line of somebody else's."""
    return list(_parsed(path.read_text("utf-8").splitlines())) if path.exists() else []


def _last(path: Path) -> Anchor | None:
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(file.seek(0, os.SEEK_END) - LONGEST_LINE, 0))
        lines = file.read().decode().splitlines()[-1:]
    return next(iter(_parsed(lines)), None)


def _parsed(lines: Iterable[str]) -> Iterator[Anchor]:
    for number, line in enumerate(lines, start=1):
        try:
            body = json.loads(line)
            sign = body.pop("sign")
            anchor = Anchor(body["entry_id"], body["count"], body["mac"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BrokenAnchors(number) from None
        if not any(_sign(key, body) == sign for key in keyring.keys):
            raise BrokenAnchors(number)
        yield anchor


def _sign(data_key: bytes, body: dict[str, Any]) -> str:
    key = hmac.new(data_key, b"audit anchor", hashlib.sha256).digest()
    text = json.dumps(body, sort_keys=True).encode()
    return hmac.new(key, text, hashlib.sha256).hexdigest()
