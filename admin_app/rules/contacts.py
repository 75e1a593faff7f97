"""Whether a person can be reached by this number or address."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from admin_app.errors import Refused
from admin_app.rules.texts import clean_text, refuse_zero_width

EMAIL_MAX_LENGTH = 254
LANDLINE_MAX_LENGTH = 20

_MOBILE = re.compile(r"1[0-9]{10}")
_LANDLINE = re.compile(
    r"(0[0-9]{2,3}-)?[0-9]{7,8}(-[0-9]{1,6})?|400-?[0-9]{3}-?[0-9]{4}"
)


def parse_mobile(raw: str, *, field: str = "mobile") -> str:
    """Return the eleven digits of a mobile number, typed with or without +86."""
    typed = re.sub(r"[ -]", "", unicodedata.normalize("NFKC", raw).strip())
    number = typed.removeprefix("+86")
    if not _MOBILE.fullmatch(number):
        raise Refused(
            "手机号码格式不正确，应为以 1 开头的 11 位数字，请重新填写。", field=field
        )
    return number


def parse_email(raw: str, *, field: str = "email") -> str:
    """Return the address in its normal form; nobody is asked whether it exists."""
    typed = clean_text(raw, field=field, max_length=EMAIL_MAX_LENGTH)
    refuse_zero_width(typed, field=field)
    try:
        return validate_email(typed, check_deliverability=False).normalized
    except EmailNotValidError:
        raise Refused(
            "邮箱格式不正确，请按 name@example.com 的样式填写。", field=field
        ) from None


def parse_landline(raw: str, *, field: str = "landline") -> str:
    """Return a landline number: area code and number, perhaps an extension."""
    folded = unicodedata.normalize("NFKC", raw).strip()
    typed = re.sub(r"[\s()\u2010-\u2015\u2212-]+", "-", folded).strip("-")
    if len(typed) > LANDLINE_MAX_LENGTH or not _LANDLINE.fullmatch(typed):
        raise Refused(
            "固定电话格式不正确，请按“区号-号码”填写，例如 0371-12345678。", field=field
        )
    return typed
