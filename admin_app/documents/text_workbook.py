"""A workbook in which everything is text: no formula, no number that loses its digits.

Cells are inline strings of the text format, written as they come (IN-02).
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from admin_app.documents.cell_address import address

TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
SHEET: Final = "xl/worksheets/sheet1.xml"
SIGNS: Final = re.compile(
    # What XML cannot hold, and what a reader would take for such an escape.
    "[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)"
)
LONGEST_TITLE: Final = 31
NOT_IN_TITLES: Final = re.compile(r"[\[\]:*?/\\']")

FRAME: Final = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
    f'<Override PartName="/{SHEET}" ContentType="{TYPES}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
    f'Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{LINKS}/worksheet" '
    'Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{LINKS}/styles" Target="styles.xml"/>'
    "</Relationships>",
    # 49 is the format of text: what is typed into such a cell later stays text too.
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/></border></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/>'
    '<xf numFmtId="49" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>",
}


def text_workbook(title: str, rows: Iterable[Sequence[str]]) -> bytes:
    """The rows on one sheet of this title, the first of them kept in sight.

    The same rows give the same bytes, whenever they are written.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, body in {**FRAME, "xl/workbook.xml": _book(title)}.items():
            package.writestr(_part(name), HEAD + body)
        with package.open(_part(SHEET), "w") as sheet:
            for piece in _sheet(rows):
                sheet.write(piece.encode())
    return target.getvalue()


def _part(name: str) -> zipfile.ZipInfo:
    """Return an entry that tells no time."""
    part = zipfile.ZipInfo(name)
    part.compress_type = zipfile.ZIP_DEFLATED
    return part


def _book(title: str) -> str:
    name = NOT_IN_TITLES.sub(" ", title)[:LONGEST_TITLE].strip() or "Sheet1"
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        f'<sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _sheet(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '</sheetView></sheetViews><cols><col min="1" max="60" width="18" style="1"/>'
        "</cols><sheetData>"
    )
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{address(number, column)}" s="1" t="inlineStr"><is>'
            f'<t xml:space="preserve">{_text(value)}</t></is></c>'
            for column, value in enumerate(row, 1)
            if value
        )
        yield f'<row r="{number}">{cells}</row>'
    yield "</sheetData></worksheet>"


def _text(value: str) -> str:
    return escape(SIGNS.sub(lambda sign: f"_x{ord(sign[0]):04X}_", value))
