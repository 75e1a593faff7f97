"""Fill a migrated database with a province: `python -m bench.generate small FILE`."""

import argparse
import json
import random
import sqlite3
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, make_url, select

from admin_app import models as m
from admin_app.columns import EncryptedText
from admin_app.database import writing
from admin_app.extensions import db
from bench.places import open_app
from bench.population import (
    SEED,
    SIZES,
    SOURCES,
    STATES,
    Node,
    Size,
    Tree,
    grow_tree,
    homes,
    id_number,
    moments,
    names,
    registration_code,
)
from config.settings import PROJECT
from seed.load import load_reference

LONG_AGO = "2020-01-01 00:00:00.000000"
SCOPES = ("root", "city", "county", "unit")
PERMISSIONS = (
    "records:view",
    "person_query:view",
    "approve_hours:view",
    "approve_hours:approve",
    "approve_hours:reject",
)
Rows = Iterable[Sequence[Any]]
COLUMNS = {
    "unit": "id name kind registration_code phone address contact region_id nature_id"
    " level_id industry_id short_name superior_id path depth is_active"
    " has_review_right is_demo created_at updated_at",
    "person": "id id_number name landline sex unit_id region_id graduation_school"
    " is_active is_demo created_at updated_at",
    "declaration": "id person_id unit_id region_id year subject_kind measure source"
    " filed_by_id form_version_id title answers claimed computed remark created_by_id"
    " state step version submitted_at waiting_since decided_at opinion decider_id"
    " created_at updated_at",
    "workflow_event": "id kind record_id step action from_state to_state"
    " actor_account_id actor_name unit_id comment at",
}


def generate(app: Flask, size: Size) -> None:
    """Bring an empty database to the newest schema and fill it."""
    with app.app_context():
        upgrade(directory=str(PROJECT / "migrations"))
        load_reference(db.session())
        db.session.commit()
        codes = _codes()
        tree, lives = grow_tree(size), names(size)
        units = homes(size, tree)
        # An open snapshot would be out of date for the session's own writes.
        db.session.rollback()
        with closing(
            _writer(db.engine.url.render_as_string(hide_password=False))
        ) as out:
            out.write("unit", _units(tree, codes))
            out.write("person", _people(lives, units, codes))
        with writing():
            account_id = _superuser(size)
        with closing(
            _writer(db.engine.url.render_as_string(hide_password=False))
        ) as out:
            declarations = list(_declarations(size, tree, units, codes, account_id))
            out.write("declaration", declarations)
            out.write("workflow_event", _events(declarations, tree, account_id))
            out.settle(COLUMNS)
        with writing():
            _administrators(size, tree)
            db.session.commit()
        db.session.remove()
        db.engine.dispose()


# --- Rows -----------------------------------------------------------------------


def _codes() -> dict[str, Any]:
    regions = db.session.execute(
        select(m.Region.id, m.Region.code)
        .where(m.Region.code.startswith("41"), m.Region.level == 3)
        .order_by(m.Region.code)
    ).all()
    first = {
        model: db.session.scalar(select(func.min(model.id)))
        for model in (m.UnitNature, m.UnitLevel, m.Industry)
    }
    current = select(m.LearningFormVersion.id).where(m.LearningFormVersion.is_current)
    return {
        "regions": regions,
        "first": first,
        "forms": list(db.session.scalars(current.order_by("id"))),
    }


def _units(tree: Tree, codes: dict[str, Any]) -> Iterator[Sequence[Any]]:
    regions, first = codes["regions"], codes["first"]
    for node in tree.nodes:
        yield (
            node.id,
            f"测试单位{node.id:06d}",
            node.kind.name,
            registration_code(node.id),
            "0371-00000000",
            "",
            "",
            regions[node.id % len(regions)].id,
            first[m.UnitNature],
            first[m.UnitLevel],
            first[m.Industry],
            "",
            node.superior.id if node.superior else None,
            node.path,
            node.depth,
            True,
            True,
            False,
            LONG_AGO,
            LONG_AGO,
        )


def _people(
    lives: list[str], units: list[Node], codes: dict[str, Any]
) -> Iterator[Sequence[Any]]:
    regions = codes["regions"]
    region_codes = [region.code for region in regions]
    sealed: EncryptedText = m.Person.__table__.c.id_number.type
    for number, (name, unit) in enumerate(zip(lives, units, strict=True)):
        plain = id_number(number, region_codes)
        yield (
            number + 1,
            sealed.process_bind_param(plain, db.engine.dialect),
            name,
            "",
            "male" if int(plain[16]) % 2 else "female",
            unit.id,
            regions[number % len(regions)].id,
            "",
            True,
            False,
            LONG_AGO,
            LONG_AGO,
        )


