"""What does approving a thousand rows cost beside the least it could cost?

Beside one UPDATE … RETURNING with one INSERT … SELECT of the log, and beside the loop
of a Django admin action. Every round is rolled back.
"""

import datetime as dt
import json
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence

from flask import Flask
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from admin_app import models as m
from admin_app.database import writing
from admin_app.enums import Action, IdentityKind, RecordKind, State
from admin_app.extensions import db
from admin_app.operations.identities import Identity, actor_of
from admin_app.permissions import Actor
from admin_app.workflows import perform_many
from bench.servers import rival_python
from config.settings import PROJECT

NOW = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
ROWS = (1_000, 10_000)
ROUNDS = 3
UNDECIDED = {
    "state": "'pending'",
    "step": "0",
    "version": "1",
    "decided_at": "NULL",
    "decider_id": "{unit}",
}
"""How the copies differ from what they are copied from."""
MOVE = """
UPDATE declaration SET state = 'approved', decider_id = NULL, step = step + 1,
       version = version + 1, decided_at = :at
WHERE id IN ({ids}) AND state = 'pending' AND decider_id = :unit RETURNING id
"""
LOG = """
INSERT INTO workflow_event (kind, record_id, step, action, from_state, to_state,
                            actor_account_id, actor_name, unit_id, comment, at)
SELECT 'declaration', id, step, 'approve', 'pending', 'approved', :account, '', :unit,
       '', :at
FROM declaration WHERE id IN ({ids}) AND state = 'approved'
"""


def measure(app: Flask, say: Callable[[str], None]) -> None:
    """Print the medians, the ratios and the number of statements."""
    for rows in ROWS:
        _compare(app, say, rows)


def _compare(app: Flask, say: Callable[[str], None], rows: int) -> None:
    taken: dict[str, list[float]] = {"floor": [], "ours": []}
    statements = 0

    def note(*_details: object) -> None:
        nonlocal statements
        statements += 1

    with app.app_context():
        session = db.session()
        actor = _reviewer(session)
        copy, ids = _copies(session, actor, rows)
        url = db.engine.url.render_as_string(hide_password=False)
        session.rollback()
        acts: dict[str, Callable[[Session, Actor, list[int]], None]] = {
            "floor": _least,
            "ours": _ours,
        }
        for _ in range(ROUNDS + 1):
            for name, act in acts.items():
                with writing():
                    session.execute(text(copy))
                    statements = 0
                    event.listen(db.engine, "before_cursor_execute", note)
                    started = time.perf_counter()
                    act(session, actor, ids)
                    taken[name].append((time.perf_counter() - started) * 1000)
                    event.remove(db.engine, "before_cursor_execute", note)
                    session.rollback()
                    session.expunge_all()
        db.session.remove()
        db.engine.dispose()
    middle = {name: statistics.median(times[1:]) for name, times in taken.items()}
    told = (
        f"approve {len(ids):>6}: floor {middle['floor']:.0f} ms, ours"
        f" {middle['ours']:.0f} ms (x {middle['ours'] / middle['floor']:.1f},"
        f" {statements} SQL)"
    )
    if python := rival_python():
        loop = _loop(python, url, copy, ids, actor.unit_id)
        told += f", Django loop {loop:.0f} ms (x {loop / middle['ours']:.1f} ours)"
    say(told)


def _reviewer(session: Session) -> Actor:
    """Return the administrator of the root, who has many last words."""
    assignment = session.scalars(
        select(m.AdminAssignment)
        .join(m.Account)
        .join(m.Person, m.Person.id == m.Account.person_id)
        .where(m.Person.name == "root", m.Person.unit_id.is_(None))
    ).one()
    identity = Identity(IdentityKind.administrator, assignment.id)
    actor = actor_of(session, assignment.account_id, identity)
    assert actor is not None
    return actor


def _copies(session: Session, actor: Actor, rows: int) -> tuple[str, list[int]]:
    """Return the statement that adds new waiting declarations, and their ids.

    They are copies of others that the unit had the last word on; those themselves are
    in the ledger, once for ever.
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
    originals = list(session.scalars(found))
    base = session.scalar(select(func.max(record.id))) or 0
    unit = str(actor.unit_id)
    columns = [
        column.name for column in record.__table__.columns if column.name != "id"
    ]
    values = [UNDECIDED.get(name, name).replace("{unit}", unit) for name in columns]
    statement = (
        f"INSERT INTO declaration (id, {', '.join(columns)})"
        f" SELECT id + {base}, {', '.join(values)} FROM declaration"
        f" WHERE id IN ({_listed(originals)})"
    )
    return statement, [each + base for each in originals]


def _listed(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids))


def _least(session: Session, actor: Actor, ids: list[int]) -> None:
    """Move the rows and write their history, by one statement each."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    listed = "SELECT value FROM json_each(:ids)" if is_sqlite else "SELECT unnest(:ids)"
    at = "2026-01-05 09:00:00.000000" if is_sqlite else NOW.replace(tzinfo=None)
    given = json.dumps(ids) if is_sqlite else ids
    values = {"ids": given, "unit": actor.unit_id, "at": at}
    moved = session.execute(text(MOVE.format(ids=listed)), values).all()
    assert len(moved) == len(ids)
    logged = values | {"account": actor.account_id}
    session.execute(text(LOG.format(ids=listed)), logged)


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
    python: str, url: str, copy: str, ids: list[int], unit_id: int | None
) -> float:
    """Return the milliseconds of Django's loop, once."""
    asked = json.dumps({"copy": copy, "ids": ids, "unit": unit_id})
    done = subprocess.run(
        [python, "-m", "bench.rivals.approving"],
        input=asked,
        cwd=PROJECT,
        env={"BENCH_URL": url, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return float(json.loads(done.stdout)["milliseconds"])
