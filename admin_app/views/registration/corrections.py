"""A rejected or withdrawn registration, corrected and submitted again (P06, U28)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from admin_app.enums import Action
from admin_app.errors import Refused
from admin_app.forms.registration import CorrectedIndividualForm, UnitForm
from admin_app.models import Attachment
from admin_app.operations.applicants import Contact, correct_contact, is_admitted
from admin_app.operations.registration import (
    UnitApplication,
    correct_person_registration,
    correct_unit_registration,
)
from admin_app.views.registration import blueprint
from admin_app.views.registration.choices import offer, show_picked
from admin_app.views.registration.individual import MEANWHILE, application_of
from admin_app.views.registration.progress import own_record
from admin_app.views.registration.scans import (
    claim_scan,
    forget_scan,
    take_in,
)
from admin_app.views.registration.unit import MEANWHILE as UNIT_MEANWHILE
from admin_app.views.registration.unit import details_of, show_unit, unit_form
from admin_app.web.clock import now, today
from admin_app.web.once import once
from admin_app.web.pending_files import pending
from admin_app.web.refusals import show_on
from admin_app.web.transactions import reading, saving
from admin_app.workflows import open_actions, perform

PERSONAL = (
    "sex",
    "birth_date",
    "ethnic_group_id",
    "native_place_id",
    "graduation_school",
    "major_id",
)
CONTACT = ("name", "mobile", "email")


@blueprint.route("/progress/person/<int:record_id>/correct", methods=["GET", "POST"])
@once
def correct_person(record_id: int) -> ResponseReturnValue:
    """Show what was submitted for correction, and submit it again."""
    form = _person_form(record_id)
    if request.method == "GET" or "_pick" in request.form:
        return _person_page(form)
    if not form.validate():
        return _person_page(form, 400)
    try:
        _submit_person(form, record_id)
    except Refused as refused:
        show_on(form, refused)
        return _person_page(form, 400)
    return _submitted()


@blueprint.route("/progress/unit/<int:record_id>/correct", methods=["GET", "POST"])
@once
def correct_unit(record_id: int) -> ResponseReturnValue:
    """Show what was submitted for correction, and submit it again."""
    with reading() as reader:
        record = _reopened(reader, "unit", record_id)
        old_scan = next(iter(record.scans), None)
    slot = f"unit-{record_id}"
    names = UnitApplication.__slots__
    form = unit_form({name: getattr(record, name) for name in names})
    if request.method == "GET" or "_pick" in request.form:
        return _unit_page(form, old_scan, slot)
    has_scan = take_in(form, slot, is_required=old_scan is None)
    scan_errors = form.scan.errors
    is_valid = form.validate()
    form.scan.errors = scan_errors
    if not (is_valid and has_scan):
        return _unit_page(form, old_scan, slot, 400)
    try:
        _submit_unit(form, record_id, slot)
    except Refused as refused:
        show_on(form, refused)
        return _unit_page(form, old_scan, slot, 400)
    forget_scan(slot)
    return _submitted()


def _reopened(reader: Session, word: str, record_id: int) -> Any:
    """Return a registration that lies with its applicant, who is asking; else 404."""
    actor, record = own_record(reader, word, record_id)
    if Action.submit not in open_actions(actor, record):
        raise NotFound
    return record


def _person_form(record_id: int) -> CorrectedIndividualForm:
    with reading() as reader:
        record = _reopened(reader, "person", record_id)
        person = record.person
        values = {name: getattr(person, name) for name in (*PERSONAL, *CONTACT)}
        values |= {
            "sex": person.sex.name if person.sex else "",
            "region_id": record.unit.region_id,
            "unit_id": record.unit_id,
            "department_id": record.department_id,
        }
        form = CorrectedIndividualForm(
            request.form if request.method == "POST" else None, data=values
        )
        if is_admitted(reader, person):
            # Name and contact of an admitted person change by other ways (P04, P10).
            for name in CONTACT:
                del form[name]
        offer(form, reader)
    return form


def _submit_person(form: CorrectedIndividualForm, record_id: int) -> None:
    try:
        with saving() as writer:
            actor, record = own_record(writer, "person", record_id)
            if "name" in form:
                correct_contact(
                    writer,
                    person=record.person,
                    contact=Contact(
                        name=form.name.data or "",
                        mobile=form.mobile.data or "",
                        email=form.email.data or "",
                    ),
                )
            correct_person_registration(
                writer,
                registration=record,
                application=application_of(form),
                today=today(),
            )
            perform(writer, actor=actor, record=record, action=Action.submit, now=now())
    except IntegrityError:
        raise Refused(MEANWHILE) from None


def _submit_unit(form: UnitForm, record_id: int, slot: str) -> None:
    try:
        with saving() as writer:
            actor, record = own_record(writer, "unit", record_id)
            correct_unit_registration(
                writer,
                registration=record,
                application=UnitApplication(kind=record.kind, **details_of(form)),
                scan=claim_scan(slot),
            )
            perform(writer, actor=actor, record=record, action=Action.submit, now=now())
    except IntegrityError:
        raise Refused(UNIT_MEANWHILE) from None


def _submitted() -> ResponseReturnValue:
    flash(_("注册信息已经提交审核，请耐心等待"), "success")
    return redirect(url_for("registration.progress"), 303)


def _person_page(
    form: CorrectedIndividualForm, status: int = 200
) -> ResponseReturnValue:
    with reading() as reader:
        show_picked(form, reader)
    return render_template("registration/correct_person.html", form=form), status


def _unit_page(
    form: UnitForm, old_scan: Attachment | None, slot: str, status: int = 200
) -> ResponseReturnValue:
    scan = pending(slot) or old_scan
    form.scan.flags.required = scan is None
    body = render_template(
        "registration/correct_unit.html", form=form, path=show_unit(form), scan=scan
    )
    return body, status
