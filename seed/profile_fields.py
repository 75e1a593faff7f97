"""Shipped items of a profile: which of them are reviewed before they change."""

from pathlib import Path

from admin_app.enums import ProfileSection
from admin_app.errors import Refused
from admin_app.models import ProfileField
from admin_app.operations.profile_items import PARTS
from seed.outlines import Outline
from seed.writing import Values, Writer

FILE = "profile_fields.yaml"
KEY = ("section", "name")


def read_profile_fields(folder: Path) -> list[Values]:
    """Return one row per item of each tab, or raise SeedError."""
    outline = Outline(folder, FILE)
    rows: dict[tuple[ProfileSection, str], Values] = {}
    for entry in outline.entries(outline.top, "fields"):
        outline.refuse_keys(
            entry, required={"section", "name", "label", "label_en", "reviewed"}
        )
        sections = {section.name: PARTS[section] for section in ProfileSection}
        part = sections.get(entry["section"])
        names = part.reviewable if part else ()
        for name, word, words in (
            ("section", entry["section"], sections),
            ("name", entry["name"], names),
        ):
            if word not in words:
                reason = Refused(
                    "“%(cell)s”不在可选值中：%(names)s",
                    cell=word,
                    names="、".join(words),
                )
                raise outline.broken(entry.line, name, reason)
        key = ProfileSection[entry["section"]], entry["name"]
        if key in rows:
            reason = Refused("“%(key)s”重复", key=f"{entry['section']}/{key[1]}")
            raise outline.broken(entry.line, "name", reason)
        rows[key] = {
            "section": key[0],
            "name": key[1],
            "label": entry["label"],
            "label_en": entry["label_en"],
            "is_reviewed": bool(entry["reviewed"]),
        }
    return list(rows.values())


def write_profile_fields(writer: Writer, rows: list[Values]) -> None:
    """Bring the rows into their table; what a superuser chose to review stays."""
    known = writer.ids(ProfileField, *KEY)
    fresh = [row for row in rows if (row["section"], row["name"]) not in known]
    writer.add(ProfileField, fresh)
    written = [
        {name: value for name, value in row.items() if name != "is_reviewed"}
        for row in rows
        if row not in fresh
    ]
    writer.upsert(ProfileField, written, key=KEY)
