"""The last days of a year: people submit, administrators approve and look, all at once.

It writes into a copy of the database, which is thrown away.
"""

import datetime as dt
import itertools
import os
import re
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import func, insert, make_url, select

from admin_app import models as m
from admin_app.columns import utc_now
from admin_app.enums import (
    Action,
    AttachmentPurpose,
    IdentityKind,
    RecordKind,
    Source,
    State,
)
from admin_app.extensions import db
from admin_app.operations.identities import Identity
from admin_app.web.csrf import HEADER as CSRF_HEADER
from admin_app.web.csrf import token_for
from admin_app.web.tokens import new_token
from bench.logins import FORM
from bench.pages import sign_in, viewers
from bench.places import copied, open_app
from bench.processor import Used
from bench.servers import product_environment, serving
from bench.visits import Answer, Request, ask

LAST_DAYS = dt.datetime(2025, 12, 10, 2, tzinfo=dt.UTC)
SECONDS = 25.0
WARMING = 5.0
"""So long everybody is there before: a worker meets each page for the first time once."""
MOST_SUBMITS = 8_000
BATCH = 20
FORM_CODE = "training_workshop"
ANSWERS = {
    "organizer": "河南省测试协会",
    "organizer_kind": "industry",
    "course_kind": "ordinary",
    "study_period": {"start": "2025-03-03", "end": "2025-03-05"},
    "days": "3",
}
TICKED = re.compile(rb'name="rowid"[^>]*value="(\d+:\d+)"')
LOOKS = ("/admin/", "/admin/declarations/?tab=approved", "/admin/inbox/")


@dataclass(frozen=True)
class Crowd:
    """How many of each do something at the same time."""

    writers: int
    approvers: int
    readers: int


@dataclass(frozen=True)
class Draft:
    """A declaration that is ready to be sent, and its owner's cookie."""

    record_id: int
    cookie: str


@dataclass(frozen=True)
class Chief:
    """Who decides for a unit where much waits."""

    cookie: str


CROWDS = {"postgresql": Crowd(64, 16, 16), "sqlite": Crowd(12, 4, 4)}


