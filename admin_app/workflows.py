"""How records change state: one table of transitions, one function that performs them.

Nothing else assigns `state`, `decider_id`, `step` or `version` of an `Approvable` row.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    inspect,
    literal_column,
    select,
    union,
    update,
)
from sqlalchemy.orm import Session

from admin_app.dialects import among, among_named, table_of
from admin_app.enums import Action, RecordKind, Source, State
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import (
    Declaration,
    Person,
    PersonChange,
    PersonRegistration,
    Succession,
    Transfer,
    Unit,
    UnitChange,
    UnitRegistration,
)
from admin_app.operations import (
    counters,
    profiles,
    succession,
    transfers,
    tree,
    unit_changes,
    units,
)
from admin_app.operations.credit import credit_declarations
from admin_app.operations.declarations import take_place
from admin_app.operations.delegations import absent_for
from admin_app.operations.history import (
    Act,
    note_refusals,
    snapshot,
    taken_part,
    write_events,
)
from admin_app.operations.holding import hold_people, hold_person
from admin_app.operations.hours_checks import (
    Finding,
    not_open,
    refuse_finding,
    refuse_inferior,
    refuse_over_year,
    settle,
)
from admin_app.operations.registration import (
    admit_people,
    admit_units,
    refuse_registered,
)
from admin_app.operations.routing import Start, as_rungs, find_rungs, ladders
from admin_app.operations.telling import (
    tell_of_arrival,
    tell_of_outcome,
    tell_of_urging,
)
from admin_app.operations.together import together
from admin_app.operations.urges import urge
from admin_app.permissions import Actor, permits, visible
from admin_app.prepared import Prepared
from admin_app.rules.ladders import Rung, next_decider

LIFECYCLE: Final[Mapping[tuple[State, Action], State]] = {
    (State.draft, Action.submit): State.pending,
    (State.rejected, Action.submit): State.pending,
    (State.withdrawn, Action.submit): State.pending,
    (State.pending, Action.approve): State.approved,
    (State.pending, Action.reject): State.rejected,
    (State.pending, Action.withdraw): State.withdrawn,
    (State.pending, Action.hand_up): State.pending,
    (State.approved, Action.revoke): State.revoked,
    (State.revoked, Action.restore): State.approved,
}
"""Where an action leads; an approval below the last rung leaves the row pending."""

DECISIONS: Final = frozenset({Action.approve, Action.reject})
CHECKS: Final = frozenset({Action.revoke, Action.restore})
"""What may follow a decision, where a chain names a permission for it."""
MOST_AT_ONCE: Final = 10_000
TAKEN: Final = "该记录已被他人处理，请刷新后查看。"
UNSEEN: Final = "该记录不存在，或不在您的管辖范围内。"
CHANGED: Final = "该记录的内容在您打开之后已变更，请重新查看后再办理。"
TOOK_PART: Final = "您已提交或审批过该事项，请由本单位其他管理员办理。"
OWN: Final = "不能办理本人的事项，请由本单位其他管理员办理。"


@dataclass(frozen=True, slots=True)
class Chain:
    """What is particular to one kind of record: data, and the names of verbs."""

    model: Any
    module: str
    start: Callable[[Any], Start]
    is_owner: Callable[[Actor, Any], bool]
    on_approved: Callable[..., None]
    starts_at: tuple[str, ...] = ()
    """The columns with the units where ladders start, of kinds that are decided at once.

    Their ways up are held before the records; others hold them row by row.
    """
    subject: str | None = "person_id"
    """The column with the person whom a decision is about; none is about a unit."""
    withdrawn_to: State = State.withdrawn
    admits_singly: bool = False
    """Whether one row's admission can fail while the others go through."""
    locks_subject: bool = False
    """Whether the last decision writes the person, whose row is then locked first."""
    before_submit: Callable[[Session, Any], object] = lambda _session, _record: None
    """What is refused or brought up to date on sending, with the person locked."""
    permissions: Mapping[Action, str] = field(default_factory=dict)
    """What an administrator must hold for an action that is not a verb of `module`."""

    @property
    def subject_column(self) -> Any:
        """The column with that person, or None."""
        return None if self.subject is None else getattr(self.model, self.subject)

    def subject_of(self, record: Any) -> int | None:
        """Return the person whom a decision on the record is about."""
        return None if self.subject is None else getattr(record, self.subject)

    def permission(self, action: Action) -> str:
        """Return the permission that decides by this action."""
        return self.permissions.get(action, f"{self.module}:{action.name}")


