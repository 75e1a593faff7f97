"""No full identity number, mobile or mail where it has no business (PR-01, 03, 05)."""

import io
import itertools
import logging
from pathlib import Path

import pytest
import structlog
from sqlalchemy import String, select, text, type_coerce, update

from admin_app.extensions import db
from admin_app.models import AuditEntry, Person
from admin_app.rules.identity import check_character
from admin_app.rules.masks import mask_id_number, mask_mobile
from admin_app.views.admin import display
from admin_app.web.sessions import cookie_name
from config.logging import set_up_logging
from tests import factories as make
from tests.browsing import open_session, sign_in
from tests.everywhere.world import PARTS, every_table, exports, furnish, pages
from tests.web.test_storage import jpeg

LEAST = 100_000


def secrets_of(session):
    """Every full number that the database knows."""
    rows = session.execute(select(Person.id_number, Person.mobile, Person.email))
    return {text for row in rows for text in row if text}


def found_in(content, secrets):
    return sorted(secret for secret in secrets if secret in content)


@pytest.fixture
def world(cast, db_session):
    ids = furnish(db_session, cast)
    return ids, secrets_of(db_session)


@pytest.mark.once
@pytest.mark.requirement("PR-01")
@pytest.mark.requirement("PR-05")
@pytest.mark.parametrize("part", [*PARTS, None])
def test_no_page_export_or_address_tells_a_full_number(
    app, client, cast, db_session, world, part
):
    ids, secrets = world
    db_session.rollback()
    told, opened = {}, 0
    if part is not None:
        sign_in(client, getattr(cast, part), proven=True)

    asked = [("GET", path) for path in pages(app, ids)]
    for method, path in [*asked, *(("POST", path) for path in exports(app))]:
        answer = client.open(path, method=method)
        opened += answer.status_code == 200
        said = answer.get_data(as_text=True) if answer.mimetype != "image/png" else ""
        if leaked := found_in(said + str(answer.headers), secrets):
            told[path] = leaked

    assert told == {}
    assert opened > 10
    log = [
        str((a.before, a.after, a.object_id))
        for a in db_session.scalars(select(AuditEntry))
    ]
    assert found_in("".join(log), secrets) == []


@pytest.mark.usefixtures("worked_out_anew")
def test_a_screen_without_masks_is_found(client, cast, world, monkeypatch):
    monkeypatch.setattr(display, "MASKS", dict.fromkeys(display.MASKS, str))
    sign_in(client, cast.chief)

    page = client.get("/admin/person-query/")

    assert cast.teacher.id_number in found_in(page.text, world[1])


@pytest.mark.requirement("PR-01")
@pytest.mark.parametrize("door", ["person-query", "approve-hours", "certificates"])
def test_looking_somebody_up_puts_no_number_into_an_address(client, cast, door):
    sign_in(client, cast.chief)

    answer = client.post(
        f"/admin/{door}/find/", data={"id_number": cast.teacher.id_number}
    )

    assert answer.status_code == 303
    assert answer.location.endswith(f"person={cast.teacher.id}")


