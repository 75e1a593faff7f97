"""Passwords as hashes: made, compared in equal time, renewed when the cost changes."""

import secrets
import threading
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from admin_app.rules.passwords import HASHED_INPUT_MAX_LENGTH

AT_ONCE: Final = 1
"""How many hashes one process computes at a time, of as many processes as there are
cores: each takes 19 MiB (AU-13), which the process keeps."""

_hasher: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_gate: Final = threading.BoundedSemaphore(AT_ONCE)
# Nobody knows this password: comparing with it only takes the usual time.
_nobodys: Final = _hasher.hash(secrets.token_hex())


def hash_password(password: str) -> str:
    """Return what the database keeps (argon2id)."""
    with _gate:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Tell whether the password belongs to the hash, in the same time without one."""
    if len(password) > HASHED_INPUT_MAX_LENGTH:
        return False
    with _gate:
        try:
            _hasher.verify(password_hash or _nobodys, password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Tell whether the hash was made at another cost than today's."""
    return _hasher.check_needs_rehash(password_hash)
