"""What anybody may see: home, notices, guide, certificate check, choice of language."""

from flask import Blueprint, Flask

blueprint = Blueprint("public", __name__)


def register(app: Flask) -> None:
    """Give the program these addresses."""
    # The modules fill the blueprint when they are imported.
    from admin_app.views.public import (  # noqa: F401, PLC0415
        certificates,
        health,
        home,
        language,
        looks,
    )

    app.register_blueprint(blueprint)
