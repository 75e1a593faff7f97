"""Grave acts ask for the own password once more, all of them by one declaration (AU-12)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app import permissions
from admin_app.enums import Sex
from admin_app.permissions import CATALOGUE, visible
from admin_app.web import step_up
from tests import factories as make
from tests.browsing import sign_in
from tests.cast import actor, busy

ASKS = 'id="step-up"'
DOORS = {
    "/admin/accounts/action/",
    "/admin/approval-chains/action/",
    "/admin/certificate-templates/edit/",
    *(
        f"/admin/{screen}/{door}/"
        for screen in ("admin-assignments", "unit-admins")
        for door in ("hand-over", "reset-password")
    ),
    "/admin/people/correct/",
    "/admin/person-query/action/",
    *(
        f"/admin/{screen}/unmask/"
        for screen in (
            "person-query",
            "review-registrations",
            "review-subordinate-units",
        )
    ),
    "/admin/roles/edit/",
    "/admin/unit-roles/edit/",
}
"""Every address at which a grave permission is used, beside the exports."""
EXPORT = "/admin/person-query/export/csv/?sex=female"


def exports(app):
    """The address of each list that becomes a file."""
    return {
        f"{view.url}/export/csv/"
        for view in app.extensions["admin_screens"]
        if "export" in CATALOGUE[view.module].verbs
    }


def rows_of(session, view, who):
    """The key of a record that this member of the cast sees on the screen, or 0."""
    acting = actor(session, who)
    statement = visible(select(view.entity_model.id), view.entity_model, acting)
    narrowed = view.base_criterion(acting)
    if narrowed is not None:
        statement = statement.where(narrowed)
    return session.scalar(statement.order_by(view.entity_model.id).limit(1)) or 0


def requests_of(app, session, who):
    """What to send to every address of the screens that takes a POST."""
    for view in app.extensions["admin_screens"]:
        key = rows_of(session, view, who)
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith(f"{view.endpoint}.") and "POST" in rule.methods:
                yield rule.rule.replace("<export_type>", "csv"), {"id": key}
        for action in view.batch_actions:
            data = {"action": action.name, "confirmed": "1", "comment": "原因"}
            yield f"{view.url}/action/", data | {"rowid": key}


def asking(app, session, client, who, *, proven=False):
    """Return the addresses that answer with the page that asks."""
    found = set()
    for rule, data in list(requests_of(app, session, who)):
        session.commit()
        sign_in(client, who, proven=proven)
        answer = client.post(f"{rule}?id={data.get('id', '')}", data=data)
        if ASKS in answer.text:
            assert answer.status_code == 422
            found.add(rule)
    return found


@pytest.mark.once
@pytest.mark.uncounted
@pytest.mark.requirement("AU-12")
def test_every_grave_act_asks_and_no_other(app, client, cast, db_session):
    busy(db_session, cast)

    found = asking(app, db_session, client, cast.chief)
    found |= asking(app, db_session, client, cast.city_chief)
    found |= asking(app, db_session, client, cast.superuser)

    assert found == DOORS | exports(app)


@pytest.mark.once
@pytest.mark.uncounted
def test_with_nothing_declared_grave_nothing_asks(
    app, client, cast, db_session, monkeypatch
):
    monkeypatch.setattr(step_up, "GRAVE", frozenset())

    assert asking(app, db_session, client, cast.chief) == set()


def test_what_is_grave_is_in_the_catalogue():
    known = {name for module in CATALOGUE.values() for name in module.permissions}

    assert known >= permissions.GRAVE


@pytest.fixture
def edit(client, cast, db_session):
    """Send the form of a role that the chief may edit."""
    school = cast.school
    values = {"unit": school, "unit_kind": school.kind, "name": "旧名"}
    role = make.role(db_session, "person_query:view", **values)
    db_session.commit()

    def send(**more):
        data = {"name": "新名", "permissions": ["person_query:view"]} | more
        return client.post(f"/admin/unit-roles/edit/?id={role.id}", data=data)

    send.name = lambda: db_session.scalar(
        select(m.Role.name)
        .where(m.Role.id == role.id)
        .execution_options(populate_existing=True)
    )
    return send


def fresh(session):
    session.rollback()
    return session


def test_asked_page_sends_what_was_sent_and_the_act_goes_on(
    client, cast, edit, db_session
):
    sign_in(client, cast.chief)
    token = "t" * 43

    asked = edit(once=token)
    untouched = edit.name()
    fresh(db_session)
    wrong = edit(once=token, own_password="wrong-Lotus-1")
    done = edit(once=token, own_password=make.PASSWORD)

    assert (asked.status_code, wrong.status_code, done.status_code) == (422, 400, 303)
    assert 'name="name" value="新名"' in asked.text
    assert f'name="once" value="{token}"' in asked.text
    assert "密码错误" in wrong.text
    assert "wrong-Lotus-1" not in wrong.text
    fresh(db_session)
    assert (untouched, edit.name()) == ("旧名", "新名")


def test_right_comes_before_the_question(client, cast, edit):
    sign_in(client, cast.reviewer)
    without_right = edit()
    sign_in(client, cast.other_chief)
    out_of_sight = edit()

    assert [without_right.status_code, out_of_sight.status_code] == [403, 404]
    assert ASKS not in without_right.text + out_of_sight.text


def test_proof_stands_for_ten_minutes(app, client, cast, edit, now, monkeypatch):
    moment = [now]
    monkeypatch.setitem(app.extensions, "clock", lambda: moment[0])
    sign_in(client, cast.chief, at=now)
    first = edit(own_password=make.PASSWORD)

    moment[0] = now + timedelta(minutes=9, seconds=59)
    again = edit()
    moment[0] = now + timedelta(minutes=10, seconds=1)
    late = edit()

    assert [a.status_code for a in (first, again, late)] == [303, 303, 422]


# --- A list as a file -----------------------------------------------------------------


@pytest.fixture
def women(cast, db_session):
    """One of the school's two people is a woman: the list shows her alone."""
    db_session.get(m.Person, cast.teacher.id).sex = Sex.male
    db_session.get(m.Person, cast.colleague.id).sex = Sex.female
    db_session.commit()
    return cast.colleague


