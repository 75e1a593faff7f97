"""A real Chromium and a real server, in the process of the test."""

import os
import threading

import pytest
from werkzeug.serving import make_server

from tools import services

# No calls home: a test machine may have no way out, and must need none.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
)


def pytest_collection_modifyitems(items):
    """Mark every test of this folder, so that `-m browser` finds it."""
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser():
    """One Chromium per process."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow to load

    arguments = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=services.find_program("chromium"), args=arguments
        )
        yield chromium
        chromium.close()


@pytest.fixture
def live_server(app):
    """The address at which the program of this test really listens."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def complaints():
    """What the pages of this test complained about: errors and forbidden content."""
    return []


@pytest.fixture
def page(browser, live_server, complaints):
    """A page of a fresh visitor in Chinese; it must end without a complaint."""
    context = browser.new_context(base_url=live_server, locale="zh-CN")
    visitor = context.new_page()
    visitor.on("pageerror", lambda error: complaints.append(str(error)))
    visitor.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if "Content Security Policy" in message.text
            else None
        ),
    )
    yield visitor
    context.close()
    assert complaints == []
