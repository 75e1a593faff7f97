"""Child processes that never outlive the program that started them."""

import ctypes
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Final

PR_SET_PDEATHSIG: Final = 1

_libc = ctypes.CDLL(None)


def ends_with_parent(stop: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn`: the kernel sends `stop` when the parent is gone."""

    def ask_kernel() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(stop))

    return ask_kernel


def is_open(port: int, *, host: str = "127.0.0.1") -> bool:
    """Whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def wait_until_open(
    process: subprocess.Popen[bytes],
    port: int,
    *,
    host: str = "127.0.0.1",
    patience: float = 60,
) -> bool:
    """Whether the process listens in time; False as soon as it has ended."""
    for _ in pauses(patience):
        if process.poll() is not None:
            return False
        if is_open(port, host=host):
            return True
    return False


def wait_until_closed(port: int, *, patience: float = 10) -> bool:
    """Whether nobody of this machine listens there within the time."""
    return any(not is_open(port) for _ in pauses(patience))


def pauses(patience: float) -> Iterator[None]:
    """Give a turn every few milliseconds until the time is up."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        yield
        time.sleep(0.02)


def stop(
    process: subprocess.Popen[bytes], *, by: signal.Signals, within: float
) -> None:
    """Ask the process to end, and end it when it has not done so in time."""
    process.send_signal(by)
    try:
        process.wait(timeout=within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