def exported_lines(session):
    return session.scalars(
        select(m.AuditEntry).where(m.AuditEntry.action == "export")
    ).all()


@pytest.mark.requirement("AU-12")
def test_export_asks_and_the_list_comes_back_as_it_was_and_fetches_the_file(
    client, cast, women, db_session
):
    page = "/admin/person-query/?sex=female&sort=-id"
    address = f"{EXPORT}&sort=-id"
    sign_in(client, cast.chief)

    asked = client.post(address, data={"url": page})
    noted = exported_lines(db_session)
    wrong = client.post(address, data={"url": page, "own_password": "wrong-Lotus-1"})
    proven = client.post(address, data={"url": page, "own_password": make.PASSWORD})
    listed = client.get(proven.location).text
    again = client.get(proven.location).text
    file = client.post(address, data={"url": page})

    assert [a.status_code for a in (asked, wrong, proven)] == [422, 400, 303]
    assert ASKS in asked.text
    assert women.name not in asked.text + wrong.text
    assert noted == []
    assert proven.location == page
    assert 'data-sends="export"' in listed
    assert f'action="{address.replace("csv", "xlsx").replace("&", "&amp;")}"' in listed
    assert 'data-sends="export"' not in again
    assert file.mimetype == "text/csv"
    assert women.name in file.text
    assert cast.teacher.name not in file.text


def test_export_opened_as_a_page_leads_to_its_list(client, cast, women, db_session):
    sign_in(client, cast.chief, proven=True)

    answer = client.get(EXPORT)

    assert (answer.status_code, answer.location) == (
        303,
        "/admin/person-query/?sex=female",
    )
    assert exported_lines(db_session) == []
