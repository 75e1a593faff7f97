"""Passwords reset, accounts locked and opened, by units and by the platform."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.models import Account, AuditEntry, RateCounter, UserSession
from admin_app.operations.passwords import matches
from admin_app.web.clock import now
from tests import factories as make
from tests.browsing import Browser, column, sign_in

NEW = "Peony-2027-hill"
TELL = "请告知本人：初始密码为身份证号码后 6 位（X 大写），24 小时内有效，只能登录一次，登录后须立即修改密码。"


def do(client, screen, action, row_id, *, confirmed="1", **more):
    data = {"action": action, "rowid": str(row_id), "confirmed": confirmed} | more
    return client.post(f"/admin/{screen}/action/", data=data)


def note(page):
    found = re.search(r'class="told-note">(.*?)</p>', page.text)
    return found[1] if found else None


def refusal(page):
    found = re.search(r"<dt>(.*?)</dt>", page.text)
    return found[1] if found else None


def enter(app, person, password, window="individual"):
    client = Browser(app, app.response_class)
    data = {"id_number": person.id_number, "password": password}
    return client, client.post(f"/sign-in/{window}", data=data)


def lock_out(app, person):
    for _ in range(6):
        enter(app, person, "wrong-1234")


def account(db_session, account_id):
    db_session.expire_all()
    db_session.rollback()
    return db_session.get(Account, account_id)


# --- A unit resets its people (P27, U42) --------------------------------------


@pytest.mark.feature("P27", "U42")
@pytest.mark.requirement("AU-05")
def test_unit_resets_and_the_person_sets_a_new_password(app, client, cast, db_session):
    number = make.id_number(birth="19790306")
    cast.teacher.id_number = number
    db_session.commit()
    elsewhere = sign_in(Browser(app, app.response_class), cast.teacher)
    sign_in(client, cast.chief, proven=True)

    listed = client.get("/admin/person-query/").text
    asked = do(client, "person-query", "reset_password", cast.teacher.id, confirmed="")
    told = do(client, "person-query", "reset_password", cast.teacher.id)

    assert 'value="reset_password"' in listed
    assert "原密码失效，已登录的设备全部退出" in asked.text
    assert note(told) == TELL
    # At once nobody is signed in any more, and the old password opens nothing.
    assert elsewhere.get("/me/").status_code == 303
    assert enter(app, cast.teacher, make.PASSWORD)[1].status_code == 400
    person, answer = enter(app, cast.teacher, number[-6:].upper())
    assert answer.location == "/password"
    change = {"old_password": number[-6:], "new_password": NEW, "confirmation": NEW}
    assert person.get("/me/").location == "/password"
    assert person.post("/password", data=change).location == "/me/"


@pytest.mark.feature("P27")
@pytest.mark.requirement("AU-05")
def test_initial_password_works_once_and_for_a_day(app, client, cast):
    sign_in(client, cast.chief, proven=True)
    initial = cast.teacher.id_number[-6:]
    do(client, "person-query", "reset_password", cast.teacher.id)
    first = enter(app, cast.teacher, initial)[1]
    second = enter(app, cast.teacher, initial)[1]
    do(client, "person-query", "reset_password", cast.colleague.id)
    with app.app_context():
        later = now() + timedelta(hours=25)
    app.extensions["clock"] = lambda: later
    late = enter(app, cast.colleague, cast.colleague.id_number[-6:])[1]

    assert (first.status_code, second.status_code, late.status_code) == (303, 403, 403)
    for page in (second, late):
        assert "初始密码已使用或已过期，请联系单位管理员重新重置密码。" in page.text


@pytest.mark.requirement("AU-05")
def test_initial_password_ends_in_a_capital_x_only(app, client, cast, db_session):
    numbers = (make.id_number(n, birth="19850101") for n in range(1, 400))
    cast.teacher.id_number = next(n for n in numbers if n.endswith("X"))
    db_session.commit()
    sign_in(client, cast.chief, proven=True)
    do(client, "person-query", "reset_password", cast.teacher.id)
    initial = cast.teacher.id_number[-6:]

    small = enter(app, cast.teacher, initial.lower())[1].status_code
    capital = enter(app, cast.teacher, initial)[1].status_code

    assert (small, capital) == (400, 303)


@pytest.mark.requirement("AU-05")
def test_second_proof_is_asked_where_the_setting_says_so(make_app, cast, db_session):
    app = make_app(reset_second_proof=True)
    chief = sign_in(Browser(app, app.response_class), cast.chief, proven=True)
    told = note(do(chief, "person-query", "reset_password", cast.teacher.id))
    code = re.search(r"激活码为 (\w{8})；", told)[1]
    initial = cast.teacher.id_number[-6:]
    person, answer = enter(app, cast.teacher, initial)
    change = {"old_password": initial, "new_password": NEW, "confirmation": NEW}

    missing = person.post("/password", data=change)
    wrong = person.post("/password", data=change | {"activation": "WRONG234"})
    right = person.post("/password", data=change | {"activation": code})

    assert answer.location == "/password"
    assert (missing.status_code, wrong.status_code) == (400, 400)
    assert "激活码错误，密码未修改。激活码由为您重置密码的管理员告知。" in wrong.text
    assert right.location == "/me/"
    assert account(db_session, cast.teacher.account.id).activation_hash is None


@pytest.mark.feature("P27")
@pytest.mark.requirement("AU-05")
def test_administrator_gets_no_initial_password(app, client, cast, db_session):
    make.assignment(
        db_session,
        cast.colleague.account,
        cast.school,
        make.role(db_session, "person_query:view", unit=cast.school),
    )
    db_session.commit()
    sign_in(client, cast.chief, proven=True)

    told = note(do(client, "person-query", "reset_password", cast.colleague.id))

    code = re.search(r"一次性密码 (\w{10})：", told)[1]
    initial = cast.colleague.id_number[-6:]
    assert enter(app, cast.colleague, initial)[1].status_code == 400
    assert enter(app, cast.colleague, code)[1].location == "/password"


@pytest.mark.feature("P27")
def test_person_out_of_scope_is_not_found_and_unchanged(client, cast, db_session):
    sign_in(client, cast.chief, proven=True)

    answer = do(client, "person-query", "reset_password", cast.stranger.id)

    kept = account(db_session, cast.stranger.account.id)
    assert answer.status_code == 404
    assert matches(kept.password_hash, make.PASSWORD)


@pytest.mark.feature("P27")
def test_without_the_right_no_reset_is_offered_nor_done(client, cast):
    sign_in(client, cast.reviewer, proven=True)

    listed = client.get("/admin/person-query/").text
    answer = do(client, "person-query", "reset_password", cast.teacher.id)

    assert 'value="reset_password"' not in listed
    assert answer.status_code == 403


@pytest.mark.feature("P27")
def test_person_without_an_account_is_told(client, cast, db_session):
    newcomer = make.person(db_session, cast.school)
    db_session.commit()
    sign_in(client, cast.chief, proven=True)

    page = do(client, "person-query", "reset_password", newcomer.id)

    assert refusal(page) == "该人员没有登录账号，请本人先注册。"


@pytest.mark.requirement("AU-03")
def test_unit_lifts_the_lock_of_its_people(app, client, cast, db_session):
    lock_out(app, cast.teacher)
    locked = enter(app, cast.teacher, make.PASSWORD)[1].status_code
    sign_in(client, cast.chief, proven=True)

    do(client, "person-query", "unlock", cast.teacher.id)

    assert locked == 400
    assert enter(app, cast.teacher, make.PASSWORD)[1].location == "/me/"


@pytest.mark.requirement("AU-03")
def test_locked_administrator_enters_with_the_code_of_a_reset(app, client, cast):
    person = cast.reviewer.account.person
    lock_out(app, person)
    sign_in(client, cast.chief, proven=True)

    told = client.post(f"/admin/unit-admins/reset-password/?id={cast.reviewer.id}").text

    code = re.search(r"data-copy=.(\w{10})", told)[1]
    assert enter(app, person, code, "employer")[1].location == "/password"


# --- The platform's accounts (R04) ---------------------------------------------


@pytest.fixture
def root(client, cast):
    return sign_in(client, cast.superuser, proven=True)


@pytest.mark.feature("R04")
def test_locked_account_is_out_at_once_and_cannot_enter(app, root, cast, db_session):
    elsewhere = sign_in(Browser(app, app.response_class), cast.teacher)
    key = cast.teacher.account.id

    bare = do(root, "accounts", "lock", key)
    do(root, "accounts", "lock", key, comment="本人申请停用")

    page = enter(app, cast.teacher, make.PASSWORD)[1]
    kept = account(db_session, key)
    line = db_session.scalars(
        select(AuditEntry).where(AuditEntry.action == "lock_account")
    ).one()
    assert (bare.status_code, "请填写原因" in bare.text) == (422, True)
    assert elsewhere.get("/me/").status_code == 303
    assert (page.status_code, "账号已禁用" in page.text) == (403, True)
    assert (kept.is_disabled, kept.disabled_reason) == (True, "本人申请停用")
    assert (line.object_id, line.after) == (str(key), {"reason": "本人申请停用"})
    assert "本人申请停用" in root.get(f"/admin/accounts/details/?id={key}").text


@pytest.mark.feature("R04")
def test_unlocked_account_enters_also_after_wrong_passwords(app, root, cast):
    key = cast.teacher.account.id
    do(root, "accounts", "lock", key, comment="重复注册")
    lock_out(app, cast.teacher)

    do(root, "accounts", "unlock", key)

    assert enter(app, cast.teacher, make.PASSWORD)[1].location == "/me/"


@pytest.mark.requirement("AU-02")
def test_account_offers_what_fits_and_speaks_a_language_of_the_list(
    root, cast, db_session
):
    key = cast.teacher.account.id
    page = f"/admin/accounts/details/?id={key}"

    before = root.get(page).text
    refused = root.post(f"/admin/accounts/edit/?id={key}", data={"locale": "fr"})
    do(root, "accounts", "lock", key, comment="重复注册")
    after = root.get(page).text

    assert "中文" in before
    assert refused.status_code == 422
    assert ('value="lock"' in before, 'value="unlock"' in before) == (True, False)
    assert ('value="lock"' in after, 'value="unlock"' in after) == (False, True)
    db_session.refresh(cast.teacher.account)
    assert cast.teacher.account.locale == "zh"


def test_unlocking_forgets_the_counters(app, root, cast, db_session):
    lock_out(app, cast.teacher)
    of_account = select(RateCounter.key).where(RateCounter.key.like("entry-account:%"))
    before = len(db_session.scalars(of_account).all())

    do(root, "accounts", "unlock", cast.teacher.account.id)

    db_session.rollback()
    assert (before, db_session.scalars(of_account).all()) == (1, [])


@pytest.mark.feature("R04")
def test_platform_ends_sessions_and_resets(app, root, cast, db_session):
    elsewhere = sign_in(Browser(app, app.response_class), cast.teacher)
    key = cast.teacher.account.id

    do(root, "accounts", "end_sessions", key)
    again = do(root, "accounts", "end_sessions", key)
    told = note(do(root, "accounts", "reset_password", key))

    held = select(UserSession).where(UserSession.account_id == key)
    assert elsewhere.get("/me/").status_code == 303
    assert refusal(again) == "该账号当前没有登录，无需结束会话。"
    assert told == TELL
    assert db_session.scalars(held).all() == []
    assert account(db_session, key).must_change_password


@pytest.mark.feature("R04")
def test_sessions_are_told_and_found_by_name(app, root, cast):
    for person in (cast.teacher, cast.stranger):
        sign_in(Browser(app, app.response_class), person)

    every = column(root.get("/admin/user-sessions/").text, "姓名")
    found = column(root.get("/admin/user-sessions/?search=王老师").text, "姓名")

    assert sorted(every) == sorted(["系统管理员", "王老师", "赵老师"])
    assert found == ["王老师"]


@pytest.mark.feature("R04")
@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        ("lock", "不能锁定本人正在使用的账号。"),
        ("reset_password", "系统管理员的密码不能在此重置。"),
        ("end_sessions", "本人的登录请到“登录与安全”中管理。"),
    ],
)
def test_own_account_stays(root, cast, action, sentence):
    page = do(root, "accounts", action, cast.superuser.id, comment="原因")

    assert refusal(page) == sentence


@pytest.mark.feature("R04")
def test_many_resets_at_once_are_refused(root, cast, db_session):
    people = [make.person(db_session, cast.school) for _ in range(21)]
    rows = [make.account(db_session, person).id for person in people]
    db_session.commit()
    data = {
        "action": "reset_password",
        "rowid": [str(key) for key in rows],
        "confirmed": "1",
    }

    page = root.post("/admin/accounts/action/", data=data)

    assert page.status_code == 409
    assert "一次最多办理 20 个账号，请分次办理。" in page.text


@pytest.mark.feature("R04")
def test_nobody_else_reaches_accounts(client, cast):
    sign_in(client, cast.province_chief, proven=True)

    assert do(client, "accounts", "lock", cast.teacher.account.id).status_code == 403
