"""The picture code works once, for two minutes, before the password (AU-01)."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app.models import Captcha, RateCounter
from admin_app.web import captcha
from tests import factories as make
from tests.browsing import Browser

ANSWER = "ABCDE"


@pytest.fixture
def guarded(make_app):
    return make_app(captcha_enabled=True)


@pytest.fixture
def visitor(guarded):
    return Browser(guarded, guarded.response_class)


@pytest.fixture
def drawn(monkeypatch):
    """Every picture shows the next of these texts."""
    texts = [ANSWER, "FGHJK", "MNPQR"]
    signs = iter("".join(texts))
    # Chance itself is replaced, so that the answer is known; nothing else.
    monkeypatch.setattr(captcha.secrets, "choice", lambda _alphabet: next(signs))
    return texts


def attempt(client, person, code, *, password=make.PASSWORD):
    data = {"id_number": person.id_number, "password": password, "captcha": code}
    return client.post("/sign-in/individual", data=data)


def is_code_wrong(page):
    return "验证码错误" in page.text


@pytest.mark.feature("U10")
@pytest.mark.requirement("AU-01")
def test_right_code_lets_in(visitor, cast, drawn):
    picture = visitor.get("/captcha.png")

    answer = attempt(visitor, cast.teacher, "abcde")

    assert picture.mimetype == "image/png"
    assert picture.data[:8] == b"\x89PNG\r\n\x1a\n"
    assert answer.status_code == 303


@pytest.mark.feature("U12")
@pytest.mark.requirement("AU-01")
def test_wrong_code_is_told_and_the_password_is_not_tried(
    visitor, cast, drawn, db_session
):
    visitor.get("/captcha.png")

    page = attempt(visitor, cast.teacher, "WRONG", password="wrong-1234")

    tried = db_session.scalars(
        select(RateCounter.key).where(RateCounter.key.like("entry-account:%"))
    ).all()
    assert is_code_wrong(page)
    assert tried == []
    assert f'value="{cast.teacher.id_number}"' in page.text


@pytest.mark.feature("U10")
@pytest.mark.requirement("AU-01")
@pytest.mark.parametrize("first", ["ABCDE", "WRONG"], ids=["right", "wrong"])
def test_code_is_used_up_by_the_first_answer(visitor, cast, drawn, first):
    visitor.get("/captcha.png")
    attempt(visitor, cast.teacher, first, password="wrong-1234")

    page = attempt(visitor, cast.teacher, "ABCDE")

    assert is_code_wrong(page)


@pytest.mark.feature("U12")
@pytest.mark.requirement("AU-01")
def test_refresh_makes_the_last_picture_worthless(visitor, cast, drawn):
    first = visitor.get("/captcha.png")
    second = visitor.get("/captcha.png")

    old = attempt(visitor, cast.teacher, drawn[0])
    visitor.get("/captcha.png")
    newest = attempt(visitor, cast.teacher, drawn[2])

    assert first.data != second.data
    assert is_code_wrong(old)
    assert newest.status_code == 303


@pytest.mark.requirement("AU-01")
@pytest.mark.parametrize(("seconds", "accepted"), [(119, True), (121, False)])
def test_code_lives_two_minutes(visitor, cast, drawn, clock, seconds, accepted):
    visitor.get("/captcha.png")

    clock.tick(timedelta(seconds=seconds))
    answer = attempt(visitor, cast.teacher, ANSWER)

    assert (answer.status_code == 303) is accepted


@pytest.mark.requirement("AU-01")
def test_code_of_another_browser_is_wrong(guarded, visitor, cast, drawn):
    visitor.get("/captcha.png")

    page = attempt(Browser(guarded, guarded.response_class), cast.teacher, ANSWER)

    assert is_code_wrong(page)


@pytest.mark.requirement("AU-01")
def test_of_eight_parallel_answers_one_is_accepted(guarded, visitor, drawn):
    visitor.get("/captcha.png")
    secret = visitor.secret()
    verdicts = []
    gate = threading.Barrier(8)

    def answer():
        cookie = {"Cookie": f"session={secret}"}
        with guarded.test_request_context(method="POST", headers=cookie):
            gate.wait()
            verdicts.append(captcha.consume(ANSWER))

    threads = [threading.Thread(target=answer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(verdicts) == [False] * 7 + [True]


@pytest.mark.requirement("AU-01")
def test_answer_is_nowhere_outside(visitor, drawn, db_session):
    page = visitor.get("/sign-in/individual")
    picture = visitor.get("/captcha.png")

    stored = db_session.scalars(select(Captcha)).one()
    outside = page.text + str(picture.headers) + stored.id + stored.answer
    assert ANSWER not in outside
    assert ANSWER.encode() not in picture.data


@pytest.mark.requirement("AU-01")
def test_address_gets_thirty_pictures_a_minute(visitor, clock):
    codes = [visitor.get("/captcha.png").status_code for _ in range(31)]
    clock.tick(timedelta(seconds=61))

    later = visitor.get("/captcha.png").status_code

    assert codes == [200] * 30 + [429]
    assert later == 200


@pytest.mark.requirement("AU-01")
def test_text_has_five_signs_that_do_not_look_alike(visitor, monkeypatch):
    texts = []
    real = captcha.draw
    monkeypatch.setattr(captcha, "draw", lambda text: texts.append(text) or real(text))

    for _ in range(20):
        visitor.get("/captcha.png")

    assert {len(text) for text in texts} == {5}
    assert len(set(texts)) == 20
    assert set("".join(texts)) & set("01OIL") == set()


def test_form_asks_for_no_code_where_it_is_switched_off(client, visitor):
    off = client.get("/sign-in/individual")
    on = visitor.get("/sign-in/individual")

    assert 'name="captcha"' not in off.text
    assert 'name="captcha"' in on.text
    assert 'src="/captcha.png"' in on.text
