"""A form that is sent twice has one effect (WF-11)."""

import threading
from datetime import date

import pytest
from flask import g, request
from sqlalchemy import func, select

from admin_app.enums import NoticeAudience
from admin_app.models import Notice
from admin_app.web.once import Running, claim, lead_to, once
from admin_app.web.tokens import new_token
from admin_app.web.transactions import concluded, saving
from tests.browsing import Browser, sign_in


@pytest.fixture
def publishing(make_app):
    """A program with one more page: it publishes a notice, or refuses an empty one."""
    app = make_app()

    @app.post("/publish")
    @once
    def publish():
        title = request.form["title"]
        if not title:
            return "empty", 400
        with saving() as session:
            notice = Notice(
                title=title,
                body="",
                audience=NoticeAudience.everyone,
                published_from=date(2025, 1, 1),
            )
            session.add(notice)
            session.flush()
            answer = concluded("已发布", f"/published/{notice.id}")
            if title == "fails":
                raise ZeroDivisionError
            return answer

    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def publish(app, token, title="停机通知"):
    client = Browser(app, app.response_class)
    return client.post("/publish", data={"title": title, "once": token})


def published(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(Notice))


@pytest.mark.requirement("WF-11")
def test_second_send_leads_to_the_first_result(publishing, db_session):
    token = new_token()

    first, second = publish(publishing, token), publish(publishing, token)

    assert published(db_session) == 1
    assert first.location.startswith("/published/")
    assert (second.status_code, second.location) == (303, first.location)


@pytest.mark.requirement("WF-11")
def test_eight_parallel_sends_have_one_effect(publishing, db_session):
    token, answers, gate = new_token(), [], threading.Barrier(8)

    def send():
        gate.wait()
        answers.append(publish(publishing, token))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert published(db_session) == 1
    assert len(answers) == 8
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1


@pytest.mark.requirement("WF-11")
def test_two_forms_have_two_effects(publishing, db_session):
    publish(publishing, new_token())
    publish(publishing, new_token())

    assert published(db_session) == 2


@pytest.mark.requirement("WF-11")
@pytest.mark.parametrize(("title", "code"), [("", 400), ("fails", 500)])
def test_refused_form_can_be_corrected_and_sent_again(
    publishing, db_session, title, code
):
    token = new_token()

    refused = publish(publishing, token, title)
    corrected = publish(publishing, token)

    assert (refused.status_code, corrected.status_code) == (code, 303)
    assert published(db_session) == 1


@pytest.mark.parametrize(("title", "is_said"), [("停机通知", True), ("fails", False)])
def test_page_after_a_form_says_what_was_done_and_nothing_that_failed(
    publishing, cast, title, is_said
):
    client = sign_in(Browser(publishing, publishing.response_class), cast.teacher)

    answer = client.post("/publish", data={"title": title, "once": new_token()})

    assert "已发布" not in answer.text
    assert ("已发布" in client.get("/me/").text) is is_said


@pytest.mark.requirement("WF-11")
def test_token_is_made_final_once_in_each_transaction(app, db_session, statements):
    """What is rolled back has noted nothing."""
    with statements() as seen, app.test_request_context():
        g.once = Running("0" * 64, "/published/1")
        for ends in (True, False):
            claim(db_session)
            claim(db_session)
            if ends:
                db_session.rollback()

    assert len(seen) == 2


@pytest.mark.requirement("WF-11")
def test_token_leads_where_the_view_said_last(app, db_session, statements):
    with statements() as seen, app.test_request_context():
        g.once = Running("0" * 64, "/published/1")
        for location in ("/published/1", "/published/2", "/published/2"):
            lead_to(location)
            claim(db_session)

    assert len(seen) == 2


@pytest.mark.requirement("WF-11")
def test_token_of_another_shape_is_a_bad_request(publishing, db_session):
    assert publish(publishing, "' OR 1=1").status_code == 400
    assert published(db_session) == 0
