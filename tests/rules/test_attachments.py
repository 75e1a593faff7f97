"""Pictures: judged by content before decoding, kept without anything but pixels."""

import io
import pickle
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from admin_app.errors import Refused
from admin_app.rules.attachments import (
    MAX_BYTES,
    ImageFacts,
    reencode,
    refuse_too_many,
    sniff_image,
)

ORIENTATION = 0x0112
SCRIPT = b"<script>alert(1)</script>"


def encoded(kind, size=(30, 20), mode="RGB", **options):
    target = io.BytesIO()
    Image.new(mode, size, "white").save(target, kind, **options)
    return target.getvalue()


def png_claiming(width, height):
    """Return a small file whose header announces a giant."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk


JPEG = encoded("JPEG")
PNG = encoded("PNG")


@pytest.mark.parametrize(
    ("filename", "data", "facts"),
    [
        ("证书.jpg", JPEG, ImageFacts("JPEG", 30, 20)),
        ("2026.05.01 证书.JPEG", JPEG, ImageFacts("JPEG", 30, 20)),
        (
            "progressive.jpg",
            encoded("JPEG", progressive=True),
            ImageFacts("JPEG", 30, 20),
        ),
        ("证书.png", PNG, ImageFacts("PNG", 30, 20)),
        ("full size.png", png_claiming(5000, 5000), ImageFacts("PNG", 5000, 5000)),
    ],
)
def test_picture_is_known_by_its_content(filename, data, facts):
    assert sniff_image(data, filename) == facts


@pytest.mark.parametrize(
    ("word", "filename", "data"),
    [
        ("renamed text", "a.jpg", b"not a picture at all"),
        ("renamed gif", "a.png", encoded("GIF")),
        ("renamed png", "a.jpg", PNG),
        ("svg", "a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("html as png", "a.png", SCRIPT),
        ("pdf", "a.pdf", b"%PDF-1.7"),
        ("empty", "a.png", b""),
        ("header cut off", "a.png", PNG[:20]),
        ("jpeg cut off", "a.jpg", JPEG[:20]),
        ("giant", "a.png", png_claiming(12_000, 12_000)),
        ("one row too many", "a.png", png_claiming(5000, 5001)),
        ("no extension", "picture", PNG),
        ("double extension", "a.php.png", PNG),
        ("NUL in the name", "a.php\x00.png", PNG),
        ("path", "../../a.png", PNG),
        ("too heavy", "a.png", PNG + b"\0" * MAX_BYTES),
    ],
)
def test_file_that_is_no_acceptable_picture_is_refused(word, filename, data):
    with pytest.raises(Refused) as refusal:
        sniff_image(data, filename)

    assert refusal.value.field == "attachments", word
    assert str(refusal.value).endswith("。")


def test_record_carries_five_pictures_and_no_sixth():
    refuse_too_many(5)

    with pytest.raises(Refused):
        refuse_too_many(6)


def test_kept_picture_is_upright_and_holds_no_metadata():
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[0x010E] = SCRIPT.decode()
    data = encoded("JPEG", exif=exif.tobytes(), comment=SCRIPT) + SCRIPT

    clean = reencode(data)

    with Image.open(io.BytesIO(clean.data)) as picture:
        assert dict(picture.getexif()) == {}
        assert (picture.format, picture.size) == ("JPEG", (20, 30))
    assert (clean.kind, clean.width, clean.height) == ("JPEG", 20, 30)
    assert SCRIPT in data
    assert SCRIPT not in clean.data


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_kept_png_holds_pixels_only(mode):
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SCRIPT.decode())
    data = encoded("PNG", mode=mode, pnginfo=notes) + SCRIPT

    clean = reencode(data)

    assert (clean.kind, clean.width, clean.height) == ("PNG", 30, 20)
    assert SCRIPT not in clean.data
    assert pickle.loads(pickle.dumps(clean)) == clean


@given(
    place=st.integers(0, len(JPEG) - 1),
    length=st.integers(0, 8),
    noise=st.binary(max_size=8),
)
def test_damaged_picture_is_kept_clean_or_refused_in_words(place, length, noise):
    data = JPEG[:place] + noise + JPEG[place + length :]

    try:
        clean = reencode(data)
        outcome = clean.width * clean.height <= 25_000_000
    except Refused as refusal:
        outcome = str(refusal).endswith("。")

    assert outcome


def test_second_header_that_announces_a_giant_is_refused():
    giant = png_claiming(12_000, 12_000)[8:]
    data = PNG[:33] + giant + PNG[33:]

    with pytest.raises(Refused):
        reencode(data)


@pytest.mark.parametrize(
    "data", [b"", SCRIPT, png_claiming(12_000, 12_000), JPEG[:200]], ids=len
)
def test_file_that_cannot_be_decoded_is_refused_in_words(data):
    with pytest.raises(Refused) as refusal:
        reencode(data)

    assert refusal.value.field == "attachments"


def test_jpeg_header_is_found_behind_fill_bytes():
    data = JPEG[:2] + b"\xff\xff" + JPEG[2:]

    assert sniff_image(data, "a.jpg") == ImageFacts("JPEG", 30, 20)
