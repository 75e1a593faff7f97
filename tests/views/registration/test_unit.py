"""Registration of a unit in two steps (U01-U09, R03)."""

import threading

import pytest
from sqlalchemy import func, select

from admin_app.enums import Action, State, UnitKind
from admin_app.models import (
    Account,
    AdminAssignment,
    Attachment,
    Person,
    Unit,
    UnitRegistration,
)
from admin_app.operations.identities import identities_of
from admin_app.views.registration import applicant
from admin_app.workflows import perform
from tests import factories as make
from tests.browsing import Browser
from tests.cast import actor
from tests.views.registration.conftest import (
    PASSWORD,
    errors,
    picture,
    shown,
    values,
)

REQUIRED = "此项必填，请填写。"


def registrations(db_session):
    db_session.rollback()
    return db_session.scalars(select(UnitRegistration)).all()


def count(db_session, model):
    db_session.rollback()
    return db_session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def known_data(db_session):
    """The login of somebody who is a user already, without any unit."""
    person = make.person(db_session, name="孙干事")
    make.account(db_session, person)
    db_session.commit()
    return {"id_number": person.id_number, "password": make.PASSWORD}


@pytest.mark.feature("U01")
def test_home_offers_register_and_sign_in_for_employers(client, cast):
    page = client.get("/")

    assert 'href="/register/unit/employer"' in page.text
    assert 'href="/sign-in/employer"' in page.text
    assert "第 1 步" not in page.text
    assert client.get("/register/unit/employer").status_code == 200


@pytest.mark.feature("U01")
@pytest.mark.feature("U08")
@pytest.mark.feature("U09")
def test_new_applicant_registers_a_unit_that_waits_for_its_superior(
    client, cast, db_session, unit_data, account_data, send_unit, send_applicant
):
    first = send_unit(unit_data)
    second = send_applicant(account_data | {"landline": "0371-60001234"})
    page = client.get(second.location)

    assert first.location == "/register/unit/employer/applicant"
    assert "注册成功" in shown(page)
    assert "待审核" in shown(page)
    assert "审核单位 市教育局" in shown(page)
    (made,) = registrations(db_session)
    assert (made.name, made.state, made.decider_id) == (
        "第三中学",
        State.pending,
        cast.bureau.id,
    )
    assert made.applicant.landline == "0371-60001234"
    assert [scan.purpose.name for scan in made.scans] == ["unit_scan"]


@pytest.mark.feature("U09")
def test_applicant_cannot_sign_in_before_approval(
    client, cast, unit_data, account_data, send_unit, send_applicant
):
    send_unit(unit_data)
    send_applicant(account_data)

    page = client.post(
        "/sign-in/employer",
        data={"id_number": account_data["id_number"], "password": PASSWORD},
    )

    assert page.status_code == 403
    assert "此账号还未被审核" in page.text


@pytest.mark.feature("U02")
@pytest.mark.parametrize(
    "missing",
    [
        *("name", "registration_code", "nature_id", "level_id", "industry_id"),
        *("phone", "region_id", "superior_id"),
    ],
)
def test_first_step_with_a_starred_field_empty_is_refused_beside_the_field(
    client, unit_data, send_unit, missing
):
    page = send_unit(unit_data | {missing: ""})

    assert page.status_code == 400
    assert errors(page) == {missing: REQUIRED}
    later = client.get("/register/unit/employer/applicant")
    assert later.location == "/register/unit/employer"


@pytest.mark.feature("U06")
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("nature_id", "999999", "请从列表中选择。"),
        ("level_id", "事业单位", REQUIRED),
        ("industry_id", "-1", REQUIRED),
        (
            "superior_id",
            "999999",
            "所选上级单位不存在、已停用或不能作为上级，请重新选择。",
        ),
        ("region_id", "999999", "所选地区不存在或已撤销，请重新选择。"),
    ],
)
def test_first_step_with_something_that_was_not_offered_is_refused(
    unit_data, send_unit, field, value, sentence
):
    page = send_unit(unit_data | {field: value})

    assert errors(page) == {field: sentence}


