"""Which queues does the actor decide in?"""

from typing import Any

from flask import current_app

from admin_app.permissions import Actor, permits
from admin_app.views.admin.base import EntityView


def queues(actor: Actor) -> list[EntityView]:
    """Return the screens where records wait for the actor's decision, in their order."""
    screens: list[EntityView] = current_app.extensions["admin_screens"]
    return [
        screen
        for screen in screens
        if screen.tabs
        and screen.tabs[0].name == "pending"
        and screen.is_shown(actor)
        and any(_decides(screen, action, actor) for action in screen.batch_actions)
    ]


def _decides(screen: EntityView, action: Any, actor: Actor) -> bool:
    right = f"{screen.module}:{action.verb}"
    return action.name == "approve" and permits(actor, right)
