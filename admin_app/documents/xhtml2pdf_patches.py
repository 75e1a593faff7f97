"""What xhtml2pdf 0.2.28 and reportlab 5.1 lack for Chinese, mended in one place.

Each function says what goes wrong without it; tests/documents/test_patches.py shows
it. Look at every one again when either library is upgraded.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import ttfonts
from xhtml2pdf import context, reportlab_paragraph

# GB/T 15834 and W3C clreq: these marks may not begin, or may not end, a line.
# reportlab's own list lacks the fullwidth comma, semicolon, colon, ! and ?.
NOT_AT_START = frozenset("，。、；：！？）》〉」』】〕〗％‰℃·…—～”’,.;:!?)]}%")
NOT_AT_END = frozenset("（《〈「『【〔〖“‘([{￥$")
# Rounding of widths must not push the last character of a full line down.
TOLERANCE = 1e-6


def apply() -> None:
    """Put the mended functions in place of the libraries' own."""
    reportlab_paragraph.cjkFragSplit = split_cjk_fragments
    ttfonts.makeToUnicodeCMap = to_unicode_cmap
    context._file_digest = file_digest  # noqa: SLF001 - no public place for it


def split_cjk_fragments(
    frags: Sequence[Any],
    maxWidths: Sequence[float],  # noqa: N803 - called by that name
    calcBounds: Any,  # noqa: N803
    encoding: str = "utf8",
) -> Any:
    """Break a paragraph into lines where Chinese typography allows it.

    The library's breaker runs lines joined by <br/> together, splits numbers and
    Latin words anywhere, and lets a line begin with a comma.
    """
    units = [
        reportlab_paragraph.cjkU(character, frag, encoding)
        for frag in frags
        for character in (frag.text or ("",))
    ]
    lines: list[Any] = []
    start = 0
    while start < len(units):
        width = maxWidths[min(len(lines), len(maxWidths) - 1)]
        end = line_end(units, start, width)
        used = sum(unit.width for unit in units[start:end])
        lines.append(
            reportlab_paragraph.makeCJKParaLine(
                units[start:end], width - used, calcBounds
            )
        )
        start = end
    return reportlab_paragraph.ParaLines(kind=1, lines=lines)


def line_end(units: Sequence[Any], start: int, width: float) -> int:
    """Where the line that begins at `start` ends: after the last unit that fits."""
    used = 0.0
    for index in range(start, len(units)):
        if hasattr(units[index].frag, "lineBreak"):
            return index + 1
        used += units[index].width
        if used > width + TOLERANCE and index > start:
            return last_legal_break(units, start, index)
    return len(units)


def last_legal_break(units: Sequence[Any], start: int, end: int) -> int:
    """The last place up to `end` where a line may break, or `end` if there is none."""
    for place in range(end, start, -1):
        if may_break(units[place - 1], units[place]):
            return place
    return end


def may_break(before: str, after: str) -> bool:
    """Whether a line may end after `before` and the next begin with `after`."""
    if after in NOT_AT_START or before in NOT_AT_END or after == " ":
        return False
    return not (is_word_part(before) and is_word_part(after))


def is_word_part(character: str) -> bool:
    """Whether the character belongs to a Latin word, a number or an address."""
    return character.isascii() and not character.isspace() and character != ""


def to_unicode_cmap(fontname: str, subset: Sequence[int]) -> str:
    """The table by which a reader copies and searches text.

    The library writes code points above U+FFFF as five digits, which readers take
    for another character: 𠮷 was found as ₻. They are pairs of UTF-16 units.
    """
    pairs = "\n".join(
        f"<{index:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>"
        for index, point in enumerate(subset)
    )
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        f"/CIDSystemInfo\n<< /Registry ({fontname})\n/Ordering ({fontname})\n"
        f"/Supplement 0\n>> def\n/CMapName /{fontname} def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <{len(subset) - 1:02X}>\nendcodespacerange\n"
        f"{len(subset)} beginbfchar\n{pairs}\nendbfchar\nendcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend"
    )


def file_digest(name: str | None) -> str | None:
    """The digest of a font file, read once while the file stays the same.

    The library reads and digests every font file for every document: 80 ms of a
    200 ms page.
    """
    if name is None:
        return None
    try:
        facts = Path(name).stat()
    except OSError:
        return None
    return _digest(name, facts.st_mtime_ns, facts.st_size)


@cache
def _digest(name: str, _mtime_ns: int, _size: int) -> str | None:
    """The digest of the file as it is at that time and size."""
    try:
        content = Path(name).read_bytes()
    except OSError:
        return None
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
