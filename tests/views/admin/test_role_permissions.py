"""角色权限明细: what each role may do, in words."""

from admin_app import models as m
from admin_app.permissions import CATALOGUE, VERBS
from tests import factories as make

SCREEN = "/admin/role-permissions/"


def test_every_verb_of_every_module_has_a_word():
    assert {v for module in CATALOGUE.values() for v in module.verbs} == set(VERBS)


def test_a_permission_is_told_and_found_in_words(as_superuser, cast, db_session):
    role = make.role(db_session, "approve_hours:approve", "people_of_old:view")
    db_session.commit()
    held = {p.permission: p.id for p in db_session.get(m.Role, role.id).permissions}

    page = as_superuser.get(f"{SCREEN}?role={role.id}").text
    assert "学时学分审批 · 通过" in page
    assert "people_of_old:view" in page  # what no module knows any more
    assert ">approve_hours:approve<" not in page

    found = as_superuser.get(f"{SCREEN}?permission=approve_hours:approve").text
    assert f"id={held['approve_hours:approve']}" in found
    assert f"id={held['people_of_old:view']}" not in found
    assert as_superuser.get(f"{SCREEN}?permission=x").status_code == 400
