"""修改单位信息, 更换上级部门, 审核机构信息修改: how a unit changes, and who says so."""

import re

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import RecordKind, State, UnitKind
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.declaring import attachment

CODE = "/admin/unit-code/"
SUPERIOR = "/admin/unit-superior/"
REVIEW = "/admin/review-unit-changes/"
NEW_CODE = make.registration_code(999_002)
WHY = {"reason": "豫编办〔2026〕7 号"}


@pytest.fixture
def browse(app, now):
    """Sign somebody of the cast in, in a browser of their own, at `now`."""
    app.extensions["clock"] = lambda: now
    return lambda who: sign_in(Browser(app, app.response_class), who, at=now)


def changes(session):
    """The changes that are committed now."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(m.UnitChange).order_by(m.UnitChange.id)))


def decide(client, action, rows, **more):
    data = {
        "action": action,
        "rowid": [f"{row.id}:{row.version}" for row in rows],
        "confirmed": "1",
    }
    return client.post(f"{REVIEW}action/", data=data | more)


def error_of(page, field):
    """What stands beside the field."""
    found = re.search(rf'id="{field}-error">([^<]+)<', page)
    return found and found[1]


def compared(page):
    """The pairs of before and after that the page shows."""
    return re.findall(r"<del>([^<]+)</del>.*?<ins>([^<]+)</ins>", page, re.DOTALL)


@pytest.mark.feature("U16", "U35")
def test_new_code_takes_effect_when_the_superior_approves(browse, cast, db_session):
    before = cast.school.registration_code
    chief = browse(cast.chief)

    sent = chief.post(CODE, data={"registration_code": NEW_CODE, **WHY})
    waiting = chief.get(CODE).text
    [change] = changes(db_session)
    still = cast.school.registration_code
    result = decide(browse(cast.bureau_chief), "approve", [change]).text
    after = chief.get(CODE).text

    assert sent.location == CODE
    assert compared(waiting) == [(before, NEW_CODE)]
    assert cast.bureau.name in waiting
    assert still == before
    assert "成功 1 条，未办理 0 条" in result
    assert changes(db_session)[0].state is State.approved
    assert cast.school.registration_code == NEW_CODE
    assert "审核通过" in after


@pytest.mark.feature("U17", "U35")
def test_new_superior_takes_effect_when_old_and_new_approve(browse, cast, db_session):
    chief = browse(cast.chief)
    chief.post(SUPERIOR, data={"superior_id": cast.city.id, **WHY})
    [change] = changes(db_session)

    asked = browse(cast.bureau_chief).post(
        f"{REVIEW}action/",
        data={"action": "approve", "rowid": f"{change.id}:{change.version}"},
    )
    decide(browse(cast.bureau_chief), "approve", [change])
    [change] = changes(db_session)
    halfway = (change.decider_id, cast.school.superior_id)
    page = chief.get(f"{SUPERIOR}{change.id}").text
    decide(browse(cast.city_chief), "approve", [change])

    assert f"报送{cast.city.name}审核" in asked.text
    assert halfway == (cast.city.id, cast.bureau.id)
    assert compared(page) == [(cast.bureau.name, cast.city.name)]
    assert changes(db_session)[0].state is State.approved
    assert cast.school.path == f"{cast.city.path}{cast.school.id}/"


@pytest.mark.feature("U35", "X05")
def test_batch_tells_for_each_unit_what_became_of_it(browse, cast, db_session):
    make.waiting(make.unit_change(db_session, cast.school), cast.bureau)
    taken = make.unit_change(
        db_session, cast.other_school, after=cast.base.registration_code
    )
    make.waiting(taken, cast.bureau)
    db_session.commit()
    bureau = browse(cast.bureau_chief)

    listed = bureau.get(REVIEW).text
    result = decide(bureau, "approve", changes(db_session)).text

    states = [change.state for change in changes(db_session)]
    assert all(each.before in listed for each in changes(db_session))
    assert states == [State.approved, State.pending]
    assert "成功 1 条，未办理 1 条" in result
    assert "该代码已被其他单位使用" in result


@pytest.mark.feature("U35")
def test_rejected_change_comes_back_with_its_reason(browse, cast, db_session):
    chief, bureau = browse(cast.chief), browse(cast.bureau_chief)
    chief.post(CODE, data={"registration_code": NEW_CODE, **WHY})

    without = decide(bureau, "reject", changes(db_session))
    decide(bureau, "reject", changes(db_session), comment="未写明批准文件")
    page = chief.get(CODE).text
    chief.post(CODE, data={"registration_code": NEW_CODE, "reason": "见批文"})

    assert without.status_code == 422
    assert "未写明批准文件" in page
    assert f'value="{NEW_CODE}"' in page
    [change] = changes(db_session)
    assert (change.state, change.reason) == (State.pending, "见批文")


@pytest.mark.feature("U16")
def test_change_is_withdrawn_by_who_asked(browse, cast, db_session):
    chief = browse(cast.chief)
    chief.post(CODE, data={"registration_code": NEW_CODE, **WHY})
    [change] = changes(db_session)

    answer = chief.post(f"{CODE}{change.id}/withdraw")

    assert answer.location == CODE
    assert [each.state for each in changes(db_session)] == [State.withdrawn]
    assert f'value="{NEW_CODE}"' in chief.get(CODE).text


def blocking(page):
    """The records that are listed as standing in the way: what, and where they lead."""
    part = page.partition('id="blocking"')[2].partition("</div>")[0]
    return re.findall(r"<li>(?:<a href=\"([^\"]+)\">)?([^<]+)", part)


@pytest.mark.feature("U16", "U17")
@pytest.mark.requirement("WF-08")
@pytest.mark.parametrize("page", [CODE, SUPERIOR])
def test_refusal_lists_what_is_under_review_with_links(browse, cast, db_session, page):
    child = make.unit(db_session, cast.school)
    pupil = make.person(db_session, child, name="孙老师")
    records = [make.declaration(db_session, pupil) for _ in range(6)]
    for record in records:
        make.waiting(record, child)
    db_session.commit()
    chief = browse(cast.chief)
    data = {"registration_code": NEW_CODE, "superior_id": cast.city.id, **WHY}

    answer = chief.post(page, data=data)
    listed = blocking(answer.text)
    opened = chief.get(listed[0][0].replace("&amp;", "&"))

    assert answer.status_code == 422
    assert changes(db_session) == []
    assert [text for _url, text in listed] == [
        *[f"孙老师 · {record.title}" for record in records[:5]],
        "另有 1 项",
    ]
    assert opened.status_code == 200
    assert records[0].title in opened.text


@pytest.mark.feature("U16")
@pytest.mark.requirement("WF-08")
def test_nothing_is_sent_below_while_the_change_waits(browse, cast, db_session):
    make.waiting(make.unit_change(db_session, cast.school), cast.bureau)
    draft = make.declaration(
        db_session, cast.teacher, source="unit", filed_by_id=cast.school.id
    )
    attachment(db_session, draft)
    db_session.commit()

    answer = browse(cast.chief).post(f"/admin/declare/{draft.id}/send")

    db_session.refresh(draft)
    assert answer.status_code == 409
    assert f"{cast.school.name}正在办理修改单位信息" in answer.text
    assert draft.state is State.draft


WRONG_CODES = {
    "check digit": (lambda cast: NEW_CODE[:-1] + "Z", None),
    "taken": (
        lambda cast: cast.base.registration_code,
        "该代码已被其他单位使用，请对照证照核对。",
    ),
    "the same": (
        lambda cast: cast.school.registration_code,
        "新代码与现在的代码相同，无需修改。",
    ),
    "none": (lambda cast: "", "此项必填，请填写。"),
}


@pytest.mark.feature("U16")
@pytest.mark.parametrize(("code", "told"), WRONG_CODES.values(), ids=WRONG_CODES)
def test_wrong_code_is_refused_beside_its_field(browse, cast, db_session, code, told):
    answer = browse(cast.chief).post(
        CODE, data={"registration_code": code(cast), **WHY}
    )

    assert answer.status_code == 422
    said = error_of(answer.text, "registration_code")
    assert said == told if told else said.startswith("统一社会信用代码")
    assert changes(db_session) == []


WRONG_SUPERIORS = {
    "itself": (lambda cast: cast.school.id, "不能选择本单位作为上级部门。"),
    "the same": (
        lambda cast: cast.bureau.id,
        "所选单位就是现在的上级部门，请选择其他单位。",
    ),
    "nobody": (
        lambda cast: 2**50,
        "所选上级单位不存在、已停用或不能作为上级，请重新选择。",
    ),
    "a base": (
        lambda cast: cast.base.id,
        "所选上级单位不存在、已停用或不能作为上级，请重新选择。",
    ),
    "none": (lambda cast: "", "此项必填，请填写。"),
}


@pytest.mark.feature("U17")
@pytest.mark.parametrize(
    ("superior", "told"), WRONG_SUPERIORS.values(), ids=WRONG_SUPERIORS
)
def test_wrong_superior_is_refused_beside_its_field(
    browse, cast, db_session, superior, told
):
    answer = browse(cast.chief).post(
        SUPERIOR, data={"superior_id": superior(cast), **WHY}
    )

    assert answer.status_code == 422
    assert error_of(answer.text, "superior_id") == told
    assert changes(db_session) == []


@pytest.mark.feature("U17")
@pytest.mark.requirement("AZ-12")
def test_superior_below_oneself_or_disabled_is_refused(browse, cast, db_session):
    below = make.unit(db_session, make.unit(db_session, cast.school))
    shut = make.unit(db_session, cast.city, is_active=False)
    db_session.commit()
    chief = browse(cast.chief)

    told = [
        error_of(chief.post(SUPERIOR, data={"superior_id": key, **WHY}).text, name)
        for key, name in ((below.id, "superior_id"), (shut.id, "superior_id"))
    ]

    assert told == [
        "所选单位是本单位的下级单位，不能作为上级部门，请选择其他单位。",
        "所选上级单位不存在、已停用或不能作为上级，请重新选择。",
    ]
    assert changes(db_session) == []


@pytest.mark.feature("U17")
def test_second_change_is_refused_while_one_is_pending(browse, cast, db_session):
    chief = browse(cast.chief)
    chief.post(CODE, data={"registration_code": NEW_CODE, **WHY})

    page = chief.get(CODE).text
    again = chief.post(
        CODE, data={"registration_code": make.registration_code(), **WHY}
    )
    other = chief.post(SUPERIOR, data={"superior_id": cast.city.id, **WHY})

    assert 'name="registration_code"' not in page
    assert (again.status_code, other.status_code) == (422, 422)
    assert [text for _url, text in blocking(other.text)] == [cast.school.name]
    assert len(changes(db_session)) == 1


def test_page_without_scripts_keeps_what_is_typed(browse, cast, db_session):
    data = {"superior_id": cast.city.id, "_pick": "superior_id", **WHY}

    answer = browse(cast.chief).post(SUPERIOR, data=data)

    assert answer.status_code == 422
    assert (cast.city.name in answer.text, WHY["reason"] in answer.text) == (True, True)
    assert changes(db_session) == []


@pytest.mark.parametrize("who", ["reviewer", "department_head", "teacher"])
def test_others_of_the_unit_open_no_page(browse, cast, who):
    client = browse(getattr(cast, who))

    assert [client.get(page).status_code for page in (CODE, SUPERIOR)] == [403, 403]


@pytest.mark.requirement("AZ-04")
def test_change_of_another_unit_or_kind_is_not_there(browse, cast, db_session):
    foreign = make.waiting(make.unit_change(db_session, cast.other_school), cast.bureau)
    own = make.waiting(make.unit_change(db_session, cast.school), cast.bureau)
    db_session.commit()
    chief = browse(cast.chief)

    looks = [chief.get(f"{CODE}{row.id}").status_code for row in (own, foreign)]
    other_kind = chief.get(f"{SUPERIOR}{own.id}").status_code
    act = chief.post(f"{CODE}{foreign.id}/withdraw").status_code

    assert (looks, other_kind, act) == ([200, 404], 404, 404)
    assert {each.state for each in changes(db_session)} == {State.pending}


def test_new_superior_reads_what_waits_for_it_and_nobody_beside(
    browse, cast, db_session
):
    county = make.unit(db_session, cast.city, kind=UnitKind.hr_authority)
    county_chief = make.administrator(db_session, county)
    change = make.unit_change(db_session, cast.school, county)
    make.waiting(change, county, step=1)
    db_session.commit()

    address = f"{REVIEW}details/?id={change.id}"
    answers = {
        "new": browse(county_chief).get(address).status_code,
        "beside": browse(cast.other_chief).get(address).status_code,
    }

    assert answers == {"new": 200, "beside": 404}
    assert change.before in browse(county_chief).get(REVIEW).text


def test_audit_tells_of_both_ends(browse, cast, db_session):
    chief = browse(cast.chief)
    chief.post(CODE, data={"registration_code": NEW_CODE, **WHY})
    decide(browse(cast.bureau_chief), "approve", changes(db_session))

    db_session.rollback()
    entries = db_session.scalars(
        select(m.AuditEntry)
        .where(m.AuditEntry.object_kind == RecordKind.unit_change.name)
        .order_by(m.AuditEntry.id)
    ).all()

    acts = [entry.action for entry in entries if entry.action in {"submit", "approve"}]
    assert acts == ["submit", "approve"]
