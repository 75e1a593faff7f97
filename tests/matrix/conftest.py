"""The staged world, made once per process and given back as it was."""

import pytest

from tests.conftest import disconnect
from tests.matrix.decisions import Decisions
from tests.matrix.world import World


def pytest_collection_modifyitems(items):
    """Count no lines here: what is tried over and over is shown elsewhere first."""
    for item in items:
        if "/matrix/" in str(item.path):
            item.add_marker("uncounted")


@pytest.fixture(scope="session")
def staged(built_app, database):
    """The world as it was staged; only `world` should need it."""
    return World(built_app, database)


@pytest.fixture(scope="module")
def restored(staged):
    """The world at the beginning of a module: other modules use the same database."""
    staged.restore()
    yield staged
    disconnect(staged.app)


@pytest.fixture
def world(restored):
    """The world; a test that writes says so by calling `restore` at its end."""
    return restored


@pytest.fixture(scope="session")
def decisions():
    """What the matrix decides: read once, for reading it takes 60 ms."""
    return Decisions.read()
