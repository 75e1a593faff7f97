"""One record after the other: what follows a decision, and what is passed over."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote

import pytest

from admin_app.enums import State
from tests import factories as make
from tests.browsing import sign_in

HOURS = "/admin/approve-hours/"
INBOX = "/admin/inbox/"
START = datetime(2025, 11, 1, tzinfo=UTC)

pytestmark = pytest.mark.feature("X05")


def waiting(session, people, **values):
    """Declarations that wait for the people's unit, each sent a day after the other."""
    made = [
        make.waiting(
            make.declaration(session, person, title=f"培训{number}", **values),
            person.unit,
            at=START + timedelta(days=number),
        )
        for number, person in enumerate(people)
    ]
    session.commit()
    return made


def heading(page):
    return re.search(r"<h1[^>]*>([^<]*)", page).group(1).strip()


def onward(page):
    """Where the page leads on to; an empty text where it does not."""
    for address, text in re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', page):
        if re.sub("<[^>]*>", "", text) == "下一条":
            return unescape(address)
    return ""


def decide(client, record, *, url="", action="approve", screen=HOURS, **more):
    words = {"action": action, "rowid": f"{record.id}:{record.version}", "url": url}
    asked = client.post(f"{screen}action/", data=words)
    assert 'name="onward"' in asked.text
    words |= {"confirmed": "1", "onward": "1", **more}
    return client.post(f"{screen}action/", data=words, follow_redirects=True)


@pytest.fixture
def three(cast, db_session):
    return waiting(db_session, [cast.teacher, cast.colleague, cast.teacher])


def test_a_decision_leads_to_what_waits_behind_it_and_then_to_the_first(
    as_chief, three
):
    first, second, third = three

    page = decide(as_chief, second).text
    assert "已通过：李老师 · 培训1" in page
    assert heading(page) == "王老师 · 培训0"

    page = decide(as_chief, first, action="reject", comment="重复申报").text
    assert "已驳回：王老师 · 培训0" in page
    assert heading(page) == "王老师 · 培训2"

    page = decide(as_chief, third).text
    assert "没有其他待审核的记录了。" in page
    assert heading(page) == "学时学分审批"


def test_the_list_that_one_came_from_goes_on(as_chief, cast, db_session):
    rows = waiting(db_session, [cast.teacher, cast.teacher, cast.teacher])
    rows[1].year = rows[2].year - 1
    db_session.commit()
    url = f"{HOURS}?year={rows[2].year}&after={quote('20251104T000000.000000Z~1')}"

    page = decide(as_chief, rows[2], url=url).text

    assert heading(page) == "王老师 · 培训0"
    assert f'href="{HOURS}?year={rows[2].year}"' in page


def test_todo_goes_on_with_whatever_kind_comes_next(client, cast, db_session):
    [declared] = waiting(db_session, [cast.teacher])
    newcomer = make.person(db_session, name="新同志")
    later = make.person_registration(db_session, newcomer, cast.school)
    make.waiting(later, cast.school, at=START + timedelta(days=9))
    db_session.commit()
    sign_in(client, cast.chief)

    page = decide(client, declared, url=INBOX).text
    assert heading(page) == "新同志"

    page = decide(client, later, url=INBOX, screen="/admin/review-registrations/").text
    assert "没有其他待审核的记录了。" in page
    assert heading(page) == "待办"


def test_a_record_can_be_passed_over(as_chief, three):
    _first, second, third = three

    page = as_chief.get(f"{HOURS}details/?id={third.id}").text
    page = as_chief.get(onward(page), follow_redirects=True).text

    assert heading(page) == "李老师 · 培训1"
    assert f"?id={second.id}" not in onward(page)


def test_a_decision_that_was_refused_is_told_and_leads_on_when_asked(
    as_chief, three, db_session
):
    second = three[1]
    words = {"action": "approve", "rowid": f"{second.id}:{second.version}"}
    second.version += 1
    db_session.commit()

    words |= {"confirmed": "1", "onward": "1"}
    answer = as_chief.post(f"{HOURS}action/", data=words)

    assert answer.status_code == 200
    assert "成功 0 条，未办理 1 条" in answer.text
    page = as_chief.get(onward(answer.text), follow_redirects=True).text
    assert heading(page) == "王老师 · 培训0"


def test_a_form_that_is_sent_twice_leads_on_twice(as_chief, three, db_session):
    second = three[1]
    words = {"action": "approve", "rowid": f"{second.id}:{second.version}"}
    words |= {"confirmed": "1", "onward": "1", "once": "a" * 43}

    answers = [as_chief.post(f"{HOURS}action/", data=words) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    db_session.refresh(second)
    assert second.step == 1


def test_many_rows_and_decided_ones_lead_nowhere(as_chief, three, db_session):
    first, second, third = three
    keys = [f"{row.id}:{row.version}" for row in (first, second)]
    asked = as_chief.post(f"{HOURS}action/", data={"action": "approve", "rowid": keys})
    assert 'name="onward"' not in asked.text

    third.state, third.decider_id = State.approved, None
    db_session.commit()
    page = as_chief.get(f"{HOURS}details/?id={third.id}&url={HOURS}?tab=reviewed").text
    assert not onward(page)


@pytest.mark.parametrize("word", ["after=x", "after=20251104T000000.000000Z~-1"])
@pytest.mark.parametrize("screen", [f"{HOURS}next/", f"{INBOX}next"])
def test_a_place_that_no_link_names_is_refused(as_chief, screen, word):
    assert as_chief.get(f"{screen}?{word}").status_code == 400