def candidates(shown, *, year, male):
    """How many identity numbers agree with a mask, the year of birth and the sex."""
    places = fitting((f"{rest:02d}" for rest in range(100)), shown[4:6])
    days = [f"{month:02d}{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    last = range(1 if male else 0, 1000, 2)
    sequences = fitting((f"{number:03d}" for number in last), shown[14:17])
    count = 0
    for place, day, sequence in itertools.product(
        places, fitting(days, shown[10:14]), sequences
    ):
        count += agrees(f"{shown[:4]}{place}{year}{day}{sequence}", shown)
        if count >= LEAST:
            break
    return count


def fitting(texts, shown):
    pairs = ((text, zip(shown, text, strict=True)) for text in texts)
    return [text for text, signs in pairs if all(a in {"*", b} for a, b in signs)]


def agrees(first, shown):
    number = first + check_character(first)
    return all(sign in {"*", own} for sign, own in zip(shown, number, strict=True))


@pytest.mark.requirement("PR-01")
def test_row_with_year_of_birth_and_sex_leaves_a_hundred_thousand():
    shown = mask_id_number(make.id_number(1))

    assert candidates(shown, year=1980, male=True) >= LEAST


def test_mask_of_six_and_four_is_found_to_be_too_open():
    number = make.id_number(1)
    shown = number[:6] + "*" * 8 + number[-4:]

    assert candidates(shown, year=1980, male=True) < LEAST


@pytest.mark.requirement("PR-01")
def test_mobile_leaves_a_hundred_thousand():
    shown = mask_mobile("13812345678")

    assert 10 ** shown.count("*") >= LEAST


@pytest.mark.requirement("PR-01")
@pytest.mark.parametrize("part", ["chief", "bureau_chief", "superuser", "reviewer"])
def test_details_of_a_person_tell_no_birthday_beside_the_mask(
    client, cast, db_session, part
):
    """With the whole date only a few thousand numbers would be left."""
    make.profile(db_session, cast.teacher)
    db_session.commit()
    sign_in(client, getattr(cast, part))
    screen = "people" if part == "superuser" else "person-query"

    page = client.get(f"/admin/{screen}/details/?id={cast.teacher.id}").text

    assert mask_id_number(cast.teacher.id_number) in page
    assert "1980-01-01" not in page


# --- Logs and files ------------------------------------------------------------------


@pytest.fixture
def log(app, settings):
    """Everything that is logged, at the level of production."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    set_up_logging(settings.model_copy(update={"log_level": "INFO", "log_json": True}))
    stream = io.StringIO()
    for handler in root.handlers:
        handler.setStream(stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:], root.level = before


def live(app, client, cast, now):
    """Use canary numbers wherever somebody types one, also in what fails."""
    number, mobile, mail = make.id_number(), "15498765432", "canary@example.com"
    form = {"id_number": number, "mobile": mobile, "email": mail, "name": "周申请"}
    form |= {"password": "Peony-2026-hill", "as": "new", "reason": number}
    client.post("/sign-in/individual", data=form)
    client.post("/register/individual", data=form)
    client.post("/register/individual", data=form | {"send_code": "1"})
    client.post("/register/progress", data=form)
    client.post("/register/id-facts", data=form)
    client.post("/register/unit/employer/applicant", data=form)
    scan = (io.BytesIO(jpeg()), f"身份证{number}.jpg")
    client.post("/register/unit/employer", data=form | {"scan": scan})
    client.get(f"/notices?search={number}&x={mobile}")
    client.get(
        f"/nowhere/{number}?mail={mail}",
        headers={"Referer": f"http://localhost/{number}"},
    )
    sign_in(client, cast.chief)
    client.post("/admin/person-query/find/", data=form)
    client.get(f"/admin/person-query/?search={number}")
    client.post(
        f"/admin/person-query/unmask/?id={cast.teacher.id}",
        data={
            "reason": f"核对 {number} {mobile} {mail}",
            "own_password": make.PASSWORD,
        },
    )
    # A session that ends in the middle of a form: what was typed is kept.
    secret = open_session(app, cast.teacher, at=now)
    client.set_cookie(cookie_name(app), secret)
    kept = client.post("/me/declarations/new", data=form)
    return {number, mobile, mail}, kept


@pytest.mark.requirement("PR-03")
@pytest.mark.requirement("PR-05")
def test_neither_logs_nor_database_hold_a_full_number(
    app, client, cast, db_session, log, now
):
    typed, kept = live(app, client, cast, now)
    secrets = typed | secrets_of(db_session)
    structlog.get_logger("web").warning("failed", value=str(typed))

    assert kept.status_code == 303
    assert log.getvalue().count('"request"') > 8
    assert found_in(log.getvalue(), secrets) == []
    assert found_in(stored(db_session), secrets) == []


@pytest.mark.parametrize("place", ["column", "text"])
def test_number_stored_in_the_clear_is_found(cast, db_session, place):
    secrets = secrets_of(db_session)
    number = cast.teacher.id_number
    if place == "column":
        raw = type_coerce(number, String)
        db_session.execute(
            update(Person).where(Person.id == cast.stranger.id).values(mobile=raw)
        )
    else:
        make.unit_registration(db_session, cast.teacher, cast.bureau, contact=number)
    db_session.commit()

    assert found_in(stored(db_session), secrets) == [number]


def test_number_in_a_log_without_the_mask_is_found(log, cast, monkeypatch):
    monkeypatch.setattr("config.logging.mask", str)

    structlog.get_logger("web").info("signed in", number=cast.teacher.id_number)

    assert found_in(log.getvalue(), {cast.teacher.id_number}) != []


def stored(session):
    """All bytes that the database keeps: the files of SQLite, the rows of PostgreSQL."""
    session.rollback()
    if db.engine.dialect.name == "sqlite":
        file = Path(db.engine.url.database)
        files = [file, *file.parent.glob(f"{file.name}-*")]
        return "".join(each.read_bytes().decode("latin-1") for each in files)
    rows = [
        row
        for table in every_table()
        for row in session.execute(text(f"SELECT * FROM {table.name}"))
    ]
    return repr(rows)


def test_the_whole_file_is_read(cast, db_session):
    kept = stored(db_session)
    raw = db_session.scalar(select(type_coerce(Person.id_number, String)))
    assert raw in kept
