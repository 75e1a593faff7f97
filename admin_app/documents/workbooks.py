"""What is written in an uploaded workbook, read without risk to the web process (IN-01)."""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from admin_app.documents.sandbox import DocumentFailed, Sandbox
from admin_app.documents.workbook_gate import Fault, WorkbookRefused, refuse_hostile

# 100,000 rows of 15 columns take a few seconds and half of that memory.
MEMORY_MB = 1024
PROCESSOR_SECONDS = 60
SECONDS = 120
PIECE = 64 << 10
HEAD_BYTES = 4

_reader = Sandbox(
    {"rows": "admin_app.documents.workbook_rows:rows_job"},
    seconds=SECONDS,
    processor_seconds=PROCESSOR_SECONDS,
    memory_mb=MEMORY_MB,
)

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Sheet:
    """The first visible sheet; its rows are unpacked as one goes through them."""

    title: str
    count: int
    packed: bytes

    def rows(self) -> Iterator[tuple[int, list[Value]]]:
        """Each row that holds something: its number in the sheet, and its values."""
        unpacker, rest = zlib.decompressobj(), b""
        for start in range(0, len(self.packed), PIECE):
            *lines, rest = (
                rest + unpacker.decompress(self.packed[start : start + PIECE])
            ).split(b"\n")
            for line in lines:
                number, values = json.loads(line)
                yield number, values


def read_sheet(data: bytes) -> Sheet:
    """The first visible sheet of the workbook; WorkbookRefused says why there is none."""
    refuse_hostile(data)
    try:
        reply = _reader.run("rows", data)
    except DocumentFailed as failed:
        is_damaged = failed.reason == "refused" and failed.detail != "MemoryError"
        fault = Fault.damaged if is_damaged else Fault.too_much_work
        raise WorkbookRefused(fault) from failed
    end = HEAD_BYTES + int.from_bytes(reply[:HEAD_BYTES])
    facts = json.loads(reply[HEAD_BYTES:end])
    if "fault" in facts:
        raise WorkbookRefused(Fault(facts["fault"]), **facts["facts"])
    return Sheet(facts["title"], facts["count"], reply[end:])
