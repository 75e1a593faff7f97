"""两步验证: setting it up, keeping its recovery codes, switching it off (AU-12)."""

import json
from typing import Any, Final

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin_app.columns import seal, unseal
from admin_app.documents.qr import qr_data_uri
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.second_step import SetUpForm, SwitchOffForm
from admin_app.models import Account
from admin_app.operations import second_factor
from admin_app.rules.totp import authenticator_address, in_groups
from admin_app.views.account import blueprint
from admin_app.views.auth.entering import home_of
from admin_app.views.portal.who import acting
from admin_app.web import entrance, sessions
from admin_app.web.clock import now
from admin_app.web.identity import must_set_up_code, requires_sign_in
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.second_step import guessing
from admin_app.web.transactions import reading, saving

SECRET: Final = "second_step_secret"  # noqa: S105 (a name)
CODES: Final = "second_step_codes"
SEALED_AS: Final = "user_session.second_step"
ISSUER: Final = "河南继续教育平台"
"""Stands in the authenticator, which knows no language of ours."""


@blueprint.get("/second-step")
@requires_sign_in
def second_step() -> ResponseReturnValue:
    """Show the QR code of a secret that this session alone knows."""
    if _is_on():
        return redirect(url_for(".security"), 303)
    return _set_up_page(SetUpForm())


@blueprint.post("/second-step")
@requires_sign_in
@once
def switch_on_second_step() -> ResponseReturnValue:
    """Ask for codes from now on, once the first one was right."""
    form = SetUpForm(request.form)
    if not form.validate():
        return _set_up_page(form, 400)
    account_id = acting().account_id
    try:
        with guessing(account_id), saving() as writer:
            codes = second_factor.switch_on(
                writer,
                account_id=account_id,
                secret=_secret(),
                code=form.code.data or "",
                now=now(),
            )
    except Refused as refused:
        show_on(form, refused)
        return _set_up_page(form, 400)
    session.pop(SECRET, None)
    session[CODES] = seal(json.dumps(codes), name=SEALED_AS)
    return redirect(url_for(".recovery_codes"), 303)


@blueprint.get("/second-step/codes")
@requires_sign_in
def recovery_codes() -> ResponseReturnValue:
    """Show the recovery codes until the person has said that they are kept."""
    sealed = session.get(CODES)
    if sealed is None:
        return redirect(url_for(".security"), 303)
    codes = json.loads(unseal(sealed, name=SEALED_AS))
    return _page(
        "account/recovery_codes.html", codes=[in_groups(code) for code in codes]
    )


@blueprint.post("/second-step/codes")
@requires_sign_in
def forget_recovery_codes() -> ResponseReturnValue:
    """Never show the recovery codes again."""
    session.pop(CODES, None)
    flash(_("两步验证已开启，下次登录时请准备好手机。"), "success")
    return redirect(home_of(acting()), 303)


@blueprint.route("/second-step/off", methods=["GET", "POST"])
@requires_sign_in
def switch_off_second_step() -> ResponseReturnValue:
    """Ask for codes no more, if password and code are shown."""
    if not _is_on():
        return redirect(url_for(".security"), 303)
    form = SwitchOffForm(request.form)
    if request.method == "GET":
        return _off_page(form)
    if not form.validate():
        return _off_page(form, 400)
    account_id = acting().account_id
    if not _knows_password(account_id, form.password.data or ""):
        form.password.errors = [_("密码错误，两步验证没有关闭。")]
        return _off_page(form, 400)
    try:
        with guessing(account_id), saving() as writer:
            second_factor.take_either(
                writer,
                account_id=account_id,
                code=form.code.data or "",
                recovery_code=form.recovery_code.data or "",
                now=now(),
            )
            second_factor.switch_off(writer, account_id=account_id, now=now())
    except Refused as refused:
        show_on(form, refused)
        return _off_page(form, 400)
    flash(_("两步验证已关闭。"), "success")
    return redirect(url_for(".security"), 303)


def _is_on() -> bool:
    holder = sessions.current().holder
    return holder is not None and holder.has_authenticator


def _secret() -> str:
    """Return the secret that is being set up, made when it is first asked for."""
    if SECRET not in session:
        session[SECRET] = seal(second_factor.new_secret(), name=SEALED_AS)
    return unseal(session[SECRET], name=SEALED_AS)


def _knows_password(account_id: int, password: str) -> bool:
    with reading() as reader:
        number = reader.get_one(Account, account_id).person.id_number
    entrance.count_attempt()
    return entrance.open_with(number, password) is not None


def _set_up_page(form: SetUpForm, status: int = 200) -> ResponseReturnValue:
    secret = _secret()
    address = authenticator_address(secret, name=acting().name, issuer=ISSUER)
    form.code.data = ""
    page = _page(
        "account/second_step.html",
        form=form,
        picture=qr_data_uri(address),
        secret=in_groups(secret),
        is_required=must_set_up_code(),
    )
    return page, status


def _off_page(form: SwitchOffForm, status: int = 200) -> ResponseReturnValue:
    for field in form:
        field.data = ""
    left = second_factor.recovery_codes_left(db.session(), acting().account_id)
    return _page("account/second_step_off.html", form=form, left=left), status


def _page(template: str, **values: Any) -> str:
    if must_set_up_code():
        # The menu of a workplace leads nowhere yet.
        values["shell"] = "public/base.html"
    return render_template(template, **values)
