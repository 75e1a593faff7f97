"""Errors that somebody could make, as test doubles: each breaks one guard.

A bug is a function of pytest's monkeypatch and the world; nothing of it is in the program.
"""

import contextlib
from dataclasses import replace

from sqlalchemy import select, text, update

from admin_app import workflows
from admin_app.enums import Action, RecordKind, State
from admin_app.models import (
    Declaration,
    Person,
    PersonRegistration,
    Transfer,
    Unit,
    WorkflowEvent,
)
from admin_app.operations import (
    administrators,
    certificates,
    credit,
    hours_checks,
    profiles,
    routing,
    transfers,
    tree,
    unit_changes,
    units,
)
from admin_app.operations.routing import Start

BUGS = {}
AT_LENGTH = set()
"""The bugs that only `make soak` plants."""


def bug(name, *, at_length=False):
    """Register a bug under the sentence that tells it."""

    def register(plant):
        BUGS[name] = plant
        if at_length:
            AT_LENGTH.add(name)
        return plant

    return register


def nothing(*_args, **_options):
    """Leave a guard out."""


def rehook(patch, kind, **hooks):
    chain = replace(workflows.CHAINS[kind], **hooks)
    patch.setitem(workflows.CHAINS, kind, chain)


# --- the ledger -------------------------------------------------------------------


@bug("a declaration is credited twice, and no unique index guards")
def double_credit(patch, world):
    world.connection.execute(text("DROP INDEX uq_credit_entry_once"))

    def twice(session, **options):
        credit.credit_declarations(session, **options)
        credit.credit_declarations(session, **options)

    rehook(patch, RecordKind.declaration, on_approved=twice)


@bug("every rung credits, and no unique index guards", at_length=True)
def credit_on_each_rung(patch, world):
    world.connection.execute(text("DROP INDEX uq_credit_entry_once"))
    original = workflows._decide_group

    def decide_and_credit(session, act, rows, decider_id, result):
        ids = [row.id for row in rows]
        original(session, act, rows, decider_id, result)
        if act.kind is RecordKind.declaration and decider_id is not None:
            options = {"actor": act.actor, "now": act.now}
            credit.credit_declarations(session, record_ids=ids, **options)

    patch.setattr(workflows, "_decide_group", decide_and_credit)


@bug("an approval forgets the ledger", at_length=True)
def no_credit(patch, world):
    rehook(patch, RecordKind.declaration, on_approved=nothing)


@bug("the yearly totals are not updated", at_length=True)
def no_totals(patch, world):
    patch.setattr(credit, "_add_to_totals", nothing)


@bug("a declaration that is sent again does not leave its old count", at_length=True)
def counted_twice(patch, world):
    patch.setattr(workflows.counters, "rewriting", lambda *_: contextlib.nullcontext())


@bug("the counts above stay where a unit has moved away")
def rolls_stay(patch, world):
    patch.setattr(workflows.counters, "move_rolls", nothing)


@bug("a batch credits its first row only", at_length=True)
def first_of_batch(patch, world):
    def only_first(session, *, record_ids, **options):
        credit.credit_declarations(session, record_ids=record_ids[:1], **options)

    rehook(patch, RecordKind.declaration, on_approved=only_first)


@bug("a transfer takes the person's declarations with it", at_length=True)
def declarations_move(patch, world):
    def move_all(session, *, record_ids, **options):
        transfers.move_people(session, record_ids=record_ids, **options)
        for transfer in session.scalars(
            select(Transfer).where(Transfer.id.in_(record_ids))
        ):
            session.execute(
                update(Declaration)
                .where(Declaration.person_id == transfer.person_id)
                .values(unit_id=transfer.to_unit_id)
            )

    rehook(patch, RecordKind.transfer, on_approved=move_all)


# --- hours taken back ---------------------------------------------------------------


@bug("hours that are taken back stay in the yearly totals")
def totals_stay(patch, world):
    patch.setattr(credit, "_move_totals", nothing)


@bug("a certificate stays in force though its year is complete no more")
def certificate_stays(patch, world):
    def keep(session, **options):
        return []

    patch.setattr(hours_checks, "revoke_unmet", keep)


@bug("a unit gives back what one above it has taken")
def restored_below(patch, world):
    def anybody(session, **options):
        return {}

    patch.setattr(workflows, "refuse_inferior", anybody)


@bug(
    "every certificate of the person's year is revoked, complete or not", at_length=True
)
def all_revoked(patch, world):
    def unmet(session, years):
        return set(years)

    patch.setattr(certificates, "unmet_years", unmet)


@bug("hours are taken back by who does not see them", at_length=True)
def checked_unseen(patch, world):
    def everything(statement, *_scope):
        return statement

    patch.setattr(workflows, "visible", everything)


# --- who decides ------------------------------------------------------------------


