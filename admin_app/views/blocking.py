"""What a refusal lists as standing in the way, with a link to each that has a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from admin_app.operations.blockers import Blocker, by_kind


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one kind: what they are, how many, the first with their links."""

    label: str
    count: int
    lines: Sequence[tuple[str, str]]

    @property
    def left(self) -> int:
        """How many are not named."""
        return self.count - len(self.lines)


def told(
    values: Mapping[str, object], address: Callable[[Blocker], str]
) -> list[Group]:
    """Return what a refusal lists; `address` is empty where no page opens a record."""
    return [
        Group(
            _(blocking.kind.label),
            blocking.count,
            [(each.title, address(each)) for each in blocking.first],
        )
        for blocking in by_kind(values)
    ]
