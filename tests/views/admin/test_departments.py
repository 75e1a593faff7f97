"""管理内设部门: the tree of a unit's departments, and what is refused in it (U19, R09)."""

import re

import pytest
from sqlalchemy import select

from admin_app import models as m
from tests import factories as make
from tests.browsing import sign_in

URL = "/admin/unit-departments/"
VERBS = ("view", "create", "edit", "disable", "delete")

pytestmark = pytest.mark.feature("U19")


@pytest.fixture
def group(cast, db_session):
    """A department below the school's office."""
    made = make.department(db_session, cast.school, cast.office, name="教务一组")
    db_session.commit()
    return made


@pytest.fixture
def as_head(client, cast, db_session):
    """A browser of the office's administrator, who holds every verb on departments."""
    role = db_session.get(m.Role, cast.department_head.role_id)
    role.permissions += [
        m.RolePermission(permission=f"departments:{verb}") for verb in VERBS
    ]
    db_session.commit()
    return sign_in(client, cast.department_head)


def names(page):
    """What the tree shows, from top to bottom."""
    return re.findall(r'class="tree-name"[^>]*>([^<]*)<', page)


def found(session, name):
    session.rollback()
    session.expire_all()
    return session.scalar(select(m.Department).where(m.Department.name == name))


def said(page):
    """The sentences at fields and in notes."""
    text = page.text
    return re.findall(r'class="(?:field-error|note-text)"[^>]*>([^<]+)<', text)


def act(client, name, *rows):
    data = {"action": name, "rowid": [row.id for row in rows], "confirmed": "1"}
    return client.post(f"{URL}action/", data=data)


def test_tree_opens_level_by_level(as_chief, cast, db_session, group):
    make.department(db_session, cast.other_school, name="别校的部门")
    make.department(db_session, cast.school, name="总务处")
    db_session.commit()
    branch = f"{URL}?tab=tree&parent={cast.office.id}"

    top = as_chief.get(URL).text
    below = as_chief.get(
        branch, headers={"HX-Request": "true", "HX-Target": f"branch-{cast.office.id}"}
    ).text
    page = as_chief.get(branch).text

    assert names(top) == ["教务处", "总务处"]
    assert top.count("data-tree-toggle") == 1
    assert names(below) == ["教务一组"]
    assert "<html" not in below
    assert names(page) == ["教务一组"]
    assert "教务处" in page[page.index('class="tree-path"') :]


def test_search_finds_a_department_wherever_it_stands(as_chief, group):
    page = as_chief.get(f"{URL}?search=一组").text

    rows = re.findall(r"cell-first[^<]*<a [^>]*\?id=(\d+)[^>]*>([^<]+)</a>", page)
    assert dict(rows) == {str(group.id): "教务一组"}


def test_department_is_added_at_the_top_and_below(as_chief, cast, db_session):
    as_chief.post(f"{URL}new/", data={"name": "总务处", "code": "02"})
    form = as_chief.get(f"{URL}new/?parent={cast.office.id}").text
    sent = as_chief.post(
        f"{URL}new/", data={"name": "教务二组", "parent": cast.office.id}
    )

    top, below = found(db_session, "总务处"), found(db_session, "教务二组")
    assert f'<option value="{cast.office.id}" selected>教务处</option>' in form
    assert sent.status_code == 303
    assert (top.unit_id, top.path) == (cast.school.id, f"/{top.id}/")
    assert below.path == f"{cast.office.path}{below.id}/"


def test_department_of_another_unit_is_no_parent(as_chief, cast, db_session):
    foreign = make.department(db_session, cast.other_school)
    db_session.commit()

    sent = as_chief.post(f"{URL}new/", data={"name": "某处", "parent": foreign.id})
    opened = as_chief.get(f"{URL}?tab=tree&parent={foreign.id}")
    moved = as_chief.post(
        f"{URL}move/?id={cast.office.id}", data={"parent": foreign.id}
    )

    assert (sent.status_code, opened.status_code, moved.status_code) == (422, 404, 422)
    assert found(db_session, "某处") is None
    assert found(db_session, "教务处").parent_id is None


