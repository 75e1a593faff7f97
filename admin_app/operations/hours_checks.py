"""学时审验: which credited hours may be taken back or given back, and what follows (R05).

The state of a declaration is `workflows.check_hours`'s business.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from admin_app.enums import (
    Action,
    AttachmentPurpose,
    MessageEvent,
    MessageTopic,
    State,
)
from admin_app.errors import Forbidden, Refused
from admin_app.models import (
    Account,
    AdminAssignment,
    Attachment,
    Certificate,
    CreditEntry,
    Declaration,
    HoursCheck,
    LearningFormVersion,
    Unit,
    WorkflowEvent,
)
from admin_app.operations.certificates import revoke_unmet
from admin_app.operations.claims import taken_hours
from admin_app.operations.credit import answer_credits
from admin_app.operations.history import Act
from admin_app.operations.messages import Told, tell_as_ruled
from admin_app.permissions import Actor
from admin_app.rules.amounts import plain
from admin_app.rules.attachments import MAX_ATTACHMENTS
from admin_app.rules.hour_steps import ZERO
from admin_app.rules.hours import year_room

REASON_LENGTH: Final = 500
REVIEWED: Final = "/admin/approve-hours/?tab=reviewed"
"""Where a unit reads what became of what it has decided."""
NOT_OPEN: Final[Mapping[tuple[Action, State], str]] = {
    (Action.revoke, State.revoked): "该申报的学时已经撤销，不能重复撤销。",
    (Action.restore, State.approved): "该申报的学时没有被撤销，无需恢复。",
}
NOT_CREDITED: Final = "该申报没有审核通过，没有计入学时，不能审验。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found: the reason, and the files that prove it."""

    reason: str
    evidence: Sequence[Attachment] = ()


def refuse_finding(action: Action, finding: Finding) -> None:
    """Refuse what does not say why, or does not prove it."""
    if not finding.reason:
        raise Refused("请填写原因，本人和经办单位会看到它。", field="comment")
    if len(finding.reason) > REASON_LENGTH:
        raise Refused(
            "原因最多 %(most)s 字，请缩短。", field="comment", most=REASON_LENGTH
        )
    if action is Action.revoke and not finding.evidence:
        raise Refused("请上传审验依据，例如核查记录的照片或文件。", field="attachments")
    if len(finding.evidence) > MAX_ATTACHMENTS:
        raise Refused(
            "审验依据最多 %(most)s 个文件，请减少后再上传。",
            field="attachments",
            most=MAX_ATTACHMENTS,
        )


def not_open(record: Declaration, action: Action) -> Refused:
    """Return why the hours of this declaration cannot be taken or given back."""
    return Refused(NOT_OPEN.get((action, record.state), NOT_CREDITED))


def refuse_inferior(
    session: Session, *, actor: Actor, rows: Mapping[int, Declaration]
) -> dict[int, Refused]:
    """Return which revocations come from a unit that is not the actor's, nor below it."""
    if actor.unit_id is None:
        return {}
    taken = (
        select(CreditEntry.declaration_id, Unit.name, Unit.path)
        .join(HoursCheck, HoursCheck.id == CreditEntry.check_id)
        .join(Unit, Unit.id == HoursCheck.unit_id, isouter=True)
        .where(CreditEntry.declaration_id.in_(list(rows)))
        .where(HoursCheck.action == Action.revoke)
        .order_by(CreditEntry.id)
    )
    latest = {
        key: (name, path)
        for key, name, path in session.execute(taken)
        if key is not None
    }
    return {
        key: Forbidden(
            "该申报的学时由%(unit)s撤销，只能由该单位或其上级恢复。",
            unit=name or "系统管理员",
        )
        for key, (name, path) in latest.items()
        if not (path or "").startswith(actor.unit_path)
    }


def refuse_over_year(
    session: Session, rows: Mapping[int, Declaration]
) -> dict[int, Refused]:
    """Return which declarations would, given back, be more than the year takes of a form.

    Others may have been declared since, which count as when a declaration is sent. Of
    several the first ones are given back.
    """
    limits = _limits(session, {row.form_version_id for row in rows.values()})
    limited = {k: row for k, row in rows.items() if row.form_version_id in limits}
    if not limited:
        return {}
    taken = taken_hours(session, {row.person_id for row in limited.values()})
    refused = {}
    for key, row in limited.items():
        version = limits[row.form_version_id]
        place = row.person_id, row.year, version.form_id
        already = taken.get(place, ZERO)
        room = year_room(version.caps, already)
        if room is not None and row.claimed > room:
            refused[key] = Refused(
                "“%(form)s”每年度最多计 %(cap)s 学时；该人员 %(year)s 年度已有 %(taken)s"
                " 学时（含审批中），恢复该申报的 %(hours)s 学时将超过上限，"
                "请先核对该年度的其他申报。",
                form=version.form.name,
                cap=plain(version.caps["per_year"]),
                year=row.year,
                taken=plain(already),
                hours=plain(row.claimed),
            )
        else:
            taken[place] = already + row.claimed
    return refused


def _limits(
    session: Session, version_ids: Collection[int]
) -> dict[int, LearningFormVersion]:
    """Return those of the versions by which a year takes only so much."""
    versions = session.scalars(
        select(LearningFormVersion)
        .where(LearningFormVersion.id.in_(version_ids))
        .options(joinedload(LearningFormVersion.form))
    )
    return {each.id: each for each in versions if each.caps.get("per_year") is not None}


