"""The portal's pages: declare, follow, complete, print, as a browser sees them."""

import re
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from pypdf import PdfReader
from sqlalchemy import event, select

from admin_app.dialects import dialect_of
from admin_app.enums import Action, Measure, Source, State, SubjectKind
from admin_app.extensions import db
from admin_app.models import (
    Attachment,
    Certificate,
    Declaration,
    LearningFormVersion,
    Urge,
    YearTotal,
)
from admin_app.rules.attachments import MAX_BYTES
from admin_app.views import kept_pictures
from admin_app.web.tokens import new_token
from admin_app.workflows import perform
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.cast import actor
from tests.declaring import attachment, fields, picture

NEW = "/me/declarations/new"


@pytest.fixture
def here(app, now):
    """The program at `now`."""
    before = app.extensions["clock"]
    app.extensions["clock"] = lambda: now
    yield app
    app.extensions["clock"] = before


@pytest.fixture
def teacher(here, client, cast, now):
    """A browser in which the teacher is signed in."""
    return sign_in(client, cast.teacher, at=now)


@pytest.fixture
def browse(here, now):
    """Sign another member of the cast in, in a browser of their own."""

    def sign(who):
        return sign_in(Browser(here, here.response_class), who, at=now)

    return sign


def now_in(session, model):
    """The rows that are committed now, whatever the session has seen before."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(model).order_by(model.id)))


def rows(session):
    return now_in(session, Declaration)


def errors(page):
    """The sentences beside the fields, by field."""
    found = re.findall(
        r'class="field-error" id="([\w-]+)-error">(.*?)</div>', page.text
    )
    return dict(found)


def head(page):
    """The sentences of the error summary."""
    box = re.search(r"data-error-summary>(.*?)</div>\s*</div>", page.text, re.DOTALL)
    return [re.sub(r"<.*?>", "", x) for x in re.findall(r"<li>(.*?)</li>", box[1])]


@pytest.mark.feature("P16", "P18")
def test_declaration_is_sent_with_its_picture(teacher, db_session, cast):
    answer = teacher.post(
        NEW, data=fields(db_session, do="send", attachments=[picture()])
    )

    [record] = rows(db_session)
    assert (answer.status_code, answer.location) == (
        303,
        f"/me/declarations/{record.id}",
    )
    assert (record.state, record.decider_id) == (State.pending, cast.school.id)
    assert [file.file_name for file in record.attachments] == ["证书.jpg"]


@pytest.mark.feature("P19")
def test_draft_is_kept_without_being_sent(teacher, db_session):
    teacher.post(NEW, data=fields(db_session, answer_organizer="", claimed_hours="8"))

    [record] = rows(db_session)
    listed = teacher.get("/me/declarations?state=draft")
    assert (record.state, record.claimed) == (State.draft, Decimal(8))
    assert f'href="/me/declarations/{record.id}"' in listed.text
    assert "待提交" in listed.text


@pytest.mark.requirement("AZ-03")
def test_what_is_not_asked_for_changes_nothing(teacher, db_session, cast):
    forged = {
        "subject_kind": "public",
        "state": "approved",
        "person_id": str(cast.colleague.id),
        "people": str(cast.colleague.id),
        "unit_id": str(cast.other_school.id),
        "computed": "90",
        "source": "base",
        "filed_by_id": str(cast.base.id),
        "measure": "credits",
        "step": "3",
        "decider_id": str(cast.city.id),
    }

    teacher.post(NEW, data=fields(db_session, **forged))

    [record] = rows(db_session)
    assert (
        record.subject_kind,
        record.state,
        record.person_id,
        record.unit_id,
        record.computed,
        record.source,
        record.measure,
        record.step,
    ) == (
        SubjectKind.professional,
        State.draft,
        cast.teacher.id,
        cast.school.id,
        Decimal(24),
        Source.individual,
        Measure.hours,
        0,
    )


@pytest.mark.requirement("WF-11")
def test_double_click_makes_one_declaration(teacher, db_session):
    token = new_token()

    first, second = (
        teacher.post(NEW, data=fields(db_session, once=token)) for _ in "ab"
    )

    [record] = rows(db_session)
    assert first.location == second.location == f"/me/declarations/{record.id}"


OVER = "申报学时 90 超过按规则计算的 24 学时，请改为不超过该数。"
BAD_POSTS = {
    "hours above the rule": ({"claimed_hours": "90"}, {"claimed_hours": OVER}),
    "an empty title": ({"title": ""}, {"title": "此项必填，请填写。"}),
    "no year": ({"credit_year": ""}, {"credit_year": "请选择可以申报的计入年度。"}),
    "a year that is over": (
        {"credit_year": "2024"},
        {
            "credit_year": "2024 年度的申报时间为 2024-01-01 至 2024-12-15，"
            "现在不能申报。"
        },
    ),
    "half a period": (
        {"answer_study_period-end": ""},
        {"answer_study_period": "请填写真实的日期，样式为 2026-03-31。"},
    ),
    "an unknown form": (
        {"form_code": "time_travel", "version": ""},
        {"form_code": "学习形式不存在或已停用，请重新选择。"},
    ),
}


@pytest.mark.feature("P16")
@pytest.mark.parametrize(("changes", "said"), BAD_POSTS.values(), ids=BAD_POSTS)
def test_bad_declaration_is_said_beside_the_field(teacher, db_session, changes, said):
    page = teacher.post(NEW, data=fields(db_session, do="send", **changes))

    assert (page.status_code, errors(page)) == (422, said)
    assert rows(db_session) == []


def test_typed_values_stay_when_something_is_wrong(teacher, db_session):
    page = teacher.post(
        NEW, data=fields(db_session, claimed_hours="90", do="send", remark="见附件")
    )

    assert 'value="河南省测试协会"' in page.text
    assert 'value="2025-03-03"' in page.text
    assert "见附件" in page.text
    assert re.search(r'<option selected value="industry">', page.text)


KEPT = re.compile('name="kept" value="([^"]+)"')


@pytest.mark.feature("P18")
@pytest.mark.parametrize("wrong", [{"claimed_hours": "999"}, {"title": ""}])
def test_pictures_outlive_a_refusal_until_the_form_is_sent(
    teacher, db_session, cast, wrong
):
    files = [picture(), picture()]
    data = fields(db_session, do="send", attachments=files)

    refused = teacher.post(NEW, data=data | wrong)
    keys = KEPT.findall(refused.text)
    seen = [teacher.get(f"/files/{key}").status_code for key in keys]
    again = fields(db_session, do="send", kept=keys[:1])
    answer = teacher.post(NEW, data=again)

    [record] = now_in(db_session, Declaration)
    assert (refused.status_code, answer.status_code) == (422, 303)
    assert (len(keys), seen) == (2, [200, 200])
    assert [a.key for a in record.attachments] == keys[:1]
    assert record.state is State.pending


@pytest.mark.feature("P18")
def test_what_is_kept_is_used_once(teacher, db_session, cast):
    wrong = fields(db_session, title="", attachments=[picture()])
    [key] = KEPT.findall(teacher.post(NEW, data=wrong).text)
    for _ in range(2):
        teacher.post(NEW, data=fields(db_session, do="save", kept=[key]))

    first, second = now_in(db_session, Declaration)

    assert [a.key for a in first.attachments] == [key]
    assert second.attachments == []


@pytest.mark.requirement("AZ-04")
def test_a_kept_picture_is_of_no_use_to_others(browse, teacher, db_session, cast):
    wrong = fields(db_session, title="", attachments=[picture()])
    [key] = KEPT.findall(teacher.post(NEW, data=wrong).text)
    colleague = browse(cast.colleague)

    seen = colleague.get(f"/files/{key}").status_code
    colleague.post(NEW, data=fields(db_session, do="save", kept=[key]))

    [record] = now_in(db_session, Declaration)
    assert seen == 404
    assert record.attachments == []


@pytest.mark.feature("P18")
@pytest.mark.parametrize("wrong", [{}, {"claimed_hours": "999"}])
def test_a_good_picture_is_kept_and_a_bad_one_told_whatever_else_is_wrong(
    teacher, db_session, cast, wrong
):
    files = [(BytesIO(b"<script>alert(1)</script>"), "坏.jpg"), picture()]

    data = fields(db_session, do="send", attachments=files)
    page = teacher.post(NEW, data=data | wrong).text

    assert page.count("文件 坏.jpg 的内容不是 JPG 或 PNG 图片") == 2
    assert ("超过按规则计算的 24 学时" in page) is bool(wrong)
    assert len(KEPT.findall(page)) == 1


@pytest.mark.feature("P18")
def test_more_pictures_than_a_form_holds_are_not_kept_and_that_is_said(
    teacher, db_session, cast
):
    files = [picture() for _ in range(6)]
    wrong = fields(db_session, title="", attachments=files)

    page = teacher.post(NEW, data=wrong).text

    assert "每条记录最多上传 5 个图片，请删去多余的图片。" in page
    assert len(KEPT.findall(page)) == 5


def test_who_errs_too_often_keeps_no_more_pictures_and_is_told(
    teacher, db_session, cast, monkeypatch
):
    monkeypatch.setattr(kept_pictures, "AN_HOUR", 1)
    wrong = fields(db_session, title="", attachments=[picture()])
    again = fields(db_session, title="", attachments=[picture()])

    pages = [teacher.post(NEW, data=data).text for data in (wrong, again)]

    assert [len(KEPT.findall(page)) for page in pages] == [1, 0]
    said = ["图片未保存，请更正后重新选择。" in page for page in pages]
    assert said == [False, True]


BAD_PICTURES = {
    "six pictures": (
        [picture(f"{n}.jpg") for n in range(6)],
        "每条记录最多上传 5 个图片，请删去多余的图片。",
    ),
    "a renamed text": (
        [(BytesIO(b"<script>alert(1)</script>"), "证书.jpg")],
        (
            "文件 证书.jpg 的内容不是 JPG 或 PNG 图片（改扩展名无效），"
            "请上传原始图片或重新拍照。"
        ),
    ),
    "a picture that is too large": (
        [(BytesIO(b"\xff\xd8\xff" + b"0" * MAX_BYTES), "大.jpg")],
        "图片 大.jpg 超过 5 MB，请压缩后重新上传。",
    ),
    "a PNG called JPG": (
        [picture("图.jpg", kind="PNG")],
        (
            "文件 图.jpg 的扩展名与内容不符，内容是 PNG 图片，"
            "请改回正确的扩展名后重新上传。"
        ),
    ),
}


@pytest.mark.feature("P18")
@pytest.mark.parametrize(("files", "said"), BAD_PICTURES.values(), ids=BAD_PICTURES)
def test_bad_pictures_are_refused_and_nothing_is_kept(teacher, db_session, files, said):
    again = [(BytesIO(data.getvalue()), name) for data, name in files]

    page = teacher.post(NEW, data=fields(db_session, attachments=again))

    # The body of the request was large enough to become a file.
    page.request.environ["wsgi.input"].close()
    assert errors(page) == {"attachments": said}
    assert rows(db_session) == []
    assert now_in(db_session, Attachment) == []


def test_second_good_picture_is_not_kept_when_the_first_is_bad(teacher, db_session):
    bad = (BytesIO(b"no picture"), "a.jpg")

    teacher.post(NEW, data=fields(db_session, attachments=[bad, picture("b.jpg")]))

    assert now_in(db_session, Attachment) == []


@pytest.mark.feature("P16", "U36")
def test_choosing_a_form_brings_its_fields_and_keeps_the_rest(teacher, db_session):
    typed = fields(db_session, form_code="paper", title="一篇论文")

    fragment = teacher.post("/me/declarations/fields", data=typed)
    without_script = teacher.post(NEW, data=typed | {"do": "load"})

    names = set(re.findall(r'name="(answer_[\w-]+)"', fragment.text))
    assert names == {
        "answer_journal",
        "answer_serial_no",
        "answer_journal_level",
        "answer_issue",
        "answer_publish_date",
        "answer_rank",
        "answer_characters",
    }
    assert 'value="一篇论文"' in without_script.text
    assert 'name="answer_journal"' in without_script.text
    assert rows(db_session) == []


def test_form_changed_without_script_is_loaded_before_it_is_saved(teacher, db_session):
    page = teacher.post(NEW, data=fields(db_session, form_code="paper", do="send"))

    assert page.status_code == 422
    assert "信息项已按所选学习形式的最新要求载入" in page.text
    assert rows(db_session) == []


@pytest.mark.parametrize(("kind", "count"), [("conference", 0), ("lecture", 1)])
def test_conditions_of_a_field_hold_on_the_server(teacher, db_session, kind, count):
    page = teacher.post(
        "/me/declarations/fields",
        data={"form_code": "academic_conference", "answer_event_kind": kind},
    )

    assert page.text.count('name="answer_half_days"') == count
    if count:
        assert "data-show-when=" in page.text


@pytest.mark.feature("P16")
def test_hours_are_computed_while_one_types(teacher, db_session):
    typed = fields(db_session, answer_days="2.5", answer_course_kind="advanced_seminar")

    page = teacher.post("/me/declarations/hours", data=typed)

    assert re.search(r"<strong>(.*?)</strong>", page.text)[1] == "30"
    assert re.findall(r"<li>(.*?)</li>", page.text) == [
        "培训天数 2.5 × 8 学时 = 20 学时",
        "班次类别为高级研修班：× 1.5 = 30 学时",
    ]
    assert rows(db_session) == []


def test_explanation_speaks_english(teacher, db_session):
    teacher.set_cookie("locale", "en")
    typed = fields(db_session, answer_days="2")

    page = teacher.post("/me/declarations/hours", data=typed)

    assert re.findall(r"<li>(.*?)</li>", page.text) == ["Days 2 × 8 hours = 16 hours"]


@pytest.mark.parametrize("address", [NEW, "/me/declarations/fields"])
def test_nonsense_in_every_input_breaks_nothing(teacher, db_session, address):
    nonsense = dict.fromkeys(fields(db_session), "¬𝔸'\"<b>%s{{1}}")

    page = teacher.post(address, data=nonsense | {"do": "send"})

    assert page.status_code in {200, 422}
    assert rows(db_session) == []


def test_nothing_can_be_declared_when_no_year_is_open(
    teacher, db_session, cast, here, now
):
    here.extensions["clock"] = lambda: now.replace(month=12, day=16)
    signed_in = sign_in(teacher, cast.teacher, at=here.extensions["clock"]())

    page = signed_in.get(NEW)
    posted = signed_in.post(NEW, data=fields(db_session, do="send"))

    assert "现在不在任何年度的申报时间内" in page.text
    assert set(errors(posted)) == {"credit_year"}
    assert rows(db_session) == []


# --- One declaration ------------------------------------------------------------


@pytest.fixture
def draft(db_session, cast):
    """A draft of the teacher's with a picture."""
    record = make.declaration(db_session, cast.teacher)
    attachment(db_session, record)
    db_session.commit()
    return record


