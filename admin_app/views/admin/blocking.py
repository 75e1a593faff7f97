"""What a refusal lists as standing in the way, with a link to each that the actor sees."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, url_for
from flask_babel import gettext as _

from admin_app.errors import Refused
from admin_app.operations.blockers import Blocker, by_kind
from admin_app.permissions import Actor


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


def told(refused: Refused, actor: Actor) -> list[Group]:
    """Return what the refusal lists; a record that no screen opens has no link."""
    return [
        Group(
            _(blocking.kind.label),
            blocking.count,
            [(each.title, _url(each, actor)) for each in blocking.first],
        )
        for blocking in by_kind(refused.values)
    ]


def _url(blocker: Blocker, actor: Actor) -> str:
    screens = current_app.extensions["admin_screens"]
    for screen in screens:
        if screen.kind is blocker.kind and screen.is_shown(actor):
            return url_for(f"{screen.endpoint}.details_view", id=blocker.record_id)
    return ""
