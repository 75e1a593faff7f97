"""Where a registration leads: the page that says what happens now (U09, P05)."""

from typing import Any, Final

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from admin_app.enums import RecordKind
from admin_app.extensions import db
from admin_app.models import PersonRegistration, UnitRegistration
from admin_app.views.registration import blueprint

REGISTERED: Final = "registered"
MODELS: Final[dict[RecordKind, Any]] = {
    RecordKind.person_registration: PersonRegistration,
    RecordKind.unit_registration: UnitRegistration,
}


def lead_to_result(kind: RecordKind, record_id: int) -> ResponseReturnValue:
    """Remember what this browser registered, and show it."""
    session[REGISTERED] = [kind.name, record_id]
    return redirect(url_for("registration.done"), 303)


@blueprint.get("/done")
def done() -> ResponseReturnValue:
    """Show state and reviewing unit of what this browser has just registered."""
    kind_name, record_id = session.get(REGISTERED, (None, 0))
    if kind_name is None:
        return redirect(url_for("registration.progress"))
    kind = RecordKind[kind_name]
    record = db.session.get(MODELS[kind], record_id)
    if record is None:
        return redirect(url_for("registration.progress"))
    return render_template(
        "registration/done.html",
        record=record,
        is_unit=kind is RecordKind.unit_registration,
    )
