"""Registration of a unit in two steps: what it is, and who applies (U01-U09, R03)."""

from typing import Any, Final

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import CombinedMultiDict

from admin_app.enums import Action, RecordKind, UnitKind
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.forms.registration import (
    KnownApplicantForm,
    NewUnitApplicantForm,
    UnitForm,
)
from admin_app.models import Unit
from admin_app.operations.applicants import applicant_actor
from admin_app.operations.registration import (
    UnitApplication,
    refuse_unit_application,
    register_unit,
    review_path,
)
from admin_app.views.registration import applicant, blueprint, proofs
from admin_app.views.registration.choices import offer, show_picked
from admin_app.views.registration.results import lead_to_result
from admin_app.views.registration.scans import (
    claim_scan,
    forget_scan,
    take_in,
)
from admin_app.web.clock import now
from admin_app.web.once import once
from admin_app.web.pending_files import pending
from admin_app.web.refusals import show_on
from admin_app.web.transactions import reading, saving
from admin_app.workflows import perform

DRAFTS: Final = "unit_drafts"
PREFIX: Final = "applicant-"
SECRET: Final = frozenset({"password", "password_again", "captcha", "code"})
MEANWHILE: Final = "该代码的单位刚刚已经提交注册，请在“注册审核进度查询”中查看。"
ApplicantForm = KnownApplicantForm | NewUnitApplicantForm


@blueprint.route("/unit/<any(employer, base):kind>", methods=["GET", "POST"])
def unit(kind: str) -> ResponseReturnValue:
    """Step 1: keep the unit's details and scan, then go on to the applicant."""
    is_sent = request.method == "POST"
    form = unit_form(_draft(kind))
    if not is_sent or applicant.is_only_turning_pages():
        return _unit_page(form, kind, _carried(request.form))
    has_scan = take_in(form, kind, is_required=True)
    scan_errors = form.scan.errors
    is_valid = form.validate()
    form.scan.errors = scan_errors
    if is_valid and has_scan:
        is_valid = _is_acceptable(form, kind)
    if not (is_valid and has_scan):
        return _unit_page(form, kind, _carried(request.form), 400)
    _keep_draft(kind, details_of(form))
    if _carried(request.form):
        return _applicant_page(_applicant_form(), kind)
    return redirect(url_for("registration.unit_applicant", kind=kind), 303)


@blueprint.route("/unit/<any(employer, base):kind>/applicant", methods=["GET", "POST"])
@once
def unit_applicant(kind: str) -> ResponseReturnValue:
    """Step 2: the applicant; then everything is written in one transaction."""
    draft = _draft(kind)
    if draft is None or pending(kind) is None:
        flash(_("请先填写单位信息。"), "warning")
        return redirect(url_for("registration.unit", kind=kind), 303)
    if "back" in request.form:
        return _unit_page(unit_form(draft), kind, _carried(request.form))
    form = _applicant_form()
    if request.method == "GET" or applicant.is_only_turning_pages():
        return _applicant_page(form, kind)
    if proofs.is_asked_for():
        proofs.send(form)
        return _applicant_page(form, kind)
    if not applicant.is_let_through(form):
        return _applicant_page(form, kind, 400)
    try:
        with applicant.telling(form):
            application = UnitApplication(kind=UnitKind[kind], **draft)
            record_id = _register(form, application, kind)
    except Refused as refused:
        show_on(form, refused)
        return _applicant_page(form, kind, 400)
    forget_scan(kind)
    _keep_draft(kind, None)
    return lead_to_result(RecordKind.unit_registration, record_id)


@blueprint.get("/review-path")
def show_review_path() -> ResponseReturnValue:
    """Tell who will review a unit under the chosen superior, and the whole chain."""
    superior_id = read_key(request.args.get("superior_id"))
    return render_template(
        "registration/review_path.html", path=_path_of(db.session(), superior_id)
    )


