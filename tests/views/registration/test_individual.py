"""Registration of an individual (P01-P05)."""

import re
import threading

import pytest
from sqlalchemy import func, select

from admin_app.enums import Action, Sex, State
from admin_app.models import Person, PersonRegistration, Unit
from admin_app.operations.passwords import matches
from admin_app.workflows import perform
from tests import factories as make
from tests.browsing import Browser
from tests.cast import actor
from tests.views.registration.conftest import (
    PASSWORD,
    errors,
    shown,
    values,
)

URL = "/register/individual"
KNOWN = (
    "该身份证号码已注册。请选择“已是本系统用户”，用原密码验证后继续；"
    "尚未审核的可在“注册审核进度查询”中查看。"
)


def registrations(db_session):
    db_session.rollback()
    return db_session.scalars(select(PersonRegistration)).all()


@pytest.mark.feature("P01")
@pytest.mark.feature("P05")
def test_individual_registers_and_waits_for_the_unit(
    client, cast, db_session, individual_data
):
    answer = client.post(URL, data=individual_data)
    page = client.get(answer.location)

    assert "注册信息已经提交审核，请耐心等待" in shown(page)
    assert "状态 待审核" in shown(page)
    assert "审核单位 第一中学" in shown(page)
    (made,) = registrations(db_session)
    assert (made.state, made.decider_id, made.department_id) == (
        State.pending,
        cast.school.id,
        cast.office.id,
    )
    person = made.person
    assert (person.sex, str(person.birth_date)) == (Sex.male, "1980-01-01")
    assert person.unit_id is None
    assert matches(person.account.password_hash, PASSWORD)


@pytest.mark.feature("U28")
def test_approved_individual_belongs_to_the_unit_and_signs_in(
    client, cast, db_session, individual_data
):
    client.post(URL, data=individual_data)
    (made,) = registrations(db_session)

    perform(
        db_session,
        actor=actor(db_session, cast.chief),
        record=made,
        action=Action.approve,
        now=made.submitted_at,
    )
    db_session.commit()
    answer = client.post(
        "/sign-in/individual",
        data={"id_number": individual_data["id_number"], "password": PASSWORD},
    )

    person = made.person
    db_session.refresh(person)
    assert (person.unit_id, person.department_id, person.region_id) == (
        cast.school.id,
        cast.office.id,
        cast.school.region_id,
    )
    assert answer.location == "/me/"


@pytest.mark.feature("P01")
@pytest.mark.feature("P02")
@pytest.mark.parametrize(
    "missing",
    [
        *("id_number", "password", "mobile", "email", "name"),
        *("region_id", "unit_id", "sex", "birth_date", "ethnic_group_id"),
        *("graduation_school", "major_id"),
    ],
)
def test_starred_field_left_empty_is_refused_beside_the_field(
    client, db_session, individual_data, missing
):
    page = client.post(URL, data=individual_data | {missing: ""})

    assert page.status_code == 400
    assert errors(page)[missing] == "此项必填，请填写。"
    assert registrations(db_session) == []


@pytest.mark.feature("P02")
@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"sex": "female"}, "sex", "所选性别与身份证号码不一致，请核对后修改。"),
        (
            {"birth_date": "1980-01-02"},
            "birth_date",
            "所填出生日期与身份证号码不一致，请核对后修改。",
        ),
        (
            {"birth_date": "2999-01-01"},
            "birth_date",
            "出生日期不能晚于今天，请核对。",
        ),
        (
            {"birth_date": "1980-02-30"},
            "birth_date",
            "日期格式不正确，请按 2000-01-31 的样式填写。",
        ),
        (
            {"id_number": "410102198001019811"},
            "id_number",
            "身份证号码的校验码不正确，请逐位核对。",
        ),
        (
            {"id_number": make.id_number(birth="20300101")},
            "id_number",
            "身份证号码中的出生日期超出范围，须年满 14 岁且不超过 120 岁，请核对。",
        ),
        ({"sex": "other"}, "sex", "请从列表中选择。"),
        ({"name": "周"}, "name", "姓名至少 2 个字，请按身份证上的姓名填写。"),
        (
            {"name": "周\u200b申请"},
            "name",
            "内容中有看不见的字符，请删除后手工重新输入。",
        ),
        (
            {"graduation_school": "大学\u202e"},
            "graduation_school",
            "内容中有不可见的控制字符或换行，请删除后再提交。",
        ),
    ],
)
@pytest.mark.requirement("IN-08")
def test_what_contradicts_the_number_or_cannot_be_is_refused_beside_its_field(
    client, db_session, individual_data, change, field, sentence
):
    page = client.post(URL, data=individual_data | change)

    assert errors(page) == {field: sentence}
    assert registrations(db_session) == []


