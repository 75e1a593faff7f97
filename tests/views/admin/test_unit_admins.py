"""管理单位管理员: taking on, changing, handing over and letting go, over HTTP."""

import re

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import object_session

from admin_app import models as m
from admin_app.operations.accounts import verify_password
from tests import factories as make
from tests.browsing import sign_in

ADMINS = "/admin/unit-admins/"
PROOF = {"own_password": make.PASSWORD}


@pytest.fixture
def role(db_session, cast):
    """A role of the school that its chief may give."""
    made = make.role(
        db_session, "person_query:view", unit=cast.school, unit_kind=cast.school.kind
    )
    db_session.commit()
    return made


def held(session, person, unit):
    """What this person holds at the unit now."""
    session.rollback()
    return session.scalar(
        select(m.AdminAssignment)
        .join(m.Account, m.Account.id == m.AdminAssignment.account_id)
        .where(m.Account.person_id == person.id, m.AdminAssignment.unit_id == unit.id)
        .execution_options(populate_existing=True)
    )


def one_time_code(answer):
    return re.search(r'id="one-time-code"[^>]*>([^<]+)<', answer.text).group(1)


def person_of(session, id_number):
    session.rollback()
    return session.scalar(select(m.Person).where(m.Person.id_number == id_number))


def newcomer(role, **changes):
    return {
        "role_id": role.id,
        "department_id": "",
        "id_number": make.id_number(),
        "name": "周敏",
        "mobile": "15400000001",
        "email": "zhou@example.com",
    } | changes


# --- Taking on --------------------------------------------------------------------


@pytest.mark.feature("U20", "U21")
def test_own_professional_is_picked_and_administers(as_chief, cast, role, db_session):
    offered = as_chief.get(f"{ADMINS}ajax/lookup/?name=person&q=李").json["items"]
    form = {"person_id": offered[0]["value"], "role_id": role.id}

    answer = as_chief.post(f"{ADMINS}new/?way=own", data=form)

    made = held(db_session, cast.colleague, cast.school)
    assert [item["text"] for item in offered] == ["李老师"]
    assert cast.colleague.id_number not in str(offered)
    assert answer.status_code == 303
    assert (made.role_id, made.department_id, made.is_chief) == (role.id, None, False)
    assert "李老师" in as_chief.get(ADMINS).text


@pytest.mark.feature("U21")
def test_existing_user_is_found_by_number_and_name(as_chief, cast, role, db_session):
    form = {
        "role_id": role.id,
        "id_number": cast.stranger.id_number.lower(),
        "name": "赵老师",
    }

    answer = as_chief.post(f"{ADMINS}new/?way=known", data=form)

    assert answer.status_code == 303
    assert held(db_session, cast.stranger, cast.school).role_id == role.id


@pytest.mark.feature("U21")
@pytest.mark.requirement("AU-05")
def test_new_person_gets_a_password_told_once(as_chief, client, cast, role, db_session):
    form = newcomer(role, once="o" * 43)

    told = as_chief.post(f"{ADMINS}new/?way=new", data=form)
    again = as_chief.post(f"{ADMINS}new/?way=new", data=form)

    person, code = person_of(db_session, form["id_number"]), one_time_code(told)
    account = person.account
    assert (told.status_code, told.headers["Cache-Control"]) == (200, "no-store")
    assert verify_password(account, code)
    assert account.must_change_password
    assert held(db_session, person, cast.school).role_id == role.id
    assert again.status_code == 303
    assert code not in again.text + as_chief.get(ADMINS).text


@pytest.mark.feature("U21")
def test_new_administrator_enters_once_and_must_change(
    as_chief, app, cast, role, db_session
):
    from tests.browsing import Browser  # noqa: PLC0415 - a second browser

    form = newcomer(role)
    code = one_time_code(as_chief.post(f"{ADMINS}new/?way=new", data=form))
    browser = Browser(app, app.response_class)

    entered = browser.post(
        "/sign-in/employer", data={"id_number": form["id_number"], "password": code}
    )
    held_back = browser.get("/admin/")

    assert (entered.status_code, held_back.status_code) == (303, 303)
    assert held_back.headers["Location"].endswith("/password")


@pytest.mark.feature("R09", "U20")
def test_administrator_of_a_department_sees_only_its_people(
    as_chief, client, cast, role, db_session
):
    form = {
        "person_id": cast.colleague.id,
        "role_id": role.id,
        "department_id": cast.office.id,
    }
    offered = as_chief.get(f"{ADMINS}ajax/lookup/?name=department&q=教").json["items"]

    as_chief.post(f"{ADMINS}new/?way=own", data=form)

    made = held(db_session, cast.colleague, cast.school)
    sign_in(client, made)
    page = client.get("/admin/person-query/").text
    assert [item["text"] for item in offered] == ["教务处"]
    assert made.department_id == cast.office.id
    assert ("王老师" in page, "李老师" in page.partition("<main")[2]) == (True, False)


