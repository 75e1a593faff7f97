"""待办: all kinds that wait for one administrator, in one list."""

import html
import random
import re
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import delete, select, text

from admin_app import models as m
from admin_app.enums import Action, RecordKind, State
from admin_app.operations.urges import urge
from admin_app.postgres import SAME_PLAN
from admin_app.views.admin import waiting_list
from admin_app.views.admin.tellings import KINDS, TELLINGS, kind_of
from admin_app.views.admin.wanted import Form, Wanted, boundary_of
from tests import factories as make
from tests.browsing import sign_in
from tests.cast import actor

INBOX = "/admin/inbox/"
START = datetime(2025, 11, 1, tzinfo=UTC)


def transfer(session, person, to_unit):
    made = m.Transfer(
        person_id=person.id, from_unit_id=person.unit_id, to_unit_id=to_unit.id
    )
    session.add(made)
    session.flush()
    return made


def succession(session, unit, successor, asker):
    made = m.Succession(
        unit_id=unit.id,
        successor_id=successor.id,
        filed_by_id=unit.id,
        requested_by_id=asker.id,
        reason="已退休",
    )
    session.add(made)
    session.flush()
    return made


def one_of_each(session, cast):
    """One record of every kind that waits for the bureau, a day apart."""
    bureau, newcomer = cast.bureau, make.person(session, name="新同志")
    official = make.person(session, bureau, name="钱干事")
    rows = [
        make.declaration(session, cast.teacher, title="数字素养培训"),
        make.person_registration(session, newcomer, bureau),
        make.unit_registration(session, newcomer, bureau, name="第九中学"),
        make.unit_change(session, cast.school, after="12410000MB1234567X"),
        make.person_change(session, official),
        transfer(session, cast.stranger, bureau),
        succession(session, cast.other_school, cast.stranger, cast.colleague),
    ]
    for number, row in enumerate(rows):
        make.waiting(row, bureau, at=START + timedelta(days=number))
    session.commit()
    return rows