def settle(
    session: Session, act: Act, record_ids: Sequence[int], finding: Finding
) -> None:
    """Write the check and its lines, revoke what no longer holds, tell who is concerned."""
    check = HoursCheck(
        unit_id=act.actor.unit_id,
        account_id=act.actor.account_id,
        actor_name=act.actor.name,
        action=act.action,
        reason=finding.reason,
        at=act.now,
    )
    session.add(check)
    session.flush()
    for position, file in enumerate(finding.evidence):
        file.check_id, file.position = check.id, position
        file.purpose = AttachmentPurpose.check_evidence
        session.add(file)
    answer_credits(session, record_ids=record_ids, check=check)
    checked = select(Declaration).where(Declaration.id.in_(record_ids))
    fresh = checked.order_by(Declaration.id).execution_options(populate_existing=True)
    rows = session.scalars(fresh).all()
    revoked = (
        revoke_unmet(
            session,
            years={(row.person_id, row.year) for row in rows},
            reason=finding.reason,
            now=act.now,
        )
        if act.action is Action.revoke
        else []
    )
    told = chain(_people_told(session, act, rows), _units_told(session, act, rows))
    topic, event = MessageTopic.declaration, EVENTS[act.action]
    tell_as_ruled(session, topic, event, told, now=act.now)
    if revoked:
        holders, topic = _holders_told(session, revoked), MessageTopic.certificate
        tell_as_ruled(session, topic, MessageEvent.revoked, holders, now=act.now)


EVENTS: Final = {
    Action.revoke: MessageEvent.revoked,
    Action.restore: MessageEvent.restored,
}
PERSON_TOLD: Final = {
    (
        Action.revoke,
        True,
    ): "%(unit)s审验后撤销了您 %(year)s 年度“%(title)s”的学时，原因：%(reason)s",
    (
        Action.revoke,
        False,
    ): "%(unit)s审验后撤销了您 %(year)s 年度“%(title)s”等 %(n)s 项申报的学时，原因：%(reason)s",
    (
        Action.restore,
        True,
    ): "%(unit)s恢复了您 %(year)s 年度“%(title)s”的学时，原因：%(reason)s",
    (
        Action.restore,
        False,
    ): "%(unit)s恢复了您 %(year)s 年度“%(title)s”等 %(n)s 项申报的学时，原因：%(reason)s",
}
UNIT_TOLD: Final = {
    Action.revoke: "%(unit)s审验后撤销了“%(title)s”等 %(n)s 项由贵单位经办的申报的学时，原因：%(reason)s",
    Action.restore: "%(unit)s恢复了“%(title)s”等 %(n)s 项由贵单位经办的申报的学时，原因：%(reason)s",
}
"""Sentences by the act, and for people by whether it is about one declaration."""
CERTIFICATE_TOLD: Final = (
    "您 %(year)s 年度的证书（编号 %(number)s）因学时撤销不再达标，已经撤销。"
)
COMPLETION: Final = "/me/completion/"


def _people_told(
    session: Session, act: Act, rows: Sequence[Declaration]
) -> Iterator[Told]:
    """Yield one message for each person and year."""
    accounts = _accounts(session, {row.person_id for row in rows})
    groups = defaultdict(list)
    for row in rows:
        groups[row.person_id, row.year].append(row)
    for (person_id, year), group in groups.items():
        if person_id in accounts:
            sentence = PERSON_TOLD[act.action, len(group) == 1]
            words = _words(act, group) | {"year": year}
            yield Told(accounts[person_id], sentence, f"{COMPLETION}{year}", words)


def _holders_told(session: Session, revoked: Sequence[Certificate]) -> Iterator[Told]:
    """Yield one message for each certificate that holds no longer."""
    accounts = _accounts(session, {each.person_id for each in revoked})
    for each in revoked:
        if each.person_id in accounts:
            words = {"year": each.year, "number": each.number}
            url = f"{COMPLETION}{each.year}"
            yield Told(accounts[each.person_id], CERTIFICATE_TOLD, url, words)


def _units_told(
    session: Session, act: Act, rows: Sequence[Declaration]
) -> Iterator[Told]:
    """Yield one message for each administrator of the units on the way of the rows."""
    by_id = {row.id: row for row in rows}
    concerned: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        concerned[row.unit_id].add(row.id)
        if row.filed_by_id is not None:
            concerned[row.filed_by_id].add(row.id)
    decided = (
        select(WorkflowEvent.unit_id, WorkflowEvent.record_id)
        .where(WorkflowEvent.kind == act.kind, WorkflowEvent.record_id.in_(by_id))
        .where(WorkflowEvent.action == Action.approve)
        .where(WorkflowEvent.unit_id.is_not(None))
    )
    for unit_id, record_id in session.execute(decided):
        if unit_id is not None:
            concerned[unit_id].add(record_id)
    concerned.pop(act.actor.unit_id or 0, None)
    by_account: dict[int, set[int]] = defaultdict(set)
    for account_id, unit_id in _administrators(session, concerned):
        by_account[account_id] |= concerned[unit_id]
    for account_id, keys in by_account.items():
        words = _words(act, [by_id[key] for key in sorted(keys)])
        yield Told(account_id, UNIT_TOLD[act.action], REVIEWED, words)


def _words(act: Act, rows: Sequence[Declaration]) -> dict[str, object]:
    return {
        "unit": act.actor.unit_name or "系统管理员",
        "title": rows[0].title,
        "n": len(rows),
        "reason": act.comment,
    }


def _accounts(session: Session, people: Collection[int]) -> dict[int, int]:
    found = select(Account.person_id, Account.id).where(Account.person_id.in_(people))
    return dict(session.execute(found).all())


def _administrators(
    session: Session, units: Collection[int]
) -> Sequence[tuple[int, int]]:
    assignment = AdminAssignment
    statement = select(assignment.account_id, assignment.unit_id).where(
        assignment.unit_id.in_(units),
        assignment.department_id.is_(None),
        ~assignment.is_disabled,
    )
    return session.execute(statement).all()
