"""Workbooks made by hand: legal ones quickly, and hostile ones that no program makes."""

import io
import struct
import zipfile
import zlib
from functools import cache
from xml.sax.saxutils import escape

CONTENTS = "[Content_Types].xml"
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def column(number):
    letters = ""
    while number:
        number, last = divmod(number - 1, 26)
        letters = chr(65 + last) + letters
    return letters


def text(value, place):
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def rows_xml(rows):
    for number, values in enumerate(rows, 1):
        cells = [
            text(value, f"{column(place)}{number}")
            if isinstance(value, str)
            else f'<c r="{column(place)}{number}"><v>{value}</v></c>'
            for place, value in enumerate(values, 1)
        ]
        yield f'<row r="{number}">{"".join(cells)}</row>'


def sheet_xml(body):
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def parts(body="", *, more_types="", strings="", state=""):
    """The parts of a workbook with one sheet called 人员, by name."""
    found = {
        CONTENTS: f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{TYPES}.worksheet+xml"/>'
        f"{more_types}</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>'
        f'<sheet name="人员" sheetId="1" {state} r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/worksheet" '
        'Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{LINKS}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>',
        SHEET: sheet_xml(body),
    }
    return found | ({STRINGS: strings} if strings else {})


def packed(content, *, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as package:
        for name, body in content.items():
            package.writestr(name, body)
    return target.getvalue()


def book(rows, **more):
    """A legal workbook of these rows."""
    return packed(parts("".join(rows_xml(rows)), **more))


def people(count):
    """A legal workbook of so many people in 15 columns, with a first row of names."""
    head = [f"列{number}" for number in range(15)]
    return book([head, *([f"人员{n}", n, *["甲乙丙"] * 13] for n in range(count))])


# --- The bombs of security.md --------------------------------------------------------


def far_corner():
    """A few hundred bytes that claim 17 thousand million cells."""
    body = f'<row r="1">{text("a", "A1")}</row>'
    return packed(parts(body + f'<row r="1048576">{text("z", "XFD1048576")}</row>'))


@cache
def spaces():
    """700 MB of spaces in less than a megabyte."""
    content = parts()
    start, end = content.pop(SHEET).split("</sheetData>")
    target = io.BytesIO(packed(content))
    with (
        zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as package,
        package.open(SHEET, "w") as part,
    ):
        part.write(start.encode())
        for _megabyte in range(700):
            part.write(b" " * (1 << 20))
        part.write(f"</sheetData>{end}".encode())
    return target.getvalue()


def lying_directory():
    """A part that unpacks to 200 times of what the directory says."""
    data = bytearray(packed(parts() | {SHEET: sheet_xml(" " * (50 << 20))}))
    place = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
    struct.pack_into("<L", data, place + 24, 250_000)
    return bytes(data)


def entities():
    """A thousand million laughs."""
    rows = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    strings = (
        f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "ha">{rows}]>'
        f'<sst xmlns="{MAIN}"><si><t>&l9;</t></si></sst>'
    )
    body = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    return packed(parts(body, strings=strings))


def overlapping():
    """A thousand directory entries that all point at the same bytes."""
    kernel = zlib.compress(b"0" * (1 << 20), 9)[2:-4]
    name = b"xl/a.xml"
    crc = zlib.crc32(b"0" * (1 << 20))
    sizes = struct.pack("<3L", crc, len(kernel), 1 << 20)
    local = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0" + sizes
    local += struct.pack("<2H", len(name), 0) + name + kernel
    contents = packed({CONTENTS: parts()[CONTENTS]})
    start = contents.rindex(b"PK\x01\x02")
    first = contents[start : contents.rindex(b"PK\x05\x06")]
    directory = first
    for _number in range(190):
        directory += b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0" + sizes
        directory += struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, start) + name
    end = struct.pack("<4H2LH", 0, 0, 191, 191, len(directory), start + len(local), 0)
    return contents[:start] + local + directory + b"PK\x05\x06" + end


@cache
def many_parts():
    """Sixty thousand empty parts."""
    return packed(parts() | {f"xl/{n}": "" for n in range(60_000)})


@cache
def million_rows():
    """More rows than there are people, each with one letter."""
    body = "".join(
        f'<row r="{n}">{text("a", f"A{n}")}</row>' for n in range(1, 1_000_001)
    )
    return packed(parts(body))


@cache
def repeated_text():
    """One long text that half a million cells refer to."""
    strings = f'<sst xmlns="{MAIN}"><si><t>{"长" * 30_000}</t></si></sst>'
    row = "".join(f'<c r="{column(n)}{{0}}" t="s"><v>0</v></c>' for n in range(1, 51))
    body = "".join(f'<row r="{n}">{row.format(n)}</row>' for n in range(1, 10_001))
    return packed(parts(body, strings=strings))
