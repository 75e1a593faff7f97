"""Which records of every kind wait for the actor's unit, and which has it decided?

One statement for a page whatever the number of kinds: each kind gives its next rows by
an index of its own (`*_inbox`, `ix_workflow_event_reviewed`), and these are merged.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    String,
    exists,
    false,
    func,
    select,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from admin_app import models as m
from admin_app.enums import RecordKind
from admin_app.permissions import Actor, Range, prefix_range, scope_test
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.views.admin.kept import Remembered, Sort, anybody, numbers_of
from admin_app.views.admin.paging import CAP, cut, with_counts
from admin_app.views.admin.shapes import capped_count
from admin_app.views.admin.tellings import KINDS, TELLINGS, told_columns
from admin_app.views.admin.wanted import (
    APPLICANT,
    AT,
    KEY,
    UNIT,
    UNTIL,
    Boundary,
    Edge,
    Form,
    Wanted,
)
from admin_app.workflows import DECISIONS, waits_at

KEPT: Final = 64
"""So many statements are kept: those of seven kinds take 3 ms to write down, and all
administrators of a sort ask for the same."""


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page in their order, and where its neighbours begin."""

    rows: Sequence[Any]
    previous: str | None
    next: str | None


class Listed(NamedTuple):
    """How many of each kind wait, up to one more than the cap, and a page."""

    counts: Mapping[RecordKind, int]
    page: Page


NOTHING: Final = Listed({}, Page((), None, None))
_full: Final[Remembered[tuple[RecordKind, ...]]] = Remembered()
"""Of which kinds something waited last time, and for whom."""


def waiting(
    session: Session,
    *,
    actor: Actor,
    kinds: Sequence[RecordKind],
    wanted: Wanted,
    size: int,
    only: RecordKind | None = None,
    boundary: Boundary | None = None,
) -> Listed:
    """Return a page of what waits for the actor's unit, what came first before the rest.

    Most of the time most kinds have nothing that waits. The page is one of those that
    had something last time, and brings the numbers with it that tell whether these are
    still all; `only` asks for a page of one kind.
    """
    if not kinds:
        return NOTHING
    who, values = anybody(Sort.of(actor)), _values(actor, wanted, boundary)
    whose = (Remembered.of(values), tuple(kinds))
    listed = _full.get(whose, ()) if only is None else (only,)
    while True:
        statement = waiting_statement(
            who, tuple(kinds), listed, wanted.form, size, boundary and boundary.edge
        )
        rows = statement.rows(session, values)
        counts = dict(zip(kinds, rows[0], strict=False))
        full = tuple(kind for kind, count in counts.items() if count)
        if only is not None or set(full) <= set(listed):
            return Listed(counts, _paged(rows, size, boundary))
        listed = full
        if wanted == Wanted():
            _full[whose] = full


@lru_cache(maxsize=KEPT)
def waiting_statement(
    actor: Actor,
    kinds: tuple[RecordKind, ...],
    listed: tuple[RecordKind, ...],
    form: Form,
    size: int,
    edge: Edge | None,
) -> Prepared:
    """Return what counts the kinds, and finds a page of those listed and one row more."""
    backwards = edge is not None and edge[1]
    branches = []
    for kind in listed:
        model = TELLINGS[kind].model
        statement = select(
            *told_columns(kind),
            model.submitted_at.label("at"),
            model.id.label("key"),
            model.version,
            model.waiting_since,
            _urges(kind).label("urges"),
        ).where(*_waiting(kind, actor, form))
        if edge is not None:
            statement = statement.where(_beyond(model, KINDS.index(kind), edge))
        order = [_turned(c, backwards) for c in (model.submitted_at, model.id)]
        branches.append(statement.order_by(*order).limit(size + 1))
    counts = _counts(actor, kinds, form)
    return _merged(
        counts, branches, ("at", "rank", "key"), form, size, descending=backwards
    )


def reviewed(
    session: Session,
    *,
    actor: Actor,
    kinds: Sequence[RecordKind],
    wanted: Wanted,
    size: int,
    only: RecordKind | None = None,
    boundary: Boundary | None = None,
) -> Listed:
    """Return a page of the decisions of the actor's unit, the latest first (U29).

    What the actor has taken off their list is left out.
    """
    if not kinds:
        return NOTHING
    statement = reviewed_statement(
        anybody(Sort.of(actor)),
        tuple(kinds),
        tuple(kinds) if only is None else (only,),
        wanted.form,
        size,
        # The number of an event tells where it stands, whatever its kind.
        boundary and (0, boundary.backwards),
    )
    rows = statement.rows(session, _values(actor, wanted, boundary))
    counts = dict(zip(kinds, rows[0], strict=False))
    return Listed(counts, _paged(rows, size, boundary))


