"""Which records of every kind wait for the actor's unit, and which has it decided?

One statement for a page whatever the number of kinds: each kind gives its next rows by
an index of its own (`*_inbox`, `ix_workflow_event_reviewed`), and these are merged.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    String,
    exists,
    false,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from admin_app import models as m
from admin_app.columns import Moment
from admin_app.enums import (
    RecordKind,
)
from admin_app.permissions import Actor, prefix_range, scope_test
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.views.admin.kept import Sort, anybody, numbers_of
from admin_app.views.admin.lookups import key_of
from admin_app.views.admin.paging import CAP, BadAddress, cut, moment_of, written
from admin_app.views.admin.shapes import capped_count
from admin_app.views.admin.tellings import KINDS, TELLINGS, told_columns
from admin_app.workflows import DECISIONS, waits_at

KEPT: Final = 64
"""So many statements are kept: those of seven kinds take 3 ms to write down, and all
administrators of a sort ask for the same until they narrow it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What narrows the list, beside its kind."""

    applicant: str = ""
    unit: str = ""
    waiting_until: dt.datetime | None = None
    """Only what has waited since this moment or longer."""
    is_urged: bool = False


@dataclass(frozen=True, slots=True)
class Boundary:
    """A row that a page begins after, or ends before."""

    at: dt.datetime
    rank: int
    key: int
    backwards: bool = False

    @property
    def code(self) -> str:
        """The boundary as a word of an address."""
        return f"{written(self.at)}~{self.rank}~{self.key}"


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page in their order, and where its neighbours begin."""

    rows: Sequence[Any]
    previous: str | None
    next: str | None


def boundary_of(text: str, *, backwards: bool) -> Boundary:
    """Read a boundary from an address; BadAddress for anything else."""
    try:
        at, rank, key = text.split("~")
        moment, number = moment_of(at), int(rank)
    except ValueError as mistake:
        raise BadAddress("after") from mistake
    if not 0 <= number < len(KINDS):
        raise BadAddress("after")
    return Boundary(moment, number, key_of(key), backwards)


def count_waiting(
    session: Session, *, actor: Actor, kinds: Sequence[RecordKind], wanted: Wanted
) -> dict[RecordKind, int]:
    """Return how many of each kind wait, up to one more than the cap, by one statement."""
    if not kinds:
        return {}
    statement = _counting(anybody(Sort.of(actor)), tuple(kinds), wanted)
    (found,) = statement.rows(session, numbers_of(actor))
    return dict(zip(kinds, found, strict=True))


@lru_cache(maxsize=KEPT)
def _counting(actor: Actor, kinds: tuple[RecordKind, ...], wanted: Wanted) -> Prepared:
    columns: list[Any] = [
        capped_count(
            TELLINGS[kind].model, None, _waiting(kind, actor, wanted), cap=CAP
        ).label(kind.name)
        for kind in kinds
    ]
    return _prepared(select(*columns), wanted)


def waiting_page(
    session: Session,
    *,
    actor: Actor,
    kinds: Sequence[RecordKind],
    wanted: Wanted,
    size: int,
    boundary: Boundary | None = None,
) -> Page:
    """Return a page of what waits for the actor's unit, what came first before the rest."""
    if not kinds:
        return Page((), None, None)
    who = anybody(Sort.of(actor))
    statement = waiting_statement(who, tuple(kinds), wanted, size, boundary)
    return _paged(statement.rows(session, numbers_of(actor)), size, boundary)


@lru_cache(maxsize=KEPT)
def waiting_statement(
    actor: Actor,
    kinds: tuple[RecordKind, ...],
    wanted: Wanted,
    size: int,
    boundary: Boundary | None,
) -> Prepared:
    """Return what finds a page of what waits, and one row more."""
    backwards = boundary is not None and boundary.backwards
    branches = []
    for kind in kinds:
        model = TELLINGS[kind].model
        statement = select(
            *told_columns(kind),
            model.submitted_at.label("at"),
            model.id.label("key"),
            model.version,
            model.waiting_since,
            _urges(kind).label("urges"),
        ).where(*_waiting(kind, actor, wanted))
        if boundary is not None:
            statement = statement.where(_beyond(model, KINDS.index(kind), boundary))
        order = [_turned(c, backwards) for c in (model.submitted_at, model.id)]
        branches.append(statement.order_by(*order).limit(size + 1))
    found = _merged(branches, ("at", "rank", "key"), size, descending=backwards)
    return _prepared(found, wanted, boundary)


def reviewed_page(
    session: Session,
    *,
    actor: Actor,
    kinds: Sequence[RecordKind],
    wanted: Wanted,
    size: int,
    boundary: Boundary | None = None,
) -> Page:
    """Return a page of the decisions of the actor's unit, the latest first (U29).

    What the actor has taken off their list is left out.
    """
    who = anybody(Sort.of(actor))
    statement = reviewed_statement(who, tuple(kinds), wanted, size, boundary)
    return _paged(statement.rows(session, numbers_of(actor)), size, boundary)


