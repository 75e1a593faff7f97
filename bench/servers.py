"""gunicorn with two synchronous workers over the product, the floor and the rivals."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.places import DATA_KEY, FOLDER
from config.settings import PROJECT
from tools.processes import ends_with_parent, stop, wait_until_open
from tools.services import free_port

RIVALS = PROJECT / "bench" / "rivals"
VENV = PROJECT / ".cache" / "bench-rivals"
PLAIN = ("--workers", "2", "--worker-class", "sync", "--preload")
OWN = ("--config", "config/gunicorn.py", *PLAIN, "--threads", "1")
"""The product's own settings, with the workers of the others."""


class NotServingError(Exception):
    """A server did not start; the message is its log."""


def product_environment(url: str, **more: str) -> dict[str, str]:
    """Return the settings of the product over a database."""
    return {
        "CE_ENVIRONMENT": "testing",
        "CE_DATABASE_URL": url,
        "CE_DATA_KEYS": DATA_KEY,
        "CE_INSTANCE_PATH": str(FOLDER / "instance"),
        "CE_CAPTCHA_ENABLED": "false",
        "CE_LOG_LEVEL": "WARNING",
        "CE_PROXY_HOPS": "1",
        "CE_MAIL_SENDER": "off",
        "CE_SMS_SENDER": "off",
        **more,
    }


@contextmanager
def serving(
    program: str,
    environment: Mapping[str, str],
    *,
    options: tuple[str, ...] = PLAIN,
    python: str = sys.executable,
) -> Iterator[int]:
    """Serve a program on a free port of 127.0.0.1 and give the port."""
    port = free_port()
    bound = ("--bind", f"127.0.0.1:{port}", "--no-control-socket")
    command = [python, "-m", "gunicorn", *options, *bound, "--timeout", "120", program]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=os.environ | {"CE_PORT": str(port), **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - a system call
        )
        try:
            if not wait_until_open(process, port):
                log.seek(0)
                raise NotServingError(log.read().decode())
            yield port
        finally:
            stop(process, by=signal.SIGTERM, within=20)


def rival_python() -> str | None:
    """Return the Python that Django is installed for, if it is."""
    python = VENV / "bin" / "python"
    return str(python) if Path(python).exists() else None
