"""修改密码 (U18, P15)."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Unauthorized

from admin_app.errors import Refused
from admin_app.forms.accounts import ChangePasswordForm
from admin_app.models import Account
from admin_app.operations import accounts
from admin_app.operations.identities import Identity
from admin_app.views.auth import blueprint
from admin_app.views.auth.entering import home_of
from admin_app.web import entrance, limits, sessions
from admin_app.web.clock import now
from admin_app.web.identity import current_actor, sign_in
from admin_app.web.refusals import show_on
from admin_app.web.transactions import reading, saving


@blueprint.route("/password", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    """Change the own password; also open to those who must before anything else."""
    account_id = sessions.current().account_id
    identity = sessions.current().identity
    if account_id is None or identity is None:
        raise Unauthorized
    form = _form(account_id)
    if request.method == "GET":
        return _page(form)
    if form.validate() and form.new_password.data != form.confirmation.data:
        form.confirmation.errors = [_("两次输入的密码不一致，请重新输入。")]
    if form.errors:
        return _page(form, 400)
    limits.hit(OWN, str(account_id), entrance.ATTEMPTS, entrance.WINDOW)
    try:
        _change(account_id, identity, form)
    except Refused as refused:
        if refused.field not in GUESSED:
            # Only guesses of what is secret are failures.
            limits.give_back((OWN, str(account_id)))
        show_on(form, refused)
        return _page(form, 400)
    limits.clear((OWN, str(account_id)))
    flash(_("密码已修改，您在其他设备上的登录已全部退出。"), "success")
    actor = current_actor()
    if actor is None:
        raise Unauthorized
    return redirect(home_of(actor), 303)


OWN = "change-password"
GUESSED = frozenset({"old_password", "activation"})


def _form(account_id: int) -> ChangePasswordForm:
    """Return the form; it asks for an activation code where the reset gave one."""
    form = ChangePasswordForm(request.form)
    with reading() as reader:
        if reader.get_one(Account, account_id).activation_hash is None:
            del form.activation
    return form


def _change(account_id: int, identity: Identity, form: ChangePasswordForm) -> None:
    with reading() as session:
        account = session.get_one(
            Account, account_id, options=[joinedload(Account.person)]
        )
        new = accounts.accept_new_password(
            session,
            account=account,
            old=form.old_password.data or "",
            new=form.new_password.data or "",
            activation=form["activation"].data if "activation" in form else "",
        )
    with saving() as session:
        accounts.change_password(session, new=new, now=now())
        accounts.end_sessions(session, account_id=account_id)
        sign_in(account, identity)


def _page(form: ChangePasswordForm, status: int = 200) -> ResponseReturnValue:
    for field in form:
        field.data = ""
    return render_template("auth/password.html", form=form), status
