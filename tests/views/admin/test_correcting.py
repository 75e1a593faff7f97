"""A name and an identity number are corrected; everything else stays (R04, P04)."""

import re

import pytest
from sqlalchemy import select

from admin_app.enums import AttachmentPurpose, Sex
from admin_app.models import Attachment, AuditEntry, Declaration, Message, Person
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.web.test_storage import jpeg, upload

REASON = "户籍部门更正了姓名和号码"


@pytest.fixture
def root(client, cast):
    return sign_in(client, cast.superuser, proven=True)


def correct(client, person_id, **typed):
    paper = upload(jpeg())
    data = {
        "name": "",
        "id_number": "",
        "reason": REASON,
        "evidence": (paper.stream, "paper.jpg"),
    } | typed
    data = {name: value for name, value in data.items() if value is not None}
    return client.post(
        f"/admin/people/correct/?id={person_id}",
        data=data,
        content_type="multipart/form-data",
    )


def errors(page):
    return re.findall(r'class="field-error"[^>]*>(.*?)</div>', page.text)


def fresh(db_session, person):
    db_session.rollback()
    db_session.expire_all()
    return db_session.get(Person, person.id)


@pytest.mark.feature("R04", "P04")
def test_corrected_person_keeps_everything(app, root, cast, db_session):
    before, number = cast.teacher.id_number, make.id_number(male=False)
    declared = make.declaration(db_session, cast.teacher)
    db_session.commit()
    elsewhere = sign_in(Browser(app, app.response_class), cast.teacher)

    shown = root.get(f"/admin/people/details/?id={cast.teacher.id}").text
    answer = correct(root, cast.teacher.id, name="王 晓明", id_number=number.lower())

    person = fresh(db_session, cast.teacher)
    entered = Browser(app, app.response_class).post(
        "/sign-in/individual", data={"id_number": number, "password": make.PASSWORD}
    )
    assert f"/admin/people/correct/?id={person.id}" in shown
    assert answer.status_code == 303
    assert person.id_number == number != before
    assert person.sex is Sex.female
    assert person.unit_id == cast.school.id
    assert db_session.get(Declaration, declared.id).person_id == person.id
    assert elsewhere.get("/me/").status_code == 303
    assert entered.location == "/me/"


@pytest.mark.feature("R04")
@pytest.mark.requirement("AD-01")
def test_correction_is_audited_masked_with_reason_and_evidence(root, cast, db_session):
    before, number = cast.teacher.id_number, make.id_number()

    correct(root, cast.teacher.id, id_number=number)

    db_session.rollback()
    paper = db_session.scalars(select(Attachment)).one()
    line = db_session.scalars(
        select(AuditEntry).where(AuditEntry.action == "correct_identity")
    ).one()
    told = db_session.scalars(select(Message.sentence)).all()
    assert (paper.person_id, paper.purpose) == (
        cast.teacher.id,
        AttachmentPurpose.change_evidence,
    )
    assert line.before == {"name": "王老师", "id_number": masked(before)}
    assert line.after == {
        "name": "王老师",
        "id_number": masked(number),
        "reason": REASON,
        "evidence": paper.key,
    }
    assert told == [
        "您的姓名或身份证号码已由系统管理员更正，今后请用更正后的身份证号码登录。"
    ]
    page = root.get(f"/admin/people/details/?id={cast.teacher.id}").text
    assert f"/files/{paper.key}" in page


def masked(number):
    return number[:4] + "*" * 13 + number[-1]


REFUSED = {
    "nothing changed": ({}, "姓名和身份证号码都没有变化，无需更正。"),
    "no reason": ({"name": "王晓明", "reason": ""}, "此项必填，请填写。"),
    "no evidence": ({"name": "王晓明", "evidence": None}, "此项必填，请填写。"),
    "no picture": (
        {"name": "王晓明", "evidence": (upload(b"<svg/>").stream, "a.svg")},
        None,
    ),
    "short number": (
        {"id_number": "4101021980"},
        "身份证号码应为 18 位，现为 10 位，请核对。",
    ),
}


@pytest.mark.feature("R04")
@pytest.mark.parametrize("case", REFUSED)
def test_refused_correction(root, cast, db_session, case):
    typed, sentence = REFUSED[case]

    page = correct(root, cast.teacher.id, **typed)

    assert page.status_code == 422
    assert errors(page) == [sentence] if sentence else len(errors(page)) == 1
    assert fresh(db_session, cast.teacher).name == "王老师"
    assert db_session.scalars(select(Attachment)).all() == []


@pytest.mark.feature("R04")
def test_wrong_check_digit_is_refused(root, cast):
    number = make.id_number()
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")

    page = correct(root, cast.teacher.id, id_number=wrong)

    assert errors(page) == ["身份证号码的校验码不正确，请逐位核对。"]


@pytest.mark.feature("R04")
def test_number_of_somebody_else_is_refused_with_what_to_do(root, cast, db_session):
    page = correct(root, cast.teacher.id, id_number=cast.colleague.id_number)

    [sentence] = errors(page)
    assert sentence.startswith("该身份证号码已登记在“李老师”名下。")
    assert fresh(db_session, cast.teacher).id_number != cast.colleague.id_number


@pytest.mark.feature("R04")
def test_own_password_is_asked_first(client, cast, db_session):
    sign_in(client, cast.superuser)

    page = correct(client, cast.teacher.id, name="王晓明")

    assert page.status_code == 422
    assert "您的登录密码" in page.text
    assert fresh(db_session, cast.teacher).name == "王老师"


@pytest.mark.feature("P04")
def test_nobody_else_corrects(client, cast):
    sign_in(client, cast.province_chief, proven=True)

    assert correct(client, cast.teacher.id, name="王晓明").status_code == 403
