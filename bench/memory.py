"""How much memory does a web worker hold, does it grow, and how soon does it serve?

`python -m bench.memory 10000` serves the demo by gunicorn and walks through it as
people of every kind do; each line tells what the worker holds by then. `--minutes`
walks at least so long, `--growth` fails when the worker still grew after a third of it.
"""

import argparse
import http.client
import io
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from admin_app import create_app
from admin_app import models as m
from admin_app.enums import IdentityKind, UnitKind
from admin_app.extensions import db
from admin_app.operations.identities import Identity
from admin_app.web.csrf import HEADER, token_for
from admin_app.web.sessions import cookie_name
from admin_app.web.tokens import new_token
from bench.pages import sign_in
from config.settings import PROJECT, Settings
from tools.processes import ends_with_parent, stop, wait_until_open
from tools.services import free_port

TITLE: Final = "requests  seconds   RSS MB   PSS MB"
PEOPLE: Final = 100
POSTS: Final = 0.1
"""Which part of the requests sends a form."""
LINK: Final = re.compile(r'href="((?:/|details/|edit/)[^"#]*)')
HIDDEN: Final = re.compile(r'name="version" value="(\d+)"')
KEPT: Final = 60
MARKS: Final = (100, 1_000, 2_000, 5_000)
PREPARE: Final = (
    ["db", "upgrade"],
    ["seed", "reference"],
    ["seed", "demo", "--people", str(PEOPLE)],
)
FAILED: Final = 500


@dataclass
class Walker:
    """Somebody who opens what is linked, and sends a form now and then."""

    cookie: str
    token: str
    starts: tuple[str, ...]
    is_visitor: bool = False
    is_individual: bool = False
    of: UnitKind | None = None
    links: list[str] = field(default_factory=list)


@dataclass
class Walk:
    """One worker, those who keep it busy, and what they were answered."""

    port: int
    walkers: list[Walker]
    dice: random.Random = field(default_factory=lambda: random.Random(41))
    answers: Counter[int] = field(default_factory=Counter)

    def step(self) -> None:
        """Let somebody do something; a failure of the program raises."""
        walker = self.dice.choice(self.walkers)
        if self.dice.random() < POSTS:
            self._send(walker)
        else:
            self._open(walker)

    def _open(self, walker: Walker) -> None:
        onward = walker.links if self.dice.random() < 0.7 else []
        address = self.dice.choice(onward or walker.starts)
        page = self.ask("GET", address, walker)
        found = [urljoin(address, unescape(link)) for link in LINK.findall(page)]
        walker.links = self.dice.sample(found, min(len(found), KEPT)) or walker.links

    def _send(self, walker: Walker) -> None:
        if walker.is_visitor:
            form = {"id_number": "110101199003078515", "password": "wrong-password"}
            self.ask("POST", "/sign-in/individual", walker, urlencode(form).encode())
        elif walker.is_individual:
            self._declare(walker)
        else:
            self._approve(walker)

    def _declare(self, walker: Walker) -> None:
        address = "/me/declarations/new"
        page = self.ask("GET", f"{address}?form_code=training_workshop", walker)
        version = HIDDEN.search(page)
        form = {
            "form_code": "training_workshop",
            "version": version[1] if version else "1",
            "title": "专业技能培训班",
            "claimed_hours": "24",
            "do": self.dice.choice(("save", "send")),
            "once": new_token(),
            "attachments": FileStorage(_picture(self.dice), "证书.jpg"),
        }
        boundary, body = encode_multipart(form)
        kind = f"multipart/form-data; boundary={boundary}"
        self.ask("POST", address, walker, body, kind)

    def _approve(self, walker: Walker) -> None:
        address = "/admin/approve-hours/"
        page = self.ask("GET", address, walker)
        ids = re.findall(r'name="rowid" value="([^"]+)"', page)[:2]
        form = {"action": "approve", "confirmed": "1", "rowid": ids}
        body = urlencode(form, doseq=True).encode()
        self.ask("POST", f"{address}action/", walker, body)

    def ask(
        self,
        method: str,
        address: str,
        walker: Walker,
        body: bytes | None = None,
        kind: str = "application/x-www-form-urlencoded",
    ) -> str:
        """Send a request; the page that came back, or nothing."""
        headers = {"Cookie": walker.cookie, HEADER: walker.token, "Content-Type": kind}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        path = urlsplit(address)
        target = f"{path.path}?{path.query}" if path.query else path.path
        line.request(method, target, body, headers)
        answer = line.getresponse()
        data = answer.read()
        line.close()
        self.answers[answer.status] += 1
        if answer.status >= FAILED:
            raise RuntimeError(f"{method} {address}: {answer.status}")
        is_page = "html" in answer.getheader("Content-Type", "")
        return data.decode() if is_page else ""


@dataclass(frozen=True)
class Held:
    """What the worker held after so many seconds."""

    seconds: float
    megabytes: float