@pytest.mark.feature("U03")
@pytest.mark.parametrize("part", ["base", "closed", "outside"])
def test_superior_must_be_an_active_authority_or_employer_below_an_hr_authority(
    cast, db_session, unit_data, send_unit, part
):
    closed = make.unit(db_session, cast.bureau, is_active=False)
    outside = make.unit(db_session, name="孤立单位")
    db_session.commit()
    chosen = {"base": cast.base, "closed": closed, "outside": outside}[part]

    page = send_unit(unit_data | {"superior_id": chosen.id})

    assert list(errors(page)) == ["superior_id"]


@pytest.mark.feature("U03")
def test_chosen_superior_tells_who_reviews_and_the_whole_chain(client, cast):
    page = client.get(f"/register/review-path?superior_id={cast.school.id}")

    assert "注册由“第一中学”审核" in page.text
    assert "本单位 → 第一中学 → 市教育局 → 市人社局" in " ".join(page.text.split())
    assert "省人社厅" not in page.text


@pytest.mark.feature("U04")
@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("12410000XX0000019A", "统一社会信用代码的校验码不正确，请逐位核对。"),
        ("123456789", "组织机构代码的校验码不正确，请逐位核对。"),
        ("1241", "统一社会信用代码应为 18 位，现为 4 位，请对照证照核对。"),
    ],
)
def test_unit_code_with_a_wrong_check_digit_is_refused(
    unit_data, send_unit, code, sentence
):
    page = send_unit(unit_data | {"registration_code": code})

    assert errors(page) == {"registration_code": sentence}


@pytest.mark.feature("U04")
def test_code_of_an_approved_unit_is_refused_without_its_people(
    cast, unit_data, send_unit
):
    code = cast.school.registration_code

    page = send_unit(unit_data | {"registration_code": code})

    assert errors(page) == {
        "registration_code": "该代码的单位已注册并审核通过，请勿重复注册；"
        "需要管理权限时请联系该单位。"
    }
    assert cast.chief.account.person.name not in page.text


@pytest.mark.parametrize("name", ["省人社厅", "第一中学"])
def test_name_of_an_authority_or_a_neighbour_is_refused(unit_data, send_unit, name):
    page = send_unit(unit_data | {"name": name})

    assert errors(page) == {
        "name": "已有同名的主管部门或同级单位，请填写本单位的全称。"
    }


@pytest.mark.feature("U04")
def test_code_under_review_is_refused_and_names_the_reviewer(
    db_session, cast, unit_data, account_data, send_unit, send_applicant
):
    send_unit(unit_data)
    send_applicant(account_data)

    page = send_unit(unit_data | {"name": "别的名称"})

    assert errors(page) == {
        "registration_code": "该代码的单位已提交注册，状态为待审核，"
        "审核单位：市教育局，请勿重复注册。"
    }
    assert account_data["name"] not in page.text


@pytest.mark.feature("U02")
@pytest.mark.parametrize(
    ("level", "region", "is_right"),
    [
        ("20", "410000", True),
        ("20", "410100", False),
        ("40", "410100", True),
        ("40", "410102", False),
        ("50", "410102", True),
        ("50", "410100", False),
        ("50", "419001", True),
        ("90", "410000", True),
    ],
)
def test_region_of_a_unit_must_fit_its_level(
    db_session, unit_data, send_unit, level, region, is_right
):
    from admin_app.models import Region, UnitLevel  # noqa: PLC0415

    place = {
        "level_id": make.reference(db_session, UnitLevel, level).id,
        "region_id": make.reference(db_session, Region, region).id,
    }

    page = send_unit(unit_data | place)

    assert list(errors(page)) == ([] if is_right else ["region_id"])


@pytest.mark.feature("U05")
@pytest.mark.requirement("IN-03")
@pytest.mark.parametrize(
    ("scan", "name", "part"),
    [
        (b"%PDF-1.7 not a picture", "scan.jpg", "不是 JPG 或 PNG 图片"),
        (picture("GIF"), "scan.png", "不是 JPG 或 PNG 图片"),
        (b"<svg onload=alert(1)>", "scan.png", "不是 JPG 或 PNG 图片"),
        (picture("PNG"), "scan.jpg", "扩展名与内容不符"),
        (picture()[:20], "scan.jpg", "不是 JPG 或 PNG 图片"),
        (picture()[:-300], "scan.jpg", "图片已损坏"),
        (picture() + bytes(5 * 2**20), "scan.jpg", "超过 5 MB"),
        (picture(), "scan.php.jpg", "文件名不合规范"),
    ],
    ids=["pdf", "gif", "svg", "renamed", "header", "cut", "big", "double"],
)
def test_scan_that_is_no_acceptable_picture_is_refused_in_a_sentence(
    unit_data, send_unit, scan, name, part
):
    page = send_unit(unit_data, scan=scan, name=name)

    assert page.status_code == 400
    assert list(errors(page)) == ["scan"]
    assert part in errors(page)["scan"]


