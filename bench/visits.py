"""Ask a server over HTTP, and compare pages fairly: interleaved, by medians."""

import random
import socket
import statistics
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from bench.counting import HEADER

LONGEST = 60.0
BUDGET = 6.0
"""So many seconds a page may take in all its rounds, but FEWEST times it is asked."""
FEWEST = 3


@dataclass(frozen=True)
class Request:
    """What is sent: where to, which path, as whom."""

    port: int
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def cost(self) -> tuple[int, float, float]:
        """How many statements, their milliseconds, and the processor's."""
        count, took, cpu = self.headers.get(HEADER.lower(), "0 0 0").split()
        return int(count), float(took), float(cpu)


def ask(request: Request) -> Answer:
    """Send a request over a connection of its own and read the whole answer."""
    method = "GET" if request.body is None else "POST"
    lines = [f"{method} {request.path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    lines += ["Connection: close"]
    body = request.body or b""
    if request.body is not None:
        lines.append(f"Content-Length: {len(body)}")
    sent = "\r\n".join([*lines, "", ""]).encode() + body
    began = time.perf_counter()
    address = ("127.0.0.1", request.port)
    with socket.create_connection(address, timeout=LONGEST) as connection:
        connection.sendall(sent)
        parts = []
        while part := connection.recv(1 << 16):
            parts.append(part)
    seconds = time.perf_counter() - began
    head, _, found = b"".join(parts).partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in rest)
    headers = {name.lower(): value for name, _, value in pairs}
    return Answer(int(first.split()[1]), headers, found, seconds)


def middle(found: list[float]) -> float:
    """Return the median without the first, which found everything cold."""
    later = found[1:] or found
    return statistics.median(later) if later else float("nan")


@dataclass
class Samples:
    """What one page took each time, and how its answer looked."""

    milliseconds: list[float] = field(default_factory=list)
    statements: int = 0
    database: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    size: int = 0
    failure: str = ""
    spent: float = 0.0

    @property
    def median(self) -> float:
        """The milliseconds by the clock on the wall."""
        return middle(self.milliseconds)

    def take(self, answer: Answer) -> None:
        """Note an answer."""
        if answer.status != 200:
            self.failure = f"{answer.status}"
            return
        self.milliseconds.append(answer.seconds * 1000)
        self.size = len(answer.body)
        if HEADER.lower() in answer.headers:
            self.statements, took, cpu = answer.cost
            self.database.append(took)
            self.processor.append(cpu)

    @property
    def is_done(self) -> bool:
        """Whether it is not worth the time to ask again."""
        often = len(self.milliseconds) >= FEWEST or self.spent > LONGEST
        return bool(self.failure) or (often and self.spent > BUDGET)


def compare(
    pages: Mapping[Hashable, Request], *, rounds: int, seconds: float
) -> dict[Hashable, Samples]:
    """Ask for every page once a round, in random order, until rounds or time are over."""
    dice, until = random.Random(41), time.monotonic() + seconds
    found = {name: Samples() for name in pages}
    for number in range(rounds + 1):
        if number > FEWEST and time.monotonic() > until:
            break
        for name in dice.sample(list(pages), len(pages)):
            samples = found[name]
            if samples.is_done:
                continue
            began = time.monotonic()
            try:
                samples.take(ask(pages[name]))
            except TimeoutError:
                samples.failure = f"> {LONGEST:.0f} s"
            samples.spent += time.monotonic() - began
    return found
