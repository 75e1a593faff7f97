"""单位资料管理: a unit's own data are saved at once, audited and told (U15)."""

import io
import re

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import AttachmentPurpose
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.declaring import picture

URL = "/admin/unit-profile/"

pytestmark = pytest.mark.feature("U15")


def typed(client, school, **changes):
    """What the form sends: the data as they are, with changes."""
    page = client.get(URL).text
    seen_at = re.search(r'name="seen_at"[^>]*value="([^"]*)"', page)[1]
    fields = ("name", "short_name", "phone", "address", "contact")
    return (
        {name: getattr(school, name) for name in fields}
        | {"nature_id": school.nature_id, "industry_id": school.industry_id}
        | {"seen_at": seen_at}
        | changes
    )


def fresh(session, cast):
    session.rollback()
    return session.get(m.Unit, cast.school.id, populate_existing=True)


def told(page):
    """The lines of the table of changes, without their time."""
    table = page[page.index('id="changes"') :]
    rows = re.findall(r"<tr>(<td.*?)</tr>", table, re.DOTALL)
    return [tuple(re.findall(r'title="([^"]*)"', row)[1:]) for row in rows]


def errors(page):
    return re.findall(r'class="field-error" id="(\w+)-error">([^<]*)<', page.text)


def test_ordinary_data_are_saved_at_once_and_the_change_is_told(
    as_chief, cast, db_session
):
    nature = db_session.scalar(select(m.UnitNature).where(m.UnitNature.code != "20"))
    before = db_session.get(m.UnitNature, cast.school.nature_id)
    sent = typed(
        as_chief,
        cast.school,
        name="第一高级中学",
        short_name="一高",
        phone="0371-65501234",
        nature_id=nature.id,
    )

    answer = as_chief.post(URL, data=sent)

    school, page = fresh(db_session, cast), as_chief.get(URL).text
    by = f"{cast.chief.account.person.name} · 第一高级中学"
    assert answer.status_code == 303
    assert (school.name, school.short_name, school.phone, school.nature_id) == (
        "第一高级中学",
        "一高",
        "0371-65501234",
        nature.id,
    )
    lines = {(line[2], *line[3:]) for line in told(page) if line[:2] == (by, "修改")}
    assert {
        ("单位名称", "第一中学", "第一高级中学"),
        ("单位性质", before.name, nature.name),
    } <= lines


def test_code_superior_and_rights_stay_whatever_is_posted(as_chief, cast, db_session):
    before = fresh(db_session, cast)
    fixed = ("registration_code", "superior_id", "kind", "region_id", "level_id")
    kept = {name: getattr(before, name) for name in fixed}
    sent = typed(
        as_chief,
        cast.school,
        registration_code=make.registration_code(),
        superior_id=cast.city.id,
        kind="base",
        has_review_right="",
        is_active="",
    )
    form = as_chief.get(URL).text

    as_chief.post(URL, data=sent)

    school = fresh(db_session, cast)
    assert {name: getattr(school, name) for name in fixed} == kept
    assert (school.is_active, school.has_review_right) == (True, True)
    assert "代码和上级部门不能直接修改，须提交申请" in form
    assert 'href="/admin/unit-code/"' in form


SAME_NAME = "已有同名的主管部门或同级单位，请填写本单位的全称。"
REFUSED = {
    "no name": ({"name": " "}, "name", "此项必填，请填写。"),
    "a mobile as landline": (
        {"phone": "12"},
        "phone",
        "固定电话格式不正确，请按“区号-号码”填写，例如 0371-12345678。",
    ),
    "a name too long": ({"name": "校" * 101}, "name", "最多 100 个"),
    "an authority's name": ({"name": "省人社厅"}, "name", SAME_NAME),
    "a neighbour's name": ({"name": "第二中学"}, "name", SAME_NAME),
    "an unknown nature": ({"nature_id": "999999"}, "nature_id", "请从列表中选择。"),
}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"), REFUSED.values(), ids=REFUSED
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_saved(
    as_chief, cast, db_session, changes, field, sentence
):
    sent = typed(as_chief, cast.school, contact="新联系人") | changes

    answer = as_chief.post(URL, data=sent)

    [(place, words)] = errors(answer)
    assert answer.status_code == 422
    assert (place, sentence in words) == (field, True)
    assert fresh(db_session, cast).contact == ""


