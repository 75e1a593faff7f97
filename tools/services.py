"""Private servers for the tests: PostgreSQL, Redis and an S3-compatible store.

Each listens on a free port of 127.0.0.1, keeps its files in a folder of its own, and
ends with the process that started it, however that process ends. From the shell:
`python -m tools.services postgresql` prints the address and serves until Ctrl-C.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import MappingProxyType
from typing import Final

import psycopg
from sqlalchemy import make_url

from tools import processes

PREFIX: Final = "continuing-education-tests"
PATIENCE: Final = 60.0

INITDB_OPTIONS: Final = (
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--no-sync",
)
BACKUP_OPTIONS: Final = ("--write-recovery-conf", "--checkpoint=fast", "--no-sync")
# A test database is thrown away: what protects data only costs time here.
POSTGRES_HASTE: Final = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}
POSTGRES_OPTIONS: Final = {
    "autovacuum": "off",
    "shared_buffers": "128MB",
    "max_connections": "100",
    "max_wal_size": "4GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "fatal",
}
FOLLOWED: Final = {
    "wal_level": "replica",
    "max_wal_senders": "4",
    # What is committed is on its way.
    "synchronous_commit": "local",
}
"""With these a PostgreSQL may have replicas."""
FOLLOWING: Final = FOLLOWED | {"hot_standby": "on"}


class MissingProgramError(RuntimeError):
    """A server program is not installed on this machine."""


def find_program(name: str) -> str:
    """Return the path of a server program, also where Debian hides PostgreSQL's."""
    hidden = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    folders = [os.environ.get("PATH", ""), *map(str, hidden), "/usr/sbin"]
    if found := shutil.which(name, path=os.pathsep.join(folders)):
        return found
    raise MissingProgramError(f"{name} is not installed; run `make system-packages`")


@contextlib.contextmanager
def postgresql(
    *,
    is_durable: bool = False,
    kept: Path | None = None,
    options: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """Run a PostgreSQL cluster and give the address of its first database.

    It is empty and thrown away, or kept in a folder for the next time. A durable one
    takes PostgreSQL's own word on what it writes when.
    """
    postgres, user = find_program("postgres"), _unprivileged_user()
    place = _folder(owner=user) if kept is None else _kept_folder(kept, owner=user)
    with place as folder:
        data = folder / "data"
        if not data.exists():
            _initialise(data, user)
        port = free_port()
        chosen = (
            POSTGRES_OPTIONS | ({} if is_durable else POSTGRES_HASTE) | dict(options)
        )
        flags = [f"-c{name}={value}" for name, value in chosen.items()]
        command = [postgres, "-D", str(data), "-p", str(port), *flags]
        # SIGINT is PostgreSQL's fast stop: it does not wait for clients.
        with _server(command, folder, port=port, stop=signal.SIGINT, user=user):
            _wait_until_answering(port)
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def replica(primary: str) -> Iterator[str]:
    """Run a PostgreSQL that follows the one at this address, and give its address."""
    user = _unprivileged_user()
    source = make_url(primary).set(drivername="postgresql")
    address = source.render_as_string(hide_password=False)
    with _folder(owner=user) as folder:
        options = ["-D", str(folder / "data"), "-d", address, *BACKUP_OPTIONS]
        _run([find_program("pg_basebackup"), *options], folder, user)
        with postgresql(kept=folder, options=FOLLOWING) as url:
            yield url


def _initialise(data: Path, user: str | None) -> None:
    options = ["-D", str(data), "-U", "postgres", *INITDB_OPTIONS]
    _run([find_program("initdb"), *options], data.parent, user)


def _run(command: list[str], folder: Path, user: str | None) -> None:
    """Run one of PostgreSQL's programs in the folder."""
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        user=user,
        cwd=folder,
        env=_environment(),
    )


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """Run an empty Redis that keeps nothing and give its address."""
    program = find_program("redis-server")
    port = free_port()
    with _folder() as folder:
        command = [program, "--port", str(port), "--bind", "127.0.0.1"]
        command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
        with _server(command, folder, port=port):
            yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def s3() -> Iterator[str]:
    """Run an empty S3-compatible store (any key and secret do) and give its address."""
    port = free_port()
    with _folder() as folder:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1"]
        command += ["-p", str(port)]
        with _server(command, folder, port=port):
            yield f"http://127.0.0.1:{port}"


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sweep_leftovers() -> None:
    """Remove the folders of runs that were killed before they could tidy up."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}-*"):
        owner = folder.name.split("-")[-2]
        if owner.isdigit() and not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _folder(owner: str | None = None) -> Iterator[Path]:
    sweep_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}-{os.getpid()}-"))
    if owner is not None:
        shutil.chown(folder, owner)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _kept_folder(folder: Path, *, owner: str | None) -> Iterator[Path]:
    if owner is not None:
        shutil.chown(folder, owner)
    yield folder


@contextlib.contextmanager
def _server(
    command: list[str],
    folder: Path,
    *,
    port: int,
    stop: signal.Signals = signal.SIGTERM,
    user: str | None = None,
) -> Iterator[None]:
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            cwd=folder,
            user=user,
            env=_environment(),
            preexec_fn=processes.ends_with_parent(stop),  # noqa: PLW1509 - a system call
        )
    try:
        if not processes.wait_until_open(process, port, patience=PATIENCE):
            raise RuntimeError(f"{command[0]} did not start:\n{log.read_text()}")
        yield
    finally:
        processes.stop(process, by=stop, within=10)


def _wait_until_answering(port: int) -> None:
    # PostgreSQL opens its port a moment before it lets anybody in.
    deadline = time.monotonic() + PATIENCE
    address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _unprivileged_user() -> str | None:
    """Name whom PostgreSQL runs as where the caller is root, which it refuses."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _environment() -> dict[str, str]:
    # Servers must not inherit coverage, proxies or settings of the program under test.
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    return kept | {"LC_ALL": "C.UTF-8", "HOME": tempfile.gettempdir()}


SERVICES: Final[dict[str, Callable[[], AbstractContextManager[str]]]] = {
    "postgresql": postgresql,
    "redis": redis,
    "s3": s3,
}


def main() -> None:
    """Run the named services until Ctrl-C."""
    wanted = sys.argv[1:] or list(SERVICES)
    if unknown := set(wanted) - set(SERVICES):
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(SERVICES)}")
    with contextlib.ExitStack() as stack:
        for name in wanted:
            print(f"{name}: {stack.enter_context(SERVICES[name]())}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()


if __name__ == "__main__":
    main()
