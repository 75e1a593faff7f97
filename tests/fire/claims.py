"""What must hold at every moment, whoever was killed and however many raced."""

from collections import defaultdict
from decimal import Decimal

from sqlalchemy import func, select

from admin_app.enums import Action, EntryKind, RecordKind, State
from admin_app.models import (
    AdminAssignment,
    Certificate,
    CreditEntry,
    Declaration,
    Person,
    PersonRegistration,
    Transfer,
    Unit,
    UnitChange,
    WorkflowEvent,
    YearTotal,
)
from admin_app.operations import audit

KINDS = {
    RecordKind.declaration: Declaration,
    RecordKind.transfer: Transfer,
    RecordKind.person_registration: PersonRegistration,
    RecordKind.unit_change: UnitChange,
}
WHOLE_YEAR = 90
"""What a year asks for at least, in hours."""


def half_states(session):
    """Every contradiction between states, events, ledger, totals and places."""
    session.rollback()
    session.expire_all()
    return [
        *_ledger(session),
        *_totals(session),
        *_events(session),
        *_certificates(session),
        *_places(session),
        *_tree(session),
        *_held_up(session),
        *_chiefs(session),
        *_chain(session),
    ]


def credited(session):
    """How many credits the ledger holds."""
    session.rollback()
    kind = CreditEntry.kind == EntryKind.credit
    return session.scalar(select(func.count()).select_from(CreditEntry).where(kind))


def states(session, model, ids):
    """The state of each record by its id, read anew."""
    session.rollback()
    rows = session.execute(select(model.id, model.state).where(model.id.in_(ids)))
    return {row.id: row.state for row in rows}


def decided_events(session, kind, record_id):
    """What was done to a record, in order."""
    return session.scalars(
        select(WorkflowEvent)
        .where(WorkflowEvent.kind == kind, WorkflowEvent.record_id == record_id)
        .order_by(WorkflowEvent.id)
    ).all()


def _ledger(session):
    lines_of = defaultdict(list)
    for entry in session.scalars(select(CreditEntry).order_by(CreditEntry.id)):
        if entry.declaration_id is not None:
            lines_of[entry.declaration_id].append(entry.amount)
    for record in session.scalars(select(Declaration)):
        # A credit, then in turn what takes it back and what gives it back.
        lines = lines_of[record.id]
        swings = [record.claimed * (-1) ** place for place in range(len(lines))]
        holds = len(lines) % 2 == 1
        is_taken_back = bool(lines) and not holds
        told = {State.approved: holds, State.revoked: is_taken_back}
        if lines != swings or not told.get(record.state, not lines):
            yield f"declaration {record.id} {record.state.name}: {lines}"


def _totals(session):
    earned = defaultdict(lambda: [Decimal(0), 0])
    for entry in session.scalars(select(CreditEntry)):
        key = (entry.person_id, entry.year, entry.subject_kind, entry.measure)
        earned[key][0] += entry.amount
        earned[key][1] += 1
    shown = {
        (row.person_id, row.year, row.subject_kind, row.measure): [
            row.amount,
            row.entries,
        ]
        for row in session.scalars(select(YearTotal))
    }
    for key in earned.keys() | shown.keys():
        if earned[key] != shown.get(key):
            yield f"total of person {key[0]}: {shown.get(key)} for {earned[key]}"


def _events(session):
    for kind, model in KINDS.items():
        last, finals = {}, defaultdict(int)
        events = select(WorkflowEvent).where(WorkflowEvent.kind == kind)
        for event in session.scalars(events.order_by(WorkflowEvent.id)):
            before = last.get(event.record_id)
            if before is not None and before.to_state is not event.from_state:
                yield f"{kind.name} {event.record_id}: events do not follow each other"
            last[event.record_id] = event
            done = event.action is Action.approve and event.to_state is State.approved
            finals[event.record_id] += done
        for record in session.scalars(select(model)):
            event = last.get(record.id)
            if event is not None and event.to_state is not record.state:
                yield f"{kind.name} {record.id}: {record.state.name}, {event.to_state}"
            if finals[record.id] != (record.state in {State.approved, State.revoked}):
                yield f"{kind.name} {record.id}: approved {finals[record.id]} times"


def _certificates(session):
    earned = defaultdict(Decimal)
    for entry in session.scalars(select(CreditEntry)):
        earned[entry.person_id, entry.year] += entry.amount
    held = select(Certificate).where(Certificate.revoked_at.is_(None))
    for certificate in session.scalars(held):
        if earned[certificate.person_id, certificate.year] < WHOLE_YEAR:
            yield f"certificate {certificate.number} stands on nothing"


def _places(session):
    for transfer in session.scalars(select(Transfer)):
        person = session.get_one(Person, transfer.person_id)
        moved = transfer.state is State.approved
        expected = transfer.to_unit_id if moved else transfer.from_unit_id
        if person.unit_id != expected:
            yield f"transfer {transfer.id} {transfer.state.name}: in {person.unit_id}"
    for row in session.scalars(select(PersonRegistration)):
        person = session.get_one(Person, row.person_id)
        if (person.unit_id is not None) != (row.state is State.approved):
            yield f"registration {row.id} {row.state.name}: in {person.unit_id}"


def _tree(session):
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    for unit in units.values():
        expected = "".join(f"{step}/" for step in _down_to(units, unit))
        if unit.path != f"/{expected}" or unit.depth != unit.path.count("/") - 2:
            yield f"unit {unit.id} stands at {unit.path}, {unit.depth}"
    for record in session.scalars(
        select(Declaration).where(Declaration.state == State.pending)
    ):
        if record.decider_id not in _down_to(units, units[record.unit_id]):
            yield f"declaration {record.id} waits at {record.decider_id}, not above it"


def _down_to(units, unit):
    """The ids from the root down to a unit, by its superiors alone."""
    above = units.get(unit.superior_id)
    return [*([] if above is None else _down_to(units, above)), unit.id]


def _held_up(session):
    units = {unit.id: unit for unit in session.scalars(select(Unit))}
    changing = set(
        session.scalars(
            select(UnitChange.unit_id).where(UnitChange.state == State.pending)
        )
    )
    for kind, model in KINDS.items():
        for record in session.scalars(
            select(model).where(model.state == State.pending)
        ):
            own = {record.unit_id} if model is UnitChange else set()
            names = set(model.__scope__) - {"person.unit_id"}
            places = {getattr(record, name) for name in names} - {None}
            above = {step for place in places for step in _down_to(units, units[place])}
            if found := (above - own) & changing:
                yield f"{kind.name} {record.id} waits below changing units {found}"


def _chiefs(session):
    chiefs = select(
        AdminAssignment.unit_id,
        func.count().filter(AdminAssignment.is_chief),
    ).group_by(AdminAssignment.unit_id)
    for unit_id, count in session.execute(chiefs):
        if count != 1:
            yield f"unit {unit_id} has {count} chiefs"


def _chain(session):
    _, broken = audit.verify(session)
    if broken is not None:
        yield f"audit line {broken.entry_id}: {broken.reason}"
