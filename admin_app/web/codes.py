"""Six digits that were sent to somebody: one answer, five tries, one browser (AU-09).

The answer is kept as a keyed hash, bound to this browser's session and to the subject:
an account that recovers, an address that is verified.
"""

import datetime as dt
import secrets
from typing import Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from admin_app.dialects import insert_on
from admin_app.errors import Refused
from admin_app.models import OneTimeCode
from admin_app.rules.codes import (
    CODE_LIFETIME,
    CODE_TRIES,
    CODES_A_DAY,
    RESEND_AFTER,
    new_code,
)
from admin_app.web import limits, sessions
from admin_app.web.clock import now
from admin_app.web.errors import TooMany
from admin_app.web.tokens import keyed, new_token
from admin_app.web.transactions import apart

FIELD: Final = "code"
A_DAY: Final = dt.timedelta(days=1)


def count_sending(purpose: str, whose: str) -> None:
    """Count a code that is about to be sent to somebody, or refuse one too many.

    Comes before the request's own statements.
    """
    try:
        limits.hit(f"{purpose}-again", whose, 1, RESEND_AFTER)
    except TooMany as too_many:
        raise Refused(
            "请在 %(seconds)s 秒后再获取验证码。",
            field=FIELD,
            seconds=too_many.retry_after,
        ) from None
    try:
        limits.hit(f"{purpose}-day", whose, CODES_A_DAY, A_DAY)
    except TooMany:
        raise Refused(
            "今天获取验证码已达 %(most)s 次，请明天再试。",
            field=FIELD,
            most=CODES_A_DAY,
        ) from None


def issue(session: Session, *, purpose: str, subject: str | None) -> str:
    """Return a new code for this browser; its last one is worthless from now on.

    Without a subject no answer is ever right.
    """
    key = _key(purpose, sessions.current().ensure_token())
    code = new_code()
    answer = keyed("code-answer", new_token())
    if subject is not None:
        answer = _answer(key, subject, code)
    fresh = {"answer": answer, "tries": 0, "expires_at": now() + CODE_LIFETIME}
    session.execute(
        insert_on(session.connection(), OneTimeCode)
        .values(id=key, **fresh)
        .on_conflict_do_update(index_elements=[OneTimeCode.id], set_=fresh)
    )
    return code


def redeem(code: str, *, purpose: str, subject: str | None) -> None:
    """Use the code up if it is right, otherwise count the try and refuse.

    Comes before the request's own statements.
    """
    secret = sessions.current().presented or ""
    key = _key(purpose, secret)
    with apart() as connection:
        tried = connection.execute(
            update(OneTimeCode)
            .where(OneTimeCode.id == key, OneTimeCode.tries < CODE_TRIES)
            .values(tries=OneTimeCode.tries + 1)
            .returning(OneTimeCode.answer, OneTimeCode.tries, OneTimeCode.expires_at)
        ).one_or_none()
        is_known = tried is not None or _exists(connection, key)
        given = _answer(key, subject or "", "".join(code.split()))
        is_right = (
            tried is not None
            and tried.expires_at > now()
            and secrets.compare_digest(tried.answer, given)
        )
        if is_right:
            connection.execute(delete(OneTimeCode).where(OneTimeCode.id == key))
    if is_right:
        return
    if not is_known:
        raise Refused(
            "请先在本页获取验证码；验证码只在获取它的浏览器中有效，且只能使用一次。",
            field=FIELD,
        )
    if tried is None:
        raise Refused("验证码错误次数过多，请重新获取验证码。", field=FIELD)
    if tried.expires_at <= now():
        raise Refused("验证码已过期，请重新获取验证码。", field=FIELD)
    if tried.tries >= CODE_TRIES:
        raise Refused("验证码错误次数过多，请重新获取验证码。", field=FIELD)
    raise Refused(
        "验证码错误，还可以再试 %(left)s 次。",
        field=FIELD,
        left=CODE_TRIES - tried.tries,
    )


def _exists(connection: Connection, key: str) -> bool:
    found = select(OneTimeCode.id).where(OneTimeCode.id == key)
    return connection.scalar(found) is not None


def _key(purpose: str, secret: str) -> str:
    return keyed(purpose, secret)[:43]


def _answer(key: str, subject: str, code: str) -> str:
    return keyed("code-answer", f"{key}:{subject}:{code}")
