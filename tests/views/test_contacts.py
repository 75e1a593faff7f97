"""验证手机 and 验证邮箱: only who reads the code verifies the address (P26, AU-09)."""

import pytest
from sqlalchemy import select

from admin_app.models import VerifiedContact
from tests.browsing import sign_in
from tests.recovering import browse, last_code, messages, trial, work_off
from tests.views.test_recovery import errors


@pytest.fixture
def program(make_app, tmp_path):
    return trial(make_app, tmp_path)


@pytest.fixture
def own(program, cast):
    return sign_in(browse(program), cast.teacher)


def ask(client, channel="mobile"):
    answer = client.post(f"/contacts/{channel}/send")
    work_off(client.application)
    return answer


def confirm(client, code, channel="mobile"):
    return client.post(f"/contacts/{channel}/confirm", data={"code": code})


def kept(db_session):
    db_session.rollback()
    rows = db_session.scalars(select(VerifiedContact)).all()
    return [(row.person_id, row.channel.name, row.address) for row in rows]


@pytest.mark.feature("P26")
@pytest.mark.parametrize("channel", ["mobile", "email"])
def test_own_address_is_verified_by_the_code_sent_to_it(
    own, program, cast, db_session, channel
):
    address = getattr(cast.teacher, channel)
    before = own.get("/contacts").text.count("未验证")

    ask(own, channel)
    answer = confirm(own, last_code(program), channel)

    page = own.get("/contacts").text
    assert messages(program)[0].startswith(f"{address}\n")
    assert (answer.status_code, answer.location) == (303, "/contacts")
    assert kept(db_session) == [(cast.teacher.id, channel, address)]
    assert (before, page.count("未验证"), page.count("已验证")) == (2, 1, 1)
    assert address not in page


@pytest.mark.feature("P26")
def test_administrator_verifies_too(program, cast, db_session):
    client = sign_in(browse(program), cast.chief)
    person_id = cast.chief.account.person_id

    ask(client)
    confirm(client, last_code(program))

    assert [row[:2] for row in kept(db_session)] == [(person_id, "mobile")]


@pytest.mark.feature("P26")
def test_wrong_code_verifies_nothing(own, program, db_session):
    ask(own)
    wrong = "000000" if last_code(program) != "000000" else "111111"

    page = confirm(own, wrong)

    assert (page.status_code, errors(page)) == (400, ["验证码错误，还可以再试 4 次。"])
    assert kept(db_session) == []


def test_code_for_the_number_of_before_does_not_verify_the_new_one(
    own, program, cast, db_session
):
    ask(own)
    cast.teacher.mobile = "15400009999"
    db_session.commit()

    page = confirm(own, last_code(program))

    assert page.status_code == 400
    assert kept(db_session) == []


def test_code_for_the_mobile_does_not_verify_the_mail(own, program, db_session):
    ask(own)

    assert confirm(own, last_code(program), "email").status_code == 400
    assert kept(db_session) == []


def test_without_an_address_nothing_is_sent(own, program, cast, db_session):
    cast.teacher.email = None
    db_session.commit()

    answer = ask(own, "email")

    assert (answer.status_code, messages(program)) == (409, [])
    assert "您还没有填写该联系方式，请先在个人资料中填写。" in answer.text


def test_changed_address_is_verified_again(own, program, cast, db_session):
    ask(own)
    confirm(own, last_code(program))
    cast.teacher.mobile = "15400009999"
    db_session.commit()

    assert own.get("/contacts").text.count("未验证") == 2
