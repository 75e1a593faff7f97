"""Lists and records: built once for a sort of administrators, right for each."""

import datetime as dt
import os
import re
from dataclasses import fields

import pytest
from sqlalchemy import inspect, or_, select, true

from admin_app import models as m
from admin_app.enums import Source, State
from admin_app.extensions import db
from admin_app.permissions import (
    Actor,
    scope_branches,
    scope_test,
    units_in_scope,
    visible,
)
from admin_app.views.admin import kept as kept_lists
from admin_app.views.admin import shapes
from admin_app.views.admin.kept import NUMBERS, PATHS, Sort, anybody, keepable
from admin_app.views.admin.narrowing import Narrowing
from admin_app.views.admin.paging import CAP
from tests import factories as make
from tests.browsing import column, sign_in
from tests.cast import actor, busy


@pytest.fixture
def built(no_kept_lists, monkeypatch):
    """The lists whose statements are built from now on."""
    made = []

    class Noted(kept_lists.WholeList):
        def __init__(self, *args):
            made.append(args)
            super().__init__(*args)

    monkeypatch.setattr("admin_app.views.admin.base.listing.WholeList", Noted)
    return made


def test_units_share_the_statements_and_see_their_own(client, db_session, cast, built):
    make.person(db_session, cast.school, name="校内甲")
    make.person(db_session, cast.other_school, name="校外乙")
    db_session.commit()
    seen = {}

    for who in ("chief", "other_chief"):
        sign_in(client, getattr(cast, who))
        seen[who] = column(client.get("/admin/person-query/").text, "姓名")

    assert {"校内甲", "校外乙"} & set(seen["chief"]) == {"校内甲"}
    assert {"校内甲", "校外乙"} & set(seen["other_chief"]) == {"校外乙"}
    assert len(built) == 1


@pytest.mark.usefixtures("no_kept_lists")
def test_units_share_the_first_page_and_a_record_and_see_their_own(
    client, db_session, cast
):
    waiting = [
        make.waiting(make.declaration(db_session, person), unit)
        for person, unit in (
            (cast.teacher, cast.school),
            (cast.colleague, cast.school),
            (cast.stranger, cast.other_school),
        )
    ]
    db_session.commit()
    tile = re.compile(r'href="/admin/approve-hours/"[^>]*><strong>(\d+)</strong>')
    seen = {}

    for who in ("chief", "other_chief"):
        sign_in(client, getattr(cast, who))
        shown = [
            client.get(f"/admin/approve-hours/details/?id={record.id}").status_code
            for record in waiting
        ]
        seen[who] = (tile.search(client.get("/admin/").text)[1], shown)

    assert seen == {
        "chief": ("2", [200, 200, 404]),
        "other_chief": ("1", [404, 404, 200]),
    }


def test_each_sort_has_statements_of_its_own(client, db_session, cast, built):
    """A head of a department, a unit, a root: whoever opened the list before."""
    make.person(db_session, cast.other_school, name="校外乙")
    db_session.commit()
    seen = {}

    for who in ("province_chief", "chief", "department_head"):
        sign_in(client, getattr(cast, who))
        seen[who] = set(column(client.get("/admin/person-query/").text, "姓名"))

    assert {"校外乙", "李老师", "王老师"} <= seen["province_chief"]
    assert {"校外乙", "李老师", "王老师"} & seen["chief"] == {"李老师", "王老师"}
    assert {"校外乙", "李老师", "王老师"} & seen["department_head"] == {"王老师"}
    assert len(built) == 3


@pytest.mark.usefixtures("no_kept_lists")
@pytest.mark.requirement("AZ-01")
def test_each_sort_opens_the_records_of_its_own_scope(client, db_session, cast):
    """A head of a department none of another, whoever opened one before."""
    rows = [
        make.waiting(make.declaration(db_session, person), cast.school)
        for person in (cast.teacher, cast.colleague)
    ]
    db_session.commit()
    opened = {}

    for who in ("chief", "department_head"):
        sign_in(client, getattr(cast, who))
        opened[who] = [
            client.get(f"/admin/approve-hours/details/?id={row.id}").status_code
            for row in rows
        ]

    assert opened == {"chief": [200, 200], "department_head": [200, 404]}


