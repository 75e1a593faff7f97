"""The individual's own pages: declare, follow, complete, print."""

from typing import Any, Final

from flask import Blueprint, Flask, request, url_for
from flask_babel import gettext as _

blueprint = Blueprint("portal", __name__, url_prefix="/me")

MENU: Final = (
    ("portal.home", "首页", "home"),
    ("portal.declare", "学时学分申报", "edit"),
    ("portal.declarations", "申报进度查询", "list-details"),
    ("portal.completion", "年度完成情况", "calendar-stats"),
    ("portal.profile", "用户资料管理", "user-circle"),
)
"""The functions of P09, home first."""

PARENTS: Final = {
    "portal.declaration": "portal.declarations",
    "portal.edit_declaration": "portal.declarations",
    "portal.year": "portal.completion",
    **dict.fromkeys(
        (
            "portal.profile_lines",
            "portal.new_line",
            "portal.edit_line",
            "portal.profile_changes",
            "portal.profile_change",
            "portal.correct_change",
            "portal.correction",
            "portal.save_photo",
            "portal.transfer",
            "portal.transfer_details",
        ),
        "portal.profile",
    ),
}


def register(app: Flask) -> None:
    """Give the program these addresses."""
    # The modules fill the blueprint when they are imported.
    from admin_app.views.portal import (  # noqa: F401, PLC0415
        certificates,
        completion,
        correction,
        declare,
        home,
        photo,
        profile,
        profile_changes,
        records,
        transfers,
    )

    app.register_blueprint(blueprint)


@blueprint.context_processor
def menu() -> dict[str, Any]:
    """Give the shell of the portal its menu."""
    here = PARENTS.get(request.endpoint or "", request.endpoint)
    items = [
        {
            "label": _(label),
            "url": url_for(endpoint),
            "is_active": endpoint == here,
            "icon": icon,
        }
        for endpoint, label, icon in MENU
    ]
    return {"menu_items": items}
