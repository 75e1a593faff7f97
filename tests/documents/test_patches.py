"""What the house patches of xhtml2pdf and reportlab are for."""

import os
from io import BytesIO
from types import SimpleNamespace

import pytest
from pypdf import PdfReader

from admin_app.documents import xhtml2pdf_patches as patches
from admin_app.documents.certificate import certificate_pdf
from tests.documents.specimens import certificate, words_of


class Unit(str):
    """A character one wide, or a line break, as the breaker sees them."""

    __slots__ = ()

    @property
    def width(self):
        return len(self)

    @property
    def frag(self):
        return SimpleNamespace() if self else SimpleNamespace(lineBreak=True)


def broken(text, width):
    """The lines that `text` breaks into; | stands for <br/>."""
    units = [Unit("" if character == "|" else character) for character in text]
    lines, start = [], 0
    while start < len(units):
        end = patches.line_end(units, start, width)
        lines.append("".join(units[start:end]))
        start = end
    return lines


@pytest.mark.parametrize(
    ("what", "text", "width", "lines"),
    [
        ("hanzi break anywhere", "一二三四五六", 4, ["一二三四", "五六"]),
        ("comma does not begin", "一二三四，五", 4, ["一二三", "四，五"]),
        ("bracket does not end", "一二三（四）五", 4, ["一二三", "（四）五"]),
        ("number stays whole", "共计100.5学时", 5, ["共计", "100.5", "学时"]),
        ("break is kept", "一二|三四五", 9, ["一二", "三四五"]),
        ("empty line is kept", "一||二", 9, ["一", "", "二"]),
        ("long word is cut", "abcdefgh", 3, ["abc", "def", "gh"]),
        ("one that cannot fit", "一二", 0.5, ["一", "二"]),
        ("marks only", "，，，，", 2, ["，，", "，，"]),
    ],
)
def test_line_breaks(what, text, width, lines):
    assert broken(text, width) == lines, what


def printed_unit(unit):
    """The lines on which a unit's name, all 甲 and commas, is printed."""
    (page,) = PdfReader(BytesIO(certificate_pdf(certificate(unit=unit)))).pages
    return ["".join(x.split()) for x in page.extract_text().splitlines() if "甲" in x]


@pytest.mark.parametrize(
    ("what", "unit", "lengths"),
    [
        ("no spaces to break at", "甲" * 100, [42, 42, 16]),
        ("a comma would begin", "甲" * 42 + "，" + "甲" * 20, [41, 22]),
        ("a comma would end", "甲" * 41 + "，" + "甲" * 20, [42, 20]),
    ],
)
def test_chinese_paragraph_wraps_inside_the_page(what, unit, lengths):
    lines = printed_unit(unit)

    assert [len(line) for line in lines] == lengths, what


def test_supplementary_character_is_copied_as_itself():
    words = words_of(certificate_pdf(certificate(name="𠮷𬭎")))

    assert words.count("𠮷𬭎") == 1


def test_to_unicode_writes_utf16_pairs():
    table = patches.to_unicode_cmap("F", [0x5409, 0x20BB7]).splitlines()

    assert table[table.index("2 beginbfchar") + 1 :][:2] == [
        "<00> <5409>",
        "<01> <D842DFB7>",
    ]


def test_digest_follows_the_file(tmp_path):
    font = tmp_path / "a.ttf"
    font.write_bytes(b"one")
    before = patches.file_digest(str(font))

    font.write_bytes(b"other")
    os.utime(font, ns=(1, 1))

    assert before == "f97c5d29941bfb1b2fdab0874906ab82"
    assert patches.file_digest(str(font)) == "795f3202b17cb6bc3d4b771d8c6c9eaf"
    assert patches.file_digest(str(tmp_path / "none.ttf")) is None