def _declaration_start(record: Declaration) -> Start:
    by_unit = record.source is Source.unit
    unit_id = record.filed_by_id if by_unit else record.unit_id
    return Start(source=record.source.name, own_unit_id=unit_id)


def _owns_declaration(actor: Actor, record: Declaration) -> bool:
    if record.filed_by_id is None:
        return actor.is_individual and actor.person_id == record.person_id
    return actor.is_administrator and actor.unit_id == record.filed_by_id


def _ready_declaration(session: Session, record: Declaration) -> None:
    transfers.refuse_while_moving(session, record.person_id)
    take_place(record)


def _unit_change_start(record: UnitChange) -> Start:
    named = {"old_superior": record.old_superior_id}
    if record.new_superior_id is not None:
        named["new_superior"] = record.new_superior_id
    return Start(named=named)


CHAINS: Final[Mapping[RecordKind, Chain]] = {
    RecordKind.declaration: Chain(
        model=Declaration,
        module="approve_hours",
        start=_declaration_start,
        is_owner=_owns_declaration,
        on_approved=credit_declarations,
        starts_at=("unit_id", "filed_by_id"),
        withdrawn_to=State.draft,
        before_submit=_ready_declaration,
        permissions=dict.fromkeys(CHECKS, "revoke_hours:revoke"),
    ),
    RecordKind.person_registration: Chain(
        model=PersonRegistration,
        module="review_registrations",
        start=lambda record: Start(own_unit_id=record.unit_id),
        is_owner=lambda actor, record: actor.person_id == record.person_id,
        on_approved=admit_people,
        admits_singly=True,
        locks_subject=True,
        before_submit=lambda session, record: refuse_registered(session, record.person),
    ),
    RecordKind.unit_registration: Chain(
        model=UnitRegistration,
        module="review_subordinate_units",
        start=lambda record: Start(named={"chosen_superior": record.superior_id}),
        is_owner=lambda actor, record: actor.person_id == record.applicant_id,
        on_approved=admit_units,
        admits_singly=True,
        subject="applicant_id",
    ),
    RecordKind.unit_change: Chain(
        model=UnitChange,
        module="review_unit_changes",
        start=_unit_change_start,
        is_owner=unit_changes.owns,
        on_approved=unit_changes.apply_changes,
        admits_singly=True,
        subject=None,
        before_submit=unit_changes.refuse_change,
        permissions={
            Action.submit: "unit_profile:edit",
            Action.withdraw: "unit_profile:edit",
        },
    ),
    RecordKind.person_change: Chain(
        model=PersonChange,
        module="review_profile_changes",
        start=lambda record: Start(own_unit_id=record.unit_id),
        is_owner=profiles.owns_change,
        on_approved=profiles.apply_changes,
        admits_singly=True,
        locks_subject=True,
        before_submit=profiles.refuse_change,
    ),
    RecordKind.transfer: Chain(
        model=Transfer,
        module="incoming_transfers",
        start=lambda record: Start(named={"receiving_unit": record.to_unit_id}),
        is_owner=transfers.owns,
        on_approved=transfers.move_people,
        admits_singly=True,
        locks_subject=True,
        before_submit=transfers.refuse_move,
        permissions={
            Action.submit: "outgoing_transfers:create",
            Action.withdraw: "outgoing_transfers:withdraw",
            Action.approve: "incoming_transfers:confirm",
        },
    ),
    RecordKind.succession: Chain(
        model=Succession,
        module="review_successions",
        start=lambda record: Start(own_unit_id=record.filed_by_id),
        is_owner=succession.owns,
        on_approved=succession.succeed,
        admits_singly=True,
        subject="successor_id",
        before_submit=succession.refuse_succession,
    ),
}

