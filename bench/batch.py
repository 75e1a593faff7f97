"""What does approving a thousand rows cost beside the least it could cost?

Beside one UPDATE … RETURNING with one INSERT … SELECT of the log, and beside the loop
of a Django admin action: with nothing but these two, and with all that an approval has to
do. Everybody commits, in a copy of the database.
"""

import datetime as dt
import gc
import json
import random
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import chain, repeat

from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from admin_app import models as m
from admin_app.database import writing
from admin_app.dialects import among, dialect_of
from admin_app.enums import Action, RecordKind, State
from admin_app.extensions import db
from admin_app.permissions import Actor
from admin_app.workflows import perform_many
from bench.pages import viewer_actor
from bench.places import copied, open_app
from bench.servers import rival_python
from config.settings import PROJECT

NOW = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
FLOOR, OURS = "floor", "ours"
LOOPS: Mapping[str, Mapping[str, bool]] = {
    "Django action": {"is_atomic": False, "is_whole": False},
    "in one transaction": {"is_atomic": True, "is_whole": False},
    "Django with all of ours": {"is_atomic": False, "is_whole": True},
    "with all in one transaction": {"is_atomic": True, "is_whole": True},
}
"""What bench/rivals/approving.py is told to do."""
ROUNDS: Mapping[int, tuple[int, int]] = {1_000: (7, 3), 10_000: (3, 1)}
"""How often so many rows are approved by floor and ours, and by each loop."""
UNDECIDED = {
    "state": "'pending'",
    "step": "0",
    "version": "1",
    "decided_at": "NULL",
    "decider_id": ":unit",
    "id": "id + :base",
}
"""How the copies differ from what they are copied from."""
MOVE = """
UPDATE declaration SET state = 'approved', decider_id = NULL, step = step + 1,
       version = version + 1, decided_at = :at
WHERE id {among} AND state = 'pending' AND decider_id = :unit RETURNING id
"""
LOG = """
INSERT INTO workflow_event (kind, record_id, step, action, from_state, to_state,
                            actor_account_id, actor_name, unit_id, comment, at)
SELECT 'declaration', id, step, 'approve', 'pending', 'approved', :account, '', :unit,
       '', :at
FROM declaration WHERE id {among}
"""
AMONG = {
    "sqlite": "IN (SELECT value FROM json_each(:ids))",
    "postgresql": "= ANY (:ids)",
}
Act = Callable[[list[int]], float]
"""Approves the rows of these ids, commits, and returns its milliseconds."""


def measure(app: Flask, say: Callable[[str], None]) -> None:
    """Print the medians, the ratios and the number of statements."""
    with copied(app) as url:
        copy = open_app(url)
        with copy.app_context():
            session = db.session()
            # The root has many last words.
            actor = viewer_actor(session, "root")
            # As the server does it: what was made at the start is not looked through.
            gc.collect()
            gc.freeze()
            for rows in ROUNDS:
                _compare(session, actor, url, say, rows)
            db.session.remove()
            db.engine.dispose()


def _compare(
    session: Session, actor: Actor, url: str, say: Callable[[str], None], rows: int
) -> None:
    originals = _originals(session, actor, rows)
    seen: list[str] = []
    acts: dict[str, Act] = {
        FLOOR: partial(_committed, session, partial(_least, session, actor), []),
        OURS: partial(_committed, session, partial(_ours, session, actor), seen),
    }
    first = list(acts)
    times = dict.fromkeys(acts, ROUNDS[rows][0])
    if python := rival_python():
        for name, what in LOOPS.items():
            acts[name] = partial(_loop, python, url, actor, what)
            times[name] = ROUNDS[rows][1]
    turns = list(chain(*(repeat(name, times[name]) for name in acts)))
    random.Random(41).shuffle(turns)
    taken: dict[str, list[float]] = {name: [] for name in acts}
    for number, name in enumerate(first + turns):
        ids = _add_waiting(session, actor, originals)
        milliseconds = acts[name](ids)
        assert _approved(session, ids) == len(ids), name
        is_whole = LOOPS.get(name, {}).get("is_whole", name == OURS)
        assert _credited(session, ids) == is_whole * len(ids), name
        # The first time statements are made, and pages read.
        if number >= len(first):
            taken[name].append(milliseconds)
    middle = {name: statistics.median(all_of_it) for name, all_of_it in taken.items()}
    say(_told(len(originals), middle, len(seen)))


