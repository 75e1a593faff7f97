"""How does a list become a file? As CSV that Excel opens, without formulas (IN-02)."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

MARK: Final = "\ufeff"
FORMULA: Final = tuple("=+-@\t\r＝＋－＠")
CHUNK: Final = 1_000


def guarded(text: str) -> str:
    """Return text that a spreadsheet takes for text, not for a formula."""
    if text.startswith(FORMULA) and not _is_number(text):
        return f"'{text}"
    return text


def _is_number(text: str) -> bool:
    digits = text.lstrip("-").replace(".", "", 1)
    return digits.isascii() and digits.isdecimal()


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Write rows as CSV with a byte order mark, a piece for every row."""
    yield MARK.encode()
    for row in (header, *rows):
        line = io.StringIO()
        csv.writer(line).writerow([guarded(text) for text in row])
        yield line.getvalue().encode()
