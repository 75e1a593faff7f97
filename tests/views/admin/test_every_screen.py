"""What holds for every registered screen, because it is one class (AZ-01, AZ-03)."""

import re

import pytest
from flask_admin.contrib.sqla import ModelView
from sqlalchemy import func, inspect, select

from admin_app import models as m
from admin_app.columns import EncryptedText
from admin_app.extensions import db
from admin_app.permissions import CATALOGUE, scope_criterion
from admin_app.views.admin import SCREENS
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.system import TECHNICAL
from tests.browsing import sign_in
from tests.views.admin.rows import add

NAMES = [screen.endpoint_name() for screen in SCREENS]
SCREEN = {screen.endpoint_name(): screen for screen in SCREENS}
OF_PLATFORM = [n for n in NAMES if not SCREEN[n].for_units]
OF_UNITS = [n for n in NAMES if SCREEN[n].for_units]
WITH_FORM = [n for n in NAMES if SCREEN[n].form_columns]
SCOPED = [n for n in OF_UNITS if SCREEN[n].entity_model.__scope__]
SCOPED += [n for n in OF_PLATFORM if SCREEN[n].module == "notices"]
MOST_STATEMENTS = 6
BAD_QUERIES = [
    "after=x",
    "after=~",
    "after=x~1",
    "after=1~-1",
    "before=1~x",
    "after=.%ff~1",
    "after=.AAAAA~1",
    "after=20251118T000000~1",
    "after=00010101T000000%2B1400~1",
    "after=1",
    "before=1",
    "tab=reviewed&after=1",
    "after=99999999999999999999999999~1",
    "after=1~99999999999999999999",
    "sort=password_hash",
    "sort=-nothing",
    "size=7",
    "size=-1",
    "tab=none",
    "person=x",
    "person=99999999999999999999999",
    "state=none",
    "kind=%27",
    "year=99999",
    "unit=abc",
    "unit=99999999999999999999",
    "submitted_at_from=31.12.2025",
    "submitted_at_until=9999-12-31",
    "search=%25%27%22%3C",
    "search=%ED%9F%BF",
    "search=%F4%8F%BF%BF",
    "is_active=maybe",
]
BAD_KEYS = ["", "x", "0", "-1", "1,2", "99999999999999999999", "٣"]

every_screen = pytest.mark.parametrize("name", NAMES)
X01 = pytest.mark.feature("X01")
X02 = pytest.mark.feature("X02")
X03 = pytest.mark.feature("X03")


def url(name, door="", **names):
    query = "&".join(f"{key}={value}" for key, value in names.items())
    return f"/admin/{name.replace('_', '-')}/{door}{'?' + query if query else ''}"


@X01
def test_every_table_has_a_screen_or_a_reason():
    shown = {screen.entity_model for screen in SCREENS}
    every = {mapper.class_ for mapper in db.Model.registry.mappers}

    missing = every - shown - set(TECHNICAL)

    assert missing == set()
    assert shown & set(TECHNICAL) == set()


def test_no_door_of_flask_admin_is_left_as_it_was():
    doors = {name for _url, name, _methods in EntityView._urls}

    inherited = {
        name
        for name in doors
        if getattr(EntityView, name) is getattr(ModelView, name, None)
    }

    assert inherited == set()


@every_screen
@X03
@pytest.mark.requirement("AZ-01")
def test_a_missing_permission_closes_every_door(name, client, cast):
    visitor = client.get(url(name))
    sign_in(client, cast.teacher)
    professional = client.get(url(name))
    sign_in(client, cast.department_head)
    module = SCREEN[name].module
    held = {"approve_hours", "person_query"}
    expected = 200 if module in held else 403

    listed = client.get(url(name))

    assert (visitor.status_code, professional.status_code) == (303, 403)
    assert listed.status_code == expected
    if expected == 403:
        for door in ("details/", "new/", "edit/", "ajax/lookup/"):
            assert client.get(url(name, door, id=1)).status_code == 403
        for door in ("action/", "delete/", "find/", "export/csv/"):
            assert client.post(url(name, door)).status_code == 403


@pytest.mark.parametrize("name", OF_PLATFORM)
@X01
def test_the_superuser_opens_list_and_details_at_a_constant_price(
    name, as_superuser, cast, db_session, statements
):
    rows = [add(db_session, SCREEN[name].entity_model, cast.school, cast.teacher)]
    # Who comes to a list first counts before it is known how to find a page.
    as_superuser.get(url(name))
    with statements() as of_one:
        one = as_superuser.get(url(name))
    rows += [
        add(db_session, SCREEN[name].entity_model, cast.school, cast.teacher)
        for _more in range(2)
    ]
    with statements() as of_three:
        three = as_superuser.get(url(name))
    opened = as_superuser.get(url(name, "details/", id=rows[0].id))

    assert (one.status_code, three.status_code, opened.status_code) == (200, 200, 200)
    assert len(of_one) == len(of_three)
    assert len(of_three) <= MOST_STATEMENTS