def unit_form(values: dict[str, Any] | None) -> UnitForm:
    """Return step 1 as it was posted or, unposted, with these values."""
    is_own = request.method == "POST" and "name" in request.form
    form = UnitForm(
        CombinedMultiDict([request.files, request.form]) if is_own else None,
        data=values,
    )
    with reading() as reader:
        offer(form, reader)
    return form


def details_of(form: UnitForm) -> dict[str, Any]:
    """Return what a valid form says of the unit, without its scan."""
    return {name: value for name, value in form.data.items() if name != "scan"}


def show_unit(form: UnitForm) -> list[Unit]:
    """Put words to what was picked; return who reviews from the superior upwards."""
    with reading() as reader:
        show_picked(form, reader)
        return _path_of(reader, form.superior_id.data)


def _is_acceptable(form: UnitForm, kind: str) -> bool:
    application = UnitApplication(kind=UnitKind[kind], **details_of(form))
    try:
        with reading() as reader:
            refuse_unit_application(reader, application)
    except Refused as refused:
        show_on(form, refused)
        return False
    return True


def _register(form: ApplicantForm, application: UnitApplication, kind: str) -> int:
    found = applicant.find_applicant(form, applicant.count_unit)
    try:
        with saving() as writer:
            person = found.join(writer)
            scan = claim_scan(kind)
            assert scan is not None
            record = register_unit(
                writer, applicant=person, application=application, scan=scan
            )
            actor = applicant_actor(person)
            perform(writer, actor=actor, record=record, action=Action.submit, now=now())
            name, record_id = person.name, record.id
    except IntegrityError:
        # Two browsers at the same moment: the database let one of them pass.
        raise Refused(MEANWHILE) from None
    applicant.warn_of_rare_name(name)
    return record_id


def _applicant_form() -> ApplicantForm:
    kind = KnownApplicantForm if applicant.says_known() else NewUnitApplicantForm
    is_typed = any(name.startswith(PREFIX) for name in request.form)
    form: ApplicantForm = kind(
        request.form if is_typed else None,
        prefix=PREFIX,
        **applicant.options(),
    )
    return form


def _carried(values: Any) -> dict[str, str]:
    """Return what was typed in step 2, to be carried through step 1 by the page."""
    carried = {
        name: value
        for name, value in values.items()
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in SECRET
    }
    if carried and applicant.says_known():
        carried["as"] = "known"
    return carried


def _draft(kind: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = session.get(DRAFTS, {}).get(kind)
    return found


def _keep_draft(kind: str, details: dict[str, Any] | None) -> None:
    drafts = {**session.get(DRAFTS, {}), kind: details}
    session[DRAFTS] = {name: each for name, each in drafts.items() if each}


def _path_of(reader: Session, superior_id: int | None) -> list[Unit]:
    superior = reader.get(Unit, superior_id) if superior_id else None
    return review_path(reader, superior) if superior is not None else []


def _unit_page(
    form: UnitForm, kind: str, carried: dict[str, str], status: int = 200
) -> ResponseReturnValue:
    scan = pending(kind)
    form.scan.flags.required = scan is None
    body = render_template(
        "registration/unit.html",
        form=form,
        kind=kind,
        unit_kind=UnitKind[kind],
        path=show_unit(form),
        scan=scan,
        carried=carried,
    )
    return body, status


def _applicant_page(
    form: ApplicantForm, kind: str, status: int = 200
) -> ResponseReturnValue:
    applicant.empty_secrets(form)
    draft = _draft(kind) or {}
    with reading() as reader:
        path = _path_of(reader, draft.get("superior_id"))
    body = render_template(
        "registration/unit_applicant.html",
        form=form,
        kind=kind,
        unit_kind=UnitKind[kind],
        draft=draft,
        path=path,
        scan=pending(kind),
        is_known=isinstance(form, KnownApplicantForm),
        proof=proofs.shown_on(form),
    )
    return body, status
