"""Roles: nobody gives what they lack, nor touches their own or a better's role."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admin_app.errors import Forbidden, Refused
from admin_app.operations.roles import (
    delete_role,
    give_permissions,
    refuse_assign,
    refuse_edit,
)
from admin_app.permissions import CATALOGUE
from tests import factories as make
from tests.cast import actor

EDITING = ("roles:view", "roles:create", "roles:edit", "roles:delete")


@pytest.fixture
def editor(db_session, cast):
    """An administrator of the whole school who edits roles and is no chief."""
    role = make.role(
        db_session, *EDITING, "notices:view", "approve_hours:view", unit=cast.school
    )
    return make.administrator(db_session, cast.school, role)


def unused(session, cast, editor):
    return make.role(session, "approve_hours:view", unit=cast.school)


def own(session, cast, editor):
    return editor.role


def higher(session, cast, editor):
    return make.role(session, "declare_hours:create", unit=cast.school)


def of_a_peer(session, cast, editor):
    role = unused(session, cast, editor)
    make.administrator(session, cast.school, role)
    return role


def of_a_department(session, cast, editor):
    role = unused(session, cast, editor)
    make.administrator(session, cast.school, role, department=cast.office)
    return role


def of_another_unit(session, cast, editor):
    return make.role(session, "approve_hours:view", unit=cast.other_school)


def shipped(session, cast, editor):
    return make.chief_role(session, cast.school.kind)


EDITS = {
    "one that nobody uses": ("editor", unused, None),
    "their own": ("editor", own, Forbidden),
    "one with more than they have": ("editor", higher, Forbidden),
    "a peer's": ("editor", of_a_peer, Forbidden),
    "a department's administrator's": ("editor", of_a_department, None),
    "another unit's": ("editor", of_another_unit, Forbidden),
    "a shipped one": ("editor", shipped, Forbidden),
    "an added administrator's, by the chief": ("chief", of_a_peer, None),
    "the editor's, by the chief": ("chief", own, Forbidden),
    "a subordinate's, by the superior": ("bureau_chief", unused, Forbidden),
    "a shipped one, by the chief": ("chief", shipped, Forbidden),
    "a shipped one, by the superuser": ("superuser", shipped, None),
}


@pytest.mark.feature("U27")
@pytest.mark.requirement("AZ-08")
@pytest.mark.parametrize(("who", "which", "refusal"), EDITS.values(), ids=EDITS)
def test_role_is_edited_only_from_above(db_session, cast, editor, who, which, refusal):
    role = which(db_session, cast, editor)
    member = editor if who == "editor" else getattr(cast, who)

    try:
        refuse_edit(db_session, actor(db_session, member), role)
        found = None
    except Refused as refused:
        found = type(refused)

    assert found is refusal


@pytest.mark.requirement("AZ-08")
def test_department_head_edits_roles_further_down_only(db_session, cast):
    powers = make.role(db_session, *EDITING, "approve_hours:view", unit=cast.school)
    head = make.administrator(db_session, cast.school, powers, department=cast.office)
    below = make.department(db_session, cast.school, cast.office)
    beside = make.department(db_session, cast.school)
    acting = actor(db_session, head)
    found = []

    for department in (below, cast.office, beside, None):
        role = make.role(db_session, "approve_hours:view", unit=cast.school)
        make.administrator(db_session, cast.school, role, department=department)
        try:
            refuse_edit(db_session, acting, role)
            found.append("edits")
        except Forbidden:
            found.append("refused")

    assert found == ["edits", "refused", "refused", "refused"]


@pytest.mark.feature("U27")
@pytest.mark.requirement("AZ-08")
def test_role_in_use_is_not_deleted_and_its_holders_are_named(db_session, cast):
    chief = actor(db_session, cast.chief)

    with pytest.raises(Refused) as refused:
        delete_role(db_session, chief, cast.reviewer.role)

    named = set(refused.value.values["names"].split("、"))
    holders = (cast.reviewer, cast.department_head)
    assert named == {holder.account.person.name for holder in holders}


@pytest.mark.feature("U27")
def test_unused_role_is_deleted(db_session, cast):
    role = make.role(db_session, "approve_hours:view", unit=cast.school)

    delete_role(db_session, actor(db_session, cast.chief), role)
    db_session.flush()

    assert role not in db_session


ASSIGNS = {
    "a role of the unit within one's own": ("editor", unused, None),
    "one with more than one has": ("editor", higher, Forbidden),
    "another unit's": ("editor", of_another_unit, Forbidden),
    "the chief's": ("chief", shipped, Forbidden),
    "the chief's, by the superuser": ("superuser", shipped, Forbidden),
    "another unit's, by the superuser": ("superuser", of_another_unit, None),
}


@pytest.mark.requirement("AZ-08")
@pytest.mark.parametrize(("who", "which", "refusal"), ASSIGNS.values(), ids=ASSIGNS)
def test_role_is_given_only_within_ones_own(
    db_session, cast, editor, who, which, refusal
):
    role = which(db_session, cast, editor)
    member = editor if who == "editor" else getattr(cast, who)

    try:
        refuse_assign(actor(db_session, member), role)
        found = None
    except Refused as refused:
        found = type(refused)

    assert found is refusal


def test_whoever_may_decide_may_look(db_session, cast):
    role = make.role(db_session, "departments:view", unit=cast.school)
    role.unit_kind = cast.school.kind

    give_permissions(actor(db_session, cast.chief), role, ["approve_hours:approve"])

    held = {permission.permission for permission in role.permissions}
    assert held == {"approve_hours:approve", "approve_hours:view"}


PERMISSIONS = sorted(
    name for module in CATALOGUE.values() for name in module.permissions
)
some = st.frozensets(st.sampled_from(PERMISSIONS), max_size=8)
steps = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), some), max_size=12)


@pytest.mark.requirement("AZ-08")
@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=some, steps=steps)
def test_no_sequence_of_edits_gives_what_the_granter_lacked(
    db_session, cast, first, steps
):
    """Three administrators below the chief edit and give out each other's roles."""
    savepoint = db_session.begin_nested()
    everything = actor(db_session, cast.chief).permissions
    start = sorted((first & everything) | set(EDITING))
    roles = [
        make.role(db_session, *start, unit=cast.school),
        make.role(db_session, *EDITING, unit=cast.school),
        make.role(db_session, "approve_hours:view", unit=cast.school),
        make.role(db_session, "approve_hours:view", unit=cast.school),
    ]
    departments = [None, cast.office, make.department(db_session, cast.school)]
    editors = [
        make.administrator(db_session, cast.school, role, department=department)
        for role, department in zip(roles, departments, strict=False)
    ]

    for by, which, wanted in steps:
        acting = actor(db_session, editors[by % 3])
        role = roles[which]
        held = {p.permission for p in role.permissions}
        try:
            refuse_edit(db_session, acting, role)
            give_permissions(acting, role, wanted)
            db_session.flush()
        except Refused:
            db_session.refresh(role)
        given = {p.permission for p in role.permissions} - held
        assert given <= acting.permissions
        assert not (given and role is editors[by % 3].role)

    best = set().union(*({p.permission for p in role.permissions} for role in roles))
    assert best <= set(start) | {"approve_hours:view"}
    savepoint.rollback()
