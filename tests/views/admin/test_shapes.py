"""Shapes: whichever way the keys of a list are found, the rows are the same."""

import random
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import Source, State, UnitKind
from admin_app.permissions import scope_branches, scope_criterion
from admin_app.views.admin.boundaries import Order, decoded
from admin_app.views.admin.paging import CAP, Asked, as_page, page_statement
from admin_app.views.admin.shapes import (
    FEW,
    Owners,
    Shape,
    as_test,
    capped_count,
    keys,
    number_collected,
    shape_for,
)
from tests import factories as make
from tests.cast import actor

START = datetime(2025, 11, 1, tzinfo=UTC)
SUBMITTED = Order(m.Declaration.submitted_at, descending=True, has_nulls=False)


def random_tree(session, dice):
    """Units below one root, of random shape."""
    units = [make.unit(session, kind=UnitKind.hr_authority)]
    for _ in range(12):
        kind = dice.choice([UnitKind.employer, UnitKind.industry_authority])
        units.append(make.unit(session, dice.choice(units), kind=kind))
    return units


def random_declarations(session, dice, units):
    """Declarations in random states, many at the same time, some filed elsewhere."""
    people = [make.person(session, dice.choice(units)) for _ in range(8)]
    for number in range(70):
        record = make.declaration(session, dice.choice(people), title=f"{number:03d}")
        if dice.random() < 0.4:
            record.source, record.filed_by_id = Source.unit, dice.choice(units).id
        if dice.random() < 0.9:
            at = START + timedelta(hours=dice.randrange(10))
            make.waiting(record, dice.choice(units), at=at)
        if record.submitted_at and dice.random() < 0.6:
            record.state, record.decider_id = State.approved, None
    session.commit()


def all_pages(session, scope, criteria, order, shape, owners):
    """The keys of every page, forwards and then backwards."""
    forwards, backwards, boundary = [], [], None
    while True:
        asked = Asked(
            model=m.Declaration,
            order=order,
            boundary=boundary,
            scope=scope,
            owners=owners,
        )
        dialect = session.get_bind().dialect.name
        keys = page_statement(dialect, asked, criteria, size=7, shape=shape)
        page = as_page(session.execute(keys).all(), asked, 7)
        is_back = boundary is not None and boundary.backwards
        (backwards if is_back else forwards).append(page.ids)
        if is_back and page.previous is None:
            return forwards, backwards
        if is_back or page.next is None:
            if page.previous is None:
                return forwards, backwards
            boundary = decoded(order, page.previous, backwards=True)
        else:
            boundary = decoded(order, page.next, backwards=False)


@pytest.mark.feature("X02")
@pytest.mark.requirement("AZ-01")
@pytest.mark.parametrize("seed", range(3))
def test_every_shape_finds_the_same_rows_on_the_same_pages(seed, app, db_session):
    dice = random.Random(seed)
    units = random_tree(db_session, dice)
    random_declarations(db_session, dice, units)
    approved = [m.Declaration.state == State.approved]
    by_key = Order(m.Declaration.id, descending=seed % 2 == 0)
    for unit in units[1:]:
        chief = actor(db_session, make.administrator(db_session, unit))
        scope = scope_branches(m.Declaration, chief)
        owners = Owners(unit.path, (m.Declaration.unit_id, m.Declaration.filed_by_id))
        for criteria, order in (([], by_key), (approved, SUBMITTED)):
            inside = scope_criterion(m.Declaration, chief)
            rows = db_session.scalars(
                select(m.Declaration).where(inside, *criteria)
            ).all()
            place = (lambda r: (r.submitted_at, r.id)) if criteria else lambda r: r.id
            expected = [r.id for r in sorted(rows, key=place, reverse=order.descending)]

            told = {
                shape: all_pages(db_session, scope, criteria, order, shape, owners)
                for shape in Shape
            }
            only_tested = as_test(scope)
            told |= {
                f"{shape} of what is tested": all_pages(
                    db_session, only_tested, criteria, order, shape, owners
                )
                for shape in (Shape.collected, Shape.walked)
            }

            for forwards, backwards in told.values():
                assert [key for page in forwards for key in page] == expected
                assert backwards == forwards[-2::-1]


@pytest.mark.parametrize(("seed", "cap"), list(product(range(2), (3, 1000))))
def test_rows_are_counted_once_by_whichever_branch_and_up_to_the_cap(
    seed, cap, app, db_session
):
    dice = random.Random(seed)
    units = random_tree(db_session, dice)
    random_declarations(db_session, dice, units)
    for unit in units[1:]:
        chief = actor(db_session, make.administrator(db_session, unit))
        scope = scope_branches(m.Declaration, chief)

        count = capped_count(m.Declaration, scope, [], cap=cap)
        found, _key, _place = keys(
            m.Declaration, scope, [], m.Declaration.submitted_at, Shape.collected
        )
        of_page = number_collected(found.limit(2), cap=cap)

        inside = scope_criterion(m.Declaration, chief)
        there = len(db_session.scalars(select(m.Declaration.id).where(inside)).all())
        expected = min(there, cap + 1)
        assert db_session.execute(select(count, of_page)).one() == (expected, expected)


def test_nobody_counts_nothing_and_the_root_counts_all(cast, db_session):
    make.declaration(db_session, cast.teacher)
    root = actor(db_session, cast.province_chief)
    counted = {}
    for who in (None, root):
        scope = scope_branches(m.Declaration, who)

        counted[who] = db_session.scalar(
            select(capped_count(m.Declaration, scope, [], cap=CAP))
        )

    assert counted == {None: 0, root: 1}


@pytest.mark.parametrize(
    ("total", "units", "shape"),
    [
        (0, 1, Shape.collected),
        (FEW, 9, Shape.collected),
        (FEW + 1, 5, Shape.gathered),
        (FEW + 1, 6, Shape.walked),
        (FEW + 1, None, Shape.walked),
    ],
)
def test_few_rows_are_collected_few_units_asked_and_all_others_walked(
    total, units, shape
):
    assert shape_for(total, units, most_units=5) is shape


def test_list_that_goes_on_shows_how_many_rows_it_counts():
    assert FEW <= CAP
