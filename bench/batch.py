"""What does approving a thousand rows cost beside the least it could cost?

`python -m bench.batch small sqlite`; every round is rolled back.
"""

import argparse
import datetime as dt
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from flask import Flask
from sqlalchemy import bindparam, event, func, select, text, update
from sqlalchemy.orm import Session

from admin_app import models as m
from admin_app.database import writing
from admin_app.enums import Action, IdentityKind, RecordKind, State, UnitKind
from admin_app.extensions import db
from admin_app.operations.identities import Identity, actor_of
from admin_app.permissions import Actor
from admin_app.workflows import perform_many
from bench.places import filled
from bench.population import SIZES

NOW = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
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


def reviewer(session: Session) -> Actor:
    """Return an administrator of the authority with most people of its own."""
    assignment = session.scalars(
        select(m.AdminAssignment)
        .join(m.Account)
        .join(m.Person, m.Person.id == m.Account.person_id)
        .where(m.Person.name == "city")
    ).one()
    identity = Identity(IdentityKind.administrator, assignment.id)
    actor = actor_of(session, assignment.account_id, identity)
    assert actor is not None
    largest = session.execute(
        select(m.Unit)
        .join(m.Declaration, m.Declaration.unit_id == m.Unit.id)
        .where(m.Unit.kind == UnitKind.hr_authority)
        .group_by(m.Unit.id)
        .order_by(func.count().desc())
    ).scalars()
    unit = largest.first()
    assert unit is not None
    return replace(actor, unit_id=unit.id, unit_path=unit.path, unit_kind=unit.kind)


def least(session: Session, actor: Actor, ids: list[int]) -> None:
    """Move the rows and write their history, by one statement each."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    listed = "SELECT value FROM json_each(:ids)" if is_sqlite else "SELECT unnest(:ids)"
    given = json.dumps(ids) if is_sqlite else ids
    values = {"ids": given, "unit": actor.unit_id, "at": "2026-01-05 09:00:00.000000"}
    if not is_sqlite:
        values["at"] = NOW.replace(tzinfo=None)
    moved = session.execute(text(MOVE.format(ids=listed)), values).all()
    assert len(moved) == len(ids)
    logged = values | {"account": actor.account_id}
    session.execute(text(LOG.format(ids=listed)), logged)


def ours(session: Session, actor: Actor, ids: list[int]) -> None:
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


def measure(app: Flask, count: int, rounds: int) -> None:
    """Print the medians, the ratio and the number of statements."""
    taken: dict[str, list[float]] = {"floor": [], "ours": []}
    statements = 0
    with app.app_context():
        session = db.session()
        actor = reviewer(session)
        found = select(m.Declaration.id).where(
            m.Declaration.unit_id == actor.unit_id,
            m.Declaration.state == State.approved,
            m.Declaration.filed_by_id.is_(None),
        )
        ids = list(session.scalars(found.order_by(m.Declaration.id).limit(count)))
        session.rollback()

        def note(*_details: object) -> None:
            nonlocal statements
            statements += 1

        acts: dict[str, Callable[[Session, Actor, list[int]], None]] = {
            "floor": least,
            "ours": ours,
        }
        for _ in range(rounds + 1):
            for name, act in acts.items():
                with writing():
                    session.execute(
                        update(m.Declaration)
                        .where(m.Declaration.id.in_(bindparam("ids", expanding=True)))
                        .values(state=State.pending, decider_id=actor.unit_id, step=0),
                        {"ids": ids},
                        execution_options={"synchronize_session": False},
                    )
                    statements = 0
                    event.listen(db.engine, "before_cursor_execute", note)
                    started = time.perf_counter()
                    act(session, actor, ids)
                    taken[name].append((time.perf_counter() - started) * 1000)
                    event.remove(db.engine, "before_cursor_execute", note)
                    session.rollback()
                    session.expunge_all()
        middle = {name: statistics.median(times[1:]) for name, times in taken.items()}
        print(f"rows {len(ids)}  floor {middle['floor']:.1f} ms  ours", end=" ")
        ratio = middle["ours"] / middle["floor"]
        print(f"{middle['ours']:.1f} ms  ratio {ratio:.1f}  SQL {statements}")


def main() -> None:
    """Read the command line and measure."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("size", choices=SIZES)
    reader.add_argument("engine", choices=("sqlite", "postgresql"))
    reader.add_argument("--rows", type=int, default=1000)
    reader.add_argument("--rounds", type=int, default=5)
    asked = reader.parse_args()
    with filled(asked.engine, SIZES[asked.size]) as app:
        measure(app, asked.rows, asked.rounds)


if __name__ == "__main__":
    main()
