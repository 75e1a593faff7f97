"""The limited child process: reads jobs from standard input, answers on output.

Started by sandbox.py as a script. It holds no connection, no secret and no web
stack, may use no network and start no process, and ends with its parent.
"""

import importlib
import os
import resource
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

PACKAGE = Path(__file__).parents[1]
LENGTH = struct.Struct(">Q")
OPEN_FILES = 64
MEBIBYTE = 1 << 20
FORBIDDEN = {"socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen"}
FORBIDDEN |= {"os.system", "os.exec", "os.posix_spawn", "os.fork"}


def main() -> None:
    """Answer jobs until standard input ends."""
    memory_mb, seconds = int(sys.argv[1]), int(sys.argv[2])
    answers = private_output()
    stand_in_for_package()
    # Set before anything is read from outside; libraries load under it too.
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MEBIBYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(refuse_outside)
    while (target := read_frame(sys.stdin.buffer)) is not None:
        payload = read_frame(sys.stdin.buffer)
        if payload is None:
            return
        allow_processor_time(seconds)
        write_frame(answers, answer(target.decode(), payload))


def private_output() -> BinaryIO:
    """The real output; whatever a library prints goes to standard error instead."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def stand_in_for_package() -> None:
    """Let modules of the package be imported without its __init__.

    That one builds the whole application; the child needs only the job's module.
    """
    package = ModuleType(PACKAGE.name)
    package.__path__ = [str(PACKAGE)]
    sys.modules[PACKAGE.name] = package


def refuse_outside(event: str, _details: tuple[object, ...]) -> None:
    """Audit hook: whatever a document asks for, there is no network and no shell."""
    if event in FORBIDDEN:
        raise PermissionError(event)


def allow_processor_time(seconds: int) -> None:
    """Give this job so much more; a child whose parent died cannot spin for ever."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def answer(target: str, payload: bytes) -> bytes:
    """The reply to one job: + and its result, or - and the kind of error."""
    try:
        module, _, name = target.partition(":")
        job: Callable[[bytes], bytes] = getattr(importlib.import_module(module), name)
        return b"+" + job(payload)
    except Exception as error:  # noqa: BLE001 - hostile input raises anything (IN-05)
        return b"-" + type(error).__name__.encode("ascii", "replace")


def read_frame(source: BinaryIO) -> bytes | None:
    """The next length-prefixed part, or None where the parent has gone."""
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    body = source.read(size)
    return body if len(body) == size else None


def write_frame(sink: BinaryIO, body: bytes) -> None:
    """Send one length-prefixed part."""
    sink.write(LENGTH.pack(len(body)) + body)
    sink.flush()


if __name__ == "__main__":
    main()
