"""学时审验: hours are taken back and given back, and everything that follows."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from admin_app.enums import Action, AttachmentPurpose, EntryKind, RecordKind, State
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import (
    Attachment,
    Certificate,
    CreditEntry,
    Declaration,
    HoursCheck,
    Message,
    YearTotal,
)
from admin_app.operations.certificates import issue_certificate
from admin_app.operations.credit import (
    answer_credits,
    unbalanced_totals,
)
from admin_app.operations.history import history
from admin_app.operations.hours_checks import Finding
from admin_app.workflows import check_hours, open_actions, perform
from tests import factories as make
from tests.cast import actor
from tests.declaring import TODAY


@pytest.fixture
def credited(db_session, cast, now):
    """Approve a declaration of so many hours, as the last unit does."""

    def crediting(person=cast.teacher, *, hours="60", decider=cast.city, **values):
        record = make.declaration(
            db_session,
            person,
            claimed=Decimal(hours),
            computed=Decimal(hours),
            **values,
        )
        make.waiting(record, decider, step=2)
        db_session.flush()
        chief = {cast.city.id: cast.city_chief}[decider.id]
        perform(
            db_session,
            actor=actor(db_session, chief),
            record=record,
            action=Action.approve,
            now=now,
        )
        return record

    return crediting


def proof(number=1):
    return Attachment(
        key=f"20251118-{number:032x}",
        purpose=AttachmentPurpose.check_evidence,
        file_name="核查记录.jpg",
        media_type="image/jpeg",
        size=1,
        sha256="",
    )


@dataclass
class Checker:
    """Checks as the city's chief, unless somebody else is named."""

    session: object
    cast: object
    now: object
    number: int = 0

    def __call__(self, action, *records, who=None, reason="证书与原件不符", files=1):
        first = self.number + 1
        self.number += files
        return check_hours(
            self.session,
            actor=actor(self.session, who or self.cast.city_chief),
            action=action,
            ids=dict.fromkeys(record.id for record in records),
            finding=Finding(
                reason=reason, evidence=[proof(first + n) for n in range(files)]
            ),
            now=self.now,
        )


@pytest.fixture
def check(db_session, cast, now):
    return Checker(db_session, cast, now)


def lines(session, record):
    rows = session.execute(
        select(CreditEntry.kind, CreditEntry.amount)
        .where(CreditEntry.declaration_id == record.id)
        .order_by(CreditEntry.id)
    )
    return [(row.kind, int(row.amount)) for row in rows]


def total(session, person):
    amounts = session.scalars(
        select(YearTotal.amount).where(YearTotal.person_id == person.id)
    )
    return int(sum(amounts))


def told(session, who):
    account_id = getattr(who, "account_id", None) or who.account.id
    messages = session.scalars(
        select(Message).where(Message.account_id == account_id).order_by(Message.id)
    )
    return [message.sentence % message.values for message in messages]


def test_hours_are_taken_back_by_a_line_of_their_own(db_session, cast, credited, check):
    record = credited()

    result = check(Action.revoke, record)

    last = history(db_session, RecordKind.declaration, record.id)[-1]
    assert result.done == [record.id]
    assert (record.state, last.action, last.comment) == (
        State.revoked,
        Action.revoke,
        "证书与原件不符",
    )
    assert lines(db_session, record) == [
        (EntryKind.credit, 60),
        (EntryKind.reversal, -60),
    ]
    assert total(db_session, cast.teacher) == 0
    assert unbalanced_totals(db_session) == []


def test_what_was_taken_back_can_be_given_back_and_taken_again(
    db_session, cast, credited, check
):
    record = credited()

    check(Action.revoke, record)
    check(Action.restore, record, files=0)
    restored = (record.state, total(db_session, cast.teacher))
    check(Action.revoke, record)

    assert restored == (State.approved, 60)
    assert lines(db_session, record) == [
        (EntryKind.credit, 60),
        (EntryKind.reversal, -60),
        (EntryKind.restoration, 60),
        (EntryKind.reversal, -60),
    ]
    assert total(db_session, cast.teacher) == 0
    assert unbalanced_totals(db_session) == []


def issue(session, cast, now):
    return issue_certificate(
        session,
        person=cast.teacher,
        year=2025,
        actor=actor(session, cast.teacher),
        now=now,
        today=TODAY,
    )


