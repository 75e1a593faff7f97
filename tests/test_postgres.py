"""What a connection keeps: what is prepared, nothing that was not committed."""

import os
from types import SimpleNamespace

import pytest
from sqlalchemy import func, literal, select, text
from sqlalchemy.exc import DBAPIError

from admin_app import postgres
from admin_app.database import alone, writing
from admin_app.extensions import db
from admin_app.models import Unit
from admin_app.postgres import SAME_PLAN, only_reads
from admin_app.prepared import Prepared
from tests import factories as make

on_postgresql = pytest.mark.skipif(
    os.environ.get("CE_TEST_DATABASE") != "postgresql", reason="about psycopg"
)
OFTEN = 8
"""psycopg prepares what it runs for the sixth time."""
PREPARED = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE :t")
OWN = text("SELECT pg_backend_pid()")
UNITS = select(func.count()).select_from(Unit)
ANY_UNIT = select(func.max(Unit.id)).where(Unit.updated_at.is_not(None))


@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        ("SELECT updated_at, inserted FROM unit", True),
        ("  with a as (select 1) select * from a", True),
        ("SELECT id FROM unit FOR UPDATE", False),
        ("SELECT id FROM unit FOR KEY SHARE", False),
        ("SELECT take_end_of_audit_log(1)", False),
        ("WITH a AS (INSERT INTO b VALUES (1) RETURNING id) SELECT * FROM a", False),
        ("with a as (delete from b returning id) select * from a", False),
        ("SELECT 1 INTO c", False),
        ("UPDATE unit SET name = ''", False),
        ("TRUNCATE unit", False),
        ("SET LOCAL lock_timeout = 1", False),
    ],
)
def test_what_may_write_is_told_from_what_reads(statement, reads):
    assert only_reads(statement) is reads


@on_postgresql
@pytest.mark.parametrize(
    ("options", "times", "kept"),
    [(SAME_PLAN, 1, 1), (SAME_PLAN, OFTEN, 1), ({}, OFTEN, 0)],
)
def test_same_plan_outlives_requests_that_only_read(app, options, times, kept):
    """It is prepared at once: the server waits five times more to keep the plan."""
    statement = ANY_UNIT.execution_options(**options)
    with app.app_context():
        for _ in range(times):
            db.session.execute(statement)
            db.session.remove()

        assert db.session.scalar(PREPARED, {"t": "%max(unit.id)%"}) == kept


@on_postgresql
def test_every_function_of_ours_is_taken_for_a_write(db_session):
    """What it does must end with the transaction that it was called in."""
    own = text(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        " AND prorettype <> 'trigger'::regtype"
    )

    names = db_session.scalars(own).all()

    assert names
    assert [name for name in names if only_reads(f"SELECT {name}()")] == []


def state_after(*statements):
    """Whether a transaction is open at the server after these statements."""
    for statement in statements:
        db.session.execute(statement)
    driver = db.session.connection().connection.dbapi_connection
    return driver.info.transaction_status.name


@on_postgresql
@pytest.mark.parametrize(
    ("statements", "state"),
    [
        ([ANY_UNIT, UNITS], "IDLE"),
        ([ANY_UNIT, select(Unit.id).with_for_update(read=True)], "INTRANS"),
        ([ANY_UNIT, select(Unit.id).with_for_update(), UNITS], "INTRANS"),
        ([ANY_UNIT, text("SAVEPOINT here")], "INTRANS"),
    ],
)
def test_transaction_begins_with_what_may_write(app, statements, state):
    with app.app_context():
        assert state_after(*statements) == state


@on_postgresql
def test_transaction_of_a_write_begins_at_once(app):
    with app.app_context(), writing():
        assert state_after(ANY_UNIT) == "INTRANS"
    with app.app_context():
        # The same connection, from the pool.
        assert state_after(ANY_UNIT) == "IDLE"


@on_postgresql
def test_connection_that_was_left_alone_is_as_any_other_afterwards(app):
    with app.app_context(), alone(db.engine) as connection:
        driver = connection.connection.dbapi_connection
        connection.execute(select(Unit.id).with_for_update())
        meanwhile = driver.info.transaction_status.name
    with app.app_context(), writing():
        afterwards = state_after(ANY_UNIT)
        is_same = db.session.connection().connection.dbapi_connection is driver

    assert (meanwhile, afterwards, is_same) == ("IDLE", "INTRANS", True)


@on_postgresql
def test_what_was_not_committed_is_gone(app, db_session):
    before = db_session.scalar(UNITS)
    db_session.rollback()
    with app.app_context():
        db.session.execute(ANY_UNIT)
        make.unit(db.session())
        db.session.flush()
        db.session.execute(ANY_UNIT)
        db.session.remove()
        after = db.session.scalar(UNITS)

    assert after == before


@on_postgresql
def test_write_that_went_another_way_is_gone(app, db_session):
    """A transaction is not judged by its last statement, and a savepoint is not its end."""
    with app.app_context(), db.engine.connect() as connection:
        connection.execute(text("CREATE TABLE left_behind (id int)"))
        inner = connection.begin_nested()
        connection.execute(ANY_UNIT)
        inner.rollback()
        connection.execute(ANY_UNIT)
    with app.app_context():
        found = db.session.scalar(text("SELECT to_regclass('left_behind')"))

    assert found is None


@on_postgresql
def test_server_that_is_gone_is_told_and_left(app):
    statement = Prepared(select(literal(1)))
    with app.app_context(), db.engine.connect() as connection:
        first = connection.scalar(OWN)
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})

        with pytest.raises(DBAPIError) as told:
            statement.on(connection)

        assert told.value.connection_invalidated
        assert connection.invalidated


@on_postgresql
def test_connection_that_died_at_rest_is_replaced(app, monkeypatch):
    monkeypatch.setattr(postgres, "RESTING_SECONDS", 0.0)
    with app.app_context(), db.engine.connect() as other:
        first = db.session.scalar(OWN)
        db.session.remove()
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": first})

        second = db.session.scalar(OWN)

    assert second not in {None, first}


@pytest.mark.parametrize(("rested", "is_asked"), [(0.5, False), (1.5, True)])
def test_only_a_connection_that_has_rested_is_asked(monkeypatch, rested, is_asked):
    asked = []
    driver = SimpleNamespace(execute=asked.append, autocommit=False)
    record = SimpleNamespace(info={})
    monkeypatch.setattr(postgres.time, "monotonic", lambda: 100.0)
    postgres._rest(driver, record)
    monkeypatch.setattr(postgres.time, "monotonic", lambda: 100.0 + rested)

    postgres._ask_rested(driver, record, None)

    assert bool(asked) is is_asked
    assert driver.autocommit is False
