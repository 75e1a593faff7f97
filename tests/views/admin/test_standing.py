"""What the first page tells of the year: the unit's own, all below, and nobody else's."""

import re

import pytest

from admin_app.enums import State
from admin_app.operations import counters
from tests import factories as make
from tests.browsing import sign_in

YEAR = 2025


@pytest.fixture
def counted(app, db_session, cast, now):
    """Two declarations of the school and one of the other, counted at this moment."""
    app.extensions["clock"] = lambda: now
    school = [make.declaration(db_session, cast.teacher, year=YEAR) for _ in "ab"]
    stranger = make.declaration(db_session, cast.stranger, year=YEAR)
    for row in (school[0], stranger):
        row.state = State.approved
    make.waiting(school[1], cast.school)
    counters.rebuild(db_session, now=now)
    db_session.commit()


def figures(page):
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", page))


@pytest.mark.parametrize(
    ("who", "pending", "approved", "hours"),
    [
        ("chief", "1", "1", "24"),
        ("other_chief", "0", "1", "24"),
        ("city_chief", "1", "2", "48"),
        ("superuser", "1", "2", "48"),
    ],
)
def test_first_page_tells_of_the_year_below(
    client, cast, counted, statements, who, pending, approved, hours
):
    sign_in(client, getattr(cast, who))
    client.get("/admin/")

    with statements() as run:
        page = client.get("/admin/").text

    assert figures(page) == {
        "待审核": pending,
        "审核通过": approved,
        "审核不通过": "0",
        "通过学时": hours,
    }
    assert "截至 2025-11-18" in page
    assert len(run) <= 6
    assert sum("unit_roll" in str(each) for each in run) == 1


def test_first_page_is_english_throughout(client, cast, counted):
    sign_in(client, cast.chief)
    client.post("/language", data={"locale": "en"})

    page = client.get("/admin/").text

    assert list(figures(page)) == [
        "Pending",
        "Approved",
        "Not approved",
        "Hours approved",
    ]


def test_shortcuts_begin_with_what_an_administrator_does_most(client, cast):
    sign_in(client, cast.chief)

    page = client.get("/admin/").text

    listed = page.partition('class="shortcuts"')[2].partition("</ul>")[0]
    labels = re.findall(r"<span>([^<]+)</span>", listed)
    assert labels[:4] == [
        "待办",
        "学时学分审批",
        "学时学分申报",
        "专业技术人员信息查询",
    ]
    assert len(labels) == len(set(labels)) <= 12


def test_what_was_never_counted_is_not_told_as_nothing(client, cast, app, now):
    app.extensions["clock"] = lambda: now
    sign_in(client, cast.chief)

    page = client.get("/admin/").text

    assert figures(page) == {}
