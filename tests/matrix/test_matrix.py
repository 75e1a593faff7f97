"""What matrix.yaml decides is what happens: route by route, for each of the cast."""

import pytest

from tests.matrix.decisions import Decisions, routes_of
from tests.matrix.trying import differences

NAMES = Decisions.read().route_names()


def test_everything_is_decided_and_nothing_else(built_app, decisions):
    missing, idle = decisions.undecided(built_app)

    assert (missing, idle) == ([], [])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.feature("X02", "X03")
@pytest.mark.requirement("AZ-01", "AZ-02", "AU-15")
def test_route_does_what_is_decided(name, world, decisions):
    [route] = [r for r in routes_of(world.app) if str(r) == name]

    wrong = differences(world, decisions, route)

    assert not wrong, "\n".join(wrong)
