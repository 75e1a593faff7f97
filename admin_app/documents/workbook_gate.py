"""What may a file claim to be before anything of it is unpacked (IN-01)?

An .xlsx is a zip: its directory tells of every part how large it is, packed and
unpacked. A directory that lies about a part fails that part's checksum later on.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 20 << 20
MOST_PARTS: Final = 200
MOST_UNPACKED: Final = 300 << 20
MOST_RATIO: Final = 100
ROOMY: Final = 1 << 20
"""A part that small may be packed as tightly as it likes."""

ZIP: Final = b"PK\x03\x04"
OLD_OR_LOCKED: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""The container of .xls, and of an .xlsx that asks for a password."""
END: Final = struct.Struct("<4s4H2LH")
END_MARK: Final = b"PK\x05\x06"
LONGEST_COMMENT: Final = 0xFFFF
FAR_END_MARK: Final = b"PK\x06\x07"
FAR_END_LENGTH: Final = 20
DIRECTORY_BYTES: Final = MOST_PARTS * 512
PACKED: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
LOCKED_BIT: Final = 1

DAMAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(ValueError, OSError, EOFError, RuntimeError),
)
"""What the library raises at a zip that is not whole."""

CONTENTS: Final = "[Content_Types].xml"
LONGEST_CONTENTS: Final = 1 << 20
PROGRAMS: Final = re.compile(r"vbaproject|macro|xl/activex/|ctrlprops/", re.IGNORECASE)
FOREIGN: Final = re.compile(
    r"externallink|ddelink|xl/connections|querytable", re.IGNORECASE
)
EMBEDDED: Final = re.compile(r"xl/embeddings/|oleobject|xl/oleobjects/", re.IGNORECASE)


class Fault(StrEnum):
    """Why a workbook is not read."""

    empty = "empty"
    too_large = "too_large"
    old_or_locked = "old_or_locked"
    no_workbook = "no_workbook"
    damaged = "damaged"
    too_many_parts = "too_many_parts"
    too_much_inside = "too_much_inside"
    has_programs = "has_programs"
    has_foreign_data = "has_foreign_data"
    has_embedded_objects = "has_embedded_objects"
    has_formulas = "has_formulas"
    has_errors = "has_errors"
    no_sheet = "no_sheet"
    too_many_rows = "too_many_rows"
    too_many_columns = "too_many_columns"
    text_too_long = "text_too_long"
    too_much_work = "too_much_work"


class WorkbookRefused(Exception):  # noqa: N818 - as DocumentFailed
    """A workbook is not read; the caller words `fault` and `facts` for people."""

    def __init__(self, fault: Fault, **facts: object) -> None:
        """Keep what is wrong, and where."""
        super().__init__(fault)
        self.fault = fault
        self.facts = facts


def refuse_hostile(data: bytes) -> None:
    """Raise WorkbookRefused for a file that must not be unpacked."""
    if not data:
        raise WorkbookRefused(Fault.empty)
    if len(data) > MOST_BYTES:
        raise WorkbookRefused(Fault.too_large, most=MOST_BYTES >> 20)
    if data.startswith(OLD_OR_LOCKED):
        raise WorkbookRefused(Fault.old_or_locked)
    if not data.startswith(ZIP):
        raise WorkbookRefused(Fault.no_workbook)
    _refuse_directory(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _refuse_parts(package.infolist(), len(data))
            _refuse_contents(package)
    except DAMAGE:
        raise WorkbookRefused(Fault.damaged) from None


def _refuse_directory(data: bytes) -> None:
    """Look at the directory's own length first: reading it costs time and memory."""
    tail = data[-(LONGEST_COMMENT + END.size) :]
    place = tail.rfind(END_MARK)
    if place < 0 or len(tail) - place < END.size:
        raise WorkbookRefused(Fault.damaged)
    _mark, _disk, _start, here, parts, length, _offset, _comment = END.unpack_from(
        tail, place
    )
    before = tail[max(place - FAR_END_LENGTH, 0) : place]
    is_far = before.startswith(FAR_END_MARK)
    if is_far or max(here, parts) > MOST_PARTS or length > DIRECTORY_BYTES:
        raise WorkbookRefused(Fault.too_many_parts, most=MOST_PARTS)


def _refuse_parts(parts: list[zipfile.ZipInfo], length: int) -> None:
    names = {part.filename for part in parts}
    if CONTENTS not in names:
        raise WorkbookRefused(Fault.no_workbook)
    if len(parts) > MOST_PARTS:
        raise WorkbookRefused(Fault.too_many_parts, most=MOST_PARTS)
    _refuse_words(names)
    strange = [p for p in parts if p.compress_type not in PACKED]
    locked = [p for p in parts if p.flag_bits & LOCKED_BIT]
    packed = sum(part.compress_size for part in parts)
    # Two parts of one name, or bytes that several parts share, are made by hand.
    if strange or locked or len(names) < len(parts) or packed > length:
        raise WorkbookRefused(Fault.damaged)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or any(map(_is_bomb, parts)):
        raise WorkbookRefused(Fault.too_much_inside, most=MOST_UNPACKED >> 20)


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    is_roomy = part.file_size <= ROOMY
    return not is_roomy and part.file_size > MOST_RATIO * max(part.compress_size, 1)


def _refuse_contents(package: zipfile.ZipFile) -> None:
    """Read the list of what the parts are, whatever names they hide behind."""
    with package.open(CONTENTS) as source:
        listed = source.read(LONGEST_CONTENTS + 1)
    if len(listed) > LONGEST_CONTENTS:
        raise WorkbookRefused(Fault.damaged)
    _refuse_words([listed.decode("utf-8", "replace")])


def _refuse_words(texts: Iterable[str]) -> None:
    said = "\n".join(texts)
    for words, fault in (
        (PROGRAMS, Fault.has_programs),
        (FOREIGN, Fault.has_foreign_data),
        (EMBEDDED, Fault.has_embedded_objects),
    ):
        if words.search(said):
            raise WorkbookRefused(fault)
