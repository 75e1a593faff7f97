"""Declarations before they are decided: written, changed, made ready, taken back.

Sending and withdrawing are `workflows.perform`'s business; `make_ready` comes first.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from admin_app.enums import EDITABLE, Source, Standing, State, SubjectKind
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.loading import Loading
from admin_app.models import (
    Attachment,
    Declaration,
    LearningForm,
    LearningFormVersion,
    Person,
    Unit,
)
from admin_app.operations import counters
from admin_app.operations.claims import (
    Accepted,
    Claim,
    Form,
    accept,
    find_form,
    form_of,
    open_years,
)
from admin_app.operations.holding import note_held
from admin_app.permissions import Actor, permits, visible
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.rules.attachments import QUOTA_BYTES, refuse_too_many

MOST_PEOPLE: Final = 20
"""For how many people a unit files at once."""
NEEDS_PROOF: Final = frozenset({Source.individual, Source.unit})
"""A base proves a whole class elsewhere (R03)."""


def find_declaration(
    session: Session, *, actor: Actor, record_id: int
) -> Declaration | None:
    """Return a declaration that the actor may look at, None for every other one.

    What a unit has not sent yet is the unit's own affair.
    """
    statement = visible(
        select(Declaration).where(Declaration.id == record_id), Declaration, actor
    ).where(Declaration.deleted_at.is_(None))
    statement = statement.options(
        joinedload(Declaration.person),
        joinedload(Declaration.unit),
        joinedload(Declaration.form_version).joinedload(LearningFormVersion.form),
    )
    record: Declaration | None = session.scalar(statement)
    if record is None or (record.state is State.draft and not owns(actor, record)):
        return None
    return record


class NotOwn(Forbidden):
    """There is no such declaration, or it is not the actor's to change."""


def owns(actor: Actor, record: Any) -> bool:
    """Tell whether the declaration is the actor's to change."""
    if record.filed_by_id is None:
        return actor.is_individual and actor.person_id == record.person_id
    return (
        actor.is_administrator
        and actor.unit_id == record.filed_by_id
        and permits(actor, "declare_hours:edit")
    )


def draft(
    session: Session,
    *,
    actor: Actor,
    person_ids: Sequence[int],
    claim: Claim,
    today: dt.date,
    is_complete: bool,
    known: Form | None = None,
) -> list[Declaration]:
    """Add one declaration for each person, not yet sent (P19, U36).

    AnswersRefused names everything that is wrong with the claim; `known` is its form as
    it was read a moment ago.
    """
    people = _people(session, actor, person_ids)
    source = Source.individual if actor.is_individual else Source.unit
    accepted = accept(
        session,
        form=find_form(session, code=claim.form_code, source=source, known=known),
        claim=claim,
        person_ids=[person.id for person in people],
        today=today,
        is_complete=is_complete,
    )
    records = [_new(actor, person, source, accepted) for person in people]
    session.add_all(records)
    session.flush()
    return records


def revise(
    session: Session,
    *,
    actor: Actor,
    record_id: int,
    claim: Claim,
    today: dt.date,
    is_complete: bool,
    known: Form | None = None,
) -> Declaration:
    """Change a declaration that is not under way (P23), by the form as it is today."""
    record = _own_open(session, actor, record_id)
    code, source = claim.form_code, record.source
    accepted = accept(
        session,
        form=find_form(session, code=code, source=source, known=known),
        claim=claim,
        person_ids=[record.person_id],
        today=today,
        record_id=record.id,
        is_complete=is_complete,
    )
    with counters.rewriting(session, record):
        _write(record, _columns(accepted))
    session.flush()
    return record


def make_ready(
    session: Session, *, actor: Actor, record_id: int, today: dt.date
) -> Declaration:
    """Check a stored declaration as a whole and bring it up to date, to be sent now.

    The unit, department and region of the person are those of this moment (WF-07). What
    was kept as complete in the same transaction needs `refuse_without_proof` only.
    """
    record = _own_open(session, actor, record_id)
    accepted = accept(
        session,
        form=form_of(record),
        claim=stored_claim(record),
        person_ids=[record.person_id],
        today=today,
        record_id=record.id,
        is_complete=True,
    )
    refuse_without_proof(session, record)
    with counters.rewriting(session, record):
        _write(record, _columns(accepted))
        take_place(record)
    session.flush()
    return record


