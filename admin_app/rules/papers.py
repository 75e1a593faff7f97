"""Whether an uploaded PDF is acceptable, and what of it is kept."""

import io
import json
import struct
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final, Literal

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from admin_app.errors import Refused
from admin_app.rules.attachments import MAX_BYTES, refuse_name

SIGNATURE: Final = b"%PDF-"
SUFFIX: Final = ".pdf"
MOST_PAGES: Final = 200
MOST_PARTS: Final = 100_000
"""So many objects a document may consist of; an honest one has a few thousand."""
JOB: Final = {"paper": "admin_app.rules.papers:paper_job"}
SECONDS: Final = 10
MEMORY_MB: Final = 512

Verdict = Literal["clean", "active", "locked", "long", "damaged"]
SENTENCES: Final[dict[Verdict, str]] = {
    "active": (
        "文件 %(name)s 含有脚本、内嵌文件或自动操作，请用“打印为 PDF”另存后重新上传。"
    ),
    "locked": "文件 %(name)s 设有密码或使用限制，请另存为不加密的 PDF 后重新上传。",
    "long": "文件 %(name)s 超过 %(most)s 页，请拆分后重新上传。",
    "damaged": "文件 %(name)s 已损坏，无法打开，请重新导出 PDF 后再上传。",
}
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
_HEAD = struct.Struct(">I")


def is_paper(filename: str) -> bool:
    """Tell whether a file goes by the name of a PDF."""
    return PurePosixPath(filename).suffix.lower() == SUFFIX


def sniff_paper(data: bytes, filename: str) -> None:
    """Refuse what is no PDF by its first bytes, or too large, before it is read."""
    name = refuse_name(filename)
    if len(data) > MAX_BYTES:
        raise Refused(
            "文件 %(name)s 超过 %(max_megabytes)s MB，请压缩后重新上传。",
            field="attachments",
            name=name,
            max_megabytes=MAX_BYTES // 2**20,
        )
    if not data.startswith(SIGNATURE):
        raise Refused(
            "文件 %(name)s 的内容不是 PDF（改扩展名无效），请上传原始文件。",
            field="attachments",
            name=name,
        )


def refuse_verdict(verdict: Verdict, name: str) -> None:
    """Refuse what is not clean, in a sentence that says what to do."""
    if verdict != "clean":
        raise Refused(
            SENTENCES[verdict], field="attachments", name=name, most=MOST_PAGES
        )


def paper_job(data: bytes) -> bytes:
    """Return verdict and document; it reads what a stranger wrote: in the child only."""
    verdict, clean = written_anew(data)
    head = json.dumps(verdict).encode()
    return _HEAD.pack(len(head)) + head + clean


def read_reply(reply: bytes) -> tuple[Verdict, bytes]:
    """Return what the job made."""
    end = _HEAD.size + _HEAD.unpack_from(reply)[0]
    verdict: Verdict = json.loads(reply[_HEAD.size : end])
    return verdict, reply[end:]


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
