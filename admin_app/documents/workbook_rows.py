"""How the rows of a workbook are read; runs inside the limited child process."""

import datetime as dt
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from posixpath import join, normpath
from typing import IO, Any, Final

from defusedxml import ElementTree
from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from admin_app.documents.cell_address import address
from admin_app.documents.workbook_gate import Fault, WorkbookRefused

MOST_ROWS: Final = 100_000
"""Without the first row, which names the columns."""
MOST_COLUMNS: Final = 60
LONGEST_TEXT: Final = 2_000
MOST_NAMED: Final = 5
EXACT: Final = 1e15
"""Whole numbers below are held exactly by a spreadsheet."""
HEAD: Final = struct.Struct(">I")

PIECE: Final = 1 << 20
LONGEST_TAG: Final = 4_096
CELL: Final = re.compile(
    rb"<(?:[\w.-]+:)?c\s[^>]*?\br=[\"']([A-Z]{1,3}[0-9]{1,7})[\"']"
)
FORMULA: Final = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
ERROR: Final = re.compile(rb"<(?:[\w.-]+:)?c\s[^>]*?\bt=[\"']e[\"'][^>]*>")

Value = str | int | float | bool | None


def rows_job(data: bytes) -> bytes:
    """The first sheet's facts as JSON, and its rows packed; or why it is refused."""
    try:
        facts, packed = _packed_rows(data)
    except WorkbookRefused as refused:
        facts, packed = {"fault": refused.fault, "facts": refused.facts}, b""
    head = json.dumps(facts, ensure_ascii=False).encode()
    return HEAD.pack(len(head)) + head + packed


def _packed_rows(data: bytes) -> tuple[dict[str, Any], bytes]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    titles = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet
        and sheet.visible == SheetVisibleEnum.Visible
    ]
    if not titles:
        raise WorkbookRefused(Fault.no_sheet)
    _refuse_computed(data, titles[0])
    sheet = book.get_sheet_by_name(titles[0])
    packer, pieces, count = zlib.compressobj(1), [], 0
    for number, row in read_rows(sheet.to_python(skip_empty_area=False)):
        line = json.dumps([number, row], ensure_ascii=False)
        pieces.append(packer.compress(line.encode() + b"\n"))
        count += 1
    pieces.append(packer.flush())
    return {"title": titles[0], "count": count}, b"".join(pieces)


def read_rows(source: Iterable[list[Any]]) -> Iterator[tuple[int, list[Value]]]:
    """Give each row that holds something, with its number; refuse what is too much."""
    for number, cells in enumerate(source, 1):
        row = [_plain(cell) for cell in cells]
        while row and row[-1] is None:
            row.pop()
        if not row:
            continue
        if number > MOST_ROWS + 1:
            raise WorkbookRefused(Fault.too_many_rows, most=MOST_ROWS)
        if len(row) > MOST_COLUMNS:
            place = address(number, len(row))
            raise WorkbookRefused(Fault.too_many_columns, cell=place, most=MOST_COLUMNS)
        for column, value in enumerate(row, 1):
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                place = address(number, column)
                raise WorkbookRefused(
                    Fault.text_too_long, cell=place, most=LONGEST_TEXT
                )
        yield number, row


def _plain(value: Any) -> Value:
    """What a cell says, with days and times as ISO text; numbers stay numbers."""
    match value:
        case str():
            return value if value.strip() else None
        case float() if value.is_integer() and abs(value) < EXACT:
            return int(value)
        case None | bool() | int() | float():
            return value
        case dt.datetime():
            return value.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            return str(value)


# --- What a value does not tell: that it was computed (IN-02) -----------------------


def _refuse_computed(data: bytes, title: str) -> None:
    """Refuse a sheet with formulas or errors and name their cells, without computing."""
    found: dict[Fault, list[str]] = {Fault.has_formulas: [], Fault.has_errors: []}
    with (
        zipfile.ZipFile(io.BytesIO(data)) as package,
        package.open(_part_of(package, title)) as source,
    ):
        for fault, cell in _computed(source):
            found[fault].append(cell)
            if len(found[fault]) == MOST_NAMED:
                break
    for fault, cells in found.items():
        if cells:
            raise WorkbookRefused(fault, cells="、".join(dict.fromkeys(cells)))


def _computed(source: IO[bytes]) -> Iterator[tuple[Fault, str]]:
    """Each cell that holds a formula or an error, as the sheet is read by pieces."""
    kept, last = b"", "?"
    while piece := source.read(PIECE):
        text = kept + piece
        # A tag that is cut off is looked at together with the next piece.
        end = max(text.rfind(b"<"), len(text) - LONGEST_TAG)
        yield from _computed_in(text, end, last)
        last = _last_cell(text, end, last)
        kept = text[end:]
    yield from _computed_in(kept, len(kept), last)


def _computed_in(text: bytes, end: int, before: str) -> Iterator[tuple[Fault, str]]:
    if b"\0" in text:
        # No encoding that the reader knows, and one in which nothing would be found.
        raise WorkbookRefused(Fault.damaged)
    for match in FORMULA.finditer(text, 0, end):
        yield Fault.has_formulas, _last_cell(text, match.start(), before)
    for match in ERROR.finditer(text, 0, end):
        yield Fault.has_errors, _last_cell(text, match.end(), before)


def _last_cell(text: bytes, end: int, before: str) -> str:
    """The address of the cell that begins last before this place in the text."""
    cells = CELL.findall(text, max(end - LONGEST_TAG, 0), end)
    return cells[-1].decode() if cells else before


def _part_of(package: zipfile.ZipFile, title: str) -> str:
    """The name of the part that holds the sheet of this title."""
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for element in book.iter():
        if element.tag.endswith("}sheet") and element.get("name") == title:
            ids = [v for k, v in element.attrib.items() if k.endswith("}id")]
            target = targets[ids[0]]
            return normpath(join("xl", target)).lstrip("/")
    raise WorkbookRefused(Fault.damaged)