@pytest.fixture
def sent(db_session, cast, draft, now):
    """The draft after it was sent."""
    perform(
        db_session,
        actor=actor(db_session, cast.teacher),
        record=draft,
        action=Action.submit,
        now=now,
    )
    db_session.commit()
    return draft


@pytest.mark.feature("P21", "X06")
def test_details_tell_values_pictures_steps_and_who_decides(
    teacher, db_session, cast, sent, now
):
    perform(
        db_session,
        actor=actor(db_session, cast.chief),
        record=sent,
        action=Action.approve,
        comment="材料齐全",
        now=now,
    )
    db_session.commit()

    page = teacher.get(f"/me/declarations/{sent.id}")

    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page.text))
    assert told["主办单位"] == "河南省测试协会"
    assert told["班次类别"] == "培训班、研修班、进修班"
    assert told["培训时间"] == "2025-03-03 至 2025-03-05"
    assert told["申报学时"] == "24"
    assert f"/files/{sent.attachments[0].key}" in page.text
    assert "材料齐全" in page.text
    waiting = re.search(r'class="waiting-text">(.*?)</div>', page.text, re.DOTALL)[1]
    assert cast.bureau.name in waiting
    assert cast.bureau.phone in waiting
    assert "2025-11-18 10:30" in waiting