def test_nobody_saves_over_what_they_have_not_seen(as_chief, cast, db_session):
    mine = typed(as_chief, cast.school, contact="王主任")
    as_chief.post(URL, data=typed(as_chief, cast.school, contact="李主任"))

    late = as_chief.post(URL, data=mine)
    kept = fresh(db_session, cast).contact
    seen_at = re.search(r'name="seen_at"[^>]*value="([^"]*)"', late.text)[1]
    again = as_chief.post(URL, data=mine | {"seen_at": seen_at})

    assert late.status_code == 422
    assert "单位资料在您打开之后已被他人修改，请核对后再保存。" in late.text
    assert (kept, again.status_code) == ("李主任", 303)
    assert fresh(db_session, cast).contact == "王主任"


def test_scan_is_replaced_and_the_one_before_is_kept(as_chief, cast, db_session):
    for name in ("旧证照.jpg", "新证照.jpg"):
        answer = as_chief.post(
            f"{URL}scan",
            data={"scan": picture(name)},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 303

    page = as_chief.get(URL).text
    scans = select(m.Attachment).where(m.Attachment.unit_id == cast.school.id)
    rows = db_session.scalars(scans.order_by(m.Attachment.id)).all()
    shown = re.findall(r'href="/files/([^"]+)"', page)
    assert [row.file_name for row in rows] == ["旧证照.jpg", "新证照.jpg"]
    assert {row.purpose for row in rows} == {AttachmentPurpose.unit_scan}
    assert shown == [rows[1].key]
    assert as_chief.get(f"/files/{rows[1].key}").status_code == 200
    assert ("更换单位证照扫描件", "文件", "旧证照.jpg", "新证照.jpg") in {
        line[1:] for line in told(page)
    }


NO_SCANS = {
    "nothing": {},
    "no picture": {"scan": (io.BytesIO(b"<script>"), "x.jpg")},
}


@pytest.mark.parametrize("sent", NO_SCANS.values(), ids=NO_SCANS)
def test_what_is_no_scan_is_refused_beside_the_field(as_chief, cast, db_session, sent):
    answer = as_chief.post(f"{URL}scan", data=sent, content_type="multipart/form-data")

    [(field, words)] = errors(answer)
    assert answer.status_code == 422
    assert (field, words != "") == ("scan", True)
    assert db_session.scalar(select(m.Attachment.id)) is None


@pytest.mark.requirement("AZ-02")
def test_who_may_only_look_sees_no_form_and_changes_nothing(app, cast, db_session):
    role = make.role(db_session, "unit_profile:view", unit=cast.school)
    looker = make.administrator(db_session, cast.school, role)
    head_role = make.role(
        db_session, "unit_profile:view", "unit_profile:edit", unit=cast.school
    )
    head = make.administrator(
        db_session, cast.school, head_role, department=cast.office
    )
    db_session.commit()
    client = sign_in(Browser(app, app.response_class), looker)
    page = client.get(URL).text
    answers = [client.post(URL).status_code, client.post(f"{URL}scan").status_code]
    sign_in(client, head)
    of_head = [client.get(URL).status_code, client.post(URL).status_code]

    assert "第一中学" in page
    assert 'name="contact"' not in page
    assert (answers, of_head) == ([403, 403], [403, 403])


def test_a_superiors_act_stands_in_the_units_own_history(client, cast, db_session):
    sign_in(client, cast.bureau_chief)
    client.post(
        "/admin/subordinate-units/action/",
        data={"action": "close_review", "rowid": cast.school.id, "confirmed": "1"},
    )
    sign_in(client, cast.chief)

    [line] = told(client.get(URL).text)[:1]

    by = f"{cast.bureau_chief.account.person.name} · 市教育局"
    assert line[:2] == (by, "关闭审核权限")


def test_a_long_history_is_turned_page_by_page(as_chief, cast, db_session):
    for number in range(23):
        sent = typed(as_chief, fresh(db_session, cast), contact=f"联系人{number}")
        as_chief.post(URL, data=sent)

    first = as_chief.get(URL).text
    older = re.search(r'href="([^"]*before=\d+)#changes"', first)[1]
    second = as_chief.get(older).text

    seen = [line[4] for page in (first, second) for line in told(page)]
    expected = [f"联系人{number}" for number in reversed(range(23))]
    assert [text for text in seen if text.startswith("联系人")] == expected
