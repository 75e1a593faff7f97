"""Stored pictures and PDFs, each served only to whoever may see the record it belongs to (AZ-04)."""

import re
from typing import Any, Final
from urllib.parse import quote

from flask import Blueprint, Flask, Response
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from admin_app.enums import AttachmentPurpose
from admin_app.extensions import db
from admin_app.models import (
    Attachment,
    Declaration,
    HoursCheck,
    Notice,
    Person,
    Unit,
    UnitRegistration,
)
from admin_app.operations.notices import published_notice
from admin_app.permissions import Actor, permits, visible
from admin_app.views.registration.progress import granted_account
from admin_app.web import auditing
from admin_app.web.clock import today
from admin_app.web.identity import current_actor
from admin_app.web.pending_files import find_pending
from admin_app.web.storage import PDF, StoredFile, open_file

POLICY: Final = "default-src 'none'; sandbox"
KEY: Final = re.compile(r"[0-9a-f-]{8,64}")
OF_PERSON: Final = ("person_query:view", "review_profile_changes:view")
"""Who may look at a person's pictures."""
blueprint = Blueprint("files", __name__)


def register(app: Flask) -> None:
    """Give the program these addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/files/<key>")
def show(key: str) -> ResponseReturnValue:
    """Serve one file; whatever may not be seen does not exist (404)."""
    if not KEY.fullmatch(key):
        raise NotFound
    attachment = db.session.scalar(select(Attachment).where(Attachment.key == key))
    picture = find_pending(key) if attachment is None else _seen(attachment)
    if attachment is not None and attachment.notice_id is None:
        auditing.note(
            "read_file",
            object_kind="attachment",
            object_id=attachment.id,
            result="ok" if picture is not None else "refused",
            subject_id=next(iter(auditing.subjects(Attachment, [attachment.id])), None),
        )
    data = open_file(key) if picture is not None else None
    if picture is None or data is None:
        raise NotFound
    answer = Response(data, mimetype=picture.media_type)
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Disposition"] = _disposition(picture)
    return answer


def _disposition(file: Attachment | StoredFile) -> str:
    """Show a picture where it stands; hand over a PDF, which a reader opens apart."""
    if file.media_type != PDF:
        return "inline"
    return f"attachment; filename*=UTF-8''{quote(file.file_name, safe='')}"


def _seen(attachment: Attachment) -> Attachment | StoredFile | None:
    actor = current_actor()
    if actor is not None and actor.is_superuser:
        return attachment
    is_paper = attachment.purpose is AttachmentPurpose.change_evidence
    may_see = any(
        owner_id is not None and sees(actor, owner_id)
        for owner_id, sees in (
            (attachment.unit_registration_id, _sees_registration),
            (attachment.unit_id, _sees_unit),
            (attachment.declaration_id, _sees_declaration),
            (attachment.person_id, _sees_paper if is_paper else _sees_person),
            (attachment.notice_id, _sees_notice),
            (attachment.check_id, _sees_check),
        )
    )
    return attachment if may_see else None


def _sees_registration(actor: Actor | None, record_id: int) -> bool:
    owner_id = db.session.scalar(
        select(UnitRegistration.applicant_id).where(UnitRegistration.id == record_id)
    )
    if actor is not None and actor.person_id == owner_id:
        return True
    account = granted_account()
    if account is not None and account.person_id == owner_id:
        return True
    return _may(actor, UnitRegistration, record_id, "review_subordinate_units:view")


def _sees_unit(actor: Actor | None, unit_id: int) -> bool:
    own = actor is not None and actor.unit_id == unit_id
    name = "unit_profile:view" if own else "subordinate_units:view"
    return _may(actor, Unit, unit_id, name)


def _sees_declaration(actor: Actor | None, record_id: int) -> bool:
    return _may(
        actor,
        Declaration,
        record_id,
        "approve_hours:view",
        "unit_declarations:view",
        "declare_hours:view",
        "revoke_hours:view",
    ) or _filed(actor, record_id)


def _filed(actor: Actor | None, record_id: int) -> bool:
    """Tell whether the actor's unit filed the declaration, for whomever (R03)."""
    if actor is None or not actor.is_administrator:
        return False
    # A department's administrator sees the department's people, whoever filed.
    if actor.department_id is not None:
        return False
    filed_by_id = db.session.scalar(
        select(Declaration.filed_by_id).where(Declaration.id == record_id)
    )
    return filed_by_id == actor.unit_id and permits(actor, "declare_hours:view")


def sees_photos(actor: Actor | None) -> bool:
    """Tell whether an administrator may look at the pictures of people in scope."""
    return any(permits(actor, name) for name in OF_PERSON)


def _sees_person(actor: Actor | None, person_id: int) -> bool:
    return _may(actor, Person, person_id, *OF_PERSON)


def _sees_paper(actor: Actor | None, person_id: int) -> bool:
    """Tell whether the paper about who somebody is is the reader's own."""
    return actor is not None and actor.person_id == person_id


def _sees_check(actor: Actor | None, check_id: int) -> bool:
    """Tell whether the check is the reader's to know: one file may prove many cases."""
    is_person = actor is not None and actor.is_individual
    return not is_person and _may(actor, HoursCheck, check_id, "revoke_hours:view")


def _sees_notice(actor: Actor | None, notice_id: int) -> bool:
    """Tell whether the notice is published for the reader, or theirs to write."""
    found = published_notice(db.session(), notice_id, reader=actor, today=today())
    is_author = actor is not None and not actor.is_individual
    return found is not None or (
        is_author and _may(actor, Notice, notice_id, "notices:view")
    )


def _may(actor: Actor | None, model: Any, record_id: int, *names: str) -> bool:
    """Tell whether the row is in the actor's scope and one of the rights is theirs."""
    if actor is None or not (
        actor.is_individual or any(permits(actor, name) for name in names)
    ):
        return False
    statement = visible(select(model.id).where(model.id == record_id), model, actor)
    return db.session.scalar(statement) is not None
