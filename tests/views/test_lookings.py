"""谁查看过我的信息: each look at a person is noted once, and they can read it (PR-06)."""

import re

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import Action, RecordKind, Source, State
from admin_app.views.admin import SCREENS
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.views.admin.rows import AT, DAY, add

PAGE = "/account/lookings"
SCREEN = {screen.endpoint_name(): screen for screen in SCREENS}
OF_NOBODY = {
    *(m.Region, m.RegionPrefix, m.Industry, m.UnitNature, m.UnitLevel, m.EthnicGroup),
    *(m.PoliticalStatus, m.EducationLevel, m.Degree, m.Major, m.Title),
    *(m.Unit, m.Department, m.UnitChange, m.Role, m.RolePermission, m.Notice),
    *(m.LearningForm, m.LearningFormVersion, m.LearningFormField),
    *(m.LearningFormProof, m.AnnualRequirement, m.ApprovalChain, m.PublicCourse),
    *(m.CertificateTemplate, m.ImportBatch, m.AuditEntry, m.ProfileField),
    m.MessageRule,
}
"""Models that tell of no person; a new one is decided here."""
OF_PEOPLE = [n for n in SCREEN if SCREEN[n].entity_model not in OF_NOBODY]


CONTENTS = {
    "title": "继续教育证书",
    "rows": [],
    "issued_on": "2025-11-01",
    "issuer": "市人社局",
}


def about(session, model, cast):
    """A record of the model that tells of the teacher, where rows.py tells of nobody."""
    declaration = make.declaration(session, cast.teacher)
    of_declaration = {"kind": RecordKind.declaration, "record_id": declaration.id}
    if model is m.WorkflowEvent:
        row = m.WorkflowEvent(
            **of_declaration,
            step=0,
            action=Action.submit,
            from_state=State.draft,
            to_state=State.pending,
        )
    elif model is m.Urge:
        row = m.Urge(**of_declaration, unit_id=cast.school.id, on_date=DAY)
    elif model is m.UserSession:
        row = m.UserSession(
            token_hash="h",
            account_id=cast.teacher.account.id,
            created_at=AT,
            last_seen_at=AT,
            expires_at=AT,
        )
    else:
        return add(session, model, cast.school, cast.teacher)
    session.add(row)
    session.flush()
    return row


def lines(db_session, subject_id=None):
    db_session.rollback()
    statement = select(m.AuditEntry).where(m.AuditEntry.subject_id.is_not(None))
    if subject_id is not None:
        statement = statement.where(m.AuditEntry.subject_id == subject_id)
    return db_session.scalars(statement.order_by(m.AuditEntry.id)).all()


def told(page):
    """The rows of the person's page: unit, name, act and purpose."""
    body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [
        re.findall(r"<td[^>]*>(.*?)</td>", r, re.DOTALL) for r in body.split("<tr>")
    ]
    return [
        tuple(
            re.sub(r"<br>", "/", re.sub(r"</?(div|small)[^>]*>", "", c)) for c in r[1:]
        )
        for r in rows
        if r
    ]


@pytest.fixture
def own(app, cast):
    """The teacher's browser."""
    return sign_in(Browser(app, app.response_class), cast.teacher)


OF_ONE_UNIT = {
    *("unit_declarations", "unit_admins"),
    *("outgoing_transfers", "transfer_log"),
}
"""What a unit has filed, who administers it and who leaves it: its own to open."""


@pytest.mark.requirement("PR-06")
@pytest.mark.parametrize("name", OF_PEOPLE)
def test_opening_a_record_is_noted_once_with_its_person(name, client, cast, db_session):
    screen = SCREEN[name]
    row = about(db_session, screen.entity_model, cast)
    if name == "unit_declarations":
        row.source, row.filed_by_id = Source.unit, cast.school.id
    if name == "revoke_hours":
        row.state, row.decider_id, row.decided_at = State.approved, None, AT
    db_session.commit()
    is_own = name in OF_ONE_UNIT
    sign_in(client, cast.chief if is_own else cast.superuser)

    page = client.get(f"/admin/{name.replace('_', '-')}/details/?id={row.id}")

    assert page.status_code == 200
    (line,) = lines(db_session)
    assert (line.action, line.after) == ("view", {"screen": name})
    assert line.account_id == (cast.chief.account_id if is_own else cast.superuser.id)
    assert db_session.get(m.Person, line.subject_id) is not None


