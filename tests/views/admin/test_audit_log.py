"""The auditor reads the audit log, nothing else, and is seen reading (AD-06)."""

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.operations import audit
from admin_app.web import auditing
from tests import factories as make
from tests.browsing import column, sign_in, table_cells

LOG = "/admin/audit-entries/"
AD06 = pytest.mark.requirement("AD-06")


@pytest.fixture
def auditor(cast, db_session):
    """Who holds the shipped role, at the root of the tree: nothing is out of scope."""
    role = make.reference(db_session, m.Role, "auditor")
    found = make.administrator(db_session, cast.province, role)
    db_session.commit()
    return found


@pytest.fixture
def as_auditor(client, auditor):
    return sign_in(client, auditor, proven=True)


def answers(client, addresses):
    return {address: client.get(address).status_code for address in addresses}


def readings(session, account_id):
    """What the log says that this account has read: address words and object."""
    session.rollback()
    lines = select(m.AuditEntry).where(
        m.AuditEntry.account_id == account_id,
        m.AuditEntry.action.in_(["read_log", "export"]),
    )
    return [
        (line.action, line.object_kind, line.object_id, line.after)
        for line in session.scalars(lines.order_by(m.AuditEntry.id))
    ]


@AD06
def test_the_auditor_opens_the_log_and_no_other_screen(as_auditor, screens, app):
    pages = [f"{page.url}/" for page in app.extensions["admin_pages"]]
    lists = [f"{screen.url}/" for screen in screens.values()]
    exports = [f"{address}export/csv/" for address in lists]

    found = answers(as_auditor, [*lists, *pages, "/me/", "/me/declarations"])
    found |= {path: as_auditor.post(path).status_code for path in exports}

    opened = {address for address, status in found.items() if status == 200}
    assert opened == {LOG, f"{LOG}export/csv/"}
    assert set(found.values()) == {200, 403}


@AD06
def test_the_auditor_sees_acts_of_the_whole_tree(as_auditor, cast, db_session):
    make.unit(db_session, cast.other_school, name="远处的单位")
    db_session.commit()

    assert ("新增", "单位", "成功") in told(as_auditor)


LINES = [
    ("approve", "declaration", "ok", ("通过", "学时申报", "成功"),
     ("Approve", "Hours declaration", "Done")),
    ("create", "kind_of_old", "ok", ("新增", "kind_of_old", "成功"),
     ("Add", "kind_of_old", "Done")),
    ("denied", "route", "refused", ("无权访问", "页面", "已拒绝"),
     ("Access denied", "Page", "Refused")),
    ("of_old", "account", "failed", ("of_old", "账号", "失败"),
     ("of_old", "Account", "Failed")),
]  # fmt: skip
"""Lines as they are stored, and as they are told in both languages."""


@pytest.fixture
def few_lines(db_session, as_auditor):
    """Those lines, the first of them the latest, all about one object."""
    for action, kind, result, *_told in reversed(LINES):
        audit.record(
            db_session, action, object_kind=kind, object_id="words", result=result
        )
    db_session.commit()


def told(client, query=""):
    """What the list tells of each line: the act, the kind of object, the outcome."""
    rows = table_cells(client.get(f"{LOG}{query}").text)
    return [(act, kind, result) for *_who, act, kind, _key, result, _links in rows]


@pytest.mark.usefixtures("few_lines")
def test_lines_are_told_in_words(as_auditor):
    chinese = told(as_auditor, "?object_id=words")
    as_auditor.set_cookie("locale", "en")
    english = told(as_auditor, "?object_id=words")

    assert chinese == [line[3] for line in LINES]
    assert english == [line[4] for line in LINES]


def test_lines_are_found_by_who_acted(as_auditor, db_session):
    for name in ("王小明", "王小红", "小王"):
        audit.record(db_session, "approve", object_kind="unit", actor_name=name)
    db_session.commit()

    found = [
        column(as_auditor.get(f"{LOG}?actor_name={begun}").text, "姓名")
        for begun in ("王小", "王小红", "明")
    ]

    assert found == [["王小红", "王小明"], ["王小红"], []]


