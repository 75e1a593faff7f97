"""What a prepared statement loads is what SQLAlchemy's own way would have loaded."""

import pytest
from sqlalchemy import bindparam, inspect, select, update

from admin_app.loading import Loading
from admin_app.models import Declaration, Person, Region, Unit
from tests import factories as make

NAMED = Declaration.id == bindparam("key")
LOADING = Loading(
    Declaration,
    {Declaration.person: (Person.name, Person.unit_id), Person.unit: (Unit.path,)},
    lambda found: found.where(NAMED),
)
PERSON = Loading(
    Person,
    {Person.unit: (Unit.path,), Unit.region: (Region.name,)},
    lambda found: found.where(Person.id == bindparam("key")),
)


@pytest.fixture
def declaration(db_session):
    record = make.declaration(
        db_session, make.person(db_session, make.unit(db_session))
    )
    db_session.flush()
    return record


def told(record):
    return {
        each.key: getattr(record, each.key) for each in inspect(Declaration).columns
    }


def test_record_is_as_sqlalchemy_loads_it(db_session, declaration):
    key, person, expected = declaration.id, declaration.person, told(declaration)
    unit_path, id_number = person.unit.path, person.id_number
    db_session.expunge_all()

    found = LOADING.first(db_session, {"key": key})

    assert told(found) == expected
    assert found is db_session.get(Declaration, key)
    assert found.person is db_session.get(Person, person.id)
    assert found.person.unit.path == unit_path
    assert not db_session.dirty
    # What was not read is there for whoever asks for it.
    assert "id_number" not in inspect(found.person).dict
    assert found.person.id_number == id_number
    assert found.unit.id == found.unit_id


def test_change_of_what_was_loaded_is_written(db_session, declaration):
    key = declaration.id
    db_session.expunge_all()
    found = LOADING.first(db_session, {"key": key})

    found.title, found.person.name = "改过的题目", "改过的姓名"
    db_session.flush()

    told_now = select(Declaration.title, Person.name).join(Person).where(NAMED)
    assert db_session.execute(told_now, {"key": key}).one() == (
        "改过的题目",
        "改过的姓名",
    )


def test_what_the_session_knows_is_told_afresh(db_session, declaration):
    person, other = declaration.person, make.unit(db_session)
    db_session.flush()
    behind = {"synchronize_session": False}
    for model, key, values in (
        (Declaration, declaration.id, {"title": "别处改的题目"}),
        (Person, person.id, {"unit_id": other.id, "is_active": False}),
    ):
        changing = update(model).where(model.id == key).values(values)
        db_session.execute(changing, execution_options=behind)

    found = LOADING.first(db_session, {"key": declaration.id})

    assert found is declaration
    assert (found.title, found.person) == ("别处改的题目", person)
    assert (person.unit_id, person.unit, person.is_active) == (other.id, other, False)


def test_what_points_at_nothing_is_none(db_session):
    """Nor need there be what stands behind it."""
    person = make.person(db_session, None)
    db_session.flush()
    key = person.id
    db_session.expunge_all()

    found = PERSON.first(db_session, {"key": key})

    assert (found.id, inspect(found).dict["unit"]) == (key, None)
    assert PERSON.first(db_session, {"key": 0}) is None


def test_undone_transaction_forgets_what_was_loaded(db_session, declaration):
    key, title = declaration.id, declaration.title
    with db_session.begin_nested() as undone:
        found = LOADING.first(db_session, {"key": key})
        found.title = "没有写下的题目"
        db_session.flush()
        undone.rollback()

    assert found.title == title
