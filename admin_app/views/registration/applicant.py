"""Who applies: a new user, or one who shows by the password who they are (AU-11)."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from flask import flash, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from admin_app.documents.fonts import missing_characters
from admin_app.errors import Refused
from admin_app.forms.registration import CaptchaForm, NewApplicantForm
from admin_app.models import Account, Person
from admin_app.operations.accounts import DISABLED, WRONG
from admin_app.operations.applicants import KNOWN, NewApplicant, open_account
from admin_app.operations.passwords import hash_password
from admin_app.rules.passwords import refuse_weak_password
from admin_app.views.registration import proofs
from admin_app.web import captcha, entrance, limits
from admin_app.web.clock import today
from admin_app.web.requests import address

PEOPLE_AN_HOUR: Final = 60
"""From one address: a whole school registers from behind one (decision 7)."""
UNITS_AN_HOUR: Final = 5
"""From one address: a unit registers once (AU-11)."""
TOLD: Final = "known-number"
TOLD_AN_HOUR: Final = 10
"""To one address: how often somebody new may be told that a number is known."""
HOUR: Final = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who may apply, found or prepared before the writes begin."""

    account_id: int | None = None
    new: NewApplicant | None = None
    password_hash: str = ""

    def join(self, session: Session) -> Person:
        """Return the person in this session, made now if they are new."""
        if self.new is None:
            return session.get_one(Account, self.account_id).person
        person = open_account(
            session, new=self.new, password_hash=self.password_hash, today=today()
        )
        proofs.note(session, person)
        return person


def says_known() -> bool:
    """Tell whether the page is for 已是本系统用户."""
    chosen = request.form.get("switch") or request.values.get("as")
    return chosen == "known"


def is_only_turning_pages() -> bool:
    """Tell whether a button was pressed that submits nothing yet."""
    return bool({"switch", "back", "_pick"} & set(request.form))


def options() -> dict[str, bool]:
    """Return what the settings say of the codes that a form asks for."""
    if says_known():
        return {"with_captcha": captcha.is_on()}
    return {"with_captcha": captcha.is_on(), "with_code": proofs.channel() is not None}


def is_let_through(form: CaptchaForm) -> bool:
    """Tell whether codes and fields are right; a code is used up in any case."""
    if isinstance(form, NewApplicantForm) and "code" in form:
        return bool(form.validate()) and proofs.is_shown(form)
    if not isinstance(form, NewApplicantForm):
        entrance.count_attempt()
    has_code = "captcha" in form
    is_right = not has_code or captcha.consume(form.captcha.data)
    is_complete = form.validate()
    if has_code and form.captcha.data and not is_right:
        form.captcha.errors = [_("验证码错误")]
    return bool(is_complete and is_right)


def find_applicant(form: Any, count_registration: Callable[[], None]) -> Applicant:
    """Return who applies, or refuse; comes before the request's own statements."""
    if not isinstance(form, NewApplicantForm):
        account = open_door(form)
        count_registration()
        return Applicant(account_id=account.id)
    count_registration()
    landline = form["landline"].data if "landline" in form else ""
    new = NewApplicant(
        id_number=form.id_number.data,
        password=form.password.data,
        name=form.name.data,
        mobile=form.mobile.data,
        email=form.email.data,
        landline=landline or "",
    )
    refuse_weak_password(
        new.password, id_number=new.id_number, name=new.name, mobile=new.mobile
    )
    return Applicant(new=new, password_hash=hash_password(new.password))


@contextmanager
def telling(form: Any) -> Iterator[None]:
    """Count an answer that tells somebody new of a known number; no other is counted."""
    if not isinstance(form, NewApplicantForm):
        yield
        return
    limits.hit(TOLD, address(), TOLD_AN_HOUR, HOUR)
    is_told = False
    try:
        yield
    except Refused as refused:
        is_told = refused.sentence == KNOWN
        raise
    finally:
        if not is_told:
            limits.give_back((TOLD, address()))


def open_door(form: Any) -> Account:
    """Return the account that number and password open, or refuse as sign-in does."""
    account = entrance.open_with(form.id_number.data, form.password.data)
    if account is None:
        raise Refused(WRONG, field="password")
    if account.is_disabled:
        raise Refused(DISABLED, field="password")
    if account.must_change_password:
        raise Refused("请先登录并修改初始密码，再办理注册。", field="password")
    return account


def empty_secrets(form: CaptchaForm) -> None:
    """Send no password and no used-up code back to the browser."""
    for name in ("password", "password_again", "captcha", "code"):
        if name in form:
            form[name].data = ""


def warn_of_rare_name(name: str) -> None:
    """Tell, without refusing, that a character of the name cannot be printed yet."""
    if missing := missing_characters(name):
        flash(
            _(
                "姓名中的“%(characters)s”暂无可用字形，证书上可能无法显示，"
                "请与审核单位联系。",
                characters=missing,
            ),
            "warning",
        )


def count_person() -> None:
    """Count a person who registers from this address, or raise `TooMany`."""
    limits.hit("registration", address(), PEOPLE_AN_HOUR, HOUR)


def count_unit() -> None:
    """Count a unit that registers from this address, or raise `TooMany`."""
    limits.hit("unit-registration", address(), UNITS_AN_HOUR, HOUR)
