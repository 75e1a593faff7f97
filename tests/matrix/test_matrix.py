"""What matrix.yaml decides is what happens: route by route, for each of the cast.

What is refused for a right alone is tried with one database: no row of the page has a
part in it. Every row's place is tried with both.
"""

import os

import pytest

from tests.matrix.decisions import Decisions, routes_of
from tests.matrix.trying import differences

NAMES = Decisions.read().route_names()
BEYOND = os.environ["CE_TEST_DATABASE"] != "sqlite"


def test_everything_is_decided_and_nothing_else(built_app, decisions):
    missing, idle = decisions.undecided(built_app)

    assert (missing, idle) == ([], [])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.feature("X02", "X03")
@pytest.mark.requirement("AZ-01", "AZ-02", "AU-15")
def test_route_does_what_is_decided(name, world, decisions):
    [route] = [r for r in routes_of(world.app) if str(r) == name]

    wrong = differences(world, decisions, route, beyond_rights=BEYOND)

    assert not wrong, "\n".join(wrong)
