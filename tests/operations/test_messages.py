"""Telling accounts something, and what of it they have read."""

import pytest
from sqlalchemy import func, select

from admin_app.enums import State
from admin_app.models import Message
from admin_app.operations.messages import find_message, mark_read, messages_of, tell
from tests.factories import id_number

SENTENCE = "您的申报%(title)s已办结：%(state)s。"


@pytest.fixture
def accounts(cast):
    return [p.account.id for p in (cast.teacher, cast.colleague, cast.stranger)]


def read(db_session, account_id):
    return [m.sentence for m in messages_of(db_session, account_id=account_id).rows]


def test_everybody_is_told_once_by_one_statement(db_session, accounts, now, statements):
    with statements() as seen:
        tell(
            db_session,
            account_ids=[*accounts[:2], *accounts[:2]],
            sentence=SENTENCE,
            now=now,
            title="培训",
            state=State.approved,
        )

    told = db_session.execute(
        select(Message.account_id, Message.values).order_by(Message.id)
    ).all()
    values = {"title": "培训", "state": "审核通过"}
    assert told == [(account_id, values) for account_id in accounts[:2]]
    assert len(seen) == 1


def test_nobody_to_tell_costs_nothing(db_session, accounts, now, statements):
    with statements() as seen:
        tell(db_session, account_ids=[], sentence=SENTENCE, now=now)

    assert seen == []


@pytest.mark.requirement("PR-03")
def test_a_personal_number_among_the_values_is_masked(db_session, accounts, now):
    number = id_number()

    tell(
        db_session,
        account_ids=accounts[:1],
        sentence=SENTENCE,
        now=now,
        title=f"人员{number}的培训",
        state=State.approved,
    )

    message = db_session.scalars(select(Message)).one()
    assert message.values["title"] == "人员[id-number]的培训"


def test_pages_go_on_where_the_last_one_ended(db_session, accounts, now):
    for n in range(5):
        tell(db_session, account_ids=accounts[:2], sentence=str(n), now=now)

    first = messages_of(db_session, account_id=accounts[0], limit=3)
    second = messages_of(
        db_session, account_id=accounts[0], before=first.next_before, limit=3
    )

    assert [m.sentence for m in first.rows] == ["4", "3", "2"]
    assert [m.sentence for m in second.rows] == ["1", "0"]
    assert second.next_before is None


def test_reading_touches_no_other_message(db_session, accounts, now):
    for sentence in ("a", "b"):
        tell(db_session, account_ids=accounts[:2], sentence=sentence, now=now)
    own = messages_of(db_session, account_id=accounts[0]).rows[0]

    mark_read(db_session, account_id=accounts[1], message_id=own.id, now=now)
    of_another = unread(db_session)
    mark_read(db_session, account_id=accounts[0], message_id=own.id, now=now)
    of_one = unread(db_session)
    mark_read(db_session, account_id=accounts[0], now=now)

    assert (of_another, of_one, unread(db_session)) == (4, 3, 2)
    assert find_message(db_session, account_id=accounts[1], message_id=own.id) is None


def unread(db_session):
    is_unread = Message.read_at.is_(None)
    return db_session.scalar(select(func.count()).where(is_unread))