KINDS: Final[Mapping[type, RecordKind]] = {
    chain.model: kind for kind, chain in CHAINS.items()
}


@dataclass(slots=True)
class BatchResult:
    """What became of each row of a batch."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, Refused] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    """What there is to tell of a row that was done, in the language of the page."""


def perform(
    session: Session,
    *,
    actor: Actor,
    record: Any,
    action: Action,
    comment: str = "",
    version: int | None = None,
    now: dt.datetime,
) -> None:
    """Move one record, which is read again when it is asked; Refused says why not.

    `version` is the version that the actor saw; another one is a Conflict.
    """
    session.flush()
    act = Act(KINDS[type(record)], actor, action, now, comment.strip())
    if action in DECISIONS:
        result = _decide(session, act, {record.id: version})
        if refused := result.refused.get(record.id):
            raise refused
    elif action is Action.submit:
        _submit(session, act, record)
    elif action is Action.withdraw:
        _withdraw(session, act, record)
    else:
        raise _impossible(record.state, action)


def perform_many(
    session: Session,
    *,
    actor: Actor,
    kind: RecordKind,
    ids: Sequence[int] | Mapping[int, int | None],
    action: Action,
    comment: str = "",
    now: dt.datetime,
) -> BatchResult:
    """Approve or reject a selection in a number of statements that does not grow.

    `ids` may map each id to the version that the actor saw. The result names every id:
    done, or refused with the reason.
    """
    session.flush()
    seen = ids if isinstance(ids, Mapping) else dict.fromkeys(ids)
    act = Act(kind, actor, action, now, comment.strip())
    result = _decide(session, act, seen)
    note_refusals(session, act, result.refused)
    return result


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where an approval of some rows would lead."""

    following: Mapping[int | None, int]
    """How many rows go to which unit next; None stands for approved for good."""
    refused: Mapping[int, Refused]


def foresee(
    session: Session,
    *,
    actor: Actor,
    kind: RecordKind,
    ids: Mapping[int, int | None],
    now: dt.datetime,
) -> Outlook:
    """Return where an approval would lead now, without deciding anything."""
    act = Act(kind, actor, Action.approve, now)
    result = BatchResult()
    rows = _open_rows(session, act, ids, result)
    groups = _next_deciders(session, act, rows, after=actor.unit_id, result=result)
    following = {unit_id: len(group) for unit_id, group in groups.items()}
    return Outlook(following, result.refused)


def open_actions(actor: Actor | None, record: Any) -> frozenset[Action]:
    """Return what this actor may do to this record now."""
    if actor is None:
        return frozenset()
    chain = CHAINS[KINDS[type(record)]]
    allowed: set[Action] = set()
    own = {Action.submit} | ({Action.withdraw} if record.step == 0 else set())
    allowed |= {action for action in own if _acts_for(chain, actor, record, action)}
    decides = actor.unit_id is not None and record.decider_id == actor.unit_id
    others = (DECISIONS if decides else frozenset()) | CHECKS & chain.permissions.keys()
    if chain.subject_of(record) != actor.person_id:
        allowed |= {
            action for action in others if permits(actor, chain.permission(action))
        }
    return frozenset(
        action for action in allowed if (record.state, action) in LIFECYCLE
    )


def remind(session: Session, *, record: Any, now: dt.datetime, today: dt.date) -> None:
    """Remind the unit where the record waits, once a day; who decides there is told (X06).

    Whoever calls has made sure that the record is theirs.
    """
    kind, unit_id = KINDS[type(record)], record.decider_id
    urge(session, kind=kind, record_id=record.id, unit_id=unit_id, today=today)
    permission = CHAINS[kind].permission(Action.approve)
    days = (now - record.waiting_since).days
    tell_of_urging(session, kind, unit_id, permission=permission, days=days, now=now)


NO_UNIT: Final = 0
"""No unit has this number."""


def waits_at(actor: Actor, model: Any) -> ColumnElement[bool]:
    """Return the criterion "the actor's unit decides now"; the inbox index serves it."""
    if actor.unit_id is None:
        # Nothing waits for nobody's unit, and the same index tells so.
        return _is_waiting(model, NO_UNIT)
    return _is_waiting(model, actor.unit_id)


