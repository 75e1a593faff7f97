"""Narrowing: what no index finds is looked for a stretch at a time, and all is found."""

import random
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import Action, RecordKind, Sex, State
from admin_app.permissions import scope_branches, scope_criterion
from admin_app.views.admin import kept as kept_lists
from admin_app.views.admin import narrowed
from admin_app.views.admin.boundaries import Order, decoded
from admin_app.views.admin.kept import Listed
from admin_app.views.admin.narrowed import NarrowedList
from admin_app.views.admin.narrowing import Narrowing, wish
from admin_app.views.admin.paging import Asked
from admin_app.views.admin.reading import Reading
from admin_app.views.admin.shapes import MOST_UNITS, Owners, Shape
from tests import factories as make
from tests.browsing import column, sign_in
from tests.cast import actor
from tests.views.admin.test_shapes import (
    SUBMITTED,
    random_declarations,
    random_tree,
)

pytestmark = pytest.mark.usefixtures("no_kept_lists")

TITLE = m.Declaration.title
SOME = Narrowing(wish("title", TITLE) > TITLE, ("title",)).of({"title": "035"})
APPROVED = [m.Declaration.state == State.approved]
BY_KEY = Order(m.Declaration.id, descending=False)
PEOPLE, HOURS = "/admin/person-query/", "/admin/approve-hours/"


def page_at(session, chief, criteria, order, owners, boundary):
    """The page of the few rows at this place of the list."""
    asked = Asked(
        model=m.Declaration,
        order=order,
        boundary=boundary,
        scope=scope_branches(m.Declaration, chief),
        owners=owners,
    )
    dialect, bound = session.get_bind().dialect.name, ("state",) if criteria else ()
    reading = Reading(m.Declaration, (), ())
    listed = Listed(
        dialect, asked, criteria, 3, reading, bound=bound, path=chief.unit_path
    )
    kept = NarrowedList(listed.at_any_boundary(), [SOME.narrowing])
    return kept.found(session, SOME.values, boundary).page


def there_and_back(session, chief, criteria, order, owners):
    """The keys of all pages onwards, those of all pages but the last on the way back."""
    onwards, back, boundary = [], [], None
    while len(onwards) < 99:
        page = page_at(session, chief, criteria, order, owners, boundary)
        onwards.append(page.ids)
        if page.next is None:
            break
        boundary = decoded(order, page.next, backwards=False)
    while page.previous is not None and len(back) < 99:
        boundary = decoded(order, page.previous, backwards=True)
        page = page_at(session, chief, criteria, order, owners, boundary)
        back.append(page.ids)
    return sum(onwards, ()), sum(reversed(back), ()), onwards[-1]


@pytest.mark.feature("X02")
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("few_units", [0, 50])
def test_what_is_looked_for_a_stretch_at_a_time_is_found_as_a_whole(
    seed, few_units, app, db_session, monkeypatch
):
    monkeypatch.setattr(narrowed, "LOOKED_THROUGH", 4)
    monkeypatch.setitem(MOST_UNITS, db_session.get_bind().dialect.name, few_units)
    dice = random.Random(seed)
    units = random_tree(db_session, dice)
    random_declarations(db_session, dice, units)
    used, build = set(), kept_lists.page_statement

    def noted(*given, shape, **more):
        used.add(shape)
        return build(*given, shape=shape, **more)

    monkeypatch.setattr(kept_lists, "page_statement", noted)
    for unit in units[:6]:
        chief = actor(db_session, make.administrator(db_session, unit))
        columns = (m.Declaration.unit_id, m.Declaration.filed_by_id)
        for criteria, order in (([], BY_KEY), (APPROVED, SUBMITTED)):
            owners = Owners(unit.path, columns) if criteria else None
            inside = scope_criterion(m.Declaration, chief)
            wanted = [*criteria, SOME.criterion]
            wanted += [] if inside is None else [inside]
            rows = db_session.scalars(select(m.Declaration).where(*wanted)).all()
            place = (lambda r: (r.submitted_at, r.id)) if criteria else lambda r: r.id
            expected = [r.id for r in sorted(rows, key=place, reverse=order.descending)]

            onwards, back, last = there_and_back(
                db_session, chief, criteria, order, owners
            )

            assert onwards == tuple(expected)
            assert back + last == onwards
    assert (Shape.gathered if few_units else Shape.walked) in used