@lru_cache(maxsize=KEPT)
def reviewed_statement(
    actor: Actor,
    kinds: tuple[RecordKind, ...],
    listed: tuple[RecordKind, ...],
    form: Form,
    size: int,
    edge: Edge | None,
) -> Prepared:
    """Return what counts what waits, and finds a page of decisions and one row more."""
    event = m.WorkflowEvent
    # The latest come first: the way on leads down.
    downwards = edge is None or not edge[1]
    branches = []
    for kind in listed:
        model = TELLINGS[kind].model
        statement = (
            select(
                *told_columns(kind),
                event.at.label("at"),
                event.id.label("key"),
                type_coerce(event.action, String).label("action"),
            )
            .join(model, model.id == event.record_id)
            .where(*_reviewed(kind, actor), *_narrowed(kind, actor, form))
        )
        if edge is not None:
            past = event.id < KEY if downwards else event.id > KEY
            statement = statement.where(past)
        branches.append(
            statement.order_by(_turned(event.id, downwards)).limit(size + 1)
        )
    counts = _counts(actor, kinds, form)
    return _merged(counts, branches, ("key",), form, size, descending=downwards)


def _values(
    actor: Actor, wanted: Wanted, boundary: Boundary | None
) -> Mapping[str, Any]:
    at = {} if boundary is None else boundary.told()
    return {**numbers_of(actor), **wanted.told(), **at}


def _counts(actor: Actor, kinds: Sequence[RecordKind], form: Form) -> list[Any]:
    return [
        capped_count(
            TELLINGS[kind].model, None, _waiting(kind, actor, form), cap=CAP
        ).label(kind.name)
        for kind in kinds
    ]


def _waiting(kind: RecordKind, actor: Actor, form: Form) -> list[ColumnElement[bool]]:
    model = TELLINGS[kind].model
    found = [waits_at(actor, model), *_narrowed(kind, actor, form)]
    if form.waiting_until:
        # What has waited here so long was sent even earlier: the index begins there.
        found.append(model.submitted_at <= UNTIL)
        found.append(model.waiting_since <= UNTIL)
    if form.is_urged:
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


def _narrowed(kind: RecordKind, actor: Actor, form: Form) -> list[ColumnElement[bool]]:
    """Return scope, applicant and unit; no index but the list's own may serve them."""
    telling = TELLINGS[kind]
    scope = scope_test(telling.model, actor)
    found = [] if scope is None else [scope]
    if form.applicant:
        found.append(_begins(telling.applicant, m.Person, APPLICANT))
    if form.unit and telling.unit is None:
        found.append(prefix_range(telling.unit_name, UNIT))
    elif form.unit:
        found.append(_begins(telling.unit, m.Unit, UNIT))
    return found


def _begins(reference: Any, model: Any, beginning: Range) -> ColumnElement[bool]:
    if reference is None:
        return false()
    named = select(model.id).where(prefix_range(model.name, beginning))
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


def _beyond(model: Any, rank: int, edge: Edge) -> ColumnElement[bool]:
    """Return the rows of one kind past the boundary, in the order of the whole list."""
    rank_there, backwards = edge
    if rank == rank_there:
        row, there = tuple_(model.submitted_at, model.id), tuple_(AT, KEY)
        return row < there if backwards else row > there
    past: ColumnElement[bool]
    if backwards:
        first = rank < rank_there
        past = model.submitted_at <= AT if first else model.submitted_at < AT
    else:
        first = rank > rank_there
        past = model.submitted_at >= AT if first else model.submitted_at > AT
    return past


def _merged(
    counts: Sequence[Any],
    branches: Sequence[Select[Any]],
    order: Sequence[str],
    form: Form,
    size: int,
    *,
    descending: bool,
) -> Prepared:
    """Return what finds the counts and the first rows of all branches, each in order.

    Each row has the counts first; the only one of an empty page has no key. What nobody
    narrows is planned once: its indexes leave no choice.
    """

    def ordered(rows: FromClause) -> list[Any]:
        return [_turned(rows.c[name], descending) for name in order]

    statement = select(*counts)
    if branches:
        found = union_all(*(select(b.subquery()) for b in branches)).subquery()
        page = select(found).order_by(*ordered(found)).limit(size + 1)
        statement = with_counts(counts, page, ordered)
    options = SAME_PLAN if form == Form() else {}
    return Prepared(statement.execution_options(**options))


def _paged(rows: Sequence[Any], size: int, boundary: Boundary | None) -> Page:
    backwards = boundary is not None and boundary.backwards
    rows = [row for row in rows if getattr(row, "key", None) is not None]
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
