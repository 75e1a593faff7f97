"""What is out of sight leaves no trace: no row, no count, no choice, no word (AZ-07)."""

import re
from html import unescape
from urllib.parse import urljoin

import pytest

from admin_app.columns import utc_now
from admin_app.views.admin import paging
from admin_app.views.admin.base import listing
from admin_app.web import clock
from tests.matrix.trying import view_of

READERS = (
    *("individual", "department", "partial", "chief", "superior"),
    *("competent", "county", "city", "base"),
)
STARTS = ("/", "/notices", "/me/", "/admin/")
MOST = 130
LINK = re.compile(
    r'(?:href|hx-get|data-url|src)="(/[^"#]*|details/[^"#]*)'
    r'|action="(/[^"#]*/export/[^"#]*)'
)
LEFT_OUT = re.compile(
    r"^/(?:static|register|sign-in|captcha\.png|certificates/check|admin/printing/\d)"
)
"""Files that are the same for all, and what everybody may read before signing in."""

CHANGING = re.compile(r"[A-Za-z0-9_-]{43,}|(?<=nonce=\")[^\"]*|[0-9a-f]{12,}")
"""Tokens, nonces and numbers of requests."""


def crawl(world, decisions, who):
    """Return every page that leads from the first ones, without what always changes."""
    waiting = [*STARTS, *lookups(world, decisions, who)]
    pages = {}
    while waiting and len(pages) < MOST:
        path = waiting.pop(0)
        if path in pages or LEFT_OUT.match(path):
            continue
        method = "POST" if "/export/" in path else "GET"
        answer = world.ask(who, method, path, proven=True)
        body = answer.get_data().decode(errors="replace")
        pages[path] = f"{answer.status_code} {CHANGING.sub('·', body)}"
        if answer.mimetype == "text/html":
            found = (unescape(link or form) for link, form in LINK.findall(body))
            waiting += [urljoin(path, link) for link in found]
    return pages


def lookups(world, decisions, who):
    """Return the addresses of every search of a screen that the reader may open."""
    found = []
    for name, screen in decisions.screens.items():
        if who in screen.may["view"] and "lookup" in screen.doors:
            for used in sorted(view_of(world, name).looked_up()):
                found.append(f"/admin/{name}/ajax/lookup/?name={used}")  # noqa: PERF401
    return found


def other_world(world, decisions, who):
    """Return the pages before and after everything out of sight has gone.

    Both are read in one moment: a page may tell when somebody was last here.
    """
    sees, moment = decisions.sees[who], utc_now()
    world.app.extensions["clock"] = lambda: moment
    try:
        before = crawl(world, decisions, who)
        known = {*sees["knows"], "school", *sees["places"]}
        world.without(sees["places"], known)
        return before, crawl(world, decisions, who)
    finally:
        clock.init_app(world.app)
        world.restore()


def different(before, after):
    """Return the addresses whose pages are not the same."""
    return sorted(
        path for path in {*before, *after} if before.get(path) != after.get(path)
    )


@pytest.mark.parametrize("who", READERS)
@pytest.mark.requirement("AZ-07")
def test_world_without_the_others_looks_the_same(who, world, decisions):
    before, after = other_world(world, decisions, who)

    assert different(before, after) == []
    assert len(before) > 10


@pytest.mark.usefixtures("no_kept_lists")
def test_a_count_over_everything_is_found(world, decisions, monkeypatch):
    count = paging.capped_count
    monkeypatch.setattr(
        paging,
        "capped_count",
        lambda model, _scope, wanted, *, cap: count(model, None, wanted, cap=cap),
    )

    before, after = other_world(world, decisions, "chief")

    assert "/admin/person-query/" in different(before, after)


def test_a_search_over_everything_is_found(world, decisions, monkeypatch):
    monkeypatch.setattr(
        listing.lookups, "visible", lambda statement, *_scope: statement
    )

    before, after = other_world(world, decisions, "chief")

    wanted = "/admin/approve-hours/ajax/lookup/?name=unit"
    assert wanted in different(before, after)
