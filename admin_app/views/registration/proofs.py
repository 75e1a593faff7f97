"""Whoever registers holds the mobile they typed: nothing of a number is told before (AU-11).

A code is asked of everybody alike, so that asking for it tells nothing. Where no short
messages are sent, it goes by mail; where neither is, the picture code alone is left.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, request, session
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from admin_app.enums import Channel
from admin_app.errors import Refused
from admin_app.jobs import queue_message
from admin_app.models import Person
from admin_app.operations import audit
from admin_app.operations.contacts import address_of, note_verified
from admin_app.operations.outgoing import write_message
from admin_app.rules.codes import CODE_LIFETIME, hint_email
from admin_app.rules.masks import mask_mobile
from admin_app.web import captcha, codes, limits
from admin_app.web.clock import now
from admin_app.web.refusals import show_on
from admin_app.web.requests import address
from admin_app.web.senders import is_served, is_trial
from admin_app.web.tokens import keyed
from admin_app.web.transactions import committing

BUTTON: Final = "send_code"
PURPOSE: Final = "registration"
HELD: Final = "registration_proof"
HELD_FOR: Final = dt.timedelta(minutes=15)
CODES_AN_HOUR: Final = 120
"""From one address: twice as many as people may register from there (decision 7)."""
HOUR: Final = dt.timedelta(hours=1)
HINTS: Final = {Channel.mobile: mask_mobile, Channel.email: hint_email}
WHY: Final[dict[Channel, Callable[[], str]]] = {
    Channel.mobile: lambda: _("验证码发送到上面填写的手机号码"),
    Channel.email: lambda: _("验证码发送到上面填写的电子邮箱"),
}


def channel() -> Channel | None:
    """Return how codes reach an applicant, None where nothing is ever sent."""
    settings = current_app.extensions["settings"]
    return next((each for each in Channel if is_served(settings, each)), None)


def is_asked_for() -> bool:
    """Tell whether a code was asked for; nothing is submitted by that."""
    return BUTTON in request.form


def send(form: Any) -> None:
    """Send a code to what was typed, or put beside the code why none was sent."""
    way = channel()
    if way is None or "code" not in form:
        return
    to = form[way.name]
    has_address = to.validate(form)
    is_right = captcha.consume(form.captcha.data) if "captcha" in form else True
    if not has_address:
        to.errors = []
        form.code.errors = [_("请先在上面正确填写“%(field)s”。", field=to.label.text)]
    elif not is_right:
        form.captcha.errors = [_("验证码错误")]
    else:
        _send(form, way, to.data)


def is_shown(form: Any) -> bool:
    """Take the code of an otherwise valid form; tell whether the address is theirs.

    Comes before the request's own statements.
    """
    way = channel()
    if way is None or is_held(form):
        return True
    if not form.code.data:
        form.code.errors = [_("请先获取验证码，再填写收到的 6 位数字。")]
        return False
    try:
        codes.redeem(form.code.data, purpose=PURPOSE, subject=form[way.name].data)
    except Refused as refused:
        show_on(form, refused)
        return False
    until = (now() + HELD_FOR).isoformat()
    what = _what(form[way.name].data, form.id_number.data)
    session[HELD] = {"what": what, "until": until}
    return True


def is_held(form: Any) -> bool:
    """Tell whether this browser has shown it lately, for this address and this number.

    Another number asks for another code: each answer about one costs a message.
    """
    way = channel()
    return way is not None and _is_held(form[way.name].data, form.id_number.data)


def note(writer: Session, person: Person) -> None:
    """Let what was shown count for the person who is registered now."""
    way = channel()
    shown = None if way is None else address_of(person, way)
    if way and shown and _is_held(shown, person.id_number):
        note_verified(writer, person=person, channel=way, address=shown, now=now())


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the page tells of the codes that it asks for."""

    why: str
    button: str
    shown: str
    is_held: bool
    is_sent: bool
    told: str


def shown_on(form: Any) -> Proof:
    """Return what the page tells, after what was just done."""
    way = channel() if "code" in form else None
    settings = current_app.extensions["settings"]
    by_mail = way is Channel.email
    to = form[way.name].data if way else ""
    return Proof(
        why="" if way is None else WHY[way](),
        button=_("获取邮箱验证码") if by_mail else _("获取短信验证码"),
        shown=HINTS[way](to or "") if way else "",
        is_held=way is not None and is_held(form),
        is_sent=way is not None and bool(form.sent_code),
        # A demo sends nothing; who tries it would look for the message in vain.
        told=form.sent_code
        if way and settings.demo and is_trial(settings, way)
        else "",
    )


def _send(form: Any, way: Channel, to: str) -> None:
    limits.hit("registration-code", address(), CODES_AN_HOUR, HOUR)
    try:
        codes.count_sending(PURPOSE, to)
    except Refused as refused:
        show_on(form, refused)
        return
    with committing() as writer:
        code = codes.issue(writer, purpose=PURPOSE, subject=to)
        message = write_message(
            writer,
            channel=way,
            address=to,
            subject=_("注册验证码"),
            body=_(
                "【河南继续教育】您正在注册账号，验证码 %(code)s，5 分钟内有效。"
                "请勿告诉他人；如非本人操作，请忽略。",
                code=code,
            ),
            until=now() + CODE_LIFETIME,
        )
        audit.record(
            writer, "send_code", object_kind="registration", after={"channel": way}
        )
    queue_message(message.id)
    form.code.data = ""
    form.sent_code = code


def _is_held(to: str | None, number: str | None) -> bool:
    kept = session.get(HELD)
    if kept is None or dt.datetime.fromisoformat(kept["until"]) <= now():
        return False
    return bool(kept["what"] == _what(to, number))


def _what(to: str | None, number: str | None) -> str:
    return keyed(PURPOSE, f"{to}:{number}")
