"""Registration of an individual (P01-P05)."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from admin_app.enums import Action, RecordKind, Sex
from admin_app.errors import Refused
from admin_app.forms.registration import KnownIndividualForm, NewIndividualForm
from admin_app.operations.applicants import applicant_actor
from admin_app.operations.registration import PersonApplication, register_person
from admin_app.views.registration import applicant, blueprint, proofs
from admin_app.views.registration.choices import offer, show_picked
from admin_app.views.registration.results import lead_to_result
from admin_app.web.clock import now, today
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.transactions import reading, saving
from admin_app.workflows import perform

MEANWHILE = "同一人员的注册申请刚刚已经提交，请在“注册审核进度查询”中查看。"

IndividualForm = NewIndividualForm | KnownIndividualForm


@blueprint.route("/individual", methods=["GET", "POST"])
@once
def individual() -> ResponseReturnValue:
    """Take in the registration, or show the form with what is wrong beside it."""
    form = _form()
    if request.method == "GET" or applicant.is_only_turning_pages():
        return _page(form)
    if proofs.is_asked_for():
        proofs.send(form)
        return _page(form)
    if not applicant.is_let_through(form):
        return _page(form, 400)
    try:
        with applicant.telling(form):
            record_id = _register(form)
    except Refused as refused:
        show_on(form, refused)
        return _page(form, 400)
    return lead_to_result(RecordKind.person_registration, record_id)


def application_of(form: Any) -> PersonApplication:
    """Return the personal part of a valid form."""
    return PersonApplication(
        region_id=form.region_id.data,
        unit_id=form.unit_id.data,
        department_id=form.department_id.data,
        sex=Sex[form.sex.data],
        birth_date=form.birth_date.data,
        ethnic_group_id=form.ethnic_group_id.data,
        native_place_id=form.native_place_id.data,
        graduation_school=form.graduation_school.data,
        major_id=form.major_id.data,
    )


def _form() -> IndividualForm:
    kind = KnownIndividualForm if applicant.says_known() else NewIndividualForm
    form: IndividualForm = kind(
        request.form if request.method == "POST" else None,
        **applicant.options(),
    )
    with reading() as session:
        offer(form, session)
    return form


def _register(form: IndividualForm) -> int:
    found = applicant.find_applicant(form, applicant.count_person)
    try:
        with saving() as session:
            person = found.join(session)
            record = register_person(
                session,
                person=person,
                application=application_of(form),
                today=today(),
            )
            actor = applicant_actor(person)
            perform(
                session, actor=actor, record=record, action=Action.submit, now=now()
            )
            name, record_id = person.name, record.id
    except IntegrityError:
        # Two browsers at the same moment: the database let one of them pass.
        raise Refused(MEANWHILE, field="id_number") from None
    applicant.warn_of_rare_name(name)
    return record_id


def _page(form: IndividualForm, status: int = 200) -> ResponseReturnValue:
    applicant.empty_secrets(form)
    with reading() as session:
        show_picked(form, session)
    body = render_template(
        "registration/individual.html",
        form=form,
        is_known=isinstance(form, KnownIndividualForm),
        proof=proofs.shown_on(form),
    )
    return body, status
