"""Whoever does something grave shows once more that it is they (AU-12).

`permissions.GRAVE` names what is grave. A form may hold the field `FIELD` already
(`own_password` of macros/forms.html); without it a page asks, and sends the form again.
"""

import datetime as dt
from typing import Final

from flask import Flask, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from admin_app.extensions import db
from admin_app.models import Account
from admin_app.permissions import GRAVE
from admin_app.web import entrance, sessions
from admin_app.web.clock import now
from admin_app.web.csrf import FIELD as CSRF_FIELD
from admin_app.web.identity import sign_in
from admin_app.web.requests import safe_path
from admin_app.web.transactions import committing, reading

KEY: Final = "stepped_up_at"
FIELD: Final = "own_password"
VALID: Final = dt.timedelta(minutes=10)


class Unproven(Exception):  # noqa: N818 (a reason, not a fault)
    """The own password was not given lately; `is_wrong` says that another one was."""

    def __init__(self, *, is_wrong: bool) -> None:
        """Remember what to tell."""
        super().__init__(is_wrong)
        self.is_wrong = is_wrong


def init_app(app: Flask) -> None:
    """Answer an unproven request with the page that asks for the password."""
    app.register_error_handler(Unproven, _ask_again)
    app.jinja_env.globals["is_proven"] = is_fresh


def is_fresh() -> bool:
    """Tell whether the password was given within the last ten minutes."""
    at = session.get(KEY)
    return at is not None and now() - dt.datetime.fromisoformat(at) < VALID


def prove(permission: str) -> None:
    """Raise `Unproven` for a POST by a grave permission until the actor has shown it.

    Right and sight are asked for before; what was read meanwhile is read again.
    """
    if permission not in GRAVE or request.method != "POST" or is_fresh():
        return
    password = request.form.get(FIELD, "")
    db.session.rollback()
    if not (password and _step_up(password)):
        raise Unproven(is_wrong=bool(password))


def _step_up(password: str) -> bool:
    """Tell whether the password is right; the session then goes on under a new secret.

    Guesses count as guesses at the sign-in page do.
    """
    state = sessions.current()
    account_id, identity = state.account_id, state.identity
    if account_id is None or identity is None:
        return False
    with reading() as reader:
        number = reader.get_one(Account, account_id).person.id_number
    entrance.count_attempt()
    account = entrance.open_with(number, password)
    if account is None:
        return False
    with committing():
        sign_in(account, identity)
    session[KEY] = now().isoformat()
    return True


def _ask_again(unproven: Unproven) -> ResponseReturnValue:
    """Show the page that asks, with what was sent, to be sent again."""
    left_out = {FIELD, CSRF_FIELD}
    page = render_template(
        "auth/step_up.html",
        action_url=request.full_path.rstrip("?"),
        cancel_url=safe_path(request.values.get("url")) or url_for("public.home"),
        fields=[(k, v) for k, v in request.form.items(multi=True) if k not in left_out],
        is_wrong=unproven.is_wrong,
    )
    return make_response(page, 400 if unproven.is_wrong else 422)
