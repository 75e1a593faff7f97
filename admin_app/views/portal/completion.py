"""年度完成情况: every year, what is missing, and the records behind it (P24)."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound

from admin_app.extensions import db
from admin_app.models import Certificate, CreditEntry
from admin_app.operations import completion as standings
from admin_app.operations.certificates import certificate_in_force
from admin_app.rules.requirements import FIRST_YEAR, LAST_YEAR
from admin_app.views.portal import blueprint
from admin_app.views.portal.who import acting_person
from admin_app.web.clock import today
from admin_app.web.identity import requires_individual


@blueprint.get("/completion")
@requires_individual
def completion() -> ResponseReturnValue:
    """List the years."""
    session, person = db.session(), acting_person()
    issued = session.scalars(
        select(Certificate).where(
            Certificate.person_id == person.id, Certificate.revoked_at.is_(None)
        )
    )
    return render_template(
        "portal/completion.html",
        standings=standings.completions(session, person=person, today=today()),
        issued={certificate.year: certificate for certificate in issued},
    )


@blueprint.get("/completion/<int:year>")
@requires_individual
def year(year: int) -> ResponseReturnValue:
    """Show one year with every line of the ledger that makes it up."""
    session, person = db.session(), acting_person()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound
    standing = standings.completion(session, person=person, year=year, today=today())
    if standing is None:
        raise NotFound
    return render_template(
        "portal/year.html",
        standing=standing,
        waiting=standings.waiting_hours(session, person_id=person.id, year=year),
        certificate=certificate_in_force(session, person_id=person.id, year=year),
        entries=_entries(person.id, year),
        revoked=_revoked(person.id, year),
    )


def _revoked(person_id: int, year: int) -> Certificate | None:
    """Return the certificate of the year that was revoked last."""
    statement = (
        select(Certificate)
        .where(Certificate.person_id == person_id, Certificate.year == year)
        .where(Certificate.revoked_at.is_not(None))
        .order_by(Certificate.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def _entries(person_id: int, year: int) -> list[CreditEntry]:
    statement = (
        select(CreditEntry)
        .where(CreditEntry.person_id == person_id, CreditEntry.year == year)
        .options(
            joinedload(CreditEntry.declaration), joinedload(CreditEntry.public_course)
        )
        .order_by(CreditEntry.id)
    )
    return list(db.session.scalars(statement))
