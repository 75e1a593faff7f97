"""Private servers end with the program that started them, however it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import PROJECT
from tools import processes, services


def started(name):
    """Start the service from the shell and give the process and its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.services", name],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    return process, int(line.rsplit(":", 1)[1].partition("/")[0])


@pytest.mark.parametrize("name", services.SERVICES)
def test_service_listens_and_ends_with_its_block(name):
    with services.SERVICES[name]() as address:
        port = int(address.rsplit(":", 1)[1].partition("/")[0])
        during = processes.is_open(port)

    assert (during, processes.is_open(port)) == (True, False)


@pytest.mark.parametrize("name", ["postgresql", "redis"])
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL], ids=["C-c", "kill"])
def test_service_ends_with_a_killed_program(name, end):
    process, port = started(name)
    during = processes.is_open(port)

    process.send_signal(end)
    process.wait()
    process.stdout.close()

    assert during
    assert processes.wait_until_closed(port)


def test_leftovers_of_a_killed_program_are_removed_and_of_a_living_one_kept(
    monkeypatch, tmp_path
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    names = [f"{services.PREFIX}-{pid}-x" for pid in (ended.pid, os.getpid())]
    for name in names:
        Path(tmp_path, name).mkdir()

    services.sweep_leftovers()

    assert [path.name for path in tmp_path.iterdir()] == [names[1]]


def test_missing_program_says_how_to_install_it():
    with pytest.raises(services.MissingProgramError) as refusal:
        services.find_program("no-such-server")

    assert str(refusal.value) == (
        "no-such-server is not installed; run `make system-packages`"
    )
