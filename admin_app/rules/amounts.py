"""What number a value stands for: exact decimals from forms, JSON and YAML."""

import re
from decimal import Decimal

from admin_app.errors import Refused

_NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,4})?")


def read_amount(value: object, *, field: str) -> Decimal:
    """Return the exact number, or refuse what is none; exponents are none."""
    text = "" if isinstance(value, bool) else plain(value)
    if not _NUMBER.fullmatch(text):
        raise Refused("请填写数字，例如 4 或 0.5。", field=field)
    return Decimal(text)


def plain(value: object) -> str:
    """Return a value as it is written: numbers without exponent or trailing zeros."""
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and value.is_finite():
        text = format(value, "f")
        return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    return str(value).strip()


def same_word(value: object) -> str:
    """Return the one spelling under which tables of a rule are searched."""
    text = plain(value)
    return plain(Decimal(text)) if _NUMBER.fullmatch(text) else text
