"""Full numbers: for a reason, by who shows who they are, one record at a time (PR-02)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.models import AuditEntry
from admin_app.web import limits, step_up
from tests import factories as make
from tests.browsing import Browser, sign_in

PAGE = "/admin/person-query/details/?id={}"
DOOR = "/admin/person-query/unmask/?id={}"
GOOD = {"reason": "核对报名材料", "own_password": make.PASSWORD}


def secrets_of(person):
    return [person.id_number, person.mobile, person.email]


def shown_of(person, page):
    return [text for text in secrets_of(person) if text in page.text]


def told(session):
    statement = select(AuditEntry).where(AuditEntry.action == "unmask")
    return session.scalars(statement.order_by(AuditEntry.id)).all()


@pytest.fixture
def unmask(client):
    def send(person, **changes):
        return client.post(DOOR.format(person.id), data=GOOD | changes)

    return send


@pytest.mark.requirement("PR-02")
def test_full_numbers_stand_in_that_answer_only(client, cast, unmask, db_session):
    sign_in(client, cast.chief)
    before = client.get(PAGE.format(cast.teacher.id))

    answer = unmask(cast.teacher)

    after = client.get(PAGE.format(cast.teacher.id))
    assert shown_of(cast.teacher, before) == []
    assert (answer.status_code, shown_of(cast.teacher, answer)) == (
        200,
        secrets_of(cast.teacher),
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert shown_of(cast.teacher, after) == []
    (line,) = told(db_session)
    assert (line.account_id, line.object_kind, line.object_id) == (
        cast.chief.account_id,
        "person",
        str(cast.teacher.id),
    )
    noted = {"reason": GOOD["reason"], "screen": "person_query"}
    assert (line.after, line.subject_id, line.result) == (noted, cast.teacher.id, "ok")


@pytest.mark.requirement("PR-02")
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"reason": ""}, 422),
        ({"reason": " "}, 422),
        ({"reason": "x"}, 422),
        ({"reason": "长" * 201}, 422),
        ({"reason": "a\x07b"}, 422),
        ({"own_password": ""}, 422),
        ({"own_password": "wrong-Lotus-1"}, 400),
    ],
)
def test_without_reason_or_password_nothing_is_shown(
    client, cast, unmask, db_session, changes, status
):
    sign_in(client, cast.chief)

    answer = unmask(cast.teacher, **changes)

    assert answer.status_code == status
    assert shown_of(cast.teacher, answer) == []
    assert told(db_session) == []


@pytest.mark.requirement("PR-02")
@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("chief", "teacher", 200),
        ("bureau_chief", "teacher", 200),
        ("reviewer", "teacher", 403),
        ("department_head", "teacher", 403),
        ("teacher", "teacher", 403),
        ("teacher", "colleague", 403),
        ("other_chief", "teacher", 404),
        ("chief", "stranger", 404),
        ("base_chief", "teacher", 404),
    ],
)
def test_only_right_and_scope_open_it(client, cast, unmask, who, whose, status):
    sign_in(client, getattr(cast, who))
    person = getattr(cast, whose)

    answer = unmask(person)

    assert answer.status_code == status
    assert shown_of(person, answer) == ([] if status != 200 else secrets_of(person))


@pytest.mark.requirement("PR-02")
def test_button_is_offered_to_who_may_only(client, cast):
    sign_in(client, cast.reviewer)
    without = client.get(PAGE.format(cast.teacher.id)).text
    sign_in(client, cast.chief)

    with_right = client.get(PAGE.format(cast.teacher.id)).text

    assert ("/unmask/" in without, "/unmask/" in with_right) == (False, True)


@pytest.mark.requirement("PR-02")
@pytest.mark.parametrize("method", ["get", "head", "put"])
def test_no_other_method_opens_it(client, cast, method):
    sign_in(client, cast.chief)

    answer = getattr(client, method)(DOOR.format(cast.teacher.id))

    assert answer.status_code == 405


@pytest.mark.requirement("PR-02")
def test_password_stands_for_ten_minutes_under_a_new_secret(
    app, client, cast, unmask, now, monkeypatch
):
    moment = [now]
    monkeypatch.setitem(app.extensions, "clock", lambda: moment[0])
    sign_in(client, cast.chief, at=now)
    planted = client.secret()
    first = unmask(cast.teacher)

    moment[0] = now + timedelta(minutes=9, seconds=59)
    again = unmask(cast.colleague, own_password="")
    moment[0] = now + timedelta(minutes=10, seconds=1)
    late = unmask(cast.teacher, own_password="")
    thief = Browser(app, app.response_class)
    thief.take(planted)
    replayed = thief.get(PAGE.format(cast.teacher.id))

    assert [first.status_code, again.status_code, late.status_code] == [200, 200, 422]
    assert client.secret() != planted
    assert replayed.status_code == 303


@pytest.mark.requirement("PR-02")
def test_step_up_of_one_browser_is_not_another_s(app, client, cast, unmask):
    sign_in(client, cast.chief)
    unmask(cast.teacher)
    other = sign_in(Browser(app, app.response_class), cast.chief)

    answer = other.post(DOOR.format(cast.teacher.id), data=GOOD | {"own_password": ""})

    assert answer.status_code == 422


@pytest.mark.requirement("PR-02")
def test_guesses_of_the_password_are_counted_like_at_the_sign_in(client, cast, unmask):
    sign_in(client, cast.chief)
    for _ in range(5):
        unmask(cast.teacher, own_password="wrong-Lotus-1")

    answer = unmask(cast.teacher)

    assert answer.status_code == 400


@pytest.mark.requirement("PR-02")
def test_hundred_a_day_and_no_more(app, client, cast, unmask, db_session, monkeypatch):
    monkeypatch.setattr("admin_app.views.admin.unmasking.A_DAY", 3)
    sign_in(client, cast.chief)

    codes = [unmask(cast.teacher).status_code for _ in range(4)]

    assert codes == [200, 200, 200, 429]
    assert [line.result for line in told(db_session)] == ["ok", "ok", "ok", "refused"]


def test_the_limit_is_a_hundred():
    from admin_app.views.admin import unmasking  # noqa: PLC0415

    assert unmasking.A_DAY == 100
    assert unmasking.DAY.total_seconds() == 86_400


BROKEN = {
    "no right asked": (
        "admin_app.views.admin.unmasking.Unmasking.allows",
        lambda self, verb: True,
        lambda send, cast: send("reviewer", cast.teacher).status_code,
        403,
    ),
    "no step-up": (
        step_up.__name__ + ".is_fresh",
        lambda: True,
        lambda send, cast: send("chief", cast.teacher, own_password="").status_code,
        422,
    ),
    "no scope": (
        "admin_app.views.admin.unmasking.Unmasking.scope_of",
        lambda self, _actor: [],
        lambda send, cast: send("chief", cast.stranger).status_code,
        404,
    ),
    "no count": (
        limits.__name__ + ".hit",
        lambda *_args: None,
        lambda send, cast: [send("chief", cast.teacher).status_code for _ in "ab"][1],
        429,
    ),
}


@pytest.mark.usefixtures("no_kept_lists")
@pytest.mark.parametrize("guard", BROKEN)
def test_a_missing_guard_shows(client, cast, monkeypatch, guard):
    place, double, attempt, expected = BROKEN[guard]

    def send(who, person, **changes):
        sign_in(client, getattr(cast, who))
        return client.post(DOOR.format(person.id), data=GOOD | changes)

    monkeypatch.setattr("admin_app.views.admin.unmasking.A_DAY", 1)
    monkeypatch.setattr(place, double)

    assert attempt(send, cast) != expected


@pytest.mark.requirement("PR-02")
@pytest.mark.feature("U28")
def test_a_reviewer_compares_an_applicants_numbers_with_the_paper(
    client, cast, db_session
):
    applicant = make.person(db_session, email="applicant@example.com")
    asking = make.waiting(
        make.person_registration(db_session, applicant, cast.school), cast.school
    )
    db_session.commit()
    door = f"/admin/review-registrations/unmask/?id={asking.id}"
    answers = {}
    for who in ("department_head", "other_chief", "chief"):
        sign_in(client, getattr(cast, who))
        answer = client.post(door, data=GOOD)
        answers[who] = answer.status_code, shown_of(applicant, answer)

    assert answers == {
        "department_head": (403, []),
        "other_chief": (404, []),
        "chief": (200, secrets_of(applicant)),
    }
    (line,) = told(db_session)
    assert (line.object_kind, line.subject_id) == (
        "person_registration",
        applicant.id,
    )
