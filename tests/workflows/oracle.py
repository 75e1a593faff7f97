"""What must be true of records, people and units: told again, without the program.

The oracle knows the rules of who decides next in the plainest words. It is asked
before each act whether the act may happen, and is told after it that it has.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from admin_app.enums import Action, EntryKind, RecordKind, State

REOPENED = {State.draft, State.rejected, State.withdrawn}
DECLARATION = RecordKind.declaration
REGISTRATION = RecordKind.person_registration
TRANSFER = RecordKind.transfer
CHANGE = RecordKind.person_change
SUCCESSION = RecordKind.succession
UNIT_CHANGE = RecordKind.unit_change
REQUIRED = Decimal(16)
"""What every year asks for here, so that some are complete and others not."""


@dataclass(eq=False)
class Place:
    """A unit of the tree."""

    name: str
    id: int
    above: "Place | None"
    is_authority: bool = False
    is_open: bool = True
    is_active: bool = True
    code: str = ""

    @property
    def can_be_skipped(self):
        return not (self.is_authority or (self.is_open and self.is_active))

    @property
    def is_heard(self):
        return self.is_authority or self.is_active

    @property
    def way_up(self):
        return [self, *(self.above.way_up if self.above else [])]

    @property
    def path(self):
        return "/" + "".join(f"{place.id}/" for place in reversed(self.way_up))

    def is_within(self, other):
        return other in self.way_up

    def is_below(self, other):
        return self.above is not None and (
            self.above is other or self.above.is_below(other)
        )


@dataclass(eq=False)
class Human:
    """A person, and where they are."""

    id: int
    account_id: int
    place: Place | None
    posts: int = 0


@dataclass(eq=False)
class Admin:
    """An assignment; who is no chief decides declarations only."""

    id: int
    human: Human
    place: Place
    is_chief: bool
    is_disabled: bool = False

    @property
    def is_live(self):
        return self.place.is_active and not self.is_disabled

    def decides(self, kind):
        return self.is_chief or kind is DECLARATION


@dataclass(eq=False)
class Record:
    """A declaration, a registration, a transfer, a change, or a request of a unit.

    One for a chief is about the `human` who shall follow in the unit `to`; one for
    another code or superior about the unit `place`, which goes below `to` if anywhere.
    """

    kind: RecordKind
    id: int
    human: Human | None = None
    to: Place | None = None
    filed_by: Place | None = None
    claimed: Decimal = Decimal(24)
    place: Place | None = None
    state: State = State.draft
    decider: Place | None = None
    step: int = 0
    taken_part: set = field(default_factory=set)
    told: list = field(default_factory=list)
    """The events: action, state after, decider after, claimed in the snapshot."""
    year: int = 0
    lines: list = field(default_factory=list)
    """Of the ledger: kind and amount; each line but the first answers the one before."""
    checked_by: Place | None = None
    asker: Admin | None = None
    code: str = ""

    @property
    def hangs_on(self):
        """The units of which the record is an affair."""
        moving = {self.place.above} if self.kind is UNIT_CHANGE else set()
        place = None if self.kind is SUCCESSION else self.place
        filed_by = self.filed_by if self.kind is DECLARATION else None
        return {place, self.to, filed_by, *moving} - {None}

    @property
    def key(self):
        return self.kind, self.id

    @property
    def is_pending(self):
        return self.state is State.pending


@dataclass(eq=False)
class Paper:
    """A certificate of somebody's year."""

    human: Human
    year: int
    is_revoked: bool = False