def test_certificate_that_no_longer_holds_is_revoked_and_issued_anew(
    db_session, cast, credited, check, now
):
    make.public_hours(db_session, cast.teacher, 30)
    record = credited()
    old = issue(db_session, cast, now)

    check(Action.revoke, record)
    with pytest.raises(Refused, match="尚未达标"):
        issue(db_session, cast, now)
    check(Action.restore, record, reason="复核有误", files=0)
    new = issue(db_session, cast, now)

    assert (old.revoked_at, old.revoked_reason) == (now, "证书与原件不符")
    assert (new.revoked_at, new.number != old.number) == (None, True)


def test_certificate_that_still_holds_stays(db_session, cast, credited, check, now):
    make.public_hours(db_session, cast.teacher, 30)
    extra, _needed = credited(hours="5"), credited()
    held = issue(db_session, cast, now)

    check(Action.revoke, extra)

    assert db_session.get(Certificate, held.id).revoked_at is None


def test_person_and_units_on_the_way_are_told_once_each(
    db_session, cast, credited, check, now
):
    make.public_hours(db_session, cast.teacher, 30)
    records = [credited(title=f"培训{n}") for n in range(3)]
    held = issue(db_session, cast, now)

    db_session.query(Message).delete()
    check(Action.revoke, *records)

    assert told(db_session, cast.teacher) == [
        "市人社局审验后撤销了您 2025 年度“培训0”等 3 项申报的学时，原因：证书与原件不符",
        f"您 2025 年度的证书（编号 {held.number}）因学时撤销不再达标，已经撤销。",
    ]
    assert told(db_session, cast.chief) == [
        "市人社局审验后撤销了“培训0”等 3 项由贵单位经办的申报的学时，原因：证书与原件不符"
    ]
    assert told(db_session, cast.city_chief) == []
    assert told(db_session, cast.stranger) == []


REFUSED = {
    "no reason": ({"reason": ""}, "请填写原因"),
    "a reason of a page": ({"reason": "因" * 501}, "原因最多"),
    "no evidence": ({"files": 0}, "请上传审验依据"),
    "too much evidence": ({"files": 6}, "审验依据最多"),
    "without the right": ({"who": "chief"}, "没有办理此类业务的权限"),
}


@pytest.mark.parametrize(("values", "sentence"), REFUSED.values(), ids=REFUSED)
def test_check_is_refused_in_a_sentence(
    db_session, cast, credited, check, values, sentence
):
    record = credited()
    if who := values.get("who"):
        values = values | {"who": getattr(cast, who)}

    with pytest.raises(Refused, match=sentence):
        check(Action.revoke, record, **values)

    assert (record.state, db_session.query(HoursCheck).count()) == (State.approved, 0)


def test_every_declaration_is_told_why_it_is_not_for_a_check(
    db_session, cast, credited, check
):
    good, taken = credited(), credited()
    check(Action.revoke, taken)
    waiting = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    own = credited(cast.colleague)
    role = make.chief_role(db_session, cast.city.kind)
    who = make.assignment(
        db_session, cast.colleague.account, cast.city, role, is_chief=False
    )

    result = check(Action.revoke, good, taken, waiting, own, who=who)
    back = check(Action.restore, own, waiting, files=0)

    sentences = {key: str(why) for key, why in result.refused.items()}
    assert result.done == [good.id]
    assert sentences == {
        taken.id: "该申报的学时已经撤销，不能重复撤销。",
        waiting.id: "该申报没有审核通过，没有计入学时，不能审验。",
        own.id: "不能办理本人的事项，请由本单位其他管理员办理。",
    }
    assert {key: str(why) for key, why in back.refused.items()} == {
        waiting.id: "该申报没有审核通过，没有计入学时，不能审验。",
        own.id: "该申报的学时没有被撤销，无需恢复。",
    }


def test_declaration_out_of_scope_does_not_exist(db_session, cast, credited, check):
    record = credited()
    elsewhere = make.unit(db_session, cast.province, kind=cast.city.kind, name="外市")
    outsider = make.administrator(db_session, elsewhere)

    result = check(Action.revoke, record, who=outsider)

    assert str(result.refused[record.id]) == "该记录不存在，或不在您的管辖范围内。"
    assert record.state is State.approved


