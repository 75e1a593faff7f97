"""Uploaded workbooks: hostile ones are refused, legal ones are read (IN-01, IN-02)."""

import datetime as dt
import io
import random
import subprocess
import sys
import zipfile

import pytest
from openpyxl import Workbook

from admin_app.documents import workbook_gate
from admin_app.documents.workbook_gate import Fault, WorkbookRefused, refuse_hostile
from admin_app.documents.workbooks import read_sheet
from admin_app.operations.workbooks import SENTENCES
from config.settings import PROJECT
from tests.documents import books

IN01 = pytest.mark.requirement("IN-01")
IN02 = pytest.mark.requirement("IN-02")
MUTANTS = 200
CHANCE = random.Random(4711)

# How each bomb is stopped: by its directory, or by the limits of the child.
BOMBS = {
    "far corner": (books.far_corner, "child", Fault.too_much_work),
    "spaces": (books.spaces, "gate", Fault.too_much_inside),
    "lying directory": (books.lying_directory, "child", Fault.damaged),
    "entities": (books.entities, "child", Fault.damaged),
    "overlapping parts": (books.overlapping, "gate", Fault.damaged),
    "many parts": (books.many_parts, "gate", Fault.too_many_parts),
    "million rows": (books.million_rows, "child", Fault.too_many_rows),
    "repeated text": (books.repeated_text, "child", Fault.too_much_work),
}


def fault_of(act, data):
    try:
        act(data)
    except WorkbookRefused as refused:
        return refused.fault
    return None


def values(data):
    return [row for _number, row in read_sheet(data).rows()]


@IN01
@pytest.mark.parametrize("case", BOMBS)
def test_bomb_is_refused_and_the_next_file_is_read(case):
    make, where, fault = BOMBS[case]
    data = make()

    found = fault_of(refuse_hostile, data), fault_of(read_sheet, data)

    assert found == (fault if where == "gate" else None, fault)
    assert values(books.book([["姓名"], ["王老师"]])) == [["姓名"], ["王老师"]]


def typed(kind):
    return f'<Override PartName="/xl/x.bin" ContentType="application/vnd.{kind}"/>'


def with_part(name):
    return books.packed(books.parts() | {name: "x"})


HOSTILE = {
    "nothing": (b"", Fault.empty),
    "too large": (b"PK\x03\x04" + bytes(workbook_gate.MOST_BYTES), Fault.too_large),
    "old or locked": (workbook_gate.OLD_OR_LOCKED + bytes(600), Fault.old_or_locked),
    "text": ("姓名,身份证".encode(), Fault.no_workbook),
    "web page": (b"<html><table></table></html>", Fault.no_workbook),
    "zip of something else": (books.packed({"a.txt": "x"}), Fault.no_workbook),
    "document": (
        books.packed({"[Content_Types].xml": "", "word/document.xml": ""}),
        Fault.damaged,
    ),
    "directory cut off": (books.book([["a"]])[:-40], Fault.damaged),
    "packed by bzip2": (
        books.packed(books.parts(), method=zipfile.ZIP_BZIP2),
        Fault.damaged,
    ),
    "packed by lzma": (
        books.packed(books.parts(), method=zipfile.ZIP_LZMA),
        Fault.damaged,
    ),
    "macro": (with_part("xl/vbaProject.bin"), Fault.has_programs),
    "macro in capitals": (with_part("XL/VBAPROJECT.BIN"), Fault.has_programs),
    "macro by another name": (
        books.book([], more_types=typed("ms-office.vbaProject")),
        Fault.has_programs,
    ),
    "control": (with_part("xl/activeX/activeX1.xml"), Fault.has_programs),
    "external link": (
        with_part("xl/externalLinks/externalLink1.xml"),
        Fault.has_foreign_data,
    ),
    "external link by another name": (
        books.book([], more_types=typed("spreadsheetml.externalLink+xml")),
        Fault.has_foreign_data,
    ),
    "connection": (with_part("xl/connections.xml"), Fault.has_foreign_data),
    "embedded object": (
        with_part("xl/embeddings/oleObject1.bin"),
        Fault.has_embedded_objects,
    ),
    "embedded object by another name": (
        books.book([], more_types=typed("openxmlformats-officedocument.oleObject")),
        Fault.has_embedded_objects,
    ),
}


