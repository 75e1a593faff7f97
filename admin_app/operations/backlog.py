"""Where below a unit things wait longest: for superiors who want to know who is late (X06)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from admin_app.enums import RecordKind, State
from admin_app.models import Unit
from admin_app.permissions import Actor, prefix_range

LISTED: Final = 20
OLDEST: Final = 1_000
"""Among so many that wait longest, of all units, most viewers find all whom they seek."""
Models = Mapping[RecordKind, Any]


@dataclass(slots=True)
class Backlog:
    """What waits at one unit: how many, the earliest sent, and since when it is there."""

    unit_id: int
    unit_name: str
    phone: str
    earliest: dt.datetime
    since: dt.datetime | None = None
    counts: dict[RecordKind, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many wait there, of all kinds."""
        return sum(self.counts.values())


def longest_waiting(
    session: Session, *, actor: Actor, models: Models, limit: int = LISTED
) -> list[Backlog]:
    """Return the units below the actor's whose earliest request is the oldest.

    Whoever has one of the requests that are the oldest of all comes before everybody
    who has none. Only where these are too few is all read that waits below, in the
    inbox indexes; never a unit where nothing waits.
    """
    rows = session.execute(_named(actor, _oldest(models), limit)).all()
    if len(rows) < limit:
        rows = session.execute(_named(actor, _below(actor, models), limit)).all()
    found = {row.id: Backlog(row.id, row.name, row.phone, row.earliest) for row in rows}
    if not found:
        return []
    kinds = list(models)
    for row in session.execute(_by_kind(models, list(found))):
        backlog = found[row.decider_id]
        backlog.counts[kinds[row.rank]] = row.number
        earlier = [at for at in (backlog.since, row.since) if at is not None]
        backlog.since = min(earlier, default=None)
    return list(found.values())


def _is_below(actor: Actor) -> ColumnElement[bool]:
    return prefix_range(Unit.path, actor.unit_path) & (Unit.id != actor.unit_id)


def _oldest(models: Models) -> Select[Any]:
    """Return the deciders of the oldest requests, of whichever unit."""
    branches = [
        select(model.decider_id, model.submitted_at.label("earliest"))
        .where(_is_pending(model))
        .order_by(model.submitted_at)
        .limit(OLDEST)
        .subquery()
        for model in models.values()
    ]
    found = union_all(*(select(branch) for branch in branches)).subquery()
    return select(found).order_by(found.c.earliest).limit(OLDEST)


def _below(actor: Actor, models: Models) -> Select[Any]:
    """Return each unit below with the earliest of each kind."""
    below = select(Unit.id).where(_is_below(actor))
    branches = [
        select(model.decider_id, func.min(model.submitted_at).label("earliest"))
        .where(_is_pending(model), model.decider_id.in_(below))
        .group_by(model.decider_id)
        for model in models.values()
    ]
    return select(union_all(*branches).subquery())


def _named(
    actor: Actor, rows: Select[Any], limit: int
) -> Select[int, str, str, dt.datetime]:
    """Return the units below that are the latest by these rows."""
    found = rows.subquery()
    earliest = func.min(found.c.earliest, type_=found.c.earliest.type)
    return (
        select(Unit.id, Unit.name, Unit.phone, earliest.label("earliest"))
        .join(found, found.c.decider_id == Unit.id)
        .where(_is_below(actor))
        .group_by(Unit.id, Unit.name, Unit.phone)
        .order_by(earliest, Unit.id)
        .limit(limit)
    )


def _by_kind(models: Models, unit_ids: Sequence[int]) -> Select[Any]:
    branches = [
        select(
            literal(rank, Integer).label("rank"),
            model.decider_id,
            func.count().label("number"),
            func.min(model.waiting_since).label("since"),
        )
        .where(_is_pending(model), model.decider_id.in_(unit_ids))
        .group_by(model.decider_id)
        for rank, model in enumerate(models.values())
    ]
    return select(union_all(*branches).subquery())


def _is_pending(model: Any) -> ColumnElement[bool]:
    # Written into the statement: SQLite would ask each row for a value that is bound,
    # though the inbox index holds no other (16 times slower for 270,000 that wait).
    word = literal(State.pending, model.state.type, literal_execute=True)
    pending: ColumnElement[bool] = model.state == word
    return pending
