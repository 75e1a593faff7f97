"""What does moving a unit with everything below it cost beside the least it could cost?

`python -m bench.moves sqlite`; every round is rolled back.
"""

import argparse
import datetime as dt
import gc
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Flask
from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from admin_app import models as m
from admin_app.database import writing
from admin_app.enums import Action, IdentityKind, State, UnitChangeKind, UnitKind
from admin_app.extensions import db
from admin_app.operations.identities import Identity, actor_of
from admin_app.permissions import Actor
from admin_app.workflows import perform
from bench.clock import medians
from bench.places import copied, filled, open_app
from bench.population import SIZES, id_number, registration_code

NOW = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)
FIRST_NUMBER = 500_000
"""Codes and identity numbers begin here: the generated ones end before."""
MOVE = """
UPDATE unit SET path = :new || substr(path, :rest), depth = depth + :deeper,
       updated_at = :at
WHERE path >= :low AND path < :high
"""
HANG = "UPDATE unit SET superior_id = :superior WHERE id = :unit"
DECIDE = """
UPDATE unit_change SET state = 'approved', decider_id = NULL, step = step + 1,
       version = version + 1, decided_at = :at
WHERE id = :change AND state = 'pending'
"""
NOTE = """
INSERT INTO workflow_event (kind, record_id, step, action, from_state, to_state,
                            actor_account_id, actor_name, unit_id, comment, at)
SELECT 'unit_change', id, 1, 'approve', 'pending', 'approved', :account, '', :superior,
       '', :at
FROM unit_change WHERE id = :change
"""
WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)")


@contextmanager
def place(engine: str) -> Iterator[Flask]:
    """Give the program over a copy of a filled database, which may be changed."""
    with filled(engine, SIZES["small"]) as app, copied(app) as address:
        yield open_app(address)


def grow(session: Session, *, units: int, people: int) -> m.UnitChange:
    """Add a bureau with so much below; return its move, which waits for the last word."""
    cities = session.scalars(
        select(m.Unit)
        .where(m.Unit.kind == UnitKind.hr_authority, m.Unit.depth == 1)
        .order_by(m.Unit.id)
        .limit(2)
    ).all()
    old, new = cities
    bureau = _unit(session, old, units, UnitKind.industry_authority)
    schools = [_below(bureau, number) for number in range(units - 1)]
    session.execute(insert(m.Unit), schools)
    regions = list(
        session.scalars(
            select(m.Region.code)
            .where(m.Region.code.startswith("41"), m.Region.level == 3)
            .order_by(m.Region.code)
        )
    )
    homes = [row["id"] for row in schools]
    session.execute(
        insert(m.Person),
        [
            {
                "id": FIRST_NUMBER + number,
                "id_number": id_number(FIRST_NUMBER + number, regions),
                "name": "张伟",
                "unit_id": homes[number % len(homes)],
                "region_id": old.region_id,
            }
            for number in range(people)
        ],
    )
    change = m.UnitChange(
        unit_id=bureau.id,
        kind=UnitChangeKind.superior,
        before=old.name,
        after=new.name,
        old_superior_id=old.id,
        new_superior_id=new.id,
        reason="机构改革",
    )
    session.add(change)
    session.flush()
    session.execute(
        text(
            "UPDATE unit_change SET state = :state, decider_id = :new, step = 1"
            " WHERE id = :id"
        ),
        {"state": State.pending.name, "new": new.id, "id": change.id},
    )
    session.commit()
    if db.engine.dialect.name == "postgresql":
        session.execute(text("ANALYZE unit, person"))
        session.commit()
    return change


def _unit(session: Session, superior: m.Unit, number: int, kind: UnitKind) -> m.Unit:
    top = session.scalars(select(m.Unit).order_by(m.Unit.id.desc()).limit(1)).one()
    unit = m.Unit(
        id=top.id + 1,
        name=f"测试主管部门{number}",
        kind=kind,
        registration_code=registration_code(FIRST_NUMBER),
        region_id=superior.region_id,
        nature_id=superior.nature_id,
        level_id=superior.level_id,
        industry_id=superior.industry_id,
        superior_id=superior.id,
        path=f"{superior.path}{top.id + 1}/",
        depth=superior.depth + 1,
    )
    session.add(unit)
    session.flush()
    return unit


