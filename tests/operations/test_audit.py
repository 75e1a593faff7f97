"""The audit log: in the transaction of the act, chained, never changed (AD-01-04)."""

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from admin_app.extensions import db
from admin_app.models import AuditEntry, Department, Unit
from admin_app.operations import audit
from tests import factories as make
from tests.browsing import sign_in


def lines(session):
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()


@pytest.mark.requirement("AD-01")
def test_change_of_a_row_is_told_with_what_it_was(db_session):
    unit = make.unit(db_session, phone="0371-1")
    db_session.commit()
    unit.phone = "0371-2"
    db_session.commit()
    db_session.delete(unit)
    db_session.commit()

    told = [
        (line.action, line.object_kind, line.object_id)
        for line in lines(db_session)
        if line.object_kind == "unit"
    ]
    edit = lines(db_session)[-2]
    key = str(unit.id)
    # The factory writes the path in a second step.
    assert told == [
        ("create", "unit", key),
        ("edit", "unit", key),
        ("edit", "unit", key),
        ("delete", "unit", key),
    ]
    assert (edit.before, edit.after) == ({"phone": "0371-1"}, {"phone": "0371-2"})


@pytest.mark.requirement("AD-01")
@pytest.mark.requirement("PR-05")
def test_encrypted_values_and_hashes_are_masked(db_session):
    person = make.person(db_session)
    make.account(db_session, person)
    db_session.commit()
    person.mobile = "15400000001"
    db_session.commit()

    said = str([(line.before, line.after) for line in lines(db_session)])
    edit = lines(db_session)[-1]
    assert (edit.before, edit.after) == ({"mobile": "***"}, {"mobile": "***"})
    assert person.id_number not in said
    assert "argon2" not in said


@pytest.mark.requirement("AD-02")
def test_rolled_back_act_leaves_no_line(db_session):
    make.unit(db_session)
    db_session.rollback()
    make.person(db_session)
    db_session.commit()

    assert [line.object_kind for line in lines(db_session)] == ["person"]


@pytest.mark.requirement("AD-02")
def test_only_the_inner_act_is_taken_back_with_its_savepoint(db_session):
    unit = make.unit(db_session)
    savepoint = db_session.begin_nested()
    make.department(db_session, unit)
    savepoint.rollback()
    with db_session.begin_nested():
        make.person(db_session, unit)
    db_session.commit()

    kinds = {line.object_kind for line in lines(db_session)}
    assert kinds == {"unit", "person"}
    assert db_session.scalars(select(Department)).all() == []


@pytest.mark.requirement("AD-02")
def test_act_that_cannot_be_audited_does_not_happen(db_session):
    make.unit(db_session)
    db_session.execute(text("ALTER TABLE audit_entry RENAME TO audit_gone"))

    with pytest.raises(DBAPIError):
        db_session.commit()
    db_session.rollback()

    assert db_session.scalar(select(func.count()).select_from(Unit)) == 0


@pytest.mark.requirement("AD-01")
def test_line_names_actor_unit_session_and_request(client, cast, db_session):
    sign_in(client, cast.chief)

    answer = client.post("/sign-out")

    line = lines(db_session)[-1]
    assert line.action == "sign_out"
    assert (line.account_id, line.unit_id) == (cast.chief.account_id, cast.school.id)
    assert line.actor_name == cast.chief.account.person.name
    assert line.address == "127.0.0.1"
    assert line.request_id == answer.headers["X-Request-ID"]
    assert len(line.session_hash) == 16


@pytest.fixture
def chained(db_session):
    """Ten lines that hold."""
    for _ in range(10):
        make.person(db_session)
        db_session.commit()
    return [line.id for line in lines(db_session)]


@pytest.mark.requirement("AD-04")
def test_untouched_chain_holds(db_session, chained):
    assert audit.verify(db_session, batch=3) == (10, None)


def open_up(session, table="audit_entry"):
    """Act as somebody who owns the database and takes the triggers away."""
    if db.engine.dialect.name == "sqlite":
        session.execute(text(f"DROP TRIGGER {table}_no_update"))
        session.execute(text(f"DROP TRIGGER {table}_no_delete"))
    else:
        session.execute(text(f"DROP TRIGGER {table}_append_only ON {table}"))


TAMPERING = {
    "edited": ("UPDATE audit_entry SET actor_name = 'x' WHERE id = :id", 4, "line was changed"),
    "deleted": ("DELETE FROM audit_entry WHERE id = :id", 5, "previous line is missing or moved"),
    "result turned": ("UPDATE audit_entry SET result = 'refused' WHERE id = :id", 4, "line was changed"),
    "laid at another's door": (
        "UPDATE audit_entry SET subject_id = 1 WHERE id = :id", 4, "line was changed"
    ),
    "mac renewed without the key": (
        "UPDATE audit_entry SET mac = upper(mac) WHERE id = :id", 4, "line was changed"
    ),
}  # fmt: skip


@pytest.mark.requirement("AD-04")
@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_is_found_at_its_first_line(db_session, chained, how):
    statement, position, reason = TAMPERING[how]
    open_up(db_session)
    db_session.execute(text(statement), {"id": chained[4]})

    held, found = audit.verify(db_session)

    assert held == 4
    assert found == audit.Break(chained[position], reason)


@pytest.mark.requirement("AD-03")
@pytest.mark.parametrize("table", ["audit_entry", "workflow_event", "credit_entry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_append_only_table_refuses_changes(db_session, cast, chained, table, statement):
    fill = {
        "workflow_event": "INSERT INTO workflow_event (kind, record_id, step, action,"
        " from_state, to_state, actor_name, comment, at) VALUES ('transfer', 1, 0,"
        " 'submit', 'draft', 'pending', '', '', '2025-01-01 00:00:00')",
        "credit_entry": "INSERT INTO credit_entry (person_id, unit_id, region_id, year,"
        " subject_kind, measure, kind, origin, amount, reason, at) VALUES"
        f" ({cast.teacher.id}, {cast.school.id}, {cast.school.region_id}, 2025, 'public', 'hours', 'credit',"
        " 'imported', 100, '', '2025-01-01 00:00:00')",
    }
    if table in fill:
        db_session.execute(text(fill[table]))
        db_session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        db_session.execute(text(statement.format(table)))


@pytest.mark.requirement("AD-04")
def test_command_tells_whether_the_chain_holds(app, db_session, chained):
    well = app.test_cli_runner().invoke(args=["audit", "verify"])
    open_up(db_session)
    db_session.execute(
        update(AuditEntry).where(AuditEntry.id == chained[2]).values(action="nothing")
    )
    db_session.commit()

    ill = app.test_cli_runner().invoke(args=["audit", "verify"])

    assert (well.exit_code, well.output) == (0, "10 lines hold\n")
    assert (ill.exit_code, ill.output) == (
        1,
        f"Error: audit line {chained[2]}: line was changed (2 lines before it hold)\n",
    )
