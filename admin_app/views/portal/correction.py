"""更正申请: a person asks the platform to correct their name or identity number (P04)."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin_app.enums import AttachmentPurpose
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.correcting import CorrectionForm
from admin_app.operations.correction_requests import (
    ask_correction,
    latest_request,
    refuse_request,
    withdraw_request,
)
from admin_app.operations.corrections import Correction
from admin_app.rules.masks import mask_id_number
from admin_app.views.portal import blueprint
from admin_app.views.portal.who import acting, acting_person
from admin_app.web.clock import now, today
from admin_app.web.identity import requires_individual
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.storage import remove_file, store_image
from admin_app.web.transactions import reading, saving


@blueprint.route("/profile/correction", methods=["GET", "POST"])
@requires_individual
@once
def correction() -> ResponseReturnValue:
    """Show what was asked and what became of it, or take in a new request."""
    if request.method == "GET":
        return _page(CorrectionForm()), 200
    form = CorrectionForm(request.form)
    form.evidence.data = request.files.get("evidence")
    if not form.evidence.is_given:
        form.evidence.data = None
    if form.validate():
        try:
            _ask(form)
        except Refused as refused:
            if refused.field == "attachments":
                refused.field = "evidence"
            show_on(form, refused)
        else:
            flash(_("申请已提交，办理结果会通过消息告知您。"), "success")
            return redirect(url_for(".correction"), 303)
    return _page(form), 422


@blueprint.post("/profile/correction/withdraw")
@requires_individual
@once
def withdraw_correction() -> ResponseReturnValue:
    """Take the request back, with its paper."""
    with saving() as session:
        key = withdraw_request(session, actor=acting(), now=now())
    if key:
        remove_file(key)
    flash(_("申请已撤回。"), "success")
    return redirect(url_for(".correction"), 303)


def _ask(form: CorrectionForm) -> None:
    actor = acting()
    wanted = Correction(
        name=(form.name.data or "").strip(),
        id_number=(form.id_number.data or "").strip(),
        reason=form.reason.data or "",
    )
    # A picture takes its time: what is wrong otherwise is told before it is kept.
    with reading() as reader:
        refuse_request(reader, actor=actor, correction=wanted, today=today())
    stored = store_image(form.evidence.data)
    try:
        with saving() as session:
            paper = stored.claim(
                purpose=AttachmentPurpose.change_evidence,
                uploaded_by_id=actor.account_id,
                uploaded_at=now(),
            )
            ask_correction(
                session, actor=actor, correction=wanted, evidence=paper, today=today()
            )
    except BaseException:
        remove_file(stored.key)
        raise


def _page(form: CorrectionForm) -> str:
    person = acting_person()
    wish = latest_request(db.session(), person_id=person.id)
    return render_template(
        "portal/profile/correction.html",
        form=form,
        person=person,
        masked_number=mask_id_number(person.id_number),
        wish=wish,
        is_open=wish is not None and wish.outcome is None,
        asked_number=mask_id_number(wish.id_number) if wish and wish.id_number else "",
        papers=(
            [
                {
                    "url": url_for("files.show", key=wish.evidence.key),
                    "name": wish.evidence.file_name,
                }
            ]
            if wish and wish.evidence
            else []
        ),
    )
