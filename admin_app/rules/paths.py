"""Paths of units: the ids from the root down, `/1/5/100/`."""


def way_up(path: str) -> list[int]:
    """Return the ids from the unit of this path up to the root."""
    return [int(step) for step in path.strip("/").split("/")][::-1]
