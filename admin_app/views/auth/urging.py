"""催办 from the sign-in page, by somebody whose registration is not yet decided (U13)."""

from typing import Final

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from admin_app import workflows
from admin_app.enums import RecordKind, UserType
from admin_app.errors import Refused
from admin_app.models import PersonRegistration, UnitRegistration
from admin_app.operations.accounts import Waiting
from admin_app.views.auth import blueprint
from admin_app.web import sessions
from admin_app.web.clock import now, today
from admin_app.web.refusals import translate
from admin_app.web.tokens import keyed
from admin_app.web.transactions import saving

LIFETIME: Final = 600


def ticket_for(waiting: Waiting) -> str:
    """Return what lets this browser, and no other, remind the unit for ten minutes."""
    ticket = _signer(sessions.current().ensure_token()).dumps(
        [waiting.kind.name, waiting.record_id]
    )
    return str(ticket)


@blueprint.post("/urge/<ticket>", endpoint="urge")
def remind(ticket: str) -> ResponseReturnValue:
    """Remind the reviewing unit, at most once a day."""
    kind, record_id = _read(ticket)
    try:
        with saving() as session:
            record = _registration(session, kind, record_id)
            if record is None:
                raise NotFound
            workflows.remind(session, record=record, now=now(), today=today())
        sentence, category = _("已催办，请耐心等待审核。"), "success"
    except Refused as refused:
        sentence, category = translate(refused), "warning"
    if request.headers.get("HX-Request"):
        return render_template("auth/urged.html", sentence=sentence)
    flash(sentence, category)
    return redirect(url_for("auth.sign_in", user_type=UserType.individual.name), 303)


def _registration(
    session: Session, kind: RecordKind, record_id: int
) -> PersonRegistration | UnitRegistration | None:
    if kind is RecordKind.person_registration:
        return session.get(PersonRegistration, record_id)
    return session.get(UnitRegistration, record_id)


def _read(ticket: str) -> tuple[RecordKind, int]:
    try:
        signer = _signer(sessions.current().presented or "")
        kind, record_id = signer.loads(ticket, max_age=LIFETIME)
    except BadSignature:
        raise NotFound from None
    return RecordKind[kind], record_id


def _signer(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        str(current_app.secret_key), salt=keyed("urge", secret)
    )
