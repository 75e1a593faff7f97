"""Which items the marked tests show, written down for docs/features.md and security.md.

`CE_TEST_RECORD` names the file to write; without it nothing is kept.
"""

import csv
import json
import os
from functools import cache
from pathlib import Path

import pytest

MARKS = {"feature": "features.csv", "requirement": "requirements.csv"}

_passed: dict[str, bool] = {}
_items: dict[str, list[str]] = {}
_once: set[str] = set()


@cache
def known_ids(mark):
    """Return the ids that a mark of this name may carry."""
    with (Path(__file__).parent / MARKS[mark]).open(encoding="utf-8") as file:
        return frozenset(row["id"] for row in csv.DictReader(file))


def pytest_collection_modifyitems(items):
    """Refuse a mark that names no item, and send the ids along with each report."""
    for item in items:
        if item.get_closest_marker("once"):
            item.user_properties.append(("once", item.nodeid))
        for name, source in MARKS.items():
            for mark in item.iter_markers(name):
                for identifier in mark.args:
                    if identifier not in known_ids(name):
                        raise pytest.UsageError(
                            f"{item.nodeid}: {name} {identifier!r} is not in "
                            f"tests/acceptance/{source}"
                        )
                    item.user_properties.append(("shows", identifier))


def pytest_runtest_logreport(report):
    """Count a test as passed when each of its phases passed; a skip is no proof."""
    shown = sorted({value for key, value in report.user_properties if key == "shows"})
    _once.update(value for key, value in report.user_properties if key == "once")
    if shown:
        _items[report.nodeid] = shown
        _passed[report.nodeid] = _passed.get(report.nodeid, True) and report.passed


def pytest_sessionfinish(session, exitstatus):
    """Write the record of a whole run from the main process."""
    target = os.environ.get("CE_TEST_RECORD")
    if not target or hasattr(session.config, "workerinput"):
        return
    if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        record = {
            node: {
                "shows": _items[node],
                "passed": _passed[node],
                "once": node in _once,
            }
            for node in sorted(_items)
        }
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(record, ensure_ascii=False, indent=1)
        Path(target).write_text(text, encoding="utf-8")
