"""A machine that plays people at random on a small tree and compares with the oracle.

Every act is the program's own function. The oracle says beforehand whether it happens;
after every act the whole database is compared with what the oracle believes.
"""

from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admin_app import workflows
from admin_app.enums import (
    Action,
    AttachmentPurpose,
    IdentityKind,
    ProfileSection,
    RecordKind,
    Source,
)
from admin_app.errors import Refused
from admin_app.models import (
    AdminAssignment,
    AnnualRequirement,
    Attachment,
    Certificate,
    CreditEntry,
    Declaration,
    Person,
    PersonChange,
    PersonRegistration,
    ProfessionalPost,
    Succession,
    Transfer,
    Unit,
    UnitChange,
    WorkflowEvent,
    YearTotal,
)
from admin_app.operations import (
    administrators,
    certificates,
    counters,
    declarations,
    profiles,
    succession,
    transfers,
    unit_changes,
    units,
)
from admin_app.operations.hours_checks import Finding
from admin_app.operations.identities import Identity, actor_of
from admin_app.permissions import Actor
from tests import factories as make
from tests.cast import stage
from tests.declaring import TODAY, claim
from tests.workflows.oracle import (
    CHANGE,
    DECLARATION,
    REGISTRATION,
    REOPENED,
    REQUIRED,
    SUCCESSION,
    TRANSFER,
    UNIT_CHANGE,
    Admin,
    Human,
    Oracle,
    Paper,
    Place,
    Record,
)

MODELS = {
    DECLARATION: Declaration,
    REGISTRATION: PersonRegistration,
    TRANSFER: Transfer,
    CHANGE: PersonChange,
    SUCCESSION: Succession,
    UNIT_CHANGE: UnitChange,
}
REVIEWING = ("approve_hours:view", "approve_hours:approve", "approve_hours:reject")
EMPLOYERS = ("school", "other_school", "bureau")
PLACES = ("province", "city", "bureau", "school", "other_school")
AMOUNTS = (Decimal(8), Decimal(16), Decimal(24))
MOST_RECORDS = 16
OPENINGS = ("check", "close", "reject", "change", "move", "work")
"""What a run may begin with."""

number = st.integers(0, 999)
rarely = st.sampled_from([False, False, False, True])
often = st.sampled_from([True, True, True, True, False])
checks = st.sampled_from([Action.revoke, Action.restore])
verdict = st.sampled_from([Action.approve, Action.approve, Action.reject])


class World:
    """The cast on stage, with an understudy; every example begins with it anew."""

    def __init__(self, connection):
        self.connection = connection
        with self.session() as session:
            cast = stage(session)
            # The reviewer is a professional as well, and decides at the bureau too.
            human = cast.reviewer.account.person
            human.unit_id, human.region_id = cast.school.id, cast.school.region_id
            above = make.role(session, *REVIEWING, unit=cast.bureau)
            deputy = make.assignment(session, cast.reviewer.account, cast.bureau, above)
            self.role_id = cast.reviewer.role_id
            session.execute(
                update(AnnualRequirement).values(
                    total=REQUIRED, public_min=None, professional_min=None
                )
            )
            self.units = {name: getattr(cast, name).id for name in PLACES}
            self.codes = {n: getattr(cast, n).registration_code for n in PLACES}
            people = (cast.teacher, cast.colleague, cast.stranger, human)
            self.humans = [(p.id, p.account.id, p.unit_id) for p in people]
            assignments = (
                cast.chief, cast.reviewer, cast.other_chief, cast.bureau_chief,
                deputy, cast.city_chief, cast.province_chief,
            )  # fmt: skip
            self.admins = [
                (a.id, a.account.person_id, a.account_id, a.unit_id, a.is_chief)
                for a in assignments
            ]
            session.commit()

    def session(self):
        return Session(self.connection, join_transaction_mode="create_savepoint")

    def oracle(self):
        places, above = {}, None
        for name in PLACES:
            above = places.get("bureau", above)
            is_authority = name in {"province", "city"}
            places[name] = Place(
                name, self.units[name], above, is_authority, code=self.codes[name]
            )
            above = places[name]
        by_id = {place.id: place for place in places.values()}
        humans = [Human(i, account, by_id[unit]) for i, account, unit in self.humans]
        known = {human.id: human for human in humans}
        admins = [
            Admin(
                assignment,
                known.setdefault(person, Human(person, account, None)),
                by_id[unit],
                is_chief,
            )
            for assignment, person, account, unit, is_chief in self.admins
        ]
        return Oracle(places, humans, admins)