def main() -> None:
    """Print what one worker holds while it serves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("requests", type=int, nargs="?", default=10_000)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--most", type=int, default=0, help="fail above so many MB")
    parser.add_argument(
        "--growth", type=float, help="fail above so many % more than after a third"
    )
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (walk, pid):
        seconds = 60 * chosen.minutes
        told = measure(walk, pid, requests=chosen.requests, seconds=seconds)
        print("answers:", dict(sorted(walk.answers.items())))
    if chosen.most and told[-1].megabytes > chosen.most:
        sys.exit(f"the worker holds more than {chosen.most} MB")
    if chosen.growth is not None:
        grown = growth(told)
        print(f"grown by {grown:.1f} % after a third of the time")
        if grown > chosen.growth:
            sys.exit(f"the worker grows: more than {chosen.growth} %")


def measure(walk: Walk, pid: int, *, requests: int, seconds: float = 0) -> list[Held]:
    """Walk on, and print what the worker holds at each mark."""
    began, told = time.monotonic(), []
    left = [0, *(mark for mark in MARKS if mark < requests)]
    print(TITLE)
    while True:
        done, taken = walk.answers.total(), time.monotonic() - began
        is_over = done >= requests and taken >= seconds
        if is_over or (left and done >= left[0]):
            left = left[1:] or [done + MARKS[-1]]
            resident, share = held(pid)
            told.append(Held(taken, resident))
            print(f"{done:8}{taken:9.0f}{resident:9.1f}{share:9.1f}", flush=True)
        if is_over:
            return told
        walk.step()


def growth(told: Sequence[Held]) -> float:
    """By how many percent the worker grew between a third of the time and its end."""
    third = told[-1].seconds / 3
    settled = next(each for each in told if each.seconds >= third)
    return 100 * (told[-1].megabytes / settled.megabytes - 1)


def held(pid: int) -> tuple[float, float]:
    """Return the megabytes in memory: all, and with what is shared divided by sharers."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = dict(re.findall(r"^(Rss|Pss): +(\d+) kB", text, re.MULTILINE))
    return int(found["Rss"]) / 1024, int(found["Pss"]) / 1024


@contextmanager
def served(folder: Path) -> Iterator[tuple[Walk, int]]:
    """Serve a new demo by one worker that is never replaced; the walk, and its id."""
    port = free_port()
    changes = {
        "CE_ENVIRONMENT": "testing",
        "CE_INSTANCE_PATH": str(folder),
        "CE_CAPTCHA_ENABLED": "false",
        "CE_LOG_LEVEL": "WARNING",
        "CE_PORT": str(port),
        "CE_WORKERS": "1",
        "CE_WORKER_REQUESTS": "0",
    }
    own = {name: text for name, text in os.environ.items() if name[:3] != "CE_"}
    environment = own | changes
    flask = [sys.executable, "-m", "flask", "--app", "admin_app"]
    for order in PREPARE:
        subprocess.run(
            [*flask, *order],
            env=environment,
            cwd=PROJECT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    app = create_app(
        Settings(_env_file=None, environment="testing", instance_path=folder)
    )
    began = time.monotonic()
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"],
        cwd=PROJECT,
        env=environment,
        preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - a system call
    )
    try:
        if not wait_until_open(server, port):
            raise RuntimeError("the server did not start")
        walk = Walk(port, walkers(app))
        walk.ask("GET", "/", walk.walkers[0])
        print(f"first page after {time.monotonic() - began:.1f} s")
        yield walk, worker_of(server)
    finally:
        stop(server, by=signal.SIGTERM, within=40)


def worker_of(server: subprocess.Popen[bytes]) -> int:
    """Return the process that answers for gunicorn."""
    place = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    return int(place.read_text().split()[0])


def walkers(app: Flask) -> list[Walker]:
    """Sign in a superuser, an administrator of each kind of unit and two individuals."""
    rules = [rule for rule in app.url_map.iter_rules() if not rule.arguments]
    addresses = sorted(rule.rule for rule in rules if "GET" in (rule.methods or ()))
    offices = tuple(a for a in addresses if a.startswith("/admin/"))
    private = tuple(a for a in addresses if a.startswith(("/me/", "/account/")))
    public = tuple(a for a in addresses if a not in offices + private)
    with app.app_context(), db.engine.begin() as connection:
        secret = new_token()
        visitor = f"{cookie_name(app)}={secret}"
        found = [Walker(visitor, token_for(secret), public, is_visitor=True)]
        accounts = select(m.Account.id).order_by(m.Account.id)
        found += [
            _signed_in(app, account_id, Identity(IdentityKind.superuser), offices)
            for account_id in connection.scalars(accounts.where(m.Account.is_superuser))
        ]
        for row in connection.execute(
            select(m.Unit.kind, m.AdminAssignment.id, m.AdminAssignment.account_id)
            .join(m.Unit, m.Unit.id == m.AdminAssignment.unit_id)
            .where(m.AdminAssignment.is_chief)
            .order_by(m.AdminAssignment.id)
        ):
            if row.kind not in {each.of for each in found}:
                identity = Identity(IdentityKind.administrator, row.id)
                walker = _signed_in(app, row.account_id, identity, offices)
                walker.of = row.kind
                found.append(walker)
        teachers = accounts.join(m.Person).where(m.Person.unit_id.is_not(None))
        for account_id in connection.scalars(teachers.limit(2)):
            identity = Identity(IdentityKind.individual)
            found.append(_signed_in(app, account_id, identity, private))
            found[-1].is_individual = True
    return found


def _signed_in(
    app: Flask, account_id: int, identity: Identity, starts: tuple[str, ...]
) -> Walker:
    with db.engine.begin() as connection:
        cookie = sign_in(app, connection, account_id, identity)
    secret = cookie.partition("=")[2]
    return Walker(cookie, token_for(secret), starts)


def _picture(dice: random.Random) -> io.BytesIO:
    data, shade = io.BytesIO(), tuple(dice.choices(range(256), k=3))
    Image.new("RGB", (1200, 900), shade).save(data, "JPEG")
    return io.BytesIO(data.getvalue())


if __name__ == "__main__":
    main()
