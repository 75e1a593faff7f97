"""How near are the pages to the least they could cost, without a server around them?

`python -m bench.lists small sqlite` calls the program in this process: the processor's
time of a page is steadier on a busy machine than the milliseconds of `flask bench run`.
"""

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.test import Client

from admin_app.extensions import db
from admin_app.web.sessions import ServerSession
from bench.clock import medians
from bench.floor import Floor, as_wsgi
from bench.pages import pages, viewers
from bench.places import filled
from bench.population import SIZES
from bench.run import address_of

HEAD = (
    "page          scope   floor wall     wall  ratio  floor cpu      cpu  SQL   bytes"
)


def getter(application: Any, address: str, cookie: str = "") -> Callable[[], int]:
    """Return what asks for a page and gives its length; anything but 200 raises."""
    client = Client(application, use_cookies=False)
    headers = {"Cookie": cookie, "Host": "localhost"}

    def get() -> int:
        answer = client.get(address, headers=headers)
        body = answer.get_data()
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status}")
        return len(body)

    return get


def opener(app: Flask, cookie: str) -> Callable[[], None]:
    """Return what reads the session of a cookie with all rights of who holds it."""
    request = app.test_request_context(headers={"Cookie": cookie}).request

    def open_session() -> None:
        with app.app_context():
            session = app.session_interface.open_session(app, request)
        if not (isinstance(session, ServerSession) and session.actor):
            raise RuntimeError("nobody is signed in")

    return open_session


def statements(app: Flask, get: Callable[[], object]) -> int:
    """Count the statements of one page."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "ROLLBACK")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    get()
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def measure(app: Flask, rounds: int) -> None:
    """Print a line for each page and scope."""
    floor, cases, sizes, sessions = Floor(address_of(app)), {}, {}, {}
    for scope, viewer in viewers(app).items():
        for name, page in pages(floor, viewer).items():
            ours = getter(app, page.ours, viewer.cookie)
            ours()
            sizes[scope, name] = (statements(app, ours), ours())
            cases[scope, name, "ours"] = ours
            least = partial(floor.draw, page.least)
            cases[scope, name, "floor"] = getter(
                as_wsgi(lambda _, draw=least: draw()), "/"
            )
        cases[scope, "session"] = opener(app, viewer.cookie)
        sessions[scope] = statements(app, cases[scope, "session"])
    taken = medians(cases, rounds)
    for scope, sql in sessions.items():
        ours = taken[scope, "session"]
        told = f"{ours.wall:.2f} ms, {ours.cpu:.2f} of the processor, {sql} statement"
        print(f"session and rights, {scope}: {told}")
    print(HEAD)
    for (scope, name), (sql, length) in sorted(sizes.items(), key=lambda i: i[0][1]):
        least, ours = taken[scope, name, "floor"], taken[scope, name, "ours"]
        print(
            f"{name:<14}{scope:<8}{least.wall:>10.2f}{ours.wall:>9.2f}"
            f"{ours.wall / least.wall:>7.1f}{least.cpu:>11.2f}{ours.cpu:>9.2f}"
            f"{sql:>5}{length:>8}"
        )


def main() -> None:
    """Read the command line and measure."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("size", choices=SIZES)
    reader.add_argument("engine", choices=("sqlite", "postgresql"))
    reader.add_argument("--rounds", type=int, default=15)
    asked = reader.parse_args()
    with filled(asked.engine, SIZES[asked.size]) as app:
        measure(app, asked.rounds)


if __name__ == "__main__":
    main()