@dataclass
class Took:
    """What one kind of visitor met."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    """Of the worker, in milliseconds."""
    failures: list[str] = field(default_factory=list)

    def note(self, answer: Answer, *, expected: int) -> bool:
        self.seconds.append(answer.seconds)
        self.processor.append(answer.cost[2])
        if answer.status != expected:
            self.failures.append(str(answer.status))
        return answer.status == expected

    def __str__(self) -> str:
        """Tell how long nineteen of twenty waited at most, and what went wrong."""
        if len(self.seconds) < 2:
            return "nobody was answered"
        p95 = statistics.quantiles(self.seconds, n=20)[-1] * 1000
        wrong = ", ".join(sorted(set(self.failures)))
        told = f"p95 {p95:.0f} ms, {len(self.failures)} errors {wrong}".rstrip()
        return f"{told}; a worker's processor {statistics.mean(self.processor):.1f} ms"


def measure(app: Flask, url: str, say: Callable[[str], None]) -> None:
    """Copy the database, let the crowd in for a while, and print what it met."""
    crowd = CROWDS[make_url(url).get_backend_name()]
    with copied(app) as address:
        peak = open_app(address)
        moved = int((LAST_DAYS - utc_now()).total_seconds())
        drafts = _drafts(peak, moved)
        chiefs = _chiefs(peak, crowd.approvers, moved)
        environment = product_environment(address, BENCH_CLOCK=str(moved))
        options = ("--config", "config/gunicorn.py", "--preload")
        with serving("bench.served:application", environment, options=options) as port:
            crush = Crush(peak, port, drafts, moved)
            crush.let_in(crowd, chiefs, WARMING)
            earlier, load = _done(peak, drafts), os.getloadavg()[0]
            before = Used.by_now()
            crush.let_in(crowd, chiefs, SECONDS)
            used = Used.by_now() - before
        sent, approved = (
            now - then for now, then in zip(_done(peak, drafts), earlier, strict=True)
        )
    say(
        f"peak, {crowd.writers} writers, {crowd.approvers} approvers,"
        f" {crowd.readers} readers, {SECONDS:.0f} s:"
    )
    say(f"  {sent / SECONDS:.0f} submits/s, {crush.submits}")
    say(f"  {approved / SECONDS:.0f} approvals/s, {crush.approvals}")
    say(f"  {len(crush.looks.seconds) / SECONDS:.0f} pages/s, {crush.looks}")
    room = SECONDS * (os.cpu_count() or 1)
    say(f"  of {room:.0f} s of processors: {used}; load before {load:.1f}")


def _done(app: Flask, drafts: list[Draft]) -> tuple[int, int]:
    """Count what was really sent and approved, and let go of the database."""
    record, step = m.Declaration, m.WorkflowEvent
    sent = select(func.count(record.id)).where(
        record.id >= drafts[0].record_id, record.submitted_at.is_not(None)
    )
    approved = select(func.count(step.id)).where(
        step.kind == RecordKind.declaration, step.action == Action.approve
    )
    with app.app_context():
        found = (db.session.scalar(sent) or 0, db.session.scalar(approved) or 0)
        db.session.remove()
        db.engine.dispose()
    return found


# --- Before -----------------------------------------------------------------------


def _drafts(app: Flask, moved: int) -> list[Draft]:
    """Let many people have written a declaration of the year, with its proof."""
    moment = utc_now() + dt.timedelta(seconds=moved)
    with app.app_context(), db.engine.begin() as connection:
        people = connection.execute(
            select(m.Person.id, m.Person.unit_id, m.Person.region_id)
            .where(m.Person.unit_id.is_not(None))
            .order_by(m.Person.id)
            .limit(MOST_SUBMITS)
        ).all()
        first = (connection.scalar(select(func.max(m.Declaration.id))) or 0) + 1
        version = connection.scalar(
            select(m.LearningFormVersion.id)
            .join(m.LearningForm)
            .where(m.LearningForm.code == FORM_CODE, m.LearningFormVersion.is_current)
        )
        numbered = list(enumerate(people, start=first))
        connection.execute(
            insert(m.Declaration),
            [
                {
                    "id": number,
                    "person_id": person.id,
                    "unit_id": person.unit_id,
                    "region_id": person.region_id,
                    "year": LAST_DAYS.year,
                    "source": Source.individual,
                    "form_version_id": version,
                    "title": "年末专业技能培训班",
                    "answers": ANSWERS,
                    "claimed": Decimal(24),
                    "computed": Decimal(24),
                    "created_by_id": person.id,
                    "created_at": moment,
                    "updated_at": moment,
                }
                for number, person in numbered
            ],
        )
        connection.execute(
            insert(m.Attachment),
            [
                {
                    "key": f"20251210-{number:032x}",
                    "purpose": AttachmentPurpose.declaration_proof,
                    "declaration_id": number,
                    "file_name": "证书.jpg",
                    "media_type": "image/jpeg",
                    "size": 1000,
                    "sha256": "0" * 64,
                    "uploaded_at": moment,
                }
                for number, _person in numbered
            ],
        )
        own = Identity(IdentityKind.individual)
        return [
            Draft(number, sign_in(app, connection, person.id, own, moment=moment))
            for number, person in numbered
        ]


def _chiefs(app: Flask, count: int, moved: int) -> list[Chief]:
    """Sign in the chiefs of the units where most waits."""
    moment = utc_now() + dt.timedelta(seconds=moved)
    with app.app_context(), db.engine.begin() as connection:
        found = connection.execute(
            select(m.AdminAssignment.id, m.AdminAssignment.account_id)
            .join(m.Declaration, m.Declaration.decider_id == m.AdminAssignment.unit_id)
            .where(m.AdminAssignment.is_chief, m.Declaration.state == State.pending)
            .group_by(m.AdminAssignment.id, m.AdminAssignment.account_id)
            .order_by(func.count().desc(), m.AdminAssignment.id)
            .limit(count)
        ).all()
        return [
            Chief(
                sign_in(
                    app,
                    connection,
                    row.account_id,
                    Identity(IdentityKind.administrator, row.id),
                    moment=moment,
                )
            )
            for row in found
        ]


# --- During -----------------------------------------------------------------------


class Crush:
    """Everybody at once, each in a thread of their own, until the time is up."""

    def __init__(self, app: Flask, port: int, drafts: list[Draft], moved: int) -> None:
        moment = utc_now() + dt.timedelta(seconds=moved)
        cookies = [viewer.cookie for viewer in viewers(app, moment=moment).values()]
        self._app, self._port = app, port
        self._waiting = iter(drafts)
        self._turns = itertools.cycle(itertools.product(LOOKS, cookies))
        self._lock = threading.Lock()

    def let_in(self, crowd: Crowd, chiefs: list[Chief], seconds: float) -> None:
        """Open the doors, close them after a while, and know what was met in between."""
        self.submits, self.approvals, self.looks = Took(), Took(), Took()
        until = time.monotonic() + seconds
        acts = [(self.submits, self._submit)] * crowd.writers
        acts += [(self.approvals, partial(self._approve, chief)) for chief in chiefs]
        acts += [(self.looks, self._look)] * crowd.readers
        threads = [
            threading.Thread(target=self._repeat, args=(took, act, until))
            for took, act in acts
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @staticmethod
    def _repeat(took: Took, act: Callable[[], object], until: float) -> None:
        while time.monotonic() < until:
            try:
                act()
            except StopIteration:
                took.failures.append("no draft left")
                return
            except OSError as error:
                took.failures.append(type(error).__name__)

    def _submit(self) -> None:
        with self._lock:
            draft = next(self._waiting)
        path = f"/me/declarations/{draft.record_id}/send"
        form = _form(self._app, self._port, path, draft.cookie, {})
        self.submits.note(ask(form), expected=303)

    def _approve(self, chief: Chief) -> None:
        cookie = (("Cookie", chief.cookie),)
        shown = ask(Request(self._port, "/admin/approve-hours/", cookie))
        ticked = [value.decode() for value in TICKED.findall(shown.body)][:BATCH]
        if not self.approvals.note(shown, expected=200) or not ticked:
            time.sleep(0.2)
            return
        fields = {"action": "approve", "confirmed": "1", "rowid": ticked}
        path = "/admin/approve-hours/action/"
        answer = ask(_form(self._app, self._port, path, chief.cookie, fields))
        # A page that tells each row's result, or the way back to the list.
        is_told = answer.status == 200
        self.approvals.note(answer, expected=200 if is_told else 303)

    def _look(self) -> None:
        with self._lock:
            path, cookie = next(self._turns)
        page = Request(self._port, path, (("Cookie", cookie),))
        self.looks.note(ask(page), expected=200)


def _form(
    app: Flask, port: int, path: str, cookie: str, fields: dict[str, object]
) -> Request:
    with app.app_context():
        token = token_for(cookie.partition("=")[2])
    body = urlencode({"once": new_token(), **fields}, doseq=True).encode()
    headers = (("Cookie", cookie), (CSRF_HEADER, token), ("Content-Type", FORM))
    return Request(port, path, headers, body)
