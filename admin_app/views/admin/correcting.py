"""更正姓名和身份证号码: one person, a reason, a picture of the paper (R04)."""

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import select

from admin_app.enums import AttachmentPurpose
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.correcting import CorrectionForm
from admin_app.models import Attachment, Person
from admin_app.operations.corrections import (
    Correction,
    correct_identity,
    refuse_correction,
)
from admin_app.rules.masks import mask_id_number
from admin_app.views.admin.founding import PersonView
from admin_app.web.clock import now, today
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.storage import keep_image
from admin_app.web.transactions import reading, saving


class Correcting(PersonView):
    """The screen of people, with a door to correct who somebody is."""

    details_template = "admin/people/details.html"

    @expose("/correct/", methods=("GET", "POST"))
    @once
    def correct_view(self) -> ResponseReturnValue:
        """Ask for what is right, then put it in force."""
        person = self.opened_for("correct")
        if request.method == "GET":
            return self._correcting(person, CorrectionForm())
        form = CorrectionForm(request.form)
        form.evidence.data = request.files.get("evidence")
        if not form.evidence.is_given:
            form.evidence.data = None
        if form.validate():
            try:
                self._correct(person.id, form)
            except Refused as refused:
                if refused.field == "attachments":
                    refused.field = "evidence"
                show_on(form, refused)
            else:
                flash(_("已更正，该人员的登录已全部退出。"), "success")
                return redirect(url_for(".details_view", id=person.id), 303)
        return Response(self._correcting(person, form), 422)

    def _correct(self, person_id: int, form: CorrectionForm) -> None:
        correction = Correction(
            name=(form.name.data or "").strip(),
            id_number=(form.id_number.data or "").strip(),
            reason=form.reason.data or "",
        )
        # A picture takes its time: what is wrong otherwise is told before it is kept.
        with reading() as reader:
            refuse_correction(
                reader,
                person=reader.get_one(Person, person_id),
                correction=correction,
                today=today(),
            )
        actor = self.actor
        db.session.rollback()
        evidence = keep_image(
            form.evidence.data,
            purpose=AttachmentPurpose.change_evidence,
            uploaded_by_id=actor.account_id,
        )
        with saving() as session:
            correct_identity(
                session,
                actor=actor,
                person=session.get_one(Person, person_id),
                correction=correction,
                evidence=evidence,
                now=now(),
                today=today(),
            )

    def _correcting(self, person: Person, form: CorrectionForm) -> str:
        page: str = self.render(
            "admin/people/correct.html",
            correction=form,
            person=person,
            masked_number=mask_id_number(person.id_number),
            return_url=self.return_url(),
        )
        return page

    def render(self, template: str, **kwargs: Any) -> str:
        """Offer the door, and show the papers of corrections that were made."""
        if record := kwargs.get("record"):
            kwargs["may_correct"] = self.allows("correct")
            kwargs["evidence"] = evidence_of(record)
        page: str = super().render(template, **kwargs)
        return page


def evidence_of(person: Person) -> list[dict[str, str]]:
    """Return the pictures by which corrections of the person were shown."""
    rows = db.session.scalars(
        select(Attachment)
        .where(
            Attachment.person_id == person.id,
            Attachment.purpose == AttachmentPurpose.change_evidence,
        )
        .order_by(Attachment.id)
    )
    return [
        {"url": url_for("files.show", key=row.key), "name": row.file_name}
        for row in rows
    ]
