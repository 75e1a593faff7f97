"""A written workbook holds text only, and the text that was given (IN-02)."""

import io
import zipfile

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from admin_app.documents.text_workbook import SHEET, text_workbook
from admin_app.documents.workbooks import read_sheet

IN02 = pytest.mark.requirement("IN-02")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
LOOKS_SPECIAL = st.sampled_from(
    [
        *("=1+1", "@x", "+1", "-1", "＝1", "<f>1</f>", "]]>", "&amp;", "&lt;f&gt;"),
        *("_x000D_", "_x0041_", "\t", "a\nb", "a\rb", "\x00", "\x1b[2J", " 前后 "),
        *("0123", "1E5", "410102199605188032", "TRUE", "#N/A", "2025-01-01"),
    ]
)
ROWS = st.lists(st.lists(TEXTS | LOOKS_SPECIAL, min_size=1, max_size=4), max_size=4)


def back(rows):
    sheet = read_sheet(text_workbook("表", rows))
    return [values for _number, values in sheet.rows()]


def visible(row):
    """A row as it is read: what is blank to the eye is nothing, at the end not even that."""
    values = [text if text.strip() else None for text in row]
    while values and values[-1] is None:
        values.pop()
    return values


@IN02
@given(ROWS)
def test_text_comes_back_unchanged(rows):
    assert back(rows) == [values for row in rows if (values := visible(row))]


@IN02
@given(ROWS)
def test_no_cell_is_a_formula_or_a_number(rows):
    body = text_workbook("表", rows)

    with zipfile.ZipFile(io.BytesIO(body)) as package:
        sheet = package.read(SHEET).decode()
    cells = [cell for row in load_workbook(io.BytesIO(body)).active for cell in row]
    assert "<f" not in sheet
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}
    assert {cell.number_format for cell in cells if cell.value is not None} <= {"@"}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("人员", "人员"),
        ("a/b[c]", "a b c"),
        ("长" * 40, "长" * 31),
        ("'?*", "Sheet1"),
        ('<"&>', '<"&>'),
    ],
)
def test_title_is_one_that_excel_takes(title, shown):
    assert read_sheet(text_workbook(title, [["a"]])).title == shown


def test_same_rows_give_the_same_bytes_at_any_time():
    with freeze_time("2025-01-01") as clock:
        first = text_workbook("表", [["甲"]])
        clock.tick(86_400)
        later = text_workbook("表", [["甲"]])

    assert first == later
