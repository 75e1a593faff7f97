"""Whether an uploaded picture is acceptable, and what of it is kept (IN-03)."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

from PIL import Image, ImageOps

from admin_app.errors import Refused

MAX_ATTACHMENTS = 5
MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 25_000_000
QUOTA_BYTES = 200 * 1024 * 1024
"""What one person's pictures may take up together."""
JPEG_QUALITY = 88

ImageKind = Literal["JPEG", "PNG"]
EXTENSIONS: Final[dict[ImageKind, frozenset[str]]] = {
    "JPEG": frozenset({".jpg", ".jpeg"}),
    "PNG": frozenset({".png"}),
}
_MEBIBYTE = 1024 * 1024
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER_LENGTH = 24
_JPEG_SIGNATURE = b"\xff\xd8\xff"
# Start-of-frame markers carry the size; C4, C8 and CC are tables and extensions.
_START_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN = 0xDA
_STANDALONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
_PROGRAM_SUFFIXES = frozenset(
    [
        ".asp",
        ".aspx",
        ".bat",
        ".cmd",
        ".com",
        ".exe",
        ".htm",
        ".html",
        ".js",
        ".jsp",
        ".php",
        ".phtml",
        ".py",
        ".sh",
        ".svg",
    ]
)


@dataclass(frozen=True)
class ImageFacts:
    """What the header of a picture tells, before anything is decoded."""

    kind: ImageKind
    width: int
    height: int


@dataclass(frozen=True)
class CleanImage:
    """A picture encoded anew: pixels only, without metadata or anything appended."""

    data: bytes
    kind: ImageKind
    width: int
    height: int


def refuse_too_many(count: int) -> None:
    """Refuse more pictures than one record may carry (P18)."""
    if count > MAX_ATTACHMENTS:
        raise Refused(
            "每条记录最多上传 %(max_count)s 个图片，请删去多余的图片。",
            field="attachments",
            max_count=MAX_ATTACHMENTS,
        )


def sniff_image(data: bytes, filename: str) -> ImageFacts:
    """Return what the picture is by its content, or refuse it before decoding."""
    name = refuse_name(filename)
    if len(data) > MAX_BYTES:
        raise _refusal(
            "图片 %(name)s 超过 %(max_megabytes)s MB，请压缩后重新上传。",
            name,
            max_megabytes=MAX_BYTES // _MEBIBYTE,
        )
    facts = read_header(data)
    if facts is None:
        raise _refusal(
            "文件 %(name)s 的内容不是 JPG 或 PNG 图片（改扩展名无效），"
            "请上传原始图片或重新拍照。",
            name,
        )
    if PurePosixPath(name).suffix.lower() not in EXTENSIONS[facts.kind]:
        raise _refusal(
            "文件 %(name)s 的扩展名与内容不符，内容是 %(kind)s 图片，"
            "请改回正确的扩展名后重新上传。",
            name,
            kind=facts.kind,
        )
    if facts.width * facts.height > MAX_PIXELS:
        raise _refusal(
            "图片 %(name)s 为 %(width)s×%(height)s 像素，超过 %(max_pixels)s 万像素，"
            "请缩小后重新上传。",
            name,
            width=facts.width,
            height=facts.height,
            max_pixels=MAX_PIXELS // 10_000,
        )
    return facts


def read_header(data: bytes) -> ImageFacts | None:
    """Return kind and size from the first bytes, None for anything but JPEG and PNG."""
    if data.startswith(_PNG_SIGNATURE):
        return _png_facts(data)
    if data.startswith(_JPEG_SIGNATURE):
        return next(_jpeg_frames(data), None)
    return None


def reencode(
    data: bytes, *, is_turned: bool = False, within: tuple[int, int] | None = None
) -> CleanImage:
    """Return the picture upright and encoded anew, or refuse one that is damaged.

    `is_turned` turns it by a quarter, clockwise; `within` shrinks it, if need be, to
    that width and height.

    Decodes: call it in the limited child process only, after `sniff_image`.
    """
    facts = read_header(data)
    if facts is None or facts.width * facts.height > MAX_PIXELS:
        raise _damaged()
    try:
        with Image.open(io.BytesIO(data), formats=[facts.kind]) as picture:
            # A second header later in the file could still announce a giant.
            if picture.size == (facts.width, facts.height):
                upright = ImageOps.exif_transpose(picture)
                if is_turned:
                    upright = upright.transpose(Image.Transpose.ROTATE_270)
                if within is not None:
                    upright.thumbnail(within)
                return _encode(upright, facts.kind)
    # Decoders raise whatever they like on hand-made bytes; a person reads one sentence.
    except Exception:  # noqa: BLE001
        raise _damaged() from None
    raise _damaged()


def _encode(picture: Image.Image, kind: ImageKind) -> CleanImage:
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    mode = "RGBA" if kind == "PNG" and has_alpha else "RGB"
    # A new picture holds pixels only: no EXIF, no text chunks, no profile.
    clean = Image.new(mode, picture.size)
    clean.paste(picture.convert(mode))
    target = io.BytesIO()
    if kind == "JPEG":
        clean.save(target, "JPEG", quality=JPEG_QUALITY, optimize=True)
    else:
        clean.save(target, "PNG", optimize=True)
    return CleanImage(target.getvalue(), kind, clean.width, clean.height)


def _png_facts(data: bytes) -> ImageFacts | None:
    if len(data) < _PNG_HEADER_LENGTH or data[12:16] != b"IHDR":
        return None
    width, height = struct.unpack(">II", data[16:24])
    return ImageFacts("PNG", width, height) if width and height else None


def _jpeg_frames(data: bytes) -> Iterator[ImageFacts]:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:  # noqa: PLR2004 (every marker begins so)
        marker = data[place + 1]
        if marker == 0xFF or marker in _STANDALONE_MARKERS:  # noqa: PLR2004 (fill byte)
            place += 1 if marker == 0xFF else 2  # noqa: PLR2004 (fill byte)
            continue
        if marker == _START_OF_SCAN:
            return
        if marker in _START_OF_FRAME:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            if width and height:
                yield ImageFacts("JPEG", width, height)
            return
        place += 2 + int.from_bytes(data[place + 2 : place + 4])


def refuse_name(filename: str) -> str:
    """Return the name of an upload, or refuse one that hides what it is."""
    suffixes = {suffix.lower() for suffix in PurePosixPath(filename).suffixes[:-1]}
    is_strange = any(not sign.isprintable() or sign in "/\\" for sign in filename)
    if is_strange or suffixes & _PROGRAM_SUFFIXES:
        raise Refused(
            "文件名不合规范，请改为简单的名称（如 证书.jpg）后重新上传。",
            field="attachments",
        )
    return filename


def _damaged() -> Refused:
    return Refused(
        "图片已损坏，无法打开，请重新拍照或另存后再上传。", field="attachments"
    )


def _refusal(sentence: str, name: str, **values: object) -> Refused:
    return Refused(sentence, field="attachments", name=name, **values)
