"""What everybody who is signed in has for themself, whatever they act as."""

from typing import Any

from flask import Blueprint, Flask

from admin_app.views import portal
from admin_app.views.admin import menu
from admin_app.web.identity import current_actor

blueprint = Blueprint("account", __name__, url_prefix="/account")


def register(app: Flask) -> None:
    """Give the program these addresses."""
    # The modules fill the blueprint when they are imported.
    from admin_app.views.account import (  # noqa: F401, PLC0415
        lookings,
        messages,
        second_step,
        security,
        settings,
    )

    app.register_blueprint(blueprint)


@blueprint.context_processor
def shell() -> dict[str, Any]:
    """Dress the pages as the place that the person works in."""
    actor = current_actor()
    if actor is None:
        return {}
    if actor.is_individual:
        return {"shell": "portal/base.html", **portal.menu()}
    return {"shell": "admin/base.html", "side_menu": menu.side_menu(actor, "")}
