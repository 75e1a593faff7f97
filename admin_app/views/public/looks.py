"""The switch between dark and light, in the head of every page."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update
from werkzeug.exceptions import BadRequest

from admin_app.enums import Theme
from admin_app.models import Account
from admin_app.views.public import blueprint
from admin_app.web import sessions
from admin_app.web.looks import Looks, current_looks, remember_looks
from admin_app.web.requests import safe_path
from admin_app.web.transactions import saving


@blueprint.post("/looks")
def set_looks() -> ResponseReturnValue:
    """Be dark or light from now on, in this browser and for the account."""
    name = request.form.get("theme", "")
    if name not in Theme.__members__:
        raise BadRequest
    theme, account_id = Theme[name], sessions.current().account_id
    if account_id is not None:
        with saving() as session:
            session.execute(
                update(Account).where(Account.id == account_id).values(theme=theme)
            )
    target = safe_path(request.form.get("next")) or url_for("public.home")
    answer = make_response(redirect(target, 303))
    remember_looks(answer, Looks(theme, current_looks().is_large_type))
    return answer
