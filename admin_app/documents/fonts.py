"""Which shipped face draws which character."""

import json
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from pathlib import Path

FONTS_DIR = Path(__file__).parent / "fonts"
# The names that layouts use in font-family, and the files behind them.
FACES = {
    "Song": "NotoSerifSC-Regular.ttf",
    "SongBold": "NotoSerifSC-Bold.ttf",
    "Hei": "NotoSansSC-Regular.ttf",
    "RareB": "HanaMinB-ExtB.ttf",
    "RareC": "HanaMinB-ExtCF.ttf",
}
# Large, and needed by one name in a thousand: loaded only where they are.
RARE_FACES = ("RareB", "RareC")


@cache
def _ranges(face: str) -> tuple[list[int], list[int]]:
    """First and last code points of the face's ranges, ascending."""
    coverage = json.loads((FONTS_DIR / "coverage.json").read_text("ascii"))
    ranges: list[list[int]] = coverage[FACES[face]]
    return [first for first, _ in ranges], [last for _, last in ranges]


def face_has(face: str, character: str) -> bool:
    """Whether the face has a glyph for the character."""
    firsts, lasts = _ranges(face)
    index = bisect_right(firsts, ord(character)) - 1
    return index >= 0 and ord(character) <= lasts[index]


def missing_characters(text: str) -> str:
    """The characters of the text that no face can draw, each once, in order."""
    return "".join(
        character
        for character in dict.fromkeys(text)
        if not character.isspace() and not any(face_has(f, character) for f in FACES)
    )


def faces_for(text: str) -> list[str]:
    """The faces to load for the text: the rare ones only where they are needed."""
    common = [face for face in FACES if face not in RARE_FACES]
    rest = [c for c in set(text) if not any(face_has(face, c) for face in common)]
    return common + [f for f in RARE_FACES if any(face_has(f, c) for c in rest)]


def font_face_css(faces: Iterable[str]) -> str:
    """The @font-face rules that make the faces known by their names."""
    return "\n".join(
        f'@font-face {{ font-family: {face}; src: url("{FONTS_DIR / FACES[face]}"); }}'
        for face in faces
    )