def test_name_and_code_are_changed_and_the_change_is_told(as_chief, cast, db_session):
    url = f"{URL}edit/?id={cast.office.id}"
    sent = as_chief.post(url, data={"name": "教学处", "code": "J1"})
    details = as_chief.get(f"{URL}details/?id={cast.office.id}").text

    office = db_session.get(m.Department, cast.office.id, populate_existing=True)
    told = details[details.index("变更记录") :]
    assert sent.status_code == 303
    assert (office.name, office.code) == ("教学处", "J1")
    assert re.findall(r'data-label="变更(?:前|后)"[^>]*title="([^"]*)"', told)[:2] == [
        "教务处",
        "教学处",
    ]


def test_subtree_moves_with_its_department(as_chief, cast, db_session, group):
    hall = make.department(db_session, cast.school, name="总务处")
    deep = make.department(db_session, cast.school, group, name="备课组")
    db_session.commit()

    sent = as_chief.post(f"{URL}move/?id={group.id}", data={"parent": hall.id})

    group, deep = found(db_session, "教务一组"), found(db_session, "备课组")
    assert sent.status_code == 303
    assert group.parent_id == hall.id
    assert group.path == f"{hall.path}{group.id}/"
    assert deep.path == f"{group.path}{deep.id}/"


def test_department_moves_to_the_top(as_chief, cast, db_session, group):
    sent = as_chief.post(f"{URL}move/?id={group.id}", data={"top": "1"})

    group = found(db_session, "教务一组")
    assert sent.status_code == 303
    assert (group.parent_id, group.path) == (None, f"/{group.id}/")


REFUSED_MOVES = {
    "below its own child": ("group", "不能移到本部门或它的下级部门之下"),
    "below itself": ("office", "不能移到本部门或它的下级部门之下"),
    "nowhere": ("", "请选择新的上级部门"),
    "below a disabled one": ("closed", "请选择列表中的一项"),
}


@pytest.mark.parametrize(
    ("where", "sentence"), REFUSED_MOVES.values(), ids=REFUSED_MOVES
)
def test_impossible_move_is_refused_at_the_field(
    as_chief, cast, db_session, group, where, sentence
):
    closed = make.department(db_session, cast.school, is_active=False)
    db_session.commit()
    places = {"group": group.id, "office": cast.office.id, "closed": closed.id}

    answer = as_chief.post(
        f"{URL}move/?id={cast.office.id}", data={"parent": places.get(where, "")}
    )

    assert answer.status_code == 422
    assert [sentence in line for line in said(answer)] == [True]
    assert found(db_session, "教务处").path == cast.office.path


def test_move_onto_a_department_of_the_same_name_is_refused(
    as_chief, cast, db_session, group
):
    make.department(db_session, cast.school, name=group.name)
    db_session.commit()

    answer = as_chief.post(f"{URL}move/?id={group.id}", data={"top": "1"})

    assert answer.status_code == 422
    assert "同一上级下已有同名部门，请更换名称。" in answer.text


def test_tree_is_never_deeper_than_its_levels(as_chief, cast, db_session):
    lowest = cast.office
    for _level in range(9):
        lowest = make.department(db_session, cast.school, lowest)
    pair = make.department(db_session, cast.school, name="甲处")
    make.department(db_session, cast.school, pair)
    db_session.commit()

    added = as_chief.post(f"{URL}new/", data={"name": "第十一级", "parent": lowest.id})
    moved = as_chief.post(f"{URL}move/?id={pair.id}", data={"parent": lowest.parent_id})

    sentence = "部门最多 10 级，请选择更高一级的上级部门。"
    assert [sentence in answer.text for answer in (added, moved)] == [True, True]
    assert found(db_session, "第十一级") is None
    assert found(db_session, "甲处").parent_id is None