def _below(bureau: m.Unit, number: int) -> dict[str, object]:
    unit_id = bureau.id + 1 + number
    copied = ("region_id", "nature_id", "level_id", "industry_id")
    return {name: getattr(bureau, name) for name in copied} | {
        "id": unit_id,
        "name": f"测试学校{number}",
        "kind": UnitKind.employer,
        "registration_code": registration_code(FIRST_NUMBER + 1 + number),
        "superior_id": bureau.id,
        "path": f"{bureau.path}{unit_id}/",
        "depth": bureau.depth + 1,
    }


def approver(session: Session, unit: m.Unit) -> Actor:
    """Return who has the last word for the new superior."""
    assignment = session.scalars(select(m.AdminAssignment).limit(1)).one()
    identity = Identity(IdentityKind.administrator, assignment.id)
    actor = actor_of(session, assignment.account_id, identity)
    assert actor is not None
    return replace(
        actor,
        unit_id=unit.id,
        unit_path=unit.path,
        unit_kind=unit.kind,
        permissions=frozenset({"review_unit_changes:approve"}),
    )


def measure(app: Flask, *, units: int, people: int, rounds: int) -> None:
    """Print the medians, the ratio, and which tables were written how often."""
    with app.app_context():
        session = db.session()
        with writing():
            change_id = grow(session, units=units, people=people).id
        change = session.get_one(m.UnitChange, change_id)
        bureau, new = change.unit, session.get_one(m.Unit, change.new_superior_id)
        actor = approver(session, new)
        path = bureau.path
        values = {
            "new": f"{new.path}{bureau.id}/",
            "rest": len(path) + 1,
            "deeper": new.depth + 1 - bureau.depth,
            "low": path,
            "high": path[:-1] + "0",
            "at": f"{NOW:%Y-%m-%d %H:%M:%S}.000000",
        }
        more = {
            "superior": new.id,
            "unit": bureau.id,
            "change": change_id,
            "account": actor.account_id,
            "at": values["at"],
        }
        seen: list[str] = []
        session.rollback()

        def note(
            _connection: object, _cursor: object, statement: str, *_rest: object
        ) -> None:
            seen.append(statement)

        def least() -> None:
            with writing():
                moved = session.execute(text(MOVE), values)
                assert moved.rowcount == units  # type: ignore[attr-defined] # a cursor's
                for statement in (HANG, DECIDE, NOTE):
                    session.execute(text(statement), more)
                session.rollback()

        def ours() -> None:
            seen.clear()
            event.listen(db.engine, "before_cursor_execute", note)
            with writing():
                record = session.get_one(m.UnitChange, change_id)
                perform(
                    session, actor=actor, record=record, action=Action.approve, now=NOW
                )
                session.rollback()
                session.expunge_all()
            event.remove(db.engine, "before_cursor_execute", note)

        # As the server does it: what was made at the start is not looked through again.
        gc.collect()
        gc.freeze()
        taken = medians({"floor": least, "ours": ours}, rounds)
        found = [name[1] for each in seen if (name := WRITES.match(each))]
        floor, own = taken["floor"].wall, taken["ours"].wall
        print(f"units {units}  people {people}  floor {floor:.0f} ms  ours", end=" ")
        cpu = taken["ours"].cpu / taken["floor"].cpu
        print(f"{own:.0f} ms  ratio {own / floor:.1f} (cpu {cpu:.1f})", end="  ")
        print(f"SQL {len(seen)}", end="  ")
        print("writes", dict(Counter(found)))


def main() -> None:
    """Read the command line and measure."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("engine", choices=("sqlite", "postgresql"))
    reader.add_argument("--units", type=int, default=5_000)
    reader.add_argument("--people", type=int, default=100_000)
    reader.add_argument("--rounds", type=int, default=7)
    asked = reader.parse_args()
    with place(asked.engine) as app:
        measure(app, units=asked.units, people=asked.people, rounds=asked.rounds)


if __name__ == "__main__":
    main()
