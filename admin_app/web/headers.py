"""What every answer tells the browser about trust (AU-15)."""

import secrets
from typing import Final

from flask import Flask, Response, current_app, g

from admin_app.web import sessions

CSP: Final = "Content-Security-Policy"
POLICY: Final = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; "
    "style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
)
FIXED: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HSTS: Final = "max-age=31536000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Set the headers and give templates `csp_nonce()`."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(_add_headers)


def csp_nonce() -> str:
    """Return the nonce of this response."""
    nonce: str | None = g.get("csp_nonce")
    if nonce is None:
        nonce = g.csp_nonce = secrets.token_urlsafe(16)
    return nonce


def _add_headers(response: Response) -> Response:
    told = dict(FIXED)
    # A view may set a stricter policy of its own (stored pictures).
    if CSP not in response.headers:
        told[CSP] = POLICY.format(nonce=csp_nonce())
    if sessions.is_secure(current_app):
        told["Strict-Transport-Security"] = HSTS
    # Nobody else sets these: they need not be looked for one by one.
    response.headers.extend(told)
    if sessions.current().account_id is not None or response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    response.vary.add("Cookie")
    return response
