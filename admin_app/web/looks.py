"""How pages look to a person: dark or light, large type, rows on a page."""

from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, Response, has_request_context, request

from admin_app.enums import Theme
from admin_app.rules.page_sizes import USUAL
from admin_app.web import sessions

COOKIE: Final = "looks"
LARGE: Final = "large"
A_YEAR: Final = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Looks:
    """What the first byte of a page must know."""

    theme: Theme = Theme.system
    is_large_type: bool = False


def init_app(app: Flask) -> None:
    """Let every page be drawn as its reader likes it."""
    app.context_processor(_in_templates)


def current_looks() -> Looks:
    """Return the account's choice; where it made none, this browser's."""
    if not has_request_context():
        return Looks()
    of_browser, holder = _of_browser(), sessions.current().holder
    if holder is None or holder.account_id is None:
        return of_browser
    is_chosen = holder.theme is not Theme.system
    return Looks(
        theme=holder.theme if is_chosen else of_browser.theme,
        is_large_type=holder.is_large_type or of_browser.is_large_type,
    )


def page_size() -> int:
    """Return how many rows a list shows the person who did not say it there."""
    holder = sessions.current().holder
    return holder.page_size if holder and holder.account_id else USUAL


def remember_looks(response: Response, looks: Looks) -> None:
    """Let this browser look so from now on, also before anybody signs in."""
    words = [looks.theme.name, *([LARGE] if looks.is_large_type else [])]
    response.set_cookie(
        COOKIE,
        ".".join(words),
        max_age=A_YEAR,
        samesite="Lax",
        httponly=True,
        secure=request.is_secure,
    )


def _of_browser() -> Looks:
    name, _dot, rest = request.cookies.get(COOKIE, "").partition(".")
    known = name in Theme.__members__
    return Looks(Theme[name] if known else Theme.system, rest == LARGE)


def _in_templates() -> dict[str, Any]:
    return {"looks": current_looks()}
