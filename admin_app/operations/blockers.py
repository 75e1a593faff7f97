"""What is under review and keeps a person or a unit as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from admin_app.enums import RecordKind


@dataclass(frozen=True, slots=True)
class Blocker:
    """A record under review that keeps its person or unit where they are.

    A refusal lists them in `values["blockers"]`, and in `values["counts"]` how many
    there are of each kind where it names the first ones only.
    """

    kind: RecordKind
    record_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Blocking:
    """The blockers of one kind: how many, and the first of them."""

    kind: RecordKind
    count: int
    first: tuple[Blocker, ...]


def by_kind(values: Mapping[str, object]) -> list[Blocking]:
    """Return what a refusal lists, one entry for each kind; none if it lists nothing."""
    blockers = values.get("blockers", ())
    counts = values.get("counts", {})
    assert isinstance(blockers, Sequence)
    assert isinstance(counts, Mapping)
    kinds = dict.fromkeys(blocker.kind for blocker in blockers)
    found = []
    for kind in kinds:
        first = tuple(blocker for blocker in blockers if blocker.kind is kind)
        found.append(Blocking(kind, counts.get(kind, len(first)), first))
    return found
