"""忘记密码: a code to a verified address, then a new password (P26, AU-03, AU-09)."""

import os
import re
import threading
from base64 import b32decode
from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.enums import Channel
from admin_app.models import Account, AuditEntry, OutgoingMessage, UserSession
from admin_app.operations.passwords import matches
from admin_app.operations.second_factor import new_secret, switch_on
from admin_app.web import codes
from admin_app.web.clock import now as present
from tests import factories as make
from tests.browsing import sign_in
from tests.recovering import (
    NEW,
    ask,
    browse,
    last_code,
    messages,
    obtain,
    prove,
    renew,
    send,
    trial,
    verify,
    work_off,
)
from tests.rules.test_totp import code_at

LOCKED = 100 if os.environ.get("CE_TEST_SOAK") else 5
"""How many accounts the attacker locks."""


@pytest.fixture
def program(make_app, tmp_path):
    return trial(make_app, tmp_path)


@pytest.fixture
def visitor(program):
    return browse(program)


@pytest.fixture
def teacher(cast, db_session):
    verify(db_session, cast.teacher)
    return cast.teacher


def errors(page):
    return re.findall(r'class="field-error"[^>]*>(.*?)</div>', page.text)


def opens(db_session, account_id, password):
    db_session.rollback()
    kept = db_session.scalar(
        select(Account.password_hash).where(Account.id == account_id)
    )
    return matches(kept, password)


@pytest.mark.feature("P26")
@pytest.mark.requirement("AU-09")
@pytest.mark.parametrize("channel", ["mobile", "email"])
def test_code_to_a_verified_address_opens_the_way_to_a_new_password(
    visitor, program, teacher, db_session, channel
):
    elsewhere = sign_in(browse(program), teacher)
    address = teacher.mobile if channel == "mobile" else teacher.email

    code = obtain(visitor, teacher.id_number, channel)
    proven = prove(visitor, code)
    answer = renew(visitor)

    assert proven.location == "/forgot-password/new"
    assert (answer.status_code, answer.location) == (303, "/sign-in/individual")
    assert messages(program)[0].startswith(f"{address}\n")
    assert opens(db_session, teacher.account.id, NEW)
    # Nobody is signed in by it, and who was is no longer.
    assert visitor.get("/identities").status_code == 303
    assert elsewhere.get("/identities").status_code == 303
    held = select(UserSession).where(UserSession.account_id.is_not(None))
    assert db_session.scalars(held).all() == []


@pytest.mark.feature("P26")
@pytest.mark.parametrize("window", ["individual", "employer", "base", "authority"])
def test_every_window_leads_to_it_and_it_leads_back(
    visitor, teacher, window, db_session
):
    link = f"/forgot-password?user_type={window}"

    shown = visitor.get(f"/sign-in/{window}").text
    ask(visitor, teacher.id_number, user_type=window)
    send(visitor)
    work_off(visitor.application)
    prove(visitor, last_code(visitor.application))

    assert f'href="{link}">忘记密码</a>' in shown
    assert renew(visitor).location == f"/sign-in/{window}"


def plain(page):
    return re.sub(r'nonce="[^"]+"|[0-9a-f]{64}|1\d\d\*{6}\d\d', "", page.text)


@pytest.mark.feature("P26")
@pytest.mark.requirement("AU-09")
def test_answers_are_the_same_with_and_without_an_account(
    program, cast, db_session, statements
):
    verify(db_session, cast.teacher, Channel.mobile)
    # Numbers whose made-up answer offers a mobile only, as the teacher's does.
    unknown = [make.id_number() for _ in range(12)]
    seen, counts = {}, {}
    for name, number in [
        ("verified", cast.teacher.id_number),
        ("unverified", cast.colleague.id_number),
        *(("unknown", number) for number in unknown),
    ]:
        client = browse(program)
        client.get("/forgot-password")
        with statements() as run:
            asked = ask(client, number)
            page = client.get("/forgot-password/code")
            sent = send(client)
            after = client.get("/forgot-password/code")
            wrong = prove(client, "000000")
        if page.text.count('type="radio"') > 1:
            continue
        counts.setdefault(name, len(run))
        seen.setdefault(name, set()).add(
            (asked.status_code, asked.location, plain(page), sent.status_code,
             sent.location, plain(after), wrong.status_code, plain(wrong))
        )  # fmt: skip

    assert len(seen["verified"]) == 1
    assert seen["unknown"] == seen["verified"]
    assert seen.get("unverified", seen["verified"]) == seen["verified"]
    assert counts["unknown"] == counts["verified"]


@pytest.mark.requirement("AU-09")
def test_asking_again_shows_the_same_made_up_address(program):
    number, shown = make.id_number(), set()
    for _ in range(3):
        client = browse(program)
        ask(client, number)
        page = client.get("/forgot-password/code").text
        shown.add(re.search(r"1\d\d\*{6}\d\d", page)[0])

    assert len(shown) == 1


