"""Units are founded, moved and put out of use at random: scope is what recursion says."""

import os
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from admin_app.enums import Action, IdentityKind, UnitKind
from admin_app.errors import Refused
from admin_app.models import Person, Unit
from admin_app.operations import tree, units
from admin_app.operations.registration import place_unit
from admin_app.operations.unit_changes import request_superior
from admin_app.permissions import Actor, visible
from admin_app.workflows import disable_unit, perform
from tests import factories as make

SOAK = os.environ.get("CE_TEST_SOAK") == "1"
HR, INDUSTRY = UnitKind.hr_authority, UnitKind.industry_authority
MAY = frozenset(
    {
        *("unit_profile:edit", "review_unit_changes:approve"),
        *("subordinate_units:disable",),
    }
)
ABOVE = {HR: {HR}, INDUSTRY: {HR, INDUSTRY}}
SUPERIOR = {HR, INDUSTRY, UnitKind.employer}

step = st.tuples(
    st.sampled_from(["found", "move", "move", "move", "disable", "enable"]),
    st.integers(0, 99),
    st.integers(0, 99),
    st.sampled_from([*UnitKind, UnitKind.employer, HR]),
)


@dataclass(eq=False)
class Place:
    """A unit as the oracle knows it: without a path."""

    id: int
    kind: UnitKind
    above: "Place | None"
    person_id: int
    is_active: bool = True

    def way(self):
        return [self, *(self.above.way() if self.above else [])]


@dataclass
class Grove:
    """The units of one example, and three people who act for whichever unit it takes."""

    session: object
    now: object
    places: list = field(default_factory=list)
    hands: list = field(default_factory=list)

    def plant(self):
        self.hands = [
            make.account(self.session, make.person(self.session)) for _ in range(3)
        ]
        root = make.unit(self.session, kind=HR)
        self.places = [self._known(root, None)]
        for kind, above in ((HR, 0), (INDUSTRY, 1), (UnitKind.employer, 2)):
            self.found(0, above, kind)

    def _known(self, unit, above):
        person = make.person(self.session, unit)
        return Place(unit.id, unit.kind, above, person.id)

    def acting(self, place, hand):
        unit = self.session.get_one(Unit, place.id)
        return Actor(
            account_id=self.hands[hand].id,
            person_id=self.hands[hand].person_id,
            name="",
            kind=IdentityKind.administrator,
            permissions=MAY,
            unit_id=unit.id,
            unit_path=unit.path,
            unit_kind=unit.kind,
        )

    def choose(self, number):
        return self.places[number % len(self.places)]

    def found(self, _first, second, kind):
        above = self.choose(second)
        superior = self.session.get_one(Unit, above.id)
        model = make.unit(self.session, superior, kind=kind)
        details = {
            column.key: getattr(model, column.key)
            for column in Unit.__mapper__.column_attrs
            if column.key not in {"id", "path", "depth", "registration_code"}
        }
        self.session.delete(model)
        self.session.flush()
        code = make.registration_code()
        made = place_unit(
            self.session, Unit(**details, registration_code=code), superior
        )
        self.places.append(self._known(made, above))

    def move(self, first, second, _kind):
        place, to = self.choose(first), self.choose(second)
        old = place.above
        can_be = (
            old is not None
            and to not in {place, old}
            and place not in to.way()
            and to.is_active
            and to.kind in ABOVE.get(place.kind, SUPERIOR)
            and (old.is_active or old.kind is HR)
        )

        def act():
            change = request_superior(
                self.session,
                actor=self.acting(place, 0),
                superior_id=to.id,
                reason="机构改革",
            )
            for who, hand, action in (
                (place, 0, Action.submit),
                (old, 1, Action.approve),
                (to, 2, Action.approve),
            ):
                perform(
                    self.session,
                    actor=self.acting(who, hand),
                    record=change,
                    action=action,
                    now=self.now,
                )

        if self.attempt(act, expected=can_be):
            place.above = to

    def disable(self, first, _second, _kind):
        self._switch(self.choose(first), to=False)

    def enable(self, first, _second, _kind):
        self._switch(self.choose(first), to=True)

    def _switch(self, place, *, to):
        root = self.places[0]
        can_be = place is not root and place.is_active is not to
        can_be = can_be and (to or place.kind is not HR)
        unit = self.session.get_one(Unit, place.id)

        def act():
            actor = self.acting(root, 0)
            if to:
                units.enable_unit(self.session, actor=actor, unit=unit)
            else:
                disable_unit(self.session, actor=actor, unit=unit, now=self.now)

        if self.attempt(act, expected=can_be):
            place.is_active = to

    def attempt(self, act, *, expected):
        savepoint, refusal = self.session.begin_nested(), None
        try:
            act()
            savepoint.commit()
        except Refused as refused:
            refusal = refused
            savepoint.rollback()
            self.session.expire_all()
        assert (refusal is None) == expected, refusal or "it happened, and must not"
        return expected

    def differences(self):
        """Everything in which path, depth or scope is not what the superiors say."""
        ways = {place.id: [p.id for p in place.way()] for place in self.places}
        rows = self.session.execute(select(Unit.id, Unit.path, Unit.depth))
        found = {row.id: (row.path, row.depth) for row in rows if row.id in ways}
        for key, way in ways.items():
            path = "/" + "".join(f"{each}/" for each in reversed(way))
            if found[key] != (path, len(way) - 1):
                yield key, found[key], path
        for place in self.places:
            below = [p for p in self.places if place.id in ways[p.id]]
            actor = self.acting(place, 0)
            for model, keys in (
                (Unit, {p.id for p in below}),
                (Person, {p.person_id for p in below}),
            ):
                known = [p.id for p in self.places]
                if model is Person:
                    known = [p.person_id for p in self.places]
                statement = visible(select(model.id), model, actor)
                statement = statement.where(model.id.in_(known))
                seen = set(self.session.scalars(statement))
                if seen != keys:
                    yield place.id, model.__name__, seen ^ keys


def play(session, now, steps):
    """Play the steps on a grove of their own; the first difference, if any."""
    savepoint = session.begin_nested()
    try:
        grove = Grove(session, now)
        grove.plant()
        for name, first, second, kind in steps:
            getattr(grove, name)(first, second, kind)
            if wrong := list(grove.differences()):
                return name, wrong
        return None
    finally:
        savepoint.rollback()
        session.expunge_all()


QUIET = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


@pytest.mark.requirement("AZ-12")
@settings(max_examples=500 if SOAK else 8, derandomize=not SOAK, **QUIET)
@given(steps=st.lists(step, min_size=30 if SOAK else 12, max_size=30 if SOAK else 20))
def test_scope_is_what_recursion_says_after_every_step(db_session, now, steps):
    assert play(db_session, now, steps) is None


def move_alone(session, *, unit, superior):
    """Leave behind what is below."""
    unit.superior_id, unit.depth = superior.id, superior.depth + 1
    unit.path = f"{superior.path}{unit.id}/"
    session.flush()


def move_in_name(session, *, unit, superior):
    """Write the superior and no path."""
    unit.superior_id = superior.id
    session.flush()


@pytest.mark.parametrize(
    "double", [move_alone, move_in_name], ids=lambda double: double.__name__
)
def test_move_of_less_than_everything_is_found(db_session, now, monkeypatch, double):
    monkeypatch.setattr(tree, "move_below", double)
    # The school with its new branch goes below the city.
    steps = [("found", 0, 3, UnitKind.employer), ("move", 3, 1, HR)]

    assert play(db_session, now, steps) is not None
