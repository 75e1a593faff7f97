"""A unit declares for its people, and prints their certificates."""

import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from admin_app.enums import Measure, Source, State, SubjectKind
from admin_app.models import Certificate, Declaration, YearTotal
from admin_app.operations import declarations
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.declaring import attachment, fields, picture

NEW = "/admin/declare/new"
KEPT = re.compile('name="kept" value="([^"]+)"')


@pytest.fixture
def browse(app, now):
    """Sign somebody of the cast in, in a browser of their own, at `now`."""
    before = app.extensions["clock"]
    app.extensions["clock"] = lambda: now
    yield lambda who: sign_in(Browser(app, app.response_class), who, at=now)
    app.extensions["clock"] = before


def now_in(session, model):
    """The rows that are committed now, whatever the session has seen before."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(model).order_by(model.id)))


def stored_files(app):
    """The names of all files that are kept."""
    root = urlsplit(app.extensions["settings"].storage_url).path
    return sorted(str(path) for path in Path(root).rglob("*") if path.is_file())


@pytest.mark.feature("U36")
def test_unit_files_for_several_people_with_a_picture_each(browse, db_session, cast):
    people = [str(cast.teacher.id), str(cast.colleague.id)]

    answer = browse(cast.chief).post(
        NEW,
        data=fields(db_session, people=people, do="send", attachments=[picture()]),
    )

    records = now_in(db_session, Declaration)
    assert answer.location == "/admin/declare/"
    assert [(r.person_id, r.source, r.state, r.decider_id) for r in records] == [
        (cast.teacher.id, Source.unit, State.pending, cast.bureau.id),
        (cast.colleague.id, Source.unit, State.pending, cast.bureau.id),
    ]
    keys = [record.attachments[0].key for record in records]
    assert len(set(keys)) == 2


def test_what_is_refused_late_keeps_one_picture_and_no_copy(
    browse, app, db_session, cast
):
    people = [str(cast.teacher.id), str(cast.colleague.id)]
    full = make.declaration(db_session, cast.colleague)
    attachment(db_session, full).size = declarations.QUOTA_BYTES
    db_session.commit()
    before = stored_files(app)

    answer = browse(cast.chief).post(
        NEW, data=fields(db_session, people=people, attachments=[picture()])
    )

    assert answer.status_code == 422
    assert "该人员的图片已超过" in answer.text
    assert [r.id for r in now_in(db_session, Declaration)] == [full.id]
    [kept] = KEPT.findall(answer.text)
    new = set(stored_files(app)) - set(before)
    assert [path.rpartition("/")[2] for path in new] == [kept.partition("-")[2]]


@pytest.mark.feature("U36")
def test_unsent_declarations_are_listed_and_sent(browse, db_session, cast):
    chief = browse(cast.chief)
    chief.post(NEW, data=fields(db_session, people=str(cast.teacher.id)))
    [record] = now_in(db_session, Declaration)
    attachment(db_session, record)
    db_session.commit()

    listed = chief.get("/admin/declare/")
    chief.post(f"/admin/declare/{record.id}/send")
    after = chief.get("/admin/declare/")

    address = f'href="/admin/declare/{record.id}/edit"'
    assert (address in listed.text, address in after.text) == (True, False)
    [record] = now_in(db_session, Declaration)
    assert record.decider_id == cast.bureau.id


def test_unit_edits_withdraws_and_deletes_its_own(browse, db_session, cast):
    chief = browse(cast.chief)
    data = fields(db_session, people=str(cast.teacher.id), attachments=[picture()])
    chief.post(NEW, data=data | {"do": "send"})
    [record] = now_in(db_session, Declaration)
    address = f"/admin/declare/{record.id}"
    states = []

    for door in ("withdraw", "edit", "delete"):
        chief.post(f"{address}/{door}", data=fields(db_session, title="改过"))
        [record] = now_in(db_session, Declaration)
        states.append((record.state, record.title, record.deleted_at is not None))

    assert states == [
        (State.draft, "专业技能培训班", False),
        (State.draft, "改过", False),
        (State.draft, "改过", True),
    ]


NOT_OURS = {
    "a person of another school": "stranger",
    "nobody": None,
}


@pytest.mark.requirement("AZ-01", "AZ-03")
@pytest.mark.parametrize("who", NOT_OURS.values(), ids=NOT_OURS)
def test_foreign_people_are_refused(browse, db_session, cast, who):
    key = str(getattr(cast, who).id) if who else ["", "x"]

    page = browse(cast.chief).post(NEW, data=fields(db_session, people=key))

    assert page.status_code == 422
    assert 'id="people-error"' in page.text
    assert cast.stranger.name not in page.text
    assert now_in(db_session, Declaration) == []


@pytest.mark.requirement("AZ-01")
def test_search_offers_own_people_only(browse, cast):
    chief = browse(cast.chief)

    everybody = chief.get("/admin/declare/people").json["items"]
    found = chief.get("/admin/declare/people?q=王").json["items"]

    assert {item["text"] for item in everybody} == {"王老师", "李老师"}
    assert [(item["value"], item["text"]) for item in found] == [
        (cast.teacher.id, "王老师")
    ]
    assert cast.teacher.id_number not in str(everybody)


DOORS = {
    "details": ("GET", ""),
    "edit form": ("GET", "/edit"),
    "edit": ("POST", "/edit"),
    "send": ("POST", "/send"),
    "withdraw": ("POST", "/withdraw"),
    "delete": ("POST", "/delete"),
}


@pytest.mark.requirement("AZ-01")
@pytest.mark.parametrize("who", ["other_chief", "bureau_chief"])
@pytest.mark.parametrize(("method", "door"), DOORS.values(), ids=DOORS)
def test_what_another_unit_filed_does_not_exist(
    browse, db_session, cast, who, method, door
):
    record = make.declaration(
        db_session,
        cast.teacher,
        source=Source.unit,
        filed_by_id=cast.school.id,
        created_by_id=cast.chief.account_id,
    )
    db_session.commit()

    answer = browse(getattr(cast, who)).open(
        f"/admin/declare/{record.id}{door}", method=method, data=fields(db_session)
    )

    assert answer.status_code == 404


@pytest.mark.parametrize("address", ["/admin/declare/", NEW, "/admin/printing/"])
def test_pages_need_their_permission(browse, app, cast, address):
    told = [
        Browser(app, app.response_class).get(address).status_code,
        browse(cast.teacher).get(address).status_code,
        browse(cast.reviewer).get(address).status_code,
        browse(cast.chief).get(address).status_code,
    ]

    assert told == [303, 403, 403, 200]


@pytest.mark.feature("U14")
def test_pages_stand_in_the_menu_of_those_who_may_open_them(browse, cast):
    chief, reviewer = (
        browse(who).get("/admin/").text for who in (cast.chief, cast.reviewer)
    )

    pages = re.findall(r'href="(/admin/(?:declare|printing)/)"', chief)
    assert set(pages) == {"/admin/declare/", "/admin/printing/"}
    assert "/admin/declare/" not in reviewer


def credit(session, person, professional):
    for kind, amount in (
        (SubjectKind.public, "30"),
        (SubjectKind.professional, professional),
    ):
        session.add(
            YearTotal(
                person_id=person.id,
                year=2025,
                subject_kind=kind,
                measure=Measure.hours,
                amount=Decimal(amount),
                entries=1,
            )
        )
    session.commit()


@pytest.mark.feature("U43")
@pytest.mark.parametrize(("professional", "enabled"), [("59.5", False), ("60", True)])
def test_administrator_prints_exactly_what_is_complete(
    browse, db_session, cast, professional, enabled
):
    credit(db_session, cast.teacher, professional)
    chief = browse(cast.chief)
    search = {"year": "2025", "id_number": cast.teacher.id_number}

    found = chief.post("/admin/printing/find", data=search)
    issued = chief.post(
        "/admin/printing/issue", data={"person_id": cast.teacher.id, "year": "2025"}
    )

    assert ('action="/admin/printing/issue"' in found.text) is enabled
    assert cast.teacher.id_number not in found.text
    certificates = now_in(db_session, Certificate)
    assert len(certificates) == int(enabled)
    if enabled:
        assert issued.location == f"/admin/printing/{certificates[0].id}"
        assert chief.get(issued.location).mimetype == "application/pdf"


@pytest.mark.requirement("AZ-05")
def test_foreign_person_is_neither_found_nor_printed(browse, db_session, cast):
    credit(db_session, cast.teacher, "60")
    own, other = browse(cast.chief), browse(cast.other_chief)
    issue = {"person_id": cast.teacher.id, "year": "2025"}
    address = own.post("/admin/printing/issue", data=issue).location

    found = other.post(
        "/admin/printing/find",
        data={"year": "2025", "id_number": cast.teacher.id_number},
    )

    assert cast.teacher.name not in found.text
    assert other.post("/admin/printing/issue", data=issue).status_code == 404
    assert other.get(address).status_code == 404
