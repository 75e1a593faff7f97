"""Generated forms, and the editor of roles."""

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import ChainStep
from admin_app.operations.roles import grantable
from admin_app.rules.ladders import STEPS
from tests import factories as make
from tests.browsing import sign_in
from tests.cast import actor

INDUSTRIES = "/admin/industries/"
ROLES = "/admin/unit-roles/"


@pytest.mark.feature("X01")
def test_a_record_is_made_changed_and_deleted(as_superuser, db_session):
    parent = db_session.scalars(select(m.Industry).where(m.Industry.code == "83")).one()
    above = parent.level
    form = {"code": "8399X", "name": "测试行业", "parent": parent.id}
    form |= {"sort_order": "5", "is_active": "y"}

    made = as_superuser.post(f"{INDUSTRIES}new/", data=form)
    db_session.rollback()
    db_session.expire_all()
    row = db_session.scalars(select(m.Industry).where(m.Industry.code == "8399X")).one()
    key, level = row.id, row.level
    as_superuser.post(f"{INDUSTRIES}edit/?id={key}", data=form | {"name": "新名"})
    db_session.rollback()
    db_session.expire_all()
    name = row.name
    as_superuser.post(f"{INDUSTRIES}delete/", data={"id": key})
    db_session.rollback()
    db_session.expire_all()
    db_session.expunge_all()

    assert made.status_code == 303
    assert (level, name) == (above + 1, "新名")
    assert db_session.get(m.Industry, key) is None


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("code", "83", "已存在"),
        ("sort_order", "", "此"),
        ("parent", "999999", "请选择列表中的一项"),
        ("parent", "x", "请选择列表中的一项"),
        ("name", "", ""),
        ("name", "a\u202eb", "不可见的控制字符"),
        ("sort_order", "99999999999", "数字过大"),
    ],
)
@pytest.mark.requirement("AZ-03", "IN-08")
def test_a_wrong_value_is_told_beside_its_field(field, value, sentence, as_superuser):
    form = {"code": "Z1", "name": "行业", "sort_order": "1"} | {field: value}

    answer = as_superuser.post(f"{INDUSTRIES}new/", data=form)

    assert answer.status_code == 422
    assert "field-error" in answer.text


def test_a_row_cannot_hang_below_itself(as_superuser, db_session):
    row = db_session.scalars(select(m.Industry).where(m.Industry.code == "83")).one()
    form = {"code": row.code, "name": row.name, "parent": row.id}
    form |= {"sort_order": "5", "is_active": "y"}

    answer = as_superuser.post(f"{INDUSTRIES}edit/?id={row.id}", data=form)

    assert answer.status_code == 422
    assert "上级不能是本条记录或其下级。" in answer.text


def test_a_record_in_use_is_not_deleted(as_superuser, cast, db_session):
    used = db_session.get(m.Unit, cast.school.id).industry_id

    as_superuser.post(f"{INDUSTRIES}delete/", data={"id": used})

    db_session.rollback()
    db_session.expire_all()
    assert db_session.get(m.Industry, used) is not None


def test_a_learning_form_tells_in_words_what_it_is_and_who_declares_it(
    as_superuser, db_session
):
    form = make.reference(db_session, m.LearningForm, "training_workshop")
    screen = "/admin/learning-forms/"

    details = as_superuser.get(f"{screen}details/?id={form.id}").text
    typed = {"name": form.name, "name_en": form.name_en, "sort_order": "1"}
    edited = as_superuser.post(
        f"{screen}edit/?id={form.id}", data=typed | {"category": "practice"}
    )
    wrong = as_superuser.post(
        f"{screen}edit/?id={form.id}", data=typed | {"category": "x"}
    )
    as_superuser.set_cookie("locale", "en")
    english = as_superuser.get(f"{screen}details/?id={form.id}").text
    offered = as_superuser.get(f"{screen}edit/?id={form.id}").text

    assert "<dt>类别</dt><dd>培训</dd>" in details
    assert "<dd>个人申报、单位申报</dd>" in details
    assert (edited.status_code, wrong.status_code) == (303, 422)
    assert "<dd>Practice</dd>" in english
    assert "<dd>By the individual, By the unit</dd>" in english
    assert '<option selected value="practice">Practice</option>' in offered


def test_every_step_of_a_chain_has_its_word():
    assert set(STEPS) == {step.name for step in ChainStep}


@pytest.mark.feature("U27")
def test_a_role_is_made_for_the_own_unit_with_the_ticked_permissions(
    as_chief, cast, db_session
):
    ticked = ["person_query:view", "approve_hours:approve"]

    answer = as_chief.post(
        f"{ROLES}new/", data={"name": "经办人", "permissions": ticked}
    )

    role = db_session.scalars(select(m.Role).where(m.Role.name == "经办人")).one()
    assert answer.status_code == 303
    assert (role.unit_id, role.unit_kind) == (cast.school.id, cast.school.kind)
    # Whoever may decide may look.
    assert sorted(p.permission for p in role.permissions) == sorted(
        [*ticked, "approve_hours:view"]
    )