@IN01
@pytest.mark.parametrize("case", HOSTILE)
def test_what_a_workbook_must_not_hold_is_refused(case):
    data, fault = HOSTILE[case]

    assert fault_of(read_sheet, data) == fault


def test_gate_without_its_numbers_is_found(monkeypatch):
    for name in ("MOST_PARTS", "MOST_UNPACKED", "MOST_RATIO", "DIRECTORY_BYTES"):
        monkeypatch.setattr(workbook_gate, name, 1 << 40)
    passed = [
        case
        for case, (make, where, _fault) in BOMBS.items()
        if where == "gate" and fault_of(refuse_hostile, make()) is None
    ]

    assert passed == ["spaces", "many parts"]


def mutants():
    rows = [["姓名", "身份证号码", "学时"], *([f"人员{n}", "x", n] for n in range(40))]
    legal = books.book(rows)
    for _number in range(MUTANTS):
        data = bytearray(legal)
        for _byte in range(CHANCE.choice([1, 2, 8, 64])):
            data[CHANCE.randrange(len(data))] = CHANCE.randrange(256)
        yield bytes(data)


@IN01
def test_mutated_file_is_read_or_refused_in_words():
    faults = [fault_of(read_sheet, data) for data in mutants()]

    assert set(faults) <= {None, *SENTENCES}
    assert faults.count(Fault.damaged) > MUTANTS // 4
    assert values(books.book([["王老师"]])) == [["王老师"]]


LIMITS = {
    "most columns": ([["a"] * 60], None),
    "a column more": ([["a"] * 61], Fault.too_many_columns),
    "longest text": ([["字" * 2_000]], None),
    "a letter more": ([["字" * 2_001]], Fault.text_too_long),
}


@IN01
@pytest.mark.parametrize("case", LIMITS)
def test_extent_is_limited(case):
    rows, fault = LIMITS[case]

    assert fault_of(read_sheet, books.book(rows)) == fault


@IN01
def test_hundred_thousand_rows_are_read_and_one_more_is_refused():
    legal, longer = books.people(100_000), books.people(100_001)

    sheet = read_sheet(legal)
    last = list(sheet.rows())[-1]

    assert sheet.count == 100_001
    assert last == (100_001, ["人员99999", 99_999, *["甲乙丙"] * 13])
    assert fault_of(read_sheet, longer) == Fault.too_many_rows


MEASURE = """
import re, sys
from pathlib import Path
from admin_app.documents.workbooks import read_sheet
from admin_app.documents.workbook_gate import WorkbookRefused

def status(name):
    text = Path("/proc/self/status").read_text()
    return int(re.search(rf"{name}:\\s+(\\d+)", text)[1]) << 10

before = status("VmRSS")
for name in sys.argv[1:]:
    data = Path(name).read_bytes()
    try:
        for _row in read_sheet(data).rows():
            pass
    except WorkbookRefused:
        pass
print(before, status("VmHWM"))
"""


@IN01
def test_the_process_that_takes_files_hardly_grows(tmp_path):
    makers = [make for make, _where, _fault in BOMBS.values()]
    makers.remove(books.million_rows)  # as the legal one, only longer
    for number, make in enumerate([*makers, lambda: books.people(100_000)]):
        (tmp_path / f"{number}.xlsx").write_bytes(make())
    names = sorted(map(str, tmp_path.glob("*.xlsx")))

    told = subprocess.run(
        [sys.executable, "-c", MEASURE, *names],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
    ).stdout
    before, most = map(int, told.split())

    assert most - before < 50 << 20


# --- What is read --------------------------------------------------------------------


