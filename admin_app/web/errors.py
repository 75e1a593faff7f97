"""Error pages: a sentence and a request id, never a trace (RL-10)."""

from typing import Final

import structlog
from flask import (
    Flask,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from jinja2 import TemplateNotFound
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from admin_app.enums import UserType
from admin_app.extensions import db
from admin_app.web import auditing, kept, sessions
from admin_app.web.csrf import StaleForm
from admin_app.web.requests import is_navigation, request_id

logger = structlog.get_logger("web")

PAGES: Final = frozenset({400, 401, 403, 404, 405, 409, 413, 429, 500, 503})
LAST_RESORT: Final = (
    "<!doctype html><html lang='zh-CN'><meta charset='utf-8'>"
    "<title>{status}</title><h1>{status}</h1>"
    "<p>系统暂时无法处理该请求，请稍后再试。 The request failed; try again later.</p>"
    "<p>{request_id}</p></html>"
)
STALE: Final = (
    "页面已过期，提交的内容未被接收。"
    "请返回上一页刷新后再提交；请勿禁用或清除浏览器的 Cookie。"
)
STILL_THERE: Final = (
    "登录已失效。填写的内容还在：请照常保存或提交，重新登录后即可继续。"
)
LONGEST_OBJECT: Final = 60
RETRY_AFTER: Final = "10"
FIRST_ERROR: Final = 400
METHOD_NOT_ALLOWED: Final = 405
FORBIDDEN: Final = 403


class TooMany(Exception):  # noqa: N818 (a reason, not a fault)
    """Somebody has tried too often; `retry_after` says how many seconds to wait."""

    def __init__(self, retry_after: int) -> None:
        """Remember how long to wait."""
        super().__init__(retry_after)
        self.retry_after = retry_after


def init_app(app: Flask) -> None:
    """Answer every failure with a page of ours."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(401, _sign_in_needed)
    app.register_error_handler(500, _failed)
    app.register_error_handler(TooMany, _too_many)
    app.register_error_handler(DataError, _bad_value)
    app.register_error_handler(OverflowError, _bad_value)
    app.register_error_handler(IntegrityError, _conflict)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(PoolTimeout, _database_away)


def page(status: int, *, sentence: str = "", heading: str = "") -> Response:
    """Return the page of an error; a page that fails itself becomes two plain lines."""
    name = f"errors/{status if status in PAGES else 400}.html"
    try:
        told = {"sentence": sentence, "own_heading": heading}
        body = render_template(name, **told, request_id=request_id())
    except TemplateNotFound:
        body = _plain(status)
    except Exception:
        logger.exception("error page failed", status=status)
        body = _plain(status)
    return make_response(body, status)


def note_denial() -> None:
    """Tell the audit log that somebody who is signed in was turned away (AD-01)."""
    if sessions.current().account_id is None:
        return
    db.session.rollback()
    rule = request.url_rule.rule if request.url_rule else ""
    try:
        auditing.note(
            "denied",
            object_kind="route",
            object_id=f"{request.method} {rule}"[:LONGEST_OBJECT],
            result="refused",
        )
    except OperationalError as error:
        logger.warning("denial not noted", kind=type(error).__name__)


def _plain(status: int) -> str:
    return LAST_RESORT.format(status=status, request_id=request_id())


def _http(error: HTTPException) -> ResponseReturnValue:
    # Redirects of the router are answers, not failures.
    if error.code is None or error.code < FIRST_ERROR:
        return error.get_response()
    if isinstance(error, SecurityError):
        # An unknown host: no address may be built from it.
        return make_response(_plain(error.code), error.code)
    if error.code == FORBIDDEN:
        note_denial()
    answer = _stale(error) if isinstance(error, StaleForm) else page(error.code)
    if error.code == METHOD_NOT_ALLOWED:
        answer.headers.extend(error.get_headers())
        answer.content_type = "text/html; charset=utf-8"
    return answer


def _stale(error: StaleForm) -> Response:
    """Give back what was typed before somebody signed in anew or changed identity."""
    path, fields = kept.typed()
    actor = sessions.current().actor
    if actor is None or not fields or not error.is_own or not is_navigation():
        return page(FORBIDDEN, sentence=_(STALE), heading=_("页面已过期"))
    told = {"path": path, "fields": fields, "acting": actor}
    return make_response(render_template("auth/resume.html", **told), FORBIDDEN)


def _sign_in_needed(_error: HTTPException) -> ResponseReturnValue:
    """Lead a browser to sign in and back; keep the form that it sent (401)."""
    if not is_navigation():
        expired = sessions.current().expired_account_id is not None
        return page(401, sentence=_(STILL_THERE) if expired else "")
    if request.method == "GET":
        return redirect(_sign_in_url(next_path=request.full_path.rstrip("?")), 303)
    if request.method == "POST":
        kept.keep()
        return redirect(_sign_in_url(next_path=None), 303)
    return page(401)


def _sign_in_url(*, next_path: str | None) -> str:
    if sessions.current().expired_account_id is not None:
        flash(_("登录已失效，请重新登录。您填写的内容会在登录后保留。"), "warning")
    window = UserType.employer if request.path.startswith("/admin") else None
    return url_for(
        "auth.sign_in",
        user_type=(window or UserType.individual).name,
        next=next_path,
    )


def _too_many(error: TooMany) -> ResponseReturnValue:
    answer = page(429)
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def _bad_value(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    logger.warning("value refused by the database", kind=type(error).__name__)
    return page(400)


def _conflict(error: IntegrityError) -> ResponseReturnValue:
    db.session.rollback()
    logger.warning("constraint refused", kind=type(error.orig).__name__)
    return page(409)


def _database_away(error: Exception) -> ResponseReturnValue:
    db.session.rollback()
    sessions.current().set_aside()
    logger.error("database not available", kind=type(error).__name__)
    answer = page(503)
    answer.headers["Retry-After"] = RETRY_AFTER
    return answer


def _failed(_error: HTTPException) -> ResponseReturnValue:
    # Flask has logged the exception already.
    db.session.rollback()
    sessions.current().set_aside()
    return page(500)
