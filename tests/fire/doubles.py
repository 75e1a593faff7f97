"""Broken variants of the product's guards; each must be found by the test of its guard.

A double is a name and what stands there instead, in the workers of one test only. On
SQLite the write lock at BEGIN is a guard of its own, and is taken away with the other.
"""

import contextlib
import time

from sqlalchemy import select, update

from admin_app.enums import EntryKind, State
from admin_app.models import (
    CreditEntry,
    Declaration,
    Person,
    Transfer,
    Unit,
    YearTotal,
)
from admin_app.operations import certificates, credit, routing
from admin_app.operations.credit import TOTAL_KEY
from admin_app.operations.history import write_events
from admin_app.rules.ladders import Rung
from admin_app.rules.paths import way_up

WINDOW = 0.004
"""Seconds between a look and the write that relies on it."""


@contextlib.contextmanager
def without_write_lock(*, enabled=True):
    """Begin transactions as SQLite would by itself."""
    del enabled
    yield


def open_rows(session, act, seen, result):
    """Read the rows without lock, state or version."""
    from admin_app.workflows import CHAINS  # noqa: PLC0415 - patched there

    del result
    model = CHAINS[act.kind].model
    rows = session.scalars(select(model).where(model.id.in_(list(seen)))).all()
    time.sleep(WINDOW)
    return {row.id: row for row in rows}


def move(session, model, ids, seen=None, *, from_state, steps=0, **values):
    """Write the new state wherever the row is meanwhile."""
    del seen, from_state
    values = {"step": model.step + steps, "version": model.version + 1} | values
    statement = update(model).where(model.id.in_(list(ids))).values(**values)
    statement = statement.returning(model.id)
    moved = set(session.scalars(statement.execution_options(synchronize_session=False)))
    for row in list(session.identity_map.values()):
        if isinstance(row, model) and row.id in moved:
            session.expire(row)
    return moved


def confirm_group(session, act, rows, decider_id, result):
    """Move the people without asking where they are."""
    for row in rows:
        transfer = session.get_one(Transfer, row.id)
        moved = move(
            session,
            Transfer,
            [row.id],
            from_state=State.pending,
            state=State.approved,
            decider_id=decider_id,
        )
        transfer.person.unit_id = transfer.to_unit_id
        write_events(
            session,
            act,
            model=Transfer,
            moved=moved,
            from_state=State.pending,
            to_state=State.approved,
            next_unit_id=None,
        )
        result.done.extend(moved)


def add_to_totals(session, about):
    """Read each total, add to it and write it."""
    for *key, amount, entries in session.execute(credit.earned(), about).all():
        names = dict(zip(TOTAL_KEY, key, strict=True))
        which = [getattr(YearTotal, name) == value for name, value in names.items()]
        columns = select(YearTotal.id, YearTotal.amount, YearTotal.entries)
        found = session.execute(columns.where(*which)).one_or_none()
        time.sleep(WINDOW)
        if found is None:
            session.add(YearTotal(**names, amount=amount, entries=entries))
            session.flush()
            continue
        session.execute(
            update(YearTotal)
            .where(YearTotal.id == found.id)
            .values(amount=found.amount + amount, entries=found.entries + entries)
        )


def count_nothing(*_whatever, **_named):
    """Leave the counters alone."""


def lock_nobody(*_whatever):
    """Let the people be."""
    time.sleep(WINDOW)


def read_person(session, person_id):
    """Read the person without locking them."""
    person = session.get_one(Person, person_id)
    time.sleep(WINDOW)
    return person


def read_declaration(session, record_id):
    """Read the declaration and its person without locking them."""
    record = session.get(Declaration, record_id)
    time.sleep(WINDOW)
    return record


def read_rungs(session, kind, _unit_ids, **_more):
    """Read the units without holding them."""
    columns = select(
        Unit.id, Unit.kind, Unit.has_review_right, Unit.is_active, Unit.superior_id
    )
    rows = session.execute(columns).all()
    time.sleep(WINDOW)
    return {
        unit_id: Rung(
            unit_id=unit_id,
            kind=unit_kind,
            is_open=is_open or kind not in routing.CLOSABLE,
            is_active=is_active,
            superior_id=superior_id,
        )
        for unit_id, unit_kind, is_open, is_active, superior_id in rows
    }


def read_way(session, unit_ids):
    """Read the ways up without holding them."""
    paths = session.scalars(select(Unit.path).where(Unit.id.in_(unit_ids)))
    steps = {step for path in paths for step in way_up(path)}
    units = select(*Unit.__table__.c).where(Unit.id.in_(steps))
    return {row.id: row for row in session.execute(units)}


def read_unit(session, unit_id):
    """Read the unit without holding it or what is below."""
    return session.get_one(Unit, unit_id)