def test_disabled_department_vanishes_from_choosers_but_keeps_its_people(
    as_chief, cast, db_session, group
):
    chooser = f"/register/pick/departments?unit_id={cast.school.id}"
    lookup = f"{URL}ajax/lookup/?name=parent&q="
    before = as_chief.get(chooser).text.count("data-pick=")

    told = act(as_chief, "disable", cast.office)

    person = as_chief.get(f"/admin/person-query/details/?id={cast.teacher.id}").text
    assert "成功 1 条" in told.text
    assert (before, as_chief.get(chooser).text.count("data-pick=")) == (1, 0)
    assert as_chief.get(lookup).get_json() == {"items": []}
    assert found(db_session, "教务一组").is_active is False
    assert "<dd>教务处</dd>" in person
    assert names(as_chief.get(URL).text) == ["教务处"]


def test_child_of_a_disabled_department_is_not_enabled_first(
    as_chief, cast, db_session, group
):
    act(as_chief, "disable", cast.office)

    refused = act(as_chief, "enable", group)
    both = act(as_chief, "enable", cast.office, group)

    assert "上级部门（内设）已禁用，请先启用上级部门。" in refused.text
    assert "成功 2 条" in both.text
    assert found(db_session, "教务一组").is_active


def test_empty_department_is_deleted(as_chief, db_session, group):
    as_chief.post(f"{URL}delete/", data={"id": group.id})

    assert found(db_session, "教务一组") is None


HOLDS = {
    "people": "该部门有 1 名人员，不能删除；请先将人员调整到其他部门",
    "children": "该部门有 1 个下级部门，不能删除；请先移动或删除下级部门",
    "administrators": "有 1 名管理员仅限管理该部门，不能删除",
    "history": "该部门有 1 条注册、申报或调转记录，不能删除；可以改为禁用",
}


@pytest.mark.parametrize(("what", "sentence"), HOLDS.items(), ids=HOLDS)
def test_department_in_use_is_not_deleted(
    as_chief, cast, db_session, group, what, sentence
):
    if what == "people":
        db_session.get(m.Person, cast.colleague.id).department_id = group.id
    elif what == "children":
        make.department(db_session, cast.school, group)
    elif what == "administrators":
        role = cast.department_head.role
        make.administrator(db_session, cast.school, role, department=group)
    else:
        make.declaration(db_session, cast.teacher, department_id=group.id)
    db_session.commit()

    as_chief.post(f"{URL}delete/", data={"id": group.id})
    told = as_chief.get(URL)

    assert sentence in told.text
    assert found(db_session, "教务一组") is not None


@pytest.mark.feature("R09")
def test_head_of_a_department_sees_and_changes_only_what_is_below(
    as_head, cast, db_session, group
):
    hall = make.department(db_session, cast.school, name="总务处")
    db_session.commit()

    tree = names(as_head.get(URL).text)
    added = as_head.post(
        f"{URL}new/", data={"name": "教务二组", "parent": cast.office.id}
    )
    answers = {
        "another's": as_head.get(f"{URL}edit/?id={hall.id}").status_code,
        "at the top": as_head.post(f"{URL}new/", data={"name": "新处"}),
        "their own": as_head.post(
            f"{URL}edit/?id={cast.office.id}", data={"name": "改名处"}
        ),
        "out of theirs": as_head.post(f"{URL}move/?id={group.id}", data={"top": "1"}),
    }

    sentence = "您只能管理本部门之下的部门，请联系单位管理员。"
    assert tree == ["教务处"]
    assert added.status_code == 303
    assert answers.pop("another's") == 404
    assert [sentence in answer.text for answer in answers.values()] == [True] * 3
    assert found(db_session, "改名处") is None
    assert found(db_session, "新处") is None
    assert found(db_session, "教务一组").parent_id == cast.office.id


@pytest.mark.feature("R09")
def test_head_of_a_department_disables_and_deletes_below_but_not_their_own(
    as_head, cast, db_session, group
):
    own = act(as_head, "disable", cast.office)
    as_head.post(f"{URL}delete/", data={"id": cast.office.id})
    below = act(as_head, "disable", group)
    as_head.post(f"{URL}delete/", data={"id": group.id})

    assert "成功 0 条" in own.text
    assert "成功 1 条" in below.text
    assert found(db_session, "教务处").is_active
    assert found(db_session, "教务一组") is None
