"""The home page with its service windows, the notices and the guide (U01, R07, R08)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final, Self

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.models import Notice
from admin_app.operations.notices import published_notice, published_notices
from admin_app.views.public import blueprint
from admin_app.views.shown import told_attachments
from admin_app.web.clock import today
from admin_app.web.identity import current_actor

ON_HOME: Final = 8
ON_LIST: Final = 20


@dataclass(frozen=True, slots=True)
class NoticeLink:
    """A notice as a line of a list."""

    title: str
    published_on: dt.date
    url: str
    unit_name: str

    @classmethod
    def to(cls, notice: Any) -> Self:
        """Link to the page of the notice."""
        url = url_for("public.notice", notice_id=notice.id)
        unit_name = notice.unit_name or ""
        return cls(notice.title, notice.published_from, url, unit_name)


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """Show the service windows and the newest notices for everybody."""
    found = published_notices(db.session(), reader=None, today=today(), limit=ON_HOME)
    notices = [NoticeLink.to(notice) for notice in found]
    return render_template("public/home.html", notices=notices)


@blueprint.get("/notices")
def notices() -> ResponseReturnValue:
    """List what is published for this reader, newest first."""
    session = db.session()
    last_id = read_key(request.args.get("after"))
    found = published_notices(
        session,
        reader=current_actor(),
        today=today(),
        limit=ON_LIST + 1,
        after=session.get(Notice, last_id) if last_id else None,
    )
    shown = found[:ON_LIST]
    is_more = len(found) > ON_LIST
    return render_template(
        "public/notices.html",
        notices=[NoticeLink.to(notice) for notice in shown],
        next_url=url_for("public.notices", after=shown[-1].id) if is_more else "",
    )


@blueprint.get("/notices/<int:notice_id>")
def notice(notice_id: int) -> ResponseReturnValue:
    """Show one notice to whom it is meant for."""
    found = published_notice(
        db.session(),
        notice_id,
        reader=current_actor(),
        today=today(),
    )
    if found is None:
        raise NotFound
    return render_template(
        "public/notice.html",
        notice=found,
        attachments=told_attachments(db.session(), found.id),
    )


@blueprint.get("/guide")
def guide() -> ResponseReturnValue:
    """Show how to register, declare and review."""
    return render_template("public/guide.html")
