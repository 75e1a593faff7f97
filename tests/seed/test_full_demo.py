"""The whole demo organisation: years are complete for many and not for all."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from admin_app.models import Certificate, Declaration, Person, YearTotal
from admin_app.operations.credit import unbalanced_totals
from seed.load import load_demo

NOW = dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)


def count(session, model, *where):
    return session.scalar(select(func.count()).select_from(model).where(*where))


# That loading works with either database, two hundred people show.
@pytest.mark.once
def test_full_demo_has_completed_years_and_shortfalls(db_session):
    load_demo(db_session, people=3000, now=NOW)

    assert count(db_session, Person, Person.unit_id.is_not(None)) == 3000
    assert count(db_session, Declaration) > 15_000
    assert unbalanced_totals(db_session) == []
    complete = (
        select(YearTotal.person_id)
        .where(YearTotal.year == 2025)
        .group_by(YearTotal.person_id)
        .having(func.count() == 2, func.min(YearTotal.amount) >= 30)
        .having(func.max(YearTotal.amount) >= 60)
    )
    finished = len(db_session.scalars(complete).all())
    assert 1000 < finished < 2500
    assert count(db_session, Certificate) == 0