@pytest.mark.parametrize("name", OF_UNITS)
@pytest.mark.parametrize(
    "who", ["chief", "bureau_chief", "city_chief", "province_chief"]
)
def test_a_units_task_costs_the_same_at_every_scope(
    name, who, client, cast, db_session, statements
):
    assignment = getattr(cast, who)
    person = db_session.get(m.Person, cast.teacher.id)
    sign_in(client, assignment)
    seen = []
    for _row in range(3):
        add(db_session, SCREEN[name].entity_model, cast.school, person)
        with statements() as run:
            listed = client.get(url(name))
        seen.append(len(run))

    if listed.status_code == 403:
        pytest.skip("not a task of this kind of unit")
    assert listed.status_code == 200
    assert seen[1] == seen[2]
    assert max(seen) <= MOST_STATEMENTS


@pytest.mark.parametrize("name", SCOPED)
@X02
@pytest.mark.requirement("AZ-01")
def test_a_row_of_another_unit_is_found_by_no_door(name, client, cast, db_session):
    screen = SCREEN[name]
    foreign = add(db_session, screen.entity_model, cast.other_school, cast.stranger)
    own = add(db_session, screen.entity_model, cast.school, cast.teacher)
    give(db_session, cast, screen.module)
    # Some acts are the chief's own, whatever a role says.
    is_unit_s = cast.school.kind in CATALOGUE[screen.module].kinds
    sign_in(client, cast.chief if is_unit_s else cast.reviewer)
    if client.get(url(name)).status_code == 403:
        pytest.skip("the platform's alone")

    answers = {
        door: client.get(url(name, door, id=foreign.id)).status_code
        for door in ("details/",)
    }
    if screen.form_columns:
        answers["edit/"] = client.get(url(name, "edit/", id=foreign.id)).status_code
        answers["delete/"] = client.post(
            url(name, "delete/"), data={"id": foreign.id}
        ).status_code
    for action in screen.batch_actions:
        for ids in ([foreign.id], [own.id, foreign.id]):
            sent = client.post(
                url(name, "action/"),
                data={
                    "action": action.name,
                    "rowid": ids,
                    "confirmed": "1",
                    "comment": "x",
                },
            )
            answers[f"{action.name} {len(ids)}"] = sent.status_code

    assert set(answers.values()) == {404}
    assert foreign.id not in listed_ids(client.get(url(name)).text)
    assert db_session.get(screen.entity_model, foreign.id, populate_existing=True)


@every_screen
@pytest.mark.requirement("IN-10")
def test_a_bad_address_is_never_a_failure(name, as_superuser):
    answers = {
        query: as_superuser.get(f"{url(name)}?{query}").status_code
        for query in BAD_QUERIES
    }
    keys = {
        key: as_superuser.get(f"{url(name, 'details/')}?id={key}").status_code
        for key in BAD_KEYS
    }

    assert set(answers.values()) <= {200, 400, 404}
    assert set(keys.values()) <= {400, 404}


@pytest.mark.parametrize("name", WITH_FORM)
@pytest.mark.requirement("AZ-03")
def test_only_declared_columns_change_whatever_is_posted(
    name, as_superuser, cast, db_session
):
    screen = SCREEN[name]
    model = screen.entity_model
    row = add(db_session, model, cast.school, cast.teacher)
    columns = inspect(model).columns
    before = {c.key: getattr(row, c.key) for c in columns}
    sent = {c.key: "1" for c in columns} | {
        relation.key: "1" for relation in inspect(model).relationships
    }

    as_superuser.post(url(name, "edit/", id=row.id), data=sent)

    db_session.rollback()
    db_session.expire_all()
    allowed = set(screen.form_columns) | {f"{n}_id" for n in screen.form_columns}
    allowed |= {"updated_at", "level"}
    changed = {c.key for c in columns if getattr(row, c.key) != before[c.key]}
    assert changed - allowed == set()


@every_screen
def test_no_personal_number_and_no_secret_is_shown(
    name, as_superuser, cast, db_session
):
    screen = SCREEN[name]
    model = screen.entity_model
    row = add(db_session, model, cast.school, cast.teacher)
    secret = [cast.teacher.id_number, cast.teacher.mobile, cast.teacher.email]
    secret += [
        str(getattr(row, c.key))
        for c in inspect(model).columns
        if isinstance(c.type, EncryptedText) or c.key in {"password_hash", "token_hash"}
    ]

    pages = as_superuser.get(url(name)).text
    pages += as_superuser.get(url(name, "details/", id=row.id)).text

    assert [text for text in secret if text and text in pages] == []


def give(session, cast, module):
    """Let the reviewer's role hold every verb of the module."""
    role = session.get(m.Role, cast.reviewer.role_id)
    held = {p.permission for p in role.permissions}
    for name in set(CATALOGUE[module].permissions) - held:
        role.permissions.append(m.RolePermission(permission=name))
    session.commit()


def listed_ids(page):
    return {int(key) for key in re.findall(r"details/\?id=(\d+)", page)}


def test_every_scoped_model_is_tried_by_the_matrix(db_session, cast):
    actor = None

    closed = [
        n for n in SCOPED if scope_criterion(SCREEN[n].entity_model, actor) is None
    ]

    assert closed == []
    assert db_session.scalar(select(func.count()).select_from(m.Unit)) > 0
