"""Which characters the shipped faces draw."""

import json

import pytest
from fontTools.ttLib import TTFont

from admin_app.documents.fonts import (
    FACES,
    FONTS_DIR,
    face_has,
    faces_for,
    missing_characters,
)

COMMON = ["Song", "SongBold", "Hei"]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("张伟", ""),
        ("阿卜杜热西提·买买提", ""),
        ("㐂䶮𠮷𬭎龘靐犇垚堃喆𫚉", ""),
        ("A-1（①）　", ""),
        ("王\ue000𰻝\ue000", "\ue000𰻝"),
        ("😀", "😀"),
    ],
)
def test_missing_characters(text, missing):
    assert missing_characters(text) == missing


def test_every_character_of_gbk_can_be_drawn():
    pairs = [bytes((a, b)) for a in range(0x81, 0xFE) for b in range(0x40, 0xFF)]
    hanzi = "".join(pair.decode("gbk", "ignore") for pair in pairs)
    hanzi = "".join(c for c in hanzi if "\u4e00" <= c <= "\u9fff")

    assert len(hanzi) == 20902
    assert missing_characters(hanzi) == ""


@pytest.mark.parametrize(
    ("text", "faces"),
    [
        ("张伟", COMMON),
        ("𠮷", [*COMMON, "RareB"]),
        ("𬭎", COMMON),
        ("\U0002a700", [*COMMON, "RareC"]),
        ("\ue000", COMMON),
    ],
)
def test_rare_faces_are_loaded_for_who_needs_them(text, faces):
    assert faces_for(text) == faces


@pytest.mark.parametrize("face", FACES)
def test_coverage_is_that_of_the_file(face):
    ranges = json.loads((FONTS_DIR / "coverage.json").read_text())[FACES[face]]

    listed = {point for first, last in ranges for point in range(first, last + 1)}

    assert listed == set(TTFont(FONTS_DIR / FACES[face]).getBestCmap())


@pytest.mark.parametrize(("character", "has"), [("\u4e00", True), ("\u33ff", False)])
def test_face_has_exactly_its_ranges(character, has):
    assert face_has("SongBold", character) is has
