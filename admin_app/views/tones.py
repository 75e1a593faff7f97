"""In which colour is a state told, in lists and on badges alike?"""

import enum
from collections.abc import Mapping
from typing import Final

from flask import Flask

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


def tone_of(state: enum.Enum) -> str:
    """Return the colour of a state."""
    return TONES.get(state.name, "gray")


def init_app(app: Flask) -> None:
    """Give templates `tone_of(state)`."""
    app.jinja_env.globals["tone_of"] = tone_of
