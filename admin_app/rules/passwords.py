"""Whether a person may use this password (AU-04, AU-05)."""

import functools
import unicodedata
from importlib import resources

from admin_app.errors import Refused

PASSWORD_MIN_LENGTH = 8
PASSWORD_MAX_LENGTH = 20
PASSWORD_HISTORY = 5
"""The last passwords that may not come back; the caller compares their hashes."""
INITIAL_PASSWORD_LENGTH = 6
HASHED_INPUT_MAX_LENGTH = 128
"""Longer input is refused before any hash is computed (AU-13)."""

_WEAK_PASSWORDS_FILE = "data/weak_passwords.txt"


def initial_password(id_number: str) -> str:
    """Return the one-time password after a reset: the last six, X upper-case (P27)."""
    return id_number[-INITIAL_PASSWORD_LENGTH:].upper()


def refuse_weak_password(
    password: str,
    *,
    id_number: str | None = None,
    name: str | None = None,
    mobile: str | None = None,
    field: str = "password",
) -> None:
    """Refuse a password that breaks the rule of composition or is easy to guess.

    The password is taken exactly as typed: blanks count, nothing is trimmed.
    """
    _refuse_composition(password, field=field)
    folded = _fold(password)
    if folded in weak_passwords():
        raise Refused("该密码过于常见，容易被猜中，请换一个不常用的密码。", field=field)
    for part in personal_parts(id_number=id_number, name=name, mobile=mobile):
        if part in folded:
            raise Refused(
                "密码中不能含有本人的姓名、手机号、出生日期或身份证号后六位，"
                "请换一个密码。",
                field=field,
            )


def personal_parts(
    *, id_number: str | None, name: str | None, mobile: str | None
) -> tuple[str, ...]:
    """Return what of a person's data a password may not contain, folded."""
    parts = [mobile or "", "".join((name or "").split())]
    if id_number:
        birth_date = id_number[6:14]
        parts += [initial_password(id_number), birth_date]
    return tuple(_fold(part) for part in parts if part)


@functools.cache
def weak_passwords() -> frozenset[str]:
    """Return the shipped list; every entry passes the rule of composition."""
    text = (
        resources.files(__package__).joinpath(_WEAK_PASSWORDS_FILE).read_text("utf-8")
    )
    return frozenset(line for line in text.splitlines() if line[:2] != "# ")


def _refuse_composition(password: str, *, field: str) -> None:
    if not PASSWORD_MIN_LENGTH <= len(password) <= PASSWORD_MAX_LENGTH:
        raise Refused(
            "密码应为 %(min_length)s-%(max_length)s 位，现为 %(length)s 位，请重新设置。",
            field=field,
            min_length=PASSWORD_MIN_LENGTH,
            max_length=PASSWORD_MAX_LENGTH,
            length=len(password),
        )
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in password):
        raise Refused("密码中有不可见的控制字符，请重新输入。", field=field)
    # isdigit and isalpha also know full-width and Arabic digits and letters.
    if password.isdigit():
        raise Refused("密码不能为纯数字，请加入字母或符号。", field=field)
    if password.isalpha():
        raise Refused("密码不能为纯字母，请加入数字或符号。", field=field)


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
