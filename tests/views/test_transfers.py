"""People change units: asked for by themself or by their unit, confirmed by the new one."""

import re

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import State
from tests import factories as make
from tests.browsing import Browser, sign_in

OWN = "/me/transfer"
INCOMING = "/admin/incoming-transfers/"
OUTGOING = "/admin/outgoing-transfers/"
LOG = "/admin/transfer-log/"


@pytest.fixture
def browse(app, now):
    """Sign a member of the cast in, in a browser of their own, at `now`."""
    before = app.extensions["clock"]
    app.extensions["clock"] = lambda: now
    yield lambda who: sign_in(Browser(app, app.response_class), who, at=now)
    app.extensions["clock"] = before


def wish(unit, **values):
    """What is typed to go to this unit."""
    return {
        "region_id": unit.region_id,
        "unit_id": unit.id,
        "reason": "工作调动",
        **values,
    }


def committed(session, model=m.Transfer):
    """The rows that are committed now."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(model).order_by(model.id)))


def decide(client, action, rows, **more):
    data = {
        "action": action,
        "rowid": [f"{row.id}:{row.version}" for row in rows],
        "confirmed": "1",
    }
    return client.post(f"{INCOMING}action/", data=data | more)


def error_of(page, field):
    """What stands beside the field."""
    found = re.search(rf'id="{field}-error">(.*?)<', page.text)
    return found and found[1]


def blocking(page):
    """What stands in the way, each with its link."""
    box = re.search(r'id="blocking">(.*?)</div>\s*</div>', page.text, re.DOTALL)
    return re.findall(r'<a href="([^"]+)">([^<]+)</a>', box[1])


def waiting_transfer(session, person, to, **values):
    """A request that waits at the unit."""
    made = m.Transfer(
        person_id=person.id, from_unit_id=person.unit_id, to_unit_id=to.id, **values
    )
    session.add(make.waiting(made, to))
    session.flush()
    return made


# --- the person -----------------------------------------------------------------


@pytest.mark.feature("P11", "U32", "U34")
def test_person_moves_when_the_new_unit_confirms(browse, cast, db_session):
    office = make.department(db_session, cast.other_school, name="总务处")
    cast.other_school.phone = "0371-66668888"
    db_session.commit()
    teacher, receiving = browse(cast.teacher), browse(cast.other_chief)

    link = teacher.get("/me/profile").text
    sent = teacher.post(OWN, data=wish(cast.other_school, department_id=office.id))
    waits = teacher.get(OWN).text
    [transfer] = committed(db_session)
    still = cast.teacher.unit_id
    queue = receiving.get(INCOMING).text
    asked = receiving.post(
        f"{INCOMING}action/",
        data={"action": "approve", "rowid": f"{transfer.id}:{transfer.version}"},
    ).text
    result = decide(receiving, "approve", [transfer]).text
    committed(db_session)

    assert f'href="{OWN}"' in link
    assert sent.location == OWN
    assert all(
        told in waits
        for told in ("已提交，等待新单位确认", cast.other_school.name, "0371-66668888")
    )
    assert still == cast.school.id
    assert cast.teacher.name in queue
    assert "确认完成，人员转入本单位" in asked
    assert "成功 1 条，未办理 0 条" in result
    assert cast.teacher.unit_id == cast.other_school.id
    assert cast.teacher.department_id == office.id
    assert "审核通过" in teacher.get(OWN).text
    # Both units read the move, each in its log; all three were told.
    for chief, direction in ((cast.chief, "out"), (cast.other_chief, "in")):
        log = browse(chief).get(f"{LOG}?tab={direction}").text
        assert cast.teacher.name in log
    told = {row.account_id for row in committed(db_session, m.Message)}
    school = {cast.chief.account_id, cast.reviewer.account_id}
    both = {cast.teacher.account.id, cast.other_chief.account_id}
    assert told == school | both
    assert (
        f"{cast.teacher.name}已调转至第二中学"
        in browse(cast.chief).get("/account/messages").text
    )


@pytest.mark.feature("P11")
def test_request_is_withdrawn_before_the_decision_and_not_after(
    browse, cast, db_session
):
    teacher = browse(cast.teacher)
    teacher.post(OWN, data=wish(cast.other_school))
    [transfer] = committed(db_session)

    answer = teacher.post(f"{OWN}/{transfer.id}/withdraw")
    [withdrawn] = committed(db_session)
    state = withdrawn.state
    again = teacher.get(OWN).text
    teacher.post(OWN, data=wish(cast.other_school, reason="改过的原因"))
    [sent] = committed(db_session)
    decide(browse(cast.other_chief), "approve", [sent])
    late = teacher.post(f"{OWN}/{transfer.id}/withdraw")

    assert answer.location == OWN
    assert state is State.withdrawn
    assert "工作调动" in again
    assert committed(db_session)[0].state is State.approved
    assert late.status_code == 409


@pytest.mark.feature("P11")
def test_stars_own_unit_and_disabled_units_are_refused(browse, cast, db_session):
    closed = make.unit(db_session, cast.bureau, name="停办学校", is_active=False)
    db_session.commit()
    teacher = browse(cast.teacher)

    empty = teacher.post(OWN, data={})
    own = teacher.post(OWN, data=wish(cast.school))
    disabled = teacher.post(OWN, data=wish(closed))

    assert empty.status_code == 422
    assert [error_of(empty, name) for name in ("region_id", "unit_id", "reason")] == [
        "此项必填，请填写。"
    ] * 3
    assert error_of(own, "unit_id") == "调入单位就是现在的单位，请选择其他单位。"
    assert error_of(disabled, "unit_id") == "所选单位不存在或已停用，请重新选择单位。"
    assert committed(db_session) == []


@pytest.mark.feature("P12")
def test_what_waits_is_listed_with_links_and_nothing_is_sent(browse, cast, db_session):
    record = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    teacher = browse(cast.teacher)

    opened = teacher.get(OWN)
    page = teacher.post(OWN, data=wish(cast.other_school))

    assert page.status_code == 422
    assert "有其他流程正在审批，不能调转单位" in page.text
    [(url, title)] = blocking(page)
    assert blocking(opened) == [(url, title)]
    assert title == record.title
    assert record.title in teacher.get(url).text
    assert cast.other_school.name in page.text
    assert committed(db_session) == []


@pytest.mark.feature("P12")
def test_second_request_is_refused_while_one_waits(browse, cast, db_session):
    transfer = waiting_transfer(db_session, cast.teacher, cast.other_school)
    db_session.commit()
    teacher = browse(cast.teacher)

    page = teacher.post(OWN, data=wish(cast.city))

    assert page.status_code == 422
    assert "办结或撤回后才能更改单位" in page.text
    assert blocking(page) == [(f"{OWN}/{transfer.id}", cast.other_school.name)]
    assert [row.id for row in committed(db_session)] == [transfer.id]


@pytest.mark.feature("P11")
def test_rejected_request_tells_why_and_is_sent_again(browse, cast, db_session):
    teacher, receiving = browse(cast.teacher), browse(cast.other_chief)
    teacher.post(OWN, data=wish(cast.other_school))

    without = decide(receiving, "reject", committed(db_session))
    decide(receiving, "reject", committed(db_session), comment="暂无岗位")
    told = teacher.get(OWN).text
    teacher.post(OWN, data=wish(cast.city))

    assert without.status_code == 422
    assert "暂无岗位" in told
    [transfer] = committed(db_session)
    assert (transfer.state, transfer.decider_id) == (State.pending, cast.city.id)


@pytest.mark.feature("P11", "X06")
def test_new_unit_is_urged_once_a_day(browse, cast, db_session):
    transfer = waiting_transfer(db_session, cast.teacher, cast.other_school)
    db_session.commit()
    teacher = browse(cast.teacher)

    teacher.post(f"{OWN}/{transfer.id}/urge")
    teacher.post(f"{OWN}/{transfer.id}/urge")
    page = teacher.get(f"{OWN}/{transfer.id}").text

    assert [row.unit_id for row in committed(db_session, m.Urge)] == [
        cast.other_school.id
    ]
    assert "今天已经催办过" in page


def test_others_request_is_not_found(browse, cast, db_session):
    transfer = waiting_transfer(db_session, cast.stranger, cast.school)
    db_session.commit()
    teacher = browse(cast.teacher)
    address = f"{OWN}/{transfer.id}"

    answers = [
        teacher.get(address),
        teacher.post(f"{address}/withdraw"),
        teacher.post(f"{address}/urge"),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


# --- the units ------------------------------------------------------------------


@pytest.mark.feature("U32", "X05")
def test_batch_tells_for_each_person_what_became_of_it(browse, cast, db_session):
    for person in (cast.teacher, cast.colleague):
        waiting_transfer(db_session, person, cast.other_school)
    make.waiting(make.declaration(db_session, cast.colleague), cast.school)
    db_session.commit()
    teacher, colleague = cast.teacher.id, cast.colleague.id

    result = decide(browse(cast.other_chief), "approve", committed(db_session)).text

    places = {p.id: p.unit_id for p in committed(db_session, m.Person)}
    assert "成功 1 条，未办理 1 条" in result
    assert "有其他流程正在审批" in result
    assert places[teacher] == cast.other_school.id
    assert places[colleague] == cast.school.id


@pytest.mark.feature("U32")
@pytest.mark.parametrize("who", ["chief", "bureau_chief"])
def test_nobody_but_the_receiving_unit_confirms(browse, cast, db_session, who):
    transfer = waiting_transfer(db_session, cast.teacher, cast.other_school)
    db_session.commit()

    result = decide(browse(getattr(cast, who)), "approve", [transfer]).text

    assert "成功 0 条，未办理 1 条" in result
    assert committed(db_session)[0].state is State.pending
    assert cast.teacher.unit_id == cast.school.id


@pytest.mark.feature("U33", "U34")
def test_unit_sends_somebody_and_the_target_accepts(browse, cast, db_session, now):
    chief = browse(cast.chief)
    offered = chief.get(f"{OUTGOING}ajax/lookup/?name=person&q=王").json["items"]
    facts = chief.get(f"{OUTGOING}facts/?person_id={cast.teacher.id}").text

    sent = chief.post(
        f"{OUTGOING}new/", data=wish(cast.other_school, person_id=cast.teacher.id)
    )
    listed = chief.get(OUTGOING).text
    [transfer] = committed(db_session)
    decide(browse(cast.other_chief), "approve", [transfer])

    assert [item["value"] for item in offered] == [cast.teacher.id]
    assert cast.office.name in facts
    assert cast.teacher.id_number not in facts
    assert sent.location == OUTGOING
    assert cast.other_school.name in listed
    [done] = committed(db_session)
    assert (done.state, done.requested_by_unit) == (State.approved, True)
    assert cast.teacher.unit_id == cast.other_school.id
    details = chief.get(f"{LOG}details/?id={done.id}").text
    sign_in(chief, cast.chief, at=now, proven=True)
    exported = chief.post(f"{LOG}export/csv/?tab=out")
    assert "工作调动" in details
    assert cast.teacher.name in exported.get_data(as_text=True)
    told = {row.account_id for row in committed(db_session, m.Message)}
    school = {cast.chief.account_id, cast.reviewer.account_id}
    assert told == {*school, cast.teacher.account.id, cast.other_chief.account_id}


@pytest.mark.feature("U33")
def test_units_request_is_withdrawn_and_sent_again(browse, cast, db_session):
    chief = browse(cast.chief)
    chief.post(
        f"{OUTGOING}new/", data=wish(cast.other_school, person_id=cast.teacher.id)
    )
    [row] = committed(db_session)

    result = chief.post(
        f"{OUTGOING}action/",
        data={"action": "withdraw", "rowid": f"{row.id}", "confirmed": "1"},
    ).text
    [row] = committed(db_session)
    state = row.state
    again = f"{OUTGOING}new/?again={row.id}"
    form = chief.get(again).text
    chief.post(again, data=wish(cast.city, person_id=cast.teacher.id))

    assert "成功 1 条，未办理 0 条" in result
    assert state is State.withdrawn
    assert cast.other_school.name in form
    [row] = committed(db_session)
    assert (row.state, row.decider_id) == (State.pending, cast.city.id)


@pytest.mark.feature("U33", "X06")
def test_head_of_a_department_opens_what_was_asked_for_its_people(
    browse, cast, db_session
):
    rights = ("view", "create", "withdraw")
    role = make.role(db_session, *(f"outgoing_transfers:{right}" for right in rights))
    offices = [cast.office, make.department(db_session, cast.school, name="总务处")]
    heads = [
        make.administrator(db_session, cast.school, role, department=office)
        for office in offices
    ]
    transfer = waiting_transfer(
        db_session, cast.teacher, cast.other_school, requested_by_unit=True
    )
    db_session.commit()

    pages = [browse(h).get(f"{OUTGOING}details/?id={transfer.id}") for h in heads]

    assert [page.status_code for page in pages] == [200, 404]
    assert f"/admin/urge/transfer/{transfer.id}" in pages[0].text
    assert "撤回" in pages[0].text


@pytest.mark.feature("U33")
def test_unit_sends_nobody_who_is_not_its_own_or_has_something_waiting(
    browse, cast, db_session
):
    record = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    chief, form = browse(cast.chief), f"{OUTGOING}new/"

    foreign = chief.post(form, data=wish(cast.city, person_id=cast.stranger.id))
    nobody = chief.post(form, data=wish(cast.city))
    busy = chief.post(form, data=wish(cast.city, person_id=cast.teacher.id))

    assert error_of(foreign, "person_id") == "请从列表中选择本单位人员。"
    assert error_of(nobody, "person_id") == "此项必填，请填写。"
    assert busy.status_code == 422
    [(url, title)] = blocking(busy)
    assert title == record.title
    assert record.title in chief.get(url.replace("&amp;", "&")).text
    assert committed(db_session) == []


@pytest.mark.feature("U34")
def test_log_is_the_own_units(browse, cast, db_session):
    transfer = waiting_transfer(db_session, cast.teacher, cast.other_school)
    db_session.commit()

    above = browse(cast.bureau_chief)

    assert cast.teacher.name not in above.get(LOG).text
    assert above.get(f"{LOG}details/?id={transfer.id}").status_code == 404
    assert cast.teacher.name in browse(cast.chief).get(LOG).text