def _is_waiting(model: Any, unit_id: Any) -> ColumnElement[bool]:
    waiting: ColumnElement[bool] = (model.state == _PENDING) & (
        model.decider_id == unit_id
    )
    return waiting


_PENDING: Final[ColumnElement[Any]] = literal_column("'pending'")
"""The inbox index holds what is pending only. PostgreSQL takes it for a plan that is
made once for all values where the statement says the word, not where it has a parameter."""


def close_review(
    session: Session, *, actor: Actor, unit: Unit, now: dt.datetime
) -> list[int]:
    """Take a subordinate's say on declarations away; its queue moves up at once (U26).

    Returns the ids that moved. Opening again (`units.open_review`) moves nothing back.
    """
    units.close_review_right(session, actor=actor, unit=unit)
    moved = pass_over(session, unit=unit, actor=actor, now=now)
    units.note_act(session, "close_review", unit, moved=len(moved))
    return moved


def disable_unit(
    session: Session, *, actor: Actor, unit: Unit, now: dt.datetime
) -> list[int]:
    """Put a subordinate unit out of use; the declarations that wait there move up.

    Refused while anything else waits there, which nobody else could decide.
    """
    units.deactivate(session, actor=actor, unit=unit)
    unit_changes.refuse_while_deciding(session, unit)
    moved = pass_over(session, unit=unit, actor=actor, now=now)
    units.note_act(session, "deactivate", unit, moved=len(moved))
    return moved


def check_hours(
    session: Session,
    *,
    actor: Actor,
    action: Action,
    ids: Mapping[int, int | None],
    finding: Finding,
    now: dt.datetime,
) -> BatchResult:
    """Take the hours of approved declarations back, or give back what was taken (R05).

    `ids` maps each id to the version that the actor saw. The number of statements does
    not grow with the selection; the result names every id.
    """
    session.flush()
    act = Act(RecordKind.declaration, actor, action, now, finding.reason)
    refuse_finding(action, finding)
    result = BatchResult()
    rows = _credited_rows(session, act, ids, result)
    if rows:
        _move_checked(session, act, rows, result)
        settle(session, act, result.done, finding)
    note_refusals(session, act, result.refused)
    return result


def _move_checked(
    session: Session, act: Act, rows: Mapping[int, Declaration], result: BatchResult
) -> None:
    (from_state,) = {row.state for row in rows.values()}
    to_state = LIFECYCLE[from_state, act.action]
    moved = _move(session, Declaration, rows, from_state=from_state, state=to_state)
    write_events(
        session,
        act,
        model=Declaration,
        moved=moved,
        from_state=from_state,
        to_state=to_state,
        next_unit_id=None,
    )
    result.done = sorted(moved)


def foresee_check(
    session: Session,
    *,
    actor: Actor,
    action: Action,
    ids: Mapping[int, int | None],
    now: dt.datetime,
) -> tuple[list[Declaration], Mapping[int, Refused]]:
    """Return which declarations a check would reach now, and why not the others."""
    result = BatchResult()
    act = Act(RecordKind.declaration, actor, action, now)
    rows = _credited_rows(session, act, ids, result)
    return list(rows.values()), result.refused


def _credited_rows(
    session: Session, act: Act, seen: Mapping[int, int | None], result: BatchResult
) -> dict[int, Declaration]:
    """Lock the people, then their declarations, and return those that the act is for."""
    if not permits(act.actor, CHAINS[act.kind].permissions[act.action]):
        raise Forbidden("您没有办理此类业务的权限，请联系本单位超级管理员。")
    _refuse_too_many(seen)
    _hold_rungs(session, act, ())
    # Who prints a certificate holds its person too: one waits for the other.
    owners = select(Declaration.person_id).where(Declaration.id.in_(list(seen)))
    hold_people(session, Person.id.in_(owners))
    named = visible(select(Declaration), Declaration, act.actor)
    locked = (
        named.where(Declaration.id.in_(list(seen)), Declaration.deleted_at.is_(None))
        .order_by(Declaration.id)
        .with_for_update(of=Declaration)
        .execution_options(populate_existing=True)
    )
    rows = {row.id: row for row in session.scalars(locked)}
    result.refused |= {key: Refused(UNSEEN) for key in seen.keys() - rows.keys()}
    for key, row in rows.items():
        if (row.state, act.action) not in LIFECYCLE:
            result.refused[key] = not_open(row, act.action)
        elif row.person_id == act.actor.person_id:
            result.refused[key] = Forbidden(OWN)
        elif seen[key] not in {None, row.version}:
            result.refused[key] = Conflict(CHANGED)
    left = {key: row for key, row in rows.items() if key not in result.refused}
    if act.action is Action.restore:
        result.refused |= refuse_inferior(session, actor=act.actor, rows=left)
        ours = {key: row for key, row in left.items() if key not in result.refused}
        result.refused |= refuse_over_year(session, ours)
    return {key: row for key, row in left.items() if key not in result.refused}


