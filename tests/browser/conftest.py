"""A real Chromium and a real server, in the process of the test."""

import os
import threading

import pytest
from werkzeug.serving import make_server

from tests.browser.witness import take_picture, watch
from tools import services

# No calls home: a test machine may have no way out, and must need none.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
)
DESK = (1280, 800)
PHONE = (390, 844)


def pytest_collection_modifyitems(items):
    """Mark every test of this folder, so that `-m browser` finds it.

    No lines are counted: what a browser shows, tests of views have counted.
    """
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker("browser")
            item.add_marker("uncounted")


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
def serve(make_app, now):
    """Let the program listen at an address that its own links name; its clock stands."""
    running = []

    def start(**changes):
        # The socket first: what is printed names the port.
        server = make_server("127.0.0.1", 0, None, threaded=True)
        # Its end waits for what is still being answered: the database is put back then.
        server.daemon_threads = False
        address = f"http://127.0.0.1:{server.server_port}"
        server.app = make_app(public_url=address, **changes)
        server.app.extensions["clock"] = lambda: now
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.append((server, thread))
        return address

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def live_server(serve):
    """The address at which the program of this test really listens, without captcha."""
    return serve()


@pytest.fixture
def complaints():
    """What the pages of this test complained about: errors and forbidden content."""
    return []


@pytest.fixture
def visit(browser, serve, complaints, request):
    """Open the page of a fresh visitor; all must end without a complaint.

    They close before the server does, which then has nobody to answer.

    `CE_TEST_PICTURES` names a folder for a picture of every page as the test left it.
    """
    contexts = []

    def open_page(address, *, size=DESK, **options):
        context = browser.new_context(
            base_url=address,
            viewport={"width": size[0], "height": size[1]},
            **{"locale": "zh-CN", "reduced_motion": "reduce"} | options,
        )
        context.set_default_timeout(8_000)
        contexts.append(context)
        return watch(context.new_page(), complaints)

    yield open_page
    for number, context in enumerate(contexts):
        take_picture(context.pages[0], f"{request.node.name}-{number}")
        context.close()
    assert complaints == []


@pytest.fixture
def enter(visit, live_server, app, now):
    """Open a page in which the member of the cast is signed in already."""
    from admin_app.web.sessions import cookie_name  # noqa: PLC0415 - loads the program
    from tests.browsing import open_session  # noqa: PLC0415 - loads the program

    def open_page(who, **options):
        page = visit(live_server, **options)
        secret = open_session(app, who, at=now)
        cookie = {"name": cookie_name(app), "value": secret, "url": live_server}
        page.context.add_cookies([cookie])
        return page

    return open_page


@pytest.fixture
def page(visit, live_server):
    """A page of a fresh visitor in Chinese at a desk."""
    return visit(live_server)
