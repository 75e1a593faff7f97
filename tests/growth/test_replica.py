"""Lists and look-ups may be a moment old; what decides, and one's own change, may not."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text

from admin_app import models as m
from admin_app.columns import utc_now
from admin_app.extensions import db
from admin_app.web.freshness import COOKIE
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.cast import call

OLD, NEW = "原名字", "新名字"
PEOPLE = "/admin/person-query/"
DEPARTMENTS = "/admin/unit-departments/"
CODE = "X17"
AT_ONCE = timedelta(microseconds=1)


@pytest.fixture
def session(program):
    """A session at the primary."""
    with program.app_context():
        yield db.session()
        db.session.rollback()


@pytest.fixture
def cast(session, staged):
    """The cast, as the primary holds it."""
    return call(session, staged)


@pytest.fixture
def browse(program):
    """Return a browser of that program, signed in as somebody."""

    def browser(who=None, *, of=program):
        made = Browser(of, of.response_class)
        return sign_in(made, who) if who else made

    return browser


@pytest.fixture
def person(session, cast, copies):
    """Somebody who has got another name at the primary since the copy was made."""
    made = make.person(session, cast.school, name=OLD)
    make.account(session, made)
    session.commit()
    copies.hold()
    made.name = NEW
    session.commit()
    yield made
    # The next test on the same PostgreSQL finds nobody of that name.
    made.name = "旧人"
    session.commit()


def shown_name(browser, address):
    """Which of the two names the page shows."""
    page = browser.get(address)
    assert page.status_code == 200
    return [name for name in (OLD, NEW) if name in page.text]


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(PEOPLE, id="list"),
        pytest.param(f"{PEOPLE}details/?id={{id}}", id="details"),
    ],
)
def test_administrators_pages_show_what_the_copy_holds(browse, cast, person, address):
    page = address.format(id=person.id)

    assert shown_name(browse(cast.chief), page) == [OLD]


def test_look_up_offers_what_the_copy_holds(browse, session, cast, copies):
    unit = make.unit(session, cast.school, name=OLD)
    session.commit()
    copies.hold()
    unit.name = NEW
    session.commit()

    address = f"{PEOPLE}ajax/lookup/?name=unit&q="
    found = [browse(cast.chief).get(address + name).json for name in (OLD, NEW)]

    assert [len(each["items"]) for each in found] == [1, 0]


def test_dashboard_counts_at_the_copy(browse, session, cast, copies):
    copies.hold()
    chief = browse(cast.chief)
    before = tasks(chief)
    make.waiting(make.declaration(session, cast.teacher), cast.school)
    session.commit()

    behind = tasks(chief)
    chief.set_cookie(COOKIE, "1")

    assert [behind - before, tasks(chief) - before] == [0, 1]


def tasks(chief):
    """How many declarations wait, as the first page tells."""
    tile = re.compile(r'<a href="/admin/approve-hours/"[^>]*><strong>(\d+)</strong>')
    return int(tile.search(chief.get("/admin/").text)[1])


def test_public_check_reads_the_copy(browse, session, cast, copies):
    number = "HN2025-0000018"
    template = session.scalars(select(m.CertificateTemplate)).first()
    made = m.Certificate(
        number=number,
        token="t" * 43,
        year=2025,
        person_name=cast.teacher.name,
        unit_name=cast.school.name,
        contents={},
        template_id=template.id,
        issued_at=utc_now(),
        person_id=cast.teacher.id,
        unit_id=cast.school.id,
    )
    session.add(made)
    session.commit()
    copies.hold()
    made.revoked_at = utc_now()
    session.commit()

    page = browse().get(f"/certificates/check?number={number}").text

    assert ("真实有效" in page, "已撤销" in page) == (True, False)


def test_own_change_is_seen_at_once_and_only_by_who_made_it(browse, cast, copies):
    copies.hold()
    chief, reviewer = browse(cast.chief), browse(cast.chief)

    sent = chief.post(f"{DEPARTMENTS}new/", data={"name": "新设处", "code": CODE})
    mine = chief.get(DEPARTMENTS).text
    others = reviewer.get(DEPARTMENTS).text
    chief.delete_cookie(COOKIE)
    later = chief.get(DEPARTMENTS).text

    assert sent.status_code == 303
    found = ["新设处" in page for page in (mine, others, later)]
    assert found == [True, False, False]


def test_mark_of_a_change_lasts_as_long_as_a_copy_may_be_behind(browse, cast, copies):
    chief = browse(cast.chief)

    reading = chief.get(DEPARTMENTS)
    writing = chief.post(f"{DEPARTMENTS}new/", data={})

    assert COOKIE not in reading.headers.get("Set-Cookie", "")
    assert chief.get_cookie(COOKIE).max_age == 3600
    assert "HttpOnly; Path=/; SameSite=Lax" in writing.headers["Set-Cookie"]


def test_program_without_a_replica_marks_nobody(client):
    client.post("/sign-in/individual", data={})

    assert client.get_cookie(COOKIE) is None


@pytest.mark.requirement("AZ-13")
def test_disabled_account_is_out_at_once(browse, session, cast, copies):
    copies.hold()
    chief = browse(cast.chief)
    before = chief.get(PEOPLE).status_code
    cast.chief.account.is_disabled = True
    session.commit()

    after = chief.get(PEOPLE)
    cast.chief.account.is_disabled = False
    session.commit()

    assert (before, after.status_code) == (200, 303)
    assert after.location.startswith("/sign-in/")


def test_right_that_was_taken_away_is_gone_at_once(browse, session, cast, copies):
    copies.hold()
    chief = browse(cast.chief)
    before = chief.get(PEOPLE).status_code
    rights = m.RolePermission.role_id == cast.chief.role_id
    of_list = m.RolePermission.permission == "person_query:view"
    session.execute(delete(m.RolePermission).where(rights, of_list))
    session.commit()

    after = chief.get(PEOPLE).status_code
    session.add(
        m.RolePermission(role_id=cast.chief.role_id, permission="person_query:view")
    )
    session.commit()

    assert (before, after) == (200, 403)


def test_decision_rests_on_the_primary(browse, session, cast, copies):
    record = make.waiting(make.declaration(session, cast.teacher), cast.school)
    session.commit()
    record_id = record.id
    copies.hold()
    session.delete(record)
    session.commit()

    form = {"action": "approve", "confirmed": "1", "rowid": [record_id]}
    chief = browse(cast.chief)
    listed = f"id={record_id}" in chief.get("/admin/approve-hours/").text
    chief.post("/admin/approve-hours/action/", data=form)

    assert listed
    assert session.scalars(select(m.CreditEntry)).all() == []


def test_look_at_a_record_is_noted_at_the_primary(browse, session, cast, person):
    browse(cast.chief).get(f"{PEOPLE}details/?id={person.id}")

    found = select(m.AuditEntry.action).where(m.AuditEntry.subject_id == person.id)
    assert "view" in session.scalars(found).all()


@pytest.fixture
def warnings(capsys):
    """The lines that tell why a replica was not used."""
    return lambda: [
        line
        for line in capsys.readouterr().err.splitlines()
        if "replica not used" in line
    ]


def test_primary_answers_while_the_copy_is_away(
    replicated, browse, cast, person, settings, warnings
):
    nowhere = "sqlite:////nowhere/copy.sqlite3"
    if not settings.is_sqlite:
        nowhere = "postgresql+psycopg://postgres@127.0.0.1:1/postgres"
    chief = browse(cast.chief, of=replicated(database_replica_url=nowhere))

    found = [shown_name(chief, PEOPLE) for _ in range(3)]

    assert found == [[NEW]] * 3
    # Nobody waits for it again and again.
    assert ["OperationalError" in line for line in warnings()] == [True]


def on_postgresql(test):
    """Skip where the copy is a file, which cannot tell how far behind it is."""
    return pytest.mark.skipif(
        "os.environ['CE_TEST_DATABASE'] == 'sqlite'", reason="about streaming"
    )(test)


@on_postgresql
def test_copy_that_is_too_far_behind_is_not_asked(
    replicated, browse, cast, person, copies, warnings
):
    chief = browse(cast.chief, of=replicated(replica_patience=AT_ONCE))

    held = shown_name(chief, PEOPLE)

    assert (held, len(warnings())) == ([NEW], 1)


@on_postgresql
def test_copy_that_has_caught_up_is_asked_again(
    replicated, browse, cast, person, copies, warnings
):
    copies.follow()
    chief = browse(cast.chief, of=replicated(replica_patience=AT_ONCE))

    shown = shown_name(chief, PEOPLE)

    assert (shown, warnings()) == ([NEW], [])
    with chief.application.app_context():
        asked = db.engines["replica"].pool.checkedin()
    assert asked == 1


@on_postgresql
def test_server_that_follows_nobody_is_not_asked(
    replicated, browse, cast, person, copies, warnings
):
    alone = replicated(database_replica_url=copies.url)

    assert shown_name(browse(cast.chief, of=alone), PEOPLE) == [NEW]
    assert ["it cannot tell" in line for line in warnings()] == [True]


@on_postgresql
def test_nothing_can_be_written_at_the_copy(program):
    with program.app_context(), db.engines["replica"].connect() as connection:
        assert connection.scalar(text("SHOW transaction_read_only")) == "on"