@pytest.mark.feature("X02")
def test_a_list_says_how_far_it_looked_and_goes_on_from_there(
    client, cast, db_session, monkeypatch
):
    monkeypatch.setattr(narrowed, "LOOKED_THROUGH", 3)
    make.person(db_session, cast.school, name="最早", sex=Sex.female)
    for number in range(4):
        make.person(db_session, cast.school, name=f"甲{number}", sex=Sex.male)
    make.person(db_session, cast.school, name="最近", sex=Sex.female)
    db_session.commit()
    sign_in(client, cast.province_chief)

    pages = looked_through(client, f"{PEOPLE}?sex=female")

    names = [column(page, "姓名") for page in pages]
    found = [name for page in names for name in page]
    assert found[0] == "最近"
    assert "最早" in found
    assert found == list(dict.fromkeys(found))
    assert [] in names
    ways = [re.findall("或用 (.*?) 直接查找", page) for page in pages]
    assert ways[0] == ["单位、部门、姓名、身份证号码"]
    assert ["共" in page for page in pages] == [False] * len(pages)


@pytest.mark.feature("U42", "X02")
def test_who_is_called_just_so_comes_first_and_who_is_elsewhere_never(
    client, cast, db_session, monkeypatch
):
    monkeypatch.setitem(MOST_UNITS, db_session.get_bind().dialect.name, 0)
    for name in ("寻明", "寻明华", "寻国", "寻明"):
        make.person(db_session, cast.school, name=name)
    make.person(db_session, cast.base, name="寻明")
    db_session.commit()
    sign_in(client, cast.bureau_chief)

    page = client.get(f"{PEOPLE}?search=寻").text
    backwards = client.get(f"{PEOPLE}?search=寻&sort=-id").text

    assert column(page, "姓名") == ["寻国", "寻明", "寻明", "寻明华"]
    assert "共 4 条" in page
    assert column(backwards, "姓名") == ["寻明", "寻国", "寻明华", "寻明"]


@pytest.mark.feature("X02")
@pytest.mark.parametrize("few", [0, 1000])
def test_a_name_that_many_have_finds_the_same_rows_as_any_other(
    few, client, cast, db_session, monkeypatch, statements
):
    """Of many each row is asked for its name; few are found first, by their name."""
    monkeypatch.setattr(narrowed, "FEW", few)
    for person in (cast.teacher, cast.colleague, cast.teacher, cast.stranger):
        make.waiting(make.declaration(db_session, person), cast.school)
    elsewhere = make.person(db_session, cast.base, name="王老师")
    make.waiting(make.declaration(db_session, elsewhere), cast.school)
    right = make.role(db_session, "records:view")
    reader = make.administrator(db_session, cast.bureau, right)
    db_session.commit()
    sign_in(client, reader)

    with statements() as ran:
        page = client.get("/admin/declarations/?search=王").text

    assert column(page, "姓名") == ["王老师", "王老师"]
    asked = [each for each in ran if "FROM declaration" in each]
    assert any("EXISTS" in each for each in asked) is (few == 0)


