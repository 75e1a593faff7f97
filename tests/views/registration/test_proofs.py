"""A code to the typed mobile comes before anything is told of a number (AU-11)."""

import io
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from admin_app.enums import Channel
from admin_app.models import AuditEntry, Person, VerifiedContact
from admin_app.operations.applicants import KNOWN
from admin_app.views.registration import applicant, proofs
from admin_app.web import captcha
from tests import factories as make
from tests.recovering import browse, last_code, messages, trial, work_off
from tests.views.registration.conftest import errors, multipart, picture, shown

ASKED = "请先获取验证码，再填写收到的 6 位数字。"
INDIVIDUAL = "/register/individual"
APPLICANT = "/register/unit/employer/applicant"


@pytest.fixture
def program(make_app, tmp_path):
    return trial(make_app, tmp_path)


@dataclass
class Desk:
    """A form for somebody new, in a browser of its own."""

    client: object
    url: str
    data: dict
    prefix: str = ""

    def send(self, **more):
        return self.client.post(self.url, data=self._typed(more))

    def ask(self, **more):
        """Press 获取短信验证码."""
        typed = self._typed(more) | {"send_code": "1"}
        answer = self.client.post(self.url, data=typed)
        work_off(self.client.application)
        return answer

    def code(self):
        return last_code(self.client.application)

    def beside(self, page):
        """The sentences of the page by the plain names of the fields."""
        found = errors(page).items()
        return {name.removeprefix(self.prefix): text for name, text in found if name}

    def _typed(self, more):
        values = self.data | more
        return {"as": "new"} | {self.prefix + name: values[name] for name in values}


@pytest.fixture(params=[INDIVIDUAL, APPLICANT], ids=["individual", "unit"])
def desk(request, account_data, personal_data, unit_data):
    """Open one of the two forms of somebody new in a fresh browser."""

    def sit(program, **more):
        client = browse(program)
        if request.param == INDIVIDUAL:
            return Desk(client, INDIVIDUAL, account_data | personal_data | more)
        scan = FileStorage(io.BytesIO(picture()), filename="scan.jpg")
        client.post("/register/unit/employer", **multipart(unit_data | {"scan": scan}))
        return Desk(client, APPLICANT, account_data | more, "applicant-")

    return sit


NEW_EACH_TIME = re.compile(
    r'nonce="[^"]+"|[?]r=[\w-]+|value="[\w-]{43}"|/files/[\w-]+|[0-9a-f]{64}'
    r"|\d{17}[\dX]|154\d{8}|154[*]{6}\d\d|\d+ 秒"
)


def before_the_code(desk, program, number):
    """Every answer that somebody gets who has no right code, for this number."""
    counter = desk(program, id_number=number)
    mobile = "154000" + number[-5:].replace("X", "0")
    answers = [
        counter.send(mobile=mobile),
        counter.ask(mobile=mobile),
        counter.send(mobile=mobile, code="000000"),
        counter.ask(mobile=mobile),
    ]
    return [(each.status_code, NEW_EACH_TIME.sub("", each.text)) for each in answers]


@pytest.mark.requirement("AU-11")
def test_nothing_is_told_of_a_number_before_the_right_code(program, cast, desk):
    known = before_the_code(desk, program, cast.teacher.id_number)
    unknown = before_the_code(desk, program, make.id_number())

    assert [code for code, _ in known] == [400, 200, 400, 200]
    assert known == unknown
    assert not any(KNOWN in text for _, text in known)


def test_code_that_is_not_asked_for_is_found(program, cast, desk, monkeypatch):
    monkeypatch.setattr(proofs, "is_shown", lambda _form: True)

    known = before_the_code(desk, program, cast.teacher.id_number)
    unknown = before_the_code(desk, program, make.id_number())

    assert known != unknown


@pytest.mark.requirement("AU-11")
def test_right_code_registers_and_verifies_the_mobile(program, cast, desk, db_session):
    counter = desk(program)

    page = counter.ask()
    answer = counter.send(code=counter.code())

    assert "验证码已发送到 154******01" in shown(page)
    assert messages(program)[0].startswith("15400000001\n")
    assert answer.location == "/register/done"
    db_session.rollback()
    (kept,) = db_session.scalars(select(VerifiedContact)).all()
    assert (kept.channel, kept.address) == (Channel.mobile, "15400000001")
    sent = select(AuditEntry).where(AuditEntry.action == "send_code")
    assert db_session.scalars(sent).one().account_id is None


@pytest.mark.requirement("AU-11")
def test_right_code_tells_of_its_number_and_of_no_other(
    program, cast, desk, db_session
):
    counter = desk(program, id_number=cast.teacher.id_number)
    counter.ask()

    told = counter.send(code=counter.code())
    again = counter.send()
    other = counter.send(id_number=cast.colleague.id_number)

    assert [counter.beside(page) for page in (told, again, other)] == [
        {"id_number": KNOWN},
        {"id_number": KNOWN},
        {"code": ASKED},
    ]
    db_session.rollback()
    assert db_session.scalars(select(VerifiedContact)).all() == []


