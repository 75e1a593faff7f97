"""How a person's profile changes: at once, or by a change that its unit approves.

What needs a review is data (`ProfileField`). Sending, withdrawing and deciding are
`workflows.perform`'s business.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from admin_app.enums import EDITABLE, ChangeAct, ProfileSection, State
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import (
    Degree,
    EducationLevel,
    EducationRecord,
    Person,
    PersonChange,
    ProfessionalPost,
    Title,
    Unit,
)
from admin_app.operations.holding import held
from admin_app.operations.profile_items import (
    PARTS,
    Values,
    refuse_values,
    reviewed_names,
)
from admin_app.operations.transfers import refuse_while_moving
from admin_app.permissions import Actor

MOST_ROWS: Final = 50
"""So many lines a tab may have."""
RANKS: Final = ("正高级", "副高级", "中级", "初级（助理级）", "初级（员级）")
"""The ranks of titles, the highest first."""


def keep(
    session: Session,
    *,
    actor: Actor,
    section: ProfileSection,
    row_id: int | None = None,
    values: Values,
    today: dt.date,
    change_id: int | None = None,
) -> PersonChange | None:
    """Write a line of the actor's own profile; return what must be approved first.

    Without `row_id` the line is a new one. Of 基本信息 only the reviewed items wait;
    any other line waits as a whole. `change_id` is a change that came back.
    """
    person = _lock_own(session, actor)
    row = _row(session, person, section, row_id)
    wanted = {
        name: value
        for name, value in values.items()
        if row is None or value != getattr(row, name)
    }
    refuse_values(session, person, section, wanted, today=today)
    filled = wanted.keys() if row else {n for n, v in wanted.items() if v}
    reviewed = filled & reviewed_names(session, section)
    if section is ProfileSection.basic:
        at_once = {n: v for n, v in wanted.items() if n not in reviewed}
        wanted = {n: v for n, v in wanted.items() if n in reviewed}
    else:
        at_once = {} if reviewed else wanted
        _refuse_pending(session, person, section, but=change_id)
    if at_once:
        _write(session, person, section, row, at_once)
    if not reviewed:
        return None
    act = ChangeAct.edit if row else ChangeAct.add
    change = _reopened(session, person, section, change_id)
    change.act, change.row_id = act, row.id if row else None
    change.changes = _difference(row, wanted)
    session.flush()
    return change


def remove(
    session: Session, *, actor: Actor, section: ProfileSection, row_id: int
) -> PersonChange | None:
    """Delete a line of the actor's own; return the change where it must be approved."""
    person = _lock_own(session, actor)
    row = _row(session, person, section, row_id)
    if section is ProfileSection.basic or row is None:
        raise Refused("基本信息不能删除，请修改后保存。")
    _refuse_pending(session, person, section)
    said = {n: getattr(row, n) for n in PARTS[section].names if getattr(row, n)}
    if not said.keys() & reviewed_names(session, section):
        session.delete(row)
        session.flush()
        summarize(session, person, section)
        return None
    change = _reopened(session, person, section, None)
    change.act, change.row_id = ChangeAct.remove, row.id
    change.changes = _difference(row, dict.fromkeys(said))
    session.flush()
    return change


def owns_change(actor: Actor, change: PersonChange) -> bool:
    """Tell whether the change is the actor's own."""
    return actor.is_individual and actor.person_id == change.person_id


def refuse_change(session: Session, change: PersonChange) -> None:
    """Bring a change to the person's unit of now, or refuse; with the person locked."""
    person = change.person
    if person.unit_id is None:
        raise Refused("您还没有所属单位，不能提交审核。")
    refuse_while_moving(session, person.id)
    with session.no_autoflush:
        _refuse_pending(session, person, change.section, but=change.id)
    change.unit_id = person.unit_id


def apply_changes(
    session: Session,
    *,
    record_ids: Sequence[int],
    actor: Actor,  # noqa: ARG001 (every hook of a chain is called alike)
    now: dt.datetime,  # noqa: ARG001 (every hook of a chain is called alike)
) -> None:
    """Let approved changes take effect, each on the line that it is about."""
    changes = session.scalars(
        select(PersonChange)
        .where(PersonChange.id.in_(record_ids))
        .order_by(PersonChange.person_id, PersonChange.id)
        .execution_options(populate_existing=True)
    ).all()
    for change in changes:
        person = held(session, change.person_id)
        if person.unit_id != change.unit_id:
            raise Refused(
                "%(name)s已不在本单位，不能通过，请驳回并说明原因。", name=person.name
            )
        _apply(session, person, change)


def own_rows(session: Session, *, person_id: int, section: ProfileSection) -> list[Any]:
    """Return the lines of a tab, the newest day first."""
    return list(session.scalars(newest_lines(section, person_id=person_id)))


def newest_lines(section: ProfileSection, *, person_id: int) -> Select[Any]:
    """Return the statement of a person's lines of a tab, the newest day first."""
    model = PARTS[section].model
    day = model.graduated_on if model is EducationRecord else model.obtained_on
    statement = select(model).where(model.person_id == person_id)
    return statement.order_by(day.desc(), model.id.desc())


def open_changes(session: Session, *, person_id: int) -> list[PersonChange]:
    """Return the person's changes that wait for a decision: one of a tab at most."""
    return list(
        session.scalars(
            select(PersonChange)
            .where(
                PersonChange.person_id == person_id,
                PersonChange.state == State.pending,
            )
            .options(joinedload(PersonChange.decider))
            .order_by(PersonChange.id)
        )
    )