def _refuse_too_many(seen: Collection[int]) -> None:
    if len(seen) > MOST_AT_ONCE:
        raise Refused(
            "一次最多办理 %(most)s 条，请用筛选条件缩小范围。", most=MOST_AT_ONCE
        )


def pass_over(
    session: Session, *, unit: Unit, actor: Actor, now: dt.datetime
) -> list[int]:
    """Hand the declarations that wait at a closed unit to the next level, or none.

    The unit is closed, and its row locked, before the call; returns the ids that moved.
    """
    session.flush()
    act = Act(RecordKind.declaration, actor, Action.hand_up, now)
    moved: list[int] = []
    while rows := _waiting_at(session, unit):
        moved += _hand_up(session, act, unit, rows)
    return moved


def _waiting_at(session: Session, unit: Unit) -> dict[int, Any]:
    """Lock and return as many of the declarations that wait here as move at once."""
    waiting = (
        select(*_plain_columns(Declaration))
        .where(Declaration.state == State.pending, Declaration.decider_id == unit.id)
        .order_by(Declaration.id)
        .limit(MOST_AT_ONCE)
        .with_for_update()
    )
    return {row.id: row for row in session.execute(waiting)}


def _hand_up(
    session: Session, act: Act, unit: Unit, rows: Mapping[int, Any]
) -> list[int]:
    result = BatchResult()
    moves = _next_deciders(session, act, rows, after=unit.id, result=result)
    if result.refused:
        raise next(iter(result.refused.values()))
    for decider_id, group in moves.items():
        moved = _move(
            session,
            Declaration,
            [row.id for row in group],
            {"decider_id": unit.id},
            from_state=State.pending,
            decider_id=decider_id,
            waiting_since=act.now,
        )
        write_events(
            session,
            act,
            model=Declaration,
            moved=moved,
            from_state=State.pending,
            to_state=State.pending,
            next_unit_id=decider_id,
        )
        result.done.extend(sorted(moved))
    return result.done


# --- Deciding -----------------------------------------------------------------


def _decide(session: Session, act: Act, seen: Mapping[int, int | None]) -> BatchResult:
    if not permits(act.actor, CHAINS[act.kind].permission(act.action)):
        raise Forbidden("您没有办理此类业务的权限，请联系本单位超级管理员。")
    if act.action is Action.reject and not act.comment:
        raise Refused("请填写驳回原因，申报人会看到它。", field="comment")
    _refuse_too_many(seen)
    result = BatchResult()
    rungs = _hold_rungs(session, act, seen)
    act = _in_whose_name(act)
    rows = _open_rows(session, act, seen, result)
    if act.action is Action.reject:
        moves: Mapping[int | None, list[Any]] = {None: list(rows.values())}
    else:
        after = act.actor.unit_id
        moves = _next_deciders(
            session, act, rows, after=after, result=result, rungs=rungs
        )
    for decider_id, group in moves.items():
        if CHAINS[act.kind].admits_singly:
            _decide_singly(session, act, group, decider_id, result)
            _tell_of(session, act, group, decider_id, result)
        else:
            with together(session):
                _decide_group(session, act, group, decider_id, result)
                _tell_of(session, act, group, decider_id, result)
    return result


