"""How near are the list pages to the least they could cost?

`python -m bench.lists small sqlite` compares each page with its floor in the same run.
"""

import argparse
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import event, insert, select
from werkzeug.test import Client

from admin_app import models as m
from admin_app.columns import utc_now
from admin_app.enums import IdentityKind
from admin_app.extensions import db
from admin_app.operations.identities import Identity
from admin_app.views.admin.paging import Order, encoded
from admin_app.web.sessions import cookie_name
from admin_app.web.tokens import digest, new_token
from bench.clock import medians
from bench.floor import INBOX, PEOPLE, Floor, as_wsgi
from bench.places import filled
from bench.population import SCOPES, SIZES

MIDDLE = dt.datetime(2023, 9, 1)
UNITS = "SELECT id FROM unit WHERE path >= :low AND path < :high"
NAME = ("王伟", "王传")

HEAD = "page      scope   floor wall     wall  ratio  floor cpu      cpu  SQL   bytes"


@dataclass(frozen=True)
class Viewer:
    """An administrator of one height, signed in."""

    cookie: str
    unit_id: int
    path: str | None


def viewers(app: Flask) -> dict[str, Viewer]:
    """Sign the four administrators in."""
    found = {}
    with app.app_context(), db.engine.begin() as connection:
        rows = connection.execute(
            select(m.Person.name, m.AdminAssignment, m.Unit.path)
            .join(m.Account, m.Account.person_id == m.Person.id)
            .join(m.AdminAssignment, m.AdminAssignment.account_id == m.Account.id)
            .join(m.Unit, m.Unit.id == m.AdminAssignment.unit_id)
            .where(m.Person.name.in_(SCOPES))
        ).all()
        for row in rows:
            secret, moment = new_token(), utc_now()
            identity = Identity(IdentityKind.administrator, row.id)
            connection.execute(
                insert(m.UserSession).values(
                    token_hash=digest(secret),
                    account_id=row.account_id,
                    data=json.dumps({"identity": identity.to_data()}).encode(),
                    created_at=moment,
                    last_seen_at=moment,
                    expires_at=moment + dt.timedelta(hours=12),
                )
            )
            path = None if row.name == "root" else row.path
            cookie = f"{cookie_name(app)}={secret}"
            found[row.name] = Viewer(cookie, row.unit_id, path)
    return {scope: found[scope] for scope in SCOPES}


def product_pages() -> dict[str, str]:
    """Return the addresses that are measured."""
    order = Order(m.Declaration.submitted_at, descending=True)
    deep = encoded(order, MIDDLE.replace(tzinfo=dt.UTC), 1)
    return {
        "approved": "/admin/declarations/?tab=approved",
        "deep": f"/admin/declarations/?tab=approved&after={deep}",
        "inbox": "/admin/approve-hours/",
        "people": f"/admin/person-query/?search={quote(NAME[0])}",
    }


def floors(floor: Floor, viewer: Viewer) -> dict[str, Callable[[], bytes]]:
    """Return what draws the least page for each address."""
    below = {} if viewer.path is None else _range(viewer.path)
    shapes = floor.shapes(viewer.path)
    taken = medians(
        {
            name: partial(floor.rows, text.replace("{edge}", ""), **below)
            for name, text in shapes.items()
        },
        5,
    )
    best = shapes[min(taken, key=lambda name: taken[name].wall)]
    at = f"{MIDDLE:%Y-%m-%d %H:%M:%S}.000000"
    test = "" if viewer.path is None else f"AND p.unit_id IN ({UNITS})"
    return {
        "approved": partial(floor.declarations, best, **below),
        "deep": partial(floor.declarations, best, **below, at=at, id=1),
        "inbox": partial(floor.page, INBOX, decider=viewer.unit_id),
        "people": partial(
            floor.page,
            PEOPLE.format(test=test),
            low_name=NAME[0],
            high_name=NAME[1],
            **below,
        ),
    }


def _range(path: str) -> dict[str, str]:
    return {"low": path, "high": path[:-1] + "0"}


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


def statements(app: Flask, get: Callable[[], int]) -> int:
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
    floor, cases, sizes = Floor(app), {}, {}
    for scope, viewer in viewers(app).items():
        least = floors(floor, viewer)
        for page, address in product_pages().items():
            ours = getter(app, address, viewer.cookie)
            ours()
            sizes[scope, page] = (statements(app, ours), ours())
            cases[scope, page, "ours"] = ours
            cases[scope, page, "floor"] = getter(as_wsgi(least[page]), "/")
    taken = medians(cases, rounds)
    print(HEAD)
    for (scope, page), (sql, length) in sorted(sizes.items(), key=lambda i: i[0][1]):
        least, ours = taken[scope, page, "floor"], taken[scope, page, "ours"]
        print(
            f"{page:<10}{scope:<8}{least.wall:>10.2f}{ours.wall:>9.2f}"
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
