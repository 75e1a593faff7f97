"""Worker processes over the test's database: they start together and can be killed.

A worker lives through many rounds. In each it takes a task, gets ready, waits for the
word and acts, in a transaction of its own as a request or a job would.
"""

import contextlib
import os
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import Pipe
from typing import Any
from unittest.mock import patch

from admin_app.database import writing
from admin_app.errors import Refused
from admin_app.extensions import db
from tests.cast import actor_of
from tools.processes import ends_with_parent

PATIENCE = 60


@dataclass(frozen=True)
class Task:
    """What one worker does in one round; `who` are an account id and an identity.

    `doubles` name broken variants that replace the product's own parts in the worker.
    """

    act: Callable[..., Any]
    who: tuple[Any, ...] | None = None
    values: dict[str, Any] = field(default_factory=dict)
    delay: float = 0.0
    doubles: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a task ended: done with a result, refused with a sentence, or an error."""

    kind: str
    result: Any = None
    seconds: float = 0.0

    @property
    def is_done(self):
        return self.kind == "done"


class Worker:
    """One process, and the parent's end of the pipe to it."""

    def __init__(self, app):
        self.pipe, other = Pipe()
        with warnings.catch_warnings():
            # The child never uses the threads that it lost.
            warnings.simplefilter("ignore", DeprecationWarning)
            self.pid = os.fork()
        if self.pid == 0:
            try:
                _work(app, other)
            finally:
                os._exit(0)
        other.close()

    def prepare(self, task):
        """Hand the task over and wait until the worker is about to act."""
        self.pipe.send(task)
        self._receive()

    def go(self):
        """Give the word."""
        self.pipe.send("go")

    def outcome(self):
        """Wait for the end of the task."""
        return self._receive()

    def has_ended(self, seconds=0.0):
        """Whether the task ends within the time."""
        return self.pipe.poll(seconds)

    def kill(self):
        """End the process as a power cut would, whatever it is doing."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self.pipe.close()

    def _receive(self):
        if not self.pipe.poll(PATIENCE):
            raise TimeoutError(f"worker {self.pid} says nothing")
        return self.pipe.recv()


class Crew:
    """Workers of one test; nobody may be connected to the database when they start."""

    def __init__(self, app, *, seed=20251118):
        self._app = app
        self.workers = []
        self._dice = random.Random(seed)

    def hire(self, number):
        """Let there be so many workers."""
        with self._app.app_context():
            assert db.engine.pool.checkedout() == 0
            db.engine.dispose()
        while len(self.workers) < number:
            self.workers.append(Worker(self._app))
        return self

    def together(self, tasks):
        """Let each task be done by one worker, all at the same moment."""
        hands = self.workers[: len(tasks)]
        for worker, task in zip(hands, tasks, strict=True):
            worker.prepare(task)
        for worker in hands:
            worker.go()
        return [worker.outcome() for worker in hands]

    def stagger(self, most=0.006):
        """A moment within which one of two sometimes comes first, sometimes second."""
        return self._dice.uniform(0, most)

    def next_victim(self):
        """A worker that is not needed any more afterwards."""
        return self.workers.pop()

    def dismiss(self):
        """End all workers."""
        for worker in self.workers:
            worker.kill()
        self.workers.clear()


def _work(app, pipe):
    # Without coverage: it would only make the races slower.
    sys.settrace(None)
    threading.settrace(None)
    ends_with_parent(signal.SIGKILL)()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with app.app_context():
        db.engine.dispose(close=False)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        with contextlib.ExitStack() as stack:
            for target, double in task.doubles:
                stack.enter_context(patch(target, double))
            _carry_out(app, pipe, task)


def _carry_out(app, pipe, task):
    with app.app_context():
        values = dict(task.values)
        if task.who is not None:
            # The actor is known before the act begins, as in a request.
            values["actor"] = actor_of(db.session(), *task.who)
            db.session.rollback()
        pipe.send("ready")
        pipe.recv()
        time.sleep(task.delay)
        began = time.perf_counter()
        kind, result = "done", None
        try:
            with writing():
                result = task.act(db.session(), **values)
                db.session.commit()
        except Refused as refused:
            kind, result = "refused", refused.sentence
        except Exception as error:  # noqa: BLE001 - whatever it is, the test counts it
            kind, result = "error", f"{type(error).__name__}: {error}"[:500]
        finally:
            db.session.remove()
        pipe.send(Outcome(kind, result, time.perf_counter() - began))