@pytest.mark.feature("P22")
def test_withdrawn_declaration_is_a_draft_again(teacher, db_session, sent):
    teacher.post(f"/me/declarations/{sent.id}/withdraw")

    [record] = rows(db_session)
    assert (record.state, record.decider_id) == (State.draft, None)


@pytest.mark.feature("P22")
def test_declaration_is_not_withdrawn_once_the_unit_has_decided(
    teacher, db_session, cast, sent, now
):
    perform(
        db_session,
        actor=actor(db_session, cast.chief),
        record=sent,
        action=Action.approve,
        now=now,
    )
    db_session.commit()

    page = teacher.get(f"/me/declarations/{sent.id}")
    teacher.post(f"/me/declarations/{sent.id}/withdraw")

    assert "/withdraw" not in page.text
    assert rows(db_session)[0].state is State.pending


@pytest.mark.feature("P23")
def test_draft_is_edited_sent_and_pending_is_not(teacher, db_session, draft):
    edit = f"/me/declarations/{draft.id}/edit"

    shown = teacher.get(edit)
    teacher.post(edit, data=fields(db_session, title="改过的名称", do="send"))
    refused = teacher.post(edit, data=fields(db_session, title="又改"))

    [record] = rows(db_session)
    assert 'value="专业技能培训班"' in shown.text
    assert (record.title, record.state) == ("改过的名称", State.pending)
    assert refused.location == f"/me/declarations/{draft.id}"