@lru_cache(maxsize=KEPT)
def reviewed_statement(
    actor: Actor,
    kinds: tuple[RecordKind, ...],
    wanted: Wanted,
    size: int,
    boundary: Boundary | None,
) -> Prepared:
    """Return what finds a page of decisions, and one row more."""
    event = m.WorkflowEvent
    # The latest come first: the way on leads down.
    downwards = boundary is None or not boundary.backwards
    branches = []
    for kind in kinds:
        model = TELLINGS[kind].model
        statement = (
            select(
                *told_columns(kind),
                event.at.label("at"),
                event.id.label("key"),
                type_coerce(event.action, String).label("action"),
            )
            .join(model, model.id == event.record_id)
            .where(*_reviewed(kind, actor), *_narrowed(kind, actor, wanted))
        )
        if boundary is not None:
            past = event.id < boundary.key if downwards else event.id > boundary.key
            statement = statement.where(past)
        branches.append(
            statement.order_by(_turned(event.id, downwards)).limit(size + 1)
        )
    found = _merged(branches, ("key",), size, descending=downwards)
    return _prepared(found, wanted, boundary)


def _waiting(
    kind: RecordKind, actor: Actor, wanted: Wanted
) -> list[ColumnElement[bool]]:
    model = TELLINGS[kind].model
    found = [waits_at(actor, model), *_narrowed(kind, actor, wanted)]
    if wanted.waiting_until is not None:
        # What has waited here so long was sent even earlier: the index begins there.
        found.append(model.submitted_at <= wanted.waiting_until)
        found.append(model.waiting_since <= wanted.waiting_until)
    if wanted.is_urged:
        found.append(exists().where(*_of_urges(kind)))
    return found


def _reviewed(kind: RecordKind, actor: Actor) -> list[ColumnElement[bool]]:
    event, hidden = m.WorkflowEvent, m.HiddenRecord
    put_away = exists().where(
        hidden.account_id == actor.account_id,
        hidden.kind == kind,
        hidden.record_id == event.record_id,
    )
    return [
        event.unit_id == actor.unit_id,
        event.kind == kind,
        event.action.in_(DECISIONS),
        ~put_away,
    ]


def _narrowed(
    kind: RecordKind, actor: Actor, wanted: Wanted
) -> list[ColumnElement[bool]]:
    """Return scope, applicant and unit; no index but the list's own may serve them."""
    telling = TELLINGS[kind]
    scope = scope_test(telling.model, actor)
    found = [] if scope is None else [scope]
    if wanted.applicant:
        found.append(_begins(telling.applicant, m.Person, wanted.applicant))
    if wanted.unit and telling.unit is None:
        found.append(prefix_range(telling.unit_name, wanted.unit))
    elif wanted.unit:
        found.append(_begins(telling.unit, m.Unit, wanted.unit))
    return found


def _begins(reference: Any, model: Any, term: str) -> ColumnElement[bool]:
    if reference is None:
        return false()
    named = select(model.id).where(prefix_range(model.name, term))
    among: ColumnElement[bool] = reference.in_(named)
    return among


def _of_urges(kind: RecordKind) -> list[ColumnElement[bool]]:
    model = TELLINGS[kind].model
    return [
        m.Urge.kind == kind,
        m.Urge.record_id == model.id,
        # A test of a test: the index of the unit would read all that were ever urged there.
        (m.Urge.unit_id == model.decider_id).is_(True),
    ]


def _urges(kind: RecordKind) -> ScalarSelect[int]:
    counted = select(func.count()).select_from(m.Urge).where(*_of_urges(kind))
    return counted.correlate(TELLINGS[kind].model).scalar_subquery()


def _turned(column: Any, descending: bool) -> Any:  # noqa: FBT001 (a direction)
    return column.desc() if descending else column.asc()


def _beyond(model: Any, rank: int, boundary: Boundary) -> ColumnElement[bool]:
    """Return the rows of one kind past the boundary, in the order of the whole list."""
    at = literal(boundary.at, Moment)
    if rank == boundary.rank:
        row = tuple_(model.submitted_at, model.id)
        edge = tuple_(at, literal(boundary.key))
        return row < edge if boundary.backwards else row > edge
    past: ColumnElement[bool]
    if boundary.backwards:
        first = rank < boundary.rank
        past = model.submitted_at <= at if first else model.submitted_at < at
    else:
        first = rank > boundary.rank
        past = model.submitted_at >= at if first else model.submitted_at > at
    return past


def _merged(
    branches: Sequence[Select[Any]],
    order: Sequence[str],
    size: int,
    *,
    descending: bool,
) -> Select[Any]:
    """Return the first rows of all branches, each of which is in order itself."""
    found = union_all(*(select(b.subquery()) for b in branches)).subquery()
    sorting = [_turned(found.c[name], descending) for name in order]
    return select(found).order_by(*sorting).limit(size + 1)


def _prepared(
    statement: Select[Any], wanted: Wanted, boundary: Boundary | None = None
) -> Prepared:
    """Let a list that nobody narrows be planned once: its indexes leave no choice.

    Not so what begins at a row: its text holds that row, and nobody asks for it again.
    """
    is_asked_again = wanted == Wanted() and boundary is None
    return Prepared(
        statement.execution_options(**(SAME_PLAN if is_asked_again else {}))
    )


def _paged(rows: Sequence[Any], size: int, boundary: Boundary | None) -> Page:
    backwards = boundary is not None and boundary.backwards
    rows, has_previous, has_next = cut(
        rows, size, is_first=boundary is None, backwards=backwards
    )
    if not rows:
        return Page((), None, None)
    codes = [Boundary(r.at, r.rank, r.key).code for r in (rows[0], rows[-1])]
    return Page(
        rows,
        previous=codes[0] if has_previous else None,
        next=codes[1] if has_next else None,
    )