@pytest.mark.usefixtures("no_kept_lists")
def test_each_screen_works_with_records_of_its_own(screens, db_session, cast):
    who = actor(db_session, cast.superuser)

    found = {name: screen.one(Sort.of(who)) for name, screen in screens.items()}

    models = {name: made.column_descriptions[0]["type"] for name, made in found.items()}
    assert models == {name: screen.entity_model for name, screen in screens.items()}


@pytest.mark.usefixtures("no_kept_lists")
@pytest.mark.requirement("AZ-01")
def test_each_sort_works_with_records_of_its_own_scope(screens, db_session, cast):
    own, found = screens["person_query"], {}

    for name in ("chief", "department_head"):
        who = actor(db_session, getattr(cast, name))
        asked = {"record_id": cast.colleague.id, **kept_lists.numbers_of(who)}
        found[name] = db_session.scalar(own.one(Sort.of(who)), asked)

    assert found == {"chief": cast.colleague, "department_head": None}


@pytest.mark.usefixtures("no_kept_lists")
def test_lists_that_are_asked_alike_show_each_its_own(as_superuser, cast):
    """Departments and people: no tab, the newest first, whichever is opened first."""
    pages = {
        screen: as_superuser.get(f"/admin/{screen}/").text
        for screen in ("departments", "people")
    }

    names = {
        screen: column(pages[screen], label)
        for screen, label in (("departments", "部门名称"), ("people", "姓名"))
    }
    bars = [
        re.search(r'<form class="filter-bar"[^>]* action="([^"]+)"', page)[1]
        for page in pages.values()
    ]
    assert bars == [f"/admin/{screen}/" for screen in pages]
    assert cast.office.name in names["departments"]
    assert cast.teacher.name in names["people"]
    assert cast.office.name not in names["people"]


@pytest.mark.usefixtures("no_kept_lists")
def test_a_list_has_as_many_rows_as_are_asked_for_whatever_was_before(
    as_chief, cast, db_session
):
    for _ in range(25):
        make.person(db_session, cast.school)
    db_session.commit()

    pages = [as_chief.get(f"/admin/person-query/?size={n}").text for n in (20, 50, 20)]

    assert [len(column(page, "姓名")) for page in pages] == [20, 27, 20]


@pytest.mark.parametrize("who", ["chief", "city_chief", "department_head", "superuser"])
def test_a_sort_has_the_scope_of_each_of_its_actors(db_session, cast, who):
    """With the numbers of an actor in place, both statements find the same rows."""
    own = actor(db_session, getattr(cast, who))
    stand_in, numbers = anybody(Sort.of(own)), kept_lists.numbers_of(own)

    for model in (m.Person, m.Unit, m.Declaration, m.Department):
        wanted, found = (
            select(model.id).where(or_(*(scope_branches(model, each) or [true()])))
            for each in (own, stand_in)
        )
        rows = sorted(db_session.scalars(wanted))
        assert sorted(db_session.scalars(found, numbers)) == rows
    assert (units_in_scope(stand_in) is None) == (units_in_scope(own) is None)


SCOPED = [
    mapper.class_
    for mapper in db.Model.registry.mappers
    if hasattr(mapper.class_, "__scope__")
]


@pytest.mark.parametrize("who", ["chief", "city_chief", "department_head", "teacher"])
def test_scope_tests_each_row_as_it_finds_them(db_session, cast, who):
    """Row by row the same is seen as where the rows are collected, in every table."""
    busy(db_session, cast)
    for person in (cast.teacher, cast.stranger):
        make.public_hours(db_session, person, 8, year=2023)
    for filed_by in (cast.school, cast.other_school):
        make.declaration(
            db_session, cast.stranger, source=Source.unit, filed_by_id=filed_by.id
        )
    db_session.commit()
    own = actor(db_session, getattr(cast, who))
    seen = 0

    for model in SCOPED:
        key = inspect(model).primary_key[0]
        test = scope_test(model, own)
        tested = select(key) if test is None else select(key).where(test)
        rows = sorted(db_session.scalars(tested))
        assert rows == sorted(db_session.scalars(visible(select(key), model, own)))
        seen += len(rows)

    assert seen > 5


