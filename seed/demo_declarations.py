"""Three years of declarations: who learned what, how far it climbed, what was credited."""

import datetime as dt
import decimal
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.enums import (
    CourseKind,
    EntryKind,
    EntryOrigin,
    Measure,
    RecordKind,
    Source,
    State,
    SubjectKind,
    UnitKind,
)
from admin_app.models import (
    LearningForm,
    LearningFormVersion,
    Major,
    PublicCourse,
)
from admin_app.operations.learning_forms import field_specs
from admin_app.operations.routing import Start, ladders
from admin_app.rules.field_specs import FieldSpec
from admin_app.rules.hours import compute_hours
from admin_app.rules.ladders import Rung
from admin_app.rules.learning_forms import accept_answers
from seed.demo_accounts import Cast
from seed.demo_answers import ANSWERERS, SELF_STUDY_CLAIM, Occasion
from seed.demo_ledger import Item, write_items
from seed.demo_people import PersonSpec
from seed.demo_rows import at, chance
from seed.demo_units import Tree
from seed.demo_ways import Trip, Way, still, travel
from seed.writing import Values, Writer

YEARS: Final = (2024, 2025, 2026)
PROFESSIONAL_GOAL: Final = decimal.Decimal(60)
MOST_A_YEAR: Final = 6
QUIET_UNITS: Final = frozenset({"CP03", "CP11"})
"""Units where nothing waits, so that they can ask to be changed themselves (U16)."""
COMPLETE_SERIAL: Final = 1
SHORTFALL_SERIAL: Final = 2
BATCH: Final = 4000


@dataclass(frozen=True)
class Form:
    """A learning form in force, as the rules read it."""

    code: str
    version_id: int
    measure: Measure
    rule: Mapping[str, Any]
    caps: Mapping[str, Any]
    fields: Sequence[FieldSpec]
    declared_by: frozenset[str]


@dataclass(frozen=True)
class School:
    """What learning takes place with: forms, courses, bases, majors, ways up."""

    forms: Sequence[Form]
    courses: Mapping[int, Sequence[PublicCourse]]
    bases: Sequence[int]
    majors: Sequence[int]
    by_person: Mapping[int, Sequence[Rung]]
    by_unit: Mapping[int, Sequence[Rung]]