@pytest.mark.feature("U27", "X03")
@pytest.mark.requirement("AZ-08")
@pytest.mark.parametrize(
    "wanted",
    ["audit_log:view", "accounts:edit", "subordinate_units:disable", "x:y", "x"],
)
def test_nobody_gives_what_they_do_not_hold(wanted, client, cast, db_session):
    role = db_session.get(m.Role, cast.reviewer.role_id)
    role.permissions += [
        m.RolePermission(permission=f"roles:{verb}") for verb in ("view", "create")
    ]
    db_session.commit()
    sign_in(client, cast.reviewer)

    answer = client.post(f"{ROLES}new/", data={"name": "越权", "permissions": [wanted]})

    assert answer.status_code == 422
    assert db_session.scalar(select(m.Role).where(m.Role.name == "越权")) is None


@pytest.mark.feature("U27")
def test_the_matrix_offers_what_the_giver_holds_for_that_kind_of_unit(cast, db_session):
    giver = actor(db_session, cast.reviewer)

    offered = {
        f"{module.name}:{verb}"
        for module, verbs in grantable(giver, cast.school.kind).items()
        for verb in verbs
    }

    assert offered == {
        "approve_hours:view",
        "approve_hours:approve",
        "approve_hours:reject",
        "person_query:view",
    }


@pytest.mark.feature("U27", "X03")
@pytest.mark.requirement("AZ-08")
def test_a_role_in_use_stays_and_its_holders_are_named(as_chief, cast, db_session):
    holder = db_session.get(m.AdminAssignment, cast.reviewer.id).account.person

    page = as_chief.post(
        f"{ROLES}delete/", data={"id": cast.reviewer.role_id}, follow_redirects=True
    )

    db_session.rollback()
    db_session.expire_all()
    assert db_session.get(m.Role, cast.reviewer.role_id) is not None
    assert holder.name in page.text


@pytest.mark.feature("U27")
def test_an_unused_role_is_deleted(as_chief, cast, db_session):
    unused = make.role(db_session, "person_query:view", unit=cast.school)
    db_session.commit()
    key = unused.id

    as_chief.post(f"{ROLES}delete/", data={"id": key})

    db_session.rollback()
    db_session.expire_all()
    db_session.expunge_all()
    assert db_session.get(m.Role, key) is None


@pytest.mark.feature("X03")
@pytest.mark.requirement("AZ-08")
def test_nobody_edits_the_role_they_use(client, cast, db_session):
    role = db_session.get(m.Role, cast.reviewer.role_id)
    role.permissions += [
        m.RolePermission(permission=f"roles:{verb}") for verb in ("view", "edit")
    ]
    db_session.commit()
    sign_in(client, cast.reviewer, proven=True)

    answer = client.post(
        f"{ROLES}edit/?id={role.id}",
        data={"name": "改名", "permissions": ["person_query:view"]},
    )

    db_session.rollback()
    db_session.expire_all()
    assert answer.status_code in {403, 409}
    assert role.name != "改名"


@pytest.mark.feature("U27")
def test_a_shipped_role_is_shown_and_copied_for_the_own_unit(
    as_chief, cast, db_session
):
    shipped = make.reference(db_session, m.Role, "employer_hours_reviewer")
    held = {held.permission for held in shipped.permissions}
    other = make.reference(db_session, m.Role, "base_reader")
    db_session.rollback()

    page = as_chief.get(f"{ROLES}shipped/").text
    form = as_chief.get(f"{ROLES}new/?from={shipped.id}").text
    foreign = as_chief.get(f"{ROLES}new/?from={other.id}")
    as_chief.post(f"{ROLES}new/", data={"name": "审批", "permissions": sorted(held)})

    db_session.rollback()
    copy = db_session.scalars(select(m.Role).where(m.Role.name == "审批")).one()
    assert (shipped.name in page, other.name in page) == (True, False)
    assert f'value="{shipped.name}（本单位）"' in form
    ticked = {
        part.split('"')[0] for part in form.split('value="') if " checked" in part
    }
    assert (ticked, foreign.status_code) == (held, 404)
    assert {p.permission for p in copy.permissions} == held


@pytest.mark.feature("U27")
def test_a_role_of_many_names_five_holders_and_their_number(as_chief, cast, db_session):
    role = make.role(db_session, "person_query:view", unit=cast.school)
    for _ in range(6):
        make.administrator(db_session, cast.school, role)
    db_session.commit()

    page = as_chief.post(
        f"{ROLES}delete/", data={"id": role.id}, follow_redirects=True
    ).text

    sentence = page.partition("该角色正由 ")[2].partition("使用")[0]
    assert sentence.count("、") == 4
    assert sentence.endswith("等 6 人")
    db_session.rollback()
    assert db_session.get(m.Role, role.id) is not None