def take_place(record: Declaration) -> None:
    """Let a declaration stand where its person is now, whichever way it is sent (WF-07).

    A unit files for its own people only.
    """
    person = record.person
    refuse_gone(person)
    if record.source is Source.unit and person.unit_id != record.filed_by_id:
        raise Refused("%(name)s已不在本单位，不能再为其申报。", name=person.name)
    _write(record, _place(person))


def refuse_gone(person: Person) -> None:
    """Refuse to declare for somebody who has left without a new unit."""
    if person.standing is not Standing.in_post:
        raise Refused(
            "%(name)s已登记为“%(standing)s”，不能再申报；登记有误的，请联系单位管理员恢复在岗。",
            name=person.name,
            standing=person.standing,
        )


def delete(
    session: Session, *, actor: Actor, record_id: int, now: dt.datetime
) -> Declaration:
    """Take a declaration that is not under way out of every list; the row stays (P23)."""
    record = _own_open(session, actor, record_id)
    with counters.rewriting(session, record):
        record.deleted_at = now
    session.flush()
    return record


def attach(
    session: Session, *, record: Declaration, pictures: Sequence[Attachment]
) -> None:
    """Add pictures to a declaration, five at most, within the person's quota (P18)."""
    if not pictures:
        return
    about = {"declaration": record.id, "person": record.person_id}
    kept, last, used = session.execute(_PICTURES, about).one()
    refuse_too_many(kept + len(pictures))
    if used + sum(picture.size for picture in pictures) > QUOTA_BYTES:
        raise Refused(
            "该人员的图片已超过 %(most)s MB，请先删除不再需要的申报的图片。",
            field="attachments",
            most=QUOTA_BYTES // (1024 * 1024),
        )
    for place, picture in enumerate(pictures, start=last + 1):
        picture.declaration_id = record.id
        picture.position = place
    session.add_all(pictures)
    session.flush()


def detach(
    session: Session, *, actor: Actor, record_id: int, picture_id: int
) -> Attachment:
    """Take one picture off a declaration that is not under way; return its row."""
    picture = own_picture(
        session, actor=actor, record_id=record_id, picture_id=picture_id
    )
    session.delete(picture)
    session.flush()
    return picture


def own_picture(
    session: Session, *, actor: Actor, record_id: int, picture_id: int
) -> Attachment:
    """Return a picture of a declaration that the actor may change now."""
    record = _own_open(session, actor, record_id)
    picture = session.get(Attachment, picture_id)
    if picture is None or picture.declaration_id != record.id:
        raise Refused("该图片已不存在，请刷新后查看。")
    return picture


def stored_claim(record: Declaration) -> Claim:
    """Return what a declaration says, as if it were typed again."""
    return Claim(
        form_code=record.form_version.form.code,
        year=record.year,
        title=record.title,
        answers=record.answers,
        claimed=_typed(record.claimed),
        remark=record.remark,
    )


def can_declare(session: Session, *, actor: Actor, today: dt.date) -> bool:
    """Tell whether there is a year to declare for and a unit to declare from."""
    return actor.unit_id is not None and bool(open_years(session, today=today))


