"""注册审核进度查询: seen only with the password; withdrawn, corrected, urged (P06)."""

import io
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage

from admin_app.columns import utc_now
from admin_app.enums import Action, State
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.models import (
    Attachment,
    PersonRegistration,
    UnitRegistration,
    Urge,
    WorkflowEvent,
)
from admin_app.workflows import perform
from tests import factories as make
from tests.browsing import Browser
from tests.cast import actor
from tests.views.registration.conftest import (
    PASSWORD,
    errors,
    multipart,
    picture,
    shown,
    values,
)

URL = "/register/progress"
REGISTER = "/register/individual"


@pytest.fixture
def registered(client, individual_data):
    """Send the individual's registration and return the form."""
    client.post(REGISTER, data=individual_data)
    return individual_data


@pytest.fixture
def ask(client):
    """Ask for the progress and return the page that follows."""

    def send(data, **changes):
        names = ("name", "id_number", "password")
        sent = {name: data[name] for name in names} | changes
        answer = client.post(URL, data=sent)
        return client.get(answer.location) if answer.status_code == 303 else answer

    return send


@pytest.fixture
def decide(db_session, cast):
    """Let the school's chief decide the one registration."""

    def act(action, comment=""):
        db_session.rollback()
        perform(
            db_session,
            actor=actor(db_session, cast.chief),
            record=the(db_session, PersonRegistration),
            action=action,
            comment=comment,
            now=utc_now(),
        )
        db_session.commit()

    return act


def the(db_session, model):
    # Look at what requests have committed since the last look.
    db_session.rollback()
    return db_session.scalars(select(model).order_by(model.id)).one()


@pytest.mark.feature("P06")
def test_right_answers_show_state_reviewer_and_steps(registered, ask):
    page = shown(ask(registered))

    assert "待审核" in page
    assert "当前审批单位 第一中学" in page
    assert "电话 0371-" in page
    assert "申请人 提交" in page


@pytest.mark.feature("P06")
@pytest.mark.requirement("AU-10")
@pytest.mark.parametrize(
    "change",
    [
        {"password": "Wrong-2026-pass"},
        {"name": "别的人"},
        {"id_number": make.id_number()},
    ],
    ids=["password", "name", "number"],
)
def test_wrong_answer_shows_nothing_and_does_not_say_which(
    registered, ask, client, change
):
    page = ask(registered, **change)

    assert errors(page) == {"password": "账号或密码错误"}
    assert "第一中学" not in page.text
    assert "当前审批单位" not in client.get(URL).text


@pytest.mark.requirement("AU-10")
def test_sixth_attempt_is_locked_even_with_the_right_password(registered, ask):
    for _ in range(5):
        ask(registered, password="Wrong-2026-pass")

    assert errors(ask(registered)) == {"password": "账号或密码错误"}


@pytest.mark.feature("P06")
def test_withdrawn_registration_leaves_the_queue(client, registered, ask, db_session):
    ask(registered)
    record_id = the(db_session, PersonRegistration).id

    client.post(f"{URL}/person/{record_id}/withdraw")

    record = the(db_session, PersonRegistration)
    assert (record.state, record.decider_id) == (State.withdrawn, None)
    assert "已撤回" in shown(client.get(URL))


@pytest.mark.feature("P06")
def test_decided_registration_cannot_be_withdrawn(
    client, registered, ask, decide, db_session
):
    ask(registered)
    decide(Action.approve)
    record_id = the(db_session, PersonRegistration).id

    answer = client.post(f"{URL}/person/{record_id}/withdraw")

    assert answer.status_code == 409
    assert the(db_session, PersonRegistration).state is State.approved
    page = client.get(URL)
    assert "审核通过" in shown(page)
    assert "/withdraw" not in page.text


