"""How many people can sign in, in a second and with one core?"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from admin_app import models as m
from admin_app.extensions import db
from admin_app.web.csrf import HEADER as CSRF_HEADER
from admin_app.web.csrf import token_for
from admin_app.web.sessions import cookie_name
from admin_app.web.tokens import new_token
from bench.counting import HEADER
from bench.generate import PASSWORD
from bench.servers import product_environment, serving
from bench.visits import Answer, Request, ask

PEOPLE = 120
AT_ONCE = 4
FORM = "application/x-www-form-urlencoded"


def measure(app: Flask, url: str, say: Callable[[str], None]) -> None:
    """Let people sign in over HTTP, some at once, and print how many a second and core."""
    with app.app_context():
        found = select(m.Person.id_number).where(m.Person.unit_id.is_not(None))
        numbers = list(db.session.scalars(found.order_by(m.Person.id).limit(PEOPLE)))
        db.session.remove()
    with serving("bench.served:application", product_environment(url)) as port:
        tries = [_request(app, port, place, n) for place, n in enumerate(numbers)]
        ask(tries[0])
        began = time.perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(ask, tries[1:]))
        seconds = time.perf_counter() - began
    let_in = [answer for answer in answers if answer.status == 303]
    cpu = sum(map(_processor, answers)) / len(answers)
    say(
        f"sign-in: {len(let_in)} of {len(answers)} let in, {cpu:.1f} ms of a core each:"
        f" {1000 / cpu:.0f} a second and core; {len(let_in) / seconds:.0f} a second"
        f" through two workers on this machine"
    )


def _request(app: Flask, port: int, place: int, number: str) -> Request:
    secret = new_token()
    with app.app_context():
        token = token_for(secret)
        cookie = f"{cookie_name(app)}={secret}"
    body = urlencode({"id_number": number, "password": PASSWORD}).encode()
    headers = (
        ("Cookie", cookie),
        (CSRF_HEADER, token),
        ("Content-Type", FORM),
        # Each from an address of their own, or the limit of one address would count.
        ("X-Forwarded-For", f"10.1.{place // 250}.{place % 250 + 1}"),
    )
    return Request(port, "/sign-in/individual", headers, body)


def _processor(answer: Answer) -> float:
    return float(answer.headers[HEADER.lower()].split()[2])
