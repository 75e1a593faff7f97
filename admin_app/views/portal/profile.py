"""用户资料管理: what the platform knows of the person, to look at."""

from flask import render_template
from flask.typing import ResponseReturnValue

from admin_app.rules.masks import mask_email, mask_id_number, mask_mobile
from admin_app.views.portal import blueprint
from admin_app.views.portal.who import acting_person
from admin_app.web.identity import requires_individual


@blueprint.get("/profile")
@requires_individual
def profile() -> ResponseReturnValue:
    """Show the person's data, masked where somebody may look over a shoulder."""
    person = acting_person()
    return render_template(
        "portal/profile.html",
        person=person,
        id_number=mask_id_number(person.id_number),
        mobile=mask_mobile(person.mobile) if person.mobile else "",
        email=mask_email(person.email) if person.email else "",
    )