def wrong_digit(cast, role):
    number = make.id_number()
    last = "1" if number[-1] != "1" else "2"
    return "new", newcomer(role, id_number=number[:-1] + last)


def name_differs(cast, role):
    form = {"role_id": role.id, "id_number": cast.stranger.id_number, "name": "钱老师"}
    return "known", form


def nobody(cast, role):
    return "known", {
        "role_id": role.id,
        "id_number": make.id_number(),
        "name": "钱老师",
    }


def twice(cast, role):
    person = cast.reviewer.account.person
    person.name = "孙老师"
    object_session(person).commit()
    form = {"id_number": person.id_number, "name": person.name, "role_id": role.id}
    return "known", form


def known_as_new(cast, role):
    return "new", newcomer(role, id_number=cast.stranger.id_number)


def of_another_unit(cast, role):
    return "own", {"role_id": role.id, "person_id": cast.stranger.id}


def chiefs_role(cast, role):
    return "own", {"role_id": cast.chief.role_id, "person_id": cast.colleague.id}


def no_role(cast, role):
    return "own", {"role_id": "", "person_id": cast.colleague.id}


REFUSALS = {
    "a wrong check digit": (wrong_digit, "身份证号码的校验码不正确，请逐位核对。"),
    "a name that does not match": (
        name_differs,
        "没有身份证号码和姓名都相符的系统用户",
    ),
    "a number that nobody has": (nobody, "没有身份证号码和姓名都相符的系统用户"),
    "somebody twice": (twice, "该人员已经是该单位的管理员。"),
    "a known number as new": (known_as_new, "该身份证号码已登记，请改用"),
    "another unit's professional": (
        of_another_unit,
        "请从列表中选择本单位的专业技术人员",
    ),
    "the chief's role": (chiefs_role, "请从列表中选择。"),
    "no role": (no_role, "此项必填，请填写。"),
}


@pytest.mark.feature("U20", "U21")
@pytest.mark.parametrize("case", REFUSALS)
def test_wrong_appointment_is_refused_in_words(case, as_chief, cast, role, db_session):
    scene, sentence = REFUSALS[case]
    way, form = scene(cast, role)
    count = select(func.count()).select_from(m.AdminAssignment)
    before = (
        db_session.scalar(count),
        db_session.scalar(select(func.count()).select_from(m.Person)),
    )
    db_session.rollback()

    answer = as_chief.post(f"{ADMINS}new/?way={way}", data=form)

    db_session.rollback()
    after = (
        db_session.scalar(count),
        db_session.scalar(select(func.count()).select_from(m.Person)),
    )
    assert (answer.status_code, after) == (422, before)
    assert sentence in answer.text


@pytest.mark.feature("U27")
@pytest.mark.requirement("AZ-08")
def test_only_roles_within_the_givers_own_are_offered(client, cast, role, db_session):
    small = make.role(
        db_session,
        *("unit_admins:view", "unit_admins:create", "person_query:view"),
        unit=cast.school,
    )
    giver = make.administrator(db_session, cast.school, small)
    db_session.commit()
    sign_in(client, giver)
    form = {"person_id": cast.colleague.id, "role_id": cast.reviewer.role_id}

    page = client.get(f"{ADMINS}new/").text
    refused = client.post(f"{ADMINS}new/?way=own", data=form)

    assert f'value="{role.id}"' in page
    assert f'value="{cast.reviewer.role_id}"' not in page
    assert refused.status_code == 422
    assert held(db_session, cast.colleague, cast.school) is None


@pytest.mark.feature("U27")
def test_without_any_role_the_form_leads_to_the_roles(client, cast, db_session):
    bare = make.role(
        db_session,
        *("unit_admins:view", "unit_admins:create", "roles:view"),
        unit=cast.base,
        unit_kind=cast.base.kind,
    )
    giver = make.administrator(db_session, cast.base, bare)
    # Only what the giver lacks exists.
    db_session.query(m.Role).filter(m.Role.id == bare.id).one().permissions.append(
        m.RolePermission(permission="roles:create")
    )
    db_session.commit()
    sign_in(client, giver)
    first = client.get(f"{ADMINS}new/").text
    bare.is_chief = True
    db_session.commit()

    page = client.get(f"{ADMINS}new/").text

    assert ("还没有可以授予的角色" in first, "还没有可以授予的角色" in page) == (
        False,
        True,
    )
    assert 'href="/admin/unit-roles/"' in page


# --- Changing and letting go ------------------------------------------------------


