"""Notices are written with pictures, a time and readers, and reach exactly them (R07)."""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from admin_app.enums import NoticeAudience
from admin_app.models import Attachment, Notice
from admin_app.web.clock import today
from admin_app.web.storage import open_file
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.web.test_hostile_papers import BAD, pdf
from tests.web.test_storage import jpeg


@pytest.fixture
def author(client, cast):
    return sign_in(client, cast.city_chief)


@pytest.fixture
def province(client, cast):
    return sign_in(client, cast.province_chief)


def day(app, offset=0):
    with app.app_context():
        return today() + timedelta(days=offset)


def write(client, *, key=None, pictures=(), papers=(), **typed):
    data = {
        "title": "关于申报的通知",
        "body": "第一段\n第二段",
        "audience": "everyone",
        "published_from": day(client.application).isoformat(),
        "published_until": "",
    } | typed
    files = [(p, f"{n}.jpg") for n, p in enumerate(pictures)]
    files += [(p, f"通知{n}.pdf") for n, p in enumerate(papers)]
    data["attachments"] = [(io.BytesIO(p), name) for p, name in files]
    door = f"edit/?id={key}" if key else "new/"
    return client.post(
        f"/admin/notices/{door}", data=data, content_type="multipart/form-data"
    )


def written(db_session):
    db_session.rollback()
    db_session.expire_all()
    return db_session.scalars(select(Notice).order_by(Notice.id.desc())).first()


def visitor(client):
    return Browser(client.application, client.application.response_class)


@pytest.mark.feature("R07")
def test_notice_with_pictures_is_on_the_home_page(province, cast, db_session):
    answer = write(province, pictures=[jpeg(), jpeg()])

    notice = written(db_session)
    anybody = visitor(province)
    page = anybody.get(f"/notices/{notice.id}")
    keys = re.findall(r'href="/files/([0-9a-f-]+)"', page.text)
    assert answer.status_code == 303
    assert notice.unit_id == cast.province.id
    assert f'href="/notices/{notice.id}"' in anybody.get("/").text
    assert "省人社厅" in page.text
    assert len(keys) == 2
    assert {anybody.get(f"/files/{key}").mimetype for key in keys} == {"image/jpeg"}


@pytest.mark.feature("R07")
def test_a_pdf_is_handed_over_and_never_opened_in_our_page(province, db_session):
    answer = write(province, pictures=[jpeg()], papers=[pdf()])

    notice = written(db_session)
    anybody = visitor(province)
    page = anybody.get(f"/notices/{notice.id}").text
    (key,) = re.findall(r'href="/files/([0-9a-f-]+)" download', page)
    served = anybody.get(f"/files/{key}")
    assert answer.status_code == 303
    assert "通知0.pdf" in page
    assert len(PdfReader(io.BytesIO(served.data)).pages) == 1
    names = ("Content-Disposition", "X-Content-Type-Options", "Content-Security-Policy")
    assert (served.mimetype, *(served.headers[name] for name in names)) == (
        "application/pdf",
        "attachment; filename*=UTF-8''%E9%80%9A%E7%9F%A50.pdf",
        "nosniff",
        "default-src 'none'; sandbox",
    )


@pytest.mark.feature("R07")
@pytest.mark.requirement("IN-10")
@pytest.mark.parametrize("case", BAD)
def test_a_bad_pdf_is_refused_and_the_text_stays(author, db_session, case):
    data, part = BAD[case]

    answer = write(author, papers=[data], body="已经写好的内容")

    assert answer.status_code == 422
    assert part in errors(answer)[0]
    assert "已经写好的内容" in answer.text
    assert written(db_session) is None


@pytest.mark.feature("R07")
@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ("individuals", {"teacher", "stranger"}),
        ("employers", {"chief", "other_chief"}),
        ("authorities", {"bureau_chief", "city_chief"}),
        ("bases", set()),
        (
            "everyone",
            {"teacher", "stranger", "chief", "other_chief", "bureau_chief"}
            | {"city_chief"},
        ),
    ],
)
def test_notice_reaches_those_below_its_author_only(
    author, cast, db_session, audience, readers
):
    elsewhere = make.unit(db_session, cast.province, name="外市单位")
    cast.outsider = make.administrator(db_session, elsewhere)
    db_session.commit()
    write(author, audience=audience, pictures=[jpeg()])
    notice = written(db_session)
    key = db_session.scalars(select(Attachment.key)).one()
    parts = (
        *("teacher", "stranger", "chief", "other_chief", "bureau_chief"),
        *("city_chief", "base_chief", "outsider"),
    )

    told, shown, pictured = set(), set(), set()
    for part in parts:
        client = sign_in(visitor(author), getattr(cast, part))
        home = "/me/" if part in {"teacher", "stranger"} else "/admin/"
        if f'href="/notices/{notice.id}"' in client.get(home).text:
            told.add(part)
        if client.get(f"/notices/{notice.id}").status_code == 200:
            shown.add(part)
        if client.get(f"/files/{key}").status_code == 200:
            pictured.add(part)

    assert told == shown == readers
    assert f'href="/notices/{notice.id}"' not in visitor(author).get("/").text
    assert visitor(author).get(f"/notices/{notice.id}").status_code == 404
    assert pictured == readers | {"city_chief"}
    assert visitor(author).get(f"/files/{key}").status_code == 404


