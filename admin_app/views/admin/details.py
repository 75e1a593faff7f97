"""What belongs to a record's page beside its own columns?"""

from collections.abc import Sequence
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from admin_app.enums import Action, AttachmentPurpose, RecordKind, State
from admin_app.extensions import db
from admin_app.models import (
    Attachment,
    Declaration,
    Person,
    PersonChange,
    Unit,
    UnitRegistration,
    WorkflowEvent,
)
from admin_app.operations.history import history
from admin_app.views.admin.display import plain
from admin_app.views.files import sees_photos
from admin_app.views.profile_words import told_changes
from admin_app.views.shown import told_answers, told_rule
from admin_app.web.identity import current_actor

COLORS: Final = {
    Action.submit: "secondary",
    Action.approve: "green",
    Action.reject: "red",
    Action.withdraw: "secondary",
    Action.revoke: "red",
}


def of(record: Any, kind: RecordKind | None) -> dict[str, Any]:
    """Return history, the present decider, what it says, and pictures of a record."""
    if kind is None:
        return {"steps": [], "waiting": None, "pictures": pictures(record)}
    is_declaration = isinstance(record, Declaration)
    is_change = isinstance(record, PersonChange)
    events = history(db.session(), kind, record.id)
    units = _units({e.unit_id for e in events} | {getattr(record, "decider_id", None)})
    return {
        "steps": [_step(event, units) for event in events],
        "waiting": _waiting(record, units),
        "pictures": pictures(record),
        "answers": told_answers(record) if is_declaration else [],
        "rule": told_rule(record) if is_declaration else [],
        "changes": told_changes([record])[record.id] if is_change else [],
    }


def _units(ids: set[int | None]) -> dict[int, Unit]:
    wanted = [key for key in ids if key is not None]
    if not wanted:
        return {}
    return {
        u.id: u for u in db.session.scalars(select(Unit).where(Unit.id.in_(wanted)))
    }


def _step(event: WorkflowEvent, units: dict[int, Unit]) -> dict[str, Any]:
    unit = units.get(event.unit_id or 0)
    return {
        "unit_name": unit.name if unit else event.actor_name,
        "label": _(event.action.label),
        "color": COLORS.get(event.action, "blue"),
        "at": plain(event.at),
        "by": event.actor_name if unit else "",
        "opinion": event.comment,
        "is_current": False,
    }


def _waiting(record: Any, units: dict[int, Unit]) -> dict[str, str] | None:
    """Return who must decide now, with the office's phone, since when (X06)."""
    if getattr(record, "state", None) is not State.pending:
        return None
    unit = units.get(record.decider_id)
    if unit is None:
        return None
    since = plain(record.waiting_since or record.submitted_at)
    return {"unit_name": unit.name, "phone": unit.phone, "since": since}


def pictures(record: Any) -> list[dict[str, str]]:
    """Return the pictures that the record's page shows."""
    column: Any = {
        Declaration: Attachment.declaration_id,
        UnitRegistration: Attachment.unit_registration_id,
        Person: Attachment.person_id,
        Unit: Attachment.unit_id,
    }.get(type(record))
    if isinstance(record, Person) and not sees_photos(current_actor()):
        return []
    if column is None:
        return []
    # Papers about who somebody is are shown to the platform only, on a card of their own.
    found: Sequence[Attachment] = db.session.scalars(
        select(Attachment)
        .where(
            column == record.id,
            Attachment.purpose != AttachmentPurpose.change_evidence,
        )
        .order_by(Attachment.position)
    ).all()
    return [
        {"url": url_for("files.show", key=a.key), "name": a.file_name} for a in found
    ]
