"""个人设置: language, theme, large type, rows on a page."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from admin_app.enums import Theme
from admin_app.extensions import db
from admin_app.forms.settings import SettingsForm
from admin_app.models import Account
from admin_app.views.account import blueprint
from admin_app.views.portal.who import acting
from admin_app.web.i18n import LOCALES, current_locale, remember_locale
from admin_app.web.identity import requires_sign_in
from admin_app.web.looks import Looks, current_looks, remember_looks
from admin_app.web.once import once
from admin_app.web.transactions import saving


@blueprint.get("/settings")
@requires_sign_in
def settings() -> ResponseReturnValue:
    """Show how the platform looks to the person now."""
    account = db.session.get_one(Account, acting().account_id)
    looks = current_looks()
    form = SettingsForm(
        locale=current_locale(),
        theme=looks.theme.name,
        is_large_type=looks.is_large_type,
        page_size=account.page_size,
    )
    return render_template("account/settings.html", form=form)


@blueprint.post("/settings")
@requires_sign_in
@once
def save_settings() -> ResponseReturnValue:
    """Keep the settings with the account, and in this browser for the sign-in page."""
    form = SettingsForm(request.form)
    if not form.validate():
        return render_template("account/settings.html", form=form), 400
    looks = Looks(Theme[form.theme.data], form.is_large_type.data)
    with saving() as session:
        account = session.get_one(Account, acting().account_id)
        account.locale = form.locale.data
        account.theme = looks.theme
        account.is_large_type = looks.is_large_type
        account.page_size = form.page_size.data
    answer = make_response(redirect(url_for(".settings"), 303))
    remember_looks(answer, looks)
    remember_locale(answer, form.locale.data)
    with force_locale(LOCALES[form.locale.data]):
        flash(_("设置已保存。"), "success")
    return answer
