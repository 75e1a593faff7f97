"""Fill a migrated, empty database with a province of a given size.

Units and people are written row by row, through the columns that encrypt them;
everything else by statements over whole tables (bench/history.py).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    exists,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import AddConstraint, DropConstraint

from admin_app import models as m
from admin_app.columns import utc_now
from admin_app.enums import Measure, Sex, UnitKind
from admin_app.operations import counters
from bench.history import (
    seasons,
    write_declarations,
    write_events,
    write_ladders,
    write_ledger,
)
from bench.population import (
    Node,
    Size,
    Tree,
    grow_tree,
    homes,
    id_number,
    names,
    registration_code,
    watched,
)

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
PASSWORD = "Luoyang-1954-bench"
PASSWORD_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$YmVuY2ggb2YgaGVuYW4gMQ"
    "$PK1GcvoacU/PeDWKuKWlh9U65Fl9HujSNjaenjQVxCw"
)
"""Everybody has this one: making half a million would take hours."""
AT_ONCE = 10_000
BASES = 50
"""So many of the bases declare for those they taught."""
FILLED = (
    m.Unit,
    m.Person,
    m.Account,
    m.AdminAssignment,
    m.Declaration,
    m.WorkflowEvent,
    m.CreditEntry,
    m.YearTotal,
)
HASTE = (
    "PRAGMA journal_mode=OFF",
    "PRAGMA synchronous=OFF",
    "PRAGMA foreign_keys=OFF",
    "PRAGMA cache_size=-400000",
    "PRAGMA threads=2",
)


class NotEmptyError(Exception):
    """There are people already."""


def generate(address: str, size: Size) -> dict[str, int]:
    """Fill a database that holds the reference rows only; return the rows by table."""
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as connection, _in_haste(connection):
        if connection.scalar(select(exists(select(m.Person.id)))):
            raise NotEmptyError
        with _bare(connection):
            _fill(connection, size)
            connection.commit()
        with Session(connection) as session:
            counters.rebuild(session, now=utc_now())
            session.commit()
        counts = {
            model.__tablename__: connection.scalar(
                select(func.count()).select_from(model)
            )
            for model in FILLED
        }
    _settle(engine)
    return counts


def _fill(connection: Connection, size: Size) -> None:
    tree = grow_tree(size)
    units = homes(size, tree)
    codes = _codes(connection)
    _write(connection, m.Unit, _units(tree, codes))
    _write(connection, m.Person, _people(units, names(size), codes))
    _write_accounts(connection)
    _write_chiefs(connection)
    write_ladders(connection, tree)
    bases = [node.id for node in tree.nodes if node.kind is UnitKind.base]
    for season in seasons(size.declarations):
        write_declarations(
            connection,
            season,
            people=size.people,
            bases=bases[:BASES],
            versions=codes["versions"],
        )
    write_events(connection)
    write_ledger(connection)
    _write_viewers(connection, size, watched(tree, units), codes)


# --- Units, people, accounts ------------------------------------------------------


def _codes(connection: Connection) -> dict[str, Any]:
    """Return the keys of the reference rows that generated rows point at."""
    region, version = m.Region, m.LearningFormVersion
    first = (m.UnitNature, m.UnitLevel, m.Industry)
    return {
        "regions": connection.execute(
            select(region.id, region.code)
            .where(region.code.startswith("41"), region.level == 3)
            .order_by(region.code)
        ).all(),
        "first": [connection.scalar(select(func.min(model.id))) for model in first],
        "versions": connection.scalars(
            select(version.id)
            .where(version.is_current, version.measure == Measure.hours)
            .order_by(version.id)
        ).all(),
        "roles": {
            row.unit_kind: row.id
            for row in connection.execute(
                select(m.Role.unit_kind, m.Role.id).where(
                    m.Role.is_chief, m.Role.unit_id.is_(None)
                )
            )
        },
    }


def _units(tree: Tree, codes: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    regions = codes["regions"]
    nature, level, industry = codes["first"]
    for node in tree.nodes:
        yield {
            "id": node.id,
            "name": f"测试单位{node.id:06d}",
            "kind": node.kind,
            "registration_code": registration_code(node.id),
            "region_id": regions[node.id % len(regions)].id,
            "nature_id": nature,
            "level_id": level,
            "industry_id": industry,
            "superior_id": node.superior.id if node.superior else None,
            "path": node.path,
            "depth": node.depth,
            "created_at": LONG_AGO,
            "updated_at": LONG_AGO,
        }


def _people(
    units: Iterable[Node], called: Iterable[str], codes: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    regions = codes["regions"]
    division = [region.code for region in regions]
    for number, (unit, name) in enumerate(zip(units, called, strict=True)):
        plain = id_number(number, division)
        yield {
            "id": number + 1,
            "id_number": plain,
            "name": name,
            "sex": Sex.male if int(plain[16]) % 2 else Sex.female,
            "unit_id": unit.id,
            "region_id": regions[unit.id % len(regions)].id,
            "created_at": LONG_AGO,
            "updated_at": LONG_AGO,
        }


def _write(connection: Connection, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(insert(model), some)


def _write_accounts(connection: Connection) -> None:
    account, person = m.Account, m.Person
    values = {
        "id": person.id,
        "person_id": person.id,
        "password_hash": literal(PASSWORD_HASH),
        "created_at": person.created_at,
        "updated_at": person.created_at,
    }
    connection.execute(
        insert(account).from_select(list(values), select(*values.values()))
    )


def _write_chiefs(connection: Connection) -> None:
    """Let somebody of each unit that has people be its chief administrator."""
    first = (
        select(m.Person.unit_id, func.min(m.Person.id).label("person_id"))
        .group_by(m.Person.unit_id)
        .subquery()
    )
    values = {
        "id": func.row_number().over(order_by=first.c.unit_id),
        "unit_id": first.c.unit_id,
        "account_id": first.c.person_id,
        "role_id": m.Role.id,
        "is_chief": literal(value=True),
        "created_at": m.Unit.created_at,
        "updated_at": m.Unit.created_at,
    }
    rows = (
        select(*values.values())
        .join(m.Unit, m.Unit.id == first.c.unit_id)
        .join(m.Role, m.Role.unit_kind == m.Unit.kind)
        .where(m.Role.is_chief, m.Role.unit_id.is_(None))
    )
    connection.execute(insert(m.AdminAssignment).from_select(list(values), rows))


def _write_viewers(
    connection: Connection,
    size: Size,
    places: Mapping[str, Node],
    codes: Mapping[str, Any],
) -> None:
    """Let one account look from each of the four heights, and a superuser at all.

    They may also open the platform's own list of declarations.
    """
    division = [region.code for region in codes["regions"]]
    assignments = connection.scalar(select(func.max(m.AdminAssignment.id)))
    at = {"created_at": LONG_AGO, "updated_at": LONG_AGO}
    for number, scope in enumerate(["superuser", *places], start=1):
        person_id = size.people + number
        plain = id_number(person_id - 1, division)
        person = {"id": person_id, "id_number": plain, "name": scope}
        account = {"id": person_id, "person_id": person_id}
        account["password_hash"] = PASSWORD_HASH
        account["is_superuser"] = scope == "superuser"
        connection.execute(insert(m.Person).values(**person, **at))
        connection.execute(insert(m.Account).values(**account, **at))
        if node := places.get(scope):
            assigned = {
                "id": assignments + number,
                "unit_id": node.id,
                "account_id": person_id,
                "role_id": _viewing_role(connection, scope, codes["roles"][node.kind]),
            }
            connection.execute(insert(m.AdminAssignment).values(**assigned, **at))


def _viewing_role(connection: Connection, scope: str, chief_id: int) -> int:
    role, held = m.Role, m.RolePermission
    made = {"code": f"bench_{scope}", "name": f"bench {scope}"}
    at = {"created_at": LONG_AGO, "updated_at": LONG_AGO}
    role_id: int = connection.execute(
        insert(role).values(**made, **at).returning(role.id)
    ).scalar_one()
    chiefs = select(literal(role_id), held.permission).where(held.role_id == chief_id)
    connection.execute(insert(held).from_select(["role_id", "permission"], chiefs))
    connection.execute(insert(held).values(role_id=role_id, permission="records:view"))
    return role_id


# --- Loading fast -----------------------------------------------------------------


@contextmanager
def _in_haste(connection: Connection) -> Iterator[None]:
    """Write without a net: what is torn by a crash is made again."""
    if connection.dialect.name != "sqlite":
        yield
        return
    for pragma in HASTE:
        connection.exec_driver_sql(pragma)
    yield
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken:
        raise RuntimeError(f"a row points nowhere: {broken}")
    connection.commit()
    connection.exec_driver_sql("PRAGMA journal_mode=WAL")


@contextmanager
def _bare(connection: Connection) -> Iterator[None]:
    """Take indexes and foreign keys off meanwhile: a whole table is faster than rows."""
    tables = [model.__table__ for model in FILLED]
    indexes = [index for table in tables for index in sorted(table.indexes, key=_name)]
    # SQLite knows no way to take a constraint off a table; it looks at them at the end.
    keys = [
        key
        for table in tables
        for key in sorted(table.foreign_key_constraints, key=_name)
        if connection.dialect.name == "postgresql"
    ]
    for index in indexes:
        index.drop(connection)
    for key in keys:
        connection.execute(DropConstraint(key))
    yield
    if keys:
        connection.execute(text("SET maintenance_work_mem = '512MB'"))
    for index in indexes:
        index.create(connection)
    for key in keys:
        connection.execute(AddConstraint(key))
    connection.commit()


def _name(thing: Any) -> str:
    return str(thing.name)


def _settle(engine: Engine) -> None:
    """Let new rows follow the generated ones; tell PostgreSQL's planner of them."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for model in FILLED:
            table = model.__tablename__
            sequence = func.pg_get_serial_sequence(table, "id")
            connection.execute(
                select(
                    func.setval(sequence, select(func.max(model.id)).scalar_subquery())
                )
            )
            connection.execute(text(f"VACUUM ANALYZE {table}"))
