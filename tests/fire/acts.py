"""What workers do: the same calls as the views', each one transaction."""

import time
from dataclasses import replace

from sqlalchemy.orm import Session

from admin_app.columns import utc_now
from admin_app.database import writing
from admin_app.enums import Action, RecordKind
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.models import (
    AdminAssignment,
    Declaration,
    Person,
    PersonRegistration,
    Transfer,
    Unit,
)
from admin_app.operations import declarations, transfers, unit_changes
from admin_app.operations.administrators import hand_over
from admin_app.operations.applicants import applicant_actor
from admin_app.workflows import CHAINS, close_review, perform, perform_many
from tests import factories as make
from tests.declaring import CLAIM, TODAY

LOOKS = 4
"""How often somebody reads before they write once."""


def decide(session, *, actor, kind, seen, action=Action.approve, comment="好"):
    """Decide on a selection; the ids that were done, and why the others were not."""
    result = perform_many(
        session,
        actor=actor,
        kind=kind,
        ids=seen,
        action=action,
        comment=comment,
        now=utc_now(),
    )
    return result.done, {key: why.sentence for key, why in result.refused.items()}


def decide_one(session, *, actor, kind, record_id, version=None, action=Action.approve):
    """Decide on one record, or be refused."""
    done, refused = decide(
        session, actor=actor, kind=kind, seen={record_id: version}, action=action
    )
    if not done:
        raise Refused(refused[record_id])


def decide_one_by_one(session, *, actor, kind, ids):
    """Decide on each of these in a transaction of its own; the ids that were done."""
    mine = []
    for record_id in ids:
        done, _ = decide(session, actor=actor, kind=kind, seen={record_id: None})
        session.commit()
        mine += done
    return mine


def decide_in_batches(session, *, actor, kind, ids, size):
    """Decide on these in batches; the ids that were done."""
    mine = []
    for start in range(0, len(ids), size):
        seen = dict.fromkeys(ids[start : start + size])
        done, _ = decide(session, actor=actor, kind=kind, seen=seen)
        session.commit()
        mine += done
    return mine


def withdraw(session, *, actor, kind, record_id):
    """Take a record back."""
    record = session.get_one(CHAINS[kind].model, record_id)
    perform(session, actor=actor, record=record, action=Action.withdraw, now=utc_now())


def submit(session, *, actor, record_id):
    """Send a stored declaration."""
    record = declarations.make_ready(
        session, actor=actor, record_id=record_id, today=TODAY
    )
    perform(session, actor=actor, record=record, action=Action.submit, now=utc_now())


def save(session, *, actor, record_id, title):
    """Change a stored declaration."""
    declarations.revise(
        session,
        actor=actor,
        record_id=record_id,
        claim=replace(CLAIM, title=title),
        today=TODAY,
        is_complete=False,
    )


def rewrite(session, *, actor, record_id, title):
    """Take a declaration back, change it and send it again, as fast as can be."""
    withdraw(session, actor=actor, kind=RecordKind.declaration, record_id=record_id)
    session.commit()
    save(session, actor=actor, record_id=record_id, title=title)
    session.commit()
    submit(session, actor=actor, record_id=record_id)


def ask_for_transfer(session, *, actor, person_id, to_unit_id):
    """Ask for a move and send it."""
    record = transfers.request_transfer(
        session,
        actor=actor,
        person_id=person_id,
        move=transfers.Move(to_unit_id=to_unit_id, reason="工作调动"),
    )
    perform(session, actor=actor, record=record, action=Action.submit, now=utc_now())


def ask_for_superior(session, *, actor, superior_id):
    """Ask for another superior of one's unit and send it."""
    record = unit_changes.request_superior(
        session, actor=actor, superior_id=superior_id, reason="机构改革"
    )
    perform(session, actor=actor, record=record, action=Action.submit, now=utc_now())


def ask_for_code(session, *, actor, code):
    """Ask for another code of one's unit and send it."""
    record = unit_changes.request_code(
        session, actor=actor, code=code, reason="证照换发"
    )
    perform(session, actor=actor, record=record, action=Action.submit, now=utc_now())


def write_and_send(session, *, actor, person_id):
    """Write a declaration and send it, in one go."""
    record = make.declaration(session, session.get_one(Person, person_id))
    perform(session, actor=actor, record=record, action=Action.submit, now=utc_now())


def close(session, *, actor, unit_id):
    """Close a subordinate's right to decide; the ids that moved up."""
    unit = session.get_one(Unit, unit_id)
    return close_review(session, actor=actor, unit=unit, now=utc_now())


def read_and_write(session, *, actor, ids, seconds):
    """Look at lists and decide, in turn, for some seconds; the writes' durations."""
    del session
    until, durations, turn = time.monotonic() + seconds, [], 0
    while time.monotonic() < until:
        for _ in range(LOOKS):
            with writing(enabled=False), Session(db.engine) as each:
                look(each, actor=actor)
        record_id = ids[turn % len(ids)]
        turn += 1
        began = time.perf_counter()
        decide(
            db.session(),
            actor=actor,
            kind=RecordKind.declaration,
            seen={record_id: None},
        )
        db.session.commit()
        durations.append(time.perf_counter() - began)
    return durations


def look(session, *, actor):
    """Read what a list page reads."""
    waiting = session.query(Declaration).filter_by(decider_id=actor.unit_id)
    newest = session.query(Transfer).order_by(Transfer.id.desc())
    return waiting.count(), waiting.limit(20).all(), newest.limit(20).all()


def hand_over_to(session, *, actor, assignment_id):
    """Make this administrator the chief."""
    assignment = session.get_one(AdminAssignment, assignment_id)
    hand_over(session, actor=actor, assignment=assignment, now=utc_now())


def withdraw_registration(session, *, record_id):
    """Take a registration back, as whoever asked for its progress."""
    record = session.get_one(PersonRegistration, record_id)
    actor = applicant_actor(record.person)
    perform(session, actor=actor, record=record, action=Action.withdraw, now=utc_now())
