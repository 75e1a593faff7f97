"""What the schema keeps open: years in partitions, regions on servers of their own.

Neither is built. docs/operations.md tells the way there, and which of the exceptions
below would have to go first; each list may only become shorter.
"""

import re

import pytest
from sqlalchemy import BigInteger, Integer, SmallInteger, text
from sqlalchemy.dialects import postgresql

import admin_app.models  # noqa: F401 - fills the metadata
from admin_app.enums import RecordKind
from admin_app.extensions import db
from tests import factories as make
from tests.cast import actor_of, identity
from tests.fire.acts import decide

TABLES = db.metadata.tables
DIALECT = postgresql.dialect()

# What grows with people and years; everything else is small and the same everywhere.
GROWING = {
    "person": "region_id",
    "declaration": "region_id",
    "credit_entry": "region_id",
    "year_total": None,
    "workflow_event": None,
    "attachment": None,
    "certificate": None,
    "message": None,
    "audit_entry": None,
}
"""Tables that would be spread over servers, with the column that says where a row lies.

None: it does not say so yet; a later migration copies it from the person.
"""
BY_ID_ALONE = {
    ("attachment", "declaration_id"),
    ("credit_entry", "declaration_id"),
}
"""Links to a declaration that name no year: partitions would need it beside the id."""
RUN_BY_TRIGGERS = """
    SELECT DISTINCT proname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE NOT tgisinternal
"""
TRIGGERS_OF_SQLITE = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
OF_ONE_ROW = {"roll_fold_id_seq"}
"""Sequences of tables that hold one row, whose key is given."""
OWN_TABLE_ONLY = {"refuse_change"}
"""What a trigger may run: it refuses, and reads or writes nothing."""


def references():
    """Every column that names a row of another table."""
    return [
        (table.name, column)
        for table in TABLES.values()
        for column in table.columns
        if column.foreign_keys
    ]


def kind_on_postgresql(column):
    """The type of a column as PostgreSQL keeps it."""
    return column.type.dialect_impl(DIALECT)


def test_every_key_and_every_reference_is_a_bigint():
    keys = [
        (table.name, column)
        for table in TABLES.values()
        for column in table.primary_key
        if isinstance(column.type, Integer)
        and not isinstance(column.type, SmallInteger)
    ]

    narrow = [
        f"{name}.{column.name}"
        for name, column in [*keys, *references()]
        if isinstance(column.type, Integer)
        and not isinstance(kind_on_postgresql(column), BigInteger)
    ]

    assert keys
    assert narrow == []


def test_only_known_links_name_a_declaration_by_its_id_alone():
    links = {
        (name, column.name)
        for name, column in references()
        for key in column.foreign_keys
        if key.column.table is TABLES["declaration"]
    }

    assert links == BY_ID_ALONE


@pytest.mark.parametrize("name", GROWING)
def test_row_of_a_growing_table_says_where_it_lies_or_is_known_not_to(name):
    columns = TABLES[name].columns

    expected = GROWING[name]

    assert ("region_id" in columns) is (expected is not None)
    assert expected is None or not columns[expected].primary_key


def updates_of(seen, table):
    """The statements that change rows of the table."""
    return [each for each in seen if each.startswith(f"UPDATE {table} SET")]


def test_changed_row_is_written_without_its_place_and_year(
    db_session, cast, statements
):
    record = make.declaration(db_session, cast.teacher)
    db_session.commit()

    with statements() as seen:
        record.title, cast.teacher.email = "另一个题目", "t@example.test"
        db_session.commit()

    [of_record] = updates_of(seen, "declaration")
    [of_person] = updates_of(seen, "person")
    assert "title=" in of_record.replace(" ", "")
    assert not re.search(r"\b(year|region_id|person_id)\b", of_record)
    assert "region_id" not in of_person


def test_decision_writes_neither_place_nor_year(db_session, cast, statements):
    rows = [make.declaration(db_session, cast.teacher) for _ in range(2)]
    for row in rows:
        make.waiting(row, cast.city, step=1)
    db_session.commit()
    actor = actor_of(db_session, *identity(cast.city_chief))

    with statements() as seen:
        done, _ = decide(
            db_session,
            actor=actor,
            kind=RecordKind.declaration,
            seen={row.id: None for row in rows},
        )

    written = [
        statement.partition(" WHERE ")[0]
        for statement in updates_of(seen, "declaration")
    ]
    assert len(done) == 2
    assert written
    assert not re.search(r"\b(year|region_id)\b", " ".join(written))


def test_triggers_do_nothing_but_refuse(db_session):
    if db_session.get_bind().dialect.name == "postgresql":
        found = db_session.scalars(text(RUN_BY_TRIGGERS)).all()
        assert set(found) == OWN_TABLE_ONLY
        return
    triggers = db_session.scalars(text(TRIGGERS_OF_SQLITE)).all()
    bodies = {re.sub(r"'[^']*'", "''", sql.split("BEGIN")[1]) for sql in triggers}
    assert [body.split() for body in bodies] == [
        ["SELECT", "RAISE(ABORT,", "'');", "END"]
    ]


def test_sequences_count_in_bigint(db_session):
    if db_session.get_bind().dialect.name != "postgresql":
        pytest.skip("SQLite counts in 64 bits")

    narrow = (
        "SELECT sequencename::text FROM pg_sequences WHERE data_type::text <> 'bigint'"
    )
    found = set(db_session.scalars(text(narrow)))

    assert found == OF_ONE_ROW