def _told(rows: int, middle: Mapping[str, float], statements: int) -> str:
    ours = middle[OURS]
    told = (
        f"approve {rows:>6}: floor {middle[FLOOR]:.0f} ms, ours {ours:.0f} ms"
        f" (x {ours / middle[FLOOR]:.1f}, {statements} SQL)"
    )
    return told + "".join(
        f"; {name} {middle[name]:.0f} ms (x {middle[name] / ours:.1f} ours)"
        for name in LOOPS
        if name in middle
    )


# --- What there is to approve -------------------------------------------------------


def _originals(session: Session, actor: Actor, rows: int) -> list[int]:
    """Return declarations that the unit had the last word on.

    They are copied: they themselves are in the ledger, once for ever.
    """
    event_, record = m.WorkflowEvent, m.Declaration
    found = (
        select(record.id)
        .join(event_, event_.record_id == record.id)
        .where(
            event_.unit_id == actor.unit_id,
            event_.kind == RecordKind.declaration,
            event_.to_state == State.approved,
            record.filed_by_id.is_(None),
        )
        .order_by(event_.id)
        .limit(rows)
    )
    return list(session.scalars(found))


def _add_waiting(session: Session, actor: Actor, originals: Sequence[int]) -> list[int]:
    """Add copies that wait at the actor's unit, and return their ids."""
    base = session.scalar(select(func.max(m.Declaration.id))) or 0
    names = [column.name for column in m.Declaration.__table__.columns]
    values = [UNDECIDED.get(name, name) for name in names]
    listed = ", ".join(map(str, originals))
    copies = (
        f"INSERT INTO declaration ({', '.join(names)})"
        f" SELECT {', '.join(values)} FROM declaration WHERE id IN ({listed})"
    )
    session.rollback()
    with writing():
        session.execute(text(copies), {"unit": actor.unit_id, "base": base})
        session.commit()
    return [each + base for each in originals]


def _approved(session: Session, ids: list[int]) -> int:
    """Count those that are approved and have their line in the log."""
    record, event_ = m.Declaration, m.WorkflowEvent
    is_logged = (event_.record_id == record.id) & (
        event_.kind == RecordKind.declaration
    )
    approved = (
        select(func.count())
        .join_from(record, event_, is_logged)
        .where(among(record.id, ids), record.state == State.approved)
    )
    found = session.scalar(approved) or 0
    session.rollback()
    return found


def _credited(session: Session, ids: list[int]) -> int:
    """Count the lines that they have in the ledger."""
    lines = select(func.count()).where(among(m.CreditEntry.declaration_id, ids))
    found = session.scalar(lines) or 0
    session.rollback()
    return found


# --- Who approves it ------------------------------------------------------------------


def _committed(
    session: Session, act: Callable[[list[int]], None], seen: list[str], ids: list[int]
) -> float:
    """Let it act and commit in one transaction; `seen` gets its statements."""

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        seen.append(sql)

    seen.clear()
    event.listen(db.engine, "before_cursor_execute", note)
    with writing():
        began = time.perf_counter()
        act(ids)
        session.commit()
        taken = time.perf_counter() - began
    event.remove(db.engine, "before_cursor_execute", note)
    session.expunge_all()
    return taken * 1000


def _least(session: Session, actor: Actor, ids: list[int]) -> None:
    """Move the rows and write their history, by one statement each."""
    dialect = dialect_of(session)
    is_sqlite = dialect == "sqlite"
    values = {
        "ids": json.dumps(ids) if is_sqlite else ids,
        "unit": actor.unit_id,
        "at": "2026-01-05 09:00:00.000000" if is_sqlite else NOW.replace(tzinfo=None),
    }
    moving, logging = (text(sql.format(among=AMONG[dialect])) for sql in (MOVE, LOG))
    moved = session.execute(moving, values).all()
    assert len(moved) == len(ids)
    session.execute(logging, values | {"account": actor.account_id})


def _ours(session: Session, actor: Actor, ids: list[int]) -> None:
    """Approve the rows as the product does, with rights, ladder, ledger and totals."""
    result = perform_many(
        session,
        actor=actor,
        kind=RecordKind.declaration,
        ids=ids,
        action=Action.approve,
        now=NOW,
    )
    assert len(result.done) == len(ids), list(result.refused.values())[:3]


def _loop(
    python: str, url: str, actor: Actor, what: Mapping[str, bool], ids: list[int]
) -> float:
    """Let Django's loop approve the rows, in a process of its own."""
    asked = {"ids": ids, "unit": actor.unit_id, **what}
    done = subprocess.run(
        [python, "-m", "bench.rivals.approving"],
        input=json.dumps(asked),
        cwd=PROJECT,
        env={"BENCH_URL": url, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(json.loads(done.stdout)["milliseconds"])
