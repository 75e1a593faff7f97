"""更正姓名和身份证号码: one person, a reason, a picture of the paper (R04)."""

from typing import Any, NamedTuple

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import select

from admin_app.enums import AttachmentPurpose, CorrectionOutcome
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.correcting import CorrectionForm
from admin_app.forms.fields import read_key
from admin_app.models import Attachment, CorrectionRequest, Person
from admin_app.operations.correction_requests import (
    answer_request,
    hold_open,
    refuse_different,
)
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


class _Asked(NamedTuple):
    """What of a request the form begins with: the number is read from the paper."""

    name: str
    reason: str


class Correcting(PersonView):
    """The screen of people, with a door to correct who somebody is."""

    details_template = "admin/people/details.html"

    @expose("/correct/", methods=("GET", "POST"))
    @once
    def correct_view(self) -> ResponseReturnValue:
        """Ask for what is right, then put it in force."""
        person = self.opened_for("correct")
        wish = _wish(person)
        if request.method == "GET":
            form = CorrectionForm(obj=wish and _Asked(wish.name, wish.reason))
            return self._correcting(person, form, wish)
        form = CorrectionForm(request.form)
        if wish is not None:
            del form.evidence
            return self._answer(person, form, wish)
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

    def _answer(
        self, person: Person, form: CorrectionForm, wish: CorrectionRequest
    ) -> ResponseReturnValue:
        """Correct as the person asked, by the paper that they sent."""
        if form.validate():
            try:
                with saving() as session:
                    hold_open(session, wish)
                    refuse_different(wish, form.id_number.data or "")
                    correct_identity(
                        session,
                        actor=self.actor,
                        person=session.get_one(Person, person.id),
                        correction=_typed(form),
                        evidence=session.get_one(Attachment, wish.evidence_id),
                        now=now(),
                        today=today(),
                    )
                    answer_request(
                        session,
                        wish,
                        actor=self.actor,
                        outcome=CorrectionOutcome.corrected,
                        now=now(),
                    )
            except Refused as refused:
                show_on(form, refused)
            else:
                flash(_("已更正，该人员的登录已全部退出。"), "success")
                return redirect(url_for(".details_view", id=person.id), 303)
        return Response(self._correcting(person, form, wish), 422)

    def _correct(self, person_id: int, form: CorrectionForm) -> None:
        correction = _typed(form)
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

    def _correcting(
        self,
        person: Person,
        form: CorrectionForm,
        wish: CorrectionRequest | None = None,
    ) -> str:
        page: str = self.render(
            "admin/people/correct.html",
            correction=form,
            person=person,
            masked_number=mask_id_number(person.id_number),
            return_url=self.return_url(),
            wish=wish,
            papers=evidence_of(person, wish.evidence_id)
            if wish and wish.evidence_id
            else [],
        )
        return page

    def render(self, template: str, **kwargs: Any) -> str:
        """Offer the door, and show the papers of corrections that were made."""
        if record := kwargs.get("record"):
            kwargs["may_correct"] = self.allows("correct")
            kwargs["evidence"] = evidence_of(record)
        page: str = super().render(template, **kwargs)
        return page


def _typed(form: CorrectionForm) -> Correction:
    return Correction(
        name=(form.name.data or "").strip(),
        id_number=(form.id_number.data or "").strip(),
        reason=form.reason.data or "",
    )


def _wish(person: Person) -> CorrectionRequest | None:
    """Return the person's open request that the address names."""
    if "request" not in request.args:
        return None
    found = db.session.scalar(
        select(CorrectionRequest).where(
            CorrectionRequest.id == read_key(request.args["request"]),
            CorrectionRequest.person_id == person.id,
            CorrectionRequest.outcome.is_(None),
        )
    )
    return found or abort(404)


def evidence_of(person: Person, paper_id: int | None = None) -> list[dict[str, str]]:
    """Return the pictures by which corrections of the person were shown, or one."""
    papers = select(Attachment).where(
        Attachment.person_id == person.id,
        Attachment.purpose == AttachmentPurpose.change_evidence,
    )
    if paper_id is not None:
        papers = papers.where(Attachment.id == paper_id)
    rows = db.session.scalars(papers.order_by(Attachment.id))
    return [
        {"url": url_for("files.show", key=row.key), "name": row.file_name}
        for row in rows
    ]
