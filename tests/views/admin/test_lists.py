"""Lists: pages by boundary, search by shape, filters, export, masks, look-ups."""

import csv
import io
import re
from datetime import datetime
from html import unescape
from urllib.parse import urlencode, urljoin
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from admin_app import models as m
from admin_app.columns import utc_now
from admin_app.enums import Sex, State
from admin_app.views.admin import paging
from admin_app.views.admin.base import framed
from admin_app.views.admin.kept import SHELF
from tests import factories as make
from tests.browsing import column, sign_in, table_rows

PEOPLE = "/admin/person-query/"
SHANGHAI = ZoneInfo("Asia/Shanghai")
MIDNIGHT = {
    "前一日之末": datetime(2025, 11, 17, 23, 59, tzinfo=SHANGHAI),
    "当日之初": datetime(2025, 11, 18, 0, 0, tzinfo=SHANGHAI),
    "当日之末": datetime(2025, 11, 18, 23, 59, tzinfo=SHANGHAI),
    "次日之初": datetime(2025, 11, 19, 0, 0, tzinfo=SHANGHAI),
}
DAY = "2025-11-18"
days_and_rows = pytest.mark.parametrize(
    ("days", "expected"),
    [
        (f"submitted_at_from={DAY}", {"当日之初", "当日之末", "次日之初"}),
        (f"submitted_at_until={DAY}", {"前一日之末", "当日之初", "当日之末"}),
        (
            f"submitted_at_from={DAY}&submitted_at_until={DAY}",
            {"当日之初", "当日之末"},
        ),
    ],
)


def names(page):
    return column(page, "姓名")


@pytest.fixture
def exporter(client, cast):
    """A browser of the school's chief, who has just given the own password."""
    return sign_in(client, cast.chief, proven=True)


def people(session, unit, number):
    made = [
        make.person(session, unit, name=f"张{index:03d}") for index in range(number)
    ]
    session.commit()
    return made


def follow(client, page, rel):
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    return client.get(found.group(1).replace("&amp;", "&")).text if found else None


@pytest.mark.feature("X01")
@pytest.mark.parametrize("sort", ["name", "-name", "id", "-id"])
def test_every_row_stands_on_one_page_in_both_directions(
    sort, as_chief, cast, db_session
):
    people(db_session, cast.school, 45)
    address = f"{PEOPLE}?search=张&sort={sort}"

    pages = [as_chief.get(address).text]
    while len(pages) < 5 and (following := follow(as_chief, pages[-1], "next")):
        pages.append(following)
    back = [pages[-1]]
    while len(back) < 5 and (before := follow(as_chief, back[-1], "prev")):
        back.append(before)

    forwards = [name for page in pages for name in names(page)]
    expected = sorted((f"张{i:03d}" for i in range(45)), reverse=sort[0] == "-")
    assert forwards == expected
    assert [names(page) for page in reversed(back)] == [names(p) for p in pages]


@pytest.mark.feature("X01")
def test_details_lead_back_to_the_page_they_were_opened_from(
    as_chief, cast, db_session
):
    people(db_session, cast.school, 25)
    address = f"{PEOPLE}?search=张&sort=-name"
    second = follow(as_chief, as_chief.get(address).text, "next")
    opened = unescape(
        re.search(r'class="[^"]*cell-first"><a href="([^"]+)"', second)[1]
    )

    details = as_chief.get(urljoin(PEOPLE, opened)).text
    (back,) = re.findall(r'href="([^"]+)"><svg[^>]*><use[^>]*></svg>返', details)

    assert names(as_chief.get(unescape(back)).text) == names(second)
    assert opened.startswith("details/?id=")


@pytest.mark.requirement("AU-16")
@pytest.mark.parametrize("address", ["?\\evil.example", "?//evil", "?\nx"])
def test_a_way_back_stays_on_the_list(address, as_chief, cast):
    opened = f"details/?{urlencode({'id': cast.teacher.id, 'url': address})}"

    details = as_chief.get(PEOPLE + opened).text

    backs = [unescape(link) for link in re.findall(r'href="([^"]*evil[^"]*)"', details)]
    assert all(link.startswith(PEOPLE + "?") for link in backs)


