"""What belongs to a record's page beside its own columns?"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flask import url_for
from sqlalchemy import bindparam, select

from admin_app.enums import AttachmentPurpose, RecordKind, State
from admin_app.extensions import db
from admin_app.models import (
    Attachment,
    CreditEntry,
    Declaration,
    HoursCheck,
    Person,
    PersonChange,
    Transfer,
    Unit,
    UnitRegistration,
)
from admin_app.operations.history import history
from admin_app.operations.learning_forms import learn
from admin_app.permissions import permits, visible
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.views.admin.display import plain
from admin_app.views.admin.paths import Shown, resolve
from admin_app.views.admin.urging import urging
from admin_app.views.files import sees_photos
from admin_app.views.profile_words import told_changes
from admin_app.views.shown import told_actor, told_answers, told_rule
from admin_app.views.tones import act_tone
from admin_app.web.i18n import worded as _
from admin_app.web.identity import current_actor
from admin_app.web.storage import PDF
from admin_app.workflows import CHECKS


def beside(model: Any) -> list[Shown]:
    """Return what is read with a record because `of` tells it."""
    paths = ["decider.name", "decider.phone"] if hasattr(model, "decider") else []
    if model is Declaration:
        version = ("id", "rule", "caps", "published_at")
        paths += [f"form_version.{name}" for name in version]
        paths.append("requirement.professional_min")
    if model is Transfer:
        # Whose request it is follows from where the person works.
        paths.append("person.department.path")
    return [resolve(model, path) for path in paths]


def of(record: Any, kind: RecordKind | None) -> dict[str, Any]:
    """Return history, the present decider, what it says, and pictures of a record."""
    if kind is None:
        return {"steps": [], "waiting": None, "pictures": pictures(record)}
    is_declaration = isinstance(record, Declaration)
    is_change = isinstance(record, PersonChange)
    events = history(db.session(), kind, record.id)
    is_checked = any(event.action in CHECKS for event in events)
    if is_declaration:
        learn(db.session(), record.form_version)
    return {
        "steps": [_step(event) for event in events],
        "waiting": _waiting(record),
        "pictures": pictures(record),
        "evidence": _evidence(record) if is_checked else [],
        "answers": told_answers(record) if is_declaration else [],
        "rule": told_rule(record) if is_declaration else [],
        "changes": told_changes([record])[record.id] if is_change else [],
    }


def _step(event: Any) -> dict[str, Any]:
    return {
        "unit_name": event.unit_name or event.actor_name,
        "label": _(event.action.label),
        "color": act_tone(event.action),
        "at": plain(event.at),
        "by": told_actor(event) if event.unit_name else "",
        "opinion": event.comment,
        "is_current": False,
    }


def _waiting(record: Any) -> dict[str, Any] | None:
    """Return who must decide now, with the office's phone, since when (X06)."""
    if getattr(record, "state", None) is not State.pending:
        return None
    unit = record.decider
    since = plain(record.waiting_since or record.submitted_at)
    told = {"unit_name": unit.name, "phone": unit.phone, "since": since}
    return told | urging(record)


TOLD: Final = (Attachment.key, Attachment.file_name, Attachment.media_type)
PICTURES: Final[Mapping[Any, Prepared]] = {
    # Papers about who somebody is are shown to the platform only, on a card of their own.
    model: Prepared(
        select(*TOLD)
        .where(
            column == bindparam("owner_id"),
            Attachment.purpose != AttachmentPurpose.change_evidence,
        )
        .order_by(Attachment.position)
        .execution_options(**SAME_PLAN)
    )
    for model, column in (
        (Declaration, Attachment.declaration_id),
        (UnitRegistration, Attachment.unit_registration_id),
        (Person, Attachment.person_id),
        (Unit, Attachment.unit_id),
        (HoursCheck, Attachment.check_id),
    )
}


def pictures(record: Any) -> list[dict[str, Any]]:
    """Return the pictures that the record's page shows."""
    model = type(record)
    if model not in PICTURES:
        return []
    if model is Person and not sees_photos(current_actor()):
        return []
    return _told(PICTURES[model].rows(db.session(), {"owner_id": record.id}))


def _evidence(record: Declaration) -> list[dict[str, Any]]:
    """Return the files that prove the checks of a declaration, for who may see them."""
    actor = current_actor()
    if not permits(actor, "revoke_hours:view"):
        return []
    checks = visible(select(HoursCheck.id), HoursCheck, actor).join(
        CreditEntry, CreditEntry.check_id == HoursCheck.id
    )
    of_record = checks.where(CreditEntry.declaration_id == record.id)
    files = select(*TOLD).where(Attachment.check_id.in_(of_record))
    return _told(db.session.execute(files.order_by(Attachment.id)))


def _told(files: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {
            "url": url_for("files.show", key=row.key),
            "name": row.file_name,
            "is_paper": row.media_type == PDF,
        }
        for row in files
    ]