@pytest.mark.feature("P02")
def test_sex_and_birth_date_come_from_the_number(client):
    number = make.id_number(birth="19920515", male=False)

    page = client.post("/register/id-facts", data={"id_number": number.lower()})

    assert 'value="1992-05-15"' in page.text
    assert '<option selected value="female">' in page.text


@pytest.mark.feature("P02")
def test_unreadable_number_prefills_nothing(client):
    page = client.post("/register/id-facts", data={"id_number": "410102"})

    assert "selected value=" not in page.text.replace('selected value=""', "")
    assert values(page)["birth_date"] == ""


@pytest.mark.feature("P03")
@pytest.mark.parametrize("part", ["closed", "below closed", "foreign", "none"])
def test_department_that_cannot_be_chosen_is_refused(
    client, cast, db_session, individual_data, part
):
    closed = make.department(db_session, cast.school, is_active=False)
    below = make.department(db_session, cast.school, closed)
    foreign = make.department(db_session, cast.other_school)
    db_session.commit()
    chosen = {"closed": closed.id, "below closed": below.id, "foreign": foreign.id}

    page = client.post(
        URL, data=individual_data | {"department_id": chosen.get(part, "")}
    )

    assert list(errors(page)) == ["department_id"]
    assert registrations(db_session) == []


@pytest.mark.feature("P03")
@pytest.mark.parametrize("part", ["inactive", "elsewhere"])
def test_unit_that_is_closed_or_in_another_region_is_refused(
    client, cast, db_session, individual_data, part
):
    units = {
        "inactive": make.unit(db_session, cast.bureau, is_active=False),
        "elsewhere": make.unit(db_session, cast.bureau, region="410200"),
    }
    db_session.commit()

    page = client.post(URL, data=individual_data | {"unit_id": units[part].id})

    assert list(errors(page)) == ["unit_id"]


@pytest.mark.feature("P05")
def test_number_in_use_is_refused_with_the_way_for_known_users(
    client, cast, db_session, individual_data
):
    data = individual_data | {"id_number": cast.teacher.id_number}

    page = client.post(URL, data=data)

    assert errors(page) == {"id_number": KNOWN}
    assert cast.teacher.name not in page.text


@pytest.mark.feature("P05")
def test_administrator_without_unit_registers_by_password(
    client, cast, db_session, personal_data
):
    person = cast.bureau_chief.account.person
    birth = person.id_number[6:14]
    data = personal_data | {
        "as": "known",
        "id_number": person.id_number,
        "password": make.PASSWORD,
        "sex": "male" if int(person.id_number[16]) % 2 else "female",
        "birth_date": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
    }

    answer = client.post(URL, data=data)

    assert answer.location == "/register/done"
    (made,) = registrations(db_session)
    assert made.person_id == person.id


@pytest.mark.feature("P05")
def test_professional_of_a_unit_cannot_register_again(
    client, cast, db_session, personal_data
):
    data = personal_data | {
        "as": "known",
        "id_number": cast.teacher.id_number,
        "password": make.PASSWORD,
    }

    page = client.post(URL, data=data)

    assert errors(page) == {
        "id_number": "该用户已是专业技术人员，无需重复注册；"
        "更换单位请登录后办理单位调转。"
    }


def test_known_user_with_a_wrong_password_is_refused_as_at_sign_in(
    client, cast, personal_data
):
    data = personal_data | {"as": "known", "password": "Wrong-2026-pass"}
    held = {"id_number": cast.teacher.id_number}
    unheld = {"id_number": make.id_number()}

    pages = [client.post(URL, data=data | who) for who in (held, unheld)]

    assert [errors(page) for page in pages] == [{"password": "账号或密码错误"}] * 2


@pytest.mark.requirement("WF-11")
def test_double_click_makes_one_record(client, db_session, individual_data):
    token = values(client.get(URL))["once"]

    answers = [client.post(URL, data=individual_data | {"once": token}) for _ in "12"]

    assert [answer.location for answer in answers] == ["/register/done"] * 2
    assert len(registrations(db_session)) == 1