@pytest.mark.feature("P23")
def test_deleted_declaration_is_no_longer_found(teacher, db_session, draft):
    answer = teacher.post(f"/me/declarations/{draft.id}/delete")

    [record] = rows(db_session)
    assert answer.location == "/me/declarations"
    assert record.deleted_at is not None
    assert teacher.get(f"/me/declarations/{draft.id}").status_code == 404
    assert record.title not in teacher.get("/me/declarations").text


@pytest.mark.feature("P23")
def test_pending_declaration_is_not_deleted(teacher, db_session, sent):
    teacher.post(f"/me/declarations/{sent.id}/delete")

    assert rows(db_session)[0].deleted_at is None


@pytest.mark.feature("P18")
def test_picture_is_turned_once_and_saving_turns_it_no_further(teacher, db_session):
    teacher.post(NEW, data=fields(db_session, attachments=[picture(size=(40, 30))]))
    [before] = now_in(db_session, Attachment)
    old = (before.key, before.width, before.height)
    address = f"/me/declarations/{before.declaration_id}/edit?turn={before.id}"

    page = teacher.post(address, data=fields(db_session, title="还没保存", do=""))
    [turned] = now_in(db_session, Attachment)
    new = (turned.key, turned.width, turned.height)
    teacher.post(address, data=fields(db_session, title="保存了"))

    [after] = now_in(db_session, Attachment)
    assert 'value="还没保存"' in page.text
    assert (old[1:], new[1:]) == ((40, 30), (30, 40))
    assert (after.key, after.width) == (new[0], 30)
    assert teacher.get(f"/files/{old[0]}").status_code == 404
    assert teacher.get(f"/files/{new[0]}").status_code == 200


