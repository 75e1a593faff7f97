"""The switch between Chinese and English (X11)."""

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import update

from admin_app.models import Account
from admin_app.views.public import blueprint
from admin_app.web import sessions
from admin_app.web.i18n import LOCALES, remember_locale
from admin_app.web.requests import safe_path
from admin_app.web.transactions import saving


@blueprint.post("/language")
def set_language() -> ResponseReturnValue:
    """Speak the chosen language from now on, also at the account's next sign-in."""
    locale = request.form.get("locale", "")
    account_id = sessions.current().account_id
    if locale in LOCALES and account_id is not None:
        with saving() as session:
            session.execute(
                update(Account).where(Account.id == account_id).values(locale=locale)
            )
    target = safe_path(request.form.get("next")) or url_for("public.home")
    answer = make_response(redirect(target, 303))
    remember_locale(answer, locale)
    return answer
