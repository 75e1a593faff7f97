"""Real web processes: what they share is counted, used up and decided once."""

import time
from functools import partial

import pytest
from sqlalchemy import func, insert, select

from admin_app.columns import utc_now as now_here
from admin_app.enums import State
from admin_app.models import Captcha, Declaration
from admin_app.web import captcha
from admin_app.web.tokens import new_token
from tests import factories as make
from tests.declaring import fields
from tests.fire.claims import credited, half_states, states
from tests.fire.serving import Visitor, at_once
from tests.fire.staging import ids_of, teachers, waiting_declarations

HOURS = "/admin/approve-hours/action/"
CODE = "ABCDE"


# --- WF-01 ------------------------------------------------------------------------


def approve_all(visitor, ids, *, size):
    """Approve these in batches; the answers."""
    batches = [ids[start : start + size] for start in range(0, len(ids), size)]
    form = {"action": "approve", "confirmed": "1", "comment": "好"}
    return [visitor.post(HOURS, form | {"rowid": batch}) for batch in batches]


@pytest.mark.requirement("WF-01")
def test_eight_administrators_at_two_web_processes_credit_200_once(
    app, serve, cast, db_session, at_length
):
    people = teachers(db_session, cast.school, 40)
    role = make.chief_role(db_session, cast.city.kind)
    reviewers = [
        make.administrator(db_session, cast.city, role, is_chief=False)
        for _ in range(8)
    ]
    ids = ids_of(waiting_declarations(db_session, people, cast.city, 200, step=1))
    server = serve(workers=2)
    visitors = [Visitor(app, server, each) for each in reviewers]
    size = at_length(40, 5)

    answers = at_once(
        *(
            partial(
                approve_all, visitor, ids[25 * turn :] + ids[: 25 * turn], size=size
            )
            for turn, visitor in enumerate(visitors)
        )
    )

    assert {each.status for mine in answers for each in mine} == {200}, answers
    assert credited(db_session) == 200
    assert set(states(db_session, Declaration, ids).values()) == {State.approved}
    assert half_states(db_session) == []


# --- WF-11 ------------------------------------------------------------------------


def of_two(app, servers, who=None):
    """One browser that speaks to two processes; both have its one session."""
    first, second = servers
    visitor = Visitor(app, first, who)
    return visitor, Visitor(app, second, secret=visitor.secret)


def send_one_form(app, servers, cast, session, today):
    """Post one form eight times at once; the answers and the declarations."""
    for server in servers:
        server.move_clock(int((today - now_here()).total_seconds()))
    form = fields(session) | {"once": new_token()}
    send = [
        partial(visitor.post, "/me/declarations/new", form)
        for visitor in of_two(app, servers, cast.teacher)
    ]
    answers = at_once(*send * 4)
    session.rollback()
    number = session.scalar(select(func.count()).select_from(Declaration))
    return answers, number


@pytest.mark.requirement("WF-11")
def test_form_that_is_sent_eight_times_at_once_has_one_effect(
    app, serve, cast, db_session, now
):
    servers = serve(2, workers=1)

    answers, number = send_one_form(app, servers, cast, db_session, now)

    assert number == 1, answers
    assert {each.status for each in answers} == {303}, answers
    assert len({each.location for each in answers}) == 1


def test_form_tokens_of_each_process_are_found(app, serve, cast, db_session, now):
    servers = serve(2, workers=1, double="form tokens per process")

    _, number = send_one_form(app, servers, cast, db_session, now)

    assert number == 2


# --- AU-01 ------------------------------------------------------------------------


def answer_one_picture(app, servers, session, person):
    """Send the right answer of one picture eight times at once; how many got in."""
    visitors = of_two(app, servers)
    with app.app_context():
        key = captcha._key(visitors[0].secret)
        answer = captcha._answer(key, CODE)
    expires_at = now_here() + captcha.LIFETIME
    session.execute(
        insert(Captcha).values(id=key, answer=answer, expires_at=expires_at)
    )
    session.commit()
    form = {
        "id_number": person.id_number,
        "password": make.PASSWORD,
        "captcha": CODE,
    }
    send = [partial(each.post, "/sign-in/individual", form) for each in visitors]
    answers = at_once(*send * 4)
    refused = sum("验证码错误" in each.text for each in answers)
    return sum(each.status == 303 for each in answers), refused


