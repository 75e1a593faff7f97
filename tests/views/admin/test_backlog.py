"""下级积压: which units below let things wait longest."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from admin_app.operations import backlog
from admin_app.workflows import CHAINS
from tests import factories as make
from tests.browsing import sign_in
from tests.cast import actor
from tests.views.admin.test_inbox import lines

BOARD = "/admin/backlog/"
START = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.mark.feature("X06")
def test_superior_sees_who_below_is_latest(client, cast, app, db_session, statements):
    app.extensions["clock"] = lambda: START + timedelta(days=20)
    cast.school.phone = "0371-60000001"
    waits = [
        (make.declaration(db_session, cast.teacher), cast.school, 5),
        (make.declaration(db_session, cast.colleague), cast.school, 9),
        (make.person_change(db_session, cast.teacher), cast.school, 7),
        (make.declaration(db_session, cast.stranger), cast.other_school, 2),
        (make.declaration(db_session, cast.stranger), cast.bureau, 1),
    ]
    for row, unit, day in waits:
        make.waiting(row, unit, at=START + timedelta(days=day))
    # It was sent early, and has only just come to this unit.
    waits[3][0].waiting_since = START + timedelta(days=18)
    db_session.commit()
    sign_in(client, cast.bureau_chief)

    with statements() as seen:
        page = client.get(BOARD).text

    assert [line[:2] + line[3:] for line in lines(page)] == [
        ["第二中学", cast.other_school.phone, "18 天", "2 天", "1", "学时学分申报 1"],
        [
            "第一中学",
            "0371-60000001",
            "15 天",
            "15 天",
            "3",
            "学时学分申报 2、人员信息修改 1",
        ],
    ]
    assert len(seen) <= 6
    changes = client.get(f"{BOARD}?kind=person_change").text
    assert [line[0] for line in lines(changes)] == ["第一中学"]
    assert client.get(f"{BOARD}?kind=x").status_code == 400
    client.set_cookie("locale", "en")
    assert lines(client.get(BOARD).text)[1][-1] == (
        "Declare hours and credits 2, Change of personal data 1"
    )


def test_nobody_sees_what_waits_elsewhere(client, cast, db_session):
    make.waiting(make.declaration(db_session, cast.teacher), cast.school)
    db_session.commit()

    leaf = sign_in(client, cast.other_chief).get(BOARD).text

    assert lines(leaf) == []
    assert "下级单位没有积压" in leaf
    assert sign_in(client, cast.department_head).get(BOARD).status_code == 403


@pytest.mark.feature("X06")
@pytest.mark.parametrize("oldest", [1, 4, 1000])
def test_the_latest_are_the_same_however_few_are_looked_at(
    oldest, cast, db_session, monkeypatch
):
    monkeypatch.setattr(backlog, "OLDEST", oldest)
    dice = random.Random(oldest)
    units = [make.unit(db_session, cast.bureau) for _ in range(6)]
    first = {}
    for day in dice.sample(range(60), 30):
        sort = dice.choice([make.declaration, make.person_change])
        record = sort(db_session, make.person(db_session, cast.school))
        unit = dice.choice([*units, cast.city, cast.base])
        make.waiting(record, unit, at=START + timedelta(days=day))
        first[unit.id] = min(first.get(unit.id, day), day)
    db_session.commit()
    below = {unit.id for unit in units}
    expected = sorted((day, key) for key, day in first.items() if key in below)
    models = {kind: chain.model for kind, chain in CHAINS.items()}

    for limit in (2, 20):
        found = backlog.longest_waiting(
            db_session,
            actor=actor(db_session, cast.bureau_chief),
            models=models,
            limit=limit,
        )

        told = [((each.earliest - START).days, each.unit_id) for each in found]
        assert told == expected[:limit]
