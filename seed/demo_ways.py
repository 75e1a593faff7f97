"""The way of a demo record through its ladder: its state, and the events that tell it."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from admin_app.enums import Action, RecordKind, State
from admin_app.rules.ladders import Rung, next_decider
from seed.demo_accounts import Cast, Login
from seed.demo_rows import at
from seed.writing import Values

REASONS: Final = (
    "证明材料不清晰，请重新上传后提交。",
    "培训通知与所报项目不一致，请核对。",
    "缺少单位证明材料，请补充。",
    "计入年度有误，请修改后重新提交。",
)
OPINIONS: Final = ("", "", "同意", "材料齐全，同意。")
REVOKED_BECAUSE: Final = "学时审验发现证书与原件不符，予以撤销。"


@dataclass(frozen=True)
class Trip:
    """Where a record wants to go: who sends it, through which rungs, to which end.

    `decisions` is how many units decide before it rests; None means all of them.
    """

    kind: RecordKind
    rungs: Sequence[Rung]
    sender: Login
    subject_id: int
    sent_at: dt.datetime
    goal: State
    decisions: int | None = None
    sender_unit_id: int | None = None
    withdrawn_to: State = State.withdrawn


@dataclass
class Way:
    """What became of a record: its workflow columns and its events."""

    columns: Values
    events: list[Values] = field(default_factory=list)

    @property
    def state(self) -> State:
        """Where the record stands."""
        state: State = self.columns["state"]
        return state


def still() -> Way:
    """Return the way of a record that was never submitted."""
    return Way(
        {
            "state": State.draft,
            "step": 0,
            "version": 0,
            "submitted_at": None,
            "waiting_since": None,
            "decided_at": None,
            "opinion": "",
            "decider_id": None,
        }
    )


def travel(trip: Trip, *, cast: Cast, now: dt.datetime, rng: random.Random) -> Way:
    """Return the way of a submitted record; nothing on it happens after `now`.

    Columns and events are what workflows.perform would have written, decision by
    decision.
    """
    walk = _Walk(trip, cast, now, rng, still())
    walk.submit()
    if trip.goal is State.withdrawn:
        walk.withdraw()
    else:
        walk.climb()
    return walk.way


@dataclass
class _Walk:
    """One record on its way."""

    trip: Trip
    cast: Cast
    now: dt.datetime
    rng: random.Random
    way: Way

    def submit(self) -> None:
        first = next_decider(self.trip.rungs, after=None)
        moment = self.trip.sent_at
        self._own(Action.submit, State.pending, moment, first)
        self.way.columns |= {"submitted_at": moment, "waiting_since": moment}

    def withdraw(self) -> None:
        moment = min(self._later(self.trip.sent_at), self.now)
        self._own(Action.withdraw, self.trip.withdrawn_to, moment, None)

    def climb(self) -> None:
        """Let one unit after the other decide, until the goal or `now` is reached."""
        moment = self._later(self.trip.sent_at)
        rung = next_decider(self.trip.rungs, after=None)
        while rung is not None and moment <= self.now:
            if self.way.columns["step"] == self.trip.decisions:
                if self.trip.goal is State.rejected:
                    self._reject(rung, moment)
                return
            following = next_decider(self.trip.rungs, after=rung.unit_id)
            self._approve(rung, moment, following)
            last, rung, moment = rung, following, self._later(moment)
        if rung is None and self.trip.goal is State.revoked:
            self._revoke(last, min(moment + dt.timedelta(days=20), self.now))

    def _approve(self, rung: Rung, moment: dt.datetime, following: Rung | None) -> None:
        state = State.pending if following else State.approved
        opinion = self.rng.choice(OPINIONS)
        self._step(Action.approve, state, rung, moment, opinion, following)

    def _reject(self, rung: Rung, moment: dt.datetime) -> None:
        reason = self.rng.choice(REASONS)
        self._step(Action.reject, State.rejected, rung, moment, reason, None)

    def _revoke(self, rung: Rung, moment: dt.datetime) -> None:
        login = self.cast.decider(rung.unit_id, besides=self.trip.subject_id)
        event = self._event(Action.revoke, State.revoked, login, moment, None)
        self.way.events.append(
            event | {"unit_id": rung.unit_id, "comment": REVOKED_BECAUSE}
        )
        self._turn(State.revoked, None)

    def _own(
        self, action: Action, state: State, moment: dt.datetime, following: Rung | None
    ) -> None:
        event = self._event(action, state, self.trip.sender, moment, following)
        self.way.events.append(event | {"unit_id": self.trip.sender_unit_id})
        self._turn(state, following)

    def _step(
        self,
        action: Action,
        state: State,
        rung: Rung,
        moment: dt.datetime,
        opinion: str,
        following: Rung | None,
    ) -> None:
        login = self.cast.decider(rung.unit_id, besides=self.trip.subject_id)
        event = self._event(action, state, login, moment, following)
        self.way.events.append(event | {"unit_id": rung.unit_id, "comment": opinion})
        self._turn(state, following)
        self.way.columns |= {
            "step": self.way.columns["step"] + 1,
            "waiting_since": moment,
            "decided_at": moment,
            "opinion": opinion,
        }

    def _event(
        self,
        action: Action,
        state: State,
        login: Login,
        moment: dt.datetime,
        following: Rung | None,
    ) -> Values:
        return {
            "kind": self.trip.kind,
            "step": self.way.columns["step"],
            "action": action,
            "from_state": self.way.columns["state"],
            "to_state": state,
            "actor_account_id": login.account_id,
            "actor_name": login.name,
            "unit_id": None,
            "next_unit_id": following.unit_id if following else None,
            "comment": "",
            "snapshot": None,
            "at": moment,
        }

    def _turn(self, state: State, decider: Rung | None) -> None:
        self.way.columns |= {
            "state": state,
            "decider_id": decider.unit_id if decider else None,
            "version": self.way.columns["version"] + 1,
        }

    def _later(self, moment: dt.datetime) -> dt.datetime:
        days = dt.timedelta(days=self.rng.randint(1, 5))
        return at(moment.date() + days, self.rng)
