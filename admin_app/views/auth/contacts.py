"""验证手机 and 验证邮箱: a person shows by a code that an address is theirs (AU-09)."""

from typing import Final

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session, joinedload
from werkzeug.exceptions import NotFound, Unauthorized

from admin_app.enums import Channel
from admin_app.errors import Refused
from admin_app.forms.accounts import CodeForm
from admin_app.jobs import queue_message
from admin_app.models import Account, Person
from admin_app.operations import audit
from admin_app.operations.contacts import (
    address_of,
    note_verified,
    verified_addresses,
)
from admin_app.operations.outgoing import write_message
from admin_app.rules.codes import CODE_LIFETIME
from admin_app.rules.masks import mask_email, mask_mobile
from admin_app.views.auth import blueprint
from admin_app.web import codes, sessions
from admin_app.web.clock import now
from admin_app.web.identity import requires_sign_in
from admin_app.web.refusals import show_on
from admin_app.web.senders import is_served
from admin_app.web.transactions import reading, saving

PURPOSE: Final = "contact"
MASKS: Final = {Channel.mobile: mask_mobile, Channel.email: mask_email}


@blueprint.get("/contacts")
@requires_sign_in
def contacts() -> ResponseReturnValue:
    """Show the own addresses, and which of them are verified."""
    return _page()


@blueprint.post("/contacts/<word>/send")
@requires_sign_in
def send_contact_code(word: str) -> ResponseReturnValue:
    """Send a code to the own address."""
    channel = _channel(word)
    with reading() as reader:
        address = address_of(_own_person(reader), channel)
    if not address:
        raise Refused("您还没有填写该联系方式，请先在个人资料中填写。")
    codes.count_sending(PURPOSE, f"{_account_id()}:{channel.name}")
    with saving() as writer:
        code = codes.issue(writer, purpose=_purpose(channel), subject=address)
        message = write_message(
            writer,
            channel=channel,
            address=address,
            subject=_("验证联系方式"),
            body=_(
                "【河南继续教育】您正在验证联系方式，验证码 %(code)s，5 分钟内有效。"
                "请勿告诉他人；如非本人操作，请忽略。",
                code=code,
            ),
            until=now() + CODE_LIFETIME,
        )
        audit.record(
            writer,
            "send_code",
            object_kind="account",
            object_id=_account_id(),
            after={"channel": channel},
        )
    queue_message(message.id)
    flash(_("验证码已发送，请查收；没有收到时可在 60 秒后重新获取。"), "success")
    return redirect(url_for("auth.contacts", sent=channel.name), 303)


@blueprint.post("/contacts/<word>/confirm")
@requires_sign_in
def confirm_contact(word: str) -> ResponseReturnValue:
    """Take the code, and note that the address is the person's."""
    channel = _channel(word)
    form = CodeForm(request.form)
    if not form.validate():
        return _page(form, channel, 400)
    with reading() as reader:
        address = address_of(_own_person(reader), channel) or ""
    try:
        codes.redeem(form.code.data or "", purpose=_purpose(channel), subject=address)
        with saving() as writer:
            note_verified(
                writer,
                person=_own_person(writer),
                channel=channel,
                address=address,
                now=now(),
            )
    except Refused as refused:
        show_on(form, refused)
        return _page(form, channel, 400)
    flash(_("验证成功，忘记密码时可以用它找回。"), "success")
    return redirect(url_for("auth.contacts"), 303)


def _page(
    form: CodeForm | None = None, typed: Channel | None = None, status: int = 200
) -> ResponseReturnValue:
    with reading() as reader:
        person = _own_person(reader)
        verified = verified_addresses(reader, account_id=_account_id())
    settings = current_app.extensions["settings"]
    asked = typed.name if typed else request.args.get("sent", "")
    if form:
        form.code.data = ""
    lines = [
        {
            "channel": channel,
            "shown": MASKS[channel](address_of(person, channel) or ""),
            "is_verified": channel in verified,
            "may_send": is_served(settings, channel)
            and bool(address_of(person, channel)),
            "form": (form or CodeForm()) if channel.name == asked else None,
        }
        for channel in Channel
    ]
    return render_template("auth/contacts.html", lines=lines), status


def _purpose(channel: Channel) -> str:
    return f"{PURPOSE}-{channel.name}"


def _channel(word: str) -> Channel:
    try:
        return Channel[word]
    except KeyError:
        raise NotFound from None


def _account_id() -> int:
    account_id = sessions.current().account_id
    if account_id is None:
        raise Unauthorized
    return account_id


def _own_person(session: Session) -> Person:
    account = session.get_one(
        Account, _account_id(), options=[joinedload(Account.person)]
    )
    return account.person
