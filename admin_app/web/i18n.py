"""Which language a page speaks: Chinese, unless the person chose English."""

from typing import Final

from flask import Flask, Response, has_request_context, request

from admin_app.extensions import babel
from admin_app.web import sessions
from admin_app.web.clock import SHANGHAI

LOCALES: Final = {"zh": "zh_Hans_CN", "en": "en"}
"""Our names, and the names under which the libraries keep their own words."""
COOKIE: Final = "locale"
A_YEAR: Final = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    """Let Flask-Babel ask us for the language and show Henan's time."""
    babel.init_app(
        app,
        default_locale=LOCALES["zh"],
        default_timezone=SHANGHAI.key,
        locale_selector=lambda: LOCALES[current_locale()],
    )
    app.context_processor(lambda: {"locale": current_locale()})


def current_locale() -> str:
    """Return 'zh' or 'en': this browser's choice, else the account's."""
    if not has_request_context():
        return "zh"
    chosen = request.cookies.get(COOKIE) or sessions.current().locale
    return chosen if chosen in LOCALES else "zh"


def remember_locale(response: Response, locale: str) -> None:
    """Let this browser speak `locale` from now on; unknown ones change nothing.

    The caller stores it in the account as well where somebody is signed in.
    """
    if locale in LOCALES:
        response.set_cookie(
            COOKIE,
            locale,
            max_age=A_YEAR,
            samesite="Lax",
            httponly=True,
            secure=request.is_secure,
        )
