"""What happens in the workflow is told as the rules say: once for a batch, never a flood."""

import re

import pytest
from sqlalchemy import select, update

from admin_app.enums import (
    Action,
    AttachmentPurpose,
    Channel,
    MessageEvent,
    MessageTopic,
    RecordKind,
)
from admin_app.models import (
    Attachment,
    Message,
    MessageRule,
    OutgoingMessage,
    Transfer,
    VerifiedContact,
)
from admin_app.operations.delegations import delegate
from admin_app.operations.hours_checks import Finding
from admin_app.operations.mailing import write_mails
from admin_app.web.i18n import in_language
from admin_app.workflows import check_hours, perform, perform_many, remind
from config.settings import PROJECT
from tests import factories as make
from tests.cast import actor
from tests.declaring import attachment

APPROVED = "您的学时学分申报已审核通过。"
THREE = "您的 3 项学时学分申报已审核通过。"
ARRIVED = "有学时学分申报待您单位审核，请及时办理。"


@pytest.fixture
def send(db_session, cast, now):
    def sending(person):
        record = make.declaration(db_session, person)
        attachment(db_session, record)
        perform(
            db_session,
            actor=actor(db_session, person),
            record=record,
            action=Action.submit,
            now=now,
        )
        return record

    return sending


@pytest.fixture
def decide(db_session, cast, now):
    def deciding(records, who, action=Action.approve, comment="不符"):
        return perform_many(
            db_session,
            actor=actor(db_session, who),
            kind=RecordKind.declaration,
            ids=[record.id for record in records],
            action=action,
            comment=comment,
            now=now,
        )

    return deciding


@pytest.fixture
def told(db_session):
    def telling(who):
        account_id = getattr(who, "account_id", None) or who.account.id
        rows = db_session.scalars(
            select(Message)
            .where(Message.account_id == account_id)
            .order_by(Message.id)
            .execution_options(populate_existing=True)
        )
        return [row.sentence % row.values for row in rows]

    return telling


def last_step(session, cast, people):
    records = [make.declaration(session, person) for person in people]
    for record in records:
        make.waiting(record, cast.city, step=2)
    session.flush()
    return records


def test_a_batch_is_one_message_for_each_person(db_session, cast, decide, told):
    people = [cast.teacher, cast.teacher, cast.teacher, cast.colleague]

    decide(last_step(db_session, cast, people), cast.city_chief)

    assert (told(cast.teacher), told(cast.colleague)) == ([THREE], [APPROVED])
    assert told(cast.stranger) == []


def test_rejection_tells_the_reason(db_session, cast, decide, told):
    decide(last_step(db_session, cast, [cast.teacher]), cast.city_chief, Action.reject)

    assert told(cast.teacher) == ["您的学时学分申报未通过审核，原因：不符"]


def test_the_next_unit_is_told_once_until_it_reads(
    db_session, cast, send, decide, told, now
):
    records = [send(cast.teacher), send(cast.colleague)]
    at_school = told(cast.chief)
    decide(records, cast.chief)
    at_bureau = told(cast.bureau_chief)
    db_session.execute(update(Message).values(read_at=now))
    send(cast.teacher)

    assert (at_school, at_bureau) == ([ARRIVED], [ARRIVED])
    assert told(cast.chief) == [ARRIVED, ARRIVED]
    assert told(cast.teacher) == []


def test_what_is_switched_off_is_not_told(db_session, cast, decide, told):
    db_session.execute(
        update(MessageRule)
        .where(MessageRule.event == MessageEvent.approved)
        .values(is_told=False, is_mailed=False)
    )

    decide(last_step(db_session, cast, [cast.teacher]), cast.city_chief)

    assert told(cast.teacher) == []


def switch_off(session, topic, event):
    changed = session.execute(
        update(MessageRule)
        .where(MessageRule.kind == topic, MessageRule.event == event)
        .values(is_told=False, is_mailed=False)
    )
    assert changed.rowcount == 1


def revoke(session, cast, now):
    [record] = last_step(session, cast, [cast.teacher])
    who = actor(session, cast.city_chief)
    perform(session, actor=who, record=record, action=Action.approve, now=now)
    session.query(Message).delete()
    proof = Attachment(
        key="20251118-1",
        purpose=AttachmentPurpose.check_evidence,
        file_name="核查记录.jpg",
        media_type="image/jpeg",
        size=1,
        sha256="",
    )
    check_hours(
        session,
        actor=who,
        action=Action.revoke,
        ids={record.id: None},
        finding=Finding(reason="证书与原件不符", evidence=[proof]),
        now=now,
    )


def confirm_transfer(session, cast, now):
    record = Transfer(
        person_id=cast.teacher.id,
        from_unit_id=cast.school.id,
        to_unit_id=cast.other_school.id,
    )
    session.add(make.waiting(record, cast.other_school))
    session.flush()
    who = actor(session, cast.other_chief)
    perform(session, actor=who, record=record, action=Action.approve, now=now)


