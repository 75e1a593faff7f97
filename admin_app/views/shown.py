"""What a page tells of a declaration: its answers in words, its way, its pictures."""

import datetime as dt
from typing import Any, Final

from flask import url_for
from flask_babel import format_datetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.enums import Action, FieldKind, RecordKind, State
from admin_app.extensions import db
from admin_app.models import (
    Attachment,
    Declaration,
    Unit,
    WorkflowEvent,
)
from admin_app.operations.claims import Form, named_row
from admin_app.operations.history import history
from admin_app.operations.notices import attachments_of
from admin_app.rules.field_specs import FieldSpec
from admin_app.rules.hours import PROFESSIONAL_REQUIREMENT
from admin_app.views.tones import act_tone
from admin_app.web.i18n import current_locale, name_of
from admin_app.web.i18n import worded as _
from admin_app.web.storage import PDF
from admin_app.workflows import KINDS

MOMENT: Final = "yyyy-MM-dd HH:mm"


def told_answers(record: Declaration) -> list[tuple[str, str]]:
    """Return label and answer of every field that was answered."""
    english = current_locale() == "en"
    return [
        (spec.label_en if english else spec.label, _told(spec, record, english=english))
        for spec in Form(record.form_version).fields
        if spec.name in record.answers
    ]


def told_rule(record: Declaration) -> list[str]:
    """Return why the declaration is worth its hours, step by step."""
    asked = record.requirement.professional_min if record.requirement else None
    result = Form(record.form_version).hours(
        record.answers,
        claimed=record.claimed,
        requirement=PROFESSIONAL_REQUIREMENT if asked is None else asked,
        english=current_locale() == "en",
    )
    return [_(step.sentence, **step.values) for step in result.explanation]


def told_steps(record: Any) -> list[dict[str, Any]]:
    """Return the steps passed, oldest first, each with unit, person, time, opinion (P21)."""
    return [_step(e) for e in history(db.session(), KINDS[type(record)], record.id)]


def waiting_at(record: Any, decider: Unit | None) -> dict[str, str] | None:
    """Return who must decide now, with phone, since when (X06)."""
    if record.state is not State.pending or decider is None:
        return None
    return {
        "unit_name": decider.name,
        "phone": decider.phone,
        "since": told_moment(record.waiting_since or record.submitted_at),
    }


def taken_back(record: Declaration) -> dict[str, str] | None:
    """Return by whom, when and why the hours of a declaration were taken back (R05)."""
    if record.state is not State.revoked:
        return None
    event = history(db.session(), RecordKind.declaration, record.id)[-1]
    return {
        "by": event.unit_name or event.actor_name,
        "at": told_moment(event.at),
        "reason": event.comment,
    }


def existing_pictures(record_id: int) -> list[dict[str, Any]]:
    """Return the pictures of a declaration with their addresses."""
    rows = db.session.scalars(
        select(Attachment)
        .where(Attachment.declaration_id == record_id)
        .order_by(Attachment.position, Attachment.id)
    )
    return [
        {
            "id": row.id,
            "url": url_for("files.show", key=row.key),
            "name": row.file_name,
        }
        for row in rows
    ]


def told_attachments(session: Session, notice_id: int) -> list[dict[str, Any]]:
    """Return the files of a notice, pictures and PDFs, with their addresses."""
    return [
        {
            "id": row.id,
            "url": url_for("files.show", key=row.key),
            "name": row.file_name,
            "is_picture": row.media_type != PDF,
            "size": f"{max(1, round(row.size / 1024))} KB",
        }
        for row in attachments_of(session, notice_id)
    ]


def told_moment(moment: dt.datetime | None) -> str:
    """Return a moment in Henan's time."""
    return str(format_datetime(moment, MOMENT)) if moment else ""


def _step(event: Any) -> dict[str, Any]:
    unit = event.unit_name or ""
    is_own = event.action in {Action.submit, Action.withdraw}
    return {
        "unit_name": event.actor_name if is_own else unit,
        "label": _(event.action.label),
        "color": act_tone(event.action),
        "by": unit if is_own else told_actor(event),
        "at": told_moment(event.at),
        "opinion": event.comment,
        "is_current": False,
    }


def told_actor(event: WorkflowEvent) -> str:
    """Return who decided, and in whose name."""
    if not event.on_behalf_of:
        return event.actor_name
    return str(
        _("%(name)s（代%(absent)s）", name=event.actor_name, absent=event.on_behalf_of)
    )


def _told(spec: FieldSpec, record: Declaration, *, english: bool) -> str:
    answer = record.answers[spec.name]
    if spec.kind is FieldKind.daterange:
        return str(_("%(start)s 至 %(end)s", start=answer["start"], end=answer["end"]))
    if spec.kind is FieldKind.select:
        labels = {o.value: o.label_en if english else o.label for o in spec.options}
        return labels.get(str(answer), str(answer))
    if spec.kind is FieldKind.reference:
        row = named_row(db.session(), spec.target, answer)
        return name_of(row) if row is not None else str(answer)
    return str(answer)
