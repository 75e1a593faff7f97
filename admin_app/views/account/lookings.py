"""谁查看过我的信息: what the audit log holds about the person, for them to read (PR-06)."""

from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest

from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.operations.lookings import Looking, lookings_at
from admin_app.views.account import blueprint
from admin_app.views.audit_words import ACTS
from admin_app.views.portal.who import acting
from admin_app.web.identity import requires_sign_in
from admin_app.web.looks import page_size


@blueprint.get("/lookings")
@requires_sign_in
def lookings() -> ResponseReturnValue:
    """List who looked at the person's data, when, as whom and for what."""
    before = read_key(request.args.get("before"))
    if before is None and request.args.get("before"):
        raise BadRequest
    page = lookings_at(
        db.session(), person_id=acting().person_id, before=before, limit=page_size()
    )
    following = page.next_before
    return render_template(
        "account/lookings.html",
        rows=[_told(row) for row in page.rows],
        pager={
            "previous_url": url_for(".lookings") if before else "",
            "next_url": url_for(".lookings", before=following) if following else "",
        },
    )


def _told(row: Looking) -> dict[str, Any]:
    entry, after = row.entry, row.entry.after or {}
    return {
        "at": entry.at,
        "unit": row.unit_name or (_(entry.identity.label) if entry.identity else ""),
        "name": entry.actor_name,
        "act": _(ACTS.get(entry.action, entry.action)),
        "screen": _screens().get(after.get("screen", ""), ""),
        "reason": after.get("reason", ""),
    }


def _screens() -> dict[str, str]:
    """Return what each screen and page of the administration is called."""
    found = {s.endpoint_name(): s.name for s in current_app.extensions["admin_screens"]}
    return found | {p.path: p.name for p in current_app.extensions["admin_pages"]}