@pytest.mark.feature("U05")
def test_first_step_without_a_scan_is_refused(unit_data, send_unit):
    page = send_unit(unit_data, with_scan=False)

    assert errors(page) == {"scan": "请上传单位证照扫描件。"}


@pytest.mark.feature("U05")
def test_scan_survives_errors_of_other_fields_and_the_way_back(
    client, unit_data, send_unit
):
    wrong = send_unit(unit_data | {"name": ""}, name="licence.jpg")
    right = send_unit(unit_data, with_scan=False)
    again = client.get("/register/unit/employer")

    assert "licence.jpg" in wrong.text
    assert right.status_code == 303
    assert "licence.jpg" in again.text
    assert values(again)["name"] == "第三中学"


def test_way_back_from_the_second_step_loses_nothing_but_the_password(
    client, unit_data, account_data, send_unit, send_applicant
):
    send_unit(unit_data)

    back = send_applicant(account_data, back="1")
    carried = {
        name: value
        for name, value in values(back).items()
        if name.startswith("applicant-")
    }
    forth = send_unit(unit_data | carried, with_scan=False)

    assert values(back)["name"] == "第三中学"
    assert PASSWORD not in back.text
    typed = values(forth)
    assert typed["applicant-id_number"] == account_data["id_number"]
    assert typed["applicant-email"] == "zhou@example.com"
    assert typed["applicant-password"] == ""


@pytest.mark.feature("U07")
def test_known_user_gives_number_and_password_and_gets_a_second_identity(
    client, cast, db_session, unit_data, send_unit, send_applicant
):
    data = {"id_number": cast.teacher.id_number, "password": make.PASSWORD}
    people = count(db_session, Person)
    send_unit(unit_data)

    form = client.get("/register/unit/employer/applicant?as=known")
    answer = send_applicant(data, known=True)
    (made,) = registrations(db_session)
    reviewer = actor(db_session, cast.bureau_chief)
    perform(
        db_session,
        actor=reviewer,
        record=made,
        action=Action.approve,
        now=made.submitted_at,
    )

    asked = {name for name in values(form) if name.startswith("applicant-")}
    assert asked == {"applicant-id_number", "applicant-password"}
    assert answer.location == "/register/done"
    assert count_in(db_session, Person) == people
    kinds = [
        each.kind.name for each in identities_of(db_session, cast.teacher.account.id)
    ]
    assert kinds == ["individual", "administrator"]


def count_in(db_session, model):
    return db_session.scalar(select(func.count()).select_from(model))


@pytest.mark.feature("U07")
def test_wrong_password_of_a_known_user_is_refused_and_locks_like_sign_in(
    cast, db_session, unit_data, known_data, send_unit, send_applicant
):
    send_unit(unit_data)
    wrong = known_data | {"password": "Wrong-2026-pass"}

    pages = [send_applicant(wrong, known=True) for _ in range(5)]
    locked = send_applicant(known_data, known=True)

    assert {tuple(errors(page).items()) for page in pages} == {
        (("applicant-password", "账号或密码错误"),)
    }
    assert errors(locked) == {"applicant-password": "账号或密码错误"}
    assert registrations(db_session) == []


@pytest.mark.feature("U08")
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("id_number", "", REQUIRED),
        ("id_number", "410102198001019811", "身份证号码的校验码不正确，请逐位核对。"),
        ("password", "", REQUIRED),
        ("name", "", REQUIRED),
        ("mobile", "", REQUIRED),
        (
            "mobile",
            "12345",
            "手机号码格式不正确，应为以 1 开头的 11 位数字，请重新填写。",
        ),
        ("email", "", REQUIRED),
        ("email", "zhou", "邮箱格式不正确，请按 name@example.com 的样式填写。"),
        ("password_again", "Other-2026-hill", "两次输入的密码不一致，请重新输入。"),
    ],
)
def test_second_step_refuses_what_is_missing_or_wrong_beside_its_field(
    db_session,
    unit_data,
    account_data,
    send_unit,
    send_applicant,
    field,
    value,
    sentence,
):
    send_unit(unit_data)

    page = send_applicant(account_data | {field: value})

    assert errors(page)[f"applicant-{field}"] == sentence
    assert registrations(db_session) == []


