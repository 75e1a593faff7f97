"""Beside the data of a unit or a person: administrators, numbers, what was learned."""

import re
from datetime import date

import pytest

from admin_app import models as m
from tests import factories as make
from tests.browsing import sign_in

UNITS = "/admin/subordinate-units/"
PEOPLE = "/admin/person-query/"


def lines(page, title):
    """The cells of the table with that title, line by line."""
    table = page[page.index(f'<caption class="visually-hidden">{title}') :]
    body = table[: table.index("</tbody>")]
    rows = re.findall(r"<tr>(.*?)</tr>", body.partition("<tbody>")[2], re.DOTALL)
    return [re.findall(r'title="([^"]*)"', row) for row in rows]


@pytest.mark.feature("U25")
@pytest.mark.requirement("PR-01")
def test_a_superior_sees_who_administers_a_unit_and_what_waits_there(
    client, cast, db_session
):
    chief = db_session.get(m.AdminAssignment, cast.chief.id).account.person
    chief.mobile = "13812345678"
    make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    sign_in(client, cast.bureau_chief)

    page = client.get(f"{UNITS}details/?id={cast.school.id}").text

    first = lines(page, "单位管理员")[0]
    waiting = re.search(r"<dt>待该单位审批的申报</dt><dd>(\d+)</dd>", page)
    assert (first[0], first[1], first[4]) == (chief.name, "138******78", "是")
    assert waiting[1] == "1"
    assert "13812345678" not in page


@pytest.mark.requirement("AZ-01")
def test_a_persons_page_shows_the_declarations_of_the_actors_scope(
    client, cast, db_session
):
    here = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    make.declaration(db_session, cast.teacher, title="尚未提交")
    elsewhere = make.declaration(db_session, cast.teacher, title="在别处申报")
    make.waiting(elsewhere, cast.other_school).unit_id = cast.other_school.id
    db_session.commit()
    titles = {}
    for who in ("chief", "bureau_chief"):
        sign_in(client, getattr(cast, who))
        page = client.get(f"{PEOPLE}details/?id={cast.teacher.id}").text
        titles[who] = {line[0] for line in lines(page, "申报记录")}

    assert titles["bureau_chief"] == {here.title, "在别处申报"}
    assert titles["chief"] == {here.title}
    assert "尚未提交" not in page


@pytest.mark.feature("U42")
def test_a_persons_page_shows_what_they_tell_of_themselves(client, cast, db_session):
    degree = make.reference(db_session, m.EducationLevel, "21")
    for year in (2001, 2009):
        line = m.EducationRecord(
            person_id=cast.teacher.id,
            education_level_id=degree.id,
            school=f"{year}年的学校",
            graduated_on=date(year, 7, 1),
        )
        db_session.add(line)
    others = m.Qualification(
        person_id=cast.colleague.id, name="别人的资格", obtained_on=date(2010, 1, 1)
    )
    db_session.add(others)
    db_session.commit()
    sign_in(client, cast.chief)

    page = client.get(f"{PEOPLE}details/?id={cast.teacher.id}").text

    schools = [line[2] for line in lines(page, "学历")]
    assert schools == ["2009年的学校", "2001年的学校"]
    assert page.count("本人还没有填写") == 3
    assert "别人的资格" not in page


def test_an_english_page_names_roles_in_english(client, cast, db_session):
    role = db_session.get(
        m.Role, db_session.get(m.AdminAssignment, cast.chief.id).role_id
    )
    role.name_en = "Chief administrator of a school"
    db_session.commit()
    sign_in(client, cast.bureau_chief)
    client.post("/language", data={"locale": "en", "next": "/"})

    page = client.get(f"{UNITS}details/?id={cast.school.id}").text

    first, *_others = lines(page, "Unit administrators")
    assert first[2] == "Chief administrator of a school"