def test_code_is_right_for_the_mobile_it_went_to_and_for_one_use(program, cast, desk):
    counter = desk(program, id_number=cast.teacher.id_number)
    counter.ask()
    code = counter.code()

    elsewhere = counter.send(code=code, mobile="15400000099")
    right = counter.send(code=code)
    used = counter.send(code=code, id_number=make.id_number())

    assert list(counter.beside(elsewhere)) == ["code"]
    assert counter.beside(right) == {"id_number": KNOWN}
    assert list(counter.beside(used)) == ["code"]


def test_form_that_was_refused_asks_for_no_second_code(
    program, cast, account_data, personal_data
):
    counter = Desk(browse(program), INDIVIDUAL, account_data | personal_data)
    counter.ask()

    refused = counter.send(code=counter.code(), department_id="")
    answer = counter.send()

    assert list(counter.beside(refused)) == ["department_id"]
    assert "154******01 已验证，直接提交即可。" in shown(refused)
    assert 'name="code"' not in refused.text
    assert answer.location == "/register/done"


def test_shown_mobile_counts_for_a_quarter_of_an_hour(
    program, cast, account_data, personal_data, now, monkeypatch
):
    moment = [now]
    monkeypatch.setitem(program.extensions, "clock", lambda: moment[0])
    counter = Desk(browse(program), INDIVIDUAL, account_data | personal_data)
    counter.ask()
    counter.send(code=counter.code(), department_id="")

    moment[0] += timedelta(minutes=15)
    late = counter.send()

    assert counter.beside(late) == {"code": ASKED}


@pytest.mark.requirement("AU-11")
def test_picture_code_comes_before_the_message(
    make_app, tmp_path, cast, desk, monkeypatch
):
    program = trial(make_app, tmp_path, captcha_enabled=True)
    counter = desk(program)
    drawn = []
    monkeypatch.setattr(captcha, "draw", lambda text: drawn.append(text) or b"png")

    wrong = counter.ask(captcha="ZZZZZ")
    none_sent = messages(program)
    counter.client.get("/captcha.png")
    counter.ask(captcha=drawn[-1])
    answer = counter.send(code=counter.code())

    assert counter.beside(wrong) == {"captcha": "验证码错误"}
    assert none_sent == []
    assert answer.location == "/register/done"


@pytest.mark.parametrize(
    ("mobile", "sentence"),
    [
        ("", "请先在上面正确填写“手机号码”。"),
        ("1540000", "请先在上面正确填写“手机号码”。"),
    ],
)
def test_no_code_goes_to_what_is_no_mobile(program, cast, desk, mobile, sentence):
    counter = desk(program)

    page = counter.ask(mobile=mobile)

    assert counter.beside(page) == {"code": sentence}
    assert messages(program) == []


def test_codes_are_limited_by_mobile_and_by_address(program, cast, desk, monkeypatch):
    monkeypatch.setattr(proofs, "CODES_AN_HOUR", 2)
    counter = desk(program)

    counter.ask()
    soon = counter.ask()
    third = counter.ask(mobile="15400000003")

    assert re.fullmatch(r"请在 \d+ 秒后再获取验证码。", counter.beside(soon)["code"])
    assert third.status_code == 429
    assert len(messages(program)) == 1


def test_asking_for_a_code_uses_no_token_of_the_form(program, cast, desk):
    counter = desk(program, once="t" * 43)

    counter.ask()
    answer = counter.send(code=counter.code())

    assert answer.location == "/register/done"


def test_where_no_short_messages_are_sent_the_code_goes_by_mail(
    make_app, tmp_path, cast, desk
):
    program = trial(make_app, tmp_path, sms_sender="off")
    counter = desk(program)

    page = counter.ask()
    answer = counter.send(code=counter.code())

    assert "验证码已发送到 z***@***" in shown(page)
    assert messages(program)[0].startswith("zhou@example.com\n")
    assert answer.location == "/register/done"


def test_code_of_a_demo_stands_on_the_page(make_app, tmp_path, cast, desk):
    told, kept = (
        desk(trial(make_app, tmp_path / str(demo), demo=demo)).ask()
        for demo in (True, False)
    )

    assert re.search(r"演示环境不发送短信，验证码是 \d{6}。", shown(told))
    assert "演示环境" not in shown(kept)


# --- Without any sender -----------------------------------------------------------


def test_without_senders_few_answers_of_known_numbers_go_to_one_address(
    client, cast, account_data, personal_data, db_session, monkeypatch
):
    monkeypatch.setattr(applicant, "TOLD_AN_HOUR", 2)
    counter = Desk(client, INDIVIDUAL, account_data | personal_data)
    known = {"id_number": cast.teacher.id_number}

    others = [counter.send(department_id="").status_code for _ in range(4)]
    told = [counter.beside(counter.send(**known)) for _ in range(2)]
    later = [counter.send(**known).status_code, counter.send().status_code]

    assert others == [400] * 4
    assert told == [{"id_number": KNOWN}] * 2
    # An unknown number gets the same answer from now on.
    assert later == [429, 429]
    db_session.rollback()
    typed = select(Person).where(Person.id_number == account_data["id_number"])
    assert db_session.scalars(typed).all() == []