@pytest.mark.requirement("AU-01")
def test_of_eight_answers_to_one_picture_one_is_accepted(app, serve, cast, db_session):
    servers = serve(2, workers=1, CE_CAPTCHA_ENABLED="true")

    entered, refused = answer_one_picture(app, servers, db_session, cast.teacher)

    assert (entered, refused) == (1, 7)


def test_pictures_that_each_process_uses_up_are_found(app, serve, cast, db_session):
    servers = serve(
        2, workers=1, CE_CAPTCHA_ENABLED="true", double="captcha per process"
    )

    entered, _ = answer_one_picture(app, servers, db_session, cast.teacher)

    assert entered == 2


# --- AU-02 ------------------------------------------------------------------------


def guess(visitor, person, number, *, start=0):
    """Guess the password so many times, each time as if from somewhere else."""
    return [
        visitor.post(
            "/sign-in/individual",
            {"id_number": person.id_number, "password": f"wrong-{turn}"},
            **{"X-Forwarded-For": f"10.1.{start}.{turn}"},
        ).status
        for turn in range(number)
    ]


def guess_from_eight(app, server, person, number, *, start=0):
    """Let eight clients of eight addresses guess at once."""
    visitors = [
        Visitor(app, server, source=f"127.0.0.{10 + each}") for each in range(8)
    ]
    return at_once(
        *(
            partial(guess, visitor, person, number, start=start + place)
            for place, visitor in enumerate(visitors)
        )
    )


def enters(app, server, person, source):
    """Whether the right password lets in from this address."""
    visitor = Visitor(app, server, source=source)
    form = {"id_number": person.id_number, "password": make.PASSWORD}
    return visitor.post("/sign-in/individual", form).status == 303


@pytest.mark.requirement("AU-02")
def test_guesses_are_counted_over_processes_addresses_and_a_restart(
    app, serve, cast, at_length
):
    server = serve(workers=4)
    number = at_length(5, 12)

    guess_from_eight(app, server, cast.teacher, number)
    server.stop()
    server.start()
    guess_from_eight(app, server, cast.teacher, number, start=8)

    assert server.evaluations() == 5
    assert not enters(app, server, cast.teacher, "127.0.0.99")
    # Whoever sits behind the same address is not held up by it.
    assert enters(app, server, cast.colleague, "127.0.0.10")
    # A forged header does not make a new address of an old one.
    left = 30 - 2 * number
    visitor = Visitor(app, server, source="127.0.0.10")
    assert guess(visitor, cast.stranger, left + 1) == [400] * left + [429]
    server.move_clock(14 * 60)
    assert not enters(app, server, cast.teacher, "127.0.0.99")
    server.move_clock(16 * 60)
    assert enters(app, server, cast.teacher, "127.0.0.99")


def test_counters_of_each_process_are_found(app, serve, cast):
    server = serve(workers=4, double="counters per process")

    guess_from_eight(app, server, cast.teacher, 3)

    assert server.evaluations() > 5


# --- AU-13 ------------------------------------------------------------------------


@pytest.mark.requirement("AU-13")
def test_password_of_ten_megabytes_is_refused_at_once(app, serve, cast):
    server = serve(workers=1)
    visitor = Visitor(app, server)
    huge = b"id_number=1&password=" + b"x" * 10_000_000

    def quickest(body):
        """The quickest of five: a busy machine makes all others slower."""
        taken = []
        for _ in range(5):
            began = time.perf_counter()
            answer = visitor.post("/sign-in/individual", body)
            taken.append(time.perf_counter() - began)
        return answer.status, min(taken)

    status, refusal = quickest(huge)
    evaluated_before = server.evaluations()
    _, comparison = quickest(b"id_number=1&password=wrong-1234")

    assert 400 <= status < 500
    assert evaluated_before == 0
    assert refusal < 3 * comparison
