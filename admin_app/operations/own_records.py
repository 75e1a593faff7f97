"""申报进度查询: a person's declarations from three sources, page by page (P20)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload, raiseload

from admin_app.enums import EDITABLE, Measure, Source, State
from admin_app.models import Declaration, LearningFormVersion

PAGE: Final = 20

_is_base = Declaration.source == Source.base
TABS: Final[Mapping[str, ColumnElement[bool]]] = {
    "hours": and_(Declaration.measure == Measure.hours, not_(_is_base)),
    "credits": and_(Declaration.measure == Measure.credits, not_(_is_base)),
    "base": _is_base,
}
"""学时申报, 学分申报, 继续教育基地学时申报记录."""

FILTERS: Final[Mapping[str, Collection[State]]] = {
    "draft": (State.draft, State.withdrawn),
    "pending": (State.pending,),
    "approved": (State.approved,),
    "rejected": (State.rejected,),
    "revoked": (State.revoked,),
}
"""待提交, 待审批, 通过, 未通过, 已撤销."""


@dataclass(frozen=True, slots=True)
class Records:
    """One page of a person's declarations, newest first."""

    rows: list[Declaration]
    next_before: int | None


def own_records(
    session: Session,
    *,
    person_id: int,
    tab: str = "hours",
    chosen: str = "",
    before: int | None = None,
    limit: int = PAGE,
) -> Records:
    """Return a page of what the person, their unit or a base has filed for them."""
    statement = (
        select(Declaration)
        .where(*_mine(person_id), TABS[tab])
        .options(
            joinedload(Declaration.form_version).joinedload(LearningFormVersion.form),
            joinedload(Declaration.decider),
            joinedload(Declaration.filed_by),
            raiseload("*"),
        )
        .order_by(Declaration.id.desc())
        .limit(limit + 1)
    )
    if chosen:
        statement = statement.where(Declaration.state.in_(FILTERS[chosen]))
    if before is not None:
        statement = statement.where(Declaration.id < before)
    rows = list(session.scalars(statement))
    following = rows[limit - 1].id if len(rows) > limit else None
    return Records(rows[:limit], following)


def own_counts(session: Session, *, person_id: int) -> dict[tuple[str, State], int]:
    """Return how many declarations stand on each tab in each state, in one statement."""
    statement = (
        select(_is_base, Declaration.measure, Declaration.state, func.count())
        .where(*_mine(person_id))
        .group_by(_is_base, Declaration.measure, Declaration.state)
    )
    counts: dict[tuple[str, State], int] = {}
    for from_base, measure, state, count in session.execute(statement):
        tab = "base" if from_base else measure.name
        counts[tab, state] = counts.get((tab, state), 0) + count
    return counts


def waiting_records(
    session: Session, *, person_id: int, limit: int
) -> list[Declaration]:
    """Return what waits for a decision, longest first, with who must decide (X06)."""
    statement = (
        select(Declaration)
        .where(*_mine(person_id), Declaration.state == State.pending)
        .options(joinedload(Declaration.decider))
        .order_by(Declaration.waiting_since, Declaration.id)
        .limit(limit)
    )
    return list(session.scalars(statement))


def unsent_count(session: Session, *, person_id: int) -> int:
    """Return how many of their own a person has begun, or got back, and not sent."""
    statement = select(func.count()).where(
        *_mine(person_id),
        Declaration.filed_by_id.is_(None),
        Declaration.state.in_(EDITABLE),
    )
    return session.scalar(statement) or 0


def _mine(person_id: int) -> tuple[ColumnElement[bool], ...]:
    # What a unit has not sent yet is the unit's own affair.
    is_told = or_(Declaration.filed_by_id.is_(None), Declaration.state != State.draft)
    return (
        Declaration.person_id == person_id,
        Declaration.deleted_at.is_(None),
        is_told,
    )
