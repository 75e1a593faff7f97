"""Signing in through one of the four windows, and out (U10-U13, P07, P08)."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from admin_app.enums import UserType
from admin_app.forms.accounts import SignInForm
from admin_app.models import Account
from admin_app.operations import accounts, audit
from admin_app.operations.accounts import Entry
from admin_app.operations.second_factor import has_authenticator
from admin_app.views.auth import blueprint
from admin_app.views.auth.entering import enter, home_of, welcome
from admin_app.views.auth.second_step import ask_code
from admin_app.views.auth.urging import ticket_for
from admin_app.web import captcha, entrance
from admin_app.web.clock import now
from admin_app.web.identity import current_actor, sign_out
from admin_app.web.requests import safe_path
from admin_app.web.transactions import reading, saving


@blueprint.get("/sign-in/<user_type>")
def sign_in_page(user_type: str) -> ResponseReturnValue:
    """Show the window of a user type, or go on where somebody is signed in already."""
    window = _window(user_type)
    actor = current_actor()
    if actor is not None and "next" not in request.args:
        return redirect(home_of(actor))
    return _page(_form(), window)


@blueprint.post("/sign-in/<user_type>")
def sign_in_post(user_type: str) -> ResponseReturnValue:
    """Let somebody in, or say why not: code first, then password, then identity."""
    window = _window(user_type)
    form = _form()
    if not form.validate():
        return _page(form, window, status=400)
    entrance.count_attempt()
    if not _is_code_right(form):
        form.captcha.errors = [_("验证码错误")]
        return _page(form, window, status=400)
    password = form.password.data or ""
    account = entrance.open_with(form.id_number.data or "", password)
    if account is None:
        return _page(form, window, Entry(sentence=accounts.WRONG), status=400)
    with reading() as session:
        entry = accounts.decide_entry(
            session, account=account, user_type=window, now=now()
        )
        asks_code = has_authenticator(session, account.id)
    if entry.sentence:
        _note_refusal(account, entry)
        return _page(form, window, entry, status=403)
    target = safe_path(request.form.get("next")) or ""
    with saving() as session:
        accounts.renew_hash(session, account=account, password=password)
        if not asks_code:
            enter(session, account, entry)
    if asks_code:
        return ask_code(account, window, target)
    return welcome(account, entry, target)


@blueprint.post("/sign-out", endpoint="sign_out")
def leave() -> ResponseReturnValue:
    """End the session and go home."""
    with saving() as session:
        audit.record(session, "sign_out")
        sign_out()
    answer = redirect(url_for("public.home"), 303)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _window(user_type: str) -> UserType:
    try:
        return UserType[user_type]
    except KeyError:
        raise NotFound from None


def _form() -> SignInForm:
    form = SignInForm(request.form)
    if not captcha.is_on():
        del form.captcha
    return form


def _is_code_right(form: SignInForm) -> bool:
    return "captcha" not in form or captcha.consume(form.captcha.data)


def _note_refusal(account: Account, entry: Entry) -> None:
    with saving() as session:
        audit.record(
            session,
            "sign_in",
            object_kind="account",
            object_id=account.id,
            after={"reason": entry.sentence},
            result="refused",
        )


def _page(
    form: SignInForm, window: UserType, entry: Entry | None = None, *, status: int = 200
) -> ResponseReturnValue:
    # What was typed stays, but for the password and the used-up code.
    form.password.data = ""
    if "captcha" in form:
        form.captcha.data = ""
    waiting = entry.waiting if entry else None
    body = render_template(
        "auth/sign_in.html",
        form=form,
        window=window,
        windows=list(UserType),
        entry=entry,
        others=_windows_of(entry),
        urge_url=(url_for("auth.urge", ticket=ticket_for(waiting)) if waiting else ""),
        next_path=safe_path(request.values.get("next")) or "",
    )
    return body, status


def _windows_of(entry: Entry | None) -> list[UserType]:
    """Return the windows through which the person can enter (P08)."""
    if entry is None:
        return []
    return [
        kind for kind in UserType if any(i.user_type is kind for i in entry.identities)
    ]


blueprint.add_url_rule("/sign-in/<user_type>", endpoint="sign_in", build_only=True)
