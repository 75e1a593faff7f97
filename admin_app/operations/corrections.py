"""A person's name and identity number, corrected with reason and evidence (R04, P04)."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.errors import Forbidden, Refused
from admin_app.models import Attachment, Person
from admin_app.operations import accounts, audit, messages
from admin_app.permissions import Actor, permits
from admin_app.rules.identity import fold_id_number, parse_id_number
from admin_app.rules.masks import mask_id_number
from admin_app.rules.texts import clean_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is right instead; an empty text leaves what is there."""

    name: str
    id_number: str
    reason: str


def refuse_correction(
    session: Session, *, person: Person, correction: Correction, today: dt.date
) -> Correction:
    """Return the correction with clean values, or refuse what cannot be right."""
    right = cleaned(person, correction, today=today)
    others = Person.id_number == right.id_number, Person.id != person.id
    holder = session.scalar(select(Person.name).where(*others))
    if holder is not None:
        raise Refused(
            "该身份证号码已登记在“%(name)s”名下。请核对两份资料："
            "号码填错的一方先更正，同一个人重复注册的，请先锁定多余的账号并更正其号码。",
            field="id_number",
            name=holder,
        )
    return right


def cleaned(person: Person, correction: Correction, *, today: dt.date) -> Correction:
    """Return the correction with clean values; it asks nothing about other people."""
    name = clean_name(correction.name, field="name") if correction.name else person.name
    number = person.id_number
    if correction.id_number:
        typed = fold_id_number(correction.id_number)
        number = parse_id_number(typed, today=today).number
    if (name, number) == (person.name, person.id_number):
        raise Refused("姓名和身份证号码都没有变化，无需更正。", field="name")
    return Correction(name=name, id_number=number, reason=correction.reason)


def correct_identity(
    session: Session,
    *,
    actor: Actor,
    person: Person,
    correction: Correction,
    evidence: Attachment,
    now: dt.datetime,
    today: dt.date,
) -> None:
    """Put the right name and number in force; records, hours and roles stay theirs.

    Every session of the person ends, and they are told.
    """
    if not permits(actor, "records:correct"):
        raise Forbidden("只有系统管理员可以更正姓名和身份证号码。")
    right = refuse_correction(
        session, person=person, correction=correction, today=today
    )
    before = {"name": person.name, "id_number": mask_id_number(person.id_number)}
    facts = parse_id_number(right.id_number, today=today)
    person.name, person.id_number = right.name, right.id_number
    person.sex, person.birth_date = facts.sex, facts.birth_date
    evidence.person_id = person.id
    session.add(evidence)
    session.flush()
    audit.record(
        session,
        "correct_identity",
        object_kind="person",
        object_id=person.id,
        before=before,
        after={
            "name": person.name,
            "id_number": mask_id_number(person.id_number),
            "reason": right.reason,
            "evidence": evidence.key,
        },
    )
    if person.account is not None:
        accounts.end_sessions(session, account_id=person.account.id)
        messages.tell(
            session,
            account_ids=[person.account.id],
            sentence="您的姓名或身份证号码已由系统管理员更正，今后请用更正后的身份证号码登录。",
            now=now,
        )