@pytest.mark.feature("P18")
def test_picture_is_taken_off_while_typed_values_stay(teacher, db_session, draft):
    key = draft.attachments[0].id

    page = teacher.post(
        f"/me/declarations/{draft.id}/edit?drop={key}",
        data=fields(db_session, title="还没保存", do=""),
    )

    assert now_in(db_session, Attachment) == []
    assert page.status_code == 200
    assert 'value="还没保存"' in page.text
    assert rows(db_session)[0].title == "专业技能培训班"


def test_new_edition_of_the_form_is_told_when_editing(teacher, db_session, draft):
    old = draft.form_version
    old.is_current = False
    db_session.flush()
    db_session.add(
        LearningFormVersion(
            form_id=old.form_id, number=9, is_current=True, rule=old.rule, caps={}
        )
    )
    db_session.commit()

    page = teacher.get(f"/me/declarations/{draft.id}/edit")

    assert "信息项已按所选学习形式的最新要求载入" in page.text
    assert 'name="answer_organizer"' not in page.text


@pytest.mark.feature("X06")
def test_waiting_unit_is_reminded_once_a_day(teacher, db_session, cast, sent):
    address = f"/me/declarations/{sent.id}/urge"

    first = teacher.post(address, headers={"HX-Request": "true"})
    second = teacher.post(address, headers={"HX-Request": "true"})

    assert "已催办，请耐心等待审批。" in first.text
    assert "今天已经催办过" in second.text
    assert [urge.unit_id for urge in now_in(db_session, Urge)] == [cast.school.id]


