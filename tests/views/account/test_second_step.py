"""两步验证: set up, asked for when signing in, switched off (AU-12)."""

import re
from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.columns import unseal
from admin_app.models import Account, AuditEntry, Authenticator, RecoveryCode
from admin_app.operations.messages import messages_of
from admin_app.operations.second_factor import new_secret, switch_on
from admin_app.rules.totp import plain_code
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.rules.test_totp import code_at

PAGE = "/account/second-step"
WRONG = "动态口令不正确或已使用过，请等手机上显示下一个再输入。"


class Phone:
    """An authenticator with the secret of an account."""

    def __init__(self, secret, clock):
        self.secret, self.clock = b32decode(secret), clock

    def code(self, *, ahead=0):
        return code_at(self.clock() + timedelta(seconds=ahead), self.secret)


@pytest.fixture
def time(app, now):
    """The program's clock, which the test moves."""
    moment = [now]
    app.extensions["clock"] = lambda: moment[0]

    def present(**forward):
        moment[0] += timedelta(**forward)
        return moment[0]

    return present


@pytest.fixture
def enrolled(db_session, cast, time):
    """The teacher's telephone and recovery codes, set up a minute ago."""
    secret = new_secret()
    phone = Phone(secret, time)
    codes = switch_on(
        db_session,
        account_id=cast.teacher.account.id,
        secret=secret,
        code=phone.code(),
        now=time(),
    )
    db_session.commit()
    time(minutes=1)
    return phone, codes


def enter(client, person, *, window="individual", **more):
    data = {"id_number": person.id_number, "password": make.PASSWORD} | more
    return client.post(f"/sign-in/{window}", data=data)


def send(client, **data):
    return client.post("/sign-in/code", data=data)


def is_in(client):
    return client.get("/me/").status_code == 200


def set_up(client, time):
    """Open the page and type the code that a telephone would show."""
    page = client.get(PAGE)
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)[1]
    return Phone(plain_code(secret), time)


# --- Setting up -------------------------------------------------------------


@pytest.mark.requirement("AU-12")
def test_first_code_switches_it_on_and_ten_recovery_codes_are_told(
    client, cast, db_session, time, now
):
    sign_in(client, cast.teacher, at=now)
    phone = set_up(client, time)

    answer = client.post(PAGE, data={"code": phone.code()})
    page = client.get(answer.location)
    codes = re.findall(r"<li><code>([A-Z2-7 ]+)</code></li>", page.text)
    kept = client.post(answer.location)
    again = client.get(answer.location)

    assert (answer.status_code, answer.location) == (303, f"{PAGE}/codes")
    assert len(set(codes)) == 10
    assert (kept.location, again.location) == ("/me/", "/account/security")
    stored = set(db_session.scalars(select(RecoveryCode.code_hash)))
    assert len(stored) == 10
    assert not stored & {plain_code(code) for code in codes}


@pytest.mark.requirement("AU-12")
@pytest.mark.requirement("PR-03")
def test_secret_is_stored_encrypted_and_logged_nowhere(
    client, cast, db_session, time, now
):
    sign_in(client, cast.teacher, at=now)
    phone = set_up(client, time)
    client.post(PAGE, data={"code": phone.code()})

    row = db_session.connection().exec_driver_sql("SELECT secret FROM authenticator")
    stored = row.scalar_one()
    assert b32decode(unseal(stored, name="authenticator.secret")) == phone.secret
    lines = db_session.scalars(
        select(AuditEntry).where(AuditEntry.action == "second_factor_on")
    ).all()
    assert [(line.before, line.after) for line in lines] == [(None, None)]
    told = messages_of(db_session, account_id=cast.teacher.account.id).rows
    assert [m.sentence for m in told] == ["您的账号已开启两步验证。"]


@pytest.mark.parametrize("code", ["", "000000", "abc"])
def test_wrong_first_code_changes_nothing(client, cast, db_session, time, now, code):
    sign_in(client, cast.teacher, at=now)
    phone = set_up(client, time)
    wrong = code if code != phone.code() else "111111"

    page = client.post(PAGE, data={"code": wrong})

    assert page.status_code == 400
    assert (WRONG if code else "此项必填，请填写。") in page.text
    assert set_up(client, time).secret == phone.secret
    assert db_session.scalars(select(Authenticator)).all() == []


