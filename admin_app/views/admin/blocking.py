"""What stands in the way of an administrator, with a link to each that they may see."""

from flask import current_app, url_for

from admin_app.errors import Refused
from admin_app.operations.blockers import Blocker
from admin_app.permissions import Actor
from admin_app.views import blocking


def what_blocks(refused: Refused, actor: Actor) -> list[blocking.Group]:
    """Return what the refusal lists; a record that no screen opens has no link."""
    return blocking.told(refused.values, lambda blocker: _url(blocker, actor))


def _url(blocker: Blocker, actor: Actor) -> str:
    screens = current_app.extensions["admin_screens"]
    for screen in screens:
        if screen.kind is blocker.kind and screen.is_shown(actor):
            return url_for(f"{screen.endpoint}.details_view", id=blocker.record_id)
    return ""
