"""年度学时要求: what nobody can mean is not kept."""

import pytest
from sqlalchemy import select

from admin_app import models as m
from admin_app.enums import Measure

SCREEN = "/admin/annual-requirements/"
SENSELESS = {
    "less than its parts": ({"total": "80"}, "总要求不能少于公需课与专业课要求之和。"),
    "below nothing": ({"public_min": "-5"}, "要求不能为负数，请修改。"),
    "an end before the beginning": (
        {"declare_until": "2024-01-01"},
        "申报截止不能早于申报开始。",
    ),
}


@pytest.fixture
def edit(as_superuser, db_session):
    """Send the form of 2025 with changes."""
    rule = db_session.scalars(
        select(m.AnnualRequirement).where(
            m.AnnualRequirement.year == 2025,
            m.AnnualRequirement.measure == Measure.hours,
        )
    ).one()
    told = {
        "year": "2025",
        "measure": "hours",
        "scheme": "flat",
        "total": "90",
        "public_min": "30",
        "professional_min": "60",
        "totals_by_rank": "{}",
        "declare_from": "2025-01-01",
        "declare_until": "2025-12-15",
        "review_until": "2025-12-31",
        "provenance": "{}",
    }

    def editing(**changes):
        url = f"{SCREEN}edit/?id={rule.id}"
        return as_superuser.post(url, data=told | changes)

    return editing


@pytest.mark.parametrize(("changes", "sentence"), SENSELESS.values(), ids=SENSELESS)
def test_senseless_hours_are_refused_beside_their_field(edit, changes, sentence):
    page = edit(**changes)

    assert page.status_code == 422
    assert sentence in page.text


@pytest.mark.parametrize("total", ["90", "96.5"])
def test_hours_that_can_be_meant_are_kept(edit, db_session, total):
    answer = edit(total=total)

    assert answer.status_code == 303
