"""The audit log against somebody who owns the database but not the keys (AD-04)."""

import json
import sys
import threading

import pytest
from sqlalchemy import func, insert, select, text, update

from admin_app import jobs
from admin_app.database import writing
from admin_app.extensions import db
from admin_app.models import AuditEntry
from admin_app.operations import audit, audit_anchors
from admin_app.operations.audit_anchors import Anchor, BrokenAnchors
from tests import factories as make

WRITERS, EACH = 8, 25


@pytest.fixture
def anchored(make_app, tmp_path):
    """The program with a file of anchors of this test's own."""
    return make_app(audit_anchor_path=tmp_path / "anchors" / "audit.log")


@pytest.fixture
def run(anchored):
    """Run `flask audit …`; give its last line."""

    def invoke(word):
        db.session.rollback()
        # A context of its own: inside the test's, the command would be the test's.
        with anchored.app_context():
            result = anchored.test_cli_runner().invoke(args=["audit", word])
        return result.exit_code, result.output.strip()

    return invoke


def write(session, count=1):
    """Let something be told in the log."""
    for _ in range(count):
        audit.record(session, "note", object_id=make.date.today())
        session.commit()


def ids(session):
    return session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()


@pytest.fixture
def owner(db_session):
    """Somebody who may do everything in the database."""
    write(db_session, 10)
    if db.engine.dialect.name == "sqlite":
        db_session.execute(text("DROP TRIGGER audit_entry_no_update"))
        db_session.execute(text("DROP TRIGGER audit_entry_no_delete"))
    else:
        db_session.execute(text("DROP TRIGGER audit_entry_append_only ON audit_entry"))
    db_session.commit()
    return db_session


def copied(session):
    """Every line of the log as it is stored."""
    table = AuditEntry.__table__
    return [
        dict(row._mapping)
        for row in session.execute(select(table).order_by(table.c.id))
    ]


def put_back(session, rows):
    table = AuditEntry.__table__
    session.execute(table.delete())
    session.execute(insert(table), rows)


def edit(session, rows):
    at = AuditEntry.id == rows[4]["id"]
    session.execute(update(AuditEntry).where(at).values(action="nothing"))
    return rows[4]["id"], "line was changed"


def delete(session, rows):
    put_back(session, rows[:4] + rows[5:])
    return rows[5]["id"], "previous line is missing or moved"


def reorder(session, rows):
    fifth, sixth = rows[4] | {"id": rows[5]["id"]}, rows[5] | {"id": rows[4]["id"]}
    put_back(session, [*rows[:4], fifth, sixth, *rows[6:]])
    return rows[4]["id"], "previous line is missing or moved"


def insert_one(session, rows):
    later = [row | {"id": row["id"] + 1} for row in rows[5:]]
    forged = rows[4] | {
        "id": rows[5]["id"],
        "previous_mac": rows[4]["mac"],
        "mac": "f" * 64,
    }
    put_back(session, [*rows[:5], forged, *later])
    return forged["id"], "line was changed"


def cut(session, rows):
    put_back(session, rows[:7])
    return rows[6]["id"] + 1, "anchored line is missing"


def swap(session, rows):
    """An older copy, in which work then went on."""
    put_back(session, rows[:7])
    session.commit()
    if db.engine.dialect.name == "postgresql":
        session.execute(text(f"SELECT setval('audit_entry_id_seq', {rows[6]['id']})"))
    write(session, 5)
    return rows[9]["id"], "another line was anchored outside"


ATTACKS = {
    "edit": edit,
    "delete": delete,
    "reorder": reorder,
    "insert": insert_one,
    "cut tail": cut,
    "older copy": swap,
}


@pytest.mark.requirement("AD-04")
@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_found_at_its_first_line(owner, run, attack):
    rows = copied(owner)
    run("anchor")
    before = run("verify")

    line, reason = ATTACKS[attack](owner, rows)
    owner.commit()
    code, said = run("verify")

    assert before == (0, "10 lines hold")
    assert code == 1
    assert said.startswith(f"Error: audit line {line}: {reason} (")


