"""Statements that are made once say and do what SQLAlchemy's own way would."""

import gc
import weakref
from decimal import Decimal

import pytest
from sqlalchemy import bindparam, insert, literal, select, update
from sqlalchemy.exc import IntegrityError, InvalidRequestError

from admin_app.dialects import table_of
from admin_app.enums import State
from admin_app.models import Declaration, LearningForm, Person, Unit
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from tests import factories as make

TOLD = (
    select(
        Declaration.id,
        Declaration.state,
        Declaration.claimed,
        Declaration.submitted_at,
        Declaration.answers,
        Declaration.deleted_at,
        Person.id_number,
        Person.is_active,
        Unit.name.label("unit"),
    )
    .join(Person, Person.id == Declaration.person_id)
    .join(Unit, Unit.id == Declaration.unit_id)
    .where(Declaration.id == bindparam("key"), Declaration.state.in_(list(State)))
)
NAMING = update(table_of(Unit)).where(Unit.id == bindparam("key"))
UNIT_NAME = select(Unit.name).where(Unit.id == bindparam("key"))


@pytest.fixture
def declaration(db_session):
    unit = make.unit(db_session)
    person = make.person(db_session, unit)
    record = make.declaration(db_session, person, claimed=Decimal("1.5"))
    make.waiting(record, unit)
    db_session.flush()
    return record


def test_answer_is_that_of_sqlalchemy(db_session, declaration):
    given = {"key": declaration.id}
    expected = db_session.execute(TOLD, given).one()

    (found,) = Prepared(TOLD).rows(db_session, given)

    assert found == tuple(expected)
    assert found._asdict() == dict(expected._mapping)
    assert (found.claimed, found.state) == (Decimal("1.5"), State.pending)


def test_same_statement_takes_other_values(db_session, declaration):
    statement = Prepared(TOLD)

    found = [statement.rows(db_session, {"key": k}) for k in (declaration.id, 0)]

    assert [len(rows) for rows in found] == [1, 0]


@pytest.mark.parametrize("options", [{}, SAME_PLAN])
def test_named_value_is_not_kept_of_who_came_first(db_session, options):
    one, other = make.unit(db_session, name="甲"), make.unit(db_session, name="乙")
    db_session.flush()
    named = select(Unit.name).where(Unit.id == bindparam("wished", one.id))
    statement = Prepared(named.execution_options(**options))

    names = [
        statement.rows(db_session, {"wished": unit.id})[0].name for unit in (one, other)
    ]

    assert names == ["甲", "乙"]


def test_what_is_not_written_yet_is_seen(db_session):
    unit = make.unit(db_session)
    unit.name = "刚刚改名的单位"

    (found,) = Prepared(UNIT_NAME).rows(db_session, {"key": unit.id})

    assert found.name == "刚刚改名的单位"


def test_write_takes_what_columns_have_by_themselves(db_session):
    """`updated_at` is nobody's value; the columns follow from what is given."""
    unit = make.unit(db_session)
    before, connection = unit.updated_at, db_session.connection()
    naming = Prepared(NAMING.values(name=bindparam("new")).returning(Unit.updated_at))
    adding = Prepared(insert(table_of(LearningForm)).inline())

    (found,) = naming.on(connection, {"key": unit.id, "new": "新名称"})
    form = {"code": "new-form", "name": "新形式", "name_en": "New", "category": "x"}
    nothing = adding.on(connection, form)

    db_session.refresh(unit)
    assert unit.name == "新名称"
    assert found.updated_at >= before
    assert nothing == []
    added = select(LearningForm.is_active).where(LearningForm.code == "new-form")
    assert db_session.scalar(added) is True


def test_errors_are_those_of_sqlalchemy(db_session, declaration):
    taken = db_session.scalar(select(Unit.path).where(Unit.id == declaration.unit_id))
    moving = Prepared(NAMING.values(path=bindparam("path")))
    other = make.unit(db_session)

    with pytest.raises(IntegrityError) as told, db_session.begin_nested():
        moving.on(db_session.connection(), {"key": other.id, "path": taken})

    # What was given may be somebody's number, and is in no log.
    assert told.value.hide_parameters
    assert told.value.statement.startswith("UPDATE unit")
    assert db_session.scalar(select(literal(1))) == 1


@pytest.mark.parametrize("runs_before", [0, 1])
def test_missing_value_is_an_error(db_session, runs_before):
    statement = Prepared(UNIT_NAME)
    for _ in range(runs_before):
        statement.rows(db_session, {"key": 1})

    with pytest.raises((KeyError, InvalidRequestError), match="key"):
        statement.rows(db_session, {"other": 1})


def test_statement_that_follows_from_its_values_is_refused(db_session):
    some = select(Unit.id).where(Unit.id.in_(bindparam("ids", expanding=True)))

    with pytest.raises(TypeError, match="follows from the values"):
        Prepared(some).rows(db_session, {"ids": [1, 2]})


def test_listeners_are_told(db_session, statements):
    with statements() as seen:
        Prepared(UNIT_NAME).rows(db_session, {"key": 1})

    assert len(seen) == 1
    assert seen[0].startswith("SELECT unit.name")


def test_what_a_select_was_built_of_is_forgotten(db_session):
    """A worker keeps hundreds; the text of each is a tenth of that."""
    built = select(Unit.name).where(Unit.id == bindparam("key"))
    forgotten, statement = weakref.ref(built), Prepared(built)
    del built

    statement.rows(db_session, {"key": 1})
    gc.collect()

    assert forgotten() is None
    assert statement.rows(db_session, {"key": 0}) == []


def test_of_two_threads_one_makes_it_and_both_run_it(db_session):
    class Late(dict):
        """Another thread makes it between a look for it and the making."""

        def get(self, key):
            if not self:
                self["other"] = None
                statement.rows(db_session, {"key": 0})
                return None
            return super().get(key)

    statement = Prepared(UNIT_NAME)
    statement._made = Late()

    assert statement.rows(db_session, {"key": 0}) == []