@bug("a rung is skipped")
def skipped_rung(patch, world):
    original = workflows.next_decider

    def one_further(rungs, *, after):
        found = original(rungs, after=after)
        if after is None or found is None:
            return found
        return original(rungs, after=found.unit_id) or found

    patch.setattr(workflows, "next_decider", one_further)


@bug("somebody decides on themself")
def self_approval(patch, world):
    def refuse_only_takers(_act, row):
        return "本人" if row.took_part else None

    patch.setattr(workflows, "_not_theirs", refuse_only_takers)


@bug("somebody decides on two rungs")
def twice_by_one(patch, world):
    def refuse_only_subjects(act, row):
        subject_id = workflows.CHAINS[act.kind].subject_of(row)
        return "本人" if subject_id == act.actor.person_id else None

    patch.setattr(workflows, "_not_theirs", refuse_only_subjects)


@bug("anybody above decides, whose turn it is or not")
def out_of_turn(patch, world):
    def own_or_below(actor, model):
        below = select(Unit.id).where(Unit.path.startswith(actor.unit_path))
        return (model.state == State.pending) & model.decider_id.in_(below)

    original = workflows._move

    def move_any(session, model, ids, _seen=None, **options):
        return original(session, model, ids, **options)

    patch.setattr(workflows, "waits_at", own_or_below)
    patch.setattr(workflows, "_move", move_any)


@bug("the version that was seen is not compared")
def no_version(patch, world):
    original = workflows._open_rows

    def any_version(session, act, seen, result):
        return original(session, act, dict.fromkeys(seen), result)

    patch.setattr(workflows, "_open_rows", any_version)


@bug("the UPDATE names only the record, not its state and decider")
def no_guard(patch, world):
    def move_always(session, model, ids, _seen=None, *, from_state, steps=0, **values):
        values = {"step": model.step + steps, "version": model.version + 1} | values
        statement = (
            update(model)
            .where(model.id.in_(list(ids)))
            .values(**values)
            .returning(model.id)
            .execution_options(synchronize_session=False)
        )
        moved = set(session.scalars(statement))
        session.expire_all()
        return moved

    patch.setattr(workflows, "_move", move_always)


# --- the way ----------------------------------------------------------------------


@bug("a draft keeps the unit in which it was written")
def old_unit(patch, world):
    patch.setattr(workflows, "take_place", nothing)


@bug("a resubmitted record goes to whoever rejected it")
def back_to_rejecter(patch, world):
    original = workflows._move_own

    def back(session, act, record, values, told=None):
        rejected = session.scalar(
            select(WorkflowEvent.unit_id)
            .where(
                WorkflowEvent.kind == act.kind,
                WorkflowEvent.record_id == record.id,
                WorkflowEvent.action == Action.reject,
            )
            .order_by(WorkflowEvent.id.desc())
            .limit(1)
        )
        if act.action is Action.submit and rejected is not None:
            values = {**values, "decider_id": rejected}
        original(session, act, record, values, told)

    patch.setattr(workflows, "_move_own", back)


@bug("closed review rights are ignored on the way up")
def closed_ignored(patch, world):
    original = routing.as_rungs

    def all_open(kind, units):
        found = original(kind, units)
        return {i: replace(rung, is_open=True) for i, rung in found.items()}

    patch.setattr(routing, "as_rungs", all_open)
    patch.setattr(workflows, "as_rungs", all_open)


@bug("what waits at a closed unit stays there")
def queue_stays(patch, world):
    def stay(session, **options):
        return []

    patch.setattr(workflows, "pass_over", stay)


@bug("a record is withdrawn after somebody has decided", at_length=True)
def late_withdrawal(patch, world):
    def withdraw(session, act, record):
        workflows._require_owner(workflows.CHAINS[act.kind], act, record)
        workflows._move_own(session, act, record, {"decider_id": None})

    patch.setattr(workflows, "_withdraw", withdraw)


# --- what is told -----------------------------------------------------------------


@bug("the snapshot is that of the first submission")
def old_snapshot(patch, world):
    original = workflows.snapshot

    def first_kept(record):
        session = workflows.Session.object_session(record)
        kept = session.scalar(
            select(WorkflowEvent.snapshot)
            .where(
                WorkflowEvent.kind == workflows.KINDS[type(record)],
                WorkflowEvent.record_id == record.id,
                WorkflowEvent.action == Action.submit,
            )
            .order_by(WorkflowEvent.id)
            .limit(1)
        )
        return kept or original(record)

    patch.setattr(workflows, "snapshot", first_kept)


@bug("a batch tells of its first row only", at_length=True)
def events_lost(patch, world):
    original = workflows.write_events

    def only_first(session, act, *, moved, **options):
        original(session, act, moved=sorted(moved)[:1], **options)

    patch.setattr(workflows, "write_events", only_first)


