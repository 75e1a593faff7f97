"""How long does it take, fairly? Interleaved rounds, the first thrown away, medians."""

import random
import statistics
import time
from collections.abc import Callable, Mapping


def medians(cases: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median milliseconds of each case."""
    dice = random.Random(41)
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for round_number in range(rounds + 1):
        for name in dice.sample(list(cases), len(cases)):
            started = time.perf_counter()
            cases[name]()
            if round_number:
                taken[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(values) for name, values in taken.items()}