@dataclass(frozen=True)
class Study:
    """Writes down what the demo people learned until `now`."""

    tree: Tree
    cast: Cast
    school: School
    now: dt.datetime

    def write(self, writer: Writer, people: Sequence[PersonSpec]) -> None:
        """Add declarations, events, ledger and totals of the people."""
        for start in range(0, len(people), BATCH):
            batch = people[start : start + BATCH]
            items = [item for person in batch for item in self._declared(person)]
            entries = [entry for person in batch for entry in self._courses(person)]
            write_items(writer, items, entries)

    def _declared(self, person: PersonSpec) -> Iterator[Item]:
        for year in YEARS:
            rng = chance("declarations", person.serial, year)
            habit = _habit(person.serial)
            yield from self._year(person, year, habit, rng)

    def _year(
        self, person: PersonSpec, year: int, habit: str, rng: random.Random
    ) -> Iterator[Item]:
        """Declare until the year is complete, or as much as the habit says."""
        is_open = year == YEARS[-1]
        wanted = {"complete": MOST_A_YEAR, "partial": 2, "idle": rng.randint(0, 1)}
        most = rng.randint(1, 3) if is_open else wanted[habit]
        forms = list(self.school.forms)
        earned = decimal.Decimal(0)
        while most > 0 and forms and earned < PROFESSIONAL_GOAL:
            weights = [ANSWERERS[form.code].weight for form in forms]
            form = forms.pop(rng.choices(range(len(forms)), weights)[0])
            item = self._item(person, year, form, rng)
            if item is None:
                return
            most -= 1
            if item.way.state is State.approved:
                earned += item.values["claimed"]
            yield item

    def _item(
        self, person: PersonSpec, year: int, form: Form, rng: random.Random
    ) -> Item | None:
        sent = self._sent_on(year, rng)
        if sent is None:
            return None
        occasion = Occasion(rng, sent, self.school.bases, self.school.majors)
        title, raw = ANSWERERS[form.code].make(occasion)
        answers = accept_answers(form.fields, raw, today=sent)
        claim = SELF_STUDY_CLAIM if form.rule["kind"] == "declared" else None
        computed = compute_hours(form.rule, form.caps, answers, claimed=claim).hours
        if computed <= 0:
            return None
        source, filed_by = self._source(person, form, rng)
        values = {
            "person_id": self.cast.people[person.serial].person_id,
            "unit_id": person.values["unit_id"],
            "department_id": person.values["department_id"],
            "region_id": person.values["region_id"],
            "year": year,
            "subject_kind": SubjectKind.professional,
            "measure": form.measure,
            "source": source,
            "filed_by_id": filed_by,
            "form_version_id": form.version_id,
            "title": title,
            "answers": answers,
            "claimed": computed,
            "computed": computed,
            "remark": "",
        }
        moment = at(sent, rng)
        way, author = self._way(person, values, moment, rng)
        values |= {"created_by_id": author, "created_at": moment, "updated_at": moment}
        return Item(values | way.columns, way)

    def _sent_on(self, year: int, rng: random.Random) -> dt.date | None:
        """Return a day of the year's window that is past, if any is."""
        first = dt.date(year, 2, 15)
        last = min(dt.date(year, 12, 5), self.now.date() - dt.timedelta(days=1))
        if last < first:
            return None
        return first + dt.timedelta(days=rng.randrange((last - first).days + 1))

    def _source(
        self, person: PersonSpec, form: Form, rng: random.Random
    ) -> tuple[Source, int | None]:
        pick = rng.random()
        if "base" in form.declared_by and pick < 0.35:  # noqa: PLR2004 (a share of the demo)
            return Source.base, rng.choice(self.school.bases)
        if "unit" in form.declared_by and pick < 0.3:  # noqa: PLR2004 (a share of the demo)
            return Source.unit, person.values["unit_id"]
        return Source.individual, None

    def _way(
        self,
        person: PersonSpec,
        values: Values,
        sent: dt.datetime,
        rng: random.Random,
    ) -> tuple[Way, int]:
        """Return the way of a declaration and the account that filed it."""
        filed_by, unit_id = values["filed_by_id"], values["unit_id"]
        subject = self.cast.people[person.serial]
        sender = subject
        if filed_by is not None:
            sender = self.cast.decider(filed_by, besides=subject.person_id)
        by_unit = values["source"] is Source.unit
        rungs = (self.school.by_unit if by_unit else self.school.by_person)[unit_id]
        trip = Trip(
            RecordKind.declaration,
            rungs,
            sender,
            subject.person_id,
            sent,
            goal=State.approved,
            sender_unit_id=filed_by,
            withdrawn_to=State.draft,
        )
        goal = _goal(person, values["year"], rng)
        if goal is State.draft:
            return still(), sender.account_id
        stop = rng.randrange(_deciding(rungs))
        if goal in {State.pending, State.rejected}:
            trip = replace(trip, goal=goal, decisions=stop)
        else:
            trip = replace(trip, goal=goal)
        if goal is not State.pending and person.unit in QUIET_UNITS:
            # Nothing may wait here, so it was sent early enough to be decided.
            early = self.now - dt.timedelta(days=40)
            trip = replace(trip, sent_at=min(sent, early))
        way = travel(trip, cast=self.cast, now=self.now, rng=rng)
        return way, sender.account_id

    def _courses(self, person: PersonSpec) -> Iterator[Values]:
        """Credit the public courses that the person took (R06)."""
        login = self.cast.people[person.serial]
        for year in YEARS:
            rng = chance("courses", person.serial, year)
            for course in self._taken(person.serial, year, rng):
                day = self._sent_on(year, rng)
                if day is not None:
                    yield {
                        "person_id": login.person_id,
                        "unit_id": person.values["unit_id"],
                        "region_id": person.values["region_id"],
                        "year": year,
                        "subject_kind": SubjectKind.public,
                        "measure": Measure.hours,
                        "kind": EntryKind.credit,
                        "origin": EntryOrigin.public_course,
                        "amount": course.hours,
                        "declaration_id": None,
                        "public_course_id": course.id,
                        "reason": "",
                        "at": at(day, rng),
                    }

    def _taken(
        self, serial: int, year: int, rng: random.Random
    ) -> Sequence[PublicCourse]:
        courses = self.school.courses.get(year, ())
        required = [c for c in courses if c.kind is CourseKind.required]
        habit = _habit(serial)
        if habit == "complete" and (year != YEARS[-1] or rng.random() < 0.6):  # noqa: PLR2004 (a share of the demo)
            return required
        return rng.sample(required, 1) if habit != "idle" and required else ()