@pytest.mark.requirement("WF-11")
def test_same_number_from_two_browsers_at_once_makes_one_person(
    app, db_session, individual_data
):
    browsers = [Browser(app, app.response_class) for _ in range(3)]
    people = db_session.scalar(select(func.count()).select_from(Person))
    db_session.rollback()
    codes = []

    def send(browser):
        codes.append(browser.post(URL, data=individual_data).status_code)

    threads = [threading.Thread(target=send, args=(each,)) for each in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(codes) == [303, 400, 400]
    assert len(registrations(db_session)) == 1
    assert db_session.scalar(select(func.count()).select_from(Person)) == people + 1


def test_rare_character_of_a_name_warns_and_does_not_refuse(
    client, db_session, individual_data
):
    answer = client.post(URL, data=individual_data | {"name": "周\U00017000"})
    page = client.get(answer.location)

    assert "暂无可用字形" in page.text
    assert len(registrations(db_session)) == 1


def test_wrong_form_keeps_what_was_typed_but_no_password(client, individual_data):
    page = client.post(URL, data=individual_data | {"mobile": "1"})

    typed = values(page)
    assert typed["name"] == "周申请"
    assert typed["graduation_school"] == "河南示范大学"
    assert (typed["password"], typed["password_again"]) == ("", "")
    assert "第一中学" in page.text


def test_other_kind_of_applicant_keeps_what_was_typed(client, individual_data):
    page = client.post(URL, data=individual_data | {"switch": "known"})

    typed = values(page)
    assert typed["as"] == "known"
    assert typed["graduation_school"] == "河南示范大学"
    assert "mobile" not in typed


@pytest.mark.feature("P03")
def test_unit_picker_lists_active_units_of_the_region_and_below(
    client, cast, db_session
):
    make.unit(db_session, cast.bureau, name="停用学校", is_active=False)
    make.unit(db_session, cast.bureau, name="开封学校", region="410200")
    db_session.commit()
    region = cast.school.region

    own = client.get(f"/register/pick/units?region_id={region.id}")
    above = client.get(f"/register/pick/units?region_id={region.parent_id}&q=中学")

    assert "第一中学" in own.text
    assert "停用学校" not in own.text
    assert "开封学校" not in own.text
    assert above.text.count("data-pick=") == 2


@pytest.mark.feature("P03")
@pytest.mark.feature("U19")
def test_department_picker_walks_down_and_searches_open_departments(
    client, cast, db_session
):
    closed = make.department(db_session, cast.school, name="停办处", is_active=False)
    make.department(db_session, cast.school, closed, name="停办一组")
    group = make.department(db_session, cast.school, cast.office, name="教务一组")
    db_session.commit()
    url = f"/register/pick/departments?unit_id={cast.school.id}"

    top = client.get(url).text
    below = client.get(f"{url}&parent={cast.office.id}").text
    found = client.get(f"{url}&q=一组").text

    assert picked(top) == {cast.office.id: "教务处"}
    assert picked(below) == {group.id: "教务一组"}
    assert picked(found) == {group.id: "教务处 / 教务一组"}


def picked(page):
    """What a picker offers, by its key."""
    rows = re.findall(r'data-pick="(\d+)" data-pick-label="([^"]*)"', page)
    return {int(key): label for key, label in rows}


@pytest.mark.feature("P03")
def test_major_picker_walks_down_a_tree(client, codes):
    top = client.get("/register/pick/majors")
    below = client.get("/register/pick/majors?q=哲学类")

    assert "parent=" in top.text
    assert f'data-pick="{codes["major_id"]}"' in below.text


@pytest.mark.feature("U03")
def test_superior_picker_searches_and_leaves_out_bases(client, cast):
    page = client.get("/register/pick/superiors?q=市")
    bases = client.get("/register/pick/superiors?q=基地")

    assert "市人社局" in page.text
    assert "市教育局" in page.text
    assert "data-pick=" not in bases.text


@pytest.mark.feature("U03")
def test_superior_picker_begins_with_the_region_and_those_above(
    client, cast, db_session
):
    for name, region in (("区", "410105"), ("市", "410100"), ("外地", "411302")):
        near = make.unit(db_session, cast.city, name=f"{name}教育局", region=region)
        if name == "区":
            url = f"/register/pick/superiors?region_id={near.region_id}"
    db_session.commit()

    page = client.get(url).text

    assert "区教育局" in page
    assert "市教育局" in page
    assert "外地教育局" not in page
    assert "外地教育局" in client.get(f"{url}&q=外地").text


@pytest.mark.feature("U03")
def test_superior_picker_pages_through_all_units(client, cast, db_session):
    for _ in range(30):
        make.unit(db_session, cast.bureau)
    db_session.commit()
    offered = db_session.scalar(
        select(func.count()).select_from(Unit).where(Unit.id != cast.base.id)
    )

    seen, url = 0, "/register/pick/superiors"
    while url:
        page = client.get(url, headers={"HX-Request": "true"}).text
        seen += page.count("data-pick=")
        url = (
            page.split('picker-more" href="')[1].split('"')[0]
            if "picker-more" in page
            else ""
        )
        url = url.replace("&amp;", "&")

    assert seen == offered


@pytest.mark.requirement("IN-04")
@pytest.mark.parametrize(
    "body",
    [{"name": "长" * 20_001}, {"name": "x" * (33 * 2**20)}],
    ids=["field", "body"],
)
def test_body_or_field_that_is_too_large_is_refused(client, body):
    assert client.post(URL, data=body).status_code == 413