@pytest.mark.requirement("AU-10")
def test_withdrawal_and_approval_at_once_never_both_happen(
    client, registered, ask, cast, app, db_session
):
    ask(registered)
    record_id = the(db_session, PersonRegistration).id
    chief = actor(db_session, cast.chief)
    db_session.rollback()
    outcomes = []

    def approve():
        from admin_app.database import writing  # noqa: PLC0415

        with app.app_context(), writing():
            record = db.session.get(PersonRegistration, record_id)
            try:
                perform(
                    db.session(),
                    actor=chief,
                    record=record,
                    action=Action.approve,
                    now=utc_now(),
                )
                db.session.commit()
                outcomes.append("approved")
            except Refused:
                db.session.rollback()

    def withdraw():
        answer = client.post(f"{URL}/person/{record_id}/withdraw")
        if answer.status_code == 303:
            outcomes.append("withdrawn")

    threads = [threading.Thread(target=each) for each in (approve, withdraw)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == [the(db_session, PersonRegistration).state.name]


@pytest.mark.feature("P06")
def test_withdrawn_person_registers_again_freely(
    client, registered, ask, db_session, cast
):
    ask(registered)
    client.post(f"{URL}/person/{the(db_session, PersonRegistration).id}/withdraw")
    again = registered | {
        "password": "Tulip-2026-lake",
        "password_again": "Tulip-2026-lake",
        "unit_id": cast.other_school.id,
        "department_id": "",
    }

    answer = client.post(REGISTER, data=again)

    assert answer.location == "/register/done"
    db_session.rollback()
    states = db_session.scalars(
        select(PersonRegistration.state).order_by(PersonRegistration.id)
    ).all()
    assert states == [State.withdrawn, State.pending]


@pytest.mark.feature("U28")
@pytest.mark.feature("P06")
def test_rejected_applicant_reads_the_reason_corrects_and_submits_again(
    client, registered, ask, decide, db_session
):
    decide(Action.reject, comment="姓名有误")
    page = ask(registered)
    record_id = the(db_session, PersonRegistration).id

    form = client.get(f"{URL}/person/{record_id}/correct")
    typed = {
        name: value
        for name, value in registered.items()
        if name not in {"id_number", "password", "password_again", "as"}
    }
    answer = client.post(
        f"{URL}/person/{record_id}/correct", data=typed | {"name": "周更正"}
    )

    assert "驳回原因 姓名有误" in shown(page)
    assert values(form)["name"] == "周申请"
    assert values(form)["graduation_school"] == "河南示范大学"
    assert answer.location == URL
    record = the(db_session, PersonRegistration)
    assert (record.state, record.person.name) == (State.pending, "周更正")
    events = db_session.scalars(select(WorkflowEvent.action)).all()
    assert events == [Action.submit, Action.reject, Action.submit]


@pytest.mark.feature("P06")
def test_correction_obeys_the_same_rules_as_the_registration(
    client, registered, ask, decide, db_session
):
    decide(Action.reject, comment="请核对")
    ask(registered)
    record_id = the(db_session, PersonRegistration).id

    page = client.post(
        f"{URL}/person/{record_id}/correct",
        data=registered | {"sex": "female"},
    )

    assert errors(page) == {"sex": "所选性别与身份证号码不一致，请核对后修改。"}
    assert the(db_session, PersonRegistration).state is State.rejected


@pytest.mark.feature("P06")
def test_pending_registration_cannot_be_corrected(client, registered, ask, db_session):
    ask(registered)
    record_id = the(db_session, PersonRegistration).id

    answer = client.get(f"{URL}/person/{record_id}/correct")

    assert answer.status_code == 404


@pytest.mark.requirement("AU-10")
@pytest.mark.parametrize("act", ["withdraw", "urge", "correct"])
def test_registration_of_somebody_else_does_not_exist(
    app, registered, ask, cast, db_session, act
):
    record_id = the(db_session, PersonRegistration).id
    stranger = Browser(app, app.response_class)
    stranger.post(
        URL,
        data={
            "name": cast.stranger.name,
            "id_number": cast.stranger.id_number,
            "password": make.PASSWORD,
        },
    )

    answer = stranger.post(f"{URL}/person/{record_id}/{act}")

    assert answer.status_code == 404
    assert the(db_session, PersonRegistration).state is State.pending


@pytest.mark.requirement("AU-10")
def test_answer_is_forgotten_after_a_quarter_of_an_hour(app, client, registered, ask):
    ask(registered)
    usual = app.extensions["clock"]
    app.extensions["clock"] = lambda: utc_now() + timedelta(minutes=16)
    try:
        later = client.get(URL)
    finally:
        app.extensions["clock"] = usual

    assert "第一中学" not in later.text


@pytest.mark.requirement("AU-06")
def test_secret_known_before_the_password_was_given_shows_nothing(
    app, client, registered, ask
):
    client.get(URL)
    planted = client.secret()

    ask(registered)

    thief = Browser(app, app.response_class)
    thief.take(planted)
    assert client.secret() != planted
    assert "第一中学" in client.get(URL).text
    assert "第一中学" not in thief.get(URL).text


def test_leaving_forgets_who_asked(client, registered, ask):
    ask(registered)

    client.post(f"{URL}/leave")

    assert "第一中学" not in client.get(URL).text


@pytest.mark.feature("X06")
def test_reviewer_is_urged_once_a_day(client, registered, ask, db_session):
    ask(registered)
    record_id = the(db_session, PersonRegistration).id
    headers = {"Referer": "http://localhost/register/progress"}

    client.post(f"{URL}/person/{record_id}/urge")
    client.post(f"{URL}/person/{record_id}/urge", headers=headers)
    page = client.get(URL)

    assert "今天已经催办过" in page.text
    db_session.rollback()
    assert db_session.scalar(select(func.count()).select_from(Urge)) == 1


@pytest.mark.feature("U31")
@pytest.mark.feature("P06")
def test_rejected_unit_is_corrected_with_a_new_scan_and_submitted_again(
    client, cast, ask, db_session, unit_data, account_data, send_unit, send_applicant
):
    send_unit(unit_data)
    send_applicant(account_data)
    record = the(db_session, UnitRegistration)
    perform(
        db_session,
        actor=actor(db_session, cast.bureau_chief),
        record=record,
        action=Action.reject,
        comment="扫描件不清晰",
        now=utc_now(),
    )
    db_session.commit()
    old_key = the(db_session, Attachment).key

    page = ask(account_data)
    url = f"{URL}/unit/{record.id}/correct"
    form = client.get(url)
    scan = FileStorage(io.BytesIO(picture("PNG")), filename="clear.png")
    answer = client.post(
        url, **multipart(unit_data | {"name": "第四中学", "scan": scan})
    )

    assert "扫描件不清晰" in shown(page)
    assert values(form)["registration_code"] == unit_data["registration_code"]
    assert answer.location == URL
    record = the(db_session, UnitRegistration)
    assert (record.state, record.name) == (State.pending, "第四中学")
    assert [each.file_name for each in record.scans] == ["clear.png"]
    assert the(db_session, Attachment).key != old_key


def test_pages_of_registration_hold_no_identity_number_in_their_address(
    client, registered, ask
):
    page = ask(registered)

    assert registered["id_number"] not in page.request.url
    assert registered["id_number"] not in page.text
    assert PASSWORD not in page.text
