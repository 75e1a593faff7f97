"""Two machines serve one platform; one web process and one job consumer are killed.

They share PostgreSQL, Redis and an S3-compatible store and nothing else: each has a
folder of its own. Nothing that was acknowledged is lost, nothing is done twice, and
nobody has to sign in again.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from admin_app import jobs
from admin_app.columns import utc_now
from admin_app.enums import Channel, State
from admin_app.extensions import db
from admin_app.models import Attachment, Declaration, OutgoingMessage
from admin_app.operations.outgoing import LEASE, write_message
from admin_app.web.tokens import new_token
from config.settings import PROJECT
from tests import factories as make
from tests.declaring import fields, picture
from tests.fire.claims import credited, half_states
from tests.fire.proxy import Proxy
from tests.fire.serving import Server, Visitor, at_once
from tests.fire.staging import teachers
from tools.processes import ends_with_parent, pauses

pytestmark = pytest.mark.skipif(
    os.environ.get("CE_TEST_DATABASE") != "postgresql",
    reason="SQLite's file is for one machine",
)
NEW = "/me/declarations/new"
OWN = "/me/declarations"
HOURS = "/admin/approve-hours/"
LETTERS = 60
PATIENCE = 60
DONE, ACCEPTED, DIED = 200, 303, 502


@dataclass
class Machines:
    """Two web processes behind a proxy, and two job consumers."""

    servers: list
    proxy: Proxy
    consumers: list
    letters: object

    def kill_one_of_each(self):
        """Let the first machine lose its power."""
        self.servers[0].stop()
        self.consumers[0].kill()
        self.consumers[0].wait()


@pytest.fixture
def shared(settings, redis_url, s3_storage, tmp_path):
    """What is set alike on every machine."""
    return {
        "CE_REDIS_URL": redis_url,
        "CE_STORAGE_URL": s3_storage.storage_url,
        "CE_STORAGE_OPTIONS": json.dumps(s3_storage.storage_options),
        "CE_SECRET_KEY": settings.secret_key.get_secret_value(),
        "CE_DATA_KEYS": settings.data_keys.get_secret_value(),
        "CE_MAIL_SENDER": "file",
        "CE_MESSAGE_FOLDER": str(tmp_path / "letters"),
        "CE_PROXY_HOPS": "1",
    }


@pytest.fixture
def machines(app, settings, shared, tmp_path, now):
    """The two, each with a folder of its own."""
    homes = [tmp_path / f"machine-{number}" for number in (1, 2)]
    for home in homes:
        home.mkdir()
    servers = [
        Server(settings, home, workers=1, CE_INSTANCE_PATH=str(home), **shared)
        for home in homes
    ]
    consumers = [consumer(settings, shared, home) for home in homes]
    for server in servers:
        server.launch()
        server.move_clock(int((now - utc_now()).total_seconds()))
    for server in servers:
        server.wait()
    made = Machines(servers, Proxy(servers), consumers, tmp_path / "letters")
    yield made
    made.proxy.close()
    for server in servers:
        server.stop()
    for each in consumers:
        each.kill()
        each.wait()


def consumer(settings, shared, home):
    """Start a job consumer."""
    own = {
        "CE_ENVIRONMENT": "testing",
        "CE_DATABASE_URL": settings.database_url,
        "CE_INSTANCE_PATH": str(home),
        "CE_LOG_LEVEL": "ERROR",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "admin_app", "jobs", "run"],
        cwd=PROJECT,
        env=os.environ | shared | own,
        stderr=subprocess.DEVNULL,
        preexec_fn=ends_with_parent(signal.SIGKILL),  # noqa: PLW1509
    )


@dataclass
class Told:
    """What people were told while they worked."""

    sent: list = field(default_factory=list)
    strange: list = field(default_factory=list)


def form_of(session, title):
    """A declaration with a picture, but for what makes each form unique."""
    posted = fields(session, do="send") | {"title": title}
    return lambda: encode_multipart(
        posted
        | {
            "once": new_token(),
            "attachments": FileStorage(picture()[0], "证书.jpg"),
        }
    )


def declare(visitor, told, forms):
    """Send each form; whoever gets no answer looks whether it arrived, and else sends anew."""
    for title, form in forms.items():
        for _ in pauses(PATIENCE):
            boundary, body = form()
            kind = f"multipart/form-data; boundary={boundary}"
            answer = visitor.post(NEW, body, **{"Content-Type": kind})
            if answer.status == ACCEPTED and answer.location.startswith("/me/"):
                told.sent.append(title)
            elif answer.status != DIED:
                told.strange.append((title, answer.status, answer.location))
            elif title in visitor.get(OWN).text:
                told.sent.append(title)
            else:
                continue
            break


def approve(visitor, told, until):
    """Approve whatever waits, until the word is given and nothing is left."""
    while not until.is_set():
        approve_what_waits(visitor, told)
        time.sleep(0.05)
    # At length many pages wait by then.
    for _ in pauses(5 * PATIENCE):
        if not approve_what_waits(visitor, told):
            return
    told.strange.append("something is left to be approved")


def approve_what_waits(visitor, told):
    """Approve a page of what waits; tell whether anything may be left."""
    form = {"action": "approve", "confirmed": "1", "comment": "好"}
    page = visitor.get(HOURS)
    ids = re.findall(r'name="rowid" value="([^"]+)"', page.text)
    answer = visitor.post(f"{HOURS}action/", form | {"rowid": ids}) if ids else page
    for each in (page, answer):
        if each.status not in {DONE, DIED}:
            told.strange.append((each.status, each.location, each.text[:200]))
    return bool(ids) or page.status != DONE


def queue_letters(app, number):
    """Put letters on their way, one after another, while both consumers send."""
    for turn in range(number):
        with app.app_context():
            session = db.session()
            letter = write_message(
                session,
                channel=Channel.email,
                address=f"{turn}@example.test",
                subject="验证码",
                body=str(turn),
                until=utc_now() + timedelta(hours=1),
            )
            session.commit()
            jobs.queue_message(letter.id)


def letters_sent(app, machines):
    """How often each letter was sent, after the job that makes up for what was lost.

    The dead consumer held one at most; the other one has sent all others by then.
    """
    with app.app_context():
        for _ in pauses(PATIENCE):
            left = db.session.scalars(select(OutgoingMessage.id)).all()
            db.session.rollback()
            if len(left) <= 1:
                break
        app.extensions["clock"] = lambda: utc_now() + LEASE
        jobs.send_messages()
        assert db.session.scalars(select(OutgoingMessage.id)).all() == []
    files = machines.letters.glob("*.txt")
    return Counter(file.read_text().splitlines()[0] for file in files)


def guess_everywhere(app, machines, person):
    """Guess a password at each machine in turn, then tell the right one."""
    form = {"id_number": person.id_number}
    guesses = [
        Visitor(app, server).post("/sign-in/individual", form | {"password": "wrong-1"})
        for server in machines.servers * 4
    ]
    right = Visitor(app, machines.proxy)
    entered = right.post("/sign-in/individual", form | {"password": make.PASSWORD})
    compared = sum(server.evaluations() for server in machines.servers)
    return {each.status for each in guesses}, entered.status, compared


def test_nothing_is_lost_or_done_twice_when_one_machine_dies(
    make_app, settings, machines, shared, cast, db_session, at_length
):
    app = make_app(
        redis_url=shared["CE_REDIS_URL"],
        mail_sender="file",
        message_folder=machines.letters,
    )
    people = teachers(db_session, cast.school, at_length(4, 24))
    visitors = [Visitor(app, machines.proxy, each) for each in people]
    batches = [
        {
            f"培训班{place}-{turn}": form_of(db_session, f"培训班{place}-{turn}")
            for turn in range(at_length(5, 60))
        }
        for place in range(len(people))
    ]
    titles = sorted(title for forms in batches for title in forms)
    told, is_done = Told(), threading.Event()
    chiefs = [cast.chief, cast.bureau_chief, cast.city_chief]
    approvers = [
        partial(approve, Visitor(app, machines.proxy, who), told, is_done)
        for who in chiefs
    ]
    writers = [
        partial(declare, visitor, told, forms)
        for visitor, forms in zip(visitors, batches, strict=True)
    ]
    guessed = guess_everywhere(app, machines, cast.stranger)

    # Nothing of it is left open: the server ends a transaction that idles for a minute.
    db_session.rollback()

    def cut_the_power():
        for _ in pauses(PATIENCE):
            if len(told.sent) >= len(titles) // 3:
                break
        machines.kill_one_of_each()

    deciding = threading.Thread(target=at_once, args=approvers)
    deciding.start()
    at_once(*writers, cut_the_power, partial(queue_letters, app, LETTERS))
    is_done.set()
    deciding.join()
    # What the lowest has passed on meanwhile.
    for each in approvers:
        each()

    # Nobody had to sign in again, and nobody read of a failure.
    assert told.strange == []
    # What was acknowledged is there, once, and was approved up to the end, once.
    db_session.rollback()
    rows = db_session.execute(select(Declaration.title, Declaration.state)).all()
    assert sorted(told.sent) == titles
    assert sorted(map(tuple, rows)) == [(title, State.approved) for title in titles]
    assert credited(db_session) == len(titles)
    assert half_states(db_session) == []
    # What was uploaded at the dead machine can be opened at the other.
    keys = db_session.scalars(
        select(Attachment.key)
        .join(Declaration, Declaration.id == Attachment.declaration_id)
        .where(Declaration.person_id == people[0].id)
    ).all()
    assert len(keys) == len(batches[0])
    assert {visitors[0].get(f"/files/{key}").status for key in keys} == {200}
    # Every letter was sent, and twice at most the one that the dead consumer held.
    sent = letters_sent(app, machines)
    assert len(sent) == LETTERS
    assert sent.total() <= LETTERS + 1
    # Five guesses are five, wherever they were made.
    assert guessed == ({400}, 400, 5)
