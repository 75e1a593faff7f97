"""A request that only reads goes on by the connection with which it looked who asks."""

import pytest
from sqlalchemy import bindparam, event, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from admin_app.database import writing
from admin_app.dialects import table_of
from admin_app.extensions import db
from admin_app.models import Unit
from admin_app.prepared import Prepared
from tests import factories as make
from tests.browsing import sign_in

PEOPLE = "/admin/person-query/"
NAMES = Prepared(select(Unit.name).where(Unit.id == bindparam("key")))
NAMING = update(table_of(Unit)).where(Unit.id == bindparam("key"))


@pytest.fixture
def key(db_session):
    unit = make.unit(db_session, name="甲")
    db_session.commit()
    return unit.id


@pytest.fixture
def session(app, key, db_session):
    """A session of its own, which nobody has asked anything."""
    db_session.rollback()
    with db.session.session_factory() as fresh:
        yield fresh


def glance(session):
    with session.glancing() as connection:
        NAMES.on(connection, {"key": 0})
        return connection


def name(session, key):
    return NAMES.rows(session, {"key": key})[0].name


def taken():
    return db.engine.pool.checkedout()


def test_what_is_prepared_goes_on_by_the_look(session, key):
    look = glance(session)

    assert name(session, key) == "甲"
    assert not session.in_transaction()
    assert taken() == 1
    session.close()
    assert look.closed
    assert taken() == 0


def test_session_that_asks_itself_gives_the_look_back_first(session, key):
    look = glance(session)

    assert session.get(Unit, key).name == "甲"

    assert look.closed
    assert taken() == 1
    assert name(session, key) == "甲"
    assert session.in_transaction()


@pytest.mark.parametrize("end", ["flush", "connection", "execute"])
def test_what_a_session_writes_is_seen_by_it(session, key, end):
    glance(session)
    with writing():
        if end == "connection":
            Prepared(NAMING).rows(session, {"key": key, "name": "乙"})
        elif end == "execute":
            session.execute(NAMING, {"key": key, "name": "乙"})
        else:
            session.get(Unit, key).name = "乙"

        assert name(session, key) == "乙"


@pytest.mark.parametrize("what", ["writing", "asked"])
def test_look_is_not_kept_where_more_than_reading_may_follow(session, key, what):
    if what == "asked":
        session.get(Unit, key)
        look = glance(session)
    else:
        with writing():
            look = glance(session)

    assert look.closed


def test_each_look_sees_what_is_true_now(session, key, db_session):
    glance(session)
    assert name(session, key) == "甲"
    with writing():
        db_session.get(Unit, key).name = "乙"
        db_session.commit()

    second = glance(session)

    assert name(session, key) == "乙"
    assert not second.closed


def test_look_that_fails_is_given_back(session):
    with pytest.raises(SQLAlchemyError), session.glancing() as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))

    assert connection.closed
    assert taken() == 0


def test_rollback_ends_a_look(session):
    look = glance(session)

    session.rollback()

    assert look.closed


def test_list_takes_one_connection(client, cast):
    sign_in(client, cast.chief)
    client.get(PEOPLE)
    given = []

    def note(*_told):
        given.append(taken())

    event.listen(db.engine, "checkout", note)
    try:
        assert client.get(PEOPLE).status_code == 200
    finally:
        event.remove(db.engine, "checkout", note)

    assert len(given) == 1