@pytest.mark.parametrize("attack", ["cut tail", "older copy"])
def test_chain_without_anchors_does_not_tell(owner, run, attack):
    rows = copied(owner)

    ATTACKS[attack](owner, rows)
    owner.commit()

    assert run("verify")[0] == 0


@pytest.mark.requirement("AD-04")
def test_emptied_log_is_found(owner, run):
    run("anchor")
    first = ids(owner)[0]
    owner.execute(text("DELETE FROM audit_entry"))
    owner.commit()

    assert run("verify") == (
        1,
        "Error: audit line 1: anchored line is missing (0 lines before it hold)",
    )
    assert first >= 1


@pytest.mark.requirement("AD-04")
@pytest.mark.parametrize(
    "forge",
    [
        lambda body: body | {"count": 3},
        lambda body: body | {"entry_id": 1, "mac": "0" * 64},
        lambda body: {},
    ],
    ids=["other count", "other line", "nothing"],
)
def test_forged_anchor_is_found(anchored, owner, run, forge):
    assert run("anchor") == (0, "10 lines anchored")
    path = anchored.extensions["settings"].audit_anchor_path
    path.write_text(json.dumps(forge(json.loads(path.read_text()))) + "\n")

    with pytest.raises(BrokenAnchors, match="line 1"):
        audit_anchors.read(path)

    assert run("verify") == (1, "Error: line 1 of the anchors was changed")


@pytest.mark.requirement("AD-04")
def test_every_five_minutes_the_end_is_noted_once(anchored, db_session):
    settings = anchored.extensions["settings"]
    rhythm = {
        task.name: task
        for task in anchored.extensions["queue"]._registry.periodic_tasks
    }
    with anchored.app_context():
        jobs.anchor_audit_log(settings)
        write(db_session, 3)
        jobs.anchor_audit_log(settings)
        jobs.anchor_audit_log(settings)
        write(db_session, 2)
        jobs.anchor_audit_log(settings)

    anchors = audit_anchors.read(settings.audit_anchor_path)
    minutes = [
        minute
        for minute in range(60)
        if rhythm["anchor"].validate_datetime(make.datetime(2025, 1, 1, 0, minute))
    ]
    lines = copied(db_session)
    assert anchors == [
        Anchor(lines[n - 1]["id"], n, lines[n - 1]["mac"]) for n in (3, 5)
    ]
    assert minutes == list(range(0, 60, 5))
    assert settings.audit_anchor_path.stat().st_mode & 0o077 == 0


@pytest.mark.requirement("AD-02")
@pytest.mark.requirement("AD-04")
def test_chain_holds_when_eight_write_at_once(app, db_session):
    sys.setswitchinterval(1e-4)
    start = threading.Barrier(WRITERS)
    failures = []

    def work():
        try:
            with app.app_context(), writing():
                start.wait()
                for _ in range(EACH):
                    write(db.session())
                db.session.remove()
        except Exception as failure:  # noqa: BLE001 - told by the claim
            failures.append(failure)

    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(0.005)

    assert failures == []
    assert audit.verify(db_session) == (WRITERS * EACH, None)


def test_eight_writers_without_the_lock_are_found(app, db_session, monkeypatch):
    """Two transactions that read the same end of the chain."""
    write(db_session)
    stale = db_session.scalar(select(AuditEntry.mac))
    line = {
        name: getattr(db_session.scalars(select(AuditEntry)).one(), name)
        for name in (*audit.CHAINED, *audit.CHAINED_IF_TOLD)
    }
    for forked in (
        line,
        line | {"action": "x"},
    ):
        chained = audit._chain(stale, [(forked, audit._body(forked))])
        db_session.execute(insert(AuditEntry), list(chained))
    db_session.commit()

    held, found = audit.verify(db_session)

    assert (held, found.reason) == (2, "previous line is missing or moved")
    assert db_session.scalar(select(func.count()).select_from(AuditEntry)) == 3