def saved(fill):
    """A workbook as openpyxl writes it."""
    made = Workbook()
    fill(made)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def test_values_keep_their_kind():
    row = [
        "410102199605188032",
        410102199605188,
        24,
        1.5,
        True,
        None,
        dt.date(1990, 1, 5),
        dt.datetime(2025, 3, 1, 8, 30),
        " 王 ",
        "\u3000",
    ]

    read = values(saved(lambda made: made.active.append([*row, "末"])))

    assert read == [
        [
            "410102199605188032",
            410102199605188,
            24,
            1.5,
            True,
            None,
            "1990-01-05",
            "2025-03-01 08:30:00",
            " 王 ",
            None,
            "末",
        ]
    ]


def test_rows_keep_their_number_and_blank_ones_are_left_out():
    rows = [["姓名"], [None], ["王老师"], ["  "]]

    def fill(made):
        for row in rows:
            made.active.append(row)

    assert list(read_sheet(saved(fill)).rows()) == [(1, ["姓名"]), (3, ["王老师"])]


def test_first_visible_sheet_is_read():
    def fill(made):
        made.active.sheet_state = "hidden"
        made.create_sheet("人员").append(["王老师"])

    sheet = read_sheet(saved(fill))

    assert (sheet.title, [row for _n, row in sheet.rows()]) == ("人员", [["王老师"]])


def test_workbook_that_shows_no_sheet_is_refused():
    hidden = books.packed(books.parts(state='state="hidden"'))

    assert fault_of(read_sheet, hidden) == Fault.no_sheet


def formula_at(place, formula="1+1", prefix=""):
    start, end = f"<{prefix}f>", f"</{prefix}f>"
    cell = f'<c r="{place}">{start}{formula}{end}<v>2</v></c>'
    return f'<row r="1">{books.text("a", "A1")}{cell}</row>'


FORMULAS = {
    "sum": (formula_at("B1", "SUM(A1:A9)"), "B1"),
    "command": (formula_at("C7", "cmd|&apos;/C calc&apos;!A0"), "C7"),
    "web request": (formula_at("AA1", "WEBSERVICE(&quot;http://x&quot;)"), "AA1"),
    "prefixed": (formula_at("B1", prefix="x:"), "B1"),
    "shared": ('<row r="2"><c r="B2"><f t="shared" si="0"/><v>1</v></c></row>', "B2"),
    "several": (formula_at("B1") + formula_at("C1"), "B1、C1"),
    "many": ("".join(formula_at(f"B{n}") for n in range(1, 99)), "B1、B2、B3、B4、B5"),
    "deep in the sheet": (
        "".join(books.rows_xml([[CHANCE.randbytes(450).hex()] for _n in range(3_000)]))
        + formula_at("D3001"),
        "D3001",
    ),
}


@IN02
@pytest.mark.parametrize("case", FORMULAS)
def test_formula_is_refused_with_its_cell(case):
    body, cells = FORMULAS[case]

    with pytest.raises(WorkbookRefused) as refused:
        read_sheet(books.packed(books.parts(body)))

    assert refused.value.fault == Fault.has_formulas
    assert refused.value.facts == {"cells": cells}


@IN02
def test_formula_in_another_encoding_is_not_overlooked():
    body = books.sheet_xml(formula_at("B1")).replace("1.0", '1.0" encoding="UTF-16')
    parts = books.parts() | {books.SHEET: body.encode("utf-16")}

    assert fault_of(read_sheet, books.packed(parts)) == Fault.damaged


@IN02
def test_text_that_looks_like_a_formula_stays_text():
    assert values(books.book([["=1+1", "<f>", "@SUM(A1)"]])) == [
        ["=1+1", "<f>", "@SUM(A1)"]
    ]


def test_error_is_refused_with_its_cell():
    body = '<row r="1"><c r="B1" t="e"><v>#N/A</v></c></row>'

    with pytest.raises(WorkbookRefused) as refused:
        read_sheet(books.packed(books.parts(body)))

    assert (refused.value.fault, refused.value.facts) == (
        Fault.has_errors,
        {"cells": "B1"},
    )


def test_every_fault_has_a_sentence():
    assert set(SENTENCES) == set(Fault)
