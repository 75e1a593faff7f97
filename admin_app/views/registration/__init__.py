"""Registering a unit or oneself, and following what became of it."""

from flask import Blueprint, Flask

blueprint = Blueprint("registration", __name__, url_prefix="/register")


def register(app: Flask) -> None:
    """Give the program these addresses."""
    # The modules fill the blueprint when they are imported.
    from admin_app.views.registration import (  # noqa: F401, PLC0415
        corrections,
        facts,
        individual,
        pickers,
        progress,
        unit,
    )

    app.register_blueprint(blueprint)
