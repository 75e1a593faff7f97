"""Choosing and switching what one acts as (X04)."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, Unauthorized

from admin_app.models import Account
from admin_app.operations import audit
from admin_app.views.auth import blueprint
from admin_app.views.auth.entering import home_of
from admin_app.web import kept, sessions
from admin_app.web.identity import current_actor, requires_sign_in, sign_in
from admin_app.web.requests import safe_path
from admin_app.web.transactions import saving


@blueprint.get("/identities")
@requires_sign_in
def choose_identity() -> ResponseReturnValue:
    """Show everything that the account may act as."""
    state = sessions.current()
    return render_template(
        "auth/identities.html",
        identities=state.holder.identities if state.holder else (),
        chosen=state.identity,
        next_path=safe_path(request.args.get("next")) or "",
    )


@blueprint.post("/identities")
@requires_sign_in
def switch_identity() -> ResponseReturnValue:
    """Act as another identity from now on, in a session with a new secret."""
    state = sessions.current()
    own = state.holder.identities if state.holder else ()
    wanted = next((i for i in own if i.key == request.form.get("identity")), None)
    if wanted is None or state.account_id is None:
        raise BadRequest
    with saving() as session:
        audit.record(session, "switch_identity", after={"identity": wanted.key})
        sign_in(session.get_one(Account, state.account_id), wanted)
    actor = current_actor()
    if actor is None:
        raise Unauthorized
    flash(_("已切换身份。"), "success")
    target = safe_path(request.form.get("next"))
    return redirect(kept.resume_url() or target or home_of(actor), 303)