def test_rows_without_a_value_of_the_sorted_column_are_not_lost(
    as_superuser, cast, db_session
):
    for year in range(3):
        make.declaration(db_session, cast.teacher, title=f"草稿{year}")
    waiting = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()

    page = as_superuser.get("/admin/declarations/").text

    assert len(table_rows(page)) == 4
    assert waiting.title in column(page, "项目名称")


def test_people_of_the_own_unit_and_below_are_found_by_name(client, cast, db_session):
    people(db_session, cast.school, 1)
    make.person(db_session, cast.other_school, name="张外人")
    db_session.commit()
    seen = {}
    for who in ("chief", "bureau_chief"):
        sign_in(client, getattr(cast, who))
        seen[who] = names(client.get(f"{PEOPLE}?search=张").text)

    assert seen["chief"] == ["张000"]
    assert set(seen["bureau_chief"]) == {"张000", "张外人"}


@pytest.mark.requirement("PR-01")
def test_an_identity_number_is_found_without_standing_in_the_address(
    as_chief, cast, db_session
):
    number = db_session.get(m.Person, cast.teacher.id).id_number

    answer = as_chief.post(f"{PEOPLE}find/", data={"id_number": number})
    page = as_chief.get(answer.location).text

    assert number not in answer.location
    assert names(page) == ["王老师"]
    assert number not in page


@pytest.mark.feature("X02")
def test_an_identity_number_is_found_as_it_was_pasted(as_chief, cast, db_session):
    number = db_session.get(m.Person, cast.teacher.id).id_number
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number.lower())
    typed = (f" {number[:6]} {number[6:14]}-{number[14:]}\u3000", wide)

    answers = [as_chief.post(f"{PEOPLE}find/", data={"id_number": t}) for t in typed]

    assert [names(as_chief.get(a.location).text) for a in answers] == [["王老师"]] * 2


@pytest.mark.feature("X02")
def test_what_is_no_identity_number_is_said_to_be_none(as_chief, cast):
    answer = as_chief.post(f"{PEOPLE}find/", data={"id_number": "12345"})
    page = as_chief.get(answer.location).text

    assert "身份证号码" in page.partition('id="flashes"')[2].partition("<main")[0]
    assert "王老师" in names(page)


@pytest.mark.feature("X02")
def test_a_name_is_said_to_be_found_by_its_beginning(as_chief, cast):
    page = as_chief.get(f"{PEOPLE}?search=老师").text

    assert names(page) == []
    assert "请从姓氏或名称的第一个字输入。" in page


@pytest.mark.feature("X02")
def test_an_identity_number_out_of_scope_is_as_unknown_as_none(
    as_chief, cast, db_session
):
    foreign = db_session.get(m.Person, cast.stranger.id).id_number

    there = as_chief.post(f"{PEOPLE}find/", data={"id_number": foreign})
    nowhere = as_chief.post(f"{PEOPLE}find/", data={"id_number": make.id_number()})

    assert there.location == nowhere.location
    assert names(as_chief.get(there.location).text) == []


@pytest.mark.requirement("PR-01")
def test_what_one_person_has_is_counted_and_paged_by_itself(client, cast, db_session):
    """A counter knows of more than are counted, but not whose they are."""
    made = {"state": State.approved, "submitted_at": utc_now()}
    few, many = (db_session.get(m.Person, p.id) for p in (cast.teacher, cast.colleague))
    for year, owner in ((2023, few), *[(2024, many)] * 22):
        make.declaration(db_session, owner, year=year, **made)
    rolled = {"state": State.approved, "number": paging.CAP + 1, "amount": 24}
    db_session.add(m.UnitRoll(unit_id=cast.bureau.id, year=2024, **rolled))
    right = make.role(db_session, "records:view")
    reader = make.administrator(db_session, cast.bureau, right)
    db_session.commit()
    sign_in(client, reader)

    def page(address):
        return client.get(address).text

    of = "/admin/declarations/?tab=approved&person={}".format
    alone, first = page(of(few.id)), page(of(many.id))
    second = page(unescape(re.search(r'rel="next" href="([^"]+)"', first)[1]))
    back = page(unescape(re.search(r'rel="prev" href="([^"]+)"', second)[1]))

    assert "1000+" in page("/admin/declarations/?tab=approved")
    assert column(alone, "计入年度") == ["2023"]
    assert "共 1 条" in alone
    assert column(first, "计入年度") == column(back, "计入年度") == ["2024"] * 20
    assert "共 22 条" in first
    assert column(second, "计入年度") == ["2024"] * 2
    assert column(page(of(few.id) + "&year=2024"), "计入年度") == []
    assert column(page(of(0)), "计入年度") == []


