"""Rows are read with exactly what is shown of them."""

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm.exc import DetachedInstanceError

from admin_app.models import Declaration, Person
from admin_app.views.admin.paths import resolve
from admin_app.views.admin.reading import Reading
from tests import factories as make

PATHS = ("title", "person.name", "person.unit.name", "decider.name", "form_version.id")


@pytest.fixture
def reading():
    shown = [resolve(Declaration, path, "some label") for path in PATHS]
    return Reading(Declaration, shown, ("version", "state"))


@pytest.fixture
def rows(db_session, cast):
    made = [make.declaration(db_session, cast.teacher, title=t) for t in "甲乙丙"]
    make.waiting(made[1], cast.school)
    db_session.commit()
    return made


def test_rows_come_as_asked_with_what_is_shown(reading, rows, db_session, cast):
    ids = [rows[2].id, 10**9, rows[1].id]

    first, second = reading.read(db_session, ids)

    assert (first.title, second.title) == ("丙", "乙")
    assert second.person.name == cast.teacher.name
    assert second.person.unit.name == cast.school.name
    assert (first.decider, second.decider.name) == (None, cast.school.name)
    assert second.version == rows[1].version
    assert first.form_version.id == rows[2].form_version_id
    assert reading.read(db_session, []) == []


@pytest.mark.parametrize("down", [False, True])
def test_rows_of_a_page_stand_by_their_places_and_then_by_their_keys(
    reading, db_session, cast, down
):
    made = [
        make.declaration(db_session, cast.teacher, year=year)
        for year in (2025, 2023, 2025, 2024)
    ]
    db_session.commit()
    keys = select(Declaration.id.label("key"), Declaration.year.label("place"))
    keys = keys.order_by(Declaration.id if down else Declaration.id.desc()).limit(9)

    found = db_session.execute(reading.of(keys, descending=down)).all()

    expected = sorted(((row.year, row.id) for row in made), reverse=down)
    assert [(row[reading.place], row.id) for row in found] == expected


@pytest.mark.parametrize("name", ["hours", "year", "unit_id"])
def test_what_was_not_asked_for_is_not_there(reading, rows, db_session, name):
    [row] = reading.read(db_session, [rows[0].id])

    with pytest.raises(AttributeError):
        getattr(row, name)


def test_row_becomes_a_record_of_its_model_that_no_session_holds(
    reading, rows, db_session, cast
):
    [row] = reading.read(db_session, [rows[1].id])

    record = reading.as_record(row)

    assert (type(record), record.title) == (Declaration, "乙")
    assert record.person.unit.name == cast.school.name
    assert inspect(record).detached
    with pytest.raises(DetachedInstanceError):
        _ = record.year


def test_sealed_columns_are_opened(db_session, cast):
    shown = [resolve(Person, "id_number")]

    [row] = Reading(Person, shown, ()).read(db_session, [cast.teacher.id])

    assert row.id_number == cast.teacher.id_number
