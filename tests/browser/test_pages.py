"""Every page that a menu leads to: in order on a small screen."""

import re

import pytest

from tests.browser.conftest import PHONE
from tests.browser.witness import overflow
from tests.cast import busy

# What a reader of the page cannot see for themself: names of things, ties, order.
FAULTS = """() => {
  const faults = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const told = (element) => element.outerHTML.slice(0, 120);
  const titles = all("h1").length;
  if (titles !== 1) faults.push(`${titles} h1`);
  for (const input of all("input:not([type=hidden], [type=submit]), select, textarea")) {
    if (input.closest(".ts-wrapper") || input.matches(".tomselected")) continue;
    const isNamed = input.labels?.length || input.ariaLabel
      || input.getAttribute("aria-labelledby");
    if (!isNamed) faults.push(`no label: ${told(input)}`);
  }
  for (const cell of all("th:not([scope])")) faults.push(`no scope: ${told(cell)}`);
  for (const image of all("img:not([alt])")) faults.push(`no alt: ${told(image)}`);
  for (const button of all("button, a[href]")) {
    const name = button.textContent.trim() || button.ariaLabel
      || button.getAttribute("aria-labelledby") || button.querySelector("[aria-label]");
    if (!name) faults.push(`no name: ${told(button)}`);
  }
  for (const field of all("[aria-describedby]")) {
    for (const id of field.getAttribute("aria-describedby").split(" ")) {
      if (!document.getElementById(id)) faults.push(`describes nothing: #${id}`);
    }
  }
  const ids = all("[id]").map((element) => element.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) {
    faults.push(`twice: #${id}`);
  }
  return faults;
}"""
LINKS = """() => [...document.querySelectorAll("nav a[href], .side-menu a[href], "
  + ".list-tabs a[href], .page-actions a[href], .window a[href], a.window[href], "
  + "#list tbody tr:first-child a[href], .standing ~ * a[href], .years a[href], "
  + ".account a[href], a.bell")]
  .map((link) => new URL(link.href)).filter((url) => url.origin === location.origin)
  .map((url) => url.pathname + url.search)"""
# Files, and pages of which one is as good as the other.
LEFT_OUT = re.compile(
    r"/export/|/certificates/\d+$|[?&](sort|size|after|before|page)=|^#"
)
MOST_PAGES = 60


@pytest.fixture
def house(cast, db_session):
    """Something to see on most pages."""
    return busy(db_session, cast)


def reachable(page, start):
    """Walk from page to page; give each address once, standing on it."""
    seen, waiting = set(), [start]
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        shape = re.sub(r"\d+|[?&]url=[^&]*", "0", address)
        if shape in seen or LEFT_OUT.search(address):
            continue
        seen.add(shape)
        answer = page.goto(address)
        yield address, answer.status
        waiting += page.evaluate(LINKS)


WHO = {
    "visitor": ("/", 5),
    "teacher": ("/me/", 8),
    "chief": ("/admin/", 10),
    "city_chief": ("/admin/", 10),
    "superuser": ("/admin/", 40),
}
everybody = pytest.mark.parametrize("who", WHO)


def open_for(who, cast, page, enter, **options):
    return page if who == "visitor" else enter(getattr(cast, who), **options)


@everybody
@pytest.mark.once
@pytest.mark.feature("X13")
@pytest.mark.requirement("AU-15")
def test_every_page_is_in_order_on_a_small_screen(
    who, house, enter, visit, live_server
):
    visitor = visit(live_server, size=PHONE)
    page = open_for(who, house, visitor, enter, size=PHONE)
    start, fewest = WHO[who]
    faults = {}

    for address, status in reachable(page, start):
        found = page.evaluate(FAULTS)
        wide = overflow(page)
        found += [f"{wide} px too wide"] if wide else []
        found += [f"status {status}"] if status != 200 else []
        found += [] if page.locator("html[lang=zh-CN]").count() else ["no language"]
        faults[address] = found

    assert {address: found for address, found in faults.items() if found} == {}
    assert len(faults) >= fewest
