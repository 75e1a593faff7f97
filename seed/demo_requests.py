"""Registrations, transfers and changes of the demo, in every state."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select

from admin_app.enums import (
    Action,
    ChangeAct,
    ProfileSection,
    RecordKind,
    State,
    UnitChangeKind,
    UnitKind,
)
from admin_app.models import (
    Declaration,
    PersonChange,
    PersonRegistration,
    Title,
    Transfer,
    UnitChange,
    UnitRegistration,
    WorkflowEvent,
)
from admin_app.operations.history import snapshot
from admin_app.operations.passwords import hash_password
from admin_app.operations.routing import Start, ladders
from seed.demo_accounts import DEMO_PASSWORD, Cast, Login, write_people
from seed.demo_declarations import QUIET_UNITS
from seed.demo_people import Names, PersonSpec, administrator, applicant
from seed.demo_rows import CHINA, CodeIds, at, chance
from seed.demo_units import Tree, UnitSpec
from seed.demo_ways import Trip, Way, travel
from seed.writing import Values, Writer

APPLICANT_SERIALS: Final = 80_000
MOST_APPLICANTS: Final = 60
PEOPLE_PER_APPLICANT: Final = 10
TRANSFER_EVERY: Final = 40
TRANSFER_SERIAL: Final = 7
CHANGE_EVERY: Final = 30
CHANGE_SERIAL: Final = 11
"""7 of 40 and 11 of 30 never meet: nobody has a transfer and a change at once."""
SHOWN_UNIT: Final = "PE01"
SHOWN_EVERY: Final = 10
"""In the unit that is shown to visitors more is under way."""
REGISTERED_SERIALS: Final = 300
CYCLE: Final = (
    State.pending,
    State.approved,
    State.pending,
    State.rejected,
    State.pending,
    State.withdrawn,
)
NEW_CODE: Final = "91410000XX00090058"
FIRST_DAY: Final = dt.datetime(2023, 3, 1, 9, tzinfo=CHINA)


@dataclass(frozen=True)
class Request:
    """A record before it is written: its own values and the trip it makes."""

    values: Values
    trip: Trip


@dataclass(frozen=True)
class Requests:
    """Writes what people and units of the demo ask for."""

    writer: Writer
    tree: Tree
    cast: Cast
    codes: CodeIds
    now: dt.datetime
    posts: Mapping[int, int]
    """The keys of people's posts, by their serial."""

    def write(self, people: Sequence[PersonSpec], names: Names) -> None:
        """Add the requests of new people and of units that have none yet."""
        fresh = [spec for spec in people if spec.serial in self.cast.fresh]
        waiting = self._with_pending()
        self._save(
            PersonRegistration,
            [
                *self._past_registrations(fresh),
                *self._applications(names, len(people)),
            ],
        )
        self._save(UnitRegistration, self._unit_registrations(names))
        self._save(Transfer, self._transfers(fresh, waiting))
        self._save(PersonChange, self._person_changes(fresh))
        self._save(UnitChange, self._unit_changes())

    def _save(self, model: Any, requests: Iterable[Request]) -> None:
        rows: list[Values] = []
        ways: list[Way] = []
        for request in requests:
            rng = chance(model.__tablename__, len(rows), request.trip.sender.name)
            way = travel(request.trip, cast=self.cast, now=self.now, rng=rng)
            sent = dict.fromkeys(("created_at", "updated_at"), request.trip.sent_at)
            rows.append(request.values | sent | way.columns)
            ways.append(way)
        ids = self.writer.add(model, rows, returning=True)
        events: list[Values] = []
        for number, row, way in zip(ids, rows, ways, strict=True):
            told = snapshot(model(id=number, **row))
            for event in way.events:
                kept = told if event["action"] is Action.submit else None
                events.append(event | {"record_id": number, "snapshot": kept})
        self.writer.add(WorkflowEvent, events)

    def _trip(self, kind: RecordKind, sender: Login, goal: State, start: Start) -> Trip:
        """Return a trip that begins these days, or long ago when it shall be decided."""
        rng = chance(kind.name, sender.account_id)
        way = ladders(self.writer.session, kind=kind, starts={0: start})[0]
        days = rng.randint(2, 20) if goal is State.pending else rng.randint(30, 400)
        return Trip(
            kind,
            way,
            sender,
            sender.person_id,
            at((self.now - dt.timedelta(days=days)).date(), rng),
            goal,
            decisions=0 if goal in {State.pending, State.rejected} else None,
        )

    def _with_pending(self) -> set[int]:
        statement = select(Declaration.person_id).where(
            Declaration.state == State.pending
        )
        return set(self.writer.session.scalars(statement))

    # --- People ---------------------------------------------------------------

    def _past_registrations(self, people: Sequence[PersonSpec]) -> list[Request]:
        """Return how the people of the file came in."""
        found = []
        for spec in people:
            if spec.serial > REGISTERED_SERIALS:
                continue
            trip = self._trip(
                RecordKind.person_registration,
                self.cast.people[spec.serial],
                State.approved,
                Start(own_unit_id=spec.values["unit_id"]),
            )
            sent = FIRST_DAY + dt.timedelta(days=spec.serial)
            found.append(
                Request(
                    {
                        "person_id": self.cast.people[spec.serial].person_id,
                        "unit_id": spec.values["unit_id"],
                        "department_id": spec.values["department_id"],
                    },
                    replace(trip, sent_at=sent),
                )
            )
        return found

    def _applications(self, names: Names, people: int) -> list[Request]:
        """Return people whom no unit has taken in yet."""
        count = min(MOST_APPLICANTS, people // PEOPLE_PER_APPLICANT)
        specs = [
            applicant(names, self.codes, serial=APPLICANT_SERIALS + number)
            for number in range(count)
        ]
        logins, fresh = write_people(self.writer, specs, hash_password(DEMO_PASSWORD))
        found = []
        goals = [goal for goal in CYCLE if goal is not State.approved]
        for number, spec in enumerate(specs):
            if spec.serial not in fresh:
                continue
            department = self._department(spec.serial)
            unit_id = self.tree.unit_ids[department.partition("-")[0]]
            login = logins[spec.serial]
            trip = self._trip(
                RecordKind.person_registration,
                login,
                goals[number % len(goals)],
                Start(own_unit_id=unit_id),
            )
            values = {
                "person_id": login.person_id,
                "unit_id": unit_id,
                "department_id": self.tree.department_ids[department],
            }
            found.append(Request(values, trip))
        return found

    def _department(self, serial: int) -> str:
        """Return a department of some employer where things may wait."""
        units = self.tree.organisation.units
        open_units = {
            code
            for code, unit in units.items()
            if unit.kind is UnitKind.employer and unit.state == "active"
        } - QUIET_UNITS
        departments = [
            code
            for code in self.tree.department_ids
            if code.partition("-")[0] in open_units
        ]
        return chance("department", serial).choice(departments)

    def _transfers(
        self, people: Sequence[PersonSpec], waiting: set[int]
    ) -> list[Request]:
        """Return moves; who has something pending has moved already (P12).

        One waits at the unit that is shown, and one was refused by it.
        """
        found = []
        shown = {State.pending, State.rejected}
        for spec in people:
            turn, rest = divmod(spec.serial, TRANSFER_EVERY)
            if rest != TRANSFER_SERIAL or spec.unit in QUIET_UNITS:
                continue
            login = self.cast.people[spec.serial]
            goal = CYCLE[turn % len(CYCLE)]
            if goal is State.pending and login.person_id in waiting:
                goal = State.approved
            department = self._department(spec.serial)
            if goal in shown and spec.unit != SHOWN_UNIT:
                shown.remove(goal)
                department = self._shown_department()
            other = self.tree.unit_ids[department.partition("-")[0]]
            home: int = spec.values["unit_id"]
            if other == home:
                continue
            has_moved = goal is State.approved
            source, target = (other, home) if has_moved else (home, other)
            trip = self._trip(
                RecordKind.transfer,
                login,
                goal,
                Start(named={"receiving_unit": target}),
            )
            values = {
                "person_id": login.person_id,
                "from_unit_id": source,
                "to_unit_id": target,
                "to_department_id": spec.values["department_id"]
                if has_moved
                else self.tree.department_ids[department],
                "requested_by_unit": False,
                "reason": "工作调动",
            }
            found.append(Request(values, trip))
        return found

    def _shown_department(self) -> str:
        """Return a department of the unit that is shown."""
        return next(
            code for code in self.tree.department_ids if code.startswith(SHOWN_UNIT)
        )

    def _person_changes(self, people: Sequence[PersonSpec]) -> list[Request]:
        """Return changes of the professional post (P13)."""
        titles = self._titles()
        found = []
        for spec in people:
            every = SHOWN_EVERY if spec.unit == SHOWN_UNIT else CHANGE_EVERY
            turn, rest = divmod(spec.serial, every)
            if rest != CHANGE_SERIAL % every or spec.unit in QUIET_UNITS:
                continue
            login = self.cast.people[spec.serial]
            goal = CYCLE[turn % len(CYCLE)]
            values = {
                "person_id": login.person_id,
                "unit_id": spec.values["unit_id"],
                "section": ProfileSection.post,
                **self._post_change(
                    spec,
                    goal,
                    titles[spec.values["title_id"]],
                    is_correction=not turn // 2 % 2,
                ),
            }
            start = Start(own_unit_id=spec.values["unit_id"])
            trip = self._trip(RecordKind.person_change, login, goal, start)
            found.append(Request(values, trip))
        return found

    def _post_change(
        self,
        spec: PersonSpec,
        goal: State,
        titles: tuple[int, int],
        *,
        is_correction: bool,
    ) -> Values:
        """Return a new post, or a correction of the one that is there, by turns."""
        own, other = titles
        day = (self.now - dt.timedelta(days=500)).date()
        row_id = self.posts.get(spec.serial)
        if goal is State.approved:
            # What was approved is what the person has now.
            day, other = spec.values["title_date"] or day, own
        elif row_id is not None and is_correction:
            return {
                "act": ChangeAct.edit,
                "row_id": row_id,
                "changes": {"title_id": {"before": own, "after": other}},
            }
        return {
            "act": ChangeAct.add,
            "row_id": None,
            "changes": {
                "title_id": {"before": None, "after": other},
                "obtained_on": {"before": None, "after": day.isoformat()},
            },
        }

    def _titles(self) -> Mapping[int, tuple[int, int]]:
        """Return each title with another one of its branch."""
        statement = select(Title.id, Title.parent_id).order_by(Title.code)
        branches: dict[int | None, list[int]] = {}
        parents: dict[int, int | None] = {}
        for number, parent in self.writer.session.execute(statement):
            branches.setdefault(parent, []).append(number)
            parents[number] = parent
        return {
            number: (number, next((t for t in branches[parent] if t != number), number))
            for number, parent in parents.items()
        }

    # --- Units ----------------------------------------------------------------

    def _unit_registrations(self, names: Names) -> list[Request]:
        """Return how the companies came in, and who still waits at the door."""
        known = self.writer.ids(UnitRegistration, "registration_code")
        found = []
        for code, unit in self.tree.organisation.units.items():
            is_new = unit.values["registration_code"] not in known
            if is_new and (code.startswith("CP") or not unit.is_registered):
                found.append(self._unit_registration(names, code, unit))
        self.writer.report.count(UnitRegistration.__tablename__, left=len(known))
        return found

    def _unit_registration(self, names: Names, code: str, unit: UnitSpec) -> Request:
        superior = self.tree.unit_ids[unit.parent]
        if unit.is_registered:
            login = self.cast.administrators[self.tree.unit_ids[code]][0]
            goal = State.approved
        else:
            number = list(self.tree.organisation.units).index(code)
            serial = APPLICANT_SERIALS + MOST_APPLICANTS + number
            spec = administrator(names, code, serial=serial)
            logins, _ = write_people(self.writer, [spec], hash_password(DEMO_PASSWORD))
            login = logins[serial]
            goal = State[unit.state]
        start = Start(named={"chosen_superior": superior})
        trip = self._trip(RecordKind.unit_registration, login, goal, start)
        if unit.is_registered:
            trip = replace(trip, sent_at=FIRST_DAY)
        values = unit.values | {
            "superior_id": superior,
            "applicant_id": login.person_id,
            "unit_id": self.tree.unit_ids.get(code),
        }
        return Request(values, trip)

    def _unit_changes(self) -> list[Request]:
        """Return changes of units where nothing else waits (U16, U17)."""
        known = self.writer.ids(UnitChange, "id")
        self.writer.report.count(UnitChange.__tablename__, left=len(known))
        if known:
            return []
        code_of = {
            code: unit.values["registration_code"]
            for code, unit in self.tree.organisation.units.items()
        }
        return [
            self._code_change("CP03", State.pending, code_of["CP03"], NEW_CODE),
            self._superior_change("CP11", State.pending, "CACED"),
            self._code_change("CP05", State.approved, NEW_CODE, code_of["CP05"]),
            self._superior_change("CP06", State.rejected, "PAED"),
        ]

    def _code_change(self, code: str, goal: State, before: str, after: str) -> Request:
        values = {
            "kind": UnitChangeKind.registration_code,
            "before": before,
            "after": after,
            "new_superior_id": None,
            "reason": "统一社会信用代码变更",
        }
        return self._unit_change(code, goal, values)

    def _superior_change(self, code: str, goal: State, superior: str) -> Request:
        units = self.tree.organisation.units
        values = {
            "kind": UnitChangeKind.superior,
            "before": units[units[code].parent].values["name"],
            "after": units[superior].values["name"],
            "new_superior_id": self.tree.unit_ids[superior],
            "reason": "机构改革，隶属关系调整",
        }
        return self._unit_change(code, goal, values)

    def _unit_change(self, code: str, goal: State, values: Values) -> Request:
        unit_id = self.tree.unit_ids[code]
        old = self.tree.unit_ids[self.tree.organisation.units[code].parent]
        named = {"old_superior": old}
        if values["new_superior_id"] is not None:
            named["new_superior"] = values["new_superior_id"]
        login = self.cast.administrators[unit_id][0]
        trip = self._trip(RecordKind.unit_change, login, goal, Start(named=named))
        more = {"unit_id": unit_id, "old_superior_id": old}
        return Request(values | more, replace(trip, sender_unit_id=unit_id))
