"""What is true of every request: an id, a log line, clean text, own addresses only."""

import re
import secrets
import time
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

import structlog
from flask import Flask, Request, Response, g, request
from typing_extensions import override
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix

from admin_app.database import writing
from config import logging as log
from config.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD_LENGTH: Final = 20_000
TARGETS: Final = frozenset({"next", "url"})
_UNCLEAN: Final = re.compile("[\x00\ufffd\ud7ff-\udfff\U0010ffff]")
"""With signs behind which none follows: what begins so has no end (`range_of`)."""
_STRAY: Final = re.compile(r"[\\\x00-\x20\x7f]")

logger = structlog.get_logger("web")


class Sent(ImmutableMultiDict[str, Any]):
    """What a browser sends by names, of which a page asks for some that are not there."""

    @override
    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        """Return the first value; Werkzeug makes and catches an error for a missing one."""
        if type is not None:
            return super().get(key, default, type)
        found: Any = dict.get(self, key)
        return found[0] if found else default


class SentRequest(Request):
    """Flask's request, with such values."""

    parameter_storage_class = Sent
    dict_storage_class = Sent


def init_app(app: Flask) -> None:
    """Wrap the program and look at each request before anybody else does."""
    settings: Settings = app.extensions["settings"]
    app.wsgi_app = _in_write_mode(app.wsgi_app)  # type: ignore[method-assign]
    hops = settings.proxy_hops
    if hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    app.before_request(_begin)
    app.before_request(_refuse_unclean)
    app.after_request(_end)
    app.teardown_request(_leave)
    app.context_processor(lambda: {"request_id": request_id()})


def request_id() -> str:
    """Return the id that log lines and error pages of this request carry."""
    return str(g.get("request_id", "-"))


def is_navigation() -> bool:
    """Tell whether the answer will be a page, not a part of one nor for a script."""
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode == "navigate" and "HX-Request" not in request.headers


def safe_path(target: str | None) -> str | None:
    """Return the target if it is a path of our own, else None (AU-16)."""
    if not target or _STRAY.search(target):
        return None
    if not target.startswith("/") or target.startswith("//"):
        return None
    return target


def address() -> str:
    """Return the address the request came from."""
    return request.remote_addr or ""


def _in_write_mode(wsgi_app: Callable[..., Any]) -> Callable[..., Any]:
    """Let unsafe requests take SQLite's write lock when their transaction begins."""

    def run(
        environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        unsafe = environ["REQUEST_METHOD"] not in SAFE_METHODS
        with writing(enabled=unsafe):
            answer: Iterable[bytes] = wsgi_app(environ, start_response)
            return answer

    return run


def _begin() -> None:
    g.began = time.monotonic()
    g.request_id = secrets.token_hex(8)
    log.request_id.set(g.request_id)


def _leave(_error: BaseException | None) -> None:
    # What is logged between two requests belongs to neither.
    log.request_id.set("-")


def _refuse_unclean() -> None:
    """Refuse what no browser sends and a database may choke on (IN-08, IN-10)."""
    # WSGI hands bytes over as Latin-1.
    path = request.environ.get("PATH_INFO", "").encode("latin-1", "replace")
    if not _is_utf8(request.query_string) or not _is_utf8(path):
        raise BadRequest
    # What names no kind has no form.
    given = (request.args, request.form) if request.mimetype else (request.args,)
    pairs = [pair for values in given for pair in values.items(multi=True)]
    if any(len(value) > FIELD_LENGTH for _name, value in pairs):
        raise RequestEntityTooLarge
    if _UNCLEAN.search(request.path) or any(map(_UNCLEAN.search, chain(*pairs))):
        raise BadRequest
    for name, value in pairs:
        if name in TARGETS and value:
            # Flask-Admin follows `url` by rules of its own; `?…` is a page of a list.
            target = f"/{value}" if value.startswith("?") else value
            if safe_path(target) is None:
                raise BadRequest


def _is_utf8(quoted: bytes) -> bool:
    try:
        unquote_to_bytes(quoted).decode()
    except UnicodeDecodeError:
        return False
    return True


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    taken = time.monotonic() - g.get("began", time.monotonic())
    logger.info(
        "request",
        method=request.method,
        # The rule, not the path: a key or number of somebody must not get into logs.
        route=request.url_rule.rule if request.url_rule else "-",
        status=response.status_code,
        ms=round(taken * 1000),
    )
    return response
