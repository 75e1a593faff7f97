"""Paths of units and departments: the ids from the top down, `/1/5/100/`."""


def steps_of(path: str) -> list[int]:
    """Return the ids on a path from the top down."""
    return [int(step) for step in path.strip("/").split("/") if step]


def way_up(path: str) -> list[int]:
    """Return the ids from the end of a path up to the top."""
    return steps_of(path)[::-1]