def ladders_later(session, **options):
    """Take a moment between the look and the write."""
    time.sleep(WINDOW)
    return routing.ladders(session, **options)


def own_open(session, actor, record_id):
    """Return the declaration whatever its state is, without a lock."""
    del actor
    return session.get_one(Declaration, record_id)


def lock_no_unit(session, unit_id):
    """Read the unit without locking it."""
    unit = session.get_one(Unit, unit_id)
    time.sleep(WINDOW)
    return unit


def credit_later(session, act, rows, decider_id, result):
    """Commit the decision, and credit it a little later."""
    from admin_app import workflows  # noqa: PLC0415 - patched there

    steps = {row.id: row.step for row in rows}
    moved = move(
        session,
        Declaration,
        Declaration.id.in_(list(steps)),
        from_state=State.pending,
        state=State.approved,
        decider_id=decider_id,
    )
    session.commit()
    time.sleep(0.2)
    ids = sorted(moved)
    workflows.credit_declarations(session, record_ids=ids, actor=act.actor, now=act.now)
    result.done.extend(ids)


def credited_rows(session, act, seen, result):
    """Read the declarations without lock or state."""
    del act, result
    rows = session.scalars(select(Declaration).where(Declaration.id.in_(seen))).all()
    time.sleep(WINDOW)
    return {row.id: row for row in rows}


def answer_blindly(session, *, record_ids, check):
    """Take back what was credited, whatever became of it since."""
    kept = (*TOTAL_KEY, "unit_id", "region_id", "origin", "declaration_id")
    lines = select(CreditEntry).where(CreditEntry.declaration_id.in_(record_ids))
    for line in session.scalars(
        lines.where(CreditEntry.kind == EntryKind.credit)
    ).all():
        answer = CreditEntry(
            **{name: getattr(line, name) for name in kept},
            kind=EntryKind.reversal,
            amount=-line.amount,
            reverses_id=line.id,
            check_id=check.id,
        )
        session.add(answer)
    session.flush()
    credit._move_totals(session, check)


def revoke_early(session, **options):
    """Look for certificates well before the hours are seen to be gone."""
    revoked = certificates.revoke_unmet(session, **options)
    time.sleep(5 * WINDOW)
    return revoked


NO_WRITE_LOCK = ("tests.fire.crew.writing", without_write_lock)
UNGUARDED_DECISION = (
    ("admin_app.workflows._open_rows", open_rows),
    ("admin_app.workflows._move", move),
)
UNGUARDED_CONFIRMATION = (
    ("admin_app.workflows._open_rows", open_rows),
    ("admin_app.workflows._decide_group", confirm_group),
)
UNGUARDED_WITHDRAWAL = (("admin_app.workflows._move", move), NO_WRITE_LOCK)
TOTALS_BY_HAND = (
    ("admin_app.operations.credit._add_to_totals", add_to_totals),
    # The row of the unit's counter is held from the decision on, and would guard totals.
    ("admin_app.operations.counters.note_move", count_nothing),
    NO_WRITE_LOCK,
)
UNLOCKED_PERSON = (
    ("admin_app.workflows.hold_people", lock_nobody),
    ("admin_app.workflows.hold_person", lock_nobody),
    ("admin_app.operations.declarations._find_locked", read_declaration),
    ("admin_app.operations.transfers.held", read_person),
    NO_WRITE_LOCK,
)
UNGUARDED_CHECK = (
    ("admin_app.workflows._credited_rows", credited_rows),
    ("admin_app.workflows._move", move),
    ("admin_app.operations.hours_checks.answer_credits", answer_blindly),
    NO_WRITE_LOCK,
)
UNLOCKED_CHECK = (
    ("admin_app.workflows.hold_people", lock_nobody),
    ("admin_app.operations.certificates.held", lock_nobody),
    ("admin_app.operations.hours_checks.revoke_unmet", revoke_early),
    NO_WRITE_LOCK,
)
UNHELD_UNIT = (
    ("admin_app.workflows.find_rungs", read_rungs),
    ("admin_app.operations.routing.find_rungs", read_rungs),
    # Who sends something holds the unit also as part of its way up.
    ("admin_app.operations.tree.hold_way", read_way),
    NO_WRITE_LOCK,
)
UNHELD_TREE = (
    ("admin_app.operations.tree.hold_way", read_way),
    ("admin_app.operations.tree.hold_below", read_unit),
    ("admin_app.workflows.ladders", ladders_later),
    NO_WRITE_LOCK,
)
CHANGEABLE_ALWAYS = (("admin_app.operations.declarations._own_open", own_open),)
UNLOCKED_HANDOVER = (
    ("admin_app.operations.administrators.lock_unit", lock_no_unit),
    NO_WRITE_LOCK,
)
CREDIT_LATER = (("admin_app.workflows._decide_group", credit_later),)
