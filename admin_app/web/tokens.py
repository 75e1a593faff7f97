"""Secrets made from the program's own: keyed hashes, each for one purpose."""

import hashlib
import hmac
import secrets
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
    """Return a hash of `text` that nobody without the program's secret can make."""
    settings: Settings = current_app.extensions["settings"]
    key = settings.secret_key.get_secret_value().encode()
    return hmac.digest(key, f"{purpose}:{text}".encode(), "sha256").hex()
