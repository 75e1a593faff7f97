"""审核注册人员, 审核下级单位, 学时学分审批, 单位申报记录: the tasks of administrators."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from admin_app import models as m
from admin_app.columns import utc_now
from admin_app.enums import Action, RecordKind, Sex, Source, State
from admin_app.extensions import db
from admin_app.operations import audit, hiding, learning_forms
from admin_app.operations.history import history
from admin_app.views.admin import reviews
from admin_app.workflows import BatchResult, perform
from tests import factories as make
from tests.browsing import column, sign_in
from tests.cast import actor

REGISTRATIONS = "/admin/review-registrations/"
UNITS = "/admin/review-subordinate-units/"
HOURS = "/admin/approve-hours/"
FILED = "/admin/unit-declarations/"


def registrations(session, cast, number):
    made = []
    for index in range(number):
        person = make.profile(session, make.person(session, name=f"申请人{index}"))
        make.account(session, person)
        row = make.person_registration(session, person, cast.school)
        made.append(make.waiting(row, cast.school))
    session.commit()
    return made


def declarations(session, cast, number, person=None):
    made = [
        make.waiting(make.declaration(session, person or cast.teacher), cast.school)
        for _ in range(number)
    ]
    session.commit()
    return made


def states(session, rows):
    session.rollback()
    session.expire_all()
    return [row.state for row in rows]


def send(client, address, action, rows, **more):
    data = {"action": action, "rowid": [f"{r.id}:{r.version}" for r in rows]} | more
    return client.post(f"{address}action/", data=data)


@pytest.mark.feature("U28", "X05")
def test_the_first_step_says_how_many_and_changes_nothing(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 2)

    asked = send(as_chief, REGISTRATIONS, "approve", rows)

    assert asked.status_code == 200
    assert "确定通过这 2 条记录吗？" in asked.text
    assert states(db_session, rows) == [State.pending, State.pending]


def outlook(page):
    found = re.findall(r"<strong>(\d+)</strong> 条 .*?<span>([^<]+)</span></li>", page)
    return {text: int(count) for count, text in found}


@pytest.mark.feature("U37", "X05")
def test_the_first_step_says_where_the_rows_will_go(client, cast, db_session):
    rows = declarations(db_session, cast, 2)
    chief = db_session.get(m.AdminAssignment, cast.chief.id).account.person
    chief.unit_id, chief.region_id = cast.school.id, cast.school.region_id
    rows += declarations(db_session, cast, 1, person=chief)
    sign_in(client, cast.chief)

    approval = send(client, HOURS, "approve", rows).text
    rejection = send(client, HOURS, "reject", rows).text

    assert outlook(approval) == {
        f"报送{cast.bureau.name}审核": 2,
        "不能办理：不能办理本人的事项，请由本单位其他管理员办理。": 1,
    }
    assert outlook(rejection) == {"退回申报人，修改后可以重新提交": 3}
    assert re.findall(r'data-fill="#comment">([^<]+)<', rejection)[0] == "缺少证明材料"


@pytest.mark.requirement("WF-11")
def test_a_decision_sent_twice_is_made_once(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 1)
    asked = send(as_chief, REGISTRATIONS, "approve", rows).text
    token = re.search(r'name="once" value="([^"]+)"', asked)[1]

    first = send(as_chief, REGISTRATIONS, "approve", rows, confirmed="1", once=token)
    second = send(as_chief, REGISTRATIONS, "approve", rows, confirmed="1", once=token)
    led = as_chief.get(second.location, follow_redirects=True)

    assert "成功 1 条，未办理 0 条" in first.text
    assert second.status_code == 303
    assert "该操作已提交，请勿重复办理" in led.text
    events = select(m.WorkflowEvent).where(m.WorkflowEvent.record_id == rows[0].id)
    assert len(db_session.scalars(events).all()) == 1


@pytest.mark.feature("U28")
def test_what_was_sent_again_waits_before_what_came_earlier(as_chief, cast, db_session):
    again, other = registrations(db_session, cast, 2)
    again.submitted_at = other.submitted_at + timedelta(hours=1)
    db_session.commit()

    page = as_chief.get(REGISTRATIONS).text

    assert column(page, "姓名") == ["申请人0", "申请人1"]


@pytest.mark.feature("U37")
def test_the_pending_tab_leaves_out_what_every_row_shares(as_chief, cast, db_session):
    declarations(db_session, cast, 1)

    pending = as_chief.get(HOURS).text
    send(as_chief, HOURS, "approve", declarations(db_session, cast, 1), confirmed="1")
    reviewed = as_chief.get(f"{HOURS}?tab=reviewed").text

    def heads(page):
        return re.findall(r'<th scope="col"[^>]*>(?:<[^>]*>)?([^<]+)', page)

    assert {"状态", "审核单位", "计量单位"} & set(heads(pending)) == set()
    assert {"状态", "审核单位"} <= set(heads(reviewed))
    assert column(pending, "申报学时") == ["24 学时"]
    assert ('name="state"' in pending, 'name="state"' in reviewed) == (False, True)


@pytest.mark.feature("U29")
def test_reviewed_rows_stand_once_by_the_latest_decision(as_chief, cast, db_session):
    first, second = declarations(db_session, cast, 2)
    first.title, second.title = "先驳回", "后驳回"
    db_session.commit()
    for row in (first, second):
        send(as_chief, HOURS, "reject", [row], confirmed="1", comment="材料不全")
    db_session.refresh(first)
    make.waiting(first, cast.school)
    db_session.commit()

    while_waiting = as_chief.get(f"{HOURS}?tab=reviewed").text
    send(as_chief, HOURS, "reject", [first], confirmed="1", comment="仍不全")
    afterwards = as_chief.get(f"{HOURS}?tab=reviewed").text

    assert column(while_waiting, "项目名称") == ["后驳回"]
    assert column(afterwards, "项目名称") == ["先驳回", "后驳回"]


def told(page):
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>(?:<[^>]+>)*\s*([^<]+)", page))


@pytest.mark.feature("U28")
def test_the_reviewer_reads_who_asks_to_be_taken_in(as_chief, cast, db_session):
    [row] = registrations(db_session, cast, 1)
    row.person.sex = Sex.female
    db_session.commit()

    page = told(as_chief.get(f"{REGISTRATIONS}details/?id={row.id}").text)

    asked = ("姓名", "性别", "民族", "籍贯", "毕业院校", "所学专业", "单位", "状态")
    assert {label: page[label] for label in asked} == {
        "姓名": "申请人0",
        "性别": "女",
        "民族": "汉族",
        "籍贯": row.person.native_place.name,
        "毕业院校": "豫南槐荫师范学院",
        "所学专业": row.person.major.name,
        "单位": cast.school.name,
        "状态": "待审核",
    }
    assert {"编号", "版本", "审批步骤"} & set(page) == set()


@pytest.mark.feature("U31")
def test_the_reviewer_reads_what_the_unit_tells_of_itself(client, cast, db_session):
    applicant = make.person(db_session, name="单位申请人")
    make.account(db_session, applicant)
    row = make.unit_registration(db_session, applicant, cast.bureau)
    make.waiting(row, cast.bureau)
    db_session.commit()
    sign_in(client, cast.bureau_chief)

    page = told(client.get(f"{UNITS}details/?id={row.id}").text)

    assert page["组织机构代码/统一社会信用代码"] == row.registration_code
    assert page["单位性质"] == row.nature.name
    assert page["申请人"] == "单位申请人"
    assert page["申请人身份证号码"].count("*") == 13
    assert {"编号", "版本", "审批步骤"} & set(page) == set()


@pytest.mark.feature("U37")
def test_the_approver_reads_how_the_hours_come_about(
    as_chief, cast, db_session, monkeypatch
):
    # As in a process that has read no form yet.
    monkeypatch.setattr(learning_forms, "_EDITIONS", {})
    [row] = declarations(db_session, cast, 1)
    row.answers = {"days": 3, "course_kind": "ordinary"}
    db_session.commit()

    page = as_chief.get(f"{HOURS}details/?id={row.id}").text

    steps = page[page.index('class="hours-steps"') :]
    assert "3 × 8 学时 = 24 学时" in steps[:400]


@pytest.mark.feature("U29")
def test_each_tab_tells_the_moment_by_which_it_is_ordered(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 1)
    pending = as_chief.get(REGISTRATIONS).text
    send(as_chief, REGISTRATIONS, "approve", rows, confirmed="1")

    reviewed = as_chief.get(f"{REGISTRATIONS}?tab=reviewed").text

    assert re.findall(r">(\w+时间)</th>", pending) == ["提交时间"]
    assert re.findall(r">(\w+时间)</th>", reviewed) == ["审核时间"]


@pytest.mark.feature("U28", "X05")
def test_the_second_step_approves_and_admits(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 2)

    told = send(as_chief, REGISTRATIONS, "approve", rows, confirmed="1")

    assert "成功 2 条，未办理 0 条" in told.text
    assert states(db_session, rows) == [State.approved, State.approved]
    assert [row.person.unit_id for row in rows] == [cast.school.id] * 2


@pytest.mark.feature("U28")
def test_a_rejection_without_a_reason_is_asked_again(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 1)

    again = send(as_chief, REGISTRATIONS, "reject", rows, confirmed="1", comment="  ")

    assert again.status_code == 422
    assert "请填写原因" in again.text
    assert states(db_session, rows) == [State.pending]


@pytest.mark.feature("U28")
def test_a_rejection_carries_its_reason(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 1)

    send(as_chief, REGISTRATIONS, "reject", rows, confirmed="1", comment="材料不全")

    assert states(db_session, rows) == [State.rejected]
    assert rows[0].opinion == "材料不全"


@pytest.mark.feature("X05")
@pytest.mark.requirement("WF-09")
def test_what_was_decided_meanwhile_is_told_with_its_name(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 2)
    send(as_chief, REGISTRATIONS, "approve", rows[:1], confirmed="1")

    told = send(as_chief, REGISTRATIONS, "approve", rows, confirmed="1")

    assert "成功 1 条，未办理 1 条" in told.text
    assert "申请人0" in told.text
    assert "该记录已被他人处理，请刷新后查看。" in told.text


@pytest.mark.feature("X05")
def test_a_version_that_was_not_seen_is_refused(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 1)
    stale = {"action": "approve", "rowid": f"{rows[0].id}:7", "confirmed": "1"}

    told = as_chief.post(f"{REGISTRATIONS}action/", data=stale)

    assert "成功 0 条，未办理 1 条" in told.text
    assert states(db_session, rows) == [State.pending]


@pytest.mark.feature("X05", "U39")
def test_everything_that_matches_is_decided_and_nothing_else(
    as_chief, cast, db_session
):
    this_year = declarations(db_session, cast, 3)
    other = declarations(db_session, cast, 1)
    other[0].year = 2024
    db_session.commit()
    address = f"{HOURS}action/?tab=pending&year=2025"

    asked = as_chief.post(address, data={"action": "approve", "select_all": "1"})
    upto = re.search(r'name="upto" value="(\d+)"', asked.text).group(1)
    late = declarations(db_session, cast, 1)
    told = as_chief.post(
        address,
        data={
            "action": "approve",
            "select_all": "1",
            "confirmed": "1",
            "upto": upto,
            "expected": "3",
        },
    )

    assert "确定通过这 3 条记录吗？" in asked.text
    assert "成功 3 条，未办理 0 条" in told.text
    db_session.rollback()
    db_session.expire_all()
    assert {row.decider_id for row in this_year} == {cast.bureau.id}
    assert {row.decider_id for row in other + late} == {cast.school.id}


@pytest.mark.feature("U29")
def test_deletion_of_a_decided_row_hides_it_from_this_list_only(
    as_chief, cast, db_session
):
    rows = registrations(db_session, cast, 1)
    send(as_chief, REGISTRATIONS, "approve", rows, confirmed="1")
    db_session.rollback()
    db_session.expire_all()
    before = as_chief.get(f"{REGISTRATIONS}?tab=reviewed").text

    send(as_chief, REGISTRATIONS, "hide", rows, confirmed="1")

    after = as_chief.get(f"{REGISTRATIONS}?tab=reviewed").text
    kept = db_session.scalars(
        select(m.WorkflowEvent).where(m.WorkflowEvent.record_id == rows[0].id)
    ).all()
    assert ("申请人0" in before, "申请人0" in after) == (True, False)
    assert db_session.get(m.PersonRegistration, rows[0].id) is not None
    assert len(kept) == 1


def traces(session, row):
    """Everything that tells how a registration was decided: history and audit."""
    session.rollback()
    session.expire_all()
    lines = select(m.AuditEntry).where(
        m.AuditEntry.object_kind == "person_registration",
        m.AuditEntry.object_id == str(row.id),
    )
    steps = history(session, RecordKind.person_registration, row.id)
    return (
        [(step.action.name, step.comment, step.actor_name) for step in steps],
        [line.action for line in session.scalars(lines.order_by(m.AuditEntry.id))],
    )


@pytest.mark.feature("U29")
@pytest.mark.requirement("WF-12")
def test_history_and_audit_of_a_deleted_row_are_complete(as_chief, cast, db_session):
    (row,) = registrations(db_session, cast, 1)
    opinion = {"confirmed": "1", "comment": "同意入职"}
    send(as_chief, REGISTRATIONS, "approve", [row], **opinion)
    steps, lines = traces(db_session, row)

    send(as_chief, REGISTRATIONS, "hide", [row], confirmed="1")

    page = as_chief.get(f"{REGISTRATIONS}details/?id={row.id}").text
    assert [step[:2] for step in steps] == [("approve", "同意入职")]
    assert traces(db_session, row) == (steps, [*lines, "hide", "view"])
    assert "同意入职" in page[page.index('class="history"') :]
    assert audit.verify(db_session)[1] is None


@pytest.mark.requirement("WF-12")
def test_history_outlives_code_that_would_delete_it(
    as_chief, cast, db_session, monkeypatch
):
    def forget(_actor, seen, _comment):
        events = delete(m.WorkflowEvent)
        db.session.execute(events.where(m.WorkflowEvent.record_id.in_(list(seen))))
        return BatchResult(done=list(seen))

    screen = reviews.ReviewRegistrations
    careless = [
        replace(a, run=forget) for a in screen.batch_actions if a.name == "hide"
    ]
    (row,) = registrations(db_session, cast, 1)
    send(as_chief, REGISTRATIONS, "approve", [row], confirmed="1")
    before = traces(db_session, row)
    monkeypatch.setattr(screen, "batch_actions", careless)

    answer = send(as_chief, REGISTRATIONS, "hide", [row], confirmed="1")

    assert answer.status_code == 409
    assert traces(db_session, row) == before


def test_a_deletion_that_is_not_told_is_found(as_chief, cast, db_session, monkeypatch):
    (row,) = registrations(db_session, cast, 1)
    send(as_chief, REGISTRATIONS, "approve", [row], confirmed="1")
    steps, lines = traces(db_session, row)
    monkeypatch.setattr(hiding.audit, "record_all", lambda *_a, **_names: None)

    send(as_chief, REGISTRATIONS, "hide", [row], confirmed="1")

    assert traces(db_session, row) == (steps, lines)


@pytest.mark.feature("U29")
@pytest.mark.requirement("AD-01")
def test_many_rows_are_hidden_with_one_line_that_names_them(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 3)
    decided, undecided = rows[:2], rows[2]
    send(as_chief, REGISTRATIONS, "approve", decided, confirmed="1")

    send(as_chief, REGISTRATIONS, "hide", rows, confirmed="1")

    line = db_session.scalar(select(m.AuditEntry).where(m.AuditEntry.action == "hide"))
    hidden = set(db_session.scalars(select(m.HiddenRecord.record_id)))
    keys = sorted(row.id for row in decided)
    assert (line.object_id, line.after) == ("", {"ids": keys})
    assert hidden == set(keys)
    assert undecided.id not in hidden


@pytest.mark.feature("U29")
def test_an_undecided_row_cannot_be_hidden(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 1)

    told = send(as_chief, REGISTRATIONS, "hide", rows, confirmed="1")

    assert "该记录尚未办结，不能删除。" in told.text
    assert "申请人0" in as_chief.get(REGISTRATIONS).text


@pytest.mark.feature("U31")
def test_subordinate_units_are_admitted_in_a_batch(client, cast, db_session):
    rows = []
    for index in range(2):
        applicant = make.person(db_session, name=f"单位申请人{index}")
        make.account(db_session, applicant)
        row = make.unit_registration(db_session, applicant, cast.bureau)
        rows.append(make.waiting(row, cast.bureau))
    db_session.commit()
    sign_in(client, cast.bureau_chief)

    told = send(client, UNITS, "approve", rows, confirmed="1")

    assert "成功 2 条，未办理 0 条" in told.text
    assert states(db_session, rows) == [State.approved, State.approved]
    assert {row.unit.superior_id for row in rows} == {cast.bureau.id}


@pytest.mark.feature("U39")
def test_both_sources_stand_in_one_queue_with_their_source(as_chief, cast, db_session):
    declarations(db_session, cast, 1)
    filed = declarations(db_session, cast, 1)[0]
    filed.source, filed.filed_by_id = Source.base, cast.base.id
    db_session.commit()

    page = as_chief.get(HOURS).text

    table = page[page.index('id="list"') :]
    assert ("个人申报" in table, "继续教育基地申报" in table) == (True, True)


@pytest.mark.feature("U37", "X06")
def test_a_pending_record_says_who_decides_and_what_was_decided(
    client, cast, db_session
):
    row = declarations(db_session, cast, 1)[0]
    sign_in(client, cast.chief)
    send(client, HOURS, "approve", [row], confirmed="1", comment="同意上报")
    sign_in(client, cast.bureau_chief)

    page = client.get(f"{HOURS}details/?id={row.id}").text

    waiting = page[page.index('class="waiting"') :]
    assert "市教育局" in waiting[:600]
    assert cast.bureau.phone in waiting[:600]
    assert "同意上报" in page
    assert "第一中学" in page[page.index('class="history"') :]


@pytest.mark.feature("U37")
def test_the_details_page_offers_a_decision_only_to_who_decides_now(
    client, cast, db_session
):
    row = declarations(db_session, cast, 1)[0]
    pages = {}
    for name in ("chief", "bureau_chief"):
        sign_in(client, getattr(cast, name))
        pages[name] = client.get(f"{HOURS}details/?id={row.id}").text

    offered = {name: 'value="approve"' in page for name, page in pages.items()}

    assert offered == {"chief": True, "bureau_chief": False}
    assert f'value="{row.id}:{row.version}"' in pages["chief"]


@pytest.mark.feature("X03")
@pytest.mark.requirement("AZ-11")
def test_nobody_decides_their_own_declaration(as_chief, cast, db_session):
    chief = db_session.get(m.AdminAssignment, cast.chief.id).account.person
    chief.unit_id, chief.region_id = cast.school.id, cast.school.region_id
    rows = declarations(db_session, cast, 1, person=chief)

    told = send(as_chief, HOURS, "approve", rows, confirmed="1")

    assert "不能办理本人的事项" in told.text
    assert states(db_session, rows) == [State.pending]


@pytest.mark.feature("U38")
def test_the_units_own_filings_stand_in_four_tabs_with_counts(
    as_chief, cast, db_session
):
    for row in declarations(db_session, cast, 3):
        row.source, row.filed_by_id = Source.unit, cast.school.id
    declarations(db_session, cast, 2)
    db_session.commit()

    page = as_chief.get(FILED).text
    none = as_chief.get(f"{FILED}?tab=rejected").text

    tabs = re.findall(r'nav-link[^>]*>([^<]+?)\s*<span class="tab-count">(\d+)', page)
    assert tabs == [
        ("全部", "3"),
        ("待审核", "3"),
        ("审核通过", "0"),
        ("审核不通过", "0"),
    ]
    assert page.count("data-select-row") == 0
    assert "没有单位申报的记录" in none


@pytest.mark.feature("U29")
def test_a_reviewed_row_stands_in_the_other_tab_only(as_chief, cast, db_session):
    rows = registrations(db_session, cast, 2)
    send(as_chief, REGISTRATIONS, "approve", rows[:1], confirmed="1")

    pending = as_chief.get(REGISTRATIONS).text
    reviewed = as_chief.get(f"{REGISTRATIONS}?tab=reviewed").text

    assert ("申请人0" in pending, "申请人1" in pending) == (False, True)
    assert ("申请人0" in reviewed, "申请人1" in reviewed) == (True, False)


@pytest.mark.feature("X05")
@pytest.mark.requirement("WF-09")
def test_more_than_five_hundred_ticked_rows_are_refused(as_chief, cast, db_session):
    rows = declarations(db_session, cast, 2)
    strangers = [str(rows[-1].id + number) for number in range(1, 500)]
    form = {"action": "approve", "confirmed": "1"}

    most = as_chief.post(
        f"{HOURS}action/", data=form | {"rowid": [str(rows[0].id), *strangers]}
    )
    more = as_chief.post(
        f"{HOURS}action/",
        data=form | {"rowid": [*(str(r.id) for r in rows), *strangers]},
    )

    # So many are read, and what is not there is nobody's to decide.
    assert most.status_code == 404
    assert more.status_code == 409
    assert "一次最多勾选 500 条，请改用“符合条件的全部”。" in more.text
    assert states(db_session, rows) == [State.pending] * 2


@pytest.mark.feature("X05")
@pytest.mark.requirement("WF-09")
def test_row_that_is_ticked_twice_is_decided_once(as_chief, cast, db_session):
    one, other = declarations(db_session, cast, 2)

    told = send(as_chief, HOURS, "approve", [one, other, one], confirmed="1")

    assert "成功 2 条，未办理 0 条" in told.text
    events = select(m.WorkflowEvent.record_id).order_by(m.WorkflowEvent.record_id)
    assert db_session.scalars(events).all() == [one.id, other.id]


@pytest.mark.requirement("WF-09")
def test_ids_of_a_batch_pass_the_scope(as_chief, cast, db_session):
    [own] = declarations(db_session, cast, 1)
    foreign = make.waiting(
        make.declaration(db_session, cast.stranger), cast.other_school
    )
    db_session.commit()

    answer = send(as_chief, HOURS, "approve", [own, foreign], confirmed="1")

    assert answer.status_code == 404
    assert states(db_session, [own, foreign]) == [State.pending] * 2


@pytest.mark.feature("X05")
def test_what_was_taken_back_meanwhile_spoils_no_batch(as_chief, cast, db_session):
    kept, gone, never_sent = declarations(db_session, cast, 3)
    perform(
        db_session,
        actor=actor(db_session, cast.teacher),
        record=gone,
        action=Action.withdraw,
        now=utc_now(),
    )
    never_sent.state, never_sent.decider_id = State.draft, None
    db_session.commit()

    both = send(as_chief, HOURS, "reject", [kept, gone])
    told = send(
        as_chief, HOURS, "reject", [kept, gone], confirmed="1", comment="重复申报"
    )
    alone = send(as_chief, HOURS, "reject", [gone], confirmed="1", comment="重复申报")
    asked = send(as_chief, HOURS, "reject", [gone])
    hidden = send(as_chief, HOURS, "reject", [never_sent], confirmed="1", comment="好")

    assert "确定驳回这 1 条记录吗？" in both.text
    assert "成功 1 条，未办理 1 条" in told.text
    assert "申请人已撤回，无需办理。" in told.text
    assert "成功 0 条，未办理 1 条" in alone.text
    assert (asked.status_code, hidden.status_code) == (303, 404)
    assert states(db_session, [kept, gone]) == [State.rejected, State.draft]


def test_the_dashboard_counts_what_waits_at_the_unit(
    as_chief, cast, db_session, statements
):
    registrations(db_session, cast, 2)
    declarations(db_session, cast, 3)

    with statements() as run:
        page = as_chief.get("/admin/").text

    found = re.findall(r"<strong>(\d+\+?)</strong> <span>([^<]+)</span>", page)
    assert {label: count for count, label in found} == {
        "审核注册人员": "2",
        "审核人员信息修改": "0",
        "审核下级单位": "0",
        "审核继任申请": "0",
        "人员调入": "0",
        "审核机构信息修改": "0",
        "学时学分审批": "3",
    }
    assert len(run) <= 4


@pytest.mark.requirement("AZ-01")
def test_what_has_not_been_sent_is_nobody_elses_to_open(client, cast, db_session):
    sent = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    unsent = make.declaration(db_session, cast.teacher)
    db_session.commit()
    sign_in(client, cast.chief)

    answers = [
        client.get(f"/admin/approve-hours/details/?id={record.id}").status_code
        for record in (sent, unsent)
    ]

    assert answers == [200, 404]


@pytest.mark.parametrize("address", [f"{HOURS}?tab=reviewed", f"{FILED}?tab=all"])
def test_a_units_lists_hold_nothing_for_who_has_no_unit(
    address, as_superuser, cast, db_session
):
    row = make.declaration(db_session, cast.teacher, title="无单位可见的申报")
    make.waiting(row, cast.school)
    of_nobodys_unit = {
        "kind": RecordKind.declaration,
        "record_id": row.id,
        "step": 0,
        "action": Action.approve,
        "from_state": State.pending,
        "to_state": State.pending,
    }
    db_session.add(m.WorkflowEvent(**of_nobodys_unit))
    db_session.commit()

    page = as_superuser.get(address)

    assert page.status_code == 200
    assert row.title not in page.text


def test_a_tab_counts_everybody_while_the_list_shows_one_person(
    as_chief, cast, db_session
):
    declarations(db_session, cast, 2)
    declarations(db_session, cast, 1, person=cast.colleague)

    for _again in range(2):
        page = as_chief.get(f"{HOURS}?person={cast.colleague.id}").text

        assert column(page, "姓名") == ["李老师"]
        assert "共 1 条" in page
        assert re.search(r'待审核\s*<span class="tab-count">3<', page)
