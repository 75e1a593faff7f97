"""学时审验 as the HR authority does it, and as the person and the public see it (R05)."""

import io
import re
from datetime import date

import pytest
from sqlalchemy import select, update

from admin_app.enums import Action, State
from admin_app.models import (
    AnnualRequirement,
    Attachment,
    Certificate,
    CreditEntry,
    Declaration,
    HoursCheck,
)
from admin_app.workflows import perform
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.cast import actor
from tests.web.test_hostile_papers import pdf
from tests.web.test_storage import jpeg

SCREEN = "/admin/revoke-hours"
REASON = "证书与原件不符"


@pytest.fixture
def credited(db_session, cast, now):
    """So many declarations of the teacher, each approved by the city."""

    def crediting(number=1, hours=60):
        records = []
        for place in range(number):
            record = make.declaration(
                db_session, cast.teacher, claimed=hours, title=f"研修班{place}"
            )
            make.waiting(record, cast.city, step=2)
            db_session.flush()
            perform(
                db_session,
                actor=actor(db_session, cast.city_chief),
                record=record,
                action=Action.approve,
                now=now,
            )
            records.append(record.id)
        db_session.commit()
        return records

    return crediting


@pytest.fixture
def inspector(client, cast):
    return sign_in(client, cast.city_chief)


def ask(client, action, ids, **typed):
    data = {"action": action, "rowid": [str(key) for key in ids]} | typed
    return client.post(f"{SCREEN}/action/", data=data)


def act(client, action, ids, *, comment=REASON, files=None):
    files = [(jpeg(), "核查.jpg")] if files is None else files
    data = {"confirmed": "1", "comment": comment}
    if action == "revoke":
        data["attachments"] = [(io.BytesIO(body), name) for body, name in files]
    return ask(client, action, ids, **data)


def states(db_session, ids):
    db_session.rollback()
    rows = select(Declaration.state).where(Declaration.id.in_(ids))
    return list(db_session.scalars(rows.order_by(Declaration.id)))


def other(client, who):
    return sign_in(Browser(client.application, client.application.response_class), who)


@pytest.mark.feature("R05")
def test_hours_are_taken_back_told_and_given_back(
    inspector, cast, db_session, credited
):
    make.public_hours(db_session, cast.teacher, 30)
    (key,) = credited()
    teacher, visitor = (
        other(inspector, cast.teacher),
        Browser(inspector.application, inspector.application.response_class),
    )
    teacher.post("/me/certificates/2025")
    number = db_session.scalars(select(Certificate.number)).one()

    asked = ask(inspector, "revoke", [key]).text
    done = act(inspector, "revoke", [key], files=[(jpeg(), "a.jpg"), (pdf(), "b.pdf")])

    assert "冲回 60 学时" in asked
    assert "1 份有效证书将重新核对" in asked
    assert done.status_code == 200
    assert states(db_session, [key]) == [State.revoked]
    told = teacher.get("/account/messages").text
    assert f"市人社局审验后撤销了您 2025 年度“研修班0”的学时，原因：{REASON}" in told
    for address in (f"/me/declarations/{key}", "/me/completion/2025"):
        assert REASON in teacher.get(address).text
    assert teacher.get("/me/certificates/2025").status_code == 404
    public = visitor.get(f"/certificates/check?number={number}").text
    assert "证书已撤销，不再有效" in public
    assert "撤销日期" in public

    back = act(inspector, "restore", [key], comment="复核有误")
    teacher.post("/me/certificates/2025")

    assert back.status_code == 200
    assert states(db_session, [key]) == [State.approved]
    assert db_session.scalar(select(Certificate.number).order_by(-Certificate.id)) != (
        number
    )
    assert len(db_session.scalars(select(CreditEntry.id)).all()) == 4


@pytest.mark.feature("R05")
def test_a_batch_is_one_check_and_tells_each_row(inspector, cast, db_session, credited):
    ids = credited(3, hours=10)
    act(inspector, "revoke", ids[:1])

    page = act(inspector, "revoke", ids).text

    assert states(db_session, ids) == [State.revoked] * 3
    assert page.count("该申报的学时已经撤销，不能重复撤销。") == 1
    assert db_session.query(HoursCheck).count() == 2
    record = inspector.get(f"{SCREEN}/details/?id={ids[1]}").text
    assert re.search(r"审验依据.*?/files/", record, re.DOTALL)
    check = db_session.scalar(select(HoursCheck.id).order_by(-HoursCheck.id))
    told = inspector.get(f"/admin/hours-checks/details/?id={check}").text
    assert (told.count(">研修班"), REASON in told) == (2, True)


WRONG = {
    "no reason": ({"comment": " "}, "请填写原因"),
    "no file": ({"files": []}, "请上传审验依据"),
    "no picture": ({"files": [(b"hello", "a.jpg")]}, "a.jpg"),
    "too many files": ({"files": [(jpeg(), "a.jpg")] * 6}, "审验依据最多 5 个文件"),
}


@pytest.mark.feature("R05")
@pytest.mark.parametrize(("values", "sentence"), WRONG.values(), ids=WRONG)
def test_form_is_asked_again_with_the_error_beside_its_field(
    inspector, db_session, credited, values, sentence
):
    ids = credited()

    answer = act(inspector, "revoke", ids, **values)

    assert answer.status_code == 422
    (error,) = re.findall(r'class="field-error"[^>]*>([^<]+)<', answer.text)
    assert sentence in error
    assert states(db_session, ids) == [State.approved]
    assert db_session.query(Attachment).count() == 0


def test_a_closed_year_is_named_before_its_hours_are_taken_back(
    inspector, db_session, credited
):
    ids = credited(2, hours=10)
    told = []
    for until in (date(2999, 1, 1), date(2026, 1, 1)):
        db_session.execute(update(AnnualRequirement).values(declare_until=until))
        db_session.commit()
        told.append(ask(inspector, "revoke", ids).text)

    sentence = "所属年度的申报已经截止，撤销后本人不能再补报"
    assert [sentence in page for page in told] == [False, True]


def test_record_out_of_scope_does_not_exist(client, cast, db_session, credited):
    ids = credited()
    elsewhere = make.unit(db_session, cast.province, kind=cast.city.kind, name="外市")
    outsider = make.administrator(db_session, elsewhere)
    db_session.commit()
    sign_in(client, outsider)

    assert act(client, "revoke", ids).status_code == 404
    assert states(db_session, ids) == [State.approved]


def test_a_school_has_no_such_screen(as_chief, credited):
    ids = credited()

    assert as_chief.get(f"{SCREEN}/").status_code == 403
    assert act(as_chief, "revoke", ids).status_code == 403


def test_list_keeps_to_what_is_credited(inspector, cast, db_session, credited):
    ids = credited(2)
    make.waiting(
        make.declaration(db_session, cast.teacher, title="未审核"), cast.school
    )
    db_session.commit()
    act(inspector, "revoke", ids[:1])

    first = inspector.get(f"{SCREEN}/").text
    second = inspector.get(f"{SCREEN}/?tab=revoked").text

    listed = [
        [title for title in ("研修班0", "研修班1", "未审核") if f">{title}<" in page]
        for page in (first, second)
    ]
    assert listed == [["研修班1"], ["研修班0"]]