def _typed(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


def _people(session: Session, actor: Actor, person_ids: Sequence[int]) -> list[Person]:
    """Return the people to file for, locked, or refuse those that are not the actor's."""
    wanted = sorted(set(person_ids))
    if not wanted:
        raise Refused("请选择要申报的人员。", field="people")
    if len(wanted) > MOST_PEOPLE:
        raise Refused(
            "一次最多为 %(most)s 人申报，请分批办理。", field="people", most=MOST_PEOPLE
        )
    if actor.is_administrator and not permits(actor, "declare_hours:create"):
        raise Forbidden("您没有学时学分申报的权限，请联系本单位超级管理员。")
    if not (actor.is_administrator or wanted == [actor.person_id]):
        raise Forbidden("只能为本人申报。")
    statement = visible(select(Person), Person, actor)
    if actor.is_administrator:
        statement = statement.where(Person.unit_id == actor.unit_id)
    people = session.scalars(
        statement.where(Person.id.in_(wanted), Person.is_active)
        .where(Person.unit_id.is_not(None))
        .options(joinedload(Person.unit))
        .order_by(Person.id)
        .with_for_update(of=Person, key_share=True)
    ).all()
    if len(people) < len(wanted):
        raise Refused("所选人员不在本单位，或已停用，请重新选择。", field="people")
    note_held(session, wanted)
    for person in people:
        refuse_gone(person)
    return list(people)


def _own_open(session: Session, actor: Actor, record_id: int) -> Declaration:
    """Return the actor's own declaration, locked, or refuse one that is under way.

    Its person is locked before it: nobody else changes meanwhile what they have claimed
    (WF-05).
    """
    record = _find_locked(session, record_id)
    if record is None or not owns(actor, record):
        raise NotOwn("只有申报人可以修改该申报。")
    if record.state not in EDITABLE:
        raise Conflict(
            "该申报当前为“%(state)s”，不能修改或删除；审批单位尚未办理的可以先撤销。",
            state=record.state.label,
        )
    return record


def _find_locked(session: Session, record_id: int) -> Declaration | None:
    record: Declaration | None = _LOCKED.first(session, {"key": record_id})
    if record is not None:
        note_held(session, {record.person_id})
    return record


# What every submission runs is made once: making it takes longer than running it.
_IS_NAMED: Final = (Declaration.id == bindparam("key")) & Declaration.deleted_at.is_(
    None
)
_LOCKED: Final = Loading(
    Declaration,
    # What sending and changing look at; the rest is read by whoever asks for it.
    {
        Declaration.person: (
            Person.name,
            Person.unit_id,
            Person.department_id,
            Person.region_id,
            Person.standing,
        ),
        Person.unit: (Unit.path, Unit.region_id),
        Declaration.form_version: (
            LearningFormVersion.form_id,
            LearningFormVersion.is_current,
            LearningFormVersion.measure,
            LearningFormVersion.rule,
            LearningFormVersion.caps,
            LearningFormVersion.published_at,
        ),
        LearningFormVersion.form: (
            LearningForm.code,
            LearningForm.name,
            LearningForm.is_active,
            LearningForm.declared_by,
        ),
    },
    lambda found: found.where(_IS_NAMED).with_for_update(
        of=(Person, Declaration), key_share=True
    ),
)
_IS_HERE: Final = Attachment.declaration_id == bindparam("declaration")
_PICTURE: Final = Prepared(
    select(Attachment.id).where(_IS_HERE).limit(1).execution_options(**SAME_PLAN)
)
_PICTURES: Final = (
    select(
        func.count().filter(_IS_HERE),
        func.coalesce(func.max(Attachment.position).filter(_IS_HERE), 0),
        func.coalesce(func.sum(Attachment.size), 0),
    )
    .join(Declaration, Declaration.id == Attachment.declaration_id)
    .where(
        Declaration.person_id == bindparam("person"), Declaration.deleted_at.is_(None)
    )
    .execution_options(**SAME_PLAN)
)
"""Of a declaration: how many pictures, the last one's place; of the person: their size.

What was deleted takes no part: nobody could make room by it."""


def _new(
    actor: Actor, person: Person, source: Source, accepted: Accepted
) -> Declaration:
    return Declaration(
        person=person,
        source=source,
        subject_kind=SubjectKind.professional,
        filed_by_id=None if source is Source.individual else actor.unit_id,
        created_by_id=actor.account_id,
        **_place(person),
        **_columns(accepted),
    )


def _write(record: Declaration, values: Mapping[str, object]) -> None:
    """Set what differs: a session looks through what was set, also to the same."""
    for name, value in values.items():
        if getattr(record, name) != value:
            setattr(record, name, value)


def _columns(accepted: Accepted) -> dict[str, object]:
    return {name: getattr(accepted, name) for name in Accepted.__slots__}


def _place(person: Person) -> dict[str, object]:
    if person.unit_id is None:
        raise Refused("您还没有所属单位，不能申报，请先完成注册审核。")
    return {
        "unit_id": person.unit_id,
        "department_id": person.department_id,
        "region_id": person.region_id or _region_of(person),
    }


def _region_of(person: Person) -> int:
    assert person.unit is not None
    return person.unit.region_id


def refuse_without_proof(session: Session, record: Declaration) -> None:
    """Refuse to send without a picture of what the form wants to see."""
    if record.source not in NEEDS_PROOF:
        return
    if _PICTURE.rows(session, {"declaration": record.id}):
        return
    required = [
        proof.name
        for proof in record.form_version.proofs
        if proof.is_required and not proof.is_note
    ]
    if required:
        raise Refused(
            "请上传证明材料的图片：%(proofs)s。",
            field="attachments",
            proofs="、".join(required),
        )
