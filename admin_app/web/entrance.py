"""Every form that takes an existing account's password goes through this door (AU-02)."""

import datetime as dt
from typing import Final

import structlog
from sqlalchemy.orm import Session

from admin_app.models import Account
from admin_app.operations import accounts, audit
from admin_app.rules.identity import fold_id_number
from admin_app.web import limits
from admin_app.web.errors import TooMany
from admin_app.web.requests import address
from admin_app.web.transactions import committing, reading

ATTEMPTS: Final = 5
WINDOW: Final = dt.timedelta(minutes=15)
LONGEST_LOCK: Final = dt.timedelta(hours=24)
LEVELS_KEPT: Final = dt.timedelta(hours=48)
ATTEMPTS_OF_ADDRESS: Final = 30
WINDOW_OF_ADDRESS: Final = dt.timedelta(minutes=5)
ALARM: Final = 1_000

BY_ACCOUNT, BY_ADDRESS, BY_ALL = "entry-account", "entry-address", "entry-all"
LEVEL: Final = "entry-level"

logger = structlog.get_logger("entrance")


def count_attempt() -> None:
    """Count an attempt from this address, or raise `TooMany`; comes before the code."""
    limits.hit(BY_ADDRESS, address(), ATTEMPTS_OF_ADDRESS, WINDOW_OF_ADDRESS)
    everywhere, _left = limits.count_one(BY_ALL, "", WINDOW_OF_ADDRESS)
    if everywhere == ALARM:
        logger.error("many failed attempts to sign in", attempts=everywhere)


def open_with(id_number: str, password: str) -> Account | None:
    """Return the account that number and password open, with its person; else None.

    An unknown number, a wrong password and a locked account look and last alike.
    Comes before the request's own statements.
    """
    number = fold_id_number(id_number)
    attempts, _left = limits.count_one(BY_ACCOUNT, number, WINDOW)
    with reading() as session:
        account = accounts.find_account(session, number)
    is_locked = attempts > ATTEMPTS
    if not accounts.verify_password(None if is_locked else account, password):
        _note_failure(number, account, attempts)
        return None
    limits.settle(
        cleared=((BY_ACCOUNT, number), (LEVEL, number)),
        given_back=((BY_ADDRESS, address()), (BY_ALL, "")),
    )
    return account


def unlock(session: Session, id_number: str) -> None:
    """Forget the wrong passwords of an account: its owner has shown up (AU-03)."""
    for bucket in (BY_ACCOUNT, LEVEL):
        limits.forget(session, bucket, id_number)


def lengthen_lock(bucket: str, level_bucket: str, key: str) -> None:
    """Let a lock that has just begun last twice as long as the last one."""
    level, _left = limits.count_one(level_bucket, key, LEVELS_KEPT)
    lock = min(WINDOW * 2 ** (level - 1), LONGEST_LOCK)
    limits.extend(bucket, key, lock)


def _note_failure(number: str, account: Account | None, attempts: int) -> None:
    if attempts == ATTEMPTS:
        lengthen_lock(BY_ACCOUNT, LEVEL, number)
    # A guess is not what the form is for: it may be sent again.
    with committing() as session:
        audit.record(
            session,
            "lock" if attempts == ATTEMPTS else "sign_in",
            object_kind="account",
            object_id=account.id if account else "",
            result="refused",
        )


__all__ = ["TooMany", "count_attempt", "open_with", "unlock"]