def _in_whose_name(act: Act) -> Act:
    """Note for whom the actor decides, if who is away has asked them to."""
    permission = CHAINS[act.kind].permission(act.action)
    absent = absent_for(actor=act.actor, permission=permission, now=act.now)
    return replace(act, absent=absent)


def _tell_of(
    session: Session,
    act: Act,
    rows: Sequence[Any],
    decider_id: int | None,
    result: BatchResult,
) -> None:
    """Tell who decides next, or whom the records are about, once for all of them."""
    chain, done = CHAINS[act.kind], set(result.done)
    moved = [row.id for row in rows if row.id in done]
    if decider_id is None:
        tell_of_outcome(session, act, moved, model=chain.model, subject=chain.subject)
    elif moved:
        deciding = chain.permission(Action.approve)
        tell_of_arrival(session, act, decider_id, permission=deciding)


def _decide_singly(
    session: Session,
    act: Act,
    rows: Sequence[Any],
    decider_id: int | None,
    result: BatchResult,
) -> None:
    """Decide each row in a savepoint of its own, so that a refusal undoes only it."""
    for row in rows:
        record_id = row.id
        try:
            with session.begin_nested():
                _decide_group(session, act, [row], decider_id, result)
        except Refused as refused:
            result.refused[record_id] = refused


def _hold_rungs(
    session: Session, act: Act, ids: Collection[int]
) -> Mapping[int, Rung] | None:
    """Hold where the actor stands, and the ways of records that are decided at once.

    Units are held before records, so that a closing waits for this decision or forbids
    it. Returns the rungs of those ways, None for kinds that hold them row by row.
    """
    chain, unit_id = CHAINS[act.kind], act.actor.unit_id
    if unit_id is None:
        return None
    below = _starting_units(act.kind) if chain.starts_at else None
    about = {} if below is None else {"starting": sorted(ids), "here": unit_id}
    rungs = find_rungs(session, act.kind, [unit_id], below=below, about=about)
    _refuse_closed(rungs[unit_id])
    return None if below is None else rungs


@cache
def _starting_units(kind: RecordKind) -> Select[int]:
    """Return the statement for the units where the ladders of what waits here start."""
    chain = CHAINS[kind]
    model = chain.model
    here = among_named(model.id, "starting") & _is_waiting(model, bindparam("here"))
    columns = (getattr(model, name).label("id") for name in chain.starts_at)
    units = union(*(select(column).where(here) for column in columns)).subquery()
    return select(units.c.id).where(units.c.id.is_not(None))


def _refuse_closed(rung: Rung) -> None:
    """Refuse who acts for a unit that no longer decides (AZ-10, AZ-13)."""
    if not rung.is_active:
        raise Forbidden("本单位已停用，不能办理业务，请联系上级单位。")
    if not rung.decides:
        raise Forbidden("本单位的审核权限已关闭，待审核事项已转上级单位办理。")


def _open_rows(
    session: Session, act: Act, seen: Mapping[int, int | None], result: BatchResult
) -> dict[int, Any]:
    """Lock and return what waits at the actor's unit, in the version seen, for them.

    Rows are plain values: what the workflow asks of a record, and not the record.
    """
    chain, actor = CHAINS[act.kind], act.actor
    model = chain.model
    if chain.locks_subject and chain.subject is not None:
        subjects = select(chain.subject_column).where(among(model.id, seen))
        hold_people(session, Person.id.in_(subjects))
    took_part = taken_part(kind=act.kind, record_ids=seen, account_id=actor.account_id)
    columns = (*_plain_columns(model), model.id.in_(took_part).label("took_part"))
    named = visible(select(*columns), model, actor).where(among(model.id, seen))
    # Only what waits here is locked: a row further up may be held by who closes a unit.
    waiting = named.where(waits_at(actor, model)).order_by(model.id)
    found = session.execute(waiting.with_for_update(of=model)).all()
    rows = {row.id: row for row in found}
    if missing := seen.keys() - rows.keys():
        known = set(session.scalars(named.with_only_columns(model.id)))
        result.refused |= {
            key: Conflict(TAKEN) if key in known else Refused(UNSEEN) for key in missing
        }
    for key, row in rows.items():
        if seen[key] not in {None, row.version}:
            result.refused[key] = Conflict(CHANGED)
        elif (sentence := _not_theirs(act, row)) is not None:
            result.refused[key] = Forbidden(sentence)
    return {key: row for key, row in rows.items() if key not in result.refused}