def _declarations(
    size: Size, tree: Tree, units: list[Node], codes: dict[str, Any], account_id: int
) -> Iterator[Sequence[Any]]:
    dice = random.Random(SEED + 4)
    count = size.declarations
    states = dice.choices(list(STATES), list(STATES.values()), k=count)
    sources = dice.choices(list(SOURCES), list(SOURCES.values()), k=count)
    people = dice.choices(range(size.people), k=count)
    bases = [node for node in tree.nodes if node.kind.name == "base"]
    rows = zip(moments(size), states, sources, people, strict=True)
    for number, (moment, state, source, person) in enumerate(rows, start=1):
        unit = units[person]
        unit.declared += 1
        filed_by = {"unit": unit.id, "base": dice.choice(bases).id}.get(source)
        at = f"{moment:%Y-%m-%d %H:%M:%S}.000000"
        sent = None if state == "draft" else at
        ways = list(unit.up())
        step = min(dice.choice((0, 0, 0, 1, 1, 2)), len(ways) - 1)
        hours = dice.randint(4, 72) * 100
        yield (
            number,
            person + 1,
            unit.id,
            codes["regions"][unit.id % len(codes["regions"])].id,
            moment.year,
            "professional",
            "hours",
            source,
            filed_by,
            dice.choice(codes["forms"]),
            f"专业技术人员继续教育培训班第{number}期",
            "{}",
            hours,
            hours,
            "",
            account_id,
            state,
            step if state == "pending" else 1,
            1,
            sent,
            sent,
            at if state in {"approved", "rejected"} else None,
            "",
            ways[step].id if state == "pending" else None,
            at,
            at,
        )


def _events(
    declarations: list[Sequence[Any]], tree: Tree, account_id: int
) -> Iterator[Sequence[Any]]:
    place = {name: k for k, name in enumerate(COLUMNS["declaration"].split())}
    number = 0
    for row in declarations:
        state, unit = row[place["state"]], tree.nodes[row[place["unit_id"]] - 1]
        if state not in {"approved", "rejected"}:
            continue
        deciders = list(unit.up())[:2]
        for step, decider in enumerate(deciders):
            number += 1
            is_last = decider is deciders[-1]
            yield (
                number,
                "declaration",
                row[place["id"]],
                step,
                "reject" if state == "rejected" and is_last else "approve",
                "pending",
                state if is_last else "pending",
                account_id,
                "",
                decider.id,
                "",
                row[place["submitted_at"]],
            )


# --- Who looks --------------------------------------------------------------------


def _superuser(size: Size) -> int:
    person = m.Person(id=size.people + 1, name="bench", id_number=_spare(size, 0))
    account = m.Account(person=person, password_hash="!", is_superuser=True)
    db.session.add(account)
    db.session.commit()
    return account.id


def _spare(size: Size, offset: int) -> str:
    regions = [row.code for row in _codes()["regions"]]
    return id_number(size.people + offset, regions)


def _administrators(size: Size, tree: Tree) -> None:
    """Let one account look from each of the four heights."""
    role = m.Role(
        code="bench",
        name="bench",
        permissions=[m.RolePermission(permission=name) for name in PERMISSIONS],
    )
    for number, (scope, node) in enumerate(watched(tree).items(), start=2):
        id_text = _spare(size, number)
        person = m.Person(id=size.people + number, name=scope, id_number=id_text)
        account = m.Account(person=person, password_hash="!")
        db.session.add(m.AdminAssignment(account=account, unit_id=node.id, role=role))


def watched(tree: Tree) -> dict[str, Node]:
    """Return root, the largest city, the median county and the median leaf."""
    counties = sorted(tree.counties, key=lambda node: node.below)
    leaves = [node for node in tree.nodes if node.below == 1 and node.declared > 20]
    middle = statistics.median_low([node.declared for node in leaves])
    return {
        "root": tree.nodes[0],
        "city": max(tree.cities, key=lambda node: node.below),
        "county": counties[len(counties) // 2],
        "unit": next(node for node in leaves if node.declared == middle),
    }


# --- Writing ----------------------------------------------------------------------


class SqliteWriter:
    """Writes rows as the driver takes them, without the guards of a live database."""

    def __init__(self, address: str) -> None:
        path = make_url(address).database
        self._connection = sqlite3.connect(str(path))
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute("PRAGMA cache_size=-200000")

    def write(self, table: str, rows: Rows) -> None:
        columns = COLUMNS[table].split()
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        with self._connection:
            self._connection.executemany(statement, rows)

    def settle(self, _tables: Iterable[str]) -> None:
        """Leave out ANALYZE: nobody runs it on an installation either."""

    def close(self) -> None:
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


class PostgresWriter:
    """Writes rows by COPY."""

    def __init__(self, address: str) -> None:
        url = make_url(address).set(drivername="postgresql")
        text = url.render_as_string(hide_password=False)
        self._connection = psycopg.connect(text, autocommit=True)

    def write(self, table: str, rows: Rows) -> None:
        columns = ", ".join(COLUMNS[table].split())
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        self._connection.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id))"
            f" FROM {table}"
        )

    def settle(self, tables: Iterable[str]) -> None:
        for table in tables:
            self._connection.execute(f"VACUUM ANALYZE {table}")

    def close(self) -> None:
        self._connection.close()


def _writer(address: str) -> SqliteWriter | PostgresWriter:
    is_sqlite = address.startswith("sqlite")
    return SqliteWriter(address) if is_sqlite else PostgresWriter(address)


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("size", choices=SIZES)
    reader.add_argument("file", type=Path, help="the SQLite file to make")
    asked = reader.parse_args()
    started = time.perf_counter()
    generate(open_app(f"sqlite:///{asked.file.resolve()}"), SIZES[asked.size])
    print(json.dumps({"seconds": round(time.perf_counter() - started, 1)}))


if __name__ == "__main__":
    main()