@pytest.mark.feature("U20", "R09")
def test_role_and_department_change(as_chief, cast, role, db_session):
    key = cast.reviewer.id
    page = as_chief.get(f"{ADMINS}edit/?id={key}")

    answer = as_chief.post(
        f"{ADMINS}edit/?id={key}",
        data={"role_id": role.id, "department_id": cast.office.id},
    )

    db_session.rollback()
    made = db_session.get(m.AdminAssignment, key, populate_existing=True)
    assert (page.status_code, answer.status_code) == (200, 303)
    assert (made.role_id, made.department_id) == (role.id, cast.office.id)


@pytest.mark.parametrize("case", ["the chief", "a foreign department", "themself"])
def test_wrong_change_is_refused(case, client, cast, role, db_session):
    foreign = make.department(db_session, cast.other_school)
    editing = make.role(
        db_session,
        *("unit_admins:view", "unit_admins:edit", "person_query:view"),
        unit=cast.school,
    )
    editor = make.administrator(db_session, cast.school, editing)
    db_session.commit()
    who, whom, department, status = {
        "the chief": (cast.chief, cast.chief, "", 409),
        "a foreign department": (cast.chief, cast.reviewer, foreign.id, 422),
        "themself": (editor, editor, "", 403),
    }[case]
    before = whom.role_id
    sign_in(client, who)

    answer = client.post(
        f"{ADMINS}edit/?id={whom.id}",
        data={"role_id": role.id, "department_id": department},
    )

    db_session.rollback()
    after = db_session.get(m.AdminAssignment, whom.id, populate_existing=True)
    assert (answer.status_code, after.role_id) == (status, before)


@pytest.mark.feature("U24")
def test_deletion_takes_the_right_and_leaves_the_person(
    as_chief, client, cast, db_session
):
    person, key = cast.reviewer.account.person, cast.reviewer.id
    account_id = cast.reviewer.account_id
    sign_in(client, cast.chief)

    answer = client.post(f"{ADMINS}delete/", data={"id": key})

    assert answer.status_code == 303
    assert held(db_session, person, cast.school) is None
    assert db_session.get(m.Person, person.id) is not None
    assert db_session.get(m.Account, account_id) is not None


@pytest.mark.feature("U24")
def test_chief_is_not_deleted(as_chief, cast, db_session):
    page = as_chief.post(
        f"{ADMINS}delete/", data={"id": cast.chief.id}, follow_redirects=True
    )

    assert "超级管理员不能删除；请先设他人为超级管理员。" in page.text
    assert held(db_session, cast.chief.account.person, cast.school).is_chief


@pytest.mark.feature("U23")
@pytest.mark.requirement("AZ-13")
def test_chief_disables_and_enables_from_the_next_request_on(
    app, as_chief, cast, db_session
):
    from tests.browsing import Browser  # noqa: PLC0415 - a second browser

    reviewer = sign_in(Browser(app, app.response_class), cast.reviewer)
    before = reviewer.get("/admin/approve-hours/").status_code
    data = {"rowid": cast.reviewer.id, "confirmed": "1"}

    told = as_chief.post(f"{ADMINS}action/", data=data | {"action": "disable"})
    after = reviewer.get("/admin/approve-hours/").status_code
    as_chief.post(f"{ADMINS}action/", data=data | {"action": "enable"})

    assert "成功 1 条" in told.text
    assert (before, after) == (200, 303)
    assert not held(db_session, cast.reviewer.account.person, cast.school).is_disabled


@pytest.mark.feature("U23")
def test_only_the_chief_disables_resets_and_hands_over(client, cast, db_session):
    verbs = ("view", "create", "edit", "delete", "disable", "reset_password")
    everything = [f"unit_admins:{verb}" for verb in (*verbs, "hand_over")]
    deputy = make.administrator(
        db_session, cast.school, make.role(db_session, *everything, unit=cast.school)
    )
    db_session.commit()
    sign_in(client, deputy)
    key = cast.reviewer.id

    page = client.get(f"{ADMINS}details/?id={key}").text
    codes = [
        client.post(f"{ADMINS}action/", data={"action": "disable", "rowid": key}),
        client.get(f"{ADMINS}reset-password/?id={key}"),
        client.post(f"{ADMINS}reset-password/?id={key}", data=PROOF),
        client.post(f"{ADMINS}hand-over/?id={key}", data=PROOF),
    ]

    assert [answer.status_code for answer in codes] == [403] * 4
    assert ("重置密码" in page, "设为超级管理员" in page) == (False, False)
    assert held(db_session, cast.chief.account.person, cast.school).is_chief


