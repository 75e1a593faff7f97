"""How long who has used the processor: this process, its servers and its database."""

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Self

TICK = os.sysconf("SC_CLK_TCK")
PARENT, USED = 1, slice(11, 15)
"""Places in /proc/…/stat after the name (proc(5)): own and waited-for children's time."""


@dataclass(frozen=True)
class Used:
    """Seconds of the processor, of the clients in this process and of what it started."""

    clients: float = 0.0
    workers: float = 0.0
    database: float = 0.0

    @classmethod
    def by_now(cls) -> Self:
        """Return what was used up to now, by everybody below this process."""
        names, seconds, below = {}, {}, defaultdict(list)
        for file in Path("/proc").glob("[0-9]*/stat"):
            try:
                told = file.read_text()
            except OSError:
                continue
            head, _, rest = told.rpartition(")")
            values = rest.split()
            pid = int(file.parent.name)
            names[pid] = head.partition("(")[2]
            seconds[pid] = sum(int(ticks) for ticks in values[USED]) / TICK
            below[int(values[PARENT])].append(pid)
        started = list(below[os.getpid()])
        for pid in started:
            started += below[pid]
        database = [pid for pid in started if names[pid].startswith("postgres")]
        workers = set(started) - set(database)
        return cls(
            clients=sum(os.times()[:2]),
            workers=sum(seconds[pid] for pid in workers),
            database=sum(seconds[pid] for pid in database),
        )

    def __sub__(self, other: Self) -> "Used":
        """Return what was used since."""
        return Used(
            self.clients - other.clients,
            self.workers - other.workers,
            self.database - other.database,
        )

    def __str__(self) -> str:
        """Tell it in seconds."""
        return (
            f"workers {self.workers:.1f} s, database {self.database:.1f} s,"
            f" clients {self.clients:.1f} s"
        )
