"""What a limited child does with jobs that hang, die, eat or call out."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from admin_app.documents import sandbox as sandbox_module
from admin_app.documents.sandbox import DocumentFailed, Sandbox

NAMES = ("echo", "pid", "spin", "die", "devour", "fail", "call", "start")
NAMES += ("chatter", "environment", "modules")


@pytest.fixture
def sandbox(tmp_path, monkeypatch):
    """A sandbox whose package is a folder with the jobs of this test."""
    package = tmp_path / "admin_app" / "documents"
    package.mkdir(parents=True)
    for source in (Path(sandbox_module.WORKER), Path(__file__).with_name("jobs.py")):
        (package / source.name).write_bytes(source.read_bytes())
    monkeypatch.setattr(sandbox_module, "WORKER", package / "worker.py")
    jobs = {name: f"admin_app.documents.jobs:{name}" for name in NAMES}
    box = Sandbox(jobs, seconds=2, memory_mb=256)
    yield box
    box.close()


def failure_of(box, job, payload=b""):
    with pytest.raises(DocumentFailed) as failure:
        box.run(job, payload)
    return failure.value.reason, failure.value.detail


def test_child_is_kept_warm(sandbox):
    first, second = sandbox.run("pid", b""), sandbox.run("pid", b"")

    assert first == second
    assert int(first) != os.getpid()


@pytest.mark.parametrize("size", [0, 1, 70_000, 5_000_000])
def test_payload_of_any_size_returns(sandbox, size):
    payload = os.urandom(size)

    assert sandbox.run("echo", payload) == payload


@pytest.mark.requirement("IN-05")
@pytest.mark.parametrize(
    ("job", "reason", "detail"),
    [
        ("spin", "timeout", ""),
        ("die", "crashed", ""),
        ("devour", "refused", "MemoryError"),
        ("fail", "refused", "ValueError"),
        ("start", "refused", "PermissionError"),
    ],
)
def test_bad_job_fails_cleanly_and_the_next_succeeds(sandbox, job, reason, detail):
    failure = failure_of(sandbox, job, "李雷 41010119900307".encode())

    assert failure == (reason, detail)
    assert sandbox.run("echo", b"still here") == b"still here"


def test_child_cannot_call_out(sandbox):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1]).encode()
        failure = failure_of(sandbox, "call", port)

    assert failure == ("refused", "PermissionError")


def test_job_outside_the_table_is_not_run(sandbox):
    with pytest.raises(KeyError):
        sandbox.run("admin_app.documents.jobs:echo", b"")


def test_print_of_a_library_does_not_reach_the_reply(sandbox):
    assert sandbox.run("chatter", b"answer") == b"answer"


def test_child_inherits_no_secret(sandbox, monkeypatch):
    monkeypatch.setenv("CE_SECRET_KEY", "a key")

    names = sandbox.run("environment", b"").decode().split()

    assert sorted(set(names) - set(sandbox_module.PASSED_ON) - {"LC_CTYPE"}) == []


def test_child_does_not_load_the_application(sandbox):
    loaded = set(sandbox.run("modules", b"").decode().split())

    assert loaded & {"flask", "sqlalchemy", "admin_app.models"} == set()


def test_threads_take_turns(sandbox):
    payloads = [str(number).encode() for number in range(20)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda payload: sandbox.run("echo", payload), payloads))

    assert answers == payloads


def test_forked_process_starts_a_child_of_its_own(sandbox):
    ours = int(sandbox.run("pid", b""))
    reader, writer = os.pipe()

    forked = os.fork()
    if forked == 0:
        os.write(writer, sandbox.run("pid", b""))
        sandbox.close()
        os._exit(0)
    os.waitpid(forked, 0)
    theirs = int(os.read(reader, 20))

    assert theirs != ours
    assert int(sandbox.run("pid", b"")) == ours