@pytest.mark.feature("U23")
@pytest.mark.requirement("AU-05")
def test_reset_tells_a_code_once_and_only_after_the_own_password(
    as_chief, cast, db_session
):
    account, key = cast.reviewer.account, cast.reviewer.id
    before = account.password_hash
    asks = as_chief.get(f"{ADMINS}reset-password/?id={key}").text
    without = as_chief.post(f"{ADMINS}reset-password/?id={key}")
    db_session.refresh(account)
    untouched = account.password_hash == before
    db_session.rollback()

    told = as_chief.post(f"{ADMINS}reset-password/?id={key}", data=PROOF)

    code = one_time_code(told)
    db_session.rollback()
    db_session.refresh(account)
    assert "确定重置" in asks
    assert (without.status_code, untouched, told.status_code) == (422, True, 200)
    assert verify_password(account, code)
    assert account.must_change_password
    assert code not in as_chief.get(f"{ADMINS}details/?id={key}").text


@pytest.mark.requirement("AU-05")
def test_own_password_is_not_reset_here(as_chief, cast):
    answer = as_chief.post(f"{ADMINS}reset-password/?id={cast.chief.id}", data=PROOF)

    assert answer.status_code == 403
    assert "请使用“修改密码”" in answer.text


# --- Handing over -----------------------------------------------------------------


def chiefs(session, unit):
    session.rollback()
    return session.scalars(
        select(m.AdminAssignment.account_id).where(
            m.AdminAssignment.unit_id == unit.id, m.AdminAssignment.is_chief
        )
    ).all()


def told(session, account_id):
    return session.scalars(
        select(m.Message.sentence).where(m.Message.account_id == account_id)
    ).all()


@pytest.mark.feature("U22")
@pytest.mark.requirement("AZ-09")
def test_handing_over_says_what_will_happen_and_does_it(
    app, as_chief, cast, db_session
):
    from tests.browsing import Browser  # noqa: PLC0415 - a second browser

    successor = sign_in(Browser(app, app.response_class), cast.reviewer)
    former_id, heir_id = cast.chief.account_id, cast.reviewer.account_id
    superior_id = cast.bureau_chief.account_id
    page = as_chief.get(f"{ADMINS}hand-over/?id={cast.reviewer.id}").text

    unproven = as_chief.post(f"{ADMINS}hand-over/?id={cast.reviewer.id}")
    before = chiefs(db_session, cast.school)
    done = as_chief.post(f"{ADMINS}hand-over/?id={cast.reviewer.id}", data=PROOF)
    shown = as_chief.get(done.headers["Location"]).text

    assert "将立即失去对第一中学的管理权限，原超级管理员会被自动删除" in page
    assert (unproven.status_code, before) == (422, [former_id])
    assert (done.status_code, chiefs(db_session, cast.school)) == (303, [heir_id])
    assert "您不再管理该单位" in shown
    assert as_chief.get(ADMINS).status_code == 303
    assert successor.get("/admin/").status_code == 303
    assert [
        len(told(db_session, who)) for who in (former_id, heir_id, superior_id)
    ] == [1] * 3


def to_disabled(session, cast):
    cast.reviewer.is_disabled = True
    return cast.reviewer, "已禁用，不能设为超级管理员"


def to_department(session, cast):
    return cast.department_head, "仅限管理部门，不能设为超级管理员，请先取消部门限制"


def to_themself(session, cast):
    return cast.chief, "该管理员已经是超级管理员"


HAND_OVERS = {
    "to a disabled one": to_disabled,
    "to one of a department": to_department,
    "to themself": to_themself,
}


@pytest.mark.feature("U22")
@pytest.mark.parametrize("case", HAND_OVERS)
def test_wrong_handing_over_is_refused_in_words(case, as_chief, cast, db_session):
    target, sentence = HAND_OVERS[case](db_session, cast)
    db_session.commit()

    answer = as_chief.post(f"{ADMINS}hand-over/?id={target.id}", data=PROOF)

    assert answer.status_code == 409
    assert sentence in answer.text
    assert chiefs(db_session, cast.school) == [cast.chief.account_id]


@pytest.mark.feature("R04")
def test_superuser_gives_a_unit_without_chief_a_new_one(as_superuser, cast, db_session):
    unit = make.unit(db_session, cast.bureau)
    only = make.administrator(
        db_session, unit, make.role(db_session, "person_query:view", unit=unit)
    )
    db_session.commit()

    answer = as_superuser.post(
        f"/admin/admin-assignments/hand-over/?id={only.id}", data=PROOF
    )

    assert answer.status_code == 303
    assert chiefs(db_session, unit) == [only.account_id]
    assert as_superuser.get("/admin/").status_code == 200


def test_list_costs_the_same_for_many(as_chief, cast, role, db_session, statements):
    def cost():
        with statements() as seen:
            as_chief.get(ADMINS)
        return len(seen)

    first, few = cost(), cost()
    for _ in range(15):
        make.administrator(db_session, cast.school, role)
    db_session.commit()

    assert (cost(), first <= 6) == (few, True)
