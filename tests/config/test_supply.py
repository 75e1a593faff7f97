"""What is installed: pinned by hash, and no older than the advisories allow."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

from config.settings import PROJECT

FLOORS = tomllib.loads((PROJECT / "config" / "security_floors.toml").read_text("utf-8"))
LOCKS = ("requirements.txt", "requirements-dev.txt")
ADVISORY = re.compile(r"CVE-\d{4}-\d+|GHSA(-\w{4}){3}|https://\S+")


def pinned(lock):
    """Each requirement of the file with its lines joined."""
    text = (PROJECT / lock).read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@pytest.mark.requirement("SC-01")
@pytest.mark.parametrize("package", FLOORS)
def test_installed_version_is_not_below_its_floor(package):
    floor = Version(FLOORS[package]["floor"])

    installed = Version(version(package))

    assert installed >= floor


@pytest.mark.requirement("SC-01")
@pytest.mark.parametrize("package", FLOORS)
def test_floor_names_its_advisories(package):
    advisories = FLOORS[package]["advisories"]

    named = [text for text in advisories if ADVISORY.fullmatch(text)]

    assert named == advisories != []


@pytest.mark.requirement("SC-01")
@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_hash(lock):
    lines = pinned(lock)

    loose = [
        line
        for line in lines
        if not re.match(r"[\w.\[\]-]+==\S+.* --hash=sha256:[0-9a-f]{64}", line)
    ]

    assert len(lines) > 20
    assert loose == []


@pytest.mark.requirement("SC-01")
@pytest.mark.parametrize("lock", LOCKS)
def test_installed_packages_are_the_pinned_ones(lock):
    pins = dict(re.match(r"([\w.-]+)==(\S+)", line).groups() for line in pinned(lock))

    installed = {name: version(name) for name in pins}

    assert installed == pins


@pytest.mark.requirement("SC-01")
def test_bill_of_materials_lists_every_package(tmp_path):
    target = tmp_path / "sbom.json"

    command = [Path(sys.executable).with_name("cyclonedx-py"), "requirements"]
    subprocess.run([*command, "-o", target, PROJECT / "requirements.txt"], check=True)

    bill = json.loads(target.read_text("utf-8"))
    listed = {(part["name"], part["version"]) for part in bill["components"]}
    assert listed == {
        re.match(r"([\w.-]+)(?:\[\w,]+)?==(\S+)", line).groups()
        for line in pinned("requirements.txt")
    }


def test_both_locks_agree():
    first, second = (
        dict(re.match(r"([\w.-]+)==(\S+)", line).groups() for line in pinned(lock))
        for lock in LOCKS
    )

    differing = {n for n in first.keys() & second.keys() if first[n] != second[n]}

    assert differing == set()
