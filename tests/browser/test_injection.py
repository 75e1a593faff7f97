"""Nothing that somebody typed runs in a page (IN-11)."""

import pytest
from markupsafe import Markup
from sqlalchemy import event, update

from admin_app.models import Declaration
from admin_app.views.admin import display
from tests.everywhere.world import (
    APPEND_ONLY,
    every_table,
    furnish,
    screens_of,
    typed_columns,
)

CANARY = '"><img src=x onerror=hit()>'
RUNS = "document.querySelectorAll('[onerror], img[src=x]').length"
OWN = (
    *("/me/", "/me/profile", "/me/declarations", "/me/declarations/new"),
    *("/me/completion", "/me/completion/2025", "/identities", "/", "/notices"),
    *("/guide", "/register/individual", "/register/unit/employer"),
)


def poison(row):
    """Put the canary into every text that somebody types."""
    for column in typed_columns(type(row).__table__):
        if (column.type.length or 99) >= len(CANARY):
            setattr(row, column.key, CANARY)


def poisoned(session, cast):
    """The world, the canary in each text column of each table; also in the fixed ones."""

    def watch(session, _flush, _instances):
        for row in session.new:
            if row.__tablename__ in APPEND_ONLY:
                poison(row)

    event.listen(session, "before_flush", watch)
    try:
        ids = furnish(session, cast)
    finally:
        event.remove(session, "before_flush", watch)
    count = 0
    for table in every_table():
        names = [
            column
            for column in typed_columns(table)
            if (column.type.length or 99) >= len(CANARY)
        ]
        count += len(names)
        if names and table.name not in APPEND_ONLY:
            session.execute(update(table).values(dict.fromkeys(names, CANARY)))
    # A name that must be unique in its unit.
    cast.office.name = CANARY
    session.execute(update(Declaration).values(answers={"organizer": CANARY}))
    session.commit()
    return ids, count


def running(page, paths):
    """Open the pages; give those in which a canary became an element."""
    found, opened = [], 0
    for path in paths:
        answer = page.goto(path, wait_until="domcontentloaded")
        opened += answer.status == 200
        if page.evaluate(RUNS):
            found.append(path)
    return found, opened


@pytest.mark.once
@pytest.mark.requirement("IN-11")
@pytest.mark.parametrize("part", ["superuser", "chief", "teacher"])
def test_no_canary_runs_in_any_page(app, cast, db_session, enter, complaints, part):
    ids, count = poisoned(db_session, cast)
    page = enter(getattr(cast, part))
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    paths = list(OWN)
    if part == "teacher":
        paths += [f"/me/declarations/{key}" for key in ids[Declaration]]
    else:
        for screen in screens_of(app).values():
            if screen.for_units == (part == "chief"):
                paths.append(f"{screen.url}/")
                row = ids.get(screen.entity_model, [1])[0]
                paths.append(f"{screen.url}/details/?id={row}")
                if screen.form_columns:
                    paths.append(f"{screen.url}/edit/?id={row}")

    found, opened = running(page, paths)

    assert (found, dialogs) == ([], [])
    assert [line for line in complaints if "hit" in line or "onerror" in line] == []
    assert opened > (8 if part == "teacher" else 20)
    assert count > 60
    complaints.clear()


@pytest.mark.once
@pytest.mark.usefixtures("worked_out_anew")
def test_page_that_trusts_its_data_is_found(
    cast, db_session, enter, complaints, monkeypatch
):
    poisoned(db_session, cast)
    plain = display.plain
    monkeypatch.setattr(display, "plain", lambda value: Markup(plain(value)))

    page = enter(cast.superuser)
    found, _opened = running(page, ["/admin/units/"])

    assert found == ["/admin/units/"]
    # The picture of the canary fails to load, and the browser says so a little later.
    page.wait_for_load_state("networkidle")
    complaints.clear()
