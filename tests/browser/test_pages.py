"""Every page that a menu leads to: in order, in both languages, on a small screen."""

import re

import pytest
from sqlalchemy import String, select, update

from admin_app import models as m
from admin_app.columns import Sorted
from admin_app.extensions import db
from tests import factories as make
from tests.browser.conftest import PHONE
from tests.browser.witness import overflow

CHINESE = re.compile("[\u4e00-\u9fff]+")
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
# The words of the program itself; what stands in cells and options are data.
CHROME = """() => {
  const words = [document.title];
  for (const picture of document.querySelectorAll(".account-picture")) picture.remove();
  const text = "nav a, summary, h1, h2, h3, legend, label > span:first-child, "
    + "label.form-label, span.form-label, th, dt, button, .btn, .form-hint, .note, "
    + ".card-title, .empty-title, .empty-hint, .page-pretitle, .state, .task-list span, "
    + ".window, .pager, .batch-bar, .nav-link, caption, footer, .hero, .chip";
  for (const element of document.querySelectorAll(text)) {
    if (!element.closest("[lang=zh-CN]:not(html)")) words.push(element.innerText);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt", "data-confirm"]) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      words.push(element.getAttribute(name));
    }
  }
  return words.filter(Boolean);
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
TEXTS = (String, Sorted)


@pytest.fixture
def house(cast, db_session):
    """Something to see on most pages."""
    teacher = make.profile(db_session, cast.teacher)
    make.declaration(db_session, teacher)
    for decider in (cast.school, cast.city):
        make.waiting(make.declaration(db_session, teacher), decider)
    applicant = make.person(db_session, name="申请人")
    make.account(db_session, applicant)
    registration = make.person_registration(db_session, applicant, cast.school)
    make.waiting(registration, cast.school)
    unit = make.unit_registration(db_session, applicant, cast.bureau)
    make.waiting(unit, cast.city)
    make.public_hours(db_session, teacher, 30)
    db_session.commit()
    return cast


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


def data_words(session):
    """Every Chinese text that stands in the database, longest first."""
    words = set()
    for table in db.metadata.tables.values():
        for column in table.columns:
            if type(column.type) in TEXTS:
                words |= set(session.scalars(select(column).distinct()))
    words = {word for word in words if word and len(word) > 1 and CHINESE.search(word)}
    return sorted(words, key=len, reverse=True)


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


@everybody
@pytest.mark.feature("X11")
def test_no_chinese_word_of_the_program_is_left_in_english(
    who, house, enter, visit, live_server, db_session
):
    db_session.execute(update(m.Account).values(locale="en"))
    db_session.commit()
    # The words are in the page itself; without scripts it is there sooner.
    plain = {"java_script_enabled": False}
    page = open_for(who, house, visit(live_server, **plain), enter, **plain)
    page.route("**/static/**", lambda route: route.fulfill(body=""))
    page.goto(WHO[who][0])
    if who == "visitor":
        page.get_by_role("button", name="English").click()
    data = re.compile("|".join(map(re.escape, data_words(db_session))))
    left = {}

    for address, _status in reachable(page, WHO[who][0]):
        words = [data.sub("", word) for word in page.evaluate(CHROME)]
        left[address] = [word for word in words if CHINESE.search(word)]
        left[address] += [] if page.locator("html[lang=en]").count() else ["not en"]

    assert {address: words for address, words in left.items() if words} == {}
    assert len(left) >= WHO[who][1]
