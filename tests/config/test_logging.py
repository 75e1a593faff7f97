"""Logs: one line per event, with the request id, without personal numbers."""

import json
import logging

import pytest
import structlog

from config.logging import mask, request_id, set_up_logging
from config.settings import Settings

ID_NUMBER = "11010519491231002X"
MOBILE = "13812345678"
MAIL = "li.si@example.gov.cn"

MASKED = {
    "ID number": (f"person {ID_NUMBER} refused", "person [id-number] refused"),
    "lower-case x": (f"{ID_NUMBER.lower()}", "[id-number]"),
    "between Chinese": (f"身份证{ID_NUMBER}重复", "身份证[id-number]重复"),
    "mobile": (f"to {MOBILE}.", "to [mobile]."),
    "mail": (f"<{MAIL}>", "<[mail]>"),
    "all in a row": (f"{ID_NUMBER},{MOBILE},{MAIL}", "[id-number],[mobile],[mail]"),
    "number of a record": ("declaration 20250000000123", "declaration 20250000000123"),
    "hash": ("a" + "1" * 18 + "b", "a" + "1" * 18 + "b"),
    "landline": ("0371-65901234", "0371-65901234"),
}


@pytest.fixture
def lines(capsys, tmp_path):
    """Set logging up and give what it has written since it was last asked."""
    root = logging.getLogger()
    before = root.handlers[:], root.level

    def set_up(*, log_json):
        set_up_logging(
            Settings(_env_file=None, instance_path=tmp_path, log_json=log_json)
        )
        return lambda: capsys.readouterr().err.removesuffix("\n").splitlines()

    yield set_up
    structlog.reset_defaults()
    root.handlers[:], root.level = before[0], before[1]


@pytest.mark.requirement("PR-05")
@pytest.mark.parametrize("case", MASKED)
def test_mask(case):
    text, expected = MASKED[case]

    masked = mask(text)

    assert masked == expected


@pytest.mark.requirement("PR-05")
def test_personal_number_is_masked_wherever_it_stands_in_an_event(lines):
    written = lines(log_json=True)

    structlog.get_logger("app").info(
        ID_NUMBER, text=MOBILE, number=int(MOBILE), nested={"rows": [ID_NUMBER]}
    )

    event = json.loads(written()[0])
    del event["timestamp"]
    assert event == {
        "event": "[id-number]",
        "level": "info",
        "logger": "app",
        "nested": {"rows": ["[id-number]"]},
        "number": "[mobile]",
        "request_id": "-",
        "text": "[mobile]",
    }


@pytest.mark.requirement("PR-05")
def test_personal_number_in_an_exception_is_masked(lines):
    written = lines(log_json=True)

    try:
        int(ID_NUMBER)
    except ValueError:
        structlog.get_logger("app").exception("failed", unit_id=7)

    event = json.loads(written()[0])
    assert (
        event["exception"].splitlines()[-1]
        == "ValueError: invalid literal for int() with base 10: '[id-number]'"
    )
    assert event["unit_id"] == 7


@pytest.mark.requirement("PR-05")
def test_library_that_logs_by_itself_is_masked_as_well(lines):
    written = lines(log_json=True)

    logging.getLogger("werkzeug").warning("GET /?id=%s", ID_NUMBER)

    event = json.loads(written()[0])
    assert event["event"] == "GET /?id=[id-number]"


@pytest.mark.requirement("RL-10")
@pytest.mark.parametrize("log_json", [True, False], ids=["json", "console"])
def test_request_id_is_in_every_line(log_json, lines):
    written = lines(log_json=log_json)
    token = request_id.set("req-4711")

    structlog.get_logger("app").info("ours")
    logging.getLogger("sqlalchemy").warning("theirs")

    request_id.reset(token)
    assert ["req-4711" in line for line in written()] == [True, True]


@pytest.mark.parametrize("log_json", [True, False], ids=["json", "console"])
@pytest.mark.parametrize(
    "text",
    ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\u2028b", "a\x00b"],
    ids=["LF", "CR LF", "ANSI", "line separator", "NUL"],
)
def test_forged_line_stays_one_line(text, log_json, lines):
    written = lines(log_json=log_json)

    structlog.get_logger("app").info("event", value=text)

    shown = written()
    assert len(shown) == 1
    assert "\x1b[2J" not in shown[0]


def test_quiet_level_is_obeyed(lines):
    written = lines(log_json=True)

    structlog.get_logger("app").debug("too much")
    structlog.get_logger("app").info("enough")

    assert [json.loads(line)["event"] for line in written()] == ["enough"]


@pytest.mark.requirement("PR-05")
def test_web_server_writes_no_line_with_what_was_searched_for(lines):
    written = lines(log_json=False)

    logging.getLogger("gunicorn.error").info("Listening")
    logging.getLogger("gunicorn.access").info("GET /admin/person-query/?search=王老师")

    assert ["Listening" in line for line in written()] == [True]
