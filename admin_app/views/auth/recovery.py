"""忘记密码: number and picture code, a code to a verified address, a new password (P26).

What a stranger sees is the same whether or not there is such an account (AU-09): an
unknown number is shown made-up addresses, and its messages go nowhere.
"""

import datetime as dt
from typing import Any, Final

from flask import (
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from admin_app.enums import Channel, UserType
from admin_app.errors import Refused
from admin_app.forms.accounts import CodeForm, ForgotPasswordForm, RecoverPasswordForm
from admin_app.jobs import queue_message
from admin_app.models import Account
from admin_app.operations import accounts, audit
from admin_app.operations.contacts import verified_addresses
from admin_app.operations.outgoing import write_message
from admin_app.rules.codes import CODE_LIFETIME, hint_email, made_up_hints
from admin_app.rules.masks import mask_mobile
from admin_app.views.auth import blueprint
from admin_app.web import captcha, codes, entrance, limits, sessions
from admin_app.web.clock import now
from admin_app.web.refusals import show_on
from admin_app.web.requests import address
from admin_app.web.senders import is_served
from admin_app.web.tokens import digest, keyed
from admin_app.web.transactions import reading, saving

PURPOSE: Final = "recovery"
STATE: Final = "recovery"
GRANTED_FOR: Final = dt.timedelta(minutes=15)
ATTEMPTS_OF_ADDRESS: Final = 30
WINDOW_OF_ADDRESS: Final = dt.timedelta(minutes=5)
HINTS: Final = {Channel.mobile: mask_mobile, Channel.email: hint_email}


@blueprint.route("/forgot-password", methods=["GET", "POST"])
def forgot_password() -> ResponseReturnValue:
    """Ask whose password it is; every number leads on."""
    if sessions.current().account_id is not None:
        return redirect(url_for("auth.change_password"), 303)
    form = ForgotPasswordForm(
        request.form if request.method == "POST" else None,
        with_captcha=captcha.is_on(),
    )
    if request.method == "GET":
        return _asking(form)
    limits.hit("recovery-address", address(), ATTEMPTS_OF_ADDRESS, WINDOW_OF_ADDRESS)
    has_code = "captcha" in form
    is_right = not has_code or captcha.consume(form.captcha.data)
    is_complete = form.validate()
    if has_code and form.captcha.data and not is_right:
        form.captcha.errors = [_("验证码错误")]
    if not (is_complete and is_right):
        return _asking(form, 400)
    number = form.id_number.data or ""
    with reading() as reader:
        account = accounts.find_account(reader, number)
    sessions.renew()
    session[STATE] = {
        "account": account.id if account else None,
        # The number itself is kept nowhere in readable form.
        "whose": keyed(PURPOSE, number),
        "window": _window().name,
        "until": (now() + GRANTED_FOR).isoformat(),
    }
    return redirect(url_for("auth.prove_recovery"), 303)


@blueprint.post("/forgot-password/send")
def send_recovery_code() -> ResponseReturnValue:
    """Send a code to the chosen address, or do as if."""
    state = _state()
    if state is None:
        return _start_again()
    known, hints = _known_and_hints(state)
    channel = next((c for c in hints if c.name == request.form.get("channel")), None)
    if channel is None:
        return _proving(CodeForm(), hints, 400, _("请选择接收验证码的方式。"))
    try:
        codes.count_sending(PURPOSE, state["whose"])
    except Refused as refused:
        form = CodeForm()
        show_on(form, refused)
        return _proving(form, hints, 429)
    with saving() as writer:
        is_known = channel in known
        subject = str(state["account"]) if is_known else None
        code = codes.issue(writer, purpose=PURPOSE, subject=subject)
        message = write_message(
            writer,
            channel=channel,
            address=known.get(channel),
            subject=_("找回登录密码"),
            body=_(
                "【河南继续教育】您正在找回登录密码，验证码 %(code)s，5 分钟内有效。"
                "请勿告诉他人；如非本人操作，请忽略。",
                code=code,
            ),
            until=now() + CODE_LIFETIME,
        )
        audit.record(
            writer,
            "send_code",
            object_kind="account",
            object_id=state["account"] or "",
            after={"channel": channel},
        )
    queue_message(message.id)
    session[STATE] = state | {"sent": channel.name}
    flash(_("验证码已发送，请查收；没有收到时可在 60 秒后重新获取。"), "success")
    return redirect(url_for("auth.prove_recovery"), 303)


@blueprint.route("/forgot-password/code", methods=["GET", "POST"])
def prove_recovery() -> ResponseReturnValue:
    """Offer the addresses, and take the code that was sent to one of them."""
    state = _state()
    if state is None:
        return _start_again()
    form = CodeForm(request.form if request.method == "POST" else None)
    _known, hints = _known_and_hints(state)
    if request.method == "GET":
        return _proving(form, hints)
    if not form.validate():
        return _proving(form, hints, 400)
    try:
        codes.redeem(
            form.code.data or "",
            purpose=PURPOSE,
            subject=str(state["account"]),
        )
    except Refused as refused:
        _note_refusal(state)
        show_on(form, refused)
        return _proving(form, hints, 400)
    with reading() as reader:
        account = reader.get_one(Account, state["account"])
    sessions.renew()
    proof = {"proven": digest(account.password_hash)}
    until = (now() + GRANTED_FOR).isoformat()
    session[STATE] = state | proof | {"until": until}
    return redirect(url_for("auth.recover_password"), 303)


@blueprint.route("/forgot-password/new", methods=["GET", "POST"])
def recover_password() -> ResponseReturnValue:
    """Set the new password; who has set it signs in with it like everybody."""
    state = _state()
    if state is None or "proven" not in state:
        return _start_again()
    form = RecoverPasswordForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _setting(form)
    if not form.validate():
        return _setting(form, 400)
    try:
        if not _recover(state, form.new_password.data or ""):
            session.pop(STATE)
            return _start_again()
    except Refused as refused:
        show_on(form, refused)
        return _setting(form, 400)
    session.pop(STATE)
    flash(_("密码已重置，请使用新密码登录。"), "success")
    return redirect(url_for("auth.sign_in", user_type=state["window"]), 303)


def _recover(state: dict[str, Any], password: str) -> bool:
    with reading() as reader:
        account = reader.get_one(
            Account, state["account"], options=[joinedload(Account.person)]
        )
        # Somebody else may have set one since the code was given.
        if digest(account.password_hash) != state["proven"]:
            return False
        new = accounts.accept_recovered_password(reader, account=account, new=password)
    with saving() as writer:
        accounts.recover_password(writer, new=new, now=now())
        entrance.unlock(writer, account.person.id_number)
    return True


def _known_and_hints(
    state: dict[str, Any],
) -> tuple[dict[Channel, str], dict[Channel, str]]:
    """Return the verified addresses, and what of them, or of none, is shown."""
    with reading() as reader:
        verified = verified_addresses(reader, account_id=state["account"])
    settings = current_app.extensions["settings"]
    served = [channel for channel in Channel if is_served(settings, channel)]
    known = {c: verified[c] for c in served if c in verified}
    mobile, email, shows_both = made_up_hints(bytes.fromhex(state["whose"]))
    made_up = {Channel.mobile: mobile, Channel.email: email}
    offered = served if shows_both else served[:1]
    hints = {channel: made_up[channel] for channel in offered}
    return known, {c: HINTS[c](known[c]) for c in known} or hints


def _state() -> dict[str, Any] | None:
    state: dict[str, Any] | None = session.get(STATE)
    if state is None or dt.datetime.fromisoformat(state["until"]) <= now():
        return None
    return state


def _window() -> UserType:
    name = request.values.get("user_type", "")
    return next((kind for kind in UserType if kind.name == name), UserType.individual)


def _start_again() -> ResponseReturnValue:
    flash(_("请先填写身份证号码，再获取验证码。"), "info")
    return redirect(url_for("auth.forgot_password"), 303)


def _note_refusal(state: dict[str, Any]) -> None:
    with saving() as writer:
        audit.record(
            writer,
            "recover_password",
            object_kind="account",
            object_id=state["account"] or "",
            result="refused",
        )


def _asking(form: ForgotPasswordForm, status: int = 200) -> ResponseReturnValue:
    if "captcha" in form:
        form.captcha.data = ""
    page = render_template("auth/forgot.html", form=form, window=_window())
    return page, status


def _proving(
    form: CodeForm, hints: dict[Channel, str], status: int = 200, missing: str = ""
) -> ResponseReturnValue:
    form.code.data = ""
    state = session[STATE]
    page = render_template(
        "auth/prove.html",
        form=form,
        hints=hints,
        sent=state.get("sent", ""),
        missing=missing,
    )
    return page, status


def _setting(form: RecoverPasswordForm, status: int = 200) -> ResponseReturnValue:
    for field in form:
        field.data = ""
    return render_template("auth/recover.html", form=form), status
