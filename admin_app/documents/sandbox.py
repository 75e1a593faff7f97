"""How untrusted input is turned into bytes without risk to the web process."""

import atexit
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

WORKER = Path(__file__).with_name("worker.py")
# What the child may inherit: nothing that holds a password or a key.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")
LENGTH = struct.Struct(">Q")
# A reply begins with one byte that says what follows.
DONE, FAILED = b"+", b"-"
# Kept from the collector, which would warn of a child that is not ours to await.
_left_to_parent: list[subprocess.Popen[bytes]] = []


class DocumentFailed(Exception):  # noqa: N818 - says what happened, like Refused
    """The work was not done; `reason` is timeout, crashed, busy or refused.

    `detail` names the kind of error inside the child and never quotes its input.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        """Keep the reason for the caller and the detail for the log."""
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail


class Sandbox:
    """One warm child process that does named jobs under limits.

    `jobs` is the closed table of what the child may run: a name and the dotted
    `module:function` behind it, a function from bytes to bytes. Jobs of one sandbox
    run one after another; a child that hangs or dies is replaced at the next job.
    """

    def __init__(
        self,
        jobs: Mapping[str, str],
        *,
        seconds: float,
        memory_mb: int,
        processor_seconds: int | None = None,
    ) -> None:
        """Remember the limits; the child starts with the first job."""
        self._jobs = dict(jobs)
        self._seconds = seconds
        self._processor_seconds = processor_seconds or int(seconds) + 1
        self._memory_mb = memory_mb
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        # After a fork the lock may be held by a thread that exists no more.
        os.register_at_fork(after_in_child=self._forget)
        atexit.register(self.close)

    def run(self, job: str, payload: bytes) -> bytes:
        """What the job makes of the payload; DocumentFailed if it cannot."""
        target = self._jobs[job]
        if not self._turn.acquire(timeout=self._seconds):
            raise DocumentFailed("busy")
        try:
            reply = self._exchange(target.encode(), payload)
        finally:
            self._turn.release()
        if reply[:1] == FAILED:
            raise DocumentFailed("refused", reply[1:].decode("ascii", "replace"))
        return reply[1:]

    def close(self) -> None:
        """End the child, if there is one of ours."""
        child, self._child = self._child, None
        if child is not None and self._owner == os.getpid():
            child.kill()
            _close_pipes(child)
            child.wait()

    def _exchange(self, target: bytes, payload: bytes) -> bytes:
        """Send one job to the child and read its reply, within the time."""
        child = self._living_child()
        expired = threading.Event()

        def end() -> None:
            expired.set()
            child.kill()

        watch = threading.Timer(self._seconds, end)
        watch.daemon = True
        watch.start()
        try:
            return _ask(child, target, payload)
        except (OSError, EOFError):
            self.close()
            raise DocumentFailed("timeout" if expired.is_set() else "crashed") from None
        finally:
            watch.cancel()
            # Waits only for a watch that is killing the child this very moment.
            watch.join()
            if expired.is_set():
                self.close()

    def _living_child(self) -> subprocess.Popen[bytes]:
        """The warm child, or a new one where there is none."""
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = self._start()
            self._owner = os.getpid()
        return self._child

    def _start(self) -> subprocess.Popen[bytes]:
        """Start a child under this sandbox's limits."""
        limits = [str(self._memory_mb), str(self._processor_seconds)]
        return subprocess.Popen(  # noqa: S603 - our own script with two numbers
            [sys.executable, "-I", str(WORKER), *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        )

    def _forget(self) -> None:
        """Leave the parent's child, and what is half written to it, to the parent."""
        self._turn = threading.Lock()
        child, self._child = self._child, None
        if child is not None:
            _turn_pipes_away(child)
            _left_to_parent.append(child)


def _ask(child: subprocess.Popen[bytes], target: bytes, payload: bytes) -> bytes:
    """Write one framed job and read one framed reply."""
    if child.stdin is None or child.stdout is None:
        raise EOFError
    for part in (target, payload):
        child.stdin.write(LENGTH.pack(len(part)))
        child.stdin.write(part)
    child.stdin.flush()
    return _read(child, LENGTH.unpack(_read(child, LENGTH.size))[0])


def _read(child: subprocess.Popen[bytes], size: int) -> bytes:
    """Exactly so many bytes of the reply."""
    data = child.stdout.read(size) if child.stdout else b""
    if len(data) < size:
        raise EOFError
    return data


def _turn_pipes_away(child: subprocess.Popen[bytes]) -> None:
    """Let go of the pipes without flushing into them what the parent sends too."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            os.dup2(nowhere, pipe.fileno(), inheritable=False)
    os.close(nowhere)


def _close_pipes(child: subprocess.Popen[bytes]) -> None:
    """Close our ends, even where something unsent is lost with them."""
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
