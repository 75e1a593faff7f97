"""Make the English gettext catalogue from the lists in translations/en.d.

A list holds the columns zh and en. The Chinese sentence is the message id; a sentence
may stand in several lists as long as its English is the same.
"""

import csv
import io
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

PROJECT: Final = Path(__file__).resolve().parent.parent
TRANSLATIONS: Final = PROJECT / "admin_app" / "translations"
LISTS: Final = TRANSLATIONS / "en.d"
CATALOGUE: Final = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.mo"
# gettext wants a date in the header; a fixed one keeps equal lists equal in bytes.
CREATED: Final = datetime(2025, 1, 1, tzinfo=UTC)
_PLACE: Final = re.compile(r"%\((\w+)\)")


class Entry(NamedTuple):
    """One sentence in both languages, and where it stands."""

    place: str
    zh: str
    en: str


def entries(folder: Path = LISTS) -> Iterator[Entry]:
    """Give every entry of every list, in a fixed order."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            for row in reader:
                place = f"{path.name}:{reader.line_num}"
                yield Entry(place, row.get("zh") or "", row.get("en") or "")


def mistakes(found: list[Entry]) -> list[str]:
    """Name every entry that is empty, contradicts another or loses a placeholder."""
    first: dict[str, Entry] = {}
    said: list[str] = []
    for entry in found:
        earlier = first.setdefault(entry.zh, entry)
        if not (entry.zh and entry.en):
            said.append(f"{entry.place}: a column is empty")
        elif earlier.en != entry.en:
            said.append(f"{entry.place}: {entry.zh} differs from {earlier.place}")
        elif set(_PLACE.findall(entry.zh)) != set(_PLACE.findall(entry.en)):
            said.append(f"{entry.place}: {entry.zh} has other placeholders in English")
    return said


def compiled(found: list[Entry]) -> bytes:
    """Return the catalogue as gettext reads it; equal entries give equal bytes."""
    catalogue = Catalog(locale="en", charset="utf-8", creation_date=CREATED)
    for entry in found:
        flags = ["python-format"] if _PLACE.search(entry.zh) else []
        catalogue.add(entry.zh, entry.en, flags=flags)
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def write(data: bytes, target: Path = CATALOGUE) -> None:
    """Put the catalogue in its place at once, only where it has changed."""
    if target.exists() and target.read_bytes() == data:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_bytes(data)
    draft.replace(target)


def main() -> None:
    """Write the catalogue, or name the mistakes in the lists and write nothing."""
    found = list(entries())
    if said := mistakes(found):
        sys.exit("\n".join(said))
    write(compiled(found))


if __name__ == "__main__":
    main()