def _plain_columns(model: Any) -> list[Any]:
    """Return what the workflow reads of a record: its place in it, and what it is about."""
    return [
        getattr(model, column.key)
        for column in model.__table__.c
        if column.foreign_keys or column.key in {"id", "version", "source"}
    ]


def _not_theirs(act: Act, row: Any) -> str | None:
    """Say why the actor must leave a row to others: theirs, or decided below (AZ-11)."""
    if CHAINS[act.kind].subject_of(row) == act.actor.person_id:
        return OWN
    return TOOK_PART if row.took_part else None


def _next_deciders(
    session: Session,
    act: Act,
    rows: Mapping[int, Any],
    *,
    after: int | None,
    result: BatchResult,
    rungs: Mapping[int, Rung] | None = None,
) -> dict[int | None, list[Any]]:
    """Group rows by the unit that decides next; None stands for nobody: approved."""
    starts = {key: CHAINS[act.kind].start(row) for key, row in rows.items()}
    ways = ladders(session, kind=act.kind, starts=starts, rungs=rungs)
    groups: dict[int | None, list[Any]] = defaultdict(list)
    for key, row in rows.items():
        try:
            following = next_decider(ways[key], after=after)
        except Refused as refused:
            result.refused[key] = refused
        else:
            groups[following.unit_id if following else None].append(row)
    return groups


def _decide_group(
    session: Session,
    act: Act,
    rows: Sequence[Any],
    decider_id: int | None,
    result: BatchResult,
) -> None:
    """Move rows that share their next decider, and let follow what follows."""
    if not rows:
        return
    chain = CHAINS[act.kind]
    to_state = LIFECYCLE[State.pending, act.action]
    if decider_id is not None:
        to_state = State.pending
    ids = {row.id for row in rows}
    moved = _move(
        session,
        chain.model,
        ids,
        {"decider_id": act.actor.unit_id},
        steps=1,
        from_state=State.pending,
        state=to_state,
        decider_id=decider_id,
        waiting_since=act.now,
        decided_at=act.now,
        opinion=act.comment,
    )
    for stale in ids - moved:
        result.refused[stale] = Conflict(TAKEN)
    write_events(
        session,
        act,
        model=chain.model,
        moved=moved,
        from_state=State.pending,
        to_state=to_state,
        next_unit_id=decider_id,
        steps_taken=1,
        subject=chain.subject,
    )
    done = sorted(moved)
    if to_state is State.approved and done:
        chain.on_approved(session, record_ids=done, actor=act.actor, now=act.now)
    result.done.extend(done)


# --- The declarant's own acts ---------------------------------------------------


def _submit(session: Session, act: Act, record: Any) -> None:
    """Send a record to the first unit of its ladder, computed afresh (WF-07)."""
    chain = CHAINS[act.kind]
    _require_owner(chain, act, record)
    if (record.state, act.action) not in LIFECYCLE:
        raise _impossible(record.state, act.action)
    if chain.subject is not None:
        hold_person(session, getattr(record, chain.subject))
    with counters.rewriting(session, record):
        chain.before_submit(session, record)
    session.flush()
    hung_on = {getattr(record, name) for name in type(record).__scope__}
    way = tree.hold_way(session, hung_on - {None})
    unit_changes.refuse_while_changing(session, way)
    start = chain.start(record)
    held = as_rungs(act.kind, way.values()) if start.units <= way.keys() else None
    found = ladders(session, kind=act.kind, starts={record.id: start}, rungs=held)
    first = next_decider(found[record.id], after=None)
    if first is None:
        raise Refused("没有可以审核的上级部门，请联系系统管理员。")
    values = {
        "decider_id": first.unit_id,
        "step": 0,
        "submitted_at": act.now,
        "waiting_since": act.now,
        "decided_at": None,
        "opinion": "",
    }
    _move_own(session, act, record, values, told=snapshot(record))


