"""In which colour is a state told, or an act, in lists and on badges alike?"""

import enum
from collections.abc import Mapping
from typing import Final

from flask import Flask

from admin_app.enums import Action

TONES: Final[Mapping[str, str]] = {
    "pending": "blue",
    "running": "blue",
    "approved": "green",
    "done": "green",
    "rejected": "red",
    "revoked": "red",
    "failed": "red",
}
"""Colours by the name of a state; the others are gray."""


ACT_TONES: Final[Mapping[Action, str]] = {
    Action.approve: "green",
    Action.reject: "red",
    Action.revoke: "red",
    Action.hand_up: "blue",
    Action.restore: "green",
}
"""Colours of what was done to a record; the others are secondary."""


def tone_of(state: enum.Enum) -> str:
    """Return the colour of a state."""
    return TONES.get(state.name, "gray")


def act_tone(action: Action) -> str:
    """Return the colour of an act."""
    return ACT_TONES.get(action, "secondary")


def init_app(app: Flask) -> None:
    """Give templates `tone_of(state)`."""
    app.jinja_env.globals["tone_of"] = tone_of
