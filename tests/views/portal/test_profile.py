"""用户资料管理: what a person writes about themself, and what their unit reviews."""

import io
import re
from datetime import date

import pytest
from PIL import Image
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import ChangeAct, ProfileSection, State
from admin_app.rules.masks import mask_mobile
from admin_app.web.tokens import new_token
from tests import factories as make
from tests.browsing import Browser, sign_in

PROFILE = "/me/profile"
POSTS = f"{PROFILE}/post"
CHANGES = f"{PROFILE}/changes"
REVIEW = "/admin/review-profile-changes/"


@pytest.fixture
def here(app, now):
    """The program at `now`."""
    before = app.extensions["clock"]
    app.extensions["clock"] = lambda: now
    yield app
    app.extensions["clock"] = before


@pytest.fixture
def browse(here, now):
    """Sign a member of the cast in, in a browser of their own."""

    def sign(who):
        return sign_in(Browser(here, here.response_class), who, at=now)

    return sign


@pytest.fixture
def teacher(browse, cast, db_session):
    """A browser in which the teacher, born in 1980, is signed in."""
    make.profile(db_session, cast.teacher)
    db_session.commit()
    return browse(cast.teacher)


def now_in(session, model):
    """The rows that are committed now, whatever the session has seen before."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(model).order_by(model.id)))


def person_now(session, person):
    """The person as committed now."""
    [found] = [row for row in now_in(session, m.Person) if row.id == person.id]
    return found


def errors(page):
    """The sentences beside the fields, by field."""
    found = re.findall(
        r'class="field-error" id="([\w-]+)-error">(.*?)</div>', page.text
    )
    return dict(found)


def head(page):
    """The sentences at the head of a form that was refused."""
    box = re.search(r"data-error-summary>(.*?)</div>\s*</div>", page.text, re.DOTALL)
    return [re.sub(r"<.*?>", "", x) for x in re.findall(r"<li>(.*?)</li>", box[1])]


def flashed(client, answer):
    """What the page after a form says."""
    page = client.get(answer.location)
    return next(
        re.sub(r"<.*?>", "", found).strip()
        for found in re.findall(r'class="note-text">(.*?)</div>', page.text, re.DOTALL)
    )


def basic(session, **changes):
    """What a browser posts from 基本信息."""
    ethnic = make.reference(session, m.EthnicGroup, "01").id
    return {"ethnic_group_id": str(ethnic), "mobile": "", "email": ""} | changes


def post(session, code="01013", day="2015-06-01"):
    """What a browser posts for a professional post."""
    title = make.reference(session, m.Title, code).id if code else ""
    return {"title_id": str(title), "obtained_on": day}


def review(session, *names):
    """Let the changes of these items be reviewed, and no others."""
    for row in session.scalars(select(m.ProfileField)):
        row.is_reviewed = f"{row.section.name}.{row.name}" in names
    session.commit()


def decide(browser, change, action, comment="已核对原件"):
    data = {
        "action": action,
        "rowid": f"{change.id}:{change.version}",
        "confirmed": "1",
        "comment": comment,
    }
    return browser.post(f"{REVIEW}action/", data=data)


# --- 基本信息 ---------------------------------------------------------------------


@pytest.mark.feature("P10")
def test_basic_data_are_saved_at_once(teacher, db_session, cast):
    party = make.reference(db_session, m.PoliticalStatus, "01")
    answer = teacher.post(
        PROFILE,
        data=basic(
            db_session,
            mobile="154 0000 7777",
            email="wang@example.com",
            landline="0371-12345678",
            political_status_id=str(party.id),
            work_start_date="2003-07-01",
        ),
    )

    person = person_now(db_session, cast.teacher)
    assert flashed(teacher, answer) == "已保存"
    assert (
        person.mobile,
        person.email,
        person.landline,
        person.political_status_id,
        person.work_start_date,
    ) == (
        "15400007777",
        "wang@example.com",
        "0371-12345678",
        party.id,
        date(2003, 7, 1),
    )
    assert now_in(db_session, m.PersonChange) == []


@pytest.mark.feature("P10")
def test_number_that_is_left_empty_stays(teacher, db_session, cast):
    before = cast.teacher.mobile, cast.teacher.email

    page = teacher.get(PROFILE)
    teacher.post(PROFILE, data=basic(db_session, landline="0371-12345678"))

    person = person_now(db_session, cast.teacher)
    assert (person.mobile, person.email) == before
    assert before[0] not in page.text
    assert f"目前为 {mask_mobile(before[0])}，不修改请留空" in page.text


BAD_BASICS = {
    "a short mobile": (
        {"mobile": "1540"},
        {"mobile": "手机号码格式不正确，应为以 1 开头的 11 位数字，请重新填写。"},
    ),
    "work before birth": (
        {"work_start_date": "1979-07-01"},
        {"work_start_date": "参加工作时间有误：本人当时未满 14 周岁，请核对。"},
    ),
    "work in the future": (
        {"work_start_date": "2025-11-19"},
        {"work_start_date": "参加工作时间不能晚于今天，请核对。"},
    ),
    "an unknown code": (
        {"political_status_id": "987654"},
        {"political_status_id": "请从列表中选择。"},
    ),
    "an unknown place": (
        {"native_place_id": "987654"},
        {"native_place_id": "所选籍贯不存在或已停用，请重新选择。"},
    ),
    "no ethnic group": (
        {"ethnic_group_id": ""},
        {"ethnic_group_id": "此项必填，请填写。"},
    ),
}


@pytest.mark.feature("P10")
@pytest.mark.parametrize(("changes", "said"), BAD_BASICS.values(), ids=BAD_BASICS)
def test_bad_basic_data_are_said_beside_the_field(teacher, db_session, changes, said):
    page = teacher.post(PROFILE, data=basic(db_session, **changes))

    assert page.status_code == 422
    assert list(errors(page).values()) == list(said.values())
    # A picker's button stands for its field.
    assert [name.removesuffix("-value") for name in errors(page)] == list(said)


@pytest.mark.feature("P04")
@pytest.mark.requirement("AZ-03")
def test_name_number_and_unit_are_only_read(teacher, db_session, cast):
    before = (cast.teacher.name, cast.teacher.id_number, cast.teacher.unit_id)
    forged = {
        "name": "赵六",
        "id_number": make.id_number(),
        "unit_id": str(cast.other_school.id),
        "birth_date": "1990-01-01",
        "title_id": "1",
    }

    page = teacher.get(PROFILE)
    teacher.post(PROFILE, data=basic(db_session, **forged))

    person = person_now(db_session, cast.teacher)
    assert (person.name, person.id_number, person.unit_id) == before
    assert person.title_id is None
    assert "申请更正姓名或身份证号码" in page.text
    assert f"本单位电话：{cast.school.phone}" in page.text
    assert not re.search(
        r'<(input|select)[^>]*name="(name|id_number|unit_id)"', page.text
    )


# --- 学历, 职（执）业资格, 学术技术称号 ----------------------------------------------


def education(session, level="21", day="2002-07-01", **changes):
    found = make.reference(session, m.EducationLevel, level)
    degree = make.reference(session, m.Degree, "4")
    return {
        "education_level_id": str(found.id),
        "degree_id": str(degree.id),
        "school": "豫南槐荫师范学院",
        "graduated_on": day,
    } | changes


LINES = {
    "qualification": (
        {
            "name": "一级注册建造师",
            "certificate_number": "豫1234",
            "obtained_on": "2012-09-01",
        },
        {
            "name": "一级造价工程师",
            "certificate_number": "",
            "obtained_on": "2013-09-01",
        },
        m.Qualification,
    ),
    "honour": (
        {
            "name": "河南省优秀教师",
            "granted_by": "河南省教育厅",
            "obtained_on": "2018-09-10",
        },
        {"name": "全国优秀教师", "granted_by": "教育部", "obtained_on": "2019-09-10"},
        m.AcademicHonour,
    ),
}


@pytest.mark.feature("P14")
@pytest.mark.parametrize("tab", LINES)
def test_line_is_added_changed_and_deleted_without_approval(teacher, db_session, tab):
    first, second, model = LINES[tab]

    added = teacher.post(f"{PROFILE}/{tab}/new", data=first)
    [row] = now_in(db_session, model)
    told = [{name: str(getattr(row, name)) for name in first}]
    listed = teacher.get(added.location).text
    teacher.post(f"{PROFILE}/{tab}/{row.id}", data=second)
    [row] = now_in(db_session, model)
    told.append({name: str(getattr(row, name)) for name in second})
    teacher.post(f"{PROFILE}/{tab}/{row.id}/delete")

    assert told == [first, second]
    assert first["name"] in listed
    assert now_in(db_session, model) == []
    assert now_in(db_session, m.PersonChange) == []


@pytest.mark.feature("P14")
def test_persons_own_education_follows_the_highest_line(teacher, db_session, cast):
    teacher.post(f"{PROFILE}/education/new", data=education(db_session))
    teacher.post(
        f"{PROFILE}/education/new",
        data=education(
            db_session, "14", "2010-07-01", school="河南青桐大学", degree_id=""
        ),
    )
    person = person_now(db_session, cast.teacher)
    highest = (
        person.education_level.code,
        person.degree.code,
        person.graduation_school,
        person.graduation_date,
    )
    bachelor, master = now_in(db_session, m.EducationRecord)
    level_id = bachelor.education_level_id
    teacher.post(f"{PROFILE}/education/{master.id}/delete")

    person = person_now(db_session, cast.teacher)
    assert highest == ("14", "4", "河南青桐大学", date(2010, 7, 1))
    assert (person.education_level_id, person.graduation_school) == (
        level_id,
        "豫南槐荫师范学院",
    )


BAD_LINES = {
    "an empty name": (
        "qualification",
        {"name": "", "obtained_on": "2012-09-01"},
        {"name": "此项必填，请填写。"},
    ),
    "a certificate of tomorrow": (
        "qualification",
        {"name": "一级注册建造师", "obtained_on": "2025-11-19"},
        {"obtained_on": "取得时间不能晚于今天，请核对。"},
    ),
    "an honour before birth": (
        "honour",
        {"name": "全国优秀教师", "obtained_on": "1979-09-10"},
        {"obtained_on": "取得时间有误：本人当时未满 14 周岁，请核对。"},
    ),
    "no real day": (
        "honour",
        {"name": "全国优秀教师", "obtained_on": "2019-13-10"},
        {"obtained_on": "日期格式不正确，请按 2000-01-31 的样式填写。"},
    ),
    "a name that is too long": (
        "honour",
        {"name": "优" * 101, "obtained_on": "2019-09-10"},
        None,
    ),
}


@pytest.mark.feature("P14")
@pytest.mark.parametrize(("tab", "data", "said"), BAD_LINES.values(), ids=BAD_LINES)
def test_bad_line_is_said_beside_the_field(teacher, db_session, tab, data, said):
    page = teacher.post(f"{PROFILE}/{tab}/new", data=data)

    assert page.status_code == 422
    assert errors(page) == said if said else list(errors(page)) == ["name"]
    assert now_in(db_session, m.Qualification) == []
    assert now_in(db_session, m.AcademicHonour) == []


@pytest.mark.requirement("AZ-02", "AZ-03")
def test_line_of_another_does_not_exist(teacher, db_session, cast):
    row = m.Qualification(
        person_id=cast.colleague.id, name="教师资格", obtained_on=date(2010, 1, 1)
    )
    db_session.add(row)
    db_session.commit()
    address = f"{PROFILE}/qualification/{row.id}"
    first, _second, _model = LINES["qualification"]

    answers = [
        teacher.get(address),
        teacher.post(address, data=first),
        teacher.post(f"{address}/delete"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    [row] = now_in(db_session, m.Qualification)
    assert row.name == "教师资格"


# --- 专业技术职务 ------------------------------------------------------------------


@pytest.mark.feature("P13", "U30")
def test_post_waits_for_the_unit_and_takes_effect_on_approval(
    teacher, browse, db_session, cast
):
    answer = teacher.post(f"{POSTS}/new", data=post(db_session))
    said = flashed(teacher, answer)
    [change] = now_in(db_session, m.PersonChange)
    person = db_session.get(m.Person, cast.teacher.id)
    before = (now_in(db_session, m.ProfessionalPost), person.title_id)
    waiting = teacher.get(POSTS).text

    told = decide(browse(cast.chief), change, "approve")

    [row] = now_in(db_session, m.ProfessionalPost)
    person = db_session.get(m.Person, cast.teacher.id)
    history = teacher.get(f"{CHANGES}/{change.id}").text
    assert said == "信息已提交审核"
    assert before == ([], None)
    assert f"<strong>{cast.school.name}</strong>" in waiting
    assert cast.school.phone in waiting
    assert "成功 1 条，未办理 0 条" in told.text
    assert (row.person_id, row.title.name, row.obtained_on) == (
        cast.teacher.id,
        "讲师",
        date(2015, 6, 1),
    )
    assert (person.title_id, person.title_date) == (row.title_id, row.obtained_on)
    assert diff(history) == [
        ("专业技术职务", "—", "讲师"),
        ("取得时间", "—", "2015-06-01"),
    ]
    assert "已核对原件" in history


def diff(page):
    """Before and after of each item on a page of 变更明细."""
    table = re.search(r'<table class="table changes">(.*?)</table>', page, re.DOTALL)[1]
    return [
        tuple(
            re.sub(r"<.*?>", "", cell).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        )
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)[1:]
    ]


@pytest.mark.feature("P13")
def test_change_and_deletion_of_a_post_wait_as_well(teacher, browse, db_session, cast):
    row = m.ProfessionalPost(person_id=cast.teacher.id, **make.post_values(db_session))
    db_session.add(row)
    db_session.commit()
    chief = browse(cast.chief)

    teacher.post(f"{POSTS}/{row.id}", data=post(db_session, "01012", "2020-01-01"))
    [edit] = now_in(db_session, m.PersonChange)
    seen = diff(chief.get(f"{REVIEW}details/?id={edit.id}").text)
    [row] = now_in(db_session, m.ProfessionalPost)
    untouched = row.title.name
    decide(chief, edit, "approve")
    [row] = now_in(db_session, m.ProfessionalPost)
    edited = row.title.name
    teacher.post(f"{POSTS}/{row.id}/delete")
    _edit, removal = now_in(db_session, m.PersonChange)
    decide(chief, removal, "approve")

    assert seen == [
        ("专业技术职务", "讲师", "副教授"),
        ("取得时间", "2015-06-01", "2020-01-01"),
    ]
    assert (untouched, edited, removal.act) == ("讲师", "副教授", ChangeAct.remove)
    assert now_in(db_session, m.ProfessionalPost) == []


@pytest.mark.feature("P13")
def test_second_change_is_refused_while_one_waits(teacher, db_session, cast):
    teacher.post(f"{POSTS}/new", data=post(db_session))

    page = teacher.post(f"{POSTS}/new", data=post(db_session, "01012"))

    assert page.status_code == 422
    assert len(now_in(db_session, m.PersonChange)) == 1
    assert head(page) == [
        (
            f"您的专业技术职务有修改正在由{cast.school.name}审核，"
            "请等待办结，或先撤回后再修改。"
        )
    ]


@pytest.mark.feature("P13")
@pytest.mark.requirement("WF-11")
def test_double_click_asks_once(teacher, db_session):
    token = new_token()

    answers = [
        teacher.post(f"{POSTS}/new", data=post(db_session) | {"once": token})
        for _ in "ab"
    ]

    assert len(now_in(db_session, m.PersonChange)) == 1
    assert [a.location for a in answers] == [POSTS, POSTS]


BAD_POSTS = {
    "nothing chosen": (("", "2015-06-01"), "此项必填，请填写。"),
    "a series instead of a title": (
        ("0101", "2015-06-01"),
        "请选择具体的专业技术职务，不要选择系列。",
    ),
    "a day to come": (("01013", "2026-06-01"), "取得时间不能晚于今天，请核对。"),
}


@pytest.mark.feature("P13")
@pytest.mark.parametrize(("given", "said"), BAD_POSTS.values(), ids=BAD_POSTS)
def test_bad_post_is_refused(teacher, db_session, given, said):
    page = teacher.post(f"{POSTS}/new", data=post(db_session, *given))

    assert page.status_code == 422
    assert list(errors(page).values()) == [said]
    assert now_in(db_session, m.PersonChange) == []


@pytest.mark.feature("P13")
def test_change_is_withdrawn_and_can_be_asked_again(teacher, db_session):
    teacher.post(f"{POSTS}/new", data=post(db_session))
    [change] = now_in(db_session, m.PersonChange)
    address = f"{CHANGES}/{change.id}"

    teacher.post(f"{address}/withdraw")
    [withdrawn] = [row.state for row in now_in(db_session, m.PersonChange)]
    form = teacher.get(f"{address}/edit").text
    teacher.post(f"{address}/edit", data=post(db_session, "01012", "2020-01-01"))

    [change] = now_in(db_session, m.PersonChange)
    assert withdrawn is State.withdrawn
    assert 'value="2015-06-01"' in form
    assert change.state is State.pending
    assert change.changes["obtained_on"] == {"before": None, "after": "2020-01-01"}
    assert now_in(db_session, m.ProfessionalPost) == []


@pytest.mark.feature("P13", "U30")
def test_rejected_change_says_why_and_changes_nothing(
    teacher, browse, db_session, cast
):
    teacher.post(f"{POSTS}/new", data=post(db_session))
    [change] = now_in(db_session, m.PersonChange)
    chief = browse(cast.chief)

    without = decide(chief, change, "reject", comment="")
    decide(chief, change, "reject", comment="与证书不一致")

    listed = teacher.get(CHANGES).text
    [row] = now_in(db_session, m.PersonChange)
    assert without.status_code == 422
    assert row.state is State.rejected
    assert now_in(db_session, m.ProfessionalPost) == []
    assert "与证书不一致" in listed
    assert "审核不通过" in listed
    assert "与证书不一致" in teacher.get(f"{CHANGES}/{row.id}").text


@pytest.mark.feature("P13")
def test_change_log_is_paged_at_a_constant_price(teacher, db_session, cast, statements):
    def log(count):
        for _ in range(count):
            make.person_change(db_session, cast.teacher, state=State.rejected)
        db_session.commit()
        with statements() as run:
            page = teacher.get(CHANGES).text
        return page, len(run)

    _few, cheap = log(2)
    many, dear = log(28)
    older = re.search(rf'href="({CHANGES}\?before=\d+)"', many)[1]

    rows = [
        len(set(re.findall(rf'href="{CHANGES}/(\d+)"', page)))
        for page in (many, teacher.get(older).text)
    ]
    assert rows == [20, 10]
    assert dear == cheap


@pytest.mark.feature("P13", "X06")
def test_waiting_change_is_urged_once_a_day(teacher, db_session, cast):
    teacher.post(f"{POSTS}/new", data=post(db_session))
    [change] = now_in(db_session, m.PersonChange)

    first, second = (
        teacher.post(f"{CHANGES}/{change.id}/urge", headers={"HX-Request": "true"})
        for _ in "ab"
    )

    [urge] = now_in(db_session, m.Urge)
    assert (urge.record_id, urge.unit_id) == (change.id, cast.school.id)
    assert "已催办，请耐心等待审批。" in first.text
    assert "今天已经催办过，请明天再试，或直接致电审核单位。" in second.text


@pytest.mark.requirement("AZ-02")
def test_change_of_another_does_not_exist(teacher, db_session, cast):
    change = make.waiting(make.person_change(db_session, cast.colleague), cast.school)
    db_session.commit()
    address = f"{CHANGES}/{change.id}"

    answers = [
        teacher.get(address),
        teacher.get(f"{address}/edit"),
        teacher.post(f"{address}/withdraw"),
        teacher.post(f"{address}/urge"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "讲师" not in teacher.get(CHANGES).text


@pytest.mark.feature("P12", "P13")
def test_post_is_not_changed_while_a_transfer_waits(teacher, db_session, cast):
    transfer = m.Transfer(
        person_id=cast.teacher.id,
        from_unit_id=cast.school.id,
        to_unit_id=cast.other_school.id,
    )
    db_session.add(make.waiting(transfer, cast.other_school))
    db_session.commit()

    page = teacher.post(f"{POSTS}/new", data=post(db_session))

    assert page.status_code == 422
    assert f"正在办理调转至{cast.other_school.name}" in page.text
    assert now_in(db_session, m.PersonChange) == []


# --- what is reviewed is data ------------------------------------------------------


@pytest.mark.feature("P13", "P14", "R04")
def test_superuser_puts_education_under_review(teacher, browse, db_session, cast):
    row = db_session.scalar(
        select(m.ProfileField).where(
            m.ProfileField.section == ProfileSection.education,
            m.ProfileField.name == "education_level_id",
        )
    )
    saved = browse(cast.superuser).post(
        f"/admin/profile-fields/edit/?id={row.id}", data={"is_reviewed": "y"}
    )

    answer = teacher.post(f"{PROFILE}/education/new", data=education(db_session))
    said = flashed(teacher, answer)
    [change] = now_in(db_session, m.PersonChange)
    before = now_in(db_session, m.EducationRecord)
    decide(browse(cast.chief), change, "approve")

    [record] = now_in(db_session, m.EducationRecord)
    person = db_session.get(m.Person, cast.teacher.id)
    assert saved.status_code == 303
    assert (said, before) == ("信息已提交审核", [])
    assert record.school == "豫南槐荫师范学院"
    assert person.graduation_school == "豫南槐荫师范学院"


@pytest.mark.feature("P13")
def test_post_is_saved_at_once_when_nothing_of_it_is_reviewed(teacher, db_session):
    review(db_session)

    answer = teacher.post(f"{POSTS}/new", data=post(db_session))

    [row] = now_in(db_session, m.ProfessionalPost)
    assert flashed(teacher, answer) == "已保存"
    assert row.obtained_on == date(2015, 6, 1)


@pytest.mark.feature("P10", "P13")
def test_only_the_reviewed_items_of_basic_data_wait(teacher, browse, db_session, cast):
    review(db_session, "basic.ethnic_group_id")
    hui = make.reference(db_session, m.EthnicGroup, "03")
    data = basic(db_session, ethnic_group_id=str(hui.id), landline="0371-12345678")

    page = teacher.get(PROFILE).text
    teacher.post(PROFILE, data=data)
    person = person_now(db_session, cast.teacher)
    at_once = person.landline, person.ethnic_group.code
    [change] = now_in(db_session, m.PersonChange)
    decide(browse(cast.chief), change, "approve")

    person = person_now(db_session, cast.teacher)
    assert "修改民族须经本单位管理员审核，通过后生效。" in page
    assert list(change.changes) == ["ethnic_group_id"]
    assert at_once == ("0371-12345678", "01")
    assert person.ethnic_group.code == "03"


# --- 审核人员信息修改 ----------------------------------------------------------------


def waiting_posts(session, people, school):
    changes = [
        make.waiting(make.person_change(session, person), school) for person in people
    ]
    session.commit()
    return changes


@pytest.mark.feature("U30", "X05")
def test_administrator_approves_several_and_is_told_of_each(browse, db_session, cast):
    chief = db_session.get(m.AdminAssignment, cast.chief.id).account.person
    chief.unit_id, chief.region_id = cast.school.id, cast.school.region_id
    people = [cast.teacher, cast.colleague, chief]
    changes = waiting_posts(db_session, people, cast.school)
    ids = [f"{change.id}:{change.version}" for change in changes]

    page = browse(cast.chief).post(
        f"{REVIEW}action/", data={"action": "approve", "rowid": ids, "confirmed": "1"}
    )

    states = [change.state for change in now_in(db_session, m.PersonChange)]
    assert states == [State.approved, State.approved, State.pending]
    assert "成功 2 条，未办理 1 条" in page.text
    assert "不能办理本人的事项，请由本单位其他管理员办理。" in page.text
    assert len(now_in(db_session, m.ProfessionalPost)) == 2


@pytest.mark.feature("U30")
def test_each_row_opens_before_and_after(browse, db_session, cast):
    [change] = waiting_posts(db_session, [cast.teacher], cast.school)
    chief = browse(cast.chief)

    listed = chief.get(REVIEW).text
    address = re.search(rf'href="(details/\?id={change.id}[^"]*)"', listed)[1]
    opened = chief.get(REVIEW + address.replace("&amp;", "&")).text

    assert "变更明细" in listed
    assert diff(opened) == [
        ("专业技术职务", "—", "讲师"),
        ("取得时间", "—", "2015-06-01"),
    ]
    assert "title_id" not in opened


@pytest.mark.feature("U30", "X02")
@pytest.mark.requirement("AZ-02")
def test_change_elsewhere_is_not_to_be_decided(browse, db_session, cast):
    [change] = waiting_posts(db_session, [cast.teacher], cast.school)

    stranger = decide(browse(cast.other_chief), change, "approve")
    above = decide(browse(cast.bureau_chief), change, "approve")
    reviewer = browse(cast.reviewer).get(REVIEW)

    assert stranger.status_code == 404
    assert "成功 0 条，未办理 1 条" in above.text
    assert reviewer.status_code == 403
    [change] = now_in(db_session, m.PersonChange)
    assert change.state is State.pending


# --- 一寸照 ------------------------------------------------------------------------


def photo(size=(300, 420), kind="JPEG", name="照片.jpg"):
    data = io.BytesIO()
    Image.new("RGB", size, "#88aacc").save(data, kind)
    return {"photo": (io.BytesIO(data.getvalue()), name)}


def files(session):
    return [row for row in now_in(session, m.Attachment) if row.purpose.name == "photo"]


@pytest.mark.feature("P10")
@pytest.mark.requirement("IN-03")
def test_photo_is_stored_anew_replaced_and_removed(teacher, browse, db_session, cast):
    teacher.post(f"{PROFILE}/photo", data=photo((1500, 2100)))
    [first] = files(db_session)
    key, size = first.key, (first.person_id, first.width, first.height)
    shown = teacher.get(PROFILE).text
    seen = [
        browse(who).get(f"/files/{key}").status_code
        for who in (cast.teacher, cast.chief, cast.colleague, cast.other_chief)
    ]
    details = browse(cast.chief).get(
        f"/admin/person-query/details/?id={cast.teacher.id}"
    )
    teacher.post(f"{PROFILE}/photo", data=photo())
    [second_key] = [row.key for row in files(db_session)]
    gone = teacher.get(f"/files/{key}").status_code
    teacher.post(f"{PROFILE}/photo/remove")

    assert size == (cast.teacher.id, 600, 840)
    assert f"/files/{key}" in shown
    assert seen == [200, 200, 404, 404]
    assert f"/files/{key}" in details.text
    assert second_key != key
    assert gone == 404
    assert files(db_session) == []


BAD_PHOTOS = {
    "none": ({}, "请先选择照片文件。"),
    "lying": (
        photo((420, 300)),
        "照片应为竖版（高大于宽），这张为 420×300 像素，请旋转或裁剪后重新上传。",
    ),
    "a strip": (
        photo((200, 800)),
        "照片的宽高比应约为 5:7（一寸证件照），这张为 200×800 像素，请裁剪后重新上传。",
    ),
    "tiny": (
        photo((100, 140)),
        "照片太小，至少需要 200×280 像素，请上传清晰的证件照。",
    ),
    "no picture": (
        {"photo": (io.BytesIO(b"%PDF-1.7 no picture"), "照片.jpg")},
        (
            "文件 照片.jpg 的内容不是 JPG 或 PNG 图片（改扩展名无效），"
            "请上传原始图片或重新拍照。"
        ),
    ),
    "another kind than its name": (
        photo(kind="PNG"),
        (
            "文件 照片.jpg 的扩展名与内容不符，内容是 PNG 图片，"
            "请改回正确的扩展名后重新上传。"
        ),
    ),
}


@pytest.mark.feature("P10")
@pytest.mark.requirement("IN-03")
@pytest.mark.parametrize(("data", "said"), BAD_PHOTOS.values(), ids=BAD_PHOTOS)
def test_bad_photo_is_refused_beside_its_field(teacher, db_session, data, said):
    page = teacher.post(f"{PROFILE}/photo", data=data)

    assert (page.status_code, errors(page)) == (422, {"photo": said})
    assert files(db_session) == []


# --- 首页 --------------------------------------------------------------------------


@pytest.mark.feature("P09")
def test_home_offers_the_four_functions(teacher):
    page = teacher.get("/me/").text

    block = re.search(r'<nav class="windows".*?</nav>', page, re.DOTALL)[0]
    assert re.findall(r'href="([^"]+)".*?<strong>([^<]+)</strong>', block) == [
        ("/me/profile", "用户资料管理"),
        ("/me/declarations/new", "学时学分申报"),
        ("/me/declarations", "申报进度查询"),
        ("/me/completion", "年度完成情况"),
    ]


@pytest.mark.feature("P09", "X06")
def test_home_tells_what_of_the_profile_waits(teacher, db_session, cast):
    teacher.post(f"{POSTS}/new", data=post(db_session))
    [change] = now_in(db_session, m.PersonChange)

    page = teacher.get("/me/").text

    assert f'href="/me/profile/changes/{change.id}"' in page
    assert cast.school.phone in page
