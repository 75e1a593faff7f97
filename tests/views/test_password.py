"""修改密码, by wish and by must (U18, P15, AU-04, AU-05)."""

import itertools

import pytest
from sqlalchemy import select

from admin_app.models import Account, AuditEntry, UserSession
from admin_app.operations.passwords import matches
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.web.test_csrf import readable_routes, unsafe_routes

NEW = "Peony-2027-hill"


def change(client, *, old=make.PASSWORD, new=NEW, again=None):
    data = {
        "old_password": old,
        "new_password": new,
        "confirmation": new if again is None else again,
    }
    return client.post("/password", data=data)


def opens(db_session, account_id, password):
    db_session.rollback()
    kept = db_session.scalar(
        select(Account.password_hash).where(Account.id == account_id)
    )
    return matches(kept, password)


@pytest.mark.feature("U18")
@pytest.mark.feature("P15")
@pytest.mark.parametrize(("part", "home"), [("teacher", "/me/"), ("chief", "/admin/")])
def test_new_password_is_in_force(client, cast, db_session, part, home):
    who = getattr(cast, part)
    account_id = who.account.id
    sign_in(client, who)

    answer = change(client)

    assert (answer.status_code, answer.location) == (303, home)
    assert opens(db_session, account_id, NEW)
    assert not opens(db_session, account_id, make.PASSWORD)


@pytest.mark.feature("U18")
@pytest.mark.requirement("AU-06")
def test_other_sessions_end_and_the_own_one_gets_a_new_secret(
    app, client, cast, db_session
):
    elsewhere = sign_in(Browser(app, app.response_class), cast.teacher)
    sign_in(client, cast.teacher)
    before = client.secret()

    change(client)

    held = db_session.scalars(select(UserSession.account_id)).all()
    assert held == [cast.teacher.account.id]
    assert client.secret() != before
    assert client.get("/identities").status_code == 200
    assert elsewhere.get("/identities").status_code == 303


REFUSED = {
    "wrong old password": ({"old": "wrong-1234"}, "原密码错误，密码未修改。"),
    "seven signs": (
        {"new": "Abc1234"},
        "密码应为 8-20 位，现为 7 位，请重新设置。",
    ),
    "twenty-one signs": (
        {"new": "Abcdefghij1234567890x"},
        "密码应为 8-20 位，现为 21 位，请重新设置。",
    ),
    "digits only": ({"new": "8301746529"}, "密码不能为纯数字，请加入字母或符号。"),
    "letters only": ({"new": "QwhgRtzplk"}, "密码不能为纯字母，请加入数字或符号。"),
    "common": ({"new": "abc12345"}, "该密码过于常见，容易被猜中，请换一个不常用的密码。"),
    "same as now": (
        {"new": make.PASSWORD},
        "新密码不能与最近 5 次使用过的密码相同，请换一个密码。",
    ),
    "typed differently": ({"again": "Peony-2027-hell"}, "两次输入的密码不一致，请重新输入。"),
}  # fmt: skip


@pytest.mark.feature("U18")
@pytest.mark.feature("P15")
@pytest.mark.requirement("AU-04")
@pytest.mark.parametrize("case", REFUSED)
def test_refused_change(client, cast, db_session, case):
    typed, sentence = REFUSED[case]
    account_id = cast.teacher.account.id
    sign_in(client, cast.teacher)

    page = change(client, **typed)

    assert page.status_code == 400
    assert f">{sentence}</div>" in page.text
    assert opens(db_session, account_id, make.PASSWORD)


@pytest.mark.requirement("AU-04")
def test_last_five_passwords_are_refused_and_the_sixth_is_not(client, cast):
    sign_in(client, cast.teacher)
    used = [make.PASSWORD, *(f"Peony-202{n}-hill" for n in range(5))]
    for old, new in itertools.pairwise(used):
        change(client, old=old, new=new)

    last_five = [change(client, old=used[5], new=past).status_code for past in used[1:]]
    sixth = change(client, old=used[5], new=used[0]).status_code

    assert (last_five, sixth) == ([400] * 5, 303)


@pytest.mark.requirement("AU-02")
def test_old_password_cannot_be_guessed_through_the_form(client, cast):
    sign_in(client, cast.teacher)

    codes = [change(client, old="wrong-1234").status_code for _ in range(6)]

    assert codes == [400] * 5 + [429]


@pytest.mark.requirement("AU-13")
def test_very_long_password_is_refused_unhashed(client, cast):
    sign_in(client, cast.teacher)

    assert change(client, new="a1" * 8_000).status_code == 400
    assert change(client, old="a1" * 50_000).status_code == 413


@pytest.mark.requirement("AD-01")
def test_change_is_in_the_audit_log_without_the_password(client, cast, db_session):
    sign_in(client, cast.teacher)

    change(client)

    line = db_session.scalars(
        select(AuditEntry).where(AuditEntry.action == "change_password")
    ).one()
    assert (line.account_id, line.object_id) == (
        cast.teacher.account.id,
        str(cast.teacher.account.id),
    )
    assert (line.before, line.after) == (None, None)


# --- Who must change --------------------------------------------------------


@pytest.fixture
def must_change(client, cast, db_session):
    cast.teacher.account.must_change_password = True
    db_session.commit()
    return sign_in(client, cast.teacher)


OPEN = {"/password", "/sign-out"}


@pytest.mark.requirement("AU-05")
def test_every_other_page_leads_to_the_change(app, must_change, cast):
    answers = {path: must_change.get(path) for path in readable_routes(app)}

    led = {
        path: (answer.status_code, answer.location)
        for path, answer in answers.items()
        if path not in OPEN
    }
    assert len(led) > 5
    assert set(led.values()) == {(303, "/password")}
    assert cast.teacher.name not in "".join(answer.text for answer in answers.values())


@pytest.mark.requirement("AU-05")
def test_every_other_act_is_refused(app, must_change):
    codes = {
        path: must_change.open(path, method=method).status_code
        for method, path in unsafe_routes(app)
        if path not in OPEN
    }

    assert set(codes.values()) == {403}


@pytest.mark.requirement("AU-05")
def test_change_opens_the_portal(must_change):
    held_back = must_change.get("/identities").status_code

    answer = change(must_change)

    assert (held_back, answer.location) == (303, "/me/")
    assert must_change.get("/identities").status_code == 200


@pytest.mark.requirement("AU-05")
def test_sign_out_is_open(must_change):
    assert must_change.post("/sign-out").status_code == 303