def ask_for_haste(session, cast, now):
    [record] = last_step(session, cast, [cast.teacher])
    session.refresh(record)
    remind(session, record=record, now=now, today=now.date())


def let_decide(session, cast, now):
    colleague = make.administrator(session, cast.school, cast.chief.role)
    delegate(
        session,
        actor=actor(session, cast.chief),
        delegate_id=colleague.account_id,
        starts_on=now.date(),
        ends_on=now.date(),
        now=now,
    )


ACTS = {
    "hours revoked": (revoke, MessageTopic.declaration, MessageEvent.revoked, 3),
    "transfer": (confirm_transfer, MessageTopic.transfer, MessageEvent.approved, 3),
    "urged": (ask_for_haste, MessageTopic.declaration, MessageEvent.urged, 1),
    "delegated": (let_decide, MessageTopic.delegation, MessageEvent.delegated, 1),
}


@pytest.mark.parametrize(("act", "topic", "event", "told"), ACTS.values(), ids=ACTS)
def test_what_follows_decisions_has_its_rule_too(
    db_session, cast, now, act, topic, event, told
):
    with db_session.begin_nested() as tried:
        act(db_session, cast, now)
        as_shipped = db_session.query(Message).count()
        tried.rollback()
    switch_off(db_session, topic, event)
    act(db_session, cast, now)

    assert (as_shipped, db_session.query(Message).count()) == (told, 0)


def test_every_kind_has_its_rules_and_its_name_among_the_topics(db_session):
    ruled = set(db_session.execute(select(MessageRule.kind, MessageRule.event)))

    common = ("arrived", "approved", "rejected", "urged")
    assert {(kind.name, kind.label) for kind in RecordKind} <= {
        (topic.name, topic.label) for topic in MessageTopic
    }
    assert {(kind.name, name) for kind in RecordKind for name in common} <= {
        (topic.name, event.name) for topic, event in ruled
    }
    assert {topic for topic, _event in ruled} == set(MessageTopic)
    assert {event for _topic, event in ruled} == set(MessageEvent)


def test_only_what_guards_accounts_is_told_by_no_rule():
    rooms = (PROJECT / "admin_app").rglob("*.py")
    telling = re.compile(r"import tell\b|import .*\btell,|messages\.tell\(")

    assert sorted(file.stem for file in rooms if telling.search(file.read_text())) == [
        "administrators",
        "corrections",
        "second_factor",
        "succession",
    ]


def test_statements_do_not_grow_with_the_batch(db_session, cast, decide, statements):
    people = [make.person(db_session, cast.school) for _ in range(30)]
    few = last_step(db_session, cast, people[:2])
    many = last_step(db_session, cast, people)

    with statements() as for_few:
        decide(few, cast.city_chief)
    # What is remembered of them would be read anew.
    few.clear()
    with statements() as for_many:
        decide(many, cast.city_chief)

    assert len(for_many) == len(for_few)
    assert db_session.query(Message).count() == 32


def verify(session, person, address, *, now):
    person.email = address
    session.add(
        VerifiedContact(
            person_id=person.id, channel=Channel.email, address=address, verified_at=now
        )
    )
    session.flush()


def test_unread_messages_are_one_mail_to_a_verified_address(
    db_session, cast, decide, now
):
    verify(db_session, cast.teacher, "teacher@example.org", now=now)
    verify(db_session, cast.colleague, "old@example.org", now=now)
    cast.colleague.email = "new@example.org"
    for _ in range(2):
        people = [cast.teacher, cast.colleague, cast.stranger]
        decide(last_step(db_session, cast, people), cast.city_chief)

    written = write_mails(db_session, words=in_language, is_served=True, now=now)
    again = write_mails(db_session, words=in_language, is_served=True, now=now)

    (mail,) = db_session.scalars(select(OutgoingMessage))
    assert (written, again) == (1, 0)
    assert (mail.address, mail.subject) == (
        "teacher@example.org",
        "继续教育平台有 2 条新消息",
    )
    assert mail.body == f"{APPROVED}\n{APPROVED}\n请登录平台办理或查看。"


def test_what_was_read_or_cannot_be_sent_is_not_mailed(db_session, cast, decide, now):
    verify(db_session, cast.teacher, "teacher@example.org", now=now)
    decide(last_step(db_session, cast, [cast.teacher]), cast.city_chief)
    db_session.execute(update(Message).values(read_at=now))
    read = write_mails(db_session, words=in_language, is_served=True, now=now)
    decide(last_step(db_session, cast, [cast.teacher]), cast.city_chief)
    unserved = write_mails(db_session, words=in_language, is_served=False, now=now)
    served = write_mails(db_session, words=in_language, is_served=True, now=now)

    assert (read, unserved, served) == (0, 0, 0)
    assert db_session.query(OutgoingMessage).count() == 0
