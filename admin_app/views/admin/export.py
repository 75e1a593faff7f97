"""How does a list become a file? As one in which every cell is text (IN-02)."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from admin_app.documents.text_workbook import text_workbook

MARK: Final = "\ufeff"
FORMULA: Final = tuple("=+-@\t\r＝＋－＠")
CHUNK: Final = 1_000

Rows = Iterable[Sequence[str]]


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that a list is written as."""

    media_type: str
    write: Callable[[str, Rows], bytes]


def csv_file(_title: str, rows: Rows) -> bytes:
    """Write rows as CSV with a byte order mark, by which Excel knows the encoding."""
    target = io.StringIO()
    target.write(MARK)
    lines = csv.writer(target)
    lines.writerows([guarded(text) for text in row] for row in rows)
    return target.getvalue().encode()


def guarded(text: str) -> str:
    """Return text that a spreadsheet takes for text, not for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


KINDS: Final[Mapping[str, FileKind]] = {
    "xlsx": FileKind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        text_workbook,
    ),
    "csv": FileKind("text/csv", csv_file),
}
