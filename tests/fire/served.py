"""The program as gunicorn serves it in these tests, with what they must see of it.

It counts how often a password is really compared, takes its time from a file, gives
acts that no page offers yet an address, and may carry one broken variant.
"""

import datetime as dt
import os
import threading
from pathlib import Path

from flask import request

from admin_app import create_app
from admin_app.columns import utc_now
from admin_app.enums import RecordKind
from admin_app.operations import accounts
from admin_app.web import captcha, limits, once, sessions
from admin_app.web.identity import current_actor
from admin_app.web.transactions import saving
from tests.fire import acts

FOLDER = Path(os.environ["FIRE_FOLDER"])
TALLY, CLOCK = FOLDER / "evaluations", FOLDER / "clock"

_memory = {}
_lock = threading.Lock()
_compare = accounts.verify_password


def compare(account, password):
    """Compare, and note it for all processes together."""
    if account is not None:
        handle = os.open(TALLY, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(handle, b".")
        os.close(handle)
    return _compare(account, password)


def moment():
    """The present, moved by as many seconds as the file says."""
    text = CLOCK.read_text() if CLOCK.exists() else "0"
    return utc_now() + dt.timedelta(seconds=int(text))


# --- Broken variants: what is shared by all processes is kept by each --------------


def consume_here(answer):
    """Remember in this process which pictures are used up."""
    secret = sessions.current().presented
    with _lock:
        is_fresh = secret not in _memory
        _memory[secret] = answer
    return is_fresh


def count_here(bucket, key, window):
    """Count in this process."""
    with _lock:
        _memory[bucket, key] = _memory.get((bucket, key), 0) + 1
        return _memory[bucket, key], int(window.total_seconds())


def take_here(key):
    """Remember in this process which forms were sent."""
    with _lock:
        is_fresh = key not in _memory
        _memory[key] = True
    return None if is_fresh else "/"


DOUBLES = {
    "captcha per process": (captcha, "consume", consume_here),
    "counters per process": (limits, "count_one", count_here),
    "form tokens per process": (once, "_taken_before", take_here),
}


def build():
    """Return the program with its additions."""
    app = create_app()
    app.extensions["clock"] = moment
    accounts.verify_password = compare
    if double := os.environ.get("FIRE_DOUBLE"):
        module, name, variant = DOUBLES[double]
        setattr(module, name, variant)

    @app.post("/fire/confirm")
    def confirm():
        with saving() as session:
            acts.decide_one(
                session,
                actor=current_actor(),
                kind=RecordKind.transfer,
                record_id=int(request.form["record_id"]),
            )
        return "done"

    return app


app = build()
