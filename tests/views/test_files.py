"""Stored pictures: whoever may see the record sees the picture, nobody else (AZ-04)."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from admin_app.enums import Action, AttachmentPurpose
from admin_app.extensions import db
from admin_app.models import Attachment, HoursCheck
from admin_app.web.storage import keep_image
from tests import factories as make
from tests.browsing import Browser, sign_in

PARTS = (
    *("teacher", "colleague", "stranger", "chief", "reviewer", "department_head"),
    *("other_chief", "bureau_chief", "city_chief", "province_chief", "base_chief"),
    "superuser",
)


def upload(name="scan.jpg", exif=None):
    target = io.BytesIO()
    options = {"exif": exif} if exif else {}
    Image.new("RGB", (30, 20), "teal").save(target, "JPEG", **options)
    target.seek(0)
    return FileStorage(target, filename=name)


@pytest.fixture
def stored(app, db_session):
    """Store a picture for a record and return its address."""

    def keep(**owner):
        with app.test_request_context():
            row = keep_image(
                upload(), purpose=AttachmentPurpose.unit_scan, uploaded_by_id=None
            )
        for name, value in owner.items():
            setattr(row, name, value)
        db_session.add(row)
        db_session.commit()
        return f"/files/{row.key}"

    return keep


def readers(app, cast, url):
    """The parts of the cast that get the picture; the rest are told 404."""
    found = set()
    for part in PARTS:
        browser = sign_in(Browser(app, app.response_class), getattr(cast, part))
        answer = browser.get(url)
        assert answer.status_code in {200, 404}
        if answer.status_code == 200:
            found.add(part)
    return found


@pytest.mark.feature("U05")
@pytest.mark.requirement("AZ-04")
def test_scan_of_a_registration_is_seen_by_applicant_and_reviewers(
    app, cast, db_session, stored
):
    record = make.unit_registration(db_session, cast.stranger, cast.bureau)
    url = stored(unit_registration_id=record.id)

    assert readers(app, cast, url) == {
        "stranger",
        "bureau_chief",
        "city_chief",
        "province_chief",
        "superuser",
    }


@pytest.mark.requirement("AZ-04")
def test_scan_of_a_unit_is_seen_by_its_chief_and_the_chiefs_above(app, cast, stored):
    url = stored(unit_id=cast.school.id)

    assert readers(app, cast, url) == {
        "chief",
        "bureau_chief",
        "city_chief",
        "province_chief",
        "superuser",
    }


@pytest.mark.requirement("AZ-04")
def test_proof_of_a_declaration_is_seen_by_its_person_and_their_reviewers(
    app, cast, db_session, stored
):
    declaration = make.declaration(db_session, cast.teacher)
    url = stored(declaration_id=declaration.id)

    assert readers(app, cast, url) == {
        "teacher",
        "chief",
        "reviewer",
        "department_head",
        "bureau_chief",
        "city_chief",
        "province_chief",
        "superuser",
    }


@pytest.mark.requirement("AZ-04")
def test_evidence_of_a_check_is_seen_by_who_may_check_and_by_their_superiors(
    app, cast, stored, db_session
):
    check = HoursCheck(
        unit_id=cast.city.id,
        account_id=cast.city_chief.account_id,
        actor_name="某人",
        action=Action.revoke,
        reason="不符",
        at=datetime(2025, 11, 18, tzinfo=UTC),
    )
    db_session.add(check)
    db_session.flush()

    url = stored(check_id=check.id)

    assert readers(app, cast, url) == {"city_chief", "province_chief", "superuser"}


@pytest.mark.requirement("AZ-04")
def test_visitor_gets_no_picture_and_no_hint_that_it_exists(client, cast, stored):
    url = stored(unit_id=cast.school.id)

    answers = [client.get(each) for each in (url, url[:-4] + "0000", "/files/x" * 9)]

    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.requirement("AZ-04")
def test_picture_is_served_as_an_image_that_can_do_nothing(client, cast, stored):
    url = stored(unit_id=cast.school.id)

    answer = sign_in(client, cast.chief).get(url)

    headers = answer.headers
    assert answer.mimetype == "image/jpeg"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.feature("U05")
@pytest.mark.requirement("AZ-04")
def test_pending_scan_is_seen_by_the_browser_that_sent_it_only(
    app, client, unit_registration_form
):
    page = client.post("/register/unit/employer", **unit_registration_form)
    url = page.text.split('href="/files/')[1].split('"')[0]

    other = Browser(app, app.response_class)
    assert client.get(f"/files/{url}").status_code == 200
    assert other.get(f"/files/{url}").status_code == 404


@pytest.fixture
def unit_registration_form():
    """Step 1 with a scan and nothing else."""
    return {
        "data": {"name": "", "scan": (upload().stream, "scan.jpg")},
        "content_type": "multipart/form-data",
    }


def test_attachment_of_the_public_notice_is_open_to_everybody(
    client, db_session, stored
):
    from datetime import date  # noqa: PLC0415

    from admin_app.models import Notice  # noqa: PLC0415

    notice = Notice(title="通知", body="内容", published_from=date(2025, 1, 1))
    db_session.add(notice)
    db_session.flush()

    assert client.get(stored(notice_id=notice.id)).status_code == 200


def test_rows_know_nothing_of_the_uploaded_file_but_its_name(app, db_session, stored):
    url = stored(unit_id=make.unit(db_session).id)

    with app.app_context():
        row = db.session.scalars(select(Attachment)).one()

    assert url.endswith(row.key)
    assert (row.file_name, row.media_type) == ("scan.jpg", "image/jpeg")
    assert (row.width, row.height) == (30, 20)
