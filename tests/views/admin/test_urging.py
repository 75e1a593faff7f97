"""催办 by a unit: who decides on what it asked for, and a reminder once a day (X06)."""

import html
import re

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import RecordKind, Source
from tests import factories as make
from tests.browsing import sign_in


def filed_declaration(session, cast):
    row = make.declaration(
        session, cast.teacher, source=Source.unit, filed_by_id=cast.school.id
    )
    return row, f"/admin/declare/{row.id}"


def unit_change(session, cast):
    row = make.unit_change(session, cast.school)
    return row, f"/admin/unit-code/{row.id}"


def outgoing_transfer(session, cast):
    row = m.Transfer(
        person_id=cast.teacher.id,
        from_unit_id=cast.school.id,
        to_unit_id=cast.bureau.id,
        requested_by_unit=True,
    )
    session.add(row)
    session.flush()
    return row, f"/admin/outgoing-transfers/details/?id={row.id}"


def succession(session, cast):
    row = m.Succession(
        unit_id=cast.school.id,
        successor_id=cast.teacher.id,
        filed_by_id=cast.school.id,
        requested_by_id=cast.chief.account.person_id,
        reason="已退休",
    )
    session.add(row)
    session.flush()
    return row, "/admin/succession/"


ASKED_BY_UNITS = [filed_declaration, unit_change, outgoing_transfer, succession]


def messages(session, assignment):
    session.rollback()
    told = select(m.Message).where(m.Message.account_id == assignment.account_id)
    return session.scalars(told).all()


@pytest.mark.feature("X06")
@pytest.mark.parametrize("asked", ASKED_BY_UNITS, ids=lambda f: f.__name__)
def test_unit_reminds_who_decides_once_a_day(asked, client, cast, db_session):
    cast.bureau.phone = "0371-65506550"
    row, page = asked(db_session, cast)
    make.waiting(row, cast.bureau)
    db_session.commit()
    sign_in(client, cast.chief)
    kind = next(k for k in RecordKind if f"urge/{k.name}/" in client.get(page).text)

    shown = client.get(page).text
    address = html.unescape(re.search(r'action="(/admin/urge/[^"]+)"', shown)[1])
    first = client.post(address, follow_redirects=True).text
    second = client.post(address, follow_redirects=True).text

    assert cast.bureau.name in shown
    assert "0371-65506550" in shown
    assert "已催办，请耐心等待审批。" in first
    assert "今天已经催办过，请明天再试，或直接致电审核单位。" in second
    [told] = messages(db_session, cast.bureau_chief)
    assert told.sentence == "申请人催办：有待审核事项已等待 %(days)s 天，请尽快办理。"
    assert told.url == f"/admin/inbox/?kind={kind.name}&urged=1"
    assert messages(db_session, cast.chief) == []
    inbox = sign_in(client, cast.bureau_chief).get(told.url).text
    assert "已催办 1 次" in inbox


def test_nobody_reminds_of_what_others_asked(client, cast, db_session):
    row, _page = unit_change(db_session, cast)
    make.waiting(row, cast.bureau)
    db_session.commit()
    address = f"/admin/urge/unit_change/{row.id}"

    answers = {
        who: sign_in(client, getattr(cast, who)).post(address).status_code
        for who in ("other_chief", "bureau_chief", "department_head", "teacher")
    }
    unknown = sign_in(client, cast.chief).post("/admin/urge/nothing/1").status_code

    assert answers == {
        "other_chief": 404,
        "bureau_chief": 404,
        "department_head": 404,
        "teacher": 403,
    }
    assert unknown == 404
    assert messages(db_session, cast.bureau_chief) == []


def test_only_those_who_may_decide_are_told(client, cast, db_session):
    row = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()

    answer = sign_in(client, cast.teacher).post(f"/me/declarations/{row.id}/urge")

    assert answer.status_code == 303
    counted = {
        who: len(messages(db_session, getattr(cast, who)))
        for who in ("chief", "reviewer", "department_head", "bureau_chief")
    }
    assert counted == {
        "chief": 1,
        "reviewer": 1,
        "department_head": 0,
        "bureau_chief": 0,
    }