def test_an_identity_number_typed_into_the_search_is_not_looked_up(as_chief, cast):
    page = as_chief.get(f"{PEOPLE}?search=11010519491231002X").text

    assert "请在“身份证号码”一栏中查询身份证号码" in page


@pytest.mark.feature("X02")
@pytest.mark.requirement("AZ-01")
def test_a_lookup_shows_labels_in_scope_and_at_most_twenty(client, cast, db_session):
    for index in range(25):
        make.unit(db_session, cast.school, name=f"下属{index:02d}")
        make.unit(db_session, cast.other_school, name=f"下属外{index:02d}")
    db_session.commit()
    sign_in(client, cast.chief)

    found = client.get(f"{PEOPLE}ajax/lookup/?name=unit&q=下属&limit=-1").json["items"]

    assert len(found) == 20
    assert {frozenset(item) for item in found} == {frozenset({"value", "text"})}
    assert [item["text"] for item in found] == [f"下属{i:02d}" for i in range(20)]


@pytest.mark.feature("X02")
def test_a_lookup_of_a_relation_that_the_screen_does_not_have_is_404(as_chief):
    assert as_chief.get(f"{PEOPLE}ajax/lookup/?name=account&q=").status_code == 404


@pytest.mark.feature("X02")
def test_a_filter_by_a_unit_out_of_scope_is_404(as_chief, cast):
    own = as_chief.get(f"{PEOPLE}?unit={cast.school.id}")
    foreign = as_chief.get(f"{PEOPLE}?unit={cast.other_school.id}")

    assert (own.status_code, foreign.status_code) == (200, 404)


def test_filters_narrow_the_list_and_the_fragment_holds_only_the_list(
    as_chief, cast, db_session
):
    db_session.get(m.Person, cast.teacher.id).sex = Sex.male
    db_session.get(m.Person, cast.colleague.id).sex = Sex.female
    db_session.commit()

    whole = as_chief.get(f"{PEOPLE}?sex=female").text
    part = as_chief.get(f"{PEOPLE}?sex=female", headers={"HX-Target": "list"}).text

    assert names(whole) == names(part) == ["李老师"]
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert (
        'action="/admin/person-query/export/xlsx/?sex=female" hx-swap-oob="true"'
        in part
    )


@pytest.mark.usefixtures("no_kept_lists")
def test_filters_that_are_drawn_once_hold_nothing_of_who_asked(client, cast):
    def bar(address=PEOPLE):
        page = client.get(address).text
        return re.search(r'<form class="filter-bar".*?</form>', page, re.DOTALL)[0]

    sign_in(client, cast.chief)
    asked = [bar(f"{PEOPLE}?sex=female&search=李"), bar(f"{PEOPLE}?size=50")]
    own = [bar(), bar(f"{PEOPLE}?unit={cast.school.id}")]
    sign_in(client, cast.other_chief)
    kept = bar()
    # Drawn for the first time by another, it is the same.
    SHELF.clear()
    theirs = [bar(), bar(f"{PEOPLE}?after=")]
    client.set_cookie("locale", "en")
    theirs.append(bar())

    assert own[0] == kept == theirs[0] == theirs[1]
    assert len({*asked, *own, theirs[2]}) == 5
    assert [
        (page.count("selected"), cast.school.name in page) for page in (*own, *theirs)
    ] == [(0, False), (1, True), (0, False), (0, False), (0, False)]


@pytest.mark.feature("X01", "X02", "X10")
def test_an_export_holds_the_rows_of_the_list_masked_and_without_formulas(
    exporter, cast, db_session
):
    make.person(db_session, cast.school, name="=1+1")
    make.person(db_session, cast.other_school, name="外人")
    db_session.commit()

    answer = exporter.post(f"{PEOPLE}export/csv/")

    text = answer.data.decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeff")
    assert {row["姓名"] for row in rows} == {"王老师", "李老师", "'=1+1"}
    assert {len(row["身份证号码"].strip("*X0123456789")) for row in rows} == {0}
    assert all("*" in row["身份证号码"] for row in rows)