@dataclass(eq=False)
class Oracle:
    """Everything that is true now."""

    places: dict
    humans: list
    admins: list
    records: list = field(default_factory=list)
    papers: list = field(default_factory=list)

    # --- questions ----------------------------------------------------------------

    def pending(self, kind=None):
        return [r for r in self.records if r.is_pending and kind in {None, r.kind}]

    def may_submit(self, record):
        human = record.human
        if record.state not in REOPENED:
            return False
        if self.is_held_up(record):
            return False
        if record.kind is UNIT_CHANGE:
            return self.may_change(record) and self.next_on(record) is not None
        if record.kind is SUCCESSION:
            waiting = any(r.to is record.to for r in self.pending(SUCCESSION))
            return self.may_follow(record) and not waiting and self.is_heard(record)
        others = [r for r in self.pending() if r.human is human and r is not record]
        others = [r for r in others if r.kind is not SUCCESSION]
        if record.kind is DECLARATION:
            moving = any(r.kind is TRANSFER for r in others)
            ours = record.filed_by in {None, human.place}
            return human.place is not None and ours and not moving
        if record.kind is REGISTRATION:
            taken = any(r.kind is REGISTRATION for r in others)
            return human.place is None and not taken and record.to.is_active
        if record.kind is CHANGE:
            busy = any(r.kind in {CHANGE, TRANSFER} for r in others)
            return human.place is not None and human.place.is_active and not busy
        at_home = human.place is record.place and record.to is not record.place
        is_below = record.to.is_within(record.place)
        return at_home and record.to.is_active and not is_below and not others

    def is_held_up(self, record):
        """Tell whether a unit on the way up from a record waits for a change."""
        places = set(record.hangs_on)
        if record.kind in {DECLARATION, CHANGE}:
            # It is sent from where the person is now.
            places = {record.human.place, record.filed_by} - {None}
        changing = {r.place for r in self.pending(UNIT_CHANGE)}
        return any(changing & set(place.way_up) for place in places)

    def may_change(self, record):
        """Tell whether a unit can get what it asks for: nothing waits in it or below."""
        unit, to = record.place, record.to
        others = [r for r in self.pending() if r is not record]
        if any(place.is_within(unit) for r in others for place in r.hangs_on):
            return False
        if to is None:
            return True
        fits = to.is_authority or unit.name != "bureau"
        return fits and to.is_active and to is not unit.above and not to.is_within(unit)

    def may_approve(self, record):
        """Tell whether an approval of whoever's turn it is goes through."""
        if record.kind is SUCCESSION:
            return self.may_follow(record)
        if record.kind is not UNIT_CHANGE:
            return True
        if record.decider is self.ladder(record)[-1]:
            return self.may_change(record)
        return self.next_on(record, after=record.decider) is not None

    def may_ask(self, admin, place):
        """Tell whether an administrator may ask for another chief of a unit."""
        own = admin.place is place and not admin.is_chief
        return admin.is_live and (
            own or (admin.is_chief and place.above is admin.place)
        )

    def may_follow(self, record):
        """Tell whether who is named for it can become the chief now."""
        held = self.held(record.human, record.to)
        is_fit = held is None or not (held.is_chief or held.is_disabled)
        return record.to.is_active and is_fit

    def is_heard(self, record):
        """Tell whether there is somebody above to decide on a request."""
        [above] = self.ladder(record)
        return above.is_authority or above.is_active

    def held(self, human, place):
        """Return what a human holds in a unit."""
        mine = (a for a in self.admins if a.human is human and a.place is place)
        return next(mine, None)

    def may_withdraw(self, record):
        return record.is_pending and record.step == 0

    def may_decide(self, admin, record):
        return (
            record.is_pending
            and record.decider is admin.place
            and admin.is_live
            and admin.decides(record.kind)
            and record.human is not admin.human
            and admin.human.account_id not in record.taken_part
        )

    def may_check(self, admin):
        """Tell whether somebody takes hours back, or gives them back, at all."""
        checks = admin.place.is_authority or admin.place.name == "bureau"
        is_open = admin.is_live and not admin.place.can_be_skipped
        return checks and is_open and admin.is_chief

    def can_be_checked(self, record, admin, action):
        """Tell whether such an act is for the hours of this declaration."""
        if record.human is admin.human or not record.place.is_within(admin.place):
            return False
        if action is Action.revoke:
            return record.state is State.approved
        by = record.checked_by
        return record.state is State.revoked and by.is_within(admin.place)

    def earned(self, human, year):
        """Return what the ledger holds of somebody's year."""
        mine = [r for r in self.records if r.human is human and r.year == year]
        return sum(amount for r in mine for _kind, amount in r.lines)

    def paper(self, human, year):
        """Return the certificate that is in force."""
        mine = (p for p in self.papers if (p.human, p.year) == (human, year))
        return next((p for p in mine if not p.is_revoked), None)

    def may_close(self, admin, place):
        above = admin.is_live and admin.is_chief and place.is_below(admin.place)
        return above and not place.is_authority

    def may_disable(self, admin, place):
        waiting = [r for r in self.pending() if r.decider is place]
        stays = any(r.kind is not DECLARATION for r in waiting)
        return self.may_close(admin, place) and not stays

    def ladder(self, record):
        """Return who decides in turn, also those who are skipped."""
        if record.kind is UNIT_CHANGE:
            return [record.place.above, *([record.to] if record.to else [])]
        if record.kind is SUCCESSION:
            return [record.filed_by.above or record.filed_by]
        if record.kind is CHANGE:
            return [record.place]
        if record.kind is not DECLARATION:
            return [record.to]
        rungs = [] if record.filed_by else [record.place]
        rung = (record.filed_by or record.place).above
        while True:
            rungs.append(rung)
            if rung.is_authority:
                return rungs
            rung = rung.above

    def next_on(self, record, after=None):
        """Return who decides after `after`; None when that was the last word."""
        rungs = self.ladder(record)
        if after is not None:
            rungs = rungs[rungs.index(after) + 1 :]
        return next((rung for rung in rungs if not self._skips(record, rung)), None)

    def _skips(self, record, rung):
        if record.kind is UNIT_CHANGE:
            return not rung.is_heard
        return record.kind is DECLARATION and rung.can_be_skipped

    # --- news -----------------------------------------------------------------------

    def submitted(self, record, account_id):
        if record.kind in {DECLARATION, CHANGE}:
            record.place = record.human.place
        record.taken_part = {account_id}
        record.step = 0
        self._goes_to(record, Action.submit, State.pending, self.next_on(record))

    def withdrawn(self, record):
        back = State.draft if record.kind is DECLARATION else State.withdrawn
        self._goes_to(record, Action.withdraw, back, None)

    def rejected(self, record, admin):
        record.taken_part.add(admin.human.account_id)
        record.step += 1
        self._goes_to(record, Action.reject, State.rejected, None)

    def approved(self, record, admin):
        record.taken_part.add(admin.human.account_id)
        record.step += 1
        following = self.next_on(record, after=admin.place)
        if following is not None:
            self._goes_to(record, Action.approve, State.pending, following)
            return
        self._goes_to(record, Action.approve, State.approved, None)
        if record.kind is DECLARATION:
            record.lines.append((EntryKind.credit, record.claimed))
        elif record.kind is CHANGE:
            record.human.posts += 1
        elif record.kind is UNIT_CHANGE:
            if record.to is None:
                record.place.code = record.code
            else:
                record.place.above = record.to
        elif record.kind is not SUCCESSION:
            record.human.place = record.to

    def checked(self, record, admin, action):
        is_revoked = action is Action.revoke
        kind = EntryKind.reversal if is_revoked else EntryKind.restoration
        record.lines.append((kind, -record.lines[-1][1]))
        record.checked_by = admin.place
        after = State.revoked if is_revoked else State.approved
        self._goes_to(record, action, after, None)

    def weighed(self):
        """Note which certificates no longer hold, after hours were taken back."""
        for paper in self.papers:
            if self.earned(paper.human, paper.year) < REQUIRED:
                paper.is_revoked = True

    def closed(self, place):
        for record in self.pending(DECLARATION):
            if record.decider is place:
                following = self.next_on(record, after=place)
                self._goes_to(record, Action.hand_up, State.pending, following)

    def handed_over(self, former, successor):
        self.admins.remove(former)
        successor.is_chief = True

    def _goes_to(self, record, action, state, decider):
        sent = record.claimed if action is Action.submit else None
        record.told.append((action, record.state, state, decider, sent))
        record.state, record.decider = state, decider
