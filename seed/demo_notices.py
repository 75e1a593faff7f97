"""Notices of the demo, known by their title."""

from pathlib import Path

from sqlalchemy import select

from admin_app.models import Notice
from seed.cells import cell_for, day, optional, text
from seed.demo_units import Tree
from seed.sheets import Sheet
from seed.writing import Writer


def write_notices(writer: Writer, folder: Path, tree: Tree) -> None:
    """Add the notices that are not there yet."""
    sheet = Sheet(
        "notices.csv",
        {
            "title": cell_for(Notice.title),
            "unit": text(12, required=False),
            "audience": cell_for(Notice.audience),
            "published_from": day,
            "published_until": optional(day),
            "body": text(),
        },
        key=("title",),
        references={"unit": frozenset(tree.unit_ids)},
    )
    known = set(writer.session.scalars(select(Notice.title)))
    rows = [row.values for row in sheet.read(folder)]
    fresh = [
        {k: v for k, v in row.items() if k != "unit"}
        | {"unit_id": tree.unit_ids.get(row["unit"])}
        for row in rows
        if row["title"] not in known
    ]
    writer.report.count(Notice.__tablename__, left=len(rows) - len(fresh))
    writer.add(Notice, fresh)