def lines(page):
    """Each row as the texts of its cells."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    found = []
    for row in body.split("<tr>")[1:]:
        told = r'<td(?! class="cell-select")[^>]*>(.*?)</td>'
        cells = re.findall(told, row, re.DOTALL)
        found.append([html.unescape(re.sub("<[^>]+>", "", c)).strip() for c in cells])
    return found


def chips(page):
    found = re.findall(r'class="chip[^>]*>([^<]+?) <span>(\d+)</span>', page)
    return {label: int(count) for label, count in found}


def test_every_kind_stands_in_one_list_oldest_first(
    client, cast, db_session, statements
):
    one_of_each(db_session, cast)
    make.waiting(make.declaration(db_session, cast.stranger), cast.other_school)
    db_session.commit()
    sign_in(client, cast.bureau_chief)
    client.get(INBOX)

    with statements() as seen:
        page = client.get(INBOX).text

    assert [(kind, who, unit, what) for kind, who, unit, what, *_at in lines(page)] == [
        ("学时学分申报", "王老师", "第一中学", "个人申报 · 数字素养培训"),
        ("个人注册信息", "新同志", "市教育局", "—"),
        ("单位注册信息", "新同志", "第九中学", "用人单位"),
        ("机构信息修改", "—", "第一中学", "修改单位信息 · 12410000MB1234567X"),
        ("人员信息修改", "钱干事", "市教育局", "专业技术职务 · 新增"),
        ("人员调转", "赵老师", "第二中学", "—"),
        ("超级管理员继任", "李老师", "第二中学", "赵老师"),
    ]
    assert chips(page) == {kind.label: 1 for kind in RecordKind}
    assert len(seen) <= 6


def test_what_people_typed_is_text_in_the_inbox_in_lists_and_details(
    client, cast, db_session
):
    typed = "<b>\"&'"
    person = make.person(db_session, cast.school, name=typed)
    make.waiting(make.declaration(db_session, person, title=typed), cast.school)
    db_session.commit()
    sign_in(client, cast.chief)

    pages = [
        client.get(INBOX).text,
        client.get("/admin/approve-hours/?tab=pending").text,
    ]
    link = re.search(r'<td class="[^"]*cell-first"><a href="([^"]+)"', pages[1])[1]
    pages.append(client.get(f"/admin/approve-hours/{html.unescape(link)}").text)

    assert [page.count("<b>") for page in pages] == [0, 0, 0]
    told = "&lt;b&gt;&#34;&amp;&#39;"
    assert [page.count(told) >= 2 for page in pages] == [True, True, True]


@pytest.mark.feature("X02")
def test_only_what_the_administrator_may_decide_is_listed(client, cast, db_session):
    for row in (
        make.declaration(db_session, cast.teacher, title="部门内"),
        make.declaration(db_session, cast.colleague, title="部门外"),
        make.person_registration(db_session, cast.teacher, cast.school),
    ):
        make.waiting(row, cast.school)
    db_session.commit()

    told = {}
    for who in ("chief", "reviewer", "department_head", "other_chief"):
        page = sign_in(client, getattr(cast, who)).get(INBOX).text
        told[who] = sorted(line[3].rpartition(" ")[2] for line in lines(page))

    assert told == {
        "chief": ["—", "部门内", "部门外"],
        "reviewer": ["部门内", "部门外"],
        "department_head": ["部门内"],
        "other_chief": [],
    }
    assert (
        sign_in(client, cast.reviewer).get(f"{INBOX}?kind=transfer").status_code == 404
    )
    assert sign_in(client, cast.teacher).get(INBOX).status_code == 403


def walk(listing, *, backwards, code=None):
    """The kinds and records of all pages in one direction, and the last page."""
    pages = []
    while len(pages) < 20:
        boundary = code and boundary_of(code, backwards=backwards)
        asked = {"kinds": KINDS, "wanted": Wanted(), "size": 5, "boundary": boundary}
        _counts, page = listing(**asked)
        pages.append([(kind_of(row), row.record_id) for row in page.rows])
        code = page.previous if backwards else page.next
        if code is None:
            return pages, page
    return pytest.fail("no page is the last one")


def test_pages_forwards_and_backwards_hold_every_row_once(cast, db_session):
    dice = random.Random(7)
    people = [make.person(db_session, cast.school) for _ in range(9)]
    rows = [make.declaration(db_session, person) for person in people * 2]
    rows += [
        make.person_registration(db_session, person, cast.school) for person in people
    ]
    rows += [make.person_change(db_session, person) for person in people]
    for row in rows:
        at = START + timedelta(hours=dice.randrange(6))
        make.waiting(row, cast.school, at=at)
    db_session.commit()
    listing = partial(
        waiting_list.waiting, db_session, actor=actor(db_session, cast.chief)
    )

    forwards, last = walk(listing, backwards=False)
    backwards, first = walk(listing, backwards=True, code=last.previous)

    expected = sorted(
        ((type(r), r) for r in rows),
        key=lambda pair: (
            pair[1].submitted_at,
            [c.model for c in map(waiting_list.TELLINGS.get, KINDS)].index(pair[0]),
            pair[1].id,
        ),
    )
    assert [key for page in forwards for _kind, key in page] == [
        row.id for _model, row in expected
    ]
    assert backwards[::-1] == forwards[:-1]
    assert first.previous is None


def record_kind(row):
    """The kind of a record."""
    return next(kind for kind in KINDS if isinstance(row, TELLINGS[kind].model))


def test_pages_of_decisions_forwards_and_backwards_hold_every_one_once(
    cast, db_session
):
    person = make.person(db_session, cast.school)
    rows = [make.declaration(db_session, person) for _ in range(8)]
    rows += [
        make.person_registration(db_session, person, cast.school) for _ in range(5)
    ]
    random.Random(3).shuffle(rows)
    for row in rows:
        row.state = State.approved
        db_session.add(
            m.WorkflowEvent(
                kind=record_kind(row),
                record_id=row.id,
                unit_id=cast.school.id,
                step=0,
                action=Action.approve,
                from_state=State.pending,
                to_state=State.approved,
            )
        )
        db_session.flush()
    db_session.commit()
    listing = partial(
        waiting_list.reviewed, db_session, actor=actor(db_session, cast.chief)
    )

    forwards, last = walk(listing, backwards=False)
    backwards, _first = walk(listing, backwards=True, code=last.previous)

    assert [told for page in forwards for told in page] == [
        (record_kind(row), row.id) for row in reversed(rows)
    ]
    assert backwards[::-1] == forwards[:-1]


def test_filters_narrow_the_list_and_the_counts(client, cast, app, db_session):
    app.extensions["clock"] = lambda: START + timedelta(days=10)
    _declaration, registration, *_others = one_of_each(db_session, cast)
    urge(
        db_session,
        kind=RecordKind.person_registration,
        record_id=registration.id,
        unit_id=cast.bureau.id,
        today=START.date(),
    )
    db_session.commit()
    sign_in(client, cast.bureau_chief)

    def kinds(query):
        return [line[0] for line in lines(client.get(f"{INBOX}?{query}").text)]

    assert kinds("kind=declaration") == ["学时学分申报"]
    assert kinds("applicant=新") == ["个人注册信息", "单位注册信息"]
    assert kinds("unit=第二") == ["人员调转", "超级管理员继任"]
    assert kinds("unit=第九中学") == ["单位注册信息"]
    assert kinds("days=7") == [
        "学时学分申报",
        "个人注册信息",
        "单位注册信息",
        "机构信息修改",
    ]
    assert kinds("urged=1") == ["个人注册信息"]
    urged = client.get(f"{INBOX}?urged=1").text
    assert lines(urged)[0][-1] == "9 天 已催办 1 次"
    assert chips(urged) == {"个人注册信息": 1}
    long_ago = "after=00010101T000000%2B1400~1~1"
    for wrong in (
        *("kind=x", "days=4", "urged=2", "tab=x"),
        *("after=x", "before=1~2~3", long_ago),
    ):
        assert client.get(f"{INBOX}?{wrong}").status_code == 400


@pytest.mark.feature("X05")
def test_ticked_rows_of_a_kind_go_to_the_action_of_its_own_screen(
    client, cast, db_session
):
    rows = one_of_each(db_session, cast)
    sign_in(client, cast.bureau_chief)
    page = client.get(INBOX).text
    forms = re.findall(r'<form id="batch-(\w+)"[^>]* action="([^"]+)"', page)
    boxes = dict(re.findall(r'form="batch-(\w+)" value="([\d:]+)"', page))
    addresses = {kind: html.unescape(url) for kind, url in forms}

    assert set(addresses) == set(boxes) == {kind.name for kind in RecordKind}
    ticked = {"action": "approve", "rowid": boxes["declaration"]}
    asked = client.post(addresses["declaration"], data=ticked).text
    assert "确定通过这 1 条记录吗？" in asked
    done = client.post(addresses["declaration"], data=ticked | {"confirmed": "1"}).text
    assert "成功 1 条，未办理 0 条" in done
    assert f'href="{INBOX}"' in done
    db_session.expire_all()
    assert rows[0].decider_id == cast.city.id


@pytest.mark.feature("U29")
def test_decided_rows_are_told_and_can_be_put_away(client, cast, db_session):
    _declaration, registration, *_others = one_of_each(db_session, cast)
    sign_in(client, cast.bureau_chief)
    queue = "/admin/review-registrations/action/"
    row = {"rowid": f"{registration.id}:{registration.version}", "confirmed": "1"}
    client.post(queue, data=row | {"action": "reject", "comment": "非本单位人员"})

    page = client.get(f"{INBOX}?tab=reviewed").text
    kind, who, unit, _what, _at, outcome = lines(page)[0]
    hidden = client.post(
        html.unescape(re.search(r'<form id="batch-[^>]* action="([^"]+)"', page)[1]),
        data={"action": "hide", "rowid": registration.id, "confirmed": "1"},
    ).text

    assert (kind, who, unit, outcome) == ("个人注册信息", "新同志", "市教育局", "驳回")
    assert "成功 1 条，未办理 0 条" in hidden
    assert lines(client.get(f"{INBOX}?tab=reviewed").text) == []
    db_session.expire_all()
    assert registration.state is State.rejected
    other = sign_in(client, cast.other_chief).get(f"{INBOX}?tab=reviewed").text
    assert lines(other) == []


def test_filters_are_saved_by_name_used_again_and_deleted(client, cast, db_session):
    one_of_each(db_session, cast)
    sign_in(client, cast.bureau_chief)

    def save(query, title):
        return client.post(f"{INBOX}filters?{query}", data={"title": title})

    assert save("days=7&unit=第二", " 久等的 ").status_code == 303
    [kept] = db_session.scalars(select(m.SavedFilter)).all()
    page = client.get(INBOX).text
    address = re.search(r'<li class="chip"><a href="([^"]+)">', page)[1]
    assert (kept.name, kept.words) == ("久等的", {"days": "7", "unit": "第二"})
    assert [li[0] for li in lines(client.get(html.unescape(address)).text)] == [
        "人员调转",
        "超级管理员继任",
    ]

    refused = {
        ("days=7", "久等的"): "已有名为“久等的”的筛选条件，请换一个名称。",
        ("days=7", " "): "请为这组筛选条件起一个名称。",
        ("", "空"): "请先设置筛选条件并查询，再保存。",
        ("days=7", "长" * 31): "内容有 31 个字符，最多 30 个，请删减后再提交。",
    }
    for (query, title), sentence in refused.items():
        answer = save(query, title)
        assert (answer.status_code, sentence in answer.text) == (422, True)

    gone = f"{INBOX}filters/{kept.id}/delete"
    assert sign_in(client, cast.other_chief).post(gone).status_code == 404
    assert sign_in(client, cast.bureau_chief).post(gone).status_code == 303
    db_session.rollback()
    assert db_session.scalars(select(m.SavedFilter)).all() == []


def test_no_more_filters_are_saved_than_a_page_shows(client, cast, db_session):
    account_id = cast.bureau_chief.account_id
    for number in range(20):
        db_session.add(
            m.SavedFilter(account_id=account_id, name=f"{number}", words={"days": "7"})
        )
    db_session.commit()
    sign_in(client, cast.bureau_chief)

    answer = client.post(f"{INBOX}filters?days=7", data={"title": "又一个"})

    assert answer.status_code == 422
    assert "最多保存 20 组筛选条件，请先删除不用的。" in answer.text


def plan(session, statement):
    """What the database would do, as text; it may scan no table that has an index."""
    dialect = session.get_bind().dialect
    shown = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    how = "EXPLAIN QUERY PLAN"
    if dialect.name == "postgresql":
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.execute(text("SET LOCAL enable_bitmapscan = off"))
        how = "EXPLAIN"
    told = session.connection().exec_driver_sql(f"{how} {shown}".replace("%", "%%"))
    return "\n".join(str(row[-1]) for row in told)


@pytest.mark.parametrize(
    ("form", "edge", "is_kept"),
    [
        (Form(), None, True),
        (Form(), (0, False), True),
        (Form(applicant=True), None, False),
    ],
)
def test_plan_is_kept_of_what_nobody_narrows(
    form, edge, is_kept, cast, db_session, monkeypatch
):
    asked = (actor(db_session, cast.bureau_chief), KINDS, KINDS, form, 20, edge)
    monkeypatch.setattr(waiting_list, "Prepared", lambda statement: statement)

    made = [
        build.__wrapped__(*asked).get_execution_options()
        for build in (waiting_list.waiting_statement, waiting_list.reviewed_statement)
    ]

    assert made == [SAME_PLAN if is_kept else {}] * 2


def test_words_and_boundaries_are_no_part_of_a_statement(
    client, cast, app, db_session, statements
):
    one_of_each(db_session, cast)
    db_session.commit()
    app.extensions["clock"] = lambda: START + timedelta(days=10)
    sign_in(client, cast.bureau_chief)

    def asked(query, *, minutes=0):
        moment = START + timedelta(days=10, minutes=minutes)
        app.extensions["clock"] = lambda: moment
        with statements() as seen:
            assert client.get(f"{INBOX}?{query}").status_code == 200
        return [each for each in seen if "page" in each]

    first = asked("days=3&unit=第二&applicant=张")
    second = asked("after=20251103T000000.000000Z~0~1")

    assert first
    assert asked("days=7&unit=市&applicant=李", minutes=1) == first
    assert second
    assert asked("after=20251104T000000.000000Z~0~2", minutes=1) == second


def test_page_is_asked_for_once_while_the_same_kinds_wait(
    client, cast, db_session, statements, monkeypatch
):
    monkeypatch.setattr(waiting_list, "_full", {})
    one_of_each(db_session, cast)
    db_session.commit()
    sign_in(client, cast.bureau_chief)

    def visit():
        with statements() as seen:
            page = client.get(INBOX).text
        return len(seen), [line[0] for line in lines(page)]

    first, again = visit(), visit()
    db_session.execute(delete(m.Declaration))
    db_session.commit()
    fewer, emptied = visit(), visit()

    assert again == (first[0] - 1, first[1])
    assert fewer == emptied == (again[0], first[1][1:])


def test_each_kind_is_found_by_an_index_of_its_own(cast, db_session, monkeypatch):
    who = actor(db_session, cast.bureau_chief)
    asked = (who, KINDS, KINDS, Form(), 20, None)

    monkeypatch.setattr(waiting_list, "Prepared", lambda statement: statement)
    # Not those that are kept, but what they are made of.
    waiting = plan(db_session, waiting_list.waiting_statement.__wrapped__(*asked))
    reviewed = plan(db_session, waiting_list.reviewed_statement.__wrapped__(*asked))

    tables = [waiting_list.TELLINGS[kind].model.__tablename__ for kind in KINDS]
    assert [t for t in tables if f"ix_{t}_inbox" not in waiting] == []
    assert reviewed.count("ix_workflow_event_reviewed") == len(KINDS)