@pytest.mark.feature("X02")
@pytest.mark.parametrize("few_units", [0, 50])
def test_a_name_is_found_whole_however_many_have_it_now(
    few_units, client, cast, db_session, monkeypatch, statements
):
    """How it was found last time may fit no more; what comes with the page tells."""
    monkeypatch.setattr(narrowed, "CAP", 25)
    monkeypatch.setitem(MOST_UNITS, db_session.get_bind().dialect.name, few_units)
    # Those who come last in the alphabet came first.
    names = [f"寻{number:02}" for number in range(40)]
    people = [make.person(db_session, cast.school, name=name) for name in names[::-1]]
    db_session.commit()
    sign_in(client, cast.city_chief)

    def visit():
        with statements() as ran:
            first = client.get(f"{PEOPLE}?search=寻").text
        told = column(first, "姓名")
        if further := re.search(r'rel="next" href="([^"]+)"', first):
            told += column(client.get(unescape(further[1])).text, "姓名")
        return told, re.search(r"共 \d+ 条", first)[0], len(ran)

    many, again = visit(), visit()
    for person in people[:30]:
        person.name = "另名"
    db_session.commit()
    few = visit()
    for person, name in zip(people, names[::-1], strict=True):
        person.name = name
    db_session.commit()

    assert many[:2] == again[:2] == visit()[:2] == (names, "共 26 条")
    assert few[:2] == (names[:10], "共 10 条")
    assert again[2] < many[2]


@pytest.mark.feature("X02")
def test_what_the_own_unit_decided_is_looked_through_along_its_decisions(
    client, cast, db_session, monkeypatch
):
    monkeypatch.setattr(narrowed, "FEW", 2)
    monkeypatch.setattr(narrowed, "FOLLOWED", 3)
    for number in range(8):
        year = 2024 if number in {0, 1, 6} else 2025
        row = make.declaration(
            db_session, cast.teacher, title=f"项目{number}", year=year
        )
        make.waiting(row, cast.school)
        row.state, row.decider_id = State.approved, None
        decided(db_session, row, cast.school)
    db_session.commit()
    sign_in(client, cast.chief)

    pages = looked_through(client, f"{HOURS}?tab=reviewed&year=2024")

    titles = [column(page, "项目名称") for page in pages]
    assert titles == [["项目6"], [], ["项目1"], ["项目0"]]
    assert ["本页查看了 3 条记录" in pages[0], "这 3 条记录中" in pages[1]] == [
        True,
        True,
    ]
    assert "继续查看" not in pages[3]


@pytest.mark.feature("X02")
def test_an_early_year_of_the_province_is_found_at_once(
    client, cast, db_session, monkeypatch
):
    """An index holds each year in its order; of a scope it would find row by row."""
    monkeypatch.setattr(narrowed, "LOOKED_THROUGH", 3)
    early = datetime(2021, 11, 1, tzinfo=UTC)
    for number in range(12):
        year = 2021 if number < 5 else 2025
        row = make.declaration(
            db_session, cast.teacher, title=f"项目{number:02d}", year=year
        )
        make.waiting(row, cast.city, at=early + timedelta(days=number))
    reader = make.administrator(
        db_session, cast.city, make.role(db_session, "records:view")
    )
    db_session.commit()
    seen = {}

    for name, who in (("all", cast.superuser), ("scope", reader)):
        sign_in(client, who)
        address = "/admin/declarations/?tab=pending&year=2021"
        pages = looked_through(client, address)
        seen[name] = [column(page, "项目名称") for page in pages]

    wanted = [f"项目{number:02d}" for number in range(4, -1, -1)]
    assert seen["all"] == [wanted]
    assert [title for page in seen["scope"] for title in page] == wanted
    assert len(seen["scope"]) > 1


def decided(session, row, unit):
    """A decision of the unit about the declaration, as the workflow would note it."""
    session.flush()
    session.add(
        m.WorkflowEvent(
            kind=RecordKind.declaration,
            record_id=row.id,
            unit_id=unit.id,
            step=0,
            action=Action.approve,
            from_state=State.pending,
            to_state=State.approved,
        )
    )


def looked_through(client, address):
    """The pages that follow each other by 继续查看."""
    pages = []
    while address and len(pages) < 9:
        pages.append(unescape(client.get(address).text))
        found = re.search(r'href="([^"]*)"[^>]*>继续查看', pages[-1])
        address = found and found[1]
    return pages
