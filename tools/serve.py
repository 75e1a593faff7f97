"""Bring the database up to date, then run the web server and the job consumer.

Both stop together: on Ctrl-C, on SIGTERM, or when one of them ends. Started by
`make run`.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Final

from config.settings import Settings
from tools.processes import ends_with_parent, is_open, stop, wait_until_open

PROJECT: Final = Path(__file__).resolve().parent.parent
PREPARE: Final = (["db", "upgrade"], ["seed", "reference"])
DEMO: Final = ["seed", "demo"]
WEB: Final = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py"]
JOBS: Final = ["jobs", "run"]
# A little longer than gunicorn's own graceful_timeout.
STOP_SECONDS: Final = 35


def main() -> None:
    """Serve until told to stop; the exit status is that of the part that ended."""
    settings = Settings()
    settings.refuse_unsafe()
    host = "127.0.0.1" if settings.host in {"", "0.0.0.0"} else settings.host  # noqa: S104  # nosec B104
    if is_open(settings.port, host=host):
        sys.exit(
            f"port {settings.port} is already in use; "
            f"choose another one: make run PORT={settings.port + 1}"
        )
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    for arguments in [*PREPARE, DEMO] if settings.demo else PREPARE:
        _run(arguments)
    sys.exit(_supervise(settings, host))


def _supervise(settings: Settings, host: str) -> int:
    signal.signal(signal.SIGTERM, _as_interrupt)
    parts: list[subprocess.Popen[bytes]] = []
    try:
        web = _start(WEB)
        parts.append(web)
        parts.append(_start(_flask(JOBS)))
        if wait_until_open(web, settings.port, host=host):
            _announce(settings)
        return _first_end(parts)
    except KeyboardInterrupt:
        print("\nstopping", flush=True)
        return 0
    finally:
        # A second Ctrl-C must not leave one of them running.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for part in reversed(parts):
            stop(part, by=signal.SIGTERM, within=STOP_SECONDS)


def _announce(settings: Settings) -> None:
    print(f"\n  {settings.base_url}\n", flush=True)
    if settings.demo:
        _run(["demo", "logins"])
    print("\nCtrl-C stops the web server and the job consumer.", flush=True)


def _first_end(parts: list[subprocess.Popen[bytes]]) -> int:
    while True:
        for part in parts:
            if (status := part.poll()) is not None:
                print(f"{part.args!r} ended with status {status}", file=sys.stderr)
                return status or 1
        time.sleep(0.5)


def _flask(arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "admin_app", *arguments]


def _run(arguments: list[str]) -> None:
    result = subprocess.run(_flask(arguments), cwd=PROJECT, check=False)
    if result.returncode:
        sys.exit(f"flask {' '.join(arguments)} failed")


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=PROJECT,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        # Ctrl-C reaches only this program, which then stops both gracefully.
        start_new_session=True,
        preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - a system call
    )


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