@pytest.mark.usefixtures("few_lines")
def test_details_and_file_tell_the_same_words(as_auditor, db_session):
    line = select(m.AuditEntry.id).where(m.AuditEntry.action == "denied")
    key = db_session.scalars(line).one()

    page = as_auditor.get(f"{LOG}details/?id={key}").text
    file = as_auditor.post(f"{LOG}export/csv/?object_kind=route").text

    assert all(word in page for word in ("无权访问", "页面", "已拒绝"))
    assert [row.split(",")[3:7] for row in file.splitlines()[1:]] == [
        ["无权访问", "页面", "words", "已拒绝"]
    ]


@pytest.mark.usefixtures("few_lines")
@pytest.mark.parametrize("query", ["?object_kind=route", "?action=denied"])
def test_log_is_narrowed_by_words(query, as_auditor):
    assert told(as_auditor, query) == [("无权访问", "页面", "已拒绝")]


def test_word_that_nobody_can_choose_is_refused(as_auditor):
    assert as_auditor.get(f"{LOG}?object_kind=rout").status_code == 400


@pytest.mark.parametrize("narrowed", ["", "&object_kind=person"])
def test_log_begins_without_a_line_for_each_person_of_a_list(
    narrowed, as_auditor, cast, db_session
):
    person = cast.teacher.id
    for action, subject in (("view", person), ("export", None), ("export", person)):
        audit.record(db_session, action, object_kind="person", subject_id=subject)
    db_session.commit()

    acts = [act for act, *_rest in told(as_auditor, f"?{narrowed}")]
    every = [act for act, *_rest in told(as_auditor, f"?tab=all{narrowed}")]

    assert (acts.count("导出名单"), acts.count("查看详情")) == (1, 1)
    assert (every.count("导出名单"), every.count("查看详情")) == (2, 1)


@AD06
def test_the_start_page_tells_the_auditor_of_nobody(as_auditor, cast, db_session):
    make.waiting(make.declaration(db_session, cast.teacher), cast.province)
    db_session.commit()

    page = as_auditor.get("/admin/").text

    assert cast.teacher.name not in page
    assert 'class="task-list"' not in page


@AD06
def test_each_reading_stands_in_the_log(as_auditor, auditor, db_session):
    line = db_session.scalars(select(m.AuditEntry)).first()

    as_auditor.get(f"{LOG}?object_kind=unit")
    as_auditor.get(f"{LOG}details/?id={line.id}")
    as_auditor.post(f"{LOG}export/csv/?object_kind=unit")

    told = readings(db_session, auditor.account_id)
    assert told[:2] == [
        ("read_log", "audit_entry", "", {"object_kind": "unit"}),
        ("read_log", "audit_entry", str(line.id), {}),
    ]
    assert [reading[:2] for reading in told[2:]] == [("export", "audit_entry")]


@AD06
def test_a_superuser_is_seen_reading_too(client, cast, db_session):
    sign_in(client, cast.superuser)

    client.get(LOG)

    assert readings(db_session, cast.superuser.id) == [
        ("read_log", "audit_entry", "", {})
    ]


@AD06
def test_a_reading_that_cannot_be_noted_shows_nothing(as_auditor, monkeypatch):
    def fail(*_arguments, **_names):
        raise OSError("disk full")

    monkeypatch.setattr(auditing, "note", fail)

    with pytest.raises(OSError, match="disk full"):
        as_auditor.get(LOG)


def test_a_reading_that_is_not_noted_is_found(
    as_auditor, auditor, db_session, monkeypatch
):
    monkeypatch.setattr(auditing, "note", lambda *_arguments, **_names: None)

    as_auditor.get(LOG)

    assert readings(db_session, auditor.account_id) == []
