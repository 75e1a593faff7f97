"""Secrets made from the program's own: keyed hashes, each for one purpose."""

import hashlib
import secrets
from functools import lru_cache
from typing import Final

from flask import current_app

from config.settings import Settings

TOKEN_BYTES: Final = 32
TOKEN_LENGTH: Final = 43


def new_token() -> str:
    """Return 256 random bits that may stand in a cookie or a form."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text: str | None) -> bool:
    """Tell whether the text has the shape of `new_token`."""
    if text is None or len(text) != TOKEN_LENGTH or not text.isascii():
        return False
    return text.replace("-", "a").replace("_", "a").isalnum()


def digest(token: str) -> str:
    """Return what the database keeps of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(purpose: str, text: str) -> str:
    """Return a hash of `text` that nobody without the program's secret can make.

    BLAKE2 with a key is a MAC by itself (RFC 7693).
    """
    settings: Settings = current_app.extensions["settings"]
    key = _key_of(settings.secret_key.get_secret_value())
    return hashlib.blake2b(
        f"{purpose}:{text}".encode(), key=key, digest_size=32
    ).hexdigest()


@lru_cache(maxsize=1)
def _key_of(secret: str) -> bytes:
    return hashlib.sha512(secret.encode()).digest()