# --- people -----------------------------------------------------------------------


@bug("a person moves while something of theirs is under review")
def blocked_moves(patch, world):
    patch.setattr(transfers, "_refuse_blocked", nothing)


@bug("a declaration is sent while its person moves")
def sent_while_moving(patch, world):
    patch.setattr(transfers, "refuse_while_moving", nothing)


@bug("a confirmed transfer leaves the person where they were", at_length=True)
def nobody_moves(patch, world):
    rehook(patch, RecordKind.transfer, on_approved=nothing)


@bug("a rejected registration is sent again by who has a unit by now", at_length=True)
def second_home(patch, world):
    def admit_anywhere(session, *, record_ids, **_options):
        for row in session.scalars(
            select(PersonRegistration).where(PersonRegistration.id.in_(record_ids))
        ):
            person = session.get_one(Person, row.person_id)
            person.unit_id, person.region_id = None, None
        session.flush()

    rehook(
        patch,
        RecordKind.person_registration,
        on_approved=admit_anywhere,
        before_submit=nothing,
    )


# --- profiles ---------------------------------------------------------------------


@bug("an approved change of a profile changes nothing", at_length=True)
def idle_change(patch, world):
    rehook(patch, RecordKind.person_change, on_approved=nothing)


@bug("a change of a profile takes effect before it is approved", at_length=True)
def change_at_once(patch, world):
    original = profiles.keep

    def keep_and_apply(session, **options):
        change = original(session, **options)
        profiles._apply(session, change.person, change)
        return change

    patch.setattr(profiles, "keep", keep_and_apply)


@bug("two changes of one tab wait, and no unique index guards", at_length=True)
def two_changes(patch, world):
    world.connection.execute(text("DROP INDEX uq_person_change_open"))
    patch.setattr(profiles, "_refuse_pending", nothing)


@bug("who moves may ask for a change of the profile as well", at_length=True)
def change_while_moving(patch, world):
    patch.setattr(profiles, "refuse_while_moving", nothing)


# --- administrators ---------------------------------------------------------------


@bug("handing over makes a second chief, and no unique index guards")
def two_chiefs(patch, world):
    world.connection.execute(text("DROP INDEX uq_admin_assignment_one_chief"))
    original = administrators.hand_over

    def keep_both(session, *, actor, assignment, now):
        former = session.get_one(administrators.AdminAssignment, actor.assignment_id)
        kept = {
            "unit_id": former.unit_id,
            "account_id": former.account_id,
            "role_id": former.role_id,
        }
        original(session, actor=actor, assignment=assignment, now=now)
        session.add(administrators.AdminAssignment(**kept, is_chief=True))
        session.flush()

    patch.setattr(administrators, "hand_over", keep_both)


@bug("handing over leaves no chief", at_length=True)
def no_chief(patch, world):
    original = administrators.hand_over

    def leave_none(session, **options):
        heir = original(session, **options)
        heir.is_chief = False
        session.flush()
        return heir

    patch.setattr(administrators, "hand_over", leave_none)


@bug("a sibling closes what is not below it", at_length=True)
def anybody_closes(patch, world):
    def lock_any(session, actor, unit, verb):
        return units.lock_unit(session, unit.id)

    patch.setattr(units, "_lock_subordinate", lock_any)


@bug("an administrator who is disabled goes on", at_length=True)
def disabled_goes_on(patch, world):
    def pretend(session, *, actor, assignment):
        administrators._lock_subordinate(session, actor, assignment, "disable")

    patch.setattr(administrators, "disable_assignment", pretend)


@bug("an approved succession leaves the former chief in office", at_length=True)
def nobody_follows(patch, world):
    rehook(patch, RecordKind.succession, on_approved=nothing)


# --- units that change ------------------------------------------------------------


@bug("a unit changes while something waits in it or below")
def blocked_change(patch, world):
    patch.setattr(unit_changes, "_refuse_blocked", nothing)


@bug("something is sent below a unit that changes")
def sent_below_a_change(patch, world):
    patch.setattr(unit_changes, "refuse_while_changing", nothing)


@bug("the superior to whom a unit goes is not asked")
def new_superior_unheard(patch, world):
    def old_one_only(record):
        return Start(named={"old_superior": record.old_superior_id})

    rehook(patch, RecordKind.unit_change, start=old_one_only)


@bug("an approved change leaves the unit as it was", at_length=True)
def idle_unit_change(patch, world):
    rehook(patch, RecordKind.unit_change, on_approved=nothing)


@bug("a unit that moves keeps the path of where it stood", at_length=True)
def path_left_behind(patch, world):
    def hang_elsewhere(session, *, unit, superior):
        unit.superior_id = superior.id
        session.flush()

    patch.setattr(tree, "move_below", hang_elsewhere)
