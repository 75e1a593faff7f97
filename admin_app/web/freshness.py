"""Who has just written reads the primary; all others may read what is a moment old.

The browser carries a mark for as long as a replica may be behind. Whoever removes it
only sees their own change later.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, g, request
from werkzeug.http import parse_cookie

from admin_app.replica import lagging
from admin_app.web import sessions
from config.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

COOKIE: Final = "fresh"
READS: Final = frozenset({"GET", "HEAD"})


def init_app(app: Flask) -> None:
    """Let requests read at the replica, where the settings name one."""
    settings: Settings = app.extensions["settings"]
    if not settings.database_replica_url:
        return
    app.wsgi_app = _choosing(app.wsgi_app)  # type: ignore[method-assign]

    @app.after_request
    def mark(response: Response) -> Response:
        if request.method not in READS or g.get("has_written"):
            response.set_cookie(
                COOKIE,
                "1",
                max_age=settings.replica_patience,
                secure=sessions.is_secure(app),
                httponly=True,
                samesite="Lax",
            )
        return response


def note_write() -> None:
    """Let the browser's next requests see what this one writes."""
    g.has_written = True


def _choosing(wsgi_app: Callable[..., Any]) -> Callable[..., Any]:
    def run(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        reads = environ["REQUEST_METHOD"] in READS
        with lagging(enabled=reads and COOKIE not in parse_cookie(environ)):
            answer: Iterable[bytes] = wsgi_app(environ, start_response)
            return answer

    return run
