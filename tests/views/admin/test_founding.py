"""What the superuser founds and corrects: units, departments, people, administrators."""

import datetime as dt

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import UnitKind
from tests import factories as make

UNITS = "/admin/units/"
DEPARTMENTS = "/admin/departments/"
PEOPLE = "/admin/people/"
ASSIGNMENTS = "/admin/admin-assignments/"

pytestmark = pytest.mark.feature("X01", "R04")


def fresh(session):
    session.rollback()
    session.expire_all()
    return session


def of_unit(session, cast, **changes):
    school = cast.school
    fitting = select(m.UnitLevel.id).where(m.UnitLevel.region_level == 3)
    return {
        "superior": cast.bureau.id,
        "kind": "employer",
        "registration_code": make.registration_code(),
        "name": "第九中学",
        "short_name": "九中",
        "region": school.region_id,
        "nature": school.nature_id,
        "level": session.scalar(fitting),
        "industry": school.industry_id,
        "phone": "0371-65500000",
        "contact": "刘主任",
        "address": "中原路 1 号",
    } | changes


def found(session, name):
    return fresh(session).scalar(select(m.Unit).where(m.Unit.name == name))


def audited(session, kind, key):
    lines = select(m.AuditEntry.action).where(
        m.AuditEntry.object_kind == kind, m.AuditEntry.object_id == str(key)
    )
    return list(session.scalars(lines.order_by(m.AuditEntry.id)))


def test_a_unit_is_placed_below_its_superior(as_superuser, cast, db_session):
    sent = as_superuser.post(f"{UNITS}new/", data=of_unit(db_session, cast))

    unit = found(db_session, "第九中学")
    assert sent.status_code == 303
    assert unit.path == f"{cast.bureau.path}{unit.id}/"
    assert unit.depth == cast.bureau.depth + 1
    assert (unit.kind, unit.short_name) == (UnitKind.employer, "九中")
    assert audited(db_session, "unit", unit.id)[0] == "create"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"superior": ""}, "请选择上级部门"),
        ({"registration_code": "12345"}, "统一社会信用代码应为 18 位"),
        ({"superior": "base"}, "所选上级单位不存在、已停用或不能作为上级"),
        ({"registration_code": "taken"}, "该代码的单位已注册并审核通过"),
        ({"name": "市人社局"}, "已有同名的主管部门或同级单位"),
    ],
)
def test_a_unit_that_could_not_register_is_refused_beside_the_field(
    changes, sentence, as_superuser, cast, db_session
):
    values = {"base": cast.base.id, "taken": cast.school.registration_code}
    changes = {name: values.get(value, value) for name, value in changes.items()}

    sent = as_superuser.post(f"{UNITS}new/", data=of_unit(db_session, cast, **changes))

    field = next(iter(changes))
    assert sent.status_code == 422
    assert sentence in sent.text[sent.text.index(f'id="{field}') :]
    assert found(db_session, "第九中学") is None


def test_a_units_place_and_code_stay_whatever_is_posted(as_superuser, cast, db_session):
    school = cast.school
    before = (school.path, school.kind, school.registration_code, school.superior_id)
    sent = of_unit(
        db_session, cast, name="第一高级中学", superior=cast.city.id, kind="base"
    )

    answer = as_superuser.post(f"{UNITS}edit/?id={school.id}", data=sent)

    school = fresh(db_session).get(m.Unit, school.id)
    after = (school.path, school.kind, school.registration_code, school.superior_id)
    assert (answer.status_code, school.name) == (303, "第一高级中学")
    assert after == before


def test_a_department_is_opened_renamed_and_closed(as_superuser, cast, db_session):
    sent = {"unit": cast.school.id, "name": "物理组", "code": "W", "is_active": "y"}
    sent["parent"] = cast.office.id

    as_superuser.post(f"{DEPARTMENTS}new/", data=sent)
    statement = select(m.Department).where(m.Department.code == "W")
    department = fresh(db_session).scalar(statement)
    made = (department.path, department.is_active)
    as_superuser.post(
        f"{DEPARTMENTS}edit/?id={department.id}", data={"name": "理科组", "code": "W"}
    )

    department = fresh(db_session).get(m.Department, department.id)
    assert made == (f"{cast.office.path}{department.id}/", True)
    assert (department.name, department.is_active) == ("理科组", False)