@pytest.mark.requirement("PR-06")
def test_the_person_reads_who_looked_as_what_and_why(client, cast, db_session, own):
    cast.teacher.mobile = "13812345678"
    certificate = add(db_session, m.Certificate, cast.school, cast.teacher)
    certificate.contents = CONTENTS
    declaration = make.declaration(db_session, cast.teacher)
    make.waiting(declaration, cast.school)
    db_session.commit()
    sign_in(client, cast.chief, proven=True)

    client.get(f"/admin/approve-hours/details/?id={declaration.id}")
    client.get(f"/admin/person-query/details/?id={cast.teacher.id}")
    client.post(
        f"/admin/person-query/unmask/?id={cast.teacher.id}",
        data={"reason": "核对联系方式"},
    )
    client.post(
        "/admin/printing/find",
        data={"year": 2025, "id_number": cast.teacher.id_number},
    )
    printed = client.get(f"/admin/printing/{certificate.id}")
    client.post("/admin/person-query/export/csv/")

    who = (cast.school.name, cast.chief.account.person.name)
    assert printed.status_code == 200
    assert told(own.get(PAGE)) == [
        (*who, "导出名单", "专业技术人员信息查询"),
        (*who, "打印证书", ""),
        (*who, "查看详情", "按人员打印证书"),
        (*who, "查看完整号码", "专业技术人员信息查询/核对联系方式"),
        (*who, "查看详情", "专业技术人员信息查询"),
        (*who, "查看详情", "学时学分审批"),
    ]


@pytest.mark.requirement("PR-06")
def test_an_opened_picture_is_told(client, cast, db_session, own):
    declaration = make.declaration(db_session, cast.teacher)
    make.waiting(declaration, cast.school)
    picture = m.Attachment(
        key="0123456789abcdef",
        purpose="declaration_proof",
        declaration_id=declaration.id,
        file_name="证.png",
        media_type="image/png",
        size=1,
        sha256="0" * 64,
    )
    db_session.add(picture)
    db_session.commit()
    sign_in(client, cast.stranger)

    client.get(f"/files/{picture.key}")
    refused = own.get(PAGE)
    sign_in(client, cast.chief)
    client.get(f"/files/{picture.key}")

    assert told(refused) == []
    who = (cast.school.name, cast.chief.account.person.name)
    assert told(own.get(PAGE)) == [(*who, "查看附件", "")]


@pytest.mark.requirement("PR-06")
def test_an_export_tells_each_person_of_it_and_nobody_else(client, cast, db_session):
    sign_in(client, cast.other_chief, proven=True)

    client.post("/admin/person-query/export/csv/")

    assert [line.subject_id for line in lines(db_session)] == [cast.stranger.id]


def test_nobody_is_told_of_their_own_look(app, cast, db_session, own):
    declaration = make.declaration(db_session, cast.teacher)
    db_session.commit()

    own.get(f"/me/declarations/{declaration.id}")
    own.get("/me/profile")

    assert lines(db_session) == []
    assert "还没有人查看过" in own.get(PAGE).text


def test_what_is_out_of_sight_leaves_no_trace(client, cast, db_session):
    sign_in(client, cast.other_chief)

    page = client.get(f"/admin/person-query/details/?id={cast.teacher.id}")

    assert page.status_code == 404
    assert lines(db_session) == []


@pytest.mark.requirement("PR-06")
def test_nobody_reads_who_looked_at_another(client, cast, db_session, own):
    sign_in(client, cast.chief)
    client.get(f"/admin/person-query/details/?id={cast.colleague.id}")

    assert len(lines(db_session, cast.colleague.id)) == 1
    assert told(own.get(PAGE)) == []


def test_the_page_goes_on_at_a_constant_price(
    client, cast, db_session, own, statements
):
    sign_in(client, cast.chief)
    for _look in range(21):
        client.get(f"/admin/person-query/details/?id={cast.teacher.id}")

    with statements() as seen:
        first = own.get(PAGE)
    second = own.get(re.search(r'rel="next" href="([^"]+)"', first.text)[1])

    assert (len(told(first)), len(told(second))) == (20, 1)
    assert len(seen) <= 6
    assert own.get(f"{PAGE}?before=x").status_code == 400
