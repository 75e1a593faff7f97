"""Everything in one run: pages beside floor and rivals, batches, sign-ins, the peak."""

import json
import tempfile
from collections.abc import Callable, Hashable
from contextlib import ExitStack
from pathlib import Path

from flask import Flask

from admin_app.extensions import db
from bench.floor import Floor
from bench.pages import Page, Viewer, pages, viewers
from bench.servers import PLAIN, product_environment, rival_python, serving
from bench.visits import Request, Samples, compare

Say = Callable[[str], None]
COLUMNS = ("ours", "floor", "flask-admin", "django")
MINUTES = 5.0
"""So long are pages asked for, whatever the number of rounds."""
HEAD = (
    "page          scope     floor    ours   x floor  SQL  SQL ms  bytes"
    "   flask-admin  x ours  SQL      django  x ours  SQL"
)


def address_of(app: Flask) -> str:
    """Return the address of the program's database."""
    with app.app_context():
        return db.engine.url.render_as_string(hide_password=False)


def measure_pages(app: Flask, say: Say, *, rounds: int, with_rivals: bool) -> None:
    """Serve every program, compare all pages in one interleaved run, print the table."""
    url = address_of(app)
    least = Floor(url)
    seen = viewers(app)
    asked = {scope: pages(least, viewer) for scope, viewer in seen.items()}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = _start(stack, url, _cases(folder, asked), with_rivals=with_rivals)
        requests = _requests(asked, seen, ports)
        found = compare(requests, rounds=rounds, seconds=MINUTES * 60)
    say(HEAD)
    for name in next(iter(asked.values())):
        for scope in asked:
            say(_line(name, scope, found))


def _cases(folder: Path, asked: dict[str, dict[str, Page]]) -> Path:
    cases = {
        f"{scope}/{number}": page.least
        for scope, by_name in asked.items()
        for number, page in enumerate(by_name.values())
        if page.least
    }
    file = folder / "cases.json"
    file.write_text(json.dumps(cases))
    return file


def _start(
    stack: ExitStack, url: str, cases: Path, *, with_rivals: bool
) -> dict[str, int]:
    over = {"BENCH_URL": url, "BENCH_CASES": str(cases)}
    ours = serving("bench.served:application", product_environment(url))
    ports = {
        "ours": stack.enter_context(ours),
        "floor": stack.enter_context(serving("bench.floor:serve()", over)),
    }
    if not with_rivals:
        return ports
    stock = "bench.rivals.flask_admin_stock:application"
    ports["flask-admin"] = stack.enter_context(serving(stock, over))
    if python := rival_python():
        program = "bench.rivals.django_admin:application"
        served = serving(program, over, options=PLAIN, python=python)
        ports["django"] = stack.enter_context(served)
    return ports


def _requests(
    asked: dict[str, dict[str, Page]], seen: dict[str, Viewer], ports: dict[str, int]
) -> dict[Hashable, Request]:
    found: dict[Hashable, Request] = {}
    for scope, by_name in asked.items():
        viewer = seen[scope]
        below = tuple((f"X-{name}", value) for name, value in viewer.below.items())
        cookie = (("Cookie", viewer.cookie), ("X-Forwarded-For", "127.0.0.1"))
        for number, (name, page) in enumerate(by_name.items()):
            paths = {"ours": page.ours, **page.rivals}
            if page.least:
                paths["floor"] = f"/{scope}/{number}"
            for program, path in paths.items():
                if port := ports.get(program):
                    headers = cookie if program == "ours" else below
                    found[name, scope, program] = Request(port, path, headers)
    return found


def _line(name: str, scope: str, found: dict[Hashable, Samples]) -> str:
    ours, least, stock, django = (
        found.get((name, scope, program)) for program in COLUMNS
    )
    assert ours is not None
    assert least is not None
    ratio = f"{ours.median / least.median:7.1f}" if not ours.failure else ours.failure
    database = sorted(ours.database)[len(ours.database) // 2] if ours.database else 0
    told = (
        f"{name:<14}{scope:<8}{least.median:>7.2f}{ours.median:>8.1f}  {ratio:>8}"
        f"{ours.statements:>5}{database:>8.2f}{ours.size:>7}"
    )
    for rival, width in ((stock, 14), (django, 12)):
        if rival is None:
            told += f"{'':>{width}}{'':>8}{'':>5}"
        elif rival.failure:
            told += f"{rival.failure:>{width}}{'':>8}{'':>5}"
        else:
            times = rival.median / ours.median
            told += f"{rival.median:>{width}.1f}{times:>8.1f}{rival.statements:>5}"
    return told


PARTS = ("pages",)


def measure(
    app: Flask, say: Say, *, parts: tuple[str, ...], rounds: int, with_rivals: bool
) -> None:
    """Measure the chosen parts, one after the other."""
    if "pages" in parts:
        measure_pages(app, say, rounds=rounds, with_rivals=with_rivals)
