"""What was typed is kept when the session ends in the middle of a form.

The text fields wait, encrypted, in the visitor's session; after the same account has
signed in, a page offers to send them again. Passwords, picture codes, tokens and files
are not kept.
"""

import json
from typing import Any, Final

from flask import request, url_for

from admin_app.columns import seal, unseal
from admin_app.web import sessions

KEY: Final = "kept"
SEALED_AS: Final = "user_session.kept"
LONGEST: Final = 64_000
LEFT_OUT: Final = ("password", "captcha", "csrf")


def typed() -> tuple[str, list[tuple[str, str]]]:
    """Return the address and the fields of the posted form, without what is secret."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name for word in LEFT_OUT)
    ]
    return request.full_path.rstrip("?"), fields


def keep() -> None:
    """Keep the posted form of a session that has just expired."""
    state = sessions.current()
    account_id = state.expired_account_id
    path, fields = typed()
    size = len(path) + sum(len(name) + len(value) for name, value in fields)
    if account_id is None or not fields or size > LONGEST:
        return
    # Somebody's number may be among them (PR-03).
    sealed = seal(json.dumps([path, fields]), name=SEALED_AS)
    state[KEY] = {"account": account_id, "sealed": sealed}


def carried_over(account_id: int) -> dict[str, Any]:
    """Return what the new session of this account takes along: only its own form."""
    waiting = sessions.current().get(KEY)
    if waiting and waiting["account"] == account_id:
        return {KEY: waiting}
    return {}


def resume_url() -> str | None:
    """Return the page that offers the kept form, if one waits."""
    return url_for("auth.resume") if KEY in sessions.current() else None


def waiting() -> tuple[str, list[tuple[str, str]]] | None:
    """Return the address and fields of the kept form."""
    found = sessions.current().get(KEY)
    if found is None:
        return None
    path, fields = json.loads(unseal(found["sealed"], name=SEALED_AS))
    return path, [(name, value) for name, value in fields]


def drop() -> None:
    """Forget the kept form."""
    sessions.current().pop(KEY, None)