def test_setting_up_twice_is_refused(client, cast, db_session, time, now, enrolled):
    phone, _codes = enrolled
    sign_in(client, cast.teacher, at=time())

    page = client.get(PAGE)

    assert page.location == "/account/security"
    kept = db_session.scalars(select(Authenticator.secret)).one()
    assert b32decode(kept) == phone.secret


# --- Signing in -------------------------------------------------------------


def test_password_alone_opens_nothing(client, cast, enrolled):
    answer = enter(client, cast.teacher)

    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    assert client.get("/sign-in/code").status_code == 200
    assert not is_in(client)


def test_code_of_the_telephone_opens_the_portal(client, cast, enrolled):
    phone, _codes = enrolled
    enter(client, cast.teacher, next="/me/profile")
    before = client.secret()

    answer = send(client, code=phone.code())

    assert (answer.status_code, answer.location) == (303, "/me/profile")
    assert is_in(client)
    assert client.secret() != before


def test_wrong_password_tells_nothing_of_the_second_step(client, cast, enrolled):
    answer = enter(client, cast.teacher, password="wrong-1234")

    assert answer.status_code == 400
    assert send(client, code="123456").location == "/sign-in/individual"


@pytest.mark.requirement("AU-12")
@pytest.mark.parametrize(
    ("ahead", "status"), [(31, 303), (-31, 303), (61, 400), (-61, 400)]
)
def test_clock_of_the_telephone(client, cast, enrolled, time, ahead, status):
    phone, _codes = enrolled
    time(minutes=5, seconds=15)
    enter(client, cast.teacher)

    answer = send(client, code=phone.code(ahead=ahead))

    assert answer.status_code == status
    assert (WRONG in answer.text) == (status == 400)


@pytest.mark.requirement("AU-12")
def test_one_of_eight_that_send_the_same_code_at_once_gets_in(app, cast, enrolled):
    phone, _codes = enrolled
    browsers = [Browser(app, app.response_class) for _number in range(8)]
    for browser in browsers:
        enter(browser, cast.teacher)
    code = phone.code()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda browser: send(browser, code=code), browsers))

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses.count(303) == 1
    assert set(statuses[1:]) <= {400, 429}
    assert sum(is_in(browser) for browser in browsers) == 1


@pytest.mark.requirement("AU-02")
def test_five_wrong_codes_lock_the_sixth(client, cast, enrolled, time):
    phone, _codes = enrolled
    enter(client, cast.teacher)
    wrong = [send(client, code="x").status_code for _number in range(5)]

    locked = send(client, code=phone.code())
    time(minutes=16)
    enter(client, cast.teacher)
    unlocked = send(client, code=phone.code())

    assert wrong == [400] * 5
    assert (locked.status_code, unlocked.status_code) == (429, 303)


@pytest.mark.parametrize("minutes", [6, 60])
def test_password_shown_long_ago_counts_no_more(client, cast, enrolled, time, minutes):
    phone, _codes = enrolled
    enter(client, cast.teacher)
    time(minutes=minutes)

    answer = send(client, code=phone.code())

    assert answer.location == "/sign-in/individual"
    assert not is_in(client)


def test_password_changed_meanwhile_counts_no_more(client, cast, enrolled, db_session):
    phone, _codes = enrolled
    enter(client, cast.teacher)
    account = db_session.get_one(Account, cast.teacher.account.id)
    account.password_hash = account.password_hash + " "
    db_session.commit()

    answer = send(client, code=phone.code())

    assert answer.location == "/sign-in/individual"
    assert not is_in(client)


@pytest.mark.requirement("AU-12")
def test_recovery_code_opens_once_and_is_told(client, app, cast, enrolled, db_session):
    _phone, codes = enrolled
    enter(client, cast.teacher)
    other = Browser(app, app.response_class)
    enter(other, cast.teacher)

    first = send(client, recovery_code=codes[0].lower())
    second = send(other, recovery_code=codes[0])

    assert (first.status_code, second.status_code) == (303, 400)
    assert "恢复码不正确或已使用过，请核对后重新输入。" in second.text
    db_session.rollback()
    newest = messages_of(db_session, account_id=cast.teacher.account.id).rows[0]
    assert newest.values == {"left": 9}


def test_recovery_code_of_another_account_opens_nothing(
    client, cast, enrolled, db_session, time
):
    secret = new_secret()
    foreign = switch_on(
        db_session,
        account_id=cast.colleague.account.id,
        secret=secret,
        code=Phone(secret, time).code(),
        now=time(),
    )
    db_session.commit()
    enter(client, cast.teacher)

    assert send(client, recovery_code=foreign[0]).status_code == 400


