"""What every page of the profile shows: its tabs, what is reviewed, what waits."""

from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from admin_app.enums import ProfileSection, RecordKind, State
from admin_app.extensions import db
from admin_app.models import PersonChange, Unit
from admin_app.operations.profile_items import PARTS, reviewed_names
from admin_app.operations.urges import was_urged
from admin_app.views import shown
from admin_app.views.portal.who import acting
from admin_app.views.profile_words import label_of
from admin_app.web.clock import today

BASIC: Final = ProfileSection.basic
LINES: Final = tuple(section for section in ProfileSection if section is not BASIC)
TAB: Final = f"<any({', '.join(section.name for section in LINES)}):tab>"
"""The part of an address that names a tab of lines."""


def tab_shown(section: ProfileSection | None) -> dict[str, Any]:
    """Return what every page of the profile shows; no section is 变更记录."""
    tabs = [
        {
            "label": _(each.label),
            "url": url_for(".profile")
            if each is BASIC
            else url_for(".profile_lines", tab=each.name),
            "is_active": each is section,
        }
        for each in ProfileSection
    ]
    history = {
        "label": _("变更记录"),
        "url": url_for(".profile_changes"),
        "is_active": section is None,
    }
    shown: dict[str, Any] = {"tab_items": [*tabs, history]}
    if section is not None:
        names = reviewed_names(db.session(), section)
        part = PARTS[section]
        shown |= {
            "section": section,
            "reviewed": [label_of(part, n) for n in part.names if n in names],
            "pending": waiting_change(section),
        }
    return shown


def waiting_change(section: ProfileSection) -> dict[str, Any] | None:
    """Return what a tab says of its change under review, None where there is none."""
    change = db.session.scalar(
        select(PersonChange).where(
            PersonChange.person_id == acting().person_id,
            PersonChange.section == section,
            PersonChange.state == State.pending,
        )
    )
    return None if change is None else waiting(change)


def waiting(change: PersonChange) -> dict[str, Any] | None:
    """Return who must decide on a change now, and what its person may do meanwhile."""
    decider = db.session.get(Unit, change.decider_id) if change.decider_id else None
    told = shown.waiting_at(change, decider)
    if told is None:
        return None
    urged = was_urged(
        db.session(),
        kind=RecordKind.person_change,
        record_id=change.id,
        today=today(),
    )
    return {**told, "change": change, "urged": urged}