@pytest.mark.requirement("AU-09")
def test_nothing_is_sent_to_an_unverified_or_a_changed_address(
    visitor, program, cast, db_session
):
    verify(db_session, cast.teacher)
    cast.teacher.mobile, cast.teacher.email = "15400009999", "new@example.com"
    db_session.commit()

    for person in (cast.teacher, cast.colleague):
        client = browse(program)
        ask(client, person.id_number)
        send(client)
    done = work_off(program)

    assert (done, messages(program)) == (2, [])
    assert db_session.scalars(select(OutgoingMessage)).all() == []


# --- Refusals ---------------------------------------------------------------


@pytest.mark.feature("P26")
@pytest.mark.requirement("AU-09")
def test_five_wrong_codes_kill_the_code(visitor, teacher, db_session):
    code = obtain(visitor, teacher.id_number)
    wrong = "000000" if code != "000000" else "111111"

    told = [errors(prove(visitor, wrong)) for _ in range(6)]
    right = prove(visitor, code)

    assert told[:4] == [
        [f"验证码错误，还可以再试 {left} 次。"] for left in (4, 3, 2, 1)
    ]
    assert told[4:] == [["验证码错误次数过多，请重新获取验证码。"]] * 2
    assert errors(right) == ["验证码错误次数过多，请重新获取验证码。"]
    assert visitor.get("/forgot-password/new").location == "/forgot-password"


@pytest.mark.requirement("AU-09")
def test_of_a_thousand_guesses_five_are_looked_at(visitor, teacher, monkeypatch):
    code = obtain(visitor, teacher.id_number)
    looked = []
    compare = codes.secrets.compare_digest
    monkeypatch.setattr(
        codes.secrets,
        "compare_digest",
        lambda *pair: looked.append(pair[0]) or compare(*pair),
    )
    guesses = [f"{n:06d}" for n in range(40) if f"{n:06d}" != code]

    answers = [prove(visitor, guess).status_code for guess in guesses]

    kept = looked[0]
    assert set(answers) == {400}
    assert looked.count(kept) == 5


@pytest.mark.feature("P26")
@pytest.mark.requirement("AU-09")
def test_code_is_over_after_five_minutes(visitor, program, teacher):
    moment = present_of(program)
    program.extensions["clock"] = lambda: moment
    code = obtain(visitor, teacher.id_number)

    program.extensions["clock"] = lambda: moment + timedelta(minutes=5)
    page = prove(visitor, code)

    assert errors(page) == ["验证码已过期，请重新获取验证码。"]


def present_of(program):
    with program.app_context():
        return present()


@pytest.mark.feature("P26")
@pytest.mark.requirement("AU-09")
def test_code_is_worthless_in_another_browser(visitor, program, teacher):
    code = obtain(visitor, teacher.id_number)
    thief = browse(program)
    ask(thief, teacher.id_number)

    page = prove(thief, code)

    assert page.status_code == 400
    assert (
        "请先在本页获取验证码；验证码只在获取它的浏览器中有效，且只能使用一次。"
        in page.text
    )
    assert prove(visitor, code).location == "/forgot-password/new"


@pytest.mark.requirement("AU-09")
def test_code_of_one_account_does_not_open_another(visitor, teacher, cast, db_session):
    verify(db_session, cast.colleague)
    code = obtain(visitor, teacher.id_number)
    ask(visitor, cast.colleague.id_number)

    assert prove(visitor, code).status_code == 400


@pytest.mark.requirement("AU-09")
def test_of_eight_parallel_uses_one_succeeds(visitor, program, teacher):
    code = obtain(visitor, teacher.id_number)
    secret, gate, answers = visitor.secret(), threading.Barrier(8), []

    def use():
        client = browse(program)
        client.take(secret)
        gate.wait()
        answers.append(prove(client, code).status_code)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [303] + [400] * 7


@pytest.mark.feature("P26")
@pytest.mark.requirement("AU-09")
def test_next_code_waits_a_minute_and_a_day_has_five(visitor, program, teacher):
    moment = present_of(program)
    program.extensions["clock"] = lambda: moment
    ask(visitor, teacher.id_number)
    told = []
    for turn in range(7):
        program.extensions["clock"] = lambda turn=turn: (
            moment + timedelta(seconds=61 * max(turn - 1, 0))
        )
        page = send(visitor)
        told.append((page.status_code, errors(page)))

    assert told[0][0] == 303
    assert told[1] == (429, ["请在 60 秒后再获取验证码。"])
    assert [status for status, _ in told[2:6]] == [303] * 4
    assert told[6] == (
        429,
        ["今天获取验证码已达 5 次，请明天再试。"],
    )


@pytest.mark.feature("P26")
@pytest.mark.requirement("AU-04")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("12345678",), "密码不能为纯数字，请加入字母或符号。"),
        (("abc12345",), "该密码过于常见，容易被猜中，请换一个不常用的密码。"),
        ((make.PASSWORD,), "新密码不能与最近 5 次使用过的密码相同，请换一个密码。"),
        ((NEW, "Peony-2027-hell"), "两次输入的密码不一致，请重新输入。"),
    ],
)
def test_weak_password_is_refused_and_another_may_follow(
    visitor, teacher, typed, sentence
):
    prove(visitor, obtain(visitor, teacher.id_number))

    page = renew(visitor, *typed)

    assert (page.status_code, errors(page)) == (400, [sentence])
    assert renew(visitor).location == "/sign-in/individual"


