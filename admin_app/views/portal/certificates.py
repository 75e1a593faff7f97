"""The person's own certificate: made by a POST, fetched by a GET (P25)."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.models import Person
from admin_app.operations.certificates import certificate_in_force, issue_certificate
from admin_app.views.portal import blueprint
from admin_app.views.portal.who import acting
from admin_app.views.printing import certificate_file
from admin_app.web.clock import now, today
from admin_app.web.identity import requires_individual
from admin_app.web.once import once
from admin_app.web.refusals import translate
from admin_app.web.transactions import saving


@blueprint.post("/certificates/<int:year>")
@requires_individual
@once
def issue(year: int) -> ResponseReturnValue:
    """Issue the certificate of a completed year; asking again gives the same one."""
    actor = acting()
    try:
        with saving() as session:
            issue_certificate(
                session,
                person=session.get_one(Person, actor.person_id),
                year=year,
                actor=actor,
                now=now(),
                today=today(),
            )
        flash(_("证书已生成，可以下载打印。"), "success")
    except Refused as refused:
        flash(translate(refused), "error")
    return redirect(url_for(".completion"), 303)


@blueprint.get("/certificates/<int:year>")
@requires_individual
def certificate(year: int) -> ResponseReturnValue:
    """Return the certificate in force as PDF; there is none before it is issued."""
    found = certificate_in_force(db.session(), person_id=acting().person_id, year=year)
    if found is None:
        raise NotFound
    return certificate_file(found)
