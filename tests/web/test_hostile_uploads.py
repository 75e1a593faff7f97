"""Files that are not what they say, through the real door of an upload (IN-03)."""

import io
import random
import struct
import zlib

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage

from admin_app.errors import Refused
from admin_app.web.storage import open_file, store_image

SCRIPT = b"<script>alert(1)</script>"
MUTANTS = 25


def saved(kind, size=(60, 40), **options):
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind, **options)
    return target.getvalue()


def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(width, height, *more):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IEND", b"")


BAD = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "a.png"),
    "html": (b"<!doctype html>" + SCRIPT, "a.jpg"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run", "a.jpg"),
    "gif with a program": (b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)", "a.png"),
    "gif": (saved("GIF"), "a.png"),
    "bitmap": (saved("BMP"), "a.jpg"),
    "tiff": (saved("TIFF"), "a.jpg"),
    "webp": (saved("WEBP"), "a.png"),
    "pdf": (b"%PDF-1.7\n1 0 obj", "a.jpg"),
    "zip": (b"PK\x03\x04" + b"\0" * 60, "a.jpg"),
    "empty": (b"", "a.jpg"),
    "header only": (b"\xff\xd8\xff\xe0", "a.jpg"),
    "cut off": (saved("JPEG", (400, 400))[:-2000], "a.jpg"),
    "bomb by its header": (png(12000, 12000), "a.png"),
    "bomb of zeros": (
        png(4900, 4900, chunk(b"IDAT", zlib.compress(b"\0" * 1000))),
        "a.png",
    ),
    "text bomb": (
        png(10, 10, *[chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 9**7))] * 20),
        "a.png",
    ),
    "negative size": (png(0, 0), "a.png"),
    "too long": (saved("JPEG") + b"\0" * 5 * 1024 * 1024, "a.jpg"),
}


@pytest.fixture
def context(app):
    with app.test_request_context():
        yield app


def keep(data, name="a.jpg"):
    return store_image(FileStorage(io.BytesIO(data), filename=name))


@pytest.mark.requirement("IN-03")
@pytest.mark.parametrize("case", BAD)
def test_bad_file_is_refused_and_the_next_one_is_taken(context, case):
    data, name = BAD[case]

    with pytest.raises(Refused):
        keep(data, name)

    assert keep(saved("JPEG")).width == 60


POLYGLOTS = {
    "script behind": (saved("JPEG") + SCRIPT, "a.jpg"),
    "script in the comment": (saved("JPEG", comment=SCRIPT), "a.jpg"),
    "page behind a png": (saved("PNG") + b"<!doctype html>" + SCRIPT, "a.png"),
    "script in a text chunk": (
        saved("PNG")[:33] + chunk(b"tEXt", b"Comment\0" + SCRIPT) + saved("PNG")[33:],
        "a.png",
    ),
    "zip behind": (saved("JPEG") + b"PK\x05\x06" + SCRIPT, "a.jpg"),
}


@pytest.mark.requirement("IN-03")
@pytest.mark.parametrize("case", POLYGLOTS)
def test_polyglot_is_kept_as_pixels_only(context, case):
    data, name = POLYGLOTS[case]

    kept = open_file(keep(data, name).key)

    assert SCRIPT in data
    assert b"script" not in kept
    assert b"PK\x05\x06" not in kept


@pytest.mark.requirement("IN-03")
def test_mutated_picture_is_refused_or_becomes_a_clean_one(context):
    dice, whole, verdicts = random.Random(7), saved("JPEG", (200, 100)), set()

    for _ in range(MUTANTS):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 12)):
            data[dice.randrange(2, len(data))] = dice.randrange(256)
        try:
            kept = open_file(keep(bytes(data)).key)
        except Refused:
            verdicts.add("refused")
        else:
            verdicts.add(Image.open(io.BytesIO(kept)).format)

    assert verdicts <= {"refused", "JPEG"}


@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize("case", BAD)
def test_upload_form_answers_a_bad_file_with_a_page(client, case):
    data, name = BAD[case]

    answer = client.post(
        "/register/unit/employer",
        data={"name": "第三中学", "scan": (io.BytesIO(data), name)},
    )

    assert answer.status_code == 400


def test_picture_kept_as_it_came_is_found(context, monkeypatch):
    """What a storage without the darkroom would hold."""
    data = POLYGLOTS["script behind"][0]
    clean = store_image.__globals__["_develop"](saved("JPEG"))
    monkeypatch.setitem(
        store_image.__globals__,
        "_develop",
        lambda raw: clean.__class__(
            **{name: getattr(clean, name) for name in clean.__dataclass_fields__}
            | {"data": raw}
        ),
    )

    assert b"script" in open_file(keep(data).key)