@pytest.mark.parametrize("case", ["other unit", "same name"])
def test_a_department_in_a_wrong_place_is_refused(case, as_superuser, cast, db_session):
    unit = cast.other_school if case == "other unit" else cast.school
    parent = cast.office if case == "other unit" else cast.office.parent
    sent = {"unit": unit.id, "parent": parent.id if parent else ""}

    answer = as_superuser.post(
        f"{DEPARTMENTS}new/", data=sent | {"name": cast.office.name, "is_active": "y"}
    )

    same = select(m.Department).where(m.Department.name == cast.office.name)
    assert answer.status_code == 422
    assert [d.id for d in fresh(db_session).scalars(same)] == [cast.office.id]


@pytest.mark.requirement("PR-01")
def test_a_persons_numbers_are_replaced_without_being_shown(
    as_superuser, cast, db_session
):
    address = f"{PEOPLE}edit/?id={cast.teacher.id}"
    old = cast.teacher.mobile

    form = as_superuser.get(address).text
    as_superuser.post(
        address,
        data={
            "new_mobile": "13900001234",
            "graduation_school": "河南大学",
            "name": "别人",
            "unit": cast.other_school.id,
        },
    )

    person = fresh(db_session).get(m.Person, cast.teacher.id)
    assert old not in form
    assert (person.mobile, person.graduation_school) == ("13900001234", "河南大学")
    assert (person.name, person.unit_id) == ("王老师", cast.school.id)


def test_a_person_cannot_have_a_date_in_the_future(as_superuser, cast, db_session):
    tomorrow = dt.date(2999, 1, 1).isoformat()

    answer = as_superuser.post(
        f"{PEOPLE}edit/?id={cast.teacher.id}", data={"graduation_date": tomorrow}
    )

    assert answer.status_code == 422
    assert fresh(db_session).get(m.Person, cast.teacher.id).graduation_date is None
    assert "日期不能晚于今天" in answer.text


def appointment(session, cast, **changes):
    role = make.role(session, "person_query:view", unit=cast.school)
    session.commit()
    return {
        "unit": cast.school.id,
        "role": role.id,
        "id_number": cast.colleague.id_number,
    } | changes


def held(session, person):
    account = select(m.Account.id).where(m.Account.person_id == person.id)
    rows = select(m.AdminAssignment).where(m.AdminAssignment.account_id.in_(account))
    return fresh(session).scalars(rows).all()


def test_an_existing_account_is_appointed_and_disabled(as_superuser, cast, db_session):
    if cast.colleague.account is None:
        make.account(db_session, cast.colleague)

    sent = as_superuser.post(f"{ASSIGNMENTS}new/", data=appointment(db_session, cast))
    (assignment,) = held(db_session, cast.colleague)
    made = (assignment.unit_id, assignment.is_chief, assignment.is_disabled)
    told = as_superuser.post(
        f"{ASSIGNMENTS}action/",
        data={"action": "disable", "rowid": assignment.id, "confirmed": "1"},
    )

    assert sent.status_code == 303
    assert made == (cast.school.id, False, False)
    assert "成功 1 条" in told.text
    assert [row.is_disabled for row in held(db_session, cast.colleague)] == [True]


@pytest.mark.parametrize("case", ["chief's role", "other kind", "nobody", "twice"])
@pytest.mark.requirement("AZ-08")
def test_a_wrong_appointment_is_refused(case, as_superuser, cast, db_session):
    person = cast.colleague
    if person.account is None:
        make.account(db_session, person)
    changes = {}
    if case == "chief's role":
        changes["role"] = cast.chief.role_id
    if case == "other kind":
        changes["unit"] = cast.bureau.id
    if case == "nobody":
        changes["id_number"] = make.id_number()
    if case == "twice":
        person = db_session.get(m.AdminAssignment, cast.reviewer.id).account.person
        changes["id_number"] = person.id_number
    before = len(held(db_session, person))

    answer = as_superuser.post(
        f"{ASSIGNMENTS}new/", data=appointment(db_session, cast, **changes)
    )

    assert answer.status_code == 422
    assert len(held(db_session, person)) == before


def test_the_chief_is_neither_disabled_nor_given_another_role(
    as_superuser, cast, db_session
):
    role = make.role(db_session, "person_query:view", unit=cast.school)
    db_session.commit()

    changed = as_superuser.post(
        f"{ASSIGNMENTS}edit/?id={cast.chief.id}", data={"role": role.id}
    )
    told = as_superuser.post(
        f"{ASSIGNMENTS}action/",
        data={"action": "disable", "rowid": cast.chief.id, "confirmed": "1"},
    )

    chief = fresh(db_session).get(m.AdminAssignment, cast.chief.id)
    assert changed.status_code == 422
    assert "超级管理员不能禁用" in told.text
    assert (chief.role_id == role.id, chief.is_disabled) == (False, False)
