"""更正申请: asked in the portal, compared with the paper, corrected or refused (P04, R04)."""

import re
import threading

import pytest
from sqlalchemy import delete, select, update

from admin_app.database import writing
from admin_app.enums import CorrectionOutcome
from admin_app.extensions import db
from admin_app.models import Attachment, CorrectionRequest, Message, Person
from tests import factories as make
from tests.browsing import Browser, sign_in
from tests.web.test_storage import jpeg, upload

PAGE = "/me/profile/correction"
QUEUE = "/admin/correction-requests/"


def ask(client, **typed):
    data = {
        "name": "王晓明",
        "id_number": "",
        "reason": "户籍部门更正了姓名",
        "evidence": (upload(jpeg()).stream, "paper.jpg"),
    } | typed
    return client.post(PAGE, data=data, content_type="multipart/form-data")


def errors(page):
    return re.findall(r'class="field-error"[^>]*>(.*?)</div>', page.text)


def now_in(session, model):
    session.rollback()
    session.expire_all()
    return session.scalars(select(model).order_by(model.id)).all()


@pytest.fixture
def teacher(app, cast):
    return sign_in(Browser(app, app.response_class), cast.teacher)


@pytest.fixture
def root(app, cast):
    return sign_in(Browser(app, app.response_class), cast.superuser, proven=True)


def grant(root, wish, **typed):
    data = {"name": wish.name, "id_number": "", "reason": wish.reason} | typed
    door = f"/admin/people/correct/?id={wish.person_id}&request={wish.id}"
    return root.post(door, data=data)


@pytest.mark.feature("P04", "R04")
def test_a_request_is_granted_by_whoever_reads_the_same_number_from_the_paper(
    cast, teacher, root, db_session
):
    number = make.id_number(male=False)
    profile = teacher.get("/me/profile").text
    sent = ask(teacher, id_number=number)
    (wish,) = now_in(db_session, CorrectionRequest)
    listed, shown = root.get(QUEUE).text, root.get(f"{QUEUE}details/?id={wish.id}").text
    form = root.get(
        f"/admin/people/correct/?id={wish.person_id}&request={wish.id}"
    ).text

    misread = grant(root, wish, id_number=make.id_number(male=False))
    granted = grant(root, wish, id_number=number)

    (wish,) = now_in(db_session, CorrectionRequest)
    person = db_session.get(Person, cast.teacher.id)
    assert f'href="{PAGE}"' in profile
    assert (sent.status_code, misread.status_code, granted.status_code) == (
        303,
        422,
        303,
    )
    assert "王晓明" in listed
    assert f"request={wish.id}" in shown
    assert wish.evidence.key in form
    assert [number in page for page in (listed, shown, form)] == [False] * 3
    assert [sentence.partition("，")[0] for sentence in errors(misread)] == [
        "输入的号码与申请人填写的不一致"
    ]
    assert (person.name, person.id_number) == ("王晓明", number)
    assert wish.outcome is CorrectionOutcome.corrected


@pytest.mark.feature("P04", "R04")
def test_who_is_refused_reads_why_and_may_ask_again(cast, teacher, root, db_session):
    ask(teacher)
    (wish,) = now_in(db_session, CorrectionRequest)
    again = ask(teacher)

    root.post(
        f"{QUEUE}action/",
        data={
            "action": "refuse",
            "rowid": f"{wish.id}",
            "confirmed": "1",
            "comment": "证明材料不清晰，请重新上传",
        },
    )

    page = teacher.get(PAGE).text
    (message,) = now_in(db_session, Message)
    assert again.status_code == 422
    assert "您已提交更正申请，请等待系统管理员办理" in again.text
    assert "证明材料不清晰，请重新上传" in page
    assert (message.account_id, message.url) == (cast.teacher.account.id, PAGE)
    assert grant(root, wish).status_code == 404
    assert ask(teacher).status_code == 303


@pytest.mark.feature("P04")
def test_a_withdrawn_request_takes_its_paper_along(teacher, db_session):
    ask(teacher)
    key = now_in(db_session, Attachment)[0].key

    answer = teacher.post(f"{PAGE}/withdraw")
    twice = teacher.post(f"{PAGE}/withdraw")

    (wish,) = now_in(db_session, CorrectionRequest)
    assert (answer.status_code, twice.status_code) == (303, 409)
    assert wish.outcome is CorrectionOutcome.withdrawn
    assert teacher.get(f"/files/{key}").status_code == 404


@pytest.mark.feature("P04")
@pytest.mark.requirement("WF-04")
@pytest.mark.parametrize("first", ["corrected", "withdrawn"])
def test_who_comes_second_changes_nothing(app, teacher, root, db_session, first):
    ask(teacher)
    (wish,) = now_in(db_session, CorrectionRequest)
    key = wish.evidence.key
    db_session.commit()
    answers = []
    second = {
        "corrected": lambda: teacher.post(f"{PAGE}/withdraw"),
        "withdrawn": lambda: grant(root, wish, id_number=""),
    }[first]
    late = threading.Thread(target=lambda: answers.append(second().status_code))

    with app.app_context(), writing(), db.engine.begin() as connection:
        changed = {"outcome": CorrectionOutcome[first]}
        if first == "withdrawn":
            changed["evidence_id"] = None
        connection.execute(
            update(CorrectionRequest)
            .where(CorrectionRequest.id == wish.id)
            .values(changed)
        )
        if first == "withdrawn":
            connection.execute(delete(Attachment).where(Attachment.key == key))
        late.start()
        # It reads what is not changed yet, and waits for whoever was first.
        late.join(0.5)
    late.join()

    (wish,) = now_in(db_session, CorrectionRequest)
    # On SQLite the second one begins to read when the first one is done.
    assert answers[0] in {"corrected": {409}, "withdrawn": {404, 422}}[first]
    assert wish.outcome is CorrectionOutcome[first]
    if first == "corrected":
        assert wish.evidence.key == key


@pytest.mark.feature("P04")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "姓名和身份证号码都没有变化，无需更正。"),
        (
            {"name": "", "id_number": "410101198001010000"},
            "身份证号码的顺序码不能为 000，请核对。",
        ),
        ({"reason": ""}, "此项必填"),
        ({"evidence": ""}, "此项必填"),
    ],
)
def test_an_impossible_request_is_refused_where_it_is_wrong(
    teacher, db_session, typed, sentence
):
    answer = ask(teacher, **typed)

    assert answer.status_code == 422
    assert sentence in errors(answer)[0]
    assert now_in(db_session, CorrectionRequest) == []


def test_nobody_learns_from_a_request_who_else_has_the_number(
    cast, teacher, db_session
):
    answer = ask(teacher, id_number=cast.stranger.id_number)

    assert answer.status_code == 303
    assert cast.stranger.name not in teacher.get(PAGE).text


@pytest.mark.requirement("AZ-04")
def test_the_paper_is_shown_to_its_person_and_the_platform_only(
    app, cast, teacher, root, db_session
):
    ask(teacher)
    (paper,) = now_in(db_session, Attachment)
    chief = sign_in(Browser(app, app.response_class), cast.chief)

    page = chief.get(f"/admin/person-query/details/?id={cast.teacher.id}").text

    answers = [c.get(f"/files/{paper.key}").status_code for c in (teacher, root, chief)]
    assert answers == [200, 200, 404]
    assert paper.key not in page
