"""The portal's first page: four functions, this year, what waits (P09)."""

from typing import Final

from flask import render_template
from flask.typing import ResponseReturnValue

from admin_app.extensions import db
from admin_app.operations.completion import completion
from admin_app.operations.notices import published_notices
from admin_app.operations.own_records import unsent_count, waiting_records
from admin_app.operations.profiles import open_changes
from admin_app.views.portal import blueprint
from admin_app.views.portal.who import acting, acting_person
from admin_app.web.clock import today
from admin_app.web.identity import requires_individual

WAITING: Final = 5
NOTICES: Final = 5


@blueprint.get("/")
@requires_individual
def home() -> ResponseReturnValue:
    """Show where the person stands this year and what waits for a decision."""
    session, person = db.session(), acting_person()
    return render_template(
        "portal/home.html",
        person=person,
        standing=completion(session, person=person, year=today().year, today=today()),
        waiting=waiting_records(session, person_id=person.id, limit=WAITING),
        unsent=unsent_count(session, person_id=person.id),
        changes=open_changes(session, person_id=person.id),
        notices=published_notices(
            session, reader=acting(), today=today(), limit=NOTICES
        ),
    )
