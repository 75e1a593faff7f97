"""Codes that show a person's hold on an address, and how little a stranger sees of it."""

import datetime as dt
import secrets
from typing import Final

CODE_DIGITS: Final = 6
CODE_LIFETIME: Final = dt.timedelta(minutes=5)
CODE_TRIES: Final = 5
RESEND_AFTER: Final = dt.timedelta(seconds=60)
CODES_A_DAY: Final = 5

_PREFIXES: Final = ("130", "135", "136", "137", "138", "139", "150", "151", "152",
    "155", "156", "158", "159", "176", "178", "182", "183", "185", "187", "188")  # fmt: skip
_INITIALS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
BOTH_EVERY: Final = 3
"""One of so many made-up answers offers both."""


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def hint_email(address: str) -> str:
    """Show the first character only: a rare domain alone would name a person."""
    return f"{address[:1]}***@***"


def made_up_hints(seed: bytes) -> tuple[str, str, bool]:
    """Return mobile and e-mail as an account that does not exist shows them.

    The last says whether it shows both. The same seed gives the same answer, so that
    asking twice tells no more than once.
    """
    prefix = _PREFIXES[seed[0] % len(_PREFIXES)]
    mobile = f"{prefix}******{(seed[1] << 8 | seed[2]) % 100:02d}"
    email = hint_email(_INITIALS[seed[3] % len(_INITIALS)])
    return mobile, email, seed[4] % BOTH_EVERY == 0