def summarize(session: Session, person: Person, section: ProfileSection) -> None:
    """Let the person's own columns follow the lines of a tab.

    学历 follows the highest level, 专业技术职务 the highest rank, among equals the
    latest; without any line they are empty. The degree is the highest of all.
    """
    if section is ProfileSection.education:
        _summarize_education(session, person)
    elif section is ProfileSection.post:
        _summarize_posts(session, person)
    session.flush()


# --- Whose line, and may it change now ------------------------------------------


def _lock_own(session: Session, actor: Actor) -> Person:
    if not actor.is_individual:
        raise Forbidden("只有本人可以修改自己的资料。")
    return held(session, actor.person_id)


def _row(
    session: Session, person: Person, section: ProfileSection, row_id: int | None
) -> Any:
    """Return the line that is meant, None for a new one, or refuse another's."""
    if section is ProfileSection.basic:
        return person
    if row_id is None:
        return None
    row = session.get(PARTS[section].model, row_id)
    if row is None or row.person_id != person.id:
        raise Conflict("该条信息已被删除，请刷新后查看。")
    return row


def _refuse_pending(
    session: Session,
    person: Person,
    section: ProfileSection,
    *,
    but: int | None = None,
) -> None:
    waiting = session.execute(
        select(PersonChange.id, Unit.name)
        .join(Unit, Unit.id == PersonChange.decider_id)
        .where(
            PersonChange.person_id == person.id,
            PersonChange.section == section,
            PersonChange.state == State.pending,
            PersonChange.id != (but or 0),
        )
    ).first()
    if waiting is not None:
        raise Refused(
            "您的%(section)s有修改正在由%(unit)s审核，请等待办结，或先撤回后再修改。",
            section=section.label,
            unit=waiting.name,
        )


def _reopened(
    session: Session, person: Person, section: ProfileSection, change_id: int | None
) -> PersonChange:
    """Return a new change, or the person's own one that came back to be corrected."""
    _refuse_pending(session, person, section, but=change_id)
    if person.unit_id is None:
        raise Refused("您还没有所属单位，不能提交审核。")
    if change_id is None:
        change = PersonChange(
            person_id=person.id, unit_id=person.unit_id, section=section
        )
        session.add(change)
        return change
    change = session.get_one(PersonChange, change_id, with_for_update=True)
    if change.person_id != person.id or change.section is not section:
        raise Forbidden("只有申请人本人可以修改该申请。")
    if change.state not in EDITABLE:
        raise Conflict("该修改已提交或已办结，不能再改；正在审核的可先撤回。")
    return change


# --- Writing -------------------------------------------------------------------


def _write(
    session: Session,
    person: Person,
    section: ProfileSection,
    row: Any,
    values: Values,
) -> None:
    if row is None:
        model = PARTS[section].model
        count = select(func.count()).where(model.person_id == person.id)
        if (session.scalar(count) or 0) >= MOST_ROWS:
            raise Refused("最多填写 %(most)s 条，请先删除不需要的。", most=MOST_ROWS)
        row = model(person_id=person.id)
        session.add(row)
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    summarize(session, person, section)


def _difference(row: Any, wanted: Values) -> dict[str, Any]:
    return {
        name: {
            "before": _plain(getattr(row, name)) if row else None,
            "after": _plain(value),
        }
        for name, value in wanted.items()
        if row is not None or value
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _apply(session: Session, person: Person, change: PersonChange) -> None:
    row = None
    if change.act is not ChangeAct.add:
        try:
            row = _row(session, person, change.section, change.row_id)
        except Conflict:
            raise Refused(
                "要修改的资料已被删除，不能通过，请驳回并说明原因。"
            ) from None
    if change.act is ChangeAct.remove:
        session.delete(row)
        session.flush()
        summarize(session, person, change.section)
        return
    values = wanted_values(change)
    if row is None and PARTS[change.section].starred - values.keys():
        raise Refused("该修改的内容不完整，不能通过，请驳回并说明原因。")
    _write(session, person, change.section, row, values)


def wanted_values(change: PersonChange) -> dict[str, Any]:
    """Return what a change wants, as the columns hold it."""
    part = PARTS[change.section]
    return {
        name: (
            dt.date.fromisoformat(told["after"])
            if told["after"] and part.column(name).type.python_type is dt.date
            else told["after"]
        )
        for name, told in change.changes.items()
        if name in part.reviewable
    }


def _summarize_education(session: Session, person: Person) -> None:
    record = EducationRecord
    # The lower the code of the standard, the higher the level.
    highest = session.scalars(
        select(record)
        .join(EducationLevel, EducationLevel.id == record.education_level_id)
        .where(record.person_id == person.id)
        .order_by(EducationLevel.code, record.graduated_on.desc(), record.id.desc())
        .limit(1)
    ).first()
    person.degree_id = session.scalar(
        select(record.degree_id)
        .join(Degree, Degree.id == record.degree_id)
        .where(record.person_id == person.id)
        .order_by(Degree.code)
        .limit(1)
    )
    person.education_level_id = highest.education_level_id if highest else None
    person.major_id = highest.major_id if highest else None
    person.graduation_school = highest.school if highest else ""
    person.graduation_date = highest.graduated_on if highest else None


def _summarize_posts(session: Session, person: Person) -> None:
    post = ProfessionalPost
    order = {rank: number for number, rank in enumerate(RANKS)}
    highest = session.scalars(
        select(post)
        .join(Title, Title.id == post.title_id)
        .where(post.person_id == person.id)
        .order_by(
            case(order, value=Title.rank, else_=len(RANKS)),
            post.obtained_on.desc(),
            post.id.desc(),
        )
        .limit(1)
    ).first()
    person.title_id = highest.title_id if highest else None
    person.title_date = highest.obtained_on if highest else None
