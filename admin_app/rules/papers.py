"""Whether an uploaded PDF is acceptable; paper_job.py looks into it."""

import json
import struct
from pathlib import PurePosixPath
from typing import Final, Literal

from admin_app.errors import Refused
from admin_app.rules.attachments import MAX_BYTES, refuse_name

SIGNATURE: Final = b"%PDF-"
SUFFIX: Final = ".pdf"
MOST_PAGES: Final = 200
JOB: Final = {"paper": "admin_app.rules.paper_job:paper_job"}
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
HEAD: Final = struct.Struct(">I")
"""How long the verdict is that stands before the document."""


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


def read_reply(reply: bytes) -> tuple[Verdict, bytes]:
    """Return what the job made."""
    end = HEAD.size + HEAD.unpack_from(reply)[0]
    verdict: Verdict = json.loads(reply[HEAD.size : end])
    return verdict, reply[end:]
