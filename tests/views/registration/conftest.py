"""What somebody types who registers, and what the pages answer."""

import html
import io
import re

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from admin_app.models import (
    EthnicGroup,
    Industry,
    Major,
    Region,
    UnitLevel,
    UnitNature,
)
from tests import factories as make

PASSWORD = "Peony-2026-hill"


def picture(kind="JPEG", size=(60, 40)):
    """The bytes of a small picture."""
    target = io.BytesIO()
    Image.new("RGB", size, "teal").save(target, kind)
    return target.getvalue()


def multipart(data):
    """The form as one body in memory, as options of `client.post`."""
    boundary, body = encode_multipart(data)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def errors(page):
    """The sentences beside the fields, by field; those of the whole form by None."""
    beside = re.findall(
        r'<div class="field-error" id="([\w-]+)-error">(.*?)</div>', page.text
    )
    found = {name: html.unescape(text) for name, text in beside}
    if heads := re.findall(r"<li>([^<]+)</li>", summary(page)):
        found[None] = html.unescape(heads[0])
    return found


def summary(page):
    box = re.search(r"data-error-summary>.*?</ul>", page.text, re.DOTALL)
    return box[0] if box else ""


def shown(page):
    """The text of the page's main part, blanks folded."""
    main = re.search(r"<main.*</main>", page.text, re.DOTALL)[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def values(page):
    """What the text inputs of the page hold."""
    inputs = re.findall(r"<input[^>]*>", page.text)
    pairs = [
        (re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag))
        for tag in inputs
    ]
    return {
        name[1]: html.unescape(value[1]) if value else ""
        for name, value in pairs
        if name
    }


@pytest.fixture(autouse=True)
def silence(app, monkeypatch):
    """Nothing is ever sent, so that nobody is asked for a code; see test_proofs.py."""
    senders = {"sms_sender": "off", "mail_sender": "off"}
    silent = app.extensions["settings"].model_copy(update=senders)
    monkeypatch.setitem(app.extensions, "settings", silent)


@pytest.fixture
def codes(db_session):
    """Ids of reference rows that forms choose from."""

    def find(model, code):
        return make.reference(db_session, model, code).id

    return {
        "nature_id": find(UnitNature, "20"),
        "level_id": find(UnitLevel, "50"),
        "industry_id": find(Industry, "83"),
        "region_id": find(Region, "410102"),
        "ethnic_group_id": find(EthnicGroup, "01"),
        "major_id": find(Major, "U0101"),
        "native_place_id": find(Region, "410100"),
    }


@pytest.fixture
def unit_data(cast, codes):
    """What step 1 of a unit's registration under the education bureau asks for."""
    names = ("nature_id", "level_id", "industry_id", "region_id")
    return {
        "name": "第三中学",
        "registration_code": make.registration_code(),
        "phone": "0371-60001234",
        "superior_id": cast.bureau.id,
        "contact": "周主任",
        "address": "",
    } | {name: codes[name] for name in names}


@pytest.fixture
def account_data():
    """What somebody types who is not yet a user: a man born on 1 January 1980."""
    return {
        "id_number": make.id_number(),
        "password": PASSWORD,
        "password_again": PASSWORD,
        "name": "周申请",
        "mobile": "15400000001",
        "email": "zhou@example.com",
    }


@pytest.fixture
def personal_data(cast, codes):
    """The personal part of a registration at the school's office."""
    names = ("region_id", "ethnic_group_id", "major_id", "native_place_id")
    return {
        "unit_id": cast.school.id,
        "department_id": cast.office.id,
        "sex": "male",
        "birth_date": "1980-01-01",
        "graduation_school": "河南示范大学",
    } | {name: codes[name] for name in names}


@pytest.fixture
def individual_data(account_data, personal_data):
    """The whole form of an individual who is not yet a user."""
    return account_data | personal_data | {"as": "new"}


@pytest.fixture
def send_unit(client):
    """Send step 1, with a scan unless told otherwise."""

    def send(data, *, kind="employer", scan=None, name="scan.jpg", with_scan=True):
        sent = dict(data)
        if with_scan:
            sent["scan"] = FileStorage(io.BytesIO(scan or picture()), filename=name)
        return client.post(f"/register/unit/{kind}", **multipart(sent))

    return send


@pytest.fixture
def send_applicant(client):
    """Send step 2 as a new user or a known one."""

    def send(data, *, kind="employer", known=False, **more):
        sent = {f"applicant-{name}": value for name, value in data.items()}
        sent |= {"as": "known" if known else "new"} | more
        return client.post(f"/register/unit/{kind}/applicant", data=sent)

    return send
