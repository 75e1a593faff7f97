"""Every form of registration asks for the picture code where it is switched on (AU-01)."""

import io

import pytest
from werkzeug.datastructures import FileStorage

from admin_app.web import captcha
from tests import factories as make
from tests.browsing import Browser
from tests.views.registration.conftest import (
    errors,
    multipart,
    picture,
    values,
)


@pytest.fixture
def browser(make_app):
    """A browser of the program with the picture code switched on."""
    app = make_app(captcha_enabled=True, sms_sender="off", mail_sender="off")
    return Browser(app, app.response_class)


@pytest.fixture
def read_code(browser, monkeypatch):
    """Get a picture and return what stands on it."""

    def read():
        written = []
        draw = captcha.draw
        monkeypatch.setattr(
            captcha, "draw", lambda text: written.append(text) or draw(text)
        )
        browser.get("/captcha.png")
        monkeypatch.setattr(captcha, "draw", draw)
        return written[0]

    return read


@pytest.fixture
def with_unit(browser, unit_data):
    """Step 1 is done."""
    scan = FileStorage(io.BytesIO(picture()), filename="a.jpg")
    browser.post("/register/unit/employer", **multipart(unit_data | {"scan": scan}))


@pytest.fixture
def forms(cast, individual_data, personal_data, account_data, with_unit):
    """Each form that takes a password: its address, prefix and right answers."""
    known = {"id_number": cast.bureau_chief.account.person.id_number}
    known |= {"password": make.PASSWORD, "as": "known"}
    step_two = {f"applicant-{name}": text for name, text in account_data.items()}
    return {
        "individual": ("/register/individual", "", individual_data),
        "individual, known": ("/register/individual", "", personal_data | known),
        "unit": ("/register/unit/employer/applicant", "applicant-", step_two),
        "progress": (
            "/register/progress",
            "",
            known | {"name": cast.bureau_chief.account.person.name},
        ),
    }


@pytest.mark.feature("U12")
@pytest.mark.requirement("AU-01")
@pytest.mark.parametrize(
    "which", ["individual", "individual, known", "unit", "progress"]
)
def test_wrong_code_is_refused_and_keeps_what_was_typed(
    browser, read_code, forms, which
):
    url, prefix, data = forms[which]
    read_code()

    page = browser.post(url, data=data | {f"{prefix}captcha": "00000"})

    assert page.status_code == 400
    assert errors(page) == {f"{prefix}captcha": "验证码错误"}
    typed = values(page)
    assert typed[f"{prefix}id_number"] == data[f"{prefix}id_number"]
    assert typed[f"{prefix}password"] == ""


@pytest.mark.requirement("AU-01")
@pytest.mark.parametrize("which", ["individual", "unit", "progress"])
def test_right_code_lets_through_once(browser, read_code, forms, which):
    url, prefix, data = forms[which]
    code = read_code()

    first = browser.post(url, data=data | {f"{prefix}captcha": code})
    if which == "progress":
        browser.post("/register/progress/leave")
    again = browser.post(url, data=data | {f"{prefix}captcha": code})

    assert first.status_code == 303
    assert again.status_code in {303, 400}
    if which != "unit":
        assert errors(again) == {f"{prefix}captcha": "验证码错误"}


@pytest.mark.requirement("AU-01")
def test_missing_code_is_refused(browser, forms):
    url, _prefix, data = forms["individual"]

    page = browser.post(url, data=data)

    assert errors(page) == {"captcha": "此项必填，请填写。"}
