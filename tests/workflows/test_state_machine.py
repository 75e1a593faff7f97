"""The whole workflow at random: clean code is silent, every planted bug is found."""

import os
import time

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from admin_app.extensions import db
from tests.conftest import disconnect
from tests.workflows.machine import Machine, World
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
    max_examples=500 if SOAK else 20,
    stateful_step_count=50 if SOAK else 30,
    derandomize=not SOAK,
    **QUIET,
)
# A bug is found or not: the smallest example is for whoever has one in the program.
HUNT = settings(
    max_examples=200,
    stateful_step_count=30,
    derandomize=True,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    **QUIET,
)


MINUTE = 60
TURNS, TURNS_TAKE = 5_000_000, 0.4
"""What the machine took for so many turns, in seconds, for which a minute was chosen."""


def pace():
    """How many times slower than that machine this one is at the moment, at least once."""
    began, turn = time.process_time(), 0
    while turn < TURNS:
        turn += 1
    return max((time.process_time() - began) / TURNS_TAKE, 1)


PLANTED = [sentence for sentence in BUGS if SOAK or sentence not in AT_LENGTH]


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
def test_program_agrees_with_the_oracle(world):
    run_state_machine_as_test(lambda: Machine(world), settings=CLEAN)


# The machine finds what is planted by the same draws on either database; `make soak`
# lets it try both.
@pytest.mark.once
@pytest.mark.requirement("WF-13")
@pytest.mark.parametrize("sentence", PLANTED)
def test_planted_bug_is_found(world, monkeypatch, sentence):
    BUGS[sentence](monkeypatch, world)
    allowed = MINUTE * pace()
    began = time.process_time()

    with pytest.raises(AssertionError):
        run_state_machine_as_test(lambda: Machine(world), settings=HUNT)

    # Of the processor: what else runs on the machine is no finding.
    assert time.process_time() - began < allowed
