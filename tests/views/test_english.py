"""English is complete: no Chinese word of the program is left on any page (X11)."""

import re

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import String, select, update

from admin_app import models as m
from admin_app.columns import Sorted
from admin_app.extensions import db
from tests.browsing import sign_in
from tests.cast import busy

CHINESE = re.compile("[\u4e00-\u9fff]+")
TEXTS = (String, Sorted)
# The words of the program itself; what stands in cells and options are data.
CHROME = (
    "title, nav a, summary, h1, h2, h3, legend, label > span:first-child, "
    "label.form-label, span.form-label, th, dt, button, .btn, .form-hint, .note, "
    ".card-title, .empty-title, .empty-hint, .page-pretitle, .state, .task-list span, "
    ".window, .pager, .batch-bar, .nav-link, caption, footer, .hero, .chip"
)
SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-confirm")
LINKS = (
    "nav a[href], .side-menu a[href], .list-tabs a[href], .page-actions a[href], "
    ".window a[href], a.window[href], #list tbody tr:first-child a[href], "
    ".standing ~ * a[href], .years a[href], .account a[href], a.bell"
)
# Files, and pages of which one is as good as the other.
LEFT_OUT = re.compile(
    r"/export/|/certificates/\d+$|[?&](sort|size|after|before|page)=|^#|^https?:"
)
MOST_PAGES = 60
WHO = {
    "visitor": ("/", 5),
    "teacher": ("/me/", 8),
    "chief": ("/admin/", 10),
    "city_chief": ("/admin/", 10),
    "superuser": ("/admin/", 40),
}


def reachable(client, start):
    """Walk from page to page; give each address once with its content."""
    seen, waiting = set(), [start]
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        shape = re.sub(r"\d+|[?&]url=[^&]*", "0", address)
        if shape in seen or LEFT_OUT.search(address):
            continue
        seen.add(shape)
        answer = client.get(address, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        page = BeautifulSoup(answer.text, "lxml")
        waiting += [link["href"] for link in page.select(LINKS)]
        yield address, page


def own_words(page):
    """What the program itself says on a page."""
    for picture in page.select(".account-picture, [lang=zh-CN]:not(html)"):
        picture.decompose()
    yield from (element.get_text() for element in page.select(CHROME))
    for name in SPOKEN:
        yield from (element[name] for element in page.select(f"[{name}]"))


def data_words(session):
    """Every Chinese text that stands in the database, longest first."""
    words = set()
    for table in db.metadata.tables.values():
        for column in table.columns:
            if type(column.type) in TEXTS:
                words |= set(session.scalars(select(column).distinct()))
    words = {word for word in words if word and len(word) > 1 and CHINESE.search(word)}
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))


def chinese_left(client, start, data):
    """The Chinese words of each page that are no data, by address."""
    left = {}
    for address, page in reachable(client, start):
        is_english = page.select_one("html[lang=en]") is not None
        words = [data.sub("", word) for word in own_words(page)]
        left[address] = [word.strip() for word in words if CHINESE.search(word)]
        left[address] += [] if is_english else ["not English"]
    return left


@pytest.mark.once
@pytest.mark.feature("X11")
@pytest.mark.parametrize("who", WHO)
def test_no_chinese_word_of_the_program_is_left(who, client, cast, db_session):
    start, fewest = WHO[who]
    busy(db_session, cast)
    db_session.execute(update(m.Account).values(locale="en"))
    db_session.commit()
    if who == "visitor":
        client.post("/language", data={"locale": "en"})
    else:
        sign_in(client, getattr(cast, who))

    left = chinese_left(client, start, data_words(db_session))

    assert {address: words for address, words in left.items() if words} == {}
    assert len(left) >= fewest


def test_a_chinese_word_is_found(client, cast, db_session):
    sign_in(client, cast.chief)

    left = chinese_left(client, "/admin/", data_words(db_session))

    assert "not English" in left["/admin/"]
    assert "首页" in left["/admin/"]