@pytest.mark.feature("X01")
@days_and_rows
def test_a_filter_by_days_takes_them_whole_and_in_the_countrys_time(
    days, expected, as_superuser, cast, db_session
):
    for title, moment in MIDNIGHT.items():
        make.declaration(db_session, cast.teacher, title=title, submitted_at=moment)
    db_session.commit()

    page = as_superuser.get(f"/admin/declarations/?{days}").text

    assert {title for title in MIDNIGHT if title in page} == expected


@pytest.mark.feature("X01", "X10")
@pytest.mark.requirement("IN-02")
def test_an_export_for_excel_holds_the_same_as_text(exporter, cast, db_session):
    make.person(db_session, cast.school, name="=1+1")
    db_session.commit()

    plain = exporter.post(f"{PEOPLE}export/csv/").data.decode("utf-8-sig")
    answer = exporter.post(f"{PEOPLE}export/xlsx/")

    sheet = load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value}
    told = [
        [text.removeprefix("'") for text in row]
        for row in csv.reader(io.StringIO(plain))
    ]
    assert rows == told
    assert kinds == {"s"}
    assert "=1+1" in [value for row in rows for value in row]


@pytest.mark.feature("X01")
@pytest.mark.parametrize("sort", ["name", "-name", "id", "-id"])
def test_an_export_keeps_filter_and_order_of_the_list(sort, exporter, cast, db_session):
    people(db_session, cast.school, 5)
    address = f"?search=张&sort={sort}"

    listed = names(exporter.get(f"{PEOPLE}{address}").text)
    body = exporter.post(f"{PEOPLE}export/csv/{address}").data.decode("utf-8-sig")

    assert len(listed) == 5
    assert [row["姓名"] for row in csv.DictReader(io.StringIO(body))] == listed


def test_an_export_as_something_else_has_no_address(exporter):
    assert exporter.post(f"{PEOPLE}export/html/").status_code == 404


@pytest.mark.requirement("AD-01")
def test_an_export_is_written_into_the_audit_log(exporter, cast, db_session):
    exporter.post(f"{PEOPLE}export/csv/")

    entry = db_session.scalars(
        select(m.AuditEntry).where(
            m.AuditEntry.action == "export", m.AuditEntry.subject_id.is_(None)
        )
    ).one()
    assert entry.object_kind == "person"
    assert entry.after == {"rows": 2, "screen": "person_query"}


@pytest.mark.feature("X03")
def test_an_export_needs_its_own_permission(client, cast):
    sign_in(client, cast.reviewer)

    listed, exported = client.get(PEOPLE), client.post(f"{PEOPLE}export/csv/")

    assert (listed.status_code, exported.status_code) == (200, 403)


@pytest.mark.feature("U25")
def test_subordinate_units_are_listed_without_the_own_one(client, cast):
    sign_in(client, cast.bureau_chief)

    page = client.get("/admin/subordinate-units/").text

    assert sorted(column(page, "单位名称")) == ["第一中学", "第二中学"]


@pytest.mark.feature("U14")
def test_the_menu_has_the_groups_in_order_minus_what_the_role_lacks(client, cast):
    groups = {}
    for who in ("bureau_chief", "reviewer"):
        sign_in(client, getattr(cast, who))
        groups[who] = menu(client.get("/admin/").text)

    expected = ["管理直属账户", "审核账户", "单位申报记录", "学时学分审批", "查询统计"]
    assert [g for g in groups["bureau_chief"] if g in expected] == expected
    # Whoever is not chief may ask for another one (申请继任), whatever the role holds.
    assert groups["reviewer"] == [
        "首页",
        "待办",
        "管理直属账户",
        "学时学分审批",
        "查询统计",
    ]


@pytest.mark.feature("X03")
def test_the_platforms_groups_are_shown_to_nobody_of_a_unit(client, cast):
    sign_in(client, cast.superuser)
    of_platform = menu(client.get("/admin/").text)
    sign_in(client, cast.province_chief)
    of_province = menu(client.get("/admin/").text)

    platform = {"基础数据", "学习形式", "年度要求与流程", "证书", "账号与权限", "系统"}
    assert platform <= set(of_platform)
    assert platform & set(of_province) == set()


def menu(page):
    nav = page[page.index('<ul class="side-menu">') : page.index("</aside>")]
    return re.findall(r"side-top[^>]*>.*?<span>([^<]+)</span>", nav, re.DOTALL)