FOREIGN = {
    "details": ("GET", ""),
    "edit form": ("GET", "/edit"),
    "edit": ("POST", "/edit"),
    "send": ("POST", "/send"),
    "withdraw": ("POST", "/withdraw"),
    "delete": ("POST", "/delete"),
    "urge": ("POST", "/urge"),
}


@pytest.mark.requirement("AZ-01")
@pytest.mark.parametrize("who", ["colleague", "stranger"])
@pytest.mark.parametrize(("method", "door"), FOREIGN.values(), ids=FOREIGN)
def test_somebody_elses_declaration_does_not_exist(
    browse, db_session, cast, draft, who, method, door
):
    browser = browse(getattr(cast, who))

    answer = browser.open(
        f"/me/declarations/{draft.id}{door}",
        method=method,
        data=fields(db_session, do="send"),
    )

    assert answer.status_code == 404
    [record] = rows(db_session)
    assert (record.state, record.deleted_at) == (State.draft, None)


ADDRESSES = (
    "/me/",
    "/me/declarations",
    NEW,
    "/me/completion",
    "/me/completion/2025",
    "/me/profile",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_portal_is_for_individuals(browse, here, cast, address):
    visitor = Browser(here, here.response_class).get(address)
    administrator = browse(cast.chief).get(address)

    assert (visitor.status_code, administrator.status_code) == (303, 403)
    assert visitor.location.startswith("/sign-in/individual")


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_opens_in_both_languages(teacher, address, locale):
    teacher.set_cookie("locale", locale)

    assert teacher.get(address).status_code == 200


BAD_ADDRESSES = {
    "an unknown source": "/me/declarations?source=x",
    "an unknown state": "/me/declarations?state=x",
    "a key that is none": "/me/declarations?before=x",
    "a key beyond every number": f"/me/declarations?before={10**30}",
}


@pytest.mark.parametrize("address", BAD_ADDRESSES.values(), ids=BAD_ADDRESSES)
def test_bad_address_is_a_bad_request(teacher, address):
    assert teacher.get(address).status_code == 400


STATEMENTS = {"save": (13, 12), "save and send": (26, 22), "send": (17, 13)}
"""What each costs on SQLite and on PostgreSQL, with one picture where it is sent."""
COMMITS = 2
"""One takes the form's token, one is the effect with all that belongs to it."""


@pytest.fixture
def commits():
    """Count the commits inside `with commits() as seen:`."""

    @contextmanager
    def collect():
        seen = []
        note = seen.append
        event.listen(db.engine, "commit", note)
        try:
            yield seen
        finally:
            event.remove(db.engine, "commit", note)

    return collect


@pytest.mark.parametrize("act", STATEMENTS)
def test_submission_costs_as_few_statements_and_commits_as_ever(
    teacher, db_session, statements, commits, act
):
    teacher.post(NEW, data=fields(db_session))
    [draft] = rows(db_session)
    attachment(db_session, draft)
    db_session.commit()
    address = f"/me/declarations/{draft.id}/send" if act == "send" else NEW
    form = fields(db_session, do="send" if "send" in act else "save")
    files = {"attachments": [picture()]} if act == "save and send" else {}
    db_session.rollback()

    with statements() as seen, commits() as committed:
        answer = teacher.post(address, data=form | files | {"once": new_token()})

    assert answer.status_code == 303
    cost = STATEMENTS[act][dialect_of(db_session) == "postgresql"]
    assert (len(seen), len(committed)) == (cost, COMMITS)


def test_list_costs_the_same_for_1_and_for_20(teacher, db_session, cast, statements):
    def cost():
        with statements() as seen:
            assert teacher.get("/me/declarations").status_code == 200
        return len(seen)

    make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    one = cost()
    for _ in range(19):
        make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()

    assert one == cost()
    assert one <= 6


# --- Completion and certificate ----------------------------------------------------


def credit(session, person, *, professional):
    for kind, amount in (
        (SubjectKind.public, 30),
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


@pytest.mark.feature("P24")
def test_year_shows_the_shortfall(teacher, db_session, cast):
    credit(db_session, cast.teacher, professional="48.5")

    page = teacher.get("/me/completion")

    cells = re.findall(r'<td class="number">(.*?)</td>', page.text, re.DOTALL)
    numbers = [re.sub(r"<.*?>|学时|\s", "", cell) for cell in cells]
    assert numbers == ["30", "30", "0", "48.5", "60", "11.5", "78.5", "90", "11.5"]


@pytest.mark.feature("P24")
def test_year_drills_down_to_its_ledger(teacher, db_session, cast):
    for amount, year in ((12, 2024), (30, 2025)):
        make.public_hours(db_session, cast.teacher, amount, year=year)
    make.public_hours(db_session, cast.colleague, 18)
    db_session.commit()

    page = teacher.get("/me/completion/2025")

    ledger = page.text.partition("学时明细")[2]
    amounts = re.findall(r'data-label="学时" class="number">(.*?)</td>', ledger)
    assert amounts == ["30"]


@pytest.mark.feature("P25")
@pytest.mark.parametrize(("professional", "enabled"), [("59.5", False), ("60", True)])
def test_print_is_enabled_exactly_at_the_requirement(
    teacher, db_session, cast, professional, enabled
):
    credit(db_session, cast.teacher, professional=professional)

    page = teacher.get("/me/completion")
    teacher.post("/me/certificates/2025")
    file = teacher.get("/me/certificates/2025")

    assert ('action="/me/certificates/2025"' in page.text) is enabled
    assert ("disabled title" in page.text) is not enabled
    assert len(now_in(db_session, Certificate)) == int(enabled)
    assert file.status_code == (200 if enabled else 404)


@pytest.mark.feature("P25", "R08")
@pytest.mark.requirement("AZ-05")
def test_printed_certificate_can_be_checked_by_anybody(teacher, db_session, cast, here):
    credit(db_session, cast.teacher, professional="60")
    teacher.post("/me/certificates/2025")

    file = teacher.get("/me/certificates/2025")

    [certificate] = now_in(db_session, Certificate)
    text = PdfReader(BytesIO(file.data)).pages[0].extract_text()
    assert file.mimetype == "application/pdf"
    assert certificate.number in text
    assert cast.teacher.id_number not in text
    visitor = Browser(here, here.response_class)
    path = f"/certificates/check?token={certificate.token}"
    assert parse_qs(urlsplit(path).query) == {"token": [certificate.token]}
    checked = visitor.get(path).text
    assert "证书真实有效" in checked
    assert certificate.number in checked


def test_certificate_of_somebody_else_does_not_exist(browse, teacher, db_session, cast):
    credit(db_session, cast.teacher, professional="60")
    teacher.post("/me/certificates/2025")

    assert browse(cast.colleague).get("/me/certificates/2025").status_code == 404


@pytest.mark.feature("P09")
@pytest.mark.parametrize(
    ("state", "filed_by_unit", "expected"),
    [
        (State.draft, False, True),
        (State.rejected, False, True),
        (State.withdrawn, False, True),
        (State.pending, False, False),
        (State.approved, False, False),
        (State.rejected, True, False),
    ],
)
def test_home_tells_what_the_person_has_not_sent(
    teacher, db_session, cast, state, filed_by_unit, expected
):
    record = make.declaration(db_session, cast.teacher)
    if state is State.pending:
        make.waiting(record, cast.school)
    record.state = state
    if filed_by_unit:
        record.source, record.filed_by_id = Source.unit, cast.school.id
    db_session.commit()

    page = teacher.get("/me/").text

    assert ("您有 1 条申报尚未提交，或被退回待修改。" in page) is expected


@pytest.mark.feature("P09")
def test_home_shows_functions_standing_and_what_waits(teacher, db_session, cast, sent):
    page = teacher.get("/me/")

    functions = re.findall(r'class="window window-link" href="(.*?)"', page.text)
    assert functions == ["/me/profile", NEW, "/me/declarations", "/me/completion"]
    assert "2025 年度完成情况" in page.text
    assert cast.school.phone in page.text
    assert f'hx-post="/me/declarations/{sent.id}/urge"' in page.text


def test_profile_masks_what_is_personal(teacher, cast):
    page = teacher.get("/me/profile")

    assert cast.teacher.id_number not in page.text
    assert cast.teacher.mobile not in page.text
    assert f"{cast.teacher.id_number[:4]}*************{cast.teacher.id_number[-1]}" in (
        page.text
    )
