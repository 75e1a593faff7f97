"""How much of a personal number anybody may see (PR-01)."""

import datetime as dt

MASK = "*"


def mask_id_number(number: str) -> str:
    """Show the first four characters and the last one."""
    return _mask(number, first=4, last=1)


def mask_mobile(number: str) -> str:
    """Show the first three digits and the last two."""
    return _mask(number, first=3, last=2)


def mask_email(address: str) -> str:
    """Show the first character and the domain."""
    local, at, domain = address.rpartition("@")
    if not at:
        return MASK * len(address)
    return f"{local[:1]}{MASK * 3}@{domain}"


def mask_birth_date(day: dt.date) -> str:
    """Show the year: the whole date would tell most of the identity number."""
    return f"{day:%Y}-{MASK * 2}-{MASK * 2}"


def _mask(number: str, *, first: int, last: int) -> str:
    # What is too short to be a real number is hidden as a whole.
    if len(number) <= first + last:
        return MASK * len(number)
    hidden = MASK * (len(number) - first - last)
    return f"{number[:first]}{hidden}{number[-last:]}"
