"""A tree of 20,000 units and 2,000 departments costs what a small one does (U19, U25)."""

import re

import pytest
from sqlalchemy import event, func, insert, select

from admin_app import models as m
from admin_app.enums import UnitKind
from tests.browsing import sign_in

UNITS, DEPARTMENTS = 20_000, 2_000
SONS = 100
"""So many units hang directly on each of the larger ones."""
MOST_STATEMENTS = 6
MOST_ROWS = 260
"""A page of a level with what is named on it; never a tenth of the tree."""

TREE = "/admin/subordinate-units/?tab=tree"
PARTS = "/admin/unit-departments/?tab=tree"


@pytest.fixture
def units(cast, db_session):
    """Thousands of units below the cast's bureau."""
    plant_units(db_session, cast.bureau)
    db_session.commit()


@pytest.fixture
def parts(cast, db_session):
    """Thousands of departments of the cast's school."""
    plant_departments(db_session, cast.school)
    db_session.commit()


def plant_units(session, root):
    """Hang UNITS employers below `root`: every SONS-th one is superior of the next."""
    like = {
        name: getattr(root, name)
        for name in ("region_id", "nature_id", "level_id", "industry_id")
    }
    first = session.scalar(select(func.max(m.Unit.id))) + 1
    rows = []
    for key in range(first, first + UNITS):
        place = (key - first) % (SONS + 1)
        above = key - place
        path = f"{root.path}{above}/" if place else root.path
        rows.append(
            like
            | {
                "id": key,
                "name": f"大树单位{key}",
                "registration_code": f"T{key:017d}",
                "kind": UnitKind.employer,
                "superior_id": above if place else root.id,
                "path": f"{path}{key}/",
                "depth": root.depth + (2 if place else 1),
            }
        )
    session.execute(insert(m.Unit), rows)


def plant_departments(session, school):
    """Give the school DEPARTMENTS parts: half at the top, half below the first."""
    first = session.scalar(select(func.max(m.Department.id))) + 1
    session.execute(
        insert(m.Department),
        [
            {
                "id": first + number,
                "unit_id": school.id,
                "name": f"大树部门{number}",
                "parent_id": first if number > DEPARTMENTS // 2 else None,
                "path": f"/{first}/{first + number}/"
                if number > DEPARTMENTS // 2
                else f"/{first + number}/",
            }
            for number in range(DEPARTMENTS)
        ],
    )


@pytest.fixture
def loaded():
    """Count the units and departments that come out of the database as objects."""
    seen = []

    def note(row, _context):
        seen.append(row.id)

    for model in (m.Unit, m.Department):
        event.listen(model, "load", note)
    yield seen
    for model in (m.Unit, m.Department):
        event.remove(model, "load", note)


def keys(page):
    return [int(key) for key in re.findall(r"details/\?id=(\d+)", page)]


ADDRESSES = {
    "units, list": ("city_chief", "/admin/subordinate-units/"),
    "units, list sorted": (
        "city_chief",
        "/admin/subordinate-units/?sort=name&size=100",
    ),
    "units, search": ("city_chief", "/admin/subordinate-units/?search=大树单位1"),
    "units, top": ("city_chief", TREE),
    "units, a level of two hundred": ("city_chief", f"{TREE}&parent={{bureau}}"),
    "units, a level below": ("city_chief", f"{TREE}&parent={{lowest}}"),
    "units, from the province": ("province_chief", f"{TREE}&parent={{city}}"),
    "departments, a level of a thousand": ("chief", PARTS),
    "departments, below": ("chief", f"{PARTS}&parent={{part}}"),
    "departments, list": ("chief", "/admin/unit-departments/?tab=list"),
    "departments, search": ("chief", "/admin/unit-departments/?search=门1999"),
    "parents to choose": (
        "chief",
        "/admin/unit-departments/ajax/lookup/?name=parent&q=大树部门19",
    ),
    "superiors to choose": ("city_chief", "/register/pick/superiors?q=大树"),
    "units to choose": ("city_chief", "/register/pick/units?region_id={region}"),
    "departments to choose": ("chief", "/register/pick/departments?unit_id={school}"),
    "departments to choose, below": (
        "chief",
        "/register/pick/departments?unit_id={school}&parent={part}",
    ),
    "departments to choose, searched": (
        "chief",
        "/register/pick/departments?unit_id={school}&q=大树部门19",
    ),
}


@pytest.mark.feature("U19", "U25")
def test_no_page_and_no_picker_reads_the_whole_tree(
    units, parts, cast, client, db_session, statements, loaded
):
    parents = select(m.Department.parent_id).where(m.Department.parent_id.is_not(None))
    fathers = select(func.max(m.Unit.superior_id)).where(m.Unit.depth == 4)
    names = {
        "bureau": cast.bureau.id,
        "city": cast.city.id,
        "school": cast.school.id,
        "region": cast.school.region_id,
        "part": db_session.scalar(parents.limit(1)),
        "lowest": db_session.scalar(fathers),
    }
    costs = {}
    for name, (who, address) in ADDRESSES.items():
        sign_in(client, getattr(cast, who))
        loaded.clear()
        with statements() as run:
            answer = client.get(address.format(**names))
        costs[name] = (answer.status_code, len(run), len(loaded))

    dear = {
        name: cost
        for name, cost in costs.items()
        if cost[0] != 200 or cost[1] > MOST_STATEMENTS or cost[2] > MOST_ROWS
    }
    assert dear == {}


@pytest.mark.feature("U25")
def test_a_level_of_two_hundred_is_shown_to_its_end(units, cast, client, db_session):
    sign_in(client, cast.city_chief)
    url, seen = f"{TREE}&parent={cast.bureau.id}", []

    while url:
        page = client.get(url).text
        seen += keys(page)
        more = re.search(r'class="tree-more".*?href="([^"]*)"', page, re.DOTALL)
        url = more[1].replace("&amp;", "&") if more else None

    below = select(m.Unit.id).where(m.Unit.superior_id == cast.bureau.id)
    assert seen == sorted(db_session.scalars(below))
    assert len(seen) > 150


@pytest.mark.feature("U19")
def test_a_thousand_departments_move_by_one_statement(
    parts, cast, client, db_session, statements
):
    part = db_session.scalar(
        select(m.Department).where(m.Department.name == "大树部门0")
    )
    sign_in(client, cast.chief)

    with statements() as run:
        answer = client.post(
            f"/admin/unit-departments/move/?id={part.id}",
            data={"parent": cast.office.id},
        )

    db_session.rollback()
    written = [s for s in run if s.startswith("UPDATE department")]
    there = select(func.count()).where(
        m.Department.path.startswith(f"{cast.office.path}{part.id}/")
    )
    assert answer.status_code == 303
    assert len(written) == 2
    assert db_session.scalar(there) == DEPARTMENTS - DEPARTMENTS // 2
