"""学时学分申报: a person types, keeps and sends a declaration of their own (P16-P19, P23)."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from admin_app.enums import EDITABLE, Source
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.declarations import DeclarationForm, posted_fields
from admin_app.models import Declaration
from admin_app.operations import declarations
from admin_app.views import declaring
from admin_app.views.portal import blueprint
from admin_app.views.portal.who import acting
from admin_app.web.clock import today
from admin_app.web.identity import requires_individual
from admin_app.web.once import once
from admin_app.web.transactions import concluded, reading

OWN = Source.individual


@blueprint.route("/declarations/new", methods=["GET", "POST"])
@requires_individual
@once
def declare() -> ResponseReturnValue:
    """Take in a new declaration, or show the form with what is wrong beside it."""
    form = declaring.typed_form(source=OWN, formdata=posted_fields())
    return _answer(form, record=None)


@blueprint.route("/declarations/<int:record_id>/edit", methods=["GET", "POST"])
@requires_individual
@once
def edit_declaration(record_id: int) -> ResponseReturnValue:
    """Change a declaration that is not under way."""
    record = _own(record_id)
    if record.state not in EDITABLE:
        flash(_("该申报正在审批或已办结，不能修改。"), "warning")
        return redirect(url_for(".declaration", record_id=record_id), 303)
    declaring.change_picture(acting(), record_id)
    form = declaring.typed_form(source=OWN, formdata=posted_fields(), record=record)
    return _answer(form, record=record)


@blueprint.post("/declarations/fields")
@requires_individual
def declaration_fields() -> ResponseReturnValue:
    """Return the fields of the chosen form, with what is typed already (P16)."""
    form = declaring.typed_form(source=OWN, formdata=request.form)
    return render_template("declarations/fields.html", **_shown(form))


@blueprint.post("/declarations/hours")
@requires_individual
def declaration_hours() -> ResponseReturnValue:
    """Return the hours that the rule gives so far, and why."""
    form = declaring.typed_form(source=OWN, formdata=request.form)
    return render_template("declarations/hours.html", **_shown(form))


def _answer(form: DeclarationForm, record: Declaration | None) -> ResponseReturnValue:
    wish = request.form.get("do", "")
    is_shown = request.method == "GET" or wish not in {"save", declaring.SEND}
    if is_shown or form.is_stale:
        declaring.keep_pictures(form, acting())
        return _page(form, record, 200 if is_shown else 422)
    sends = wish == declaring.SEND
    actor = acting()
    said = _("已提交，请等待审批。") if sends else _("已保存，尚未提交。")
    try:
        return declaring.save(
            form,
            actor=actor,
            source=OWN,
            person_ids=[actor.person_id],
            record_id=record.id if record else None,
            sends=sends,
            conclude=lambda done: concluded(
                said, url_for(".declaration", record_id=done[0])
            ),
        )
    except Refused as refused:
        form.tell(refused)
        return _page(form, record, 422)


def _page(
    form: DeclarationForm, record: Declaration | None, status: int = 200
) -> ResponseReturnValue:
    is_new_edition = bool(form.asked) and form.is_stale and not form.errors
    body = render_template(
        "portal/declare.html",
        record=record,
        pictures=declaring.editable_pictures(record, _edit_url(record)),
        is_new_edition=is_new_edition and (request.method == "POST" or record),
        can_declare=declarations.can_declare(
            db.session(), actor=acting(), today=today()
        ),
        **_shown(form),
    )
    return body, status


def _shown(form: DeclarationForm) -> dict[str, object]:
    declaring.furnish(form, OWN)
    return {
        "form": form,
        "fields_url": url_for(".declaration_fields"),
        "hours_url": url_for(".declaration_hours"),
        "computed": declaring.hours_shown(form),
    }


def _own(record_id: int) -> Declaration:
    actor = acting()
    # Read apart: the write lock is not held while pictures are encoded.
    with reading() as session:
        record = declarations.find_declaration(
            session, actor=actor, record_id=record_id
        )
    if record is None or not declarations.owns(actor, record):
        raise NotFound
    return record


def _edit_url(record: Declaration | None) -> str:
    return url_for(".edit_declaration", record_id=record.id) if record else ""
