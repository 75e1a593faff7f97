"""Shipped message rules: which event of which kind of record is told, and how."""

from pathlib import Path

from admin_app.enums import MessageEvent, MessageTopic
from admin_app.errors import Refused
from admin_app.models import MessageRule
from seed.outlines import Outline
from seed.writing import Values, Writer

FILE = "message_rules.yaml"
KEY = ("kind", "event")


def read_message_rules(folder: Path) -> list[Values]:
    """Return one row per kind and event, or raise SeedError."""
    outline = Outline(folder, FILE)
    rows = {}
    for entry in outline.entries(outline.top, "rules"):
        outline.refuse_keys(entry, required={"kind", "event", "told", "mailed"})
        for name, words in (
            ("kind", MessageTopic.__members__),
            ("event", MessageEvent.__members__),
        ):
            if entry[name] not in words:
                reason = Refused(
                    "“%(cell)s”不在可选值中：%(names)s",
                    cell=entry[name],
                    names="、".join(words),
                )
                raise outline.broken(entry.line, name, reason)
        key = MessageTopic[entry["kind"]], MessageEvent[entry["event"]]
        if key in rows:
            reason = Refused("“%(key)s”重复", key=f"{entry['kind']}/{entry['event']}")
            raise outline.broken(entry.line, "event", reason)
        rows[key] = {
            "kind": key[0],
            "event": key[1],
            "is_told": bool(entry["told"]),
            "is_mailed": bool(entry["mailed"]),
        }
    return list(rows.values())


def write_message_rules(writer: Writer, rows: list[Values]) -> None:
    """Add the rules that are missing; what a superuser chose stays."""
    known = writer.ids(MessageRule, *KEY)
    fresh = [row for row in rows if (row["kind"], row["event"]) not in known]
    writer.add(MessageRule, fresh)
    writer.report.count(MessageRule.__tablename__, left=len(rows) - len(fresh))
