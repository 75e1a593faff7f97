"""IN-05: whatever stands in a value or a template, nothing is fetched or read."""

import socket
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from admin_app.documents.certificate import certificate_pdf
from admin_app.documents.certificate_page import PageRefused, render
from admin_app.documents.layouts import (
    DRAWN,
    LAYOUTS_DIR,
    PRINTED,
    shipped_layout,
)
from admin_app.documents.placeholders import parse
from admin_app.documents.sandbox import DocumentFailed
from tests.documents.specimens import certificate, words_of

# Counting lines makes what lays pages out take half as long again; others count them.
pytestmark = pytest.mark.uncounted

ASSETS = [LAYOUTS_DIR, LAYOUTS_DIR.parent / "fonts"]
SECRET = "root:x:0:0"
PAYLOADS = {
    "image over http": '<img src="http://127.0.0.1:{port}/a.png">',
    "image without quotes": "<img src=http://127.0.0.1:{port}/b.png>",
    "local file": '<img src="file:///etc/passwd">',
    "local path": '<img src="/etc/passwd">',
    "path upwards": '<img src="../../../../../../../../etc/passwd">',
    "import": '<style>@import url("http://127.0.0.1:{port}/c.css");</style>',
    "import of a file": '<style>@import url("file:///etc/passwd");</style>',
    "link": '<link rel="stylesheet" href="http://127.0.0.1:{port}/d.css">',
    "font face": (
        "<style>@font-face {{ font-family: X; src: url(http://127.0.0.1:{port}/e.ttf) }}"
        "</style><p style='font-family: X'>x</p>"
    ),
    "background": (
        "<div style='background-image: url(http://127.0.0.1:{port}/f.png)'>x</div>"
    ),
    "page background": (
        "<style>@page {{ background-image: url(http://127.0.0.1:{port}/g.pdf) }}</style>"
    ),
    "pdf tag": '<pdf:watermark src="http://127.0.0.1:{port}/h.png" />',
    "pdf font": '<pdf:font name="X" src="/etc/passwd" />',
    "frame": '<iframe src="http://127.0.0.1:{port}/i"></iframe>',
    "object": '<object data="file:///etc/passwd"></object>',
    "picture in words": (
        '<img src="data:image/svg+xml,<svg xmlns:xlink=&quot;x&quot;>'
        '<image xlink:href=&quot;http://127.0.0.1:{port}/j&quot;/></svg>">'
    ),
    "unclosed": '"><b><i><table><tr><td><!-- <![CDATA[ <style>',
    "deep": "<div>" * 1_200,
    "template expression": "{{{{ config }}}}{{% import os %}}${{7*7}}",
    "long": "河" * 100_000,
    "control characters": "\x00\x07\x1b[2J\ufffe\u202e",
}

_seen = []
_watching = False


def _watch(event, details):
    if _watching and event in {"open", "socket.connect", "socket.getaddrinfo"}:
        _seen.append((event, details[0]))


sys.addaudithook(_watch)


@contextmanager
def watched():
    """Collect the files opened and the addresses asked for."""
    global _watching  # noqa: PLW0603 - an audit hook cannot be taken away again
    _seen.clear()
    _watching = True
    try:
        yield _seen
    finally:
        _watching = False


@pytest.fixture
def listener():
    """A server that nobody should call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def port_of(server):
    return server.getsockname()[1]


def callers_of(server):
    """How many connections wait to be accepted."""
    try:
        caller, _ = server.accept()
    except BlockingIOError:
        return 0
    caller.close()
    return 1


def opened_outside(events):
    """The files opened that are neither assets nor the interpreter's own nor scratch."""
    places = [*ASSETS, Path(sys.prefix), Path(sys.base_prefix), LAYOUTS_DIR.parents[2]]
    places.append(Path(tempfile.gettempdir()))
    opened = [Path(name) for event, name in events if isinstance(name, str)]
    return [p for p in opened if not any(p.is_relative_to(place) for place in places)]


def test_listener_notices_a_caller(listener):
    with socket.create_connection(("127.0.0.1", port_of(listener))):
        assert callers_of(listener) == 1


def test_watch_notices_a_file_outside():
    with watched() as events:
        Path("/etc/passwd").read_bytes()

    assert opened_outside(events) == [Path("/etc/passwd")]


@pytest.mark.requirement("IN-05")
@pytest.mark.parametrize("field", ["name", "unit"])
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_value_is_printed_or_refused(payload, field, listener):
    text = payload.format(port=port_of(listener))
    values = certificate(**{field: text})

    try:
        words, reason = words_of(certificate_pdf(values)), "printed"
    except DocumentFailed as failure:
        words, reason = "", failure.reason

    assert reason in {"printed", "refused"}
    assert callers_of(listener) == 0
    assert words.count(SECRET) == 0


# A page that is given up leaves the renderer's scratch file to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.requirement("IN-05")
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_template_reads_and_calls_nothing(payload, listener):
    text = payload.format(port=port_of(listener))
    layout = shipped_layout("hours_certificate")
    source = (layout.folder / "page.html").read_text("utf-8")
    render(certificate(), layout)

    words = ""
    with watched() as events:
        try:
            hostile = parse(text + source, PRINTED | DRAWN)
            words = words_of(render(certificate(), replace(layout, page=hostile)))
        except Exception:  # noqa: BLE001 - the child turns each into DocumentFailed
            words = "refused"

    assert [event for event, _ in events if event.startswith("socket")] == []
    assert opened_outside(events) == []
    assert callers_of(listener) == 0
    assert words.count(SECRET) == 0


@pytest.mark.requirement("IN-05")
@pytest.mark.parametrize("name", ["<b>李</b>", "&lt;李&gt;", "\"李'", "A&B"])
def test_markup_in_a_value_stays_text(name):
    words = words_of(certificate_pdf(certificate(name=name)))

    assert words.count(name) == 1


def test_value_of_a_hundred_kilobytes_is_refused_before_layout():
    with pytest.raises(PageRefused):
        render(certificate(unit="河" * 100_000), shipped_layout("hours_certificate"))
