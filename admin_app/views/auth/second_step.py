"""The second step of signing in: a code of the own telephone (AU-12)."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from admin_app.enums import UserType
from admin_app.errors import Refused
from admin_app.forms.second_step import CodeForm
from admin_app.models import Account
from admin_app.operations import accounts
from admin_app.operations.second_factor import take_either
from admin_app.views.auth import blueprint
from admin_app.views.auth.entering import enter, welcome
from admin_app.web.clock import now
from admin_app.web.refusals import show_on
from admin_app.web.second_step import guessing
from admin_app.web.tokens import digest
from admin_app.web.transactions import reading, saving

KEY: Final = "second_step"
VALID: Final = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who has shown the password of which account, and where they want to go."""

    account_id: int
    password: str
    window: UserType
    target: str


def ask_code(account: Account, window: UserType, target: str) -> ResponseReturnValue:
    """Remember that the password was right, and ask for the code."""
    session[KEY] = {
        "account_id": account.id,
        # A password that is changed meanwhile opens nothing any more.
        "password": digest(account.password_hash),
        "window": window.name,
        "target": target,
        "at": now().isoformat(),
    }
    return redirect(url_for("auth.second_step"), 303)


@blueprint.get("/sign-in/code")
def second_step() -> ResponseReturnValue:
    """Ask for the code of whoever has just shown their password."""
    if _waiting() is None:
        return _begin_again()
    return render_template("auth/second_step.html", form=CodeForm())


@blueprint.post("/sign-in/code")
def pass_second_step() -> ResponseReturnValue:
    """Let in who shows a code that was not used before."""
    waiting = _waiting()
    if waiting is None:
        return _begin_again()
    form = CodeForm(request.form)
    try:
        return _pass(waiting, form)
    except Refused as refused:
        show_on(form, refused)
    form.code.data = form.recovery_code.data = ""
    return render_template("auth/second_step.html", form=form), 400


def _pass(waiting: Waiting, form: CodeForm) -> ResponseReturnValue:
    account_id = waiting.account_id
    with reading() as reader:
        account = reader.get_one(
            Account, account_id, options=[joinedload(Account.person)]
        )
        entry = accounts.decide_entry(
            reader, account=account, user_type=waiting.window, now=now()
        )
    if entry.sentence or digest(account.password_hash) != waiting.password:
        return _begin_again()
    guess = guessing(account_id, actor_name=account.person.name)
    with guess, saving() as writer:
        take_either(
            writer,
            account_id=account_id,
            code=form.code.data or "",
            recovery_code=form.recovery_code.data or "",
            now=now(),
        )
        enter(writer, account, entry)
    return welcome(account, entry, waiting.target)


def _waiting() -> Waiting | None:
    kept = session.get(KEY)
    if kept is None or now() - dt.datetime.fromisoformat(kept["at"]) > VALID:
        return None
    window = UserType[kept["window"]]
    return Waiting(kept["account_id"], kept["password"], window, kept["target"])


def _begin_again() -> ResponseReturnValue:
    """Lead to the sign-in page: the password was not shown, or too long ago."""
    kept = session.pop(KEY, None)
    window = kept["window"] if kept else UserType.individual.name
    return redirect(url_for("auth.sign_in", user_type=window), 303)


__all__ = ["ask_code"]
