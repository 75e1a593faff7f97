"""Everything in one run: pages beside floor and rivals, batches, sign-ins, the peak."""

import json
import tempfile
from collections.abc import Callable, Hashable
from contextlib import ExitStack
from pathlib import Path

from flask import Flask

from admin_app.extensions import db
from bench import batch, logins, peak
from bench.floor import Floor
from bench.pages import Page, Viewer, pages, viewers
from bench.servers import OWN, PLAIN, product_environment, rival_python, serving
from bench.visits import Request, Samples, compare, middle

Say = Callable[[str], None]
COLUMNS = ("ours", "floor", "flask-admin", "django")
MINUTES = 5.0
"""So long are pages asked for, whatever the number of rounds."""
HEAD = (
    "page          scope     floor    ours     x | CPU floor  ours     x | SQL  in it"
    "  bytes | flask-admin     x  SQL |  django      x  SQL"
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
    environment = product_environment(url)
    ours = serving("bench.served:application", environment, options=OWN)
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
    if ours.failure:
        return f"{name:<14}{scope:<8}{ours.failure}"
    cpu, least_cpu = middle(ours.processor), middle(least.processor)
    return (
        f"{name:<14}{scope:<8}{least.median:>7.2f}{ours.median:>8.1f}"
        f"{ours.median / least.median:>6.1f} |{least_cpu:>10.2f}{cpu:>6.1f}"
        f"{cpu / least_cpu:>6.1f} |{ours.statements:>4}{middle(ours.database):>7.2f}"
        f"{ours.size:>7} |{_rival(stock, ours, 12)} |{_rival(django, ours, 8)}"
    )


def _rival(samples: Samples | None, ours: Samples, width: int) -> str:
    """Tell what another program took, and how many times as long as the product."""
    if samples is None:
        return " " * (width + 12)
    if samples.failure:
        return f"{samples.failure:>{width}}" + " " * 12
    times = samples.median / ours.median
    return f"{samples.median:>{width}.1f}{times:>7.1f}{samples.statements:>5}"


PARTS = ("pages", "batch", "logins", "peak")


def measure(
    app: Flask, say: Say, *, parts: tuple[str, ...], rounds: int, with_rivals: bool
) -> None:
    """Measure the chosen parts, one after the other."""
    url = address_of(app)
    if "pages" in parts:
        measure_pages(app, say, rounds=rounds, with_rivals=with_rivals)
    if "batch" in parts:
        batch.measure(app, say)
    if "logins" in parts:
        logins.measure(app, url, say)
    if "peak" in parts:
        peak.measure(app, url, say)
