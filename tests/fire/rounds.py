"""Rounds of a race: two tasks at once, how they ended, and what contradicts the claim."""

from collections import Counter
from dataclasses import dataclass, replace

from tests.fire.claims import half_states
from tests.fire.crew import Task


@dataclass
class Round:
    """Two tasks, and how they ended."""

    tasks: tuple[Task, Task]
    record_id: int
    outcomes: list = None
    between: object = None
    """What is put back before the next round."""

    @property
    def kinds(self):
        """How both ended, in the order of the tasks."""
        return tuple(each.kind for each in self.outcomes)


def run(crew, session, rounds, *, broken=(), most=0.006):
    """Let each round happen; return how many ended in which way.

    Without `most` the stagger is as long as the acts took in the round before: where one
    of them takes its lock much earlier than the other, both must be able to be first.
    In every fourth of these rounds one waits until the other must be through.
    """
    session.commit()
    longest = most or 0.006
    for number, each in enumerate(rounds):
        delays = [crew.stagger(longest), crew.stagger(longest)]
        if most is None and number % 4 == 3:
            delays = [0.0, longest] if number % 8 == 3 else [longest, 0.0]
        tasks = [
            replace(task, delay=delay, doubles=broken)
            for task, delay in zip(each.tasks, delays, strict=True)
        ]
        each.outcomes = crew.together(tasks)
        longest = most or max(outcome.seconds for outcome in each.outcomes)
        if each.between is not None:
            each.between()
    return Counter(each.kinds for each in rounds)


ONE_WINNER = {("done", "refused"), ("refused", "done")}


def faults(session, rounds, *, allowed=ONE_WINNER):
    """Everything that contradicts the claim of a race."""
    wrong = [
        (each.record_id, each.outcomes) for each in rounds if each.kinds not in allowed
    ]
    return wrong + half_states(session)
