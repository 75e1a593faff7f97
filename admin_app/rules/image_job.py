"""The job "encode a picture anew" of the limited child: bytes in, bytes out."""

import json
import struct
from typing import Final

from admin_app.rules.attachments import CleanImage, reencode
from admin_app.rules.portraits import SHRUNK_TO

JOB: Final = {
    "image": "admin_app.rules.image_job:reencode_job",
    "turn": "admin_app.rules.image_job:turn_job",
    "portrait": "admin_app.rules.image_job:portrait_job",
}
SECONDS: Final = 10
MEMORY_MB: Final = 512
_HEAD = struct.Struct(">I")


def reencode_job(data: bytes) -> bytes:
    """Return the clean picture behind a head that tells what it is."""
    return _reply(reencode(data))


def turn_job(data: bytes) -> bytes:
    """Return the picture turned by a quarter, clockwise, in the same way."""
    return _reply(reencode(data, is_turned=True))


def portrait_job(data: bytes) -> bytes:
    """Return the picture no larger than a person's photo needs, in the same way."""
    return _reply(reencode(data, within=SHRUNK_TO))


def _reply(clean: CleanImage) -> bytes:
    head = json.dumps([clean.kind, clean.width, clean.height]).encode()
    return _HEAD.pack(len(head)) + head + clean.data


def read_reply(reply: bytes) -> CleanImage:
    """Return what the job made."""
    end = _HEAD.size + _HEAD.unpack_from(reply)[0]
    kind, width, height = json.loads(reply[_HEAD.size : end])
    return CleanImage(reply[end:], kind, width, height)
