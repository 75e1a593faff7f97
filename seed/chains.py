"""Shipped approval chains: who decides what, in which order."""

from pathlib import Path

from admin_app.enums import ChainStatus, RecordKind, Source
from admin_app.errors import Refused
from admin_app.models import ApprovalChain
from admin_app.rules.ladders import STEPS
from seed.outlines import Outline
from seed.writing import Values, Writer

FILE = "approval_chains.yaml"


def read_chains(folder: Path) -> list[Values]:
    """Return one row per kind and source, or raise SeedError."""
    outline = Outline(folder, FILE)
    rows: dict[tuple[RecordKind, str], Values] = {}
    for entry in outline.entries(outline.top, "chains"):
        outline.refuse_keys(entry, required={"kind", "steps"}, optional={"source"})
        source = entry.get("source", "")
        for name, word, words in (
            ("kind", entry["kind"], set(RecordKind.__members__)),
            ("source", source, {"", *Source.__members__}),
            *(("steps", step, {*STEPS}) for step in entry["steps"]),
        ):
            if word not in words:
                reason = Refused(
                    "“%(cell)s”不在可选值中：%(names)s",
                    cell=word,
                    names="、".join(sorted(words)),
                )
                raise outline.broken(entry.line, name, reason)
        key = RecordKind[entry["kind"]], source
        if key in rows:
            reason = Refused("“%(key)s”重复", key=f"{entry['kind']}/{source}")
            raise outline.broken(entry.line, "kind", reason)
        rows[key] = {"kind": key[0], "source": source, "steps": entry["steps"]}
    return list(rows.values())


def write_chains(writer: Writer, rows: list[Values]) -> None:
    """Add the chains that are not there; what was published later stays in force."""
    known = writer.ids(ApprovalChain, "kind", "source", "conditions", "edition")
    fresh = [
        row | {"status": ChainStatus.in_force, "conditions": "", "edition": 1}
        for row in rows
        if (row["kind"], row["source"], "", 1) not in known
    ]
    writer.add(ApprovalChain, fresh)
    writer.report.count(ApprovalChain.__tablename__, left=len(rows) - len(fresh))