@pytest.mark.feature("P26")
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("41010219800101981", "身份证号码应为 18 位，现为 17 位，请核对。"),
        (make.id_number(1)[:-1] + "!", "身份证号码前 17 位只能是数字，末位只能是数字或 X，请核对。"),
    ],
)  # fmt: skip
def test_number_that_cannot_be_is_told(visitor, number, sentence):
    page = ask(visitor, number)

    assert (page.status_code, errors(page)) == (400, [sentence])


@pytest.mark.feature("P26")
def test_picture_code_guards_the_first_step(make_app, tmp_path, teacher):
    client = browse(trial(make_app, tmp_path, captcha_enabled=True))
    client.get("/captcha.png")

    page = ask(client, teacher.id_number, captcha="WRONG")

    assert (page.status_code, errors(page)) == (400, ["验证码错误"])
    assert client.get("/forgot-password/code").location == "/forgot-password"


@pytest.mark.parametrize("step", ["send", "code", "new"])
def test_later_steps_lead_to_the_first(visitor, step):
    answer = visitor.post(f"/forgot-password/{step}")

    assert (answer.status_code, answer.location) == (303, "/forgot-password")


@pytest.mark.requirement("AU-09")
def test_password_that_was_changed_meanwhile_ends_the_recovery(
    visitor, teacher, db_session
):
    prove(visitor, obtain(visitor, teacher.id_number))
    teacher.account.password_hash = make.hash_password("Tulip-2026-lake")
    db_session.commit()

    answer = renew(visitor)

    assert answer.location == "/forgot-password"
    assert opens(db_session, teacher.account.id, "Tulip-2026-lake")


@pytest.mark.feature("P26")
@pytest.mark.requirement("AU-03")
def test_locked_people_recover_by_code_and_new_password(program, cast, db_session):
    owners = [make.person(db_session, cast.school) for _ in range(LOCKED)]
    for owner in owners:
        make.account(db_session, owner)
        verify(db_session, owner)
    attacker = browse(program)
    for number, owner in enumerate(owners):
        for _ in range(6):
            data = {"id_number": owner.id_number, "password": "wrong-1234"}
            attacker.post(
                "/sign-in/individual",
                data=data,
                environ_overrides={"REMOTE_ADDR": f"10.0.0.{number}"},
            )

    entered = []
    for number, owner in enumerate(owners):
        client = browse(program)
        client.environ_base["REMOTE_ADDR"] = f"10.0.1.{number}"
        data = {"id_number": owner.id_number, "password": make.PASSWORD}
        locked = client.post("/sign-in/individual", data=data).status_code
        # The two steps: the code, and the new password.
        prove(client, obtain(client, owner.id_number))
        renew(client)
        data["password"] = NEW
        entered.append((locked, client.post("/sign-in/individual", data=data).location))

    assert entered == [(400, "/me/")] * LOCKED


@pytest.mark.requirement("AD-01")
def test_recovery_is_in_the_audit_log_without_code_and_address(
    visitor, program, teacher, db_session
):
    code = obtain(visitor, teacher.id_number)
    prove(visitor, "000000" if code != "000000" else "111111")
    prove(visitor, code)
    renew(visitor)

    db_session.rollback()
    lines = db_session.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_kind == "account", AuditEntry.action != "create")
        .order_by(AuditEntry.id)
    ).all()
    told = [(line.action, line.result) for line in lines]
    everything = str([(line.before, line.after) for line in lines])
    assert told[-4:] == [
        ("send_code", "ok"),
        ("recover_password", "refused"),
        ("change_password", "ok"),
        ("recover_password", "ok"),
    ]
    assert {line.object_id for line in lines} == {str(teacher.account.id)}
    assert [secret in everything for secret in (code, teacher.mobile)] == [False, False]


def test_who_is_signed_in_changes_the_password_instead(program, teacher):
    client = sign_in(browse(program), teacher)

    assert client.get("/forgot-password").location == "/password"


def test_without_any_sender_the_page_says_whom_to_ask(make_app, tmp_path, teacher):
    program = trial(make_app, tmp_path, mail_sender="off", sms_sender="off")
    client = browse(program)
    ask(client, teacher.id_number)

    page = client.get("/forgot-password/code")

    assert "本平台暂未开通短信和邮件，请联系单位管理员重置密码。" in page.text
    assert send(client).status_code == 400


@pytest.mark.requirement("AU-09")
def test_second_step_of_signing_in_is_asked_as_before(
    visitor, program, teacher, db_session
):
    secret = new_secret()
    with program.app_context():
        moment = present()
    switch_on(
        db_session,
        account_id=teacher.account.id,
        secret=secret,
        code=code_at(moment, b32decode(secret)),
        now=moment,
    )
    db_session.commit()
    prove(visitor, obtain(visitor, teacher.id_number))
    renew(visitor)

    answer = visitor.post(
        "/sign-in/individual",
        data={"id_number": teacher.id_number, "password": NEW},
    )

    assert answer.location == "/sign-in/code"
    assert visitor.get("/me/").status_code == 303
