"""What a decision leaves behind is written as a whole, whatever is gathered."""

from functools import partial

import pytest
from sqlalchemy import bindparam, select, update

from admin_app.dialects import table_of
from admin_app.enums import Action, RecordKind, State
from admin_app.models import Declaration, Person, WorkflowEvent
from admin_app.operations.credit import credit_declarations, unbalanced_totals
from admin_app.operations.history import Act, write_events
from admin_app.operations.together import together, write
from tests import factories as make
from tests.cast import actor


@pytest.fixture
def note(db_session, cast, now):
    """Write the event of an approval of one declaration."""
    approval = Act(
        RecordKind.declaration, actor(db_session, cast.chief), Action.approve, now
    )
    return partial(
        write_events,
        db_session,
        approval,
        model=Declaration,
        from_state=State.pending,
        to_state=State.approved,
        next_unit_id=None,
    )


@pytest.fixture
def declarations(db_session, cast):
    found = [make.declaration(db_session, cast.teacher) for _ in "ab"]
    db_session.flush()
    return found


def noted(session):
    found = session.execute(select(WorkflowEvent.record_id, WorkflowEvent.step))
    return sorted(map(tuple, found))


def test_each_is_written_with_its_own_values(db_session, note, declarations):
    first, second = declarations

    with together(db_session):
        note(moved={first.id})
        note(moved={second.id}, steps_taken=-1)

    assert noted(db_session) == [(first.id, 0), (second.id, 1)]


def test_one_statement_writes_to_several_tables(
    db_session, cast, note, now, declarations, statements
):
    ids = {row.id for row in declarations}

    with statements() as seen, together(db_session):
        note(moved=ids)
        credit_declarations(
            db_session, record_ids=sorted(ids), actor=cast.chief, now=now
        )

    is_one = db_session.get_bind().dialect.name == "postgresql"
    assert len(seen) == (1 if is_one else 3)
    assert noted(db_session) == sorted((key, 0) for key in ids)
    assert unbalanced_totals(db_session) == []


def test_one_within_another_leaves_its_writes_to_it(
    db_session, note, declarations, statements
):
    first, second = declarations
    is_later = db_session.get_bind().dialect.name == "postgresql"

    with statements() as seen, together(db_session):
        with together(db_session):
            note(moved={first.id})
        assert len(seen) == (0 if is_later else 1)
        note(moved={second.id}, steps_taken=-1)

    assert noted(db_session) == [(first.id, 0), (second.id, 1)]


def test_a_table_is_written_to_twice_in_turn(db_session, note, declarations):
    ids = {row.id for row in declarations}

    with together(db_session):
        note(moved=ids)
        note(moved=ids, steps_taken=-1)

    assert noted(db_session) == sorted((key, step) for key in ids for step in (0, 1))


def test_the_second_write_to_a_row_finds_the_first(db_session, declarations):
    """Equal values do not make one statement of two writes to a table."""
    table, row = table_of(Declaration), declarations[0]
    its_own = table.c.id == bindparam("key")
    further = update(table).where(its_own).values(step=table.c.step + 1)

    with together(db_session):
        for _ in "ab":
            write(db_session, further, {"key": row.id})

    db_session.refresh(row)
    assert row.step == 2


def test_two_that_ask_by_the_same_names_have_each_its_own_values(
    db_session, cast, declarations
):
    row, person = declarations[0], cast.teacher
    naming = {
        model: update(table_of(model))
        .where(table_of(model).c.id == bindparam("key"))
        .values({column: bindparam("new")})
        for model, column in ((Declaration, "title"), (Person, "name"))
    }

    with together(db_session):
        write(db_session, naming[Declaration], {"key": row.id, "new": "新题目"})
        write(db_session, naming[Person], {"key": person.id, "new": "新姓名"})

    for record in (row, person):
        db_session.refresh(record)
    assert (row.title, person.name) == ("新题目", "新姓名")


def test_nothing_is_gathered_after_a_failure(db_session, note, declarations):
    row, _other = declarations
    with pytest.raises(LookupError), together(db_session):
        raise LookupError

    note(moved={row.id})

    assert noted(db_session) == [(row.id, 0)]
