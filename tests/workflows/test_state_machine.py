"""The whole workflow at random: clean code is silent, every planted bug is found."""

import os
from functools import partial
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.stateful import run_state_machine_as_test

from admin_app.extensions import db
from tests.conftest import disconnect
from tests.workflows.machine import OPENINGS, Machine, World
from tests.workflows.planted import AT_LENGTH, BUGS

pytestmark = pytest.mark.uncounted

SOAK = os.environ.get("CE_TEST_SOAK") == "1"
QUIET = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
}
CLEAN = settings(
    max_examples=84 if SOAK else 4,
    stateful_step_count=50 if SOAK else 30,
    **QUIET,
)
# A bug is found or not: the smallest example is for whoever has one in the program.
HUNT = settings(
    max_examples=4,
    stateful_step_count=30,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    **QUIET,
)
HUNTS = 20 if SOAK else 2
"""So often each opening is tried: twice are 48 runs, within a minute of a slow machine."""

PLANTED = [sentence for sentence in BUGS if SOAK or sentence not in AT_LENGTH]


@pytest.fixture(autouse=True)
def same_draws(monkeypatch):
    """Draw the same, whatever else a run has loaded.

    Hypothesis also draws numbers that it read in the sources of loaded modules, so which
    tests ran before in the same process would decide how long a bug stays hidden.
    """
    monkeypatch.setattr(providers, "_get_local_constants", Constants)
    providers.CONSTANTS_CACHE.cache.clear()
    yield
    providers.CONSTANTS_CACHE.cache.clear()


@pytest.fixture(scope="module")
def stage(built_app, database):
    """A connection with the cast on stage, for all tests of this module."""
    disconnect(built_app)
    database.reset()
    with built_app.app_context(), db.engine.connect() as connection:
        transaction = connection.begin()
        yield World(connection)
        transaction.rollback()
    disconnect(built_app)


@pytest.fixture
def world(stage):
    """The stage, put back afterwards with its indexes."""
    savepoint = stage.connection.begin_nested()
    yield stage
    savepoint.rollback()


@pytest.mark.requirement(
    "WF-01", "WF-02", "WF-07", "WF-08", "WF-13", "AZ-09", "AZ-10", "AZ-11"
)
@pytest.mark.parametrize("opening", OPENINGS)
def test_program_agrees_with_the_oracle(world, opening):
    machine = partial(Machine, world, opening)
    run_state_machine_as_test(machine if SOAK else seed(0)(machine), settings=CLEAN)


def hunt(world):
    for number, opening in product(range(HUNTS), OPENINGS):
        machine = seed(number)(partial(Machine, world, opening))
        run_state_machine_as_test(machine, settings=HUNT)


# The machine finds what is planted by the same draws on either database; `make soak`
# lets it try both.
@pytest.mark.once
@pytest.mark.requirement("WF-13")
@pytest.mark.parametrize("sentence", PLANTED)
def test_planted_bug_is_found(world, monkeypatch, sentence):
    BUGS[sentence](monkeypatch, world)

    with pytest.raises(AssertionError):
        hunt(world)
