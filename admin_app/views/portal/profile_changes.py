"""变更记录: what a person asked to change, where it waits, what became of it (P13)."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import BadRequest, NotFound

from admin_app.enums import Action, ChangeAct, State
from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.models import PersonChange
from admin_app.operations.profiles import owns_change
from admin_app.views import shown
from admin_app.views.portal import blueprint
from admin_app.views.portal.profile_tabs import tab_shown, waiting
from admin_app.views.portal.who import acting
from admin_app.views.profile_words import told_changes
from admin_app.views.reminding import remind
from admin_app.web.clock import now
from admin_app.web.identity import requires_individual
from admin_app.web.looks import page_size
from admin_app.web.once import once
from admin_app.web.transactions import saving
from admin_app.workflows import open_actions, perform


@blueprint.get("/profile/changes")
@requires_individual
def profile_changes() -> ResponseReturnValue:
    """List the person's changes, newest first, with before and after."""
    limit = page_size()
    statement = (
        select(PersonChange)
        .where(PersonChange.person_id == acting().person_id)
        .options(joinedload(PersonChange.decider))
        .order_by(PersonChange.id.desc())
        .limit(limit + 1)
    )
    if (before := _before()) is not None:
        statement = statement.where(PersonChange.id < before)
    found = list(db.session.scalars(statement))
    rows, more = found[:limit], len(found) > limit
    return render_template(
        "portal/profile/changes.html",
        **tab_shown(None),
        rows=rows,
        told=told_changes(rows),
        page={
            "previous_url": url_for(".profile_changes") if before else "",
            "next_url": url_for(".profile_changes", before=rows[-1].id) if more else "",
        },
    )


@blueprint.get("/profile/changes/<int:change_id>")
@requires_individual
def profile_change(change_id: int) -> ResponseReturnValue:
    """Show one change: before and after, who must decide, every step and opinion."""
    change = own_change(change_id)
    actions = open_actions(acting(), change)
    return render_template(
        "portal/profile/change.html",
        change=change,
        told=told_changes([change])[change.id],
        steps=shown.told_steps(change),
        pending=waiting(change),
        reason=change.opinion if change.state is State.rejected else "",
        may_correct=Action.submit in actions and change.act is not ChangeAct.remove,
    )


@blueprint.post("/profile/changes/<int:change_id>/withdraw")
@requires_individual
@once
def withdraw_change(change_id: int) -> ResponseReturnValue:
    """Take a change back that the unit has not decided yet."""
    with saving() as session:
        perform(
            session,
            actor=acting(),
            record=own_change(change_id),
            action=Action.withdraw,
            now=now(),
        )
    flash(_("已撤回，资料保持原样。"), "success")
    return redirect(url_for(".profile_change", change_id=change_id), 303)


@blueprint.post("/profile/changes/<int:change_id>/urge")
@requires_individual
def urge_change(change_id: int) -> ResponseReturnValue:
    """Remind the unit that must decide, once a day (X06)."""
    back = url_for(".profile_change", change_id=change_id)
    return remind(own_change(change_id), back=back)


def own_change(change_id: int) -> PersonChange:
    """Return the person's own change, or answer 404."""
    change = db.session.get(PersonChange, change_id)
    if change is None or not owns_change(acting(), change):
        raise NotFound
    return change


def _before() -> int | None:
    text = request.args.get("before", "")
    key = read_key(text)
    if text and key is None:
        raise BadRequest
    return key
