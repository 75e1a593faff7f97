"""No unsafe request without the session's token, and none from another site (AU-14)."""

import hmac
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import Forbidden

from admin_app.web import sessions
from admin_app.web.tokens import keyed
from config.settings import Settings

FIELD: Final = "csrf_token"
HEADER: Final = "X-CSRFToken"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES: Final = frozenset({"same-origin", "none"})


class StaleForm(Forbidden):
    """A form without the secret of this browser's session, forged or grown old."""

    @property
    def is_own(self) -> bool:
        """Whether the browser says that a page of ours sent it, which none can forge."""
        return request.headers.get("Sec-Fetch-Site") == "same-origin"


def init_app(app: Flask) -> None:
    """Guard every unsafe request and give templates `csrf_token()`."""
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.before_request(_refuse_forged)


def csrf_token() -> str:
    """Return the token of this browser's session; it lives as long as the session."""
    state = sessions.current()
    secret = state.ensure_token()
    if secret not in state.form_tokens:
        state.form_tokens[secret] = token_for(secret)
    return state.form_tokens[secret]


def token_for(secret: str) -> str:
    """Return the token that belongs to a session's secret."""
    return keyed("csrf", secret)


def _refuse_forged() -> None:
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in OWN_SITES:
        raise Forbidden
    origin = request.headers.get("Origin")
    if origin is not None and not _is_own(origin):
        raise Forbidden
    # The session may have ended since the form was drawn; its secret still proves
    # that the form is ours, so that what was typed can be kept.
    presented = sessions.current().presented
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if presented is None or not _equal(given, token_for(presented)):
        raise StaleForm


def _equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())


def _is_own(origin: str) -> bool:
    settings: Settings = current_app.extensions["settings"]
    here = f"{request.scheme}://{request.host}"
    public = urlsplit(settings.base_url)
    return origin in {here, f"{public.scheme}://{public.netloc}"}