class Machine(RuleBasedStateMachine):
    """One run: acts of people, each judged by the oracle."""

    def __init__(self, world, opening):
        super().__init__()
        self.world, self.opening = world, opening
        self.savepoint = world.connection.begin_nested()
        self.session = world.session()
        self.oracle = world.oracle()
        self.now = datetime(2025, 11, 18, tzinfo=UTC)
        self.dismissed = []
        self.proofs = 0
        self.of_before = {admin.id: self.acting(admin) for admin in self.oracle.admins}

    def teardown(self):
        self.session.close()
        self.savepoint.rollback()

    # --- acting ---------------------------------------------------------------------

    def attempt(self, act, *, expected):
        """Act as one request would, all or nothing, and compare with what was expected."""
        self.now += timedelta(minutes=1)
        savepoint = self.session.begin_nested()
        refusal = None
        try:
            act()
            savepoint.commit()
        except Refused as refused:
            refusal = refused
            savepoint.rollback()
            self.session.expire_all()
        except IntegrityError as error:
            message = "only the database refused it"
            raise AssertionError(message) from error
        assert (refusal is None) == expected, refusal or "it happened, and must not"
        return expected

    def acting(self, admin):
        identity = Identity(IdentityKind.administrator, admin.id)
        return actor_of(self.session, admin.human.account_id, identity)

    def individual(self, human):
        if human.place is None:
            return Actor(human.account_id, human.id, "", IdentityKind.individual)
        identity = Identity(IdentityKind.individual)
        return actor_of(self.session, human.account_id, identity)

    def owner(self, record):
        """Return who may submit and withdraw a record, or None when nobody is there."""
        if record.kind is SUCCESSION:
            return self.acting(record.asker)
        if record.kind is UNIT_CHANGE:
            chief = self.chief(record.place)
            return self.acting(chief) if chief.is_live else None
        if record.filed_by is None:
            return self.individual(record.human)
        chief = self.chief(record.filed_by)
        return self.acting(chief) if chief.is_live else None

    def chief(self, place):
        return next(a for a in self.oracle.admins if a.place is place and a.is_chief)

    def row(self, record):
        return self.session.get_one(
            MODELS[record.kind], record.id, populate_existing=True
        )

    def perform(self, actor, record, action, **options):
        workflows.perform(
            self.session,
            actor=actor,
            record=self.row(record),
            action=action,
            comment="已核对",
            now=self.now,
            **options,
        )

    def choose(self, candidates, pick):
        return candidates[pick % len(candidates)]

    def right(self, record):
        """Return the administrators whose turn it is, or all when nobody is there."""
        admins = self.oracle.admins
        return [a for a in admins if self.oracle.may_decide(a, record)] or admins

    # --- declaring ------------------------------------------------------------------

    @initialize(
        amount=st.sampled_from(AMOUNTS), then=st.sampled_from(["declare", "decide"])
    )
    def begin_with_work(self, amount, then):
        """Something is always under way: most errors need it.

        Moves, rejections and closed units are rarer: each has runs that open with it.
        """
        teacher, colleague, stranger, reviewer = self.oracle.humans
        for human in (teacher, reviewer, colleague):
            self.send(self.add_declaration(human, amount))
        self.climb(len(self.oracle.pending()) - 1)
        for human in (colleague, stranger):
            self.add_declaration(human, amount)
        match self.opening:
            case "move":
                self.begin_with_a_move(stranger)
            case "change":
                self.begin_with_changes(stranger, then)
            case "reject":
                self.begin_with_a_rejection()
            case "close":
                self.begin_with_a_closed_unit(colleague)
            case "check":
                self.begin_with_a_check()

    def begin_with_a_move(self, human):
        pick = self.settled().index(human)
        self.ask_to_move(pick, "school", False, "confirm", fitting=False)

    def begin_with_changes(self, human, then):
        """Of a unit that is busy, which is refused, and of one that has hours to move."""
        record = self.add_declaration(human, AMOUNTS[0])
        self.send(record)
        self.lift(record, 0)
        for place in ("school", "other_school"):
            self.ask_to_change_unit(place, "city", then, 0, fitting=False)

    def begin_with_a_rejection(self):
        """Of what one rung has approved already."""
        record = self.oracle.pending(DECLARATION)[0]
        self.judge(record, self.right(record)[0], Action.approve)
        if record.is_pending:
            pick = self.oracle.pending(DECLARATION).index(record)
            self.reject_and_send_again(pick, 0, AMOUNTS[0])

    def begin_with_a_closed_unit(self, human):
        places = self.oracle.places
        self.close(self.chief(places["bureau"]), places["school"])
        for record in [r for r in self.reopened() if r.human is human]:
            self.send(record)

    def begin_with_a_check(self):
        """Hours are taken back by one unit; the one below may not give them back."""
        city, bureau = map(self.oracle.places.get, ("city", "bureau"))
        for record in self.checkable():
            self.issue(record.human, record.year)
            self.check(self.chief(city), [record], Action.revoke)
            self.check(self.chief(bureau), [record], Action.restore)

    def has_room(self):
        return len(self.oracle.records) < MOST_RECORDS

    def add_declaration(self, human, claimed, filed_by=None):
        values = {"claimed": claimed, "year": 2024 + int(claimed) % 3 % 2}
        if filed_by is not None:
            values |= {"source": Source.unit, "filed_by_id": filed_by.id}
        person = self.session.get_one(Person, human.id, populate_existing=True)
        made = make.declaration(self.session, person, **values)
        record = Record(
            DECLARATION, made.id, human, None, filed_by, claimed, human.place
        )
        record.year = made.year
        self.oracle.records.append(record)
        return record

    def send(self, record):
        actor = self.owner(record)
        if actor is None:
            return
        expected = self.oracle.may_submit(record)
        act = lambda: self.perform(actor, record, Action.submit)  # noqa: E731
        if self.attempt(act, expected=expected):
            self.oracle.submitted(record, actor.account_id)

    @precondition(has_room)
    @rule(pick=number, amount=st.sampled_from(AMOUNTS), by_unit=st.booleans())
    def declare(self, pick, amount, by_unit):
        human = self.choose(self.settled(), pick)
        record = self.add_declaration(human, amount, human.place if by_unit else None)
        if pick % 4:
            self.send(record)

    def settled(self):
        return [human for human in self.oracle.humans if human.place is not None]

    def reopened(self):
        return [r for r in self.oracle.records if r.state in REOPENED]

    @rule(pick=number, fitting=often)
    def submit(self, pick, fitting):
        records = (self.reopened() if fitting else None) or self.oracle.records
        self.send(self.choose(records, pick))

    @rule(pick=number, amount=st.sampled_from(AMOUNTS), fitting=often)
    def edit(self, pick, amount, fitting):
        known = [r for r in self.oracle.records if r.kind is DECLARATION]
        open_ones = [r for r in known if r.state in REOPENED]
        record = self.choose(open_ones if fitting and open_ones else known, pick)
        self.change(record, amount)

    def change(self, record, amount):
        actor = self.owner(record)
        if actor is None:
            return
        told = claim(claimed=str(amount))

        def act():
            declarations.revise(
                self.session,
                actor=actor,
                record_id=record.id,
                claim=told,
                today=TODAY,
                is_complete=False,
            )

        if self.attempt(act, expected=record.state in REOPENED):
            record.claimed, record.year = amount, int(told.year)

    @precondition(lambda self: self.oracle.pending())
    @rule(pick=number)
    def withdraw(self, pick):
        record = self.choose(self.oracle.pending(), pick)
        actor = self.owner(record)
        if actor is None:
            return
        expected = self.oracle.may_withdraw(record)
        act = lambda: self.perform(actor, record, Action.withdraw)  # noqa: E731
        if self.attempt(act, expected=expected):
            self.oracle.withdrawn(record)

    # --- deciding -------------------------------------------------------------------

    def judge(self, record, admin, action, *, actor=None, is_late=False):
        """Decide in the version of now, or as it was before its last change."""
        assert (self.acting(admin) is not None) == admin.is_live
        actor = actor or self.acting(admin)
        if actor is None or admin.is_disabled or actor.is_chief != admin.is_chief:
            return
        seen = self.row(record).version - is_late
        # A request that began before its unit moved sees nothing where it is now.
        has_moved = actor.unit_path != admin.place.path
        expected = not (is_late or has_moved)
        expected = expected and self.oracle.may_decide(admin, record)
        if action is Action.approve:
            expected = expected and self.oracle.may_approve(record)
        act = lambda: self.perform(actor, record, action, version=seen)  # noqa: E731
        if self.attempt(act, expected=expected):
            self.decided(record, admin, action)

    @precondition(lambda self: self.oracle.pending())
    @rule(record=number, who=number, action=verdict)
    def decide(self, record, who, action):
        record = self.choose(self.oracle.pending(), record)
        self.judge(record, self.choose(self.right(record), who), action)

    @precondition(lambda self: self.oracle.pending())
    @rule(pick=number, action=verdict, is_near=st.booleans())
    def overstep(self, pick, action, is_near):
        """Decide where it is another's turn, or the matter one's own already."""
        wrong = [
            (record, admin)
            for record in self.oracle.pending()
            for admin in self.oracle.admins
            if not self.oracle.may_decide(admin, record)
        ]
        near = [
            (record, admin)
            for record, admin in wrong
            if admin.place is record.decider and admin.decides(record.kind)
        ]
        record, admin = self.choose((near if is_near else wrong) or wrong, pick)
        self.judge(record, admin, action)

    def twins(self):
        """Return assignments of one human to a unit and to the one above."""
        admins = self.oracle.admins
        return [
            (one, other)
            for one in admins
            for other in admins
            if one.human is other.human and one.place.above is other.place
        ]

    @precondition(has_room)
    @rule(who=number, action=verdict)
    def decide_on_oneself(self, who, action):
        """Decide on what one sent, or what one's unit has filed for one."""
        admins = self.oracle.admins
        cases = [(a, None) for a in admins if a.human.place is a.place]
        cases += [(o, a.place) for a, o in self.twins() if a.human.place is a.place]
        if cases:
            admin, filed_by = self.choose(cases, who)
            record = self.add_declaration(admin.human, AMOUNTS[0], filed_by)
            self.send(record)
            self.judge(record, admin, action)

    @precondition(has_room)
    @rule(pick=number, action=verdict)
    def decide_on_two_rungs(self, pick, action):
        for one, other in self.twins()[:1]:
            people = [h for h in self.oracle.humans if h.place is one.place]
            people = [h for h in people if h is not one.human]
            if people:
                record = self.add_declaration(self.choose(people, pick), AMOUNTS[0])
                self.send(record)
                self.judge(record, one, Action.approve)
                self.judge(record, other, action)

    @precondition(lambda self: self.oracle.pending())
    @rule(record=number, who=number, action=verdict)
    def decide_late(self, record, who, action):
        record = self.choose(self.oracle.pending(), record)
        admin = self.choose(self.right(record), who)
        self.judge(record, admin, action, is_late=True)

    @precondition(lambda self: self.oracle.pending())
    @rule(record=number, who=number, action=verdict)
    def decide_as_before(self, record, who, action):
        """Decide in a request that began before units and rights changed."""
        record = self.choose(self.oracle.pending(), record)
        admin = self.choose(self.right(record), who)
        self.judge(record, admin, action, actor=self.of_before.get(admin.id))

    @precondition(lambda self: self.oracle.pending(DECLARATION))
    @rule(record=number, who=number, amount=st.sampled_from(AMOUNTS))
    def reject_and_send_again(self, record, who, amount):
        """Change it in between, for the next snapshot to tell."""
        record = self.choose(self.oracle.pending(DECLARATION), record)
        self.judge(record, self.choose(self.right(record), who), Action.reject)
        if record.state in REOPENED:
            self.change(record, amount if amount != record.claimed else AMOUNTS[0])
            self.send(record)

    def decided(self, record, admin, action):
        if action is not Action.approve:
            self.oracle.rejected(record, admin)
            return
        self.oracle.approved(record, admin)
        if record.kind is SUCCESSION:
            self.followed(record)

    def followed(self, record):
        """Note who is chief now, where they held nothing before as well."""
        former = self.chief(record.to)
        heir = self.oracle.held(record.human, record.to)
        if heir is None:
            key = self.session.scalar(
                select(AdminAssignment.id).where(
                    AdminAssignment.unit_id == record.to.id,
                    AdminAssignment.account_id == record.human.account_id,
                )
            )
            heir = Admin(key, record.human, record.to, is_chief=False)
            self.oracle.admins.append(heir)
        self.oracle.handed_over(former, heir)
        self.dismissed.append(former)

    @precondition(lambda self: self.oracle.pending())
    @rule(pick=number)
    def climb(self, pick):
        """Approve as far up as the right administrators are there."""
        self.lift(self.choose(self.oracle.pending(), pick), pick)

    @precondition(lambda self: self.oracle.pending(DECLARATION))
    @rule(pick=number, action=verdict)
    def gather(self, pick, action):
        """Approve everything up to its authority, which then has a batch."""
        for record in self.oracle.pending(DECLARATION):
            self.lift(record, pick, is_last=lambda place: place.is_authority)
        chief = self.chief(self.oracle.places["city"])
        waiting = self.oracle.pending(DECLARATION)
        self.perform_many(
            chief, [r for r in waiting if r.decider is chief.place], action
        )

    def lift(self, record, pick, is_last=lambda _place: False):
        while record.is_pending and not is_last(record.decider):
            step = record.step
            self.judge(record, self.choose(self.right(record), pick), Action.approve)
            if record.step == step:
                return

    @precondition(lambda self: self.oracle.pending(DECLARATION))
    @rule(who=number, action=verdict, left_out=number, is_high=st.booleans())
    def decide_batch(self, who, action, left_out, is_high):
        """Tick everything but one row, also what is not the actor's to decide."""
        waiting = self.oracle.pending(DECLARATION)
        places = {record.decider for record in waiting}
        admins = [a for a in self.oracle.admins if a.is_live and a.place in places]
        if not admins:
            return
        if is_high:
            admins = [a for a in admins if a.place.is_authority] or admins
        admin = self.choose(admins, who)
        known = [r for r in self.oracle.records if r.kind is DECLARATION]
        ticked = [r for i, r in enumerate(known) if i != left_out % (len(known) + 1)]
        self.perform_many(admin, ticked, action)

    def perform_many(self, admin, records, action):
        expected = {r.id for r in records if self.oracle.may_decide(admin, r)}
        actor = self.acting(admin)
        found = []

        def act():
            found.append(
                workflows.perform_many(
                    self.session,
                    actor=actor,
                    kind=DECLARATION,
                    ids=[record.id for record in records],
                    action=action,
                    comment="已核对",
                    now=self.now,
                )
            )

        self.attempt(act, expected=True)
        [result] = found
        assert set(result.done) == expected
        assert len(result.done) == len(expected)
        assert set(result.refused) == {r.id for r in records} - expected
        for record in records:
            if record.id in expected:
                self.decided(record, admin, action)

    @precondition(lambda self: self.oracle.pending(DECLARATION))
    @rule(
        record=number,
        who=number,
        first=st.sampled_from(["withdraw", "approve", "reject", "close"]),
    )
    def race(self, record, who, first):
        """Somebody else is quicker between a decider's reading and writing."""
        record = self.choose(self.oracle.pending(DECLARATION), record)
        right = [a for a in self.oracle.admins if self.oracle.may_decide(a, record)]
        if not right:
            return
        admin = self.choose(right, who)
        actor = self.acting(admin)
        found = []

        def act():
            with interrupted(lambda: self.be_quicker(record, right, admin, first)):
                found.append(
                    workflows.perform_many(
                        self.session,
                        actor=actor,
                        kind=DECLARATION,
                        ids=[record.id],
                        action=Action.approve,
                        now=self.now,
                    )
                )

        before = len(record.told)
        self.attempt(act, expected=True)
        was_quicker = len(record.told) > before
        assert found[0].done == ([] if was_quicker else [record.id])
        if not was_quicker:
            self.oracle.approved(record, admin)

    def be_quicker(self, record, right, admin, first):
        if first == "close":
            self.close(self.chief(self.oracle.places["city"]), record.decider)
        elif first == "withdraw":
            actor = self.owner(record)
            if actor is not None and self.oracle.may_withdraw(record):
                self.perform(actor, record, Action.withdraw)
                self.oracle.withdrawn(record)
        elif others := [a for a in right if a is not admin]:
            action = Action[first]
            self.perform(self.acting(others[0]), record, action)
            self.decided(record, others[0], action)

    # --- taking hours back -----------------------------------------------------------

    def checkable(self):
        """Return the declarations that were credited once."""
        return [r for r in self.oracle.records if r.lines]

    @precondition(checkable)
    @rule(who=number, pick=number, action=checks, is_late=rarely, fitting=often)
    def check_some(self, who, pick, action, is_late, fitting):
        """Tick one that was credited and what else there is, or that one alone."""
        admins = self.oracle.admins
        right = [a for a in admins if self.oracle.may_check(a)]
        admin = self.choose((right if fitting else None) or admins, who)
        known = [r for r in self.oracle.records if r.kind is DECLARATION]
        one = self.choose(self.checkable(), pick)
        self.check(admin, known if pick % 2 else [one], action, is_late=is_late)

    def check(self, admin, records, action, *, is_late=False):
        actor = self.acting(admin)
        if actor is None:
            return
        of_these = self.oracle.can_be_checked
        expected = [r for r in records if of_these(r, admin, action) and not is_late]
        self.proofs += 1
        evidence = Attachment(
            key=f"20251118-{self.proofs:032x}",
            purpose=AttachmentPurpose.check_evidence,
            file_name="核查记录.jpg",
            media_type="image/jpeg",
            size=1,
            sha256="",
        )
        found = []

        def act():
            found.append(
                workflows.check_hours(
                    self.session,
                    actor=actor,
                    action=action,
                    ids={r.id: self.row(r).version - is_late for r in records},
                    finding=Finding(reason="证书与原件不符", evidence=[evidence]),
                    now=self.now,
                )
            )

        if not self.attempt(act, expected=self.oracle.may_check(admin)):
            return
        [result] = found
        assert sorted(result.done) == sorted(r.id for r in expected)
        assert set(result.refused) == {r.id for r in records} - set(result.done)
        for record in expected:
            self.oracle.checked(record, admin, action)
        self.oracle.weighed()

    @rule(pick=number, year=st.sampled_from([2024, 2025]), fitting=often)
    def print_certificate(self, pick, year, fitting):
        humans = self.settled()
        earning = [h for h in humans if self.oracle.earned(h, year)]
        self.issue(self.choose((earning if fitting else None) or humans, pick), year)

    def issue(self, human, year):
        actor = self.individual(human)
        if actor is None:
            return

        def act():
            certificates.issue_certificate(
                self.session,
                person=self.session.get_one(Person, human.id, populate_existing=True),
                year=year,
                actor=actor,
                now=self.now,
                today=TODAY,
            )

        is_complete = self.oracle.earned(human, year) >= REQUIRED
        if self.attempt(act, expected=is_complete) and not self.oracle.paper(
            human, year
        ):
            self.oracle.papers.append(Paper(human, year))

    # --- changing the profile -------------------------------------------------------

    @precondition(has_room)
    @rule(pick=number, then=st.sampled_from(["wait", "confirm", "move"]))
    def ask_to_change(self, pick, then):
        human = self.choose(self.settled(), pick)
        record = Record(CHANGE, 0, human, place=human.place)
        actor = self.individual(human)

        def act():
            made = profiles.keep(
                self.session,
                actor=actor,
                section=ProfileSection.post,
                values=make.post_values(self.session),
                today=TODAY,
            )
            record.id = made.id
            self.perform(actor, record, Action.submit)

        if self.attempt(act, expected=self.oracle.may_submit(record)):
            self.oracle.records.append(record)
            self.oracle.submitted(record, actor.account_id)
            if then == "confirm":
                self.confirm(record)
            if then == "move":
                self.ask_to_move(
                    self.settled().index(human), "other_school", False, "wait", False
                )

    # --- moving and coming ----------------------------------------------------------

    @precondition(has_room)
    @rule(
        pick=number,
        to=st.sampled_from(EMPLOYERS),
        by_unit=st.booleans(),
        then=st.sampled_from(["wait", "confirm", "declare", "change"]),
        fitting=often,
    )
    def ask_to_move(self, pick, to, by_unit, then, fitting):
        humans = self.settled()
        busy = {r.human.id for r in self.oracle.pending() if r.human}
        idle = [human for human in humans if human.id not in busy]
        human = self.choose(idle if fitting and idle else humans, pick)
        drafts = [r for r in self.reopened() if r.human is human] or [
            self.add_declaration(human, AMOUNTS[0])
        ]
        to = self.oracle.places[to]
        filed_by = human.place if by_unit else None
        record = Record(TRANSFER, 0, human, to=to, filed_by=filed_by, place=human.place)
        actor = self.owner(record)
        if actor is None:
            return

        def act():
            made = transfers.request_transfer(
                self.session,
                actor=actor,
                person_id=human.id,
                move=transfers.Move(to_unit_id=to.id),
            )
            record.id = made.id
            self.perform(actor, record, Action.submit)

        if self.attempt(act, expected=self.oracle.may_submit(record)):
            self.oracle.records.append(record)
            self.oracle.submitted(record, actor.account_id)
            if then == "confirm":
                self.confirm(record)
            if then in {"confirm", "declare"}:
                self.send(drafts[0])
            if then == "change":
                self.ask_to_change(self.settled().index(human), "wait")

    def confirm(self, record):
        chief = self.chief(record.decider)
        if self.oracle.may_decide(chief, record):
            actor = self.acting(chief)
            act = lambda: self.perform(actor, record, Action.approve)  # noqa: E731
            self.attempt(act, expected=True)
            self.oracle.approved(record, chief)

    @precondition(has_room)
    @rule(to=st.sampled_from(EMPLOYERS))
    def register(self, to):
        to = self.oracle.places[to]
        person = make.person(self.session)
        account = make.account(self.session, person)
        human = Human(person.id, account.id, None)
        unit = self.session.get_one(Unit, to.id)
        made = make.person_registration(self.session, person, unit)
        record = Record(REGISTRATION, made.id, human, to=to)
        self.oracle.humans.append(human)
        self.oracle.records.append(record)
        self.send(record)

    # --- units and administrators ---------------------------------------------------

    def close(self, admin, place, how=workflows.close_review, flag="is_open"):
        actor = self.acting(admin)
        if actor is None:
            return
        unit = self.session.get_one(Unit, place.id)
        may = {"is_open": self.oracle.may_close, "is_active": self.oracle.may_disable}
        expected = may[flag](admin, place) and getattr(place, flag)
        # By its name, because a test may have put another function there.
        how = getattr(workflows, how.__name__)
        act = lambda: how(self.session, actor=actor, unit=unit, now=self.now)  # noqa: E731
        if self.attempt(act, expected=expected):
            setattr(place, flag, False)
            self.oracle.closed(place)

    def open(self, admin, place, how, flag):
        actor = self.acting(admin)
        if actor is None:
            return
        unit = self.session.get_one(Unit, place.id)
        expected = self.oracle.may_close(admin, place) and not getattr(place, flag)
        act = lambda: how(self.session, actor=actor, unit=unit)  # noqa: E731
        if self.attempt(act, expected=expected):
            setattr(place, flag, True)

    @rule(
        place=st.sampled_from([*EMPLOYERS, *EMPLOYERS, "city"]),
        who=number,
        fitting=st.booleans(),
        use=st.sampled_from(["review", "review", "unit"]),
    )
    def switch(self, place, who, fitting, use):
        """Close what is open and open what is closed."""
        place = self.oracle.places[place]
        chiefs = [a for a in self.oracle.admins if a.is_chief]
        right = [a for a in chiefs if self.oracle.may_close(a, place)]
        wrong = [a for a in chiefs if a not in right]
        admin = self.choose((right if fitting else wrong) or chiefs, who)
        flag = "is_open" if use == "review" else "is_active"
        if getattr(place, flag):
            closing = {"review": workflows.close_review, "unit": workflows.disable_unit}
            self.close(admin, place, closing[use], flag)
        else:
            opening = {"review": units.open_review, "unit": units.enable_unit}
            self.open(admin, place, opening[use], flag)

    @rule(who=number, whom=number, fitting=often)
    def hand_over(self, who, whom, fitting):
        admins = self.oracle.admins
        former = self.choose([a for a in admins if a.is_chief or not fitting], who)
        heirs = [a for a in admins if a.place is former.place and a is not former]
        heir = self.choose(heirs if fitting and heirs else admins, whom)
        actor = self.acting(former)
        if actor is None:
            return
        right = former.is_chief and heir.place is former.place and heir is not former

        def act():
            administrators.hand_over(
                self.session,
                actor=actor,
                assignment=self.session.get_one(AdminAssignment, heir.id),
                now=self.now,
            )

        if self.attempt(act, expected=right and not heir.is_disabled):
            self.oracle.handed_over(former, heir)
            self.dismissed.append(former)

    @precondition(lambda self: self.dismissed)
    @rule()
    def appoint(self):
        """Take a former chief on again, so that hands do not run out."""
        former = self.dismissed.pop()
        if self.oracle.held(former.human, former.place) is not None:
            return
        made = AdminAssignment(
            unit_id=former.place.id,
            account_id=former.human.account_id,
            role_id=self.world.role_id,
        )
        self.session.add(made)
        self.session.flush()
        self.oracle.admins.append(
            Admin(made.id, former.human, former.place, is_chief=False)
        )

    @precondition(has_room)
    @rule(
        place=st.sampled_from([*EMPLOYERS, "city"]),
        who=number,
        heir=number,
        is_above=st.booleans(),
        fitting=often,
        then=st.sampled_from(["wait", "decide"]),
    )
    def ask_for_successor(self, place, who, heir, is_above, fitting, then):
        place, admins = self.oracle.places[place], self.oracle.admins
        right = [a for a in admins if self.oracle.may_ask(a, place)]
        near = [a for a in right if (a.place is not place) == is_above]
        asker = self.choose((near or right if fitting else None) or admins, who)
        actor = self.acting(asker)
        if actor is None:
            return
        humans = [*self.oracle.humans, *(a.human for a in admins)]
        human = self.choose(humans, heir)
        record = Record(
            SUCCESSION, 0, human, to=place, filed_by=asker.place, asker=asker
        )
        expected = self.oracle.may_ask(asker, place) and self.oracle.may_submit(record)

        def act():
            made = succession.request_succession(
                self.session,
                actor=actor,
                unit=self.session.get_one(Unit, place.id),
                successor=self.session.get_one(Person, human.id),
                reason="已调离",
            )
            record.id = made.id
            self.perform(actor, record, Action.submit)

        if self.attempt(act, expected=expected):
            self.oracle.records.append(record)
            self.oracle.submitted(record, actor.account_id)
            if then == "decide":
                self.lift(record, who)

    @precondition(has_room)
    @rule(
        place=st.sampled_from(EMPLOYERS),
        to=st.sampled_from([None, *PLACES]),
        then=st.sampled_from(["wait", "declare", "decide"]),
        pick=number,
        fitting=often,
    )
    def ask_to_change_unit(self, place, to, then, pick, fitting):
        """Ask for another superior of a unit, or for another code."""
        place, to = self.oracle.places[place], self.oracle.places.get(to)
        quiet = [
            each
            for each in map(self.oracle.places.get, EMPLOYERS)
            if self.oracle.may_change(Record(UNIT_CHANGE, 0, place=each, to=to))
        ]
        if fitting and quiet and place not in quiet:
            place = self.choose(quiet, pick)
        chief = self.chief(place)
        actor = self.acting(chief)
        if actor is None:
            return
        record = Record(UNIT_CHANGE, 0, to=to, place=place)
        record.code = "" if to else make.registration_code()
        before = [
            r
            for r in self.oracle.records
            if r.kind is UNIT_CHANGE
            and r.place is place
            and (r.to is None) == (to is None)
        ]
        again = before[-1] if before and before[-1].state in REOPENED else None
        expected = self.oracle.may_submit(record)

        def act():
            request = {"actor": actor, "reason": "机构改革"}
            made = (
                unit_changes.request_superior(
                    self.session, superior_id=to.id, **request
                )
                if to
                else unit_changes.request_code(
                    self.session, code=record.code, **request
                )
            )
            record.id = made.id
            self.perform(actor, record, Action.submit)

        if not self.attempt(act, expected=expected):
            return
        if again is not None:
            assert record.id == again.id
            again.to, again.code, record = to, record.code, again
        else:
            self.oracle.records.append(record)
        self.oracle.submitted(record, actor.account_id)
        if then == "declare":
            below = [h for h in self.settled() if h.place.is_within(place)]
            if below:
                self.send(self.add_declaration(self.choose(below, pick), AMOUNTS[0]))
        if then == "decide":
            self.lift(record, pick)

    @rule(who=number, whom=number, fitting=often)
    def switch_administrator(self, who, whom, fitting):
        admins = self.oracle.admins
        added = [a for a in admins if not a.is_chief]
        target = self.choose(added if fitting and added else admins, whom)
        chief = self.chief(target.place) if fitting else self.choose(admins, who)
        actor = self.acting(chief)
        if actor is None:
            return
        name = "enable" if target.is_disabled else "disable"
        how = getattr(administrators, f"{name}_assignment")
        row = self.session.get_one(AdminAssignment, target.id)
        right = chief.is_chief and chief.place is target.place and not target.is_chief
        act = lambda: how(self.session, actor=actor, assignment=row)  # noqa: E731
        if self.attempt(act, expected=right):
            target.is_disabled = not target.is_disabled

    # --- what holds after every step ------------------------------------------------

    @invariant()
    def records_stand_where_they_must(self):
        for kind, model in MODELS.items():
            believed = {
                r.id: (r.state, r.decider and r.decider.id, r.step)
                for r in self.oracle.records
                if r.kind is kind
            }
            columns = (model.id, model.state, model.decider_id, model.step)
            found = {
                i: tuple(rest) for i, *rest in self.session.execute(select(*columns))
            }
            assert found == believed

    @invariant()
    def declarations_keep_what_was_approved(self):
        table = Declaration
        rows = self.session.execute(select(table.id, table.unit_id, table.claimed))
        found = {i: (unit, claimed) for i, unit, claimed in rows}
        assert found == {
            r.id: (r.place.id, r.claimed)
            for r in self.oracle.records
            if r.kind is DECLARATION
        }

    @invariant()
    def nothing_waits_at_a_closed_unit(self):
        for record in self.oracle.pending(DECLARATION):
            assert not record.decider.can_be_skipped

    @invariant()
    def ledger_holds_each_approved_declaration_once(self):
        """And each time it was taken back or given back, as an answer to that line."""
        entry = CreditEntry
        rows = self.session.execute(
            select(
                entry.declaration_id,
                entry.id,
                entry.reverses_id,
                entry.kind,
                entry.amount,
            ).order_by(entry.id)
        )
        found, latest = defaultdict(list), {}
        for record_id, line_id, answered, *line in rows:
            assert answered == latest.get(record_id)
            latest[record_id] = line_id
            found[record_id].append(tuple(line))
        assert found == {r.id: r.lines for r in self.oracle.records if r.lines}

    @invariant()
    def certificates_hold_while_their_year_is_complete(self):
        table = Certificate
        rows = self.session.execute(
            select(table.person_id, table.year, table.revoked_at.is_not(None))
        )
        believed = sorted(
            (p.human.id, p.year, p.is_revoked) for p in self.oracle.papers
        )
        assert sorted(tuple(row) for row in rows) == believed

    @invariant()
    def totals_are_the_sum_of_the_ledger(self):
        entry, total = CreditEntry, YearTotal
        sums = defaultdict(lambda: (Decimal(0), 0))
        for person, year, amount in self.session.execute(
            select(entry.person_id, entry.year, entry.amount)
        ):
            so_far, count = sums[person, year]
            sums[person, year] = so_far + amount, count + 1
        rows = self.session.execute(
            select(total.person_id, total.year, total.amount, total.entries)
        )
        assert {(p, y): (amount, n) for p, y, amount, n in rows} == sums

    @invariant()
    def counters_are_what_they_count(self):
        counters.fold(self.session, now=self.now)
        assert counters.first_difference(self.session) is None

    @invariant()
    def people_are_where_they_belong(self):
        ids = [human.id for human in self.oracle.humans]
        rows = self.session.execute(
            select(Person.id, Person.unit_id).where(Person.id.in_(ids))
        )
        believed = {h.id: h.place and h.place.id for h in self.oracle.humans}
        assert {i: unit for i, unit in rows} == believed  # noqa: C416
        for record in self.oracle.pending(TRANSFER):
            mine = [r for r in self.oracle.pending() if r.human is record.human]
            mine = [r for r in mine if r.kind is not SUCCESSION]
            assert mine == [record]

    @invariant()
    def units_stand_where_they_belong(self):
        columns = (Unit.id, Unit.superior_id, Unit.path, Unit.registration_code)
        rows = self.session.execute(
            select(*columns).where(Unit.id.in_(self.world.units.values()))
        )
        places = self.oracle.places.values()
        believed = {(p.id, p.above and p.above.id, p.path, p.code) for p in places}
        assert {tuple(row) for row in rows} == believed

    @invariant()
    def posts_come_from_approved_changes(self):
        post = ProfessionalPost
        rows = self.session.execute(
            select(post.person_id, func.count()).group_by(post.person_id)
        )
        believed = {h.id: h.posts for h in self.oracle.humans if h.posts}
        assert {i: n for i, n in rows} == believed  # noqa: C416

    @invariant()
    def who_is_put_out_acts_no_more(self):
        for admin in self.oracle.admins:
            assert admin.is_live or self.acting(admin) is None

    @invariant()
    def units_have_one_chief_each(self):
        rows = self.session.execute(
            select(AdminAssignment.unit_id, AdminAssignment.account_id).where(
                AdminAssignment.is_chief,
                AdminAssignment.unit_id.in_(self.world.units.values()),
            )
        )
        believed = sorted(
            (a.place.id, a.human.account_id) for a in self.oracle.admins if a.is_chief
        )
        assert sorted(tuple(row) for row in rows) == believed

    @invariant()
    def events_tell_the_whole_way(self):
        event = WorkflowEvent
        rows = self.session.execute(
            select(
                event.kind,
                event.record_id,
                event.action,
                event.from_state,
                event.to_state,
                event.next_unit_id,
                event.snapshot,
            ).order_by(event.id)
        )
        found = defaultdict(list)
        for kind, record_id, action, before, after, unit_id, kept in rows:
            sent = kept and kept.get("claimed")
            found[kind, record_id].append(
                (action, before, after, unit_id, sent and Decimal(sent))
            )
        believed = {}
        for record in self.oracle.records:
            is_declaration = record.kind is RecordKind.declaration
            told = [
                (*step, decider and decider.id, sent if is_declaration else None)
                for *step, decider, sent in record.told
            ]
            if told:
                believed[record.key] = told
        assert dict(found) == believed


@contextmanager
def interrupted(quicker):
    """Let somebody act after the decider has read and before they write."""
    original = workflows._next_deciders

    def interrupt(*args, **options):
        workflows._next_deciders = original
        quicker()
        return original(*args, **options)

    workflows._next_deciders = interrupt
    try:
        yield
    finally:
        workflows._next_deciders = original