def test_only_who_took_hours_back_or_a_superior_gives_them_back(
    db_session, cast, credited, check
):
    record = credited()
    check(Action.revoke, record, who=cast.province_chief)

    below = check(Action.restore, record, files=0)
    above = check(Action.restore, record, who=cast.province_chief, files=0)

    assert str(below.refused[record.id]) == (
        "该申报的学时由省人社厅撤销，只能由该单位或其上级恢复。"
    )
    assert isinstance(below.refused[record.id], Forbidden)
    assert above.done == [record.id]


def cap_year(session, record, hours):
    """Let a year take only so many hours of the form of these records."""
    record.form_version.caps = {"per_year": hours}
    session.flush()


def test_hours_that_others_have_taken_the_place_of_are_not_given_back(
    db_session, cast, credited, check
):
    taken = credited(hours="40")
    cap_year(db_session, taken, 60)
    check(Action.revoke, taken)
    other = credited(hours="30")
    make.waiting(
        make.declaration(db_session, cast.teacher, claimed=Decimal(5)), cast.school
    )

    result = check(Action.restore, taken, files=0)
    check(Action.revoke, other)
    back = check(Action.restore, taken, files=0)

    assert str(result.refused[taken.id]) == (
        "“培训班、研修班”每年度最多计 60 学时；该人员 2025 年度已有 35 学时（含审批中），"
        "恢复该申报的 40 学时将超过上限，请先核对该年度的其他申报。"
    )
    assert back.done == [taken.id]
    assert unbalanced_totals(db_session) == []


def test_of_several_only_what_fits_into_the_year_is_given_back(
    db_session, cast, credited, check
):
    records = [credited(hours="30") for _ in range(3)]
    elsewhere = credited(cast.colleague, hours="60")
    cap_year(db_session, elsewhere, 60)
    check(Action.revoke, *records, elsewhere)

    result = check(Action.restore, *records, elsewhere, files=0)

    assert result.done == [records[0].id, records[1].id, elsewhere.id]
    assert list(result.refused) == [records[2].id]


def test_a_version_that_was_not_seen_is_refused(db_session, cast, credited, now):
    record = credited()

    result = check_hours(
        db_session,
        actor=actor(db_session, cast.city_chief),
        action=Action.revoke,
        ids={record.id: record.version - 1},
        finding=Finding(reason="不符", evidence=[proof()]),
        now=now,
    )

    assert isinstance(result.refused[record.id], Conflict)


OPEN = {
    "who may": ("city_chief", {Action.revoke}, {Action.restore}),
    "the school, which may not": ("chief", set(), set()),
    "the person": ("teacher", set(), set()),
}


@pytest.mark.parametrize(("who", "before", "after"), OPEN.values(), ids=OPEN)
def test_acts_are_offered_to_whom_they_are_open(
    db_session, cast, credited, check, who, before, after
):
    record, who = credited(), actor(db_session, getattr(cast, who))

    first = open_actions(who, record)
    check(Action.revoke, record)

    assert (set(first), set(open_actions(who, record))) == (before, after)


def test_a_line_is_answered_once_whatever_the_state_says(
    db_session, cast, credited, check, now
):
    record = credited()
    check(Action.revoke, record)
    again = HoursCheck(
        account_id=cast.city_chief.account_id,
        actor_name="某人",
        action=Action.revoke,
        reason="再次",
        at=now,
    )
    db_session.add(again)
    db_session.flush()

    with pytest.raises(Conflict, match="没有可以冲回的学时"):
        answer_credits(db_session, record_ids=[record.id], check=again)


def test_total_never_falls_below_zero(db_session, cast, credited):
    credited()

    with pytest.raises(IntegrityError):
        db_session.execute(update(YearTotal).values(amount=Decimal(-1)))


def test_number_of_statements_does_not_grow(
    db_session, cast, credited, check, statements
):
    few = [credited(cast.teacher, hours="1") for _ in range(2)]
    people = [make.person(db_session, cast.school) for _ in range(8)]
    many = [credited(person, hours="1") for person in people for _ in range(2)]

    with statements() as for_few:
        check(Action.revoke, *few)
    with statements() as for_many:
        check(Action.revoke, *many)

    assert len(for_many) == len(for_few)
    assert db_session.query(Declaration).filter_by(state=State.revoked).count() == 18
