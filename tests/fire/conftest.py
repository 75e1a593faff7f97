"""Fire: real processes on real databases. `CE_TEST_SOAK=1` makes it long."""

import os

import pytest

SOAK = os.environ.get("CE_TEST_SOAK") == "1"


def pytest_collection_modifyitems(items):
    """Count no lines here: what is tried over and over is shown elsewhere first."""
    for item in items:
        if "/fire/" in str(item.path):
            item.add_marker("uncounted")


@pytest.fixture(scope="session")
def at_length():
    """Choose between the number of a normal run and that of `make soak`."""

    def choose(normal, soak):
        return soak if SOAK else normal

    return choose


@pytest.fixture
def crew(app):
    """Workers to be hired; asked for before anything that connects."""
    from tests.fire.crew import Crew  # noqa: PLC0415 - loads the program

    made = Crew(app)
    yield made
    made.dismiss()


@pytest.fixture
def serve(app, settings, tmp_path):
    """Start a server, or so many of them, over the test's database."""
    from tests.fire.serving import Server  # noqa: PLC0415 - loads the program

    running = []

    def start(number=1, **changes):
        for _ in range(number):
            folder = tmp_path / str(len(running))
            folder.mkdir()
            running.append(Server(settings, folder, **changes))
            running[-1].launch()
        for server in running[-number:]:
            server.wait()
        return running[-1] if number == 1 else running[-number:]

    yield start
    for server in running:
        server.stop()
