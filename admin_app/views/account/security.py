"""登录与安全: where one is signed in, and how one signs in."""

import json
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin_app.extensions import db
from admin_app.models import UserSession
from admin_app.operations.accounts import end_sessions
from admin_app.operations.identities import Identity
from admin_app.operations.own_sessions import end_session, sessions_of
from admin_app.operations.second_factor import recovery_codes_left
from admin_app.rules.devices import device_words
from admin_app.views.account import blueprint
from admin_app.views.portal.who import acting
from admin_app.web import sessions
from admin_app.web.clock import now
from admin_app.web.identity import requires_sign_in
from admin_app.web.once import once
from admin_app.web.transactions import saving


@blueprint.get("/security")
@requires_sign_in
def security() -> ResponseReturnValue:
    """Show the own sessions and the ways to make the account safer."""
    account_id = acting().account_id
    holder = sessions.current().holder
    is_on = holder is not None and holder.has_authenticator
    rows = sessions_of(db.session(), account_id=account_id, now=now())
    devices = [_device(row) for row in rows if not sessions.is_over(row)]
    return render_template(
        "account/security.html",
        is_second_step_on=is_on,
        codes_left=recovery_codes_left(db.session(), account_id) if is_on else 0,
        devices=devices,
        others=sum(not device["is_own"] for device in devices),
    )


@blueprint.post("/sessions/<int:session_id>/end")
@requires_sign_in
@once
def end_one_session(session_id: int) -> ResponseReturnValue:
    """Sign one other device out."""
    with saving() as session:
        end_session(
            session,
            account_id=acting().account_id,
            session_id=session_id,
            own_id=sessions.current().row_id,
        )
    flash(_("该设备已下线。"), "success")
    return redirect(url_for(".security"), 303)


@blueprint.post("/sessions/end-others")
@requires_sign_in
@once
def end_other_sessions() -> ResponseReturnValue:
    """Sign every other device out."""
    with saving() as session:
        ended = end_sessions(
            session,
            account_id=acting().account_id,
            except_id=sessions.current().row_id,
        )
    flash(_("已让其他 %(count)s 处登录下线。", count=ended), "success")
    return redirect(url_for(".security"), 303)


def _device(row: UserSession) -> dict[str, Any]:
    state = sessions.current()
    identity = Identity.from_data(json.loads(row.data).get("identity"))
    own = state.holder.identities if state.holder else ()
    return {
        "id": row.id,
        "words": " · ".join(_(word) for word in device_words(row.user_agent)),
        "address": row.address,
        "last_seen_at": row.last_seen_at,
        "created_at": row.created_at,
        "identity": next((each for each in own if each.is_same(identity)), None),
        "is_own": row.id == state.row_id,
    }
