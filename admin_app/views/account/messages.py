"""消息: what the platform has told this account."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.models import Message
from admin_app.operations.messages import find_message, mark_read, messages_of
from admin_app.views.account import blueprint
from admin_app.views.portal.who import acting
from admin_app.web.clock import now
from admin_app.web.i18n import translate_sentence
from admin_app.web.identity import requires_sign_in
from admin_app.web.looks import page_size
from admin_app.web.requests import safe_path
from admin_app.web.transactions import saving


@blueprint.get("/messages")
@requires_sign_in
def messages() -> ResponseReturnValue:
    """List what the account was told, newest first."""
    before = read_key(request.args.get("before"))
    if before is None and request.args.get("before"):
        raise BadRequest
    page = messages_of(
        db.session(), account_id=acting().account_id, before=before, limit=page_size()
    )
    following = page.next_before
    return render_template(
        "account/messages.html",
        messages=[(message, _told(message)) for message in page.rows],
        pager={
            "previous_url": url_for(".messages") if before else "",
            "next_url": url_for(".messages", before=following) if following else "",
        },
    )


@blueprint.post("/messages/<int:message_id>/open")
@requires_sign_in
def open_message(message_id: int) -> ResponseReturnValue:
    """Note that the message was read, and lead to what it tells of."""
    account_id = acting().account_id
    message = find_message(db.session(), account_id=account_id, message_id=message_id)
    if message is None:
        raise NotFound
    with saving() as session:
        mark_read(session, account_id=account_id, message_id=message_id, now=now())
    return redirect(safe_path(message.url) or _came_from(), 303)


@blueprint.post("/messages/read")
@requires_sign_in
def read_all_messages() -> ResponseReturnValue:
    """Note that every message was read."""
    with saving() as session:
        mark_read(session, account_id=acting().account_id, now=now())
    return redirect(url_for(".messages"), 303)


def _told(message: Message) -> str:
    return translate_sentence(message.sentence, message.values)


def _came_from() -> str:
    return safe_path(request.form.get("next")) or url_for(".messages")
