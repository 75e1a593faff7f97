"""Declarations before they are decided: who may write them, and when they are ready."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from admin_app.enums import Action, RecordKind, Source, State, SubjectKind
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import (
    CreditEntry,
    Declaration,
    LearningFormVersion,
    WorkflowEvent,
    YearTotal,
)
from admin_app.operations import declarations as acts
from admin_app.operations.credit import unbalanced_totals
from admin_app.operations.history import history
from admin_app.operations.own_records import own_counts, own_records
from admin_app.rules.learning_forms import AnswersRefused
from admin_app.workflows import perform
from tests import factories as make
from tests.cast import actor
from tests.declaring import TODAY, attachment, claim, loose_picture


@pytest.fixture
def draft(db_session, cast):
    """Write a draft as a member of the cast for some people."""

    def write(who=None, people=None, *, is_complete=True, **changes):
        who = who or cast.teacher
        return acts.draft(
            db_session,
            actor=actor(db_session, who),
            person_ids=[person.id for person in people or [cast.teacher]],
            claim=claim(**changes),
            today=TODAY,
            is_complete=is_complete,
        )

    return write


@pytest.fixture
def send(db_session, now):
    """Check a declaration and send it, as the pages do."""

    def sending(who, record):
        me = actor(db_session, who)
        acts.make_ready(db_session, actor=me, record_id=record.id, today=TODAY)
        perform(db_session, actor=me, record=record, action=Action.submit, now=now)

    return sending


@pytest.mark.feature("P16")
@pytest.mark.requirement("AZ-03")
def test_draft_takes_its_place_from_the_person(cast, draft):
    [record] = draft()

    assert (record.state, record.source, record.subject_kind) == (
        State.draft,
        Source.individual,
        SubjectKind.professional,
    )
    assert (record.unit_id, record.department_id, record.filed_by_id) == (
        cast.school.id,
        cast.office.id,
        None,
    )
    assert (record.claimed, record.computed) == (Decimal(24), Decimal(24))


@pytest.mark.feature("U36")
def test_unit_files_one_declaration_for_each_person(cast, draft):
    records = draft(cast.chief, [cast.teacher, cast.colleague])

    assert [(r.person_id, r.source, r.filed_by_id) for r in records] == [
        (cast.teacher.id, Source.unit, cast.school.id),
        (cast.colleague.id, Source.unit, cast.school.id),
    ]


WRONG_PEOPLE = {
    "a person files for another": ("teacher", ["colleague"], Forbidden),
    "a person files for themself and another": (
        "teacher",
        ["teacher", "colleague"],
        Forbidden,
    ),
    "a unit files for another unit's person": ("chief", ["stranger"], Refused),
    "a unit above files past the person's unit": ("bureau_chief", ["teacher"], Refused),
    "an administrator without the right": ("reviewer", ["teacher"], Forbidden),
}


@pytest.mark.requirement("AZ-03", "AZ-11")
@pytest.mark.parametrize(
    ("who", "people", "kind"), WRONG_PEOPLE.values(), ids=WRONG_PEOPLE
)
def test_nobody_files_for_people_who_are_not_theirs(
    db_session, cast, draft, who, people, kind
):
    with pytest.raises(Refused) as refused:
        draft(getattr(cast, who), [getattr(cast, name) for name in people])

    assert type(refused.value) is kind
    assert db_session.query(Declaration).count() == 0


def test_department_administrator_files_for_the_department_only(
    db_session, cast, draft
):
    role = make.role(db_session, "declare_hours:create", unit=cast.school)
    head = make.administrator(db_session, cast.school, role, department=cast.office)

    [record] = draft(head, [cast.teacher])
    with pytest.raises(Refused):
        draft(head, [cast.colleague])

    assert record.person_id == cast.teacher.id


def test_nobody_and_too_many_are_refused(db_session, cast, draft):
    crowd = [make.person(db_session, cast.school) for _ in range(acts.MOST_PEOPLE + 1)]

    with pytest.raises(Refused) as nobody:
        acts.draft(
            db_session,
            actor=actor(db_session, cast.chief),
            person_ids=[],
            claim=claim(),
            today=TODAY,
            is_complete=True,
        )
    with pytest.raises(Refused) as crowded:
        draft(cast.chief, crowd)

    assert (nobody.value.field, crowded.value.field) == ("people", "people")


@pytest.mark.feature("P23")
@pytest.mark.parametrize("state", State, ids=lambda state: state.name)
def test_only_what_is_not_under_way_is_changed_and_deleted(
    db_session, cast, draft, now, state
):
    [record] = draft()
    if state is State.pending:
        make.waiting(record, cast.school)
    record.state = state
    db_session.flush()
    me = actor(db_session, cast.teacher)
    done = []

    for name, act in {
        "revised": lambda: acts.revise(
            db_session,
            actor=me,
            record_id=record.id,
            claim=claim(title="另一个名称"),
            today=TODAY,
            is_complete=False,
        ),
        "deleted": lambda: acts.delete(
            db_session, actor=me, record_id=record.id, now=now
        ),
    }.items():
        try:
            act()
            done.append(name)
        except Conflict:
            pass

    is_open = state in {State.draft, State.rejected, State.withdrawn}
    assert done == (["revised", "deleted"] if is_open else [])
    assert record.title == ("另一个名称" if is_open else "专业技能培训班")
    assert (record.deleted_at is not None) is is_open


OTHERS = {
    "a colleague": "colleague",
    "the person's unit": "chief",
    "a stranger": "stranger",
    "the superuser": "superuser",
}


@pytest.mark.parametrize("who", OTHERS.values(), ids=OTHERS)
def test_only_the_declarant_changes_a_declaration(db_session, cast, draft, now, who):
    [record] = draft()

    with pytest.raises(Forbidden):
        acts.delete(
            db_session,
            actor=actor(db_session, getattr(cast, who)),
            record_id=record.id,
            now=now,
        )

    assert record.deleted_at is None


def test_person_does_not_change_what_their_unit_filed(db_session, cast, draft, now):
    [record] = draft(cast.chief, [cast.teacher])

    with pytest.raises(Forbidden):
        acts.delete(
            db_session,
            actor=actor(db_session, cast.teacher),
            record_id=record.id,
            now=now,
        )


def test_drafts_of_a_unit_are_not_told_to_the_person(db_session, cast, draft, send):
    [kept, sent] = [*draft(cast.chief), *draft(cast.chief, title="已提交的")]
    attachment(db_session, sent)
    send(cast.chief, sent)
    me = actor(db_session, cast.teacher)

    seen = [
        acts.find_declaration(db_session, actor=me, record_id=r.id)
        for r in (kept, sent)
    ]
    listed = own_records(db_session, person_id=cast.teacher.id)

    assert seen == [None, sent]
    assert [row.id for row in listed.rows] == [sent.id]
    assert own_counts(db_session, person_id=cast.teacher.id) == {
        ("hours", State.pending): 1
    }


@pytest.mark.feature("P23")
def test_deleted_declaration_is_gone_from_every_list(db_session, cast, draft, now):
    [record] = draft()
    me = actor(db_session, cast.teacher)

    acts.delete(db_session, actor=me, record_id=record.id, now=now)

    assert acts.find_declaration(db_session, actor=me, record_id=record.id) is None
    assert own_records(db_session, person_id=cast.teacher.id).rows == []
    assert db_session.get(Declaration, record.id) is record


@pytest.mark.feature("P20")
def test_list_shows_three_sources_and_five_filters(db_session, cast):
    base = {
        "source": Source.base,
        "filed_by_id": cast.base.id,
        "created_by_id": cast.base_chief.account_id,
    }
    of_base = make.declaration(db_session, cast.teacher, state=State.approved, **base)
    made = {
        state: make.declaration(db_session, cast.teacher, state=state).id
        for state in State
        if state is not State.pending
    }
    waiting = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    make.declaration(db_session, cast.colleague)
    db_session.flush()

    def ids(tab, chosen=""):
        page = own_records(
            db_session, person_id=cast.teacher.id, tab=tab, chosen=chosen
        )
        return {row.id for row in page.rows}

    assert ids("hours") == {*made.values(), waiting.id}
    assert ids("credits") == set()
    assert ids("base") == {of_base.id}
    assert ids("hours", "draft") == {made[State.draft], made[State.withdrawn]}
    assert ids("hours", "pending") == {waiting.id}
    assert ids("hours", "approved") == {made[State.approved]}
    assert ids("hours", "rejected") == {made[State.rejected]}
    assert ids("hours", "revoked") == {made[State.revoked]}


def test_list_continues_where_the_page_ended(db_session, cast):
    made = [make.declaration(db_session, cast.teacher).id for _ in range(5)]

    def page(before=None):
        return own_records(
            db_session, person_id=cast.teacher.id, before=before, limit=2
        )

    first = page()
    second = page(first.next_before)
    third = page(second.next_before)

    seen = [row.id for each in (first, second, third) for row in each.rows]
    assert seen == made[::-1]
    assert third.next_before is None


class TestReady:
    """What is checked when a stored declaration is sent."""

    @pytest.mark.requirement("WF-07")
    def test_place_is_that_of_the_moment(self, db_session, cast, draft, send):
        [record] = draft()
        attachment(db_session, record)
        cast.teacher.unit, cast.teacher.department = cast.other_school, None
        db_session.flush()

        send(cast.teacher, record)

        assert (record.unit_id, record.department_id, record.decider_id) == (
            cast.other_school.id,
            None,
            cast.other_school.id,
        )

    @pytest.mark.feature("P18")
    def test_required_proof_is_asked_for(self, db_session, cast, draft, send):
        [record] = draft()

        with pytest.raises(Refused) as refused:
            send(cast.teacher, record)

        assert str(refused.value) == (
            "请上传证明材料的图片：培训通知（文件）、结业证书、单位证明材料。"
        )

    def test_gaps_are_refused(self, db_session, cast, draft, send):
        [record] = draft(is_complete=False, answers={"organizer": ""})
        attachment(db_session, record)

        with pytest.raises(AnswersRefused) as refused:
            send(cast.teacher, record)

        assert set(refused.value.problems) == {"answer_organizer"}

    @pytest.mark.requirement("IN-07")
    def test_form_that_changed_meanwhile_is_looked_at_again(
        self, db_session, cast, draft, send
    ):
        [record] = draft()
        attachment(db_session, record)
        old = record.form_version
        old.is_current = False
        db_session.flush()
        db_session.add(
            LearningFormVersion(
                form_id=old.form_id, number=9, is_current=True, rule=old.rule, caps={}
            )
        )
        db_session.flush()

        with pytest.raises(Refused) as refused:
            send(cast.teacher, record)

        assert refused.value.field == "form_code"
        assert record.state is State.draft

    def test_window_that_closed_meanwhile_is_said(self, db_session, cast, draft):
        [record] = draft()
        attachment(db_session, record)

        with pytest.raises(AnswersRefused) as refused:
            acts.make_ready(
                db_session,
                actor=actor(db_session, cast.teacher),
                record_id=record.id,
                today=TODAY + timedelta(days=60),
            )

        assert set(refused.value.problems) == {"credit_year"}

    def test_cap_of_the_year_counts_what_was_sent_meanwhile(
        self, db_session, cast, draft, send
    ):
        version = make.form_version(db_session)
        version.caps = {**version.caps, "per_year": 40}
        records = [*draft(), *draft(title="第二次")]
        for record in records:
            attachment(db_session, record)
        send(cast.teacher, records[0])

        with pytest.raises(AnswersRefused) as refused:
            send(cast.teacher, records[1])

        assert set(refused.value.problems) == {"claimed_hours"}


class TestPictures:
    """Five pictures at most, and only on what is not under way."""

    @pytest.mark.feature("P18")
    @pytest.mark.parametrize(
        ("there", "added", "fits"),
        [(0, 5, True), (4, 1, True), (0, 6, False), (5, 1, False), (3, 3, False)],
    )
    def test_five_fit_and_six_do_not(self, db_session, draft, there, added, fits):
        [record] = draft()
        for number in range(there):
            attachment(db_session, record, number + 1)
        more = [loose_picture(number) for number in range(added)]

        try:
            acts.attach(db_session, record=record, pictures=more)
            attached = True
        except Refused:
            attached = False

        assert attached is fits

    def test_picture_is_taken_off_a_draft(self, db_session, cast, draft):
        [record] = draft()
        first, second = (attachment(db_session, record, n) for n in (1, 2))

        acts.detach(
            db_session,
            actor=actor(db_session, cast.teacher),
            record_id=record.id,
            picture_id=first.id,
        )

        db_session.refresh(record)
        assert record.attachments == [second]

    def test_picture_of_another_declaration_stays(self, db_session, cast, draft):
        [mine] = draft()
        other = make.declaration(db_session, cast.colleague)
        foreign = attachment(db_session, other)

        with pytest.raises(Refused):
            acts.detach(
                db_session,
                actor=actor(db_session, cast.teacher),
                record_id=mine.id,
                picture_id=foreign.id,
            )

        assert other.attachments == [foreign]

    def test_quota_of_a_person_is_kept(self, db_session, draft):
        [record] = draft()
        attachment(db_session, record).size = acts.QUOTA_BYTES
        db_session.flush()

        with pytest.raises(Refused) as refused:
            acts.attach(db_session, record=record, pictures=[loose_picture()])

        assert refused.value.field == "attachments"

    def test_deleting_a_declaration_makes_room(self, db_session, cast, draft, now):
        [full], [record] = draft(), draft()
        attachment(db_session, full).size = acts.QUOTA_BYTES
        acts.delete(
            db_session,
            actor=actor(db_session, cast.teacher),
            record_id=full.id,
            now=now,
        )

        acts.attach(db_session, record=record, pictures=[loose_picture()])

        assert len(record.attachments) == 1


@pytest.mark.feature("U37", "P17", "R01", "R02")
@pytest.mark.requirement("WF-02")
def test_story_from_draft_to_hours_on_the_real_ladder(
    db_session, cast, draft, send, now
):
    [record] = draft()
    attachment(db_session, record)
    send(cast.teacher, record)
    earned = []

    for decider in (cast.chief, cast.bureau_chief, cast.city_chief):
        earned.append(db_session.query(CreditEntry).count())
        perform(
            db_session,
            actor=actor(db_session, decider),
            record=record,
            action=Action.approve,
            comment="同意",
            now=now,
        )

    assert earned == [0, 0, 0]
    entry = db_session.query(CreditEntry).one()
    assert (entry.person_id, entry.year, entry.amount) == (
        cast.teacher.id,
        2025,
        Decimal(24),
    )
    assert db_session.query(YearTotal.amount).one() == (Decimal(24),)
    assert unbalanced_totals(db_session) == []
    units = [
        event.unit_id
        for event in history(db_session, RecordKind.declaration, record.id)
    ]
    assert units == [
        cast.school.id,
        cast.school.id,
        cast.bureau.id,
        cast.city.id,
    ]


@pytest.mark.feature("P22")
def test_rejected_declaration_is_corrected_and_sent_again(
    db_session, cast, draft, send, now
):
    [record] = draft()
    attachment(db_session, record)
    send(cast.teacher, record)
    perform(
        db_session,
        actor=actor(db_session, cast.chief),
        record=record,
        action=Action.reject,
        comment="天数有误",
        now=now,
    )

    acts.revise(
        db_session,
        actor=actor(db_session, cast.teacher),
        record_id=record.id,
        claim=claim(answers={"days": "2"}, claimed="16"),
        today=TODAY,
        is_complete=True,
    )
    send(cast.teacher, record)

    event = WorkflowEvent
    sent = select(event.snapshot).where(event.action == Action.submit)
    told = db_session.scalars(sent.order_by(event.id))
    assert [snapshot["claimed"] for snapshot in told] == ["24", "16"]
    assert record.state is State.pending
