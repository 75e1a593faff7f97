"""A person asks for their name or identity number to be corrected (P04, R04)."""

import datetime as dt
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.enums import CorrectionOutcome, MessageEvent, MessageTopic
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import Attachment, CorrectionRequest, Person
from admin_app.operations.corrections import Correction, cleaned
from admin_app.operations.holding import held
from admin_app.operations.messages import Told, tell_as_ruled
from admin_app.permissions import Actor, permits
from admin_app.rules.identity import fold_id_number

PAGE: Final = "/me/profile/correction"
REFUSED: Final = "您的更正申请未予办理：%(reason)s"
WAITING: Final = "您已提交更正申请，请等待系统管理员办理，或先撤回后重新提交。"


def latest_request(session: Session, *, person_id: int) -> CorrectionRequest | None:
    """Return what the person asked last, open or answered."""
    return session.scalar(
        select(CorrectionRequest)
        .where(CorrectionRequest.person_id == person_id)
        .order_by(CorrectionRequest.id.desc())
        .limit(1)
    )


def refuse_request(
    session: Session, *, actor: Actor, correction: Correction, today: dt.date
) -> Correction:
    """Return what the actor may ask for with clean values, or refuse it.

    Whether somebody else has that number is not told to them.
    """
    if not actor.is_individual:
        raise Forbidden("只有本人可以申请更正自己的姓名和身份证号码。")
    if _open_request(session, actor.person_id) is not None:
        raise Conflict(WAITING)
    person = session.get_one(Person, actor.person_id)
    return cleaned(person, correction, today=today)


def ask_correction(
    session: Session,
    *,
    actor: Actor,
    correction: Correction,
    evidence: Attachment,
    today: dt.date,
) -> CorrectionRequest:
    """Send the request with its paper; one at a time."""
    person = held(session, actor.person_id)
    right = refuse_request(session, actor=actor, correction=correction, today=today)
    evidence.person_id = person.id
    wish = CorrectionRequest(
        person_id=person.id,
        name="" if right.name == person.name else right.name,
        id_number=None if right.id_number == person.id_number else right.id_number,
        reason=right.reason,
        evidence=evidence,
    )
    session.add(wish)
    session.flush()
    return wish


def withdraw_request(session: Session, *, actor: Actor, now: dt.datetime) -> str:
    """Take the actor's open request back; return the key of its paper, which goes."""
    wish = _open_request(session, actor.person_id, is_held=True)
    if not actor.is_individual or wish is None:
        raise Conflict("该申请已办结，不能撤回。")
    evidence, wish.evidence = wish.evidence, None
    wish.outcome, wish.answered_at = CorrectionOutcome.withdrawn, now
    session.flush()
    if evidence is None:
        return ""
    session.delete(evidence)
    session.flush()
    return evidence.key


def hold_open(session: Session, wish: CorrectionRequest) -> None:
    """Keep a request from being answered or withdrawn by others; Conflict if it was."""
    session.refresh(wish, with_for_update=True)
    if wish.outcome is not None:
        raise Conflict("该申请已办结，请刷新后查看。")


def refuse_different(wish: CorrectionRequest, id_number: str) -> None:
    """Refuse a number that was read from the paper and is not the one asked for."""
    if wish.id_number and fold_id_number(id_number) != wish.id_number:
        raise Refused(
            "输入的号码与申请人填写的不一致，请对照证明材料核对；"
            "确属申请人填错的，请不予更正并说明原因。",
            field="id_number",
        )


def answer_request(
    session: Session,
    wish: CorrectionRequest,
    *,
    actor: Actor,
    outcome: CorrectionOutcome,
    answer: str = "",
    now: dt.datetime,
) -> None:
    """Close an open request; who is refused is told why."""
    if not permits(actor, "records:correct"):
        raise Forbidden("只有系统管理员可以更正姓名和身份证号码。")
    hold_open(session, wish)
    wish.outcome, wish.answer, wish.answered_at = outcome, answer, now
    session.flush()
    account = wish.person.account
    if outcome is CorrectionOutcome.refused and account is not None:
        told = [Told(account.id, REFUSED, PAGE, {"reason": answer})]
        topic, event = MessageTopic.correction, MessageEvent.rejected
        tell_as_ruled(session, topic, event, told, now=now)


def _open_request(
    session: Session, person_id: int, *, is_held: bool = False
) -> CorrectionRequest | None:
    """Return what the person asks for, as it is now; held, nobody else answers it."""
    statement = select(CorrectionRequest).where(
        CorrectionRequest.person_id == person_id, CorrectionRequest.outcome.is_(None)
    )
    if is_held:
        statement = statement.with_for_update().execution_options(
            populate_existing=True
        )
    return session.scalar(statement)