def test_what_would_be_kept_of_whoever_came_first_is_refused(db_session, cast):
    """Criteria that ask for a right, a name or the hour stop, and are not kept."""
    stand_in = anybody(Sort.of(actor(db_session, cast.chief)))
    known = {*NUMBERS, *PATHS, "kind"}

    for name in {field.name for field in fields(Actor)} - known:
        with pytest.raises(AttributeError):
            getattr(stand_in, name)
    moment = dt.datetime(2025, 11, 18, tzinfo=dt.UTC)
    with pytest.raises(TypeError):
        keepable(select(m.Person.id).where(m.Person.created_at < moment))
    with pytest.raises(TypeError):
        Narrowing(m.Person.name == "王老师")


@pytest.mark.usefixtures("no_kept_lists")
@pytest.mark.parametrize(("counted", "told"), [(CAP, "共 1 条"), (CAP + 1, "1000+")])
def test_beyond_the_cap_the_counter_is_believed(
    client, cast, db_session, counted, told
):
    """Nobody counts a thousand rows of a province for each page."""
    make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.add(
        m.UnitRoll(
            unit_id=cast.city.id,
            year=2025,
            state=State.pending,
            number=counted,
            amount=24,
        )
    )
    reader = make.administrator(
        db_session, cast.city, make.role(db_session, "records:view")
    )
    db_session.commit()
    sign_in(client, reader)

    assert told in client.get("/admin/declarations/?tab=pending").text


@pytest.mark.usefixtures("no_kept_lists")
def test_a_list_is_one_statement_until_another_way_fits(
    as_chief, cast, db_session, monkeypatch, statements
):
    """How it was found last time for this unit; what comes tells whether that holds."""
    names = [f"学员{n:02}" for n in range(25)]
    for name in names:
        make.person(db_session, cast.school, name=name)
    db_session.commit()
    people = "/admin/person-query/?sort=id&size=20"

    def visit():
        with statements() as ran:
            page = as_chief.get(people).text
        return column(page, "姓名"), "共 27 条" in page, len(ran)

    first, *others = visit(), visit()
    monkeypatch.setattr(shapes, "FEW", 26)
    others += [visit(), visit()]

    assert [told for *told, _ran in others] == [list(first[:2])] * 3
    assert first[1]
    # Session, and the list: counted before where nothing is known of the unit.
    assert [ran for *_told, ran in (first, *others)] == [3, 2, 3, 2]


@pytest.mark.usefixtures("no_kept_lists")
def test_a_list_that_was_known_and_is_empty_now_says_so(as_chief, cast, db_session):
    row = make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    hours = "/admin/approve-hours/"
    told = [as_chief.get(hours).text]
    row.state, row.decider_id, row.waiting_since = State.draft, None, None
    db_session.commit()

    told += [as_chief.get(hours).text, as_chief.get(f"{hours}?tab=done").text]

    assert [row.title in page for page in told] == [True, False, False]
    assert "共 1 条" in told[0]
    assert "共 1 条" not in told[1]


@pytest.mark.skipif(
    os.environ.get("CE_TEST_DATABASE") != "postgresql", reason="about its plans"
)
def test_no_plan_of_a_list_foresees_a_value(as_chief, cast, db_session, statements):
    """PostgreSQL would plan it anew for each page: for this unit it costs less."""
    make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()
    pages = ("/admin/approve-hours/", "/admin/person-query/", "/admin/inbox/")

    with statements() as ran:
        for page in pages:
            as_chief.get(page)

    values = [re.findall(r".{8}%\(unit_\w+\)s", each) for each in ran]
    assert len([found for found in values if found]) >= len(pages)
    assert {value[:8] for found in values for value in found} == {"(SELECT "}
    # What is the same for everybody stands in the text.
    kept = [each for each, found in zip(ran, values, strict=True) if found]
    told = {name for each in kept for name in re.findall(r"%\((\w+)\)s", each)}
    own = actor(db_session, cast.chief)
    assert told <= kept_lists.numbers_of(own).keys()


def test_a_full_shelf_forgets_what_nobody_asked_for_the_longest():
    shelf, made = kept_lists.Shelf(2), []

    def find(key):
        return shelf.find(key, lambda: made.append(key) or key.upper())

    assert [find(key) for key in "abacab"] == list("ABACAB")
    assert made == list("abcb")
