"""Child processes that never outlive the program that started them."""

import ctypes
import signal
import socket
import subprocess
import time
from collections.abc import Callable
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
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        if is_open(port, host=host):
            return True
        time.sleep(0.02)
    return False


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