@pytest.mark.requirement("IN-11")
def test_markup_in_a_name_is_text(as_chief, cast, db_session):
    make.person(db_session, cast.school, name='"><img src=x onerror=1>')
    db_session.commit()

    page = as_chief.get(PEOPLE).text

    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


@pytest.mark.requirement("AZ-07")
def test_what_lies_outside_the_scope_changes_no_byte_of_the_page(
    as_chief, cast, db_session
):
    def page():
        text = as_chief.get(PEOPLE).text
        return re.sub(
            r'nonce="[^"]*"|csrf[^>]*>|X-CSRFToken[^}]*|[A-Za-z0-9_-]{40,}', "", text
        )

    before = page()
    make.person(db_session, cast.other_school, name="外人")
    make.unit(db_session, cast.other_school)
    db_session.commit()

    assert page() == before


def test_a_searched_and_filtered_list_stays_within_the_budget(
    as_chief, cast, statements
):
    query = f"search=王&unit={cast.school.id}&year=2025&source=individual&state=pending"

    with statements() as run:
        answer = as_chief.get(f"/admin/approve-hours/?{query}")

    assert answer.status_code == 200
    assert len(run) <= 6


@pytest.mark.feature("X11")
def test_names_of_code_tables_follow_the_language_of_the_page(
    as_chief, cast, db_session, statements
):
    form = make.reference(db_session, m.LearningForm, "training_workshop")
    title = db_session.scalars(select(m.Title).where(m.Title.name_en != "")).first()
    cast.teacher.title_id = title.id
    row = make.declaration(db_session, cast.teacher)
    make.waiting(row, cast.school)
    db_session.commit()
    hours, term = "/admin/approve-hours/", title.name
    looked_up = f"{PEOPLE}ajax/lookup/?name=title&q={term}"

    as_chief.get(hours)
    with statements() as in_chinese:
        chinese = as_chief.get(hours).text
    as_chief.set_cookie("locale", "en")
    with statements() as in_english:
        english = as_chief.get(hours).text
    people_page = as_chief.get(PEOPLE).text
    offered = as_chief.get(looked_up).json["items"]
    filtered = as_chief.get(f"{PEOPLE}?title={title.id}").text

    assert (form.name in chinese, form.name_en in chinese) == (True, False)
    assert (form.name in english, form.name_en in english) == (False, True)
    assert (title.name in people_page, title.name_en in people_page) == (False, True)
    assert {"value": title.id, "text": title.name_en} in offered
    assert title.name_en in filtered
    assert len(in_english) == len(in_chinese)


@pytest.mark.feature("X11")
def test_what_has_no_english_name_keeps_its_own_on_an_english_page(
    as_chief, cast, db_session
):
    title = db_session.scalars(select(m.Title).where(m.Title.name_en != "")).first()
    title.name_en, cast.teacher.title_id = "", title.id
    db_session.commit()
    as_chief.set_cookie("locale", "en")

    page = as_chief.get(PEOPLE).text

    assert title.name in page


@pytest.mark.parametrize("search", ["", "?search=王"])
def test_what_is_drawn_once_is_drawn_in_each_language_and_length(
    as_chief, cast, db_session, search
):
    address = PEOPLE + search
    in_chinese = as_chief.get(address).text
    as_chief.set_cookie("locale", "en")
    in_english = as_chief.get(address).text
    db_session.get(m.Account, cast.chief.account_id).page_size = 50
    db_session.commit()
    longer = as_chief.get(address).text

    for told in (r"<th [^>]*>([^<]+)</th>", '<label class="filter"><span>(.*?)</span>'):
        words = [re.findall(told, page) for page in (in_chinese, in_english)]
        assert len(words[0]) == len(words[1]) > 0
        assert words[0] != words[1]
    sizes = [
        re.findall(r'aria-current="true">(\d+)<', page) for page in (in_english, longer)
    ]
    assert sizes == [["20"], ["50"]]


def test_where_counting_stops_the_list_says_so(as_chief, cast, db_session, monkeypatch):
    for where in (framed, paging):
        monkeypatch.setattr(where, "CAP", 2)
    people(db_session, cast.school, 3)

    page = as_chief.get(PEOPLE).text

    assert "符合条件的全部 2+ 条" in page
    assert "共 2+ 条" in page
