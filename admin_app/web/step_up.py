"""Whoever does something grave shows once more that it is they (AU-12)."""

import datetime as dt
from typing import Final

from flask import session

from admin_app.models import Account
from admin_app.web import entrance, sessions
from admin_app.web.clock import now
from admin_app.web.identity import sign_in
from admin_app.web.transactions import reading, saving

KEY: Final = "stepped_up_at"
VALID: Final = dt.timedelta(minutes=10)


def is_fresh() -> bool:
    """Tell whether the password was given within the last ten minutes."""
    at = session.get(KEY)
    return at is not None and now() - dt.datetime.fromisoformat(at) < VALID


def step_up(password: str) -> bool:
    """Tell whether the password is right; the session then goes on under a new secret.

    Guesses count as guesses at the sign-in page do. Comes before the request's own
    statements.
    """
    state = sessions.current()
    account_id, identity = state.account_id, state.identity
    if account_id is None or identity is None:
        return False
    with reading() as reader:
        number = reader.get_one(Account, account_id).person.id_number
    entrance.count_attempt()
    account = entrance.open_with(number, password)
    if account is None:
        return False
    with saving():
        sign_in(account, identity)
    session[KEY] = now().isoformat()
    return True
