"""The job "write a PDF anew" of the limited child: what of a document is kept.

Only the child loads the library: a web process never needs its ten megabytes.
"""

import io
import json
from collections.abc import Iterator
from typing import Any, Final

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from admin_app.rules.papers import HEAD, MOST_PAGES, Verdict

MOST_PARTS: Final = 100_000
"""So many objects a document may consist of; an honest one has a few thousand."""
ACTIVE_KEYS: Final = frozenset(
    ["/JS", "/JavaScript", "/AA", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent"]
)
"""Entries that run something, or carry a file of any kind."""
ACTIVE_KINDS: Final = frozenset(
    [
        "/EmbeddedFile",
        "/GoToE",
        "/ImportData",
        "/JavaScript",
        "/Launch",
        "/Movie",
        "/Rendition",
        "/RichMediaExecute",
        "/Sound",
        "/SubmitForm",
    ]
)
"""What a part or an action of a document may not be."""


def paper_job(data: bytes) -> bytes:
    """Return verdict and document; it reads what a stranger wrote."""
    verdict, clean = written_anew(data)
    head = json.dumps(verdict).encode()
    return HEAD.pack(len(head)) + head + clean


def written_anew(data: bytes) -> tuple[Verdict, bytes]:
    """Return a document of the same pages and nothing that stood between or behind."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            return "locked", b""
        if len(reader.pages) > MOST_PAGES:
            return "long", b""
        if any(_is_active(part) for part in _parts(reader)):
            return "active", b""
        writer, target = PdfWriter(clone_from=reader), io.BytesIO()
        writer.write(target)
    # Hand-made bytes make a reader raise whatever it likes.
    except Exception:  # noqa: BLE001
        return "damaged", b""
    return "clean", target.getvalue()


def _is_active(part: DictionaryObject) -> bool:
    kinds = {part.get("/Type"), part.get("/S")}
    return bool(ACTIVE_KEYS & part.keys() or ACTIVE_KINDS & kinds)


def _parts(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Return every dictionary that can be reached, streams included."""
    waiting: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    count = 0
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, IndirectObject):
            place = (thing.idnum, thing.generation)
            if place in seen:
                continue
            seen.add(place)
            thing = thing.get_object()
        count += 1
        if count > MOST_PARTS:
            raise ValueError
        if isinstance(thing, DictionaryObject):
            yield thing
            waiting.extend(thing.raw_get(key) for key in thing)
        elif isinstance(thing, ArrayObject):
            waiting.extend(thing)
