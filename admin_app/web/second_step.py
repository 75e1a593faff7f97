"""Guesses of codes are counted as guesses of passwords are (AU-02, AU-12)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from admin_app.errors import Refused
from admin_app.operations import audit
from admin_app.web import entrance, limits
from admin_app.web.errors import TooMany
from admin_app.web.transactions import committing

BY_CODE: Final = "code-account"
LEVEL: Final = "code-level"


@contextmanager
def guessing(account_id: int, *, actor_name: str = "") -> Iterator[None]:
    """Count what happens inside as a guess, unless it ends well.

    After five wrong ones the account's codes are locked, each time for longer. Comes
    before the request's own statements. `actor_name` is told the log of whoever is not
    signed in yet.
    """
    key = str(account_id)
    attempts, left = limits.count_one(BY_CODE, key, entrance.WINDOW)
    if attempts > entrance.ATTEMPTS:
        raise TooMany(left)
    try:
        yield
    except Refused:
        is_last = attempts == entrance.ATTEMPTS
        _note_failure(account_id, actor_name, is_last=is_last)
        raise
    limits.clear((BY_CODE, key), (LEVEL, key))


def _note_failure(account_id: int, actor_name: str, *, is_last: bool) -> None:
    if is_last:
        entrance.lengthen_lock(BY_CODE, LEVEL, str(account_id))
    # A guess is not what the form is for: it may be sent again.
    with committing() as session:
        audit.record(
            session,
            "lock" if is_last else "second_step",
            object_kind="account",
            object_id=account_id,
            result="refused",
            account_id=account_id,
            actor_name=actor_name,
        )
