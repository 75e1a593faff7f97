"""What a profile and its changes say, in the words of the page."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from admin_app.enums import ProfileSection
from admin_app.extensions import db
from admin_app.models import PersonChange
from admin_app.operations.profile_items import PARTS, Part
from admin_app.web.i18n import current_locale
from admin_app.web.i18n import worded as _

Said = tuple[Part, str, Any]
"""A tab, one of its items, and the value as it is stored."""
Row = tuple[str, str, str]
"""An item's label, its text before and after."""


class Words:
    """The texts of stored values; each code table is asked once."""

    def __init__(self, said: Iterable[Said]) -> None:
        """Look up every code that is said."""
        wanted: dict[Any, set[int]] = {}
        for part, name, value in said:
            target = part.target(name) if value else None
            if target is not None:
                wanted.setdefault(target, set()).add(value)
        is_english = current_locale() == "en"
        self._names = {
            (target, row.id): (row.name_en if is_english else "") or row.name
            for target, keys in wanted.items()
            for row in db.session.execute(
                select(target.id, target.name, target.name_en).where(
                    target.id.in_(keys)
                )
            )
        }

    def of(self, part: Part, name: str, value: Any) -> str:
        """Return the text of a value; an unknown code stays a number."""
        if value is None or value == "":
            return ""
        return self._names.get((part.target(name), value), str(value))


def label_of(part: Part, name: str) -> str:
    """Return what an item is called."""
    return str(_(part.column(name).comment))


def labels_of(section: ProfileSection) -> list[str]:
    """Return the labels of a tab, in order."""
    return [label_of(PARTS[section], name) for name in PARTS[section].names]


def told_rows(section: ProfileSection, rows: Sequence[Any]) -> list[list[str]]:
    """Return the texts of each line of a tab, in the order of its items."""
    part = PARTS[section]
    words = Words(
        (part, name, getattr(row, name)) for row in rows for name in part.names
    )
    return [
        [words.of(part, name, getattr(row, name)) for name in part.names]
        for row in rows
    ]


def told_changes(changes: Sequence[PersonChange]) -> dict[int, list[Row]]:
    """Return before and after of each item of each change, by the change's key."""
    words = Words(
        (PARTS[change.section], name, told[side])
        for change in changes
        for name, told in _known(change)
        for side in ("before", "after")
    )
    return {
        change.id: [
            (
                label_of(PARTS[change.section], name),
                words.of(PARTS[change.section], name, told["before"]),
                words.of(PARTS[change.section], name, told["after"]),
            )
            for name, told in _known(change)
        ]
        for change in changes
    }


def _known(change: PersonChange) -> list[tuple[str, dict[str, Any]]]:
    """Return the items of a change in the order of the tab."""
    names = PARTS[change.section].names
    return [(name, change.changes[name]) for name in names if name in change.changes]