def read_school(session: Session, tree: Tree) -> School:
    """Return forms, courses, bases and ladders as they are in the database."""
    versions = session.execute(
        select(LearningForm, LearningFormVersion)
        .join(LearningFormVersion.form)
        .where(LearningFormVersion.is_current)
        .order_by(LearningForm.sort_order)
    )
    courses: dict[int, list[PublicCourse]] = {}
    for course in session.scalars(select(PublicCourse).order_by(PublicCourse.code)):
        courses.setdefault(course.year, []).append(course)
    units = tree.organisation.units
    bases = [
        number
        for code, number in tree.unit_ids.items()
        if units[code].kind is UnitKind.base
    ]
    return School(
        forms=[_form(form, version) for form, version in versions],
        courses=courses,
        bases=bases,
        majors=list(session.scalars(select(Major.id).where(Major.level > 1))),
        by_person=_ways_up(session, tree, Source.individual),
        by_unit=_ways_up(session, tree, Source.unit),
    )


def _form(form: LearningForm, version: LearningFormVersion) -> Form:
    return Form(
        code=form.code,
        version_id=version.id,
        measure=version.measure,
        rule=version.rule,
        caps=version.caps,
        fields=field_specs(version),
        declared_by=frozenset(form.declared_by),
    )


def _ways_up(
    session: Session, tree: Tree, source: Source
) -> Mapping[int, Sequence[Rung]]:
    starts = {
        unit_id: Start(source=source.name, own_unit_id=unit_id)
        for unit_id in tree.unit_ids.values()
    }
    return ladders(session, kind=RecordKind.declaration, starts=starts)


def _habit(serial: int) -> str:
    """Return how somebody learns: two of them are known by name in the logins."""
    if serial in {COMPLETE_SERIAL, SHORTFALL_SERIAL}:
        return "complete" if serial == COMPLETE_SERIAL else "partial"
    pick = chance("habit", serial).random()
    return "complete" if pick < 0.6 else "partial" if pick < 0.88 else "idle"  # noqa: PLR2004 (shares of the demo)


def _goal(person: PersonSpec, year: int, rng: random.Random) -> State:
    """Return where a declaration shall end; past years are almost all decided."""
    weights = {
        State.approved: 92,
        State.rejected: 5,
        State.revoked: 1,
        State.withdrawn: 1,
        State.draft: 1,
    }
    if year == YEARS[-1]:
        weights = {
            State.pending: 45,
            State.approved: 35,
            State.rejected: 8,
            State.draft: 9,
            State.withdrawn: 3,
        }
    if person.serial == COMPLETE_SERIAL and year != YEARS[-1]:
        return State.approved
    if person.unit in QUIET_UNITS:
        weights.pop(State.pending, None)
    return rng.choices(list(weights), list(weights.values()))[0]


def _deciding(rungs: Sequence[Rung]) -> int:
    return sum(1 for rung in rungs if rung.decides)