@pytest.mark.feature("U08")
@pytest.mark.parametrize("password", ["12345678", "abcdefgh", "Ab1", "abc12345"])
def test_second_step_refuses_a_weak_password(
    unit_data, account_data, send_unit, send_applicant, password
):
    send_unit(unit_data)

    page = send_applicant(
        account_data | {"password": password, "password_again": password}
    )

    assert "applicant-password" in errors(page)


@pytest.mark.feature("U09")
@pytest.mark.parametrize("kind", ["employer", "base"])
def test_approval_makes_the_unit_with_the_applicant_as_its_chief(
    cast, db_session, unit_data, account_data, send_unit, send_applicant, kind
):
    send_unit(unit_data, kind=kind)
    send_applicant(account_data, kind=kind)
    (made,) = registrations(db_session)

    perform(
        db_session,
        actor=actor(db_session, cast.bureau_chief),
        record=made,
        action=Action.approve,
        now=made.submitted_at,
    )

    unit = db_session.get(Unit, made.unit_id)
    assert unit.kind is UnitKind[kind]
    assert unit.path == f"{cast.bureau.path}{unit.id}/"
    assert unit.depth == cast.bureau.depth + 1
    chief = db_session.scalars(
        select(AdminAssignment).where(AdminAssignment.unit_id == unit.id)
    ).one()
    assert chief.is_chief
    assert chief.account.person_id == made.applicant_id
    assert chief.role.unit_kind is UnitKind[kind]
    scan = db_session.scalars(select(Attachment)).one()
    assert scan.unit_id == unit.id


@pytest.mark.requirement("WF-11")
def test_second_click_on_submit_makes_no_second_record(
    client, db_session, unit_data, account_data, send_unit, send_applicant
):
    send_unit(unit_data)
    form = client.get("/register/unit/employer/applicant")
    token = values(form)["once"]

    answers = [send_applicant(account_data, once=token) for _ in range(2)]

    assert [answer.location for answer in answers] == ["/register/done"] * 2
    assert len(registrations(db_session)) == 1


@pytest.mark.requirement("WF-11")
def test_two_browsers_with_one_code_at_the_same_moment_make_one_record(
    app, db_session, unit_data, codes
):
    import io  # noqa: PLC0415

    browsers = [Browser(app, app.response_class) for _ in range(2)]
    forms = []
    for number, browser in enumerate(browsers):
        browser.post(
            "/register/unit/employer",
            data=unit_data | {"scan": (io.BytesIO(picture()), "a.jpg")},
            content_type="multipart/form-data",
        )
        data = {
            "id_number": make.id_number(),
            "password": PASSWORD,
            "password_again": PASSWORD,
            "name": "周申请",
            "mobile": f"1540000000{number}",
            "email": "zhou@example.com",
        }
        forms.append({f"applicant-{key}": value for key, value in data.items()})
    answers = {}

    def send(number):
        answers[number] = browsers[number].post(
            "/register/unit/employer/applicant", data=forms[number] | {"as": "new"}
        )

    threads = [threading.Thread(target=send, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers.values()) == [303, 400]
    assert len(registrations(db_session)) == 1
    assert count(db_session, Account) == count(db_session, AdminAssignment) + 5


@pytest.mark.requirement("AU-11")
def test_five_units_an_hour_may_register_from_one_address(
    client, cast, unit_data, account_data, send_unit, send_applicant, individual_data
):
    send_unit(unit_data)
    known = {"id_number": cast.teacher.id_number}

    answers = [send_applicant(account_data | known) for _ in range(6)]
    person = client.post("/register/individual", data=individual_data | known)

    assert [answer.status_code for answer in answers] == [400] * 5 + [429]
    assert person.status_code == 400


def test_more_people_than_units_may_register_from_one_address(
    client, cast, individual_data, monkeypatch
):
    monkeypatch.setattr(applicant, "PEOPLE_AN_HOUR", 7)
    known = individual_data | {"id_number": cast.teacher.id_number}

    answers = [client.post("/register/individual", data=known) for _ in range(8)]

    assert [answer.status_code for answer in answers] == [400] * 7 + [429]
