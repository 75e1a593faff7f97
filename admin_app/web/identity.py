"""Who acts in this request, and the doors that ask for it."""

import functools
from collections.abc import Callable
from typing import Any, Final

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import UserMixin
from werkzeug.exceptions import Forbidden, Unauthorized

from admin_app.extensions import login_manager
from admin_app.models import Account
from admin_app.operations.identities import Identity
from admin_app.permissions import Actor
from admin_app.web import kept, sessions
from config.settings import Settings

View = Callable[..., ResponseReturnValue]
OPEN_TO_MUST_CHANGE: Final = frozenset({"auth.change_password", "auth.sign_out"})
OPEN_WITHOUT_CODE: Final = OPEN_TO_MUST_CHANGE | {
    "account.second_step",
    "account.switch_on_second_step",
    "auth.choose_identity",
    "auth.switch_identity",
    "public.set_language",
    "public.set_looks",
}
"""What an administrator may do who must set up the second step."""


class SignedIn(UserMixin):  # type: ignore[misc] # Flask-Login ships no types
    """What Flask-Login calls the current user."""

    def __init__(self, actor: Actor) -> None:
        """Stand for the actor of this request."""
        self.actor = actor

    def get_id(self) -> str:
        """Return the account's key."""
        return str(self.actor.account_id)


def init_app(app: Flask) -> None:
    """Tell Flask-Login and templates who acts; hold back who must change a password."""
    login_manager.session_protection = None
    login_manager.request_loader(_load_user)
    login_manager.init_app(app, add_context_processor=False)
    app.before_request(_hold_back)
    app.context_processor(_in_templates)


def current_actor() -> Actor | None:
    """Return who acts in this request; None for visitors and unchanged passwords."""
    state = sessions.current()
    if state.holder is None or state.holder.must_change_password:
        return None
    return state.actor


def sign_in(account: Account, identity: Identity) -> None:
    """Begin a new session as this identity, with the caller's transaction."""
    sessions.begin(
        account_id=account.id,
        identity=identity,
        kept=kept.carried_over(account.id),
    )


def sign_out() -> None:
    """End this session; call it inside `saving()`."""
    sessions.end()


def requires_sign_in(view: View) -> View:
    """Let only signed-in people in; others are led to the sign-in page (401)."""
    return _guard(view, lambda _actor: True)


def requires_individual(view: View) -> View:
    """Let only people in who act for themselves (403 for the rest)."""
    return _guard(view, lambda actor: actor.is_individual)


def _guard(view: View, admits: Callable[[Actor], bool]) -> View:
    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        actor = current_actor()
        if actor is None:
            raise Unauthorized
        if not admits(actor):
            raise Forbidden
        return view(*args, **kwargs)

    return guarded


def _load_user(_request: object) -> SignedIn | None:
    actor = current_actor()
    return None if actor is None else SignedIn(actor)


def _hold_back() -> ResponseReturnValue | None:
    """Answer nothing but what must be done first until it is done (AU-05, AU-12)."""
    holder = sessions.current().holder
    if holder is not None and holder.must_change_password:
        return _only(OPEN_TO_MUST_CHANGE, "auth.change_password")
    if must_set_up_code():
        return _only(OPEN_WITHOUT_CODE, "account.second_step")
    return None


def _only(endpoints: frozenset[str], first: str) -> ResponseReturnValue | None:
    if request.endpoint in endpoints:
        return None
    if request.method == "GET":
        return redirect(url_for(first), 303)
    raise Forbidden


def must_set_up_code() -> bool:
    """Tell whether the actor may do nothing before they sign in with codes (AU-12)."""
    settings: Settings = current_app.extensions["settings"]
    state = sessions.current()
    if not settings.require_admin_totp or state.holder is None or state.actor is None:
        return False
    return not (state.actor.is_individual or state.holder.has_authenticator)


def _in_templates() -> dict[str, Any]:
    holder = sessions.current().holder
    return {
        "current_actor": current_actor(),
        "must_change_password": bool(holder and holder.must_change_password),
        "unread_messages": holder.unread if holder else 0,
    }
