"""How long does it take, fairly? Interleaved rounds, the first thrown away, medians."""

import random
import statistics
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Taken:
    """Median milliseconds: by the clock on the wall, and of this thread's processor."""

    wall: float
    cpu: float


def medians(
    cases: Mapping[Hashable, Callable[[], object]], rounds: int
) -> dict[Hashable, Taken]:
    """Return what each case takes, all of them in random order in each round."""
    dice = random.Random(41)
    walls: dict[Hashable, list[float]] = {name: [] for name in cases}
    cpus: dict[Hashable, list[float]] = {name: [] for name in cases}
    for round_number in range(rounds + 1):
        for name in dice.sample(list(cases), len(cases)):
            wall, cpu = time.perf_counter(), time.thread_time()
            cases[name]()
            if round_number:
                walls[name].append((time.perf_counter() - wall) * 1000)
                cpus[name].append((time.thread_time() - cpu) * 1000)
    return {
        name: Taken(statistics.median(walls[name]), statistics.median(cpus[name]))
        for name in cases
    }