# --- Switching off ----------------------------------------------------------


def test_password_and_code_switch_it_off(client, cast, enrolled, db_session, time):
    phone, _codes = enrolled
    sign_in(client, cast.teacher, at=time())

    answer = client.post(
        f"{PAGE}/off", data={"password": make.PASSWORD, "code": phone.code()}
    )

    assert (answer.status_code, answer.location) == (303, "/account/security")
    assert db_session.scalars(select(Authenticator)).all() == []
    assert db_session.scalars(select(RecoveryCode)).all() == []
    assert enter(Browser(client.application), cast.teacher).location == "/me/"


NOT_OFF = {
    "wrong password": ({"password": "wrong-1234"}, "密码错误，两步验证没有关闭。"),
    "wrong code": ({"code": "x"}, WRONG),
    "no password": ({"password": ""}, "此项必填，请填写。"),
}


@pytest.mark.parametrize("case", NOT_OFF)
def test_one_of_both_does_not_switch_it_off(
    client, cast, enrolled, db_session, time, case
):
    phone, _codes = enrolled
    typed, sentence = NOT_OFF[case]
    sign_in(client, cast.teacher, at=time())

    page = client.post(
        f"{PAGE}/off",
        data={"password": make.PASSWORD, "code": phone.code()} | typed,
    )

    assert page.status_code == 400
    assert sentence in page.text
    assert len(db_session.scalars(select(Authenticator)).all()) == 1


@pytest.mark.requirement("AU-03")
def test_platform_lets_in_again_who_lost_the_telephone(
    client, app, cast, enrolled, db_session, time
):
    sign_in(client, cast.superuser, at=time(), proven=True)
    account_id = cast.teacher.account.id
    path = "/admin/accounts/action/"
    asked = {"action": "take_off_second_step", "rowid": account_id, "confirmed": "1"}

    unexplained = client.post(path, data=asked)
    page = client.post(
        path, data=asked | {"comment": "手机丢失"}, follow_redirects=True
    )
    again = client.post(
        path, data=asked | {"comment": "手机丢失"}, follow_redirects=True
    )

    assert unexplained.status_code == 422
    assert page.status_code == 200
    assert "该账号没有开启两步验证。" in again.text
    assert enter(Browser(app, app.response_class), cast.teacher).location == "/me/"
    db_session.rollback()
    line = db_session.scalars(
        select(AuditEntry).where(AuditEntry.action == "second_factor_off")
    ).one()
    assert (line.object_id, line.after) == (str(account_id), {"reason": "手机丢失"})


def test_command_lets_a_superuser_in_again(app, cast, db_session, time, now):
    secret = new_secret()
    switch_on(
        db_session,
        account_id=cast.superuser.id,
        secret=secret,
        code=Phone(secret, time).code(),
        now=now,
    )
    db_session.commit()
    run = app.test_cli_runner().invoke
    command = ["superuser", "second-step-off"]

    refused = run(args=[*command, cast.teacher.id_number])
    done = run(args=[*command, cast.superuser.person.id_number])

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert "没有该身份证号码的系统管理员" in refused.output
    db_session.rollback()
    assert db_session.scalars(select(Authenticator)).all() == []


# --- Where it is required of administrators ---------------------------------


@pytest.fixture
def strict(make_app, time):
    """A browser of the program that requires it, at the same time."""
    other = make_app(require_admin_totp=True)
    other.extensions["clock"] = time
    return Browser(other, other.response_class)


@pytest.mark.requirement("AU-12")
@pytest.mark.parametrize("part", ["chief", "superuser"])
def test_administrator_is_led_to_set_it_up_before_anything_else(
    strict, cast, time, part
):
    sign_in(strict, getattr(cast, part), at=time())

    led = [strict.get(path).location for path in ("/admin/", "/admin/people/", "/")]
    refused = strict.post("/account/messages/read").status_code
    phone = set_up(strict, time)
    strict.post(PAGE, data={"code": phone.code()})

    assert led == [PAGE] * 3
    assert refused == 403
    assert strict.get("/admin/").status_code == 200


@pytest.mark.requirement("AU-12")
def test_individual_is_only_offered_it(strict, cast, time):
    sign_in(strict, cast.teacher, at=time())

    assert strict.get("/me/").status_code == 200
    assert "开启两步验证" in strict.get("/account/security").text


def test_nobody_is_led_where_it_is_not_required(client, cast):
    sign_in(client, cast.chief)

    assert client.get("/admin/").status_code == 200
