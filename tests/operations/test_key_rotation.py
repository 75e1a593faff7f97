"""Encrypted columns get a new key while the platform is in use (PR-03)."""

import re

import pytest
from sqlalchemy import String, bindparam, func, select, text, type_coerce, update

from admin_app.columns import SealedComparator, seal
from admin_app.errors import Refused
from admin_app.extensions import keyring
from admin_app.models import AuditEntry, Person
from admin_app.operations import key_rotation
from admin_app.operations.accounts import find_account
from admin_app.operations.applicants import NewApplicant, open_account
from admin_app.operations.key_rotation import rotate_batch, sealed_columns
from tests import factories as make

OLD, NEW = bytes(range(64)), bytes(range(64, 128))


@pytest.fixture
def ring(app):
    """Let the keyring hold these keys, newest first, until the test ends."""
    before = {name: keyring.named(name) for name in keyring.names}
    yield lambda **keys: keyring.bind(keys)
    keyring.bind(before)


@pytest.fixture
def people(db_session, ring):
    """Seven people whose numbers the old key wrote; the new one writes now."""
    ring(old=OLD)
    made = [make.person(db_session) for _ in range(7)]
    for person in made:
        make.account(db_session, person)
    db_session.commit()
    ring(new=NEW, old=OLD)
    return made


def written_with(session, key, column=Person.id_number):
    raw = type_coerce(column, String)
    return session.scalar(
        select(func.count()).select_from(Person).where(raw.startswith(f"{key}:"))
    )


def values(session):
    session.expire_all()
    columns = (Person.id_number, Person.mobile, Person.email, Person.updated_at)
    return session.execute(select(Person.id, *columns).order_by(Person.id)).all()


def find_all(session, people):
    return [find_account(session, person.id_number) for person in people]


def rotate(app, *arguments):
    return app.test_cli_runner().invoke(args=["keys", "rotate", *arguments])


@pytest.mark.requirement("PR-03")
def test_every_personal_column_is_encrypted():
    names = {sealed.name for sealed in sealed_columns()}

    assert names == {
        *("person.id_number", "person.mobile", "person.email"),
        "correction_request.id_number",
        *("verified_contact.address", "authenticator.secret"),
        *("outgoing_message.address", "outgoing_message.body"),
    }


@pytest.mark.requirement("PR-03")
def test_rotation_writes_every_value_with_the_new_key_and_changes_none(
    app, db_session, people, ring
):
    before = values(db_session)
    db_session.rollback()

    done = rotate(app, "--batch", "3")

    told = re.findall(r"(\S+) +(\d+)", done.output)
    assert [line for line in told if line[1] != "0"] == [
        ("person.id_number", "7"),
        ("person.mobile", "7"),
        ("person.email", "7"),
    ]
    ring(new=NEW)
    assert values(db_session) == before


def test_a_parameter_is_refused_that_only_one_key_would_write():
    with pytest.raises(TypeError):
        select(Person.id).where(Person.id_number == bindparam("number"))


@pytest.mark.requirement("PR-03")
def test_half_rotated_people_are_found_by_either_key(db_session, people):
    column = next(c for c in sealed_columns() if c.name == "person.id_number")

    rotate_batch(db_session, column, size=3)
    db_session.commit()

    assert (written_with(db_session, "new"), written_with(db_session, "old")) == (3, 4)
    found = [account.person.id for account in find_all(db_session, people)]
    assert found == [person.id for person in people]
    numbers = [person.id_number for person in people]
    listed = db_session.scalars(
        select(Person.id).where(Person.id_number.in_(numbers)).order_by(Person.id)
    ).all()
    others = select(Person.id).where(Person.id_number.not_in(numbers))
    assert listed == [person.id for person in people]
    assert db_session.scalars(others).all() == []


@pytest.mark.requirement("PR-03")
def test_killed_rotation_goes_on_where_it_was(app, db_session, people, monkeypatch):
    calls = []

    def dying(session, column, **options):
        calls.append(column.name)
        if calls.count("person.id_number") == 3:
            raise KeyboardInterrupt
        return rotate_batch(session, column, **options)

    with monkeypatch.context() as patched:
        patched.setattr(key_rotation, "rotate_batch", dying)
        rotate(app, "--batch", "2")
    db_session.rollback()
    half = written_with(db_session, "new")
    db_session.rollback()

    resumed = rotate(app, "--batch", "2")

    assert half == 4
    told = dict(re.findall(r"(\S+) +(\d+)", resumed.output))
    assert told["person.id_number"] == "3"
    assert written_with(db_session, "old") == 0
    told = db_session.execute(
        select(AuditEntry.object_id, AuditEntry.result)
        .where(AuditEntry.action == "rotate_keys", AuditEntry.object_kind == "person")
        .order_by(AuditEntry.id)
    ).all()
    assert told == [
        ("id_number", "failed"),
        ("id_number", "ok"),
        ("mobile", "ok"),
        ("email", "ok"),
    ]


@pytest.mark.requirement("PR-03")
def test_change_made_between_reading_and_writing_is_kept(db_session, people, ring):
    column = next(c for c in sealed_columns() if c.name == "person.mobile")
    reseal = key_rotation._reseal
    stale = seal(people[0].mobile, name="person.mobile", key_name="old")
    db_session.execute(
        update(Person).where(Person.id == people[0].id).values(mobile="15400009999")
    )
    db_session.commit()

    changed = reseal(db_session, column, people[0].id, stale)

    assert changed is False
    assert {row.mobile for row in values(db_session)} >= {"15400009999"}


@pytest.mark.requirement("PR-03")
def test_number_under_the_old_key_cannot_be_registered_again(db_session, people, now):
    unit = make.unit(db_session)
    make.waiting(make.person_registration(db_session, people[0], unit), unit)
    again = NewApplicant(
        id_number=people[0].id_number,
        password="Peony-2026-hill",
        name="冒名者",
        mobile="15400000001",
        email="other@example.com",
    )

    with pytest.raises(Refused, match="已"):
        open_account(db_session, new=again, password_hash="x", today=now.date())

    assert db_session.scalar(select(func.count()).select_from(Person)) == 7


@pytest.mark.requirement("PR-03")
def test_status_tells_when_a_key_may_leave(app, db_session, people):
    before = app.test_cli_runner().invoke(args=["keys", "status"]).output
    rotate(app)

    after = app.test_cli_runner().invoke(args=["keys", "status"]).output

    row = r"person\.id_number +(\w+) +(\d+)"
    assert re.findall(row, before) == [("new", "0"), ("old", "7"), ("other", "0")]
    assert re.findall(row, after) == [("new", "7"), ("old", "0"), ("other", "0")]


def test_lookup_by_the_current_key_only_would_lose_people(
    db_session, people, monkeypatch
):
    def plain(self, op, *other, **kwargs):
        return super(SealedComparator, self).operate(op, *other, **kwargs)

    monkeypatch.setattr(SealedComparator, "operate", plain)

    assert find_all(db_session, people) == [None] * 7


def test_rotation_touches_the_stored_text_only_once(db_session, people):
    column = next(c for c in sealed_columns() if c.name == "person.email")
    rotate_batch(db_session, column)

    again = rotate_batch(db_session, column)

    assert again == (0, None)
    assert (
        db_session.scalar(text("SELECT count(*) FROM person WHERE email IS NULL")) == 0
    )