def _withdraw(session: Session, act: Act, record: Any) -> None:
    """Take a record back while nobody has decided anything (P06, P22)."""
    _require_owner(CHAINS[act.kind], act, record)
    if record.state is State.pending and record.step:
        raise Conflict("审核单位已经办理，不能再撤回；如需更改，请联系审核单位驳回。")
    _move_own(session, act, record, {"decider_id": None})


def _move_own(
    session: Session,
    act: Act,
    record: Any,
    values: Mapping[str, Any],
    told: dict[str, Any] | None = None,
) -> None:
    chain = CHAINS[act.kind]
    from_state, step = record.state, record.step
    to_state = LIFECYCLE.get((from_state, act.action))
    if to_state is None:
        raise _impossible(from_state, act.action)
    if to_state is State.withdrawn:
        to_state = chain.withdrawn_to
    with together(session):
        moved = _move(
            session,
            chain.model,
            [record.id],
            {"version": record.version, "step": step},
            from_state=from_state,
            state=to_state,
            **values,
        )
        if not moved:
            raise Conflict(TAKEN)
        write_events(
            session,
            act,
            model=chain.model,
            moved=moved,
            from_state=from_state,
            to_state=to_state,
            next_unit_id=values["decider_id"],
            snapshot=told,
        )
        if values["decider_id"] is not None:
            deciding = chain.permission(Action.approve)
            tell_of_arrival(session, act, values["decider_id"], permission=deciding)


def _require_owner(chain: Chain, act: Act, record: Any) -> None:
    if not _acts_for(chain, act.actor, record, act.action):
        raise Forbidden("只有申报人本人可以提交或撤回该记录。")


def _acts_for(chain: Chain, actor: Actor, record: Any, action: Action) -> bool:
    """Tell whether the record is the actor's to submit or to withdraw."""
    needed = chain.permissions.get(action)
    holds = needed is None or not actor.is_administrator or permits(actor, needed)
    return holds and chain.is_owner(actor, record)


def _impossible(state: State, action: Action) -> Conflict:
    return Conflict(
        "该记录当前为“%(state)s”，不能%(action)s，请刷新后查看。",
        state=state,
        action=action,
    )


def _move(
    session: Session,
    model: Any,
    ids: Collection[int],
    seen: Mapping[str, Any] = MappingProxyType({}),
    *,
    from_state: State,
    steps: int = 0,
    **values: Any,
) -> set[int]:
    """The conditional UPDATE behind every transition; returns the ids that moved.

    `seen` is what must still be so, by column; `steps` are added to the step.
    """
    guards = {**seen, "state": from_state}
    is_one = len(ids) == 1
    statement = _moving(model, tuple(guards), tuple(values), steps, is_one=is_one)
    about = {
        "ids": next(iter(ids)) if is_one else sorted(ids),
        **{f"seen_{name}": value for name, value in guards.items()},
        **{f"new_{name}": value for name, value in values.items()},
    }
    moved = {row.id for row in statement.rows(session, about)}
    for row in list(session.identity_map.values()):
        if isinstance(row, model) and inspect(row).identity[0] in moved:
            session.expire(row)
    to_state = cast("State", values.get("state", from_state))
    counters.note_move(session, model, moved, from_state=from_state, to_state=to_state)
    return moved


@cache
def _moving(
    model: Any,
    guards: tuple[str, ...],
    values: tuple[str, ...],
    steps: int,
    *,
    is_one: bool,
) -> Prepared:
    columns = table_of(model).c
    # One is found by its key: SQLite would look through the state for a list of ids.
    which = columns.id == bindparam("ids") if is_one else among_named(columns.id, "ids")

    def given(prefix: str, name: str) -> Any:
        return bindparam(f"{prefix}_{name}", type_=columns[name].type)

    changes = {name: given("new", name) for name in values}
    if steps:
        changes["step"] = columns.step + steps
    return Prepared(
        update(table_of(model))
        .where(which)
        .where(*(columns[name] == given("seen", name) for name in guards))
        .values(version=columns.version + 1, **changes)
        .returning(columns.id)
    )
