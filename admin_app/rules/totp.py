"""动态口令: six digits that an authenticator shows for half a minute (RFC 6238)."""

import datetime as dt
import unicodedata
from base64 import b32decode, b32encode
from typing import Final

from cryptography.hazmat.primitives import constant_time, hashes
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
TOLERATED: Final = 1
"""So many steps the clock of a telephone may be early or late."""
RECOVERY_CODES: Final = 10
RECOVERY_BYTES: Final = 10
"""Eighty bits: enough that a plain hash keeps them."""
GROUP: Final = 4


def secret_text(secret: bytes) -> str:
    """Return a secret as people type it into an authenticator."""
    return b32encode(secret).decode()


def in_groups(text: str) -> str:
    """Return a long text in groups that a person can copy."""
    return " ".join(text[n : n + GROUP] for n in range(0, len(text), GROUP))


def authenticator_address(secret: str, *, name: str, issuer: str) -> str:
    """Return what the QR code tells an authenticator."""
    return _generator(secret).get_provisioning_uri(name, issuer)


def matching_step(
    secret: str, code: str, *, now: dt.datetime, after: int
) -> int | None:
    """Return the step whose code this is, None for a wrong, old or used one.

    `after` is the last step whose code was taken: none up to it is taken again.
    """
    typed = plain_code(code).encode()
    generator = _generator(secret)
    present = int(now.timestamp()) // SECONDS
    for step in range(present - TOLERATED, present + TOLERATED + 1):
        expected = generator.generate(step * SECONDS)
        if constant_time.bytes_eq(expected, typed) and step > after:
            return step
    return None


def plain_code(text: str) -> str:
    """Return what was typed without blanks and hyphens, in half-width capitals."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in folded if not (sign.isspace() or sign == "-"))


def _generator(secret: str) -> TOTP:
    # SHA-1 is what every authenticator knows; HMAC does not need it to be free of
    # collisions.
    algorithm = hashes.SHA1()  # noqa: S303  # nosec B303
    return TOTP(b32decode(secret), DIGITS, algorithm, SECONDS)