@pytest.mark.feature("R07")
def test_lists_of_notices_tell_who_published_each(province, cast, db_session):
    write(province)
    told = "省人社厅"

    public = [visitor(province).get(page).text for page in ("/", "/notices")]
    portal = sign_in(visitor(province), cast.teacher).get("/me/").text
    workplace = sign_in(visitor(province), cast.chief).get("/admin/").text

    line = f'关于申报的通知 <small class="text-secondary">{told}</small>'
    dated = f">{told} · {day(province.application)}</small>"
    assert [line in page for page in public] == [True, True]
    assert [dated in page for page in (portal, workplace)] == [True, True]


@pytest.mark.feature("R07")
def test_notice_begins_as_one_for_the_units_below(author):
    form = author.get("/admin/notices/new/").text

    (chosen,) = re.findall(r'<option selected value="(\w+)"', form)
    assert chosen == "employers"
    assert "其他人社部门的公告只有本级及下级单位的人员登录后可见" in form


@pytest.mark.feature("R07")
@pytest.mark.parametrize(("since", "until"), [(1, None), (-9, -1)])
def test_notice_out_of_its_time_is_shown_to_nobody_but_its_author(
    province, db_session, since, until
):
    app = province.application
    end = day(app, until).isoformat() if until else ""
    write(
        province,
        published_from=day(app, since).isoformat(),
        published_until=end,
        pictures=[jpeg()],
    )

    notice = written(db_session)
    key = db_session.scalars(select(Attachment.key)).one()
    anybody = visitor(province)
    assert anybody.get(f"/notices/{notice.id}").status_code == 404
    assert anybody.get(f"/files/{key}").status_code == 404
    assert province.get(f"/files/{key}").status_code == 200


@pytest.mark.feature("R07")
def test_picture_is_taken_off_again(author, db_session):
    write(author, pictures=[jpeg(), jpeg()])
    notice = written(db_session)
    rows = select(Attachment.id, Attachment.key).order_by(Attachment.id)
    first, second = db_session.execute(rows).all()
    form = author.get(f"/admin/notices/edit/?id={notice.id}").text

    write(author, key=notice.id, removed=str(first.id))

    db_session.rollback()
    left = db_session.scalars(select(Attachment.key)).all()
    with author.application.app_context():
        stored = [open_file(row) is not None for row in (first.key, second.key)]
    assert f'name="removed" value="{first.id}"' in form
    assert left == [second.key]
    assert stored == [False, True]


@pytest.mark.feature("R07")
def test_deleted_notice_takes_its_pictures_along(author, db_session):
    write(author, pictures=[jpeg()])
    notice = written(db_session)
    key = db_session.scalars(select(Attachment.key)).one()

    author.post("/admin/notices/delete/", data={"id": str(notice.id)})

    db_session.rollback()
    with author.application.app_context():
        assert open_file(key) is None
    assert db_session.scalars(select(Notice)).all() == []


def errors(page):
    return re.findall(r'class="field-error"[^>]*>(.*?)</div>', page.text)


@pytest.mark.feature("R07")
@pytest.mark.requirement("IN-03")
def test_refused_notices(author, db_session):
    app = author.application
    backwards = write(
        author,
        published_from=day(app).isoformat(),
        published_until=day(app, -1).isoformat(),
    )
    six = write(author, pictures=[jpeg()] * 6)
    no_picture = write(author, pictures=[b"%PDF-1.7 not a picture"])

    assert errors(backwards) == ["截止日期不能早于发布日期，请修改。"]
    assert errors(six) == ["公告最多附 5 个附件，请先删除多余的附件。"]
    assert len(errors(no_picture)) == 1
    assert written(db_session) is None


@pytest.mark.feature("R07")
def test_author_sees_own_notices_and_nobody_elses(author, cast, db_session):
    db_session.add_all(
        Notice(
            unit_id=unit_id,
            title=title,
            body="内容",
            audience=NoticeAudience.everyone,
            published_from=day(author.application),
        )
        for unit_id, title in [
            (cast.city.id, "本局的通知"),
            (cast.province.id, "省厅的通知"),
            (None, "平台的通知"),
        ]
    )
    db_session.commit()

    listed = author.get("/admin/notices/").text

    titles = ("本局的通知", "省厅的通知", "平台的通知")
    assert [title in listed for title in titles] == [True, False, False]


@pytest.mark.feature("R07")
def test_employer_writes_no_notice(client, cast):
    sign_in(client, cast.chief)

    assert write(client).status_code == 403
