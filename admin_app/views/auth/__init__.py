"""Signing in and out, identities, passwords, picture codes."""

from flask import Blueprint, Flask

blueprint = Blueprint("auth", __name__)


def register(app: Flask) -> None:
    """Give the program these addresses."""
    # The modules fill the blueprint when they are imported.
    from admin_app.views.auth import (  # noqa: F401, PLC0415
        contacts,
        identities,
        password,
        pictures,
        recovery,
        resuming,
        second_step,
        sign_in,
        urging,
    )

    app.register_blueprint(blueprint)
