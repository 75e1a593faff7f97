"""What stands in the side menu, and in which order (U14)?"""

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from flask import Flask, current_app, url_for
from flask_babel import gettext as _

from admin_app.permissions import Actor

UNIT_GROUPS: Final = {
    "单位资料管理": "building",
    "管理直属账户": "sitemap",
    "审核账户": "user-check",
    "学时学分申报": "edit",
    "单位申报记录": "list-details",
    "学时学分审批": "clipboard-check",
    "批量导入": "file-import",
    "查询统计": "search",
}
"""The eight groups of the employer's guide, in its order, with their icons."""

FIRST_GROUPS: Final = {"待办": "inbox"}
"""What an administrator opens before all others."""
PLATFORM_GROUPS: Final = {
    "基础数据": "list-details",
    "学习形式": "book",
    "年度要求与流程": "calendar-stats",
    "证书": "certificate",
    "账号与权限": "user-cog",
    "通知公告": "speakerphone",
    "业务数据": "clipboard-list",
    "系统": "settings",
}
GROUPS: Final = {**FIRST_GROUPS, **UNIT_GROUPS, **PLATFORM_GROUPS}


def groups(actor: Actor, endpoint: str) -> list[dict[str, Any]]:
    """Return the groups with a screen that the actor may see; no other is shown."""
    home = {
        "label": _("首页"),
        "icon": "layout-dashboard",
        "items": [_item(_("首页"), url_for("admin.index"), endpoint == "admin")],
    }
    shown: dict[str, list[Any]] = current_app.extensions["admin_menus"](_sort_of(actor))
    others = [
        {
            "label": _(group),
            "icon": GROUPS[group],
            "items": [
                _item(str(view.name), f"{view.url}/", view.endpoint == endpoint)
                for view in views
            ],
        }
        for group, views in shown.items()
    ]
    return [home, *others]


def init_menus(app: Flask) -> None:
    """Keep which screens stand in whose menu: it follows from the rights alone."""
    views = [*app.extensions["admin_screens"], *app.extensions["admin_pages"]]

    @lru_cache(maxsize=512)
    def menus(actor: Actor) -> dict[str, list[Any]]:
        shown = [view for view in views if view.is_shown(actor)]
        found = {g: [view for view in shown if view.group == g] for g in GROUPS}
        return {group: members for group, members in found.items() if members}

    app.extensions["admin_menus"] = menus


def _sort_of(actor: Actor) -> Actor:
    """Return an actor with the same rights who is nobody in particular."""
    return replace(
        actor,
        account_id=0,
        person_id=0,
        name="",
        assignment_id=None,
        unit_id=None if actor.unit_id is None else 0,
        unit_name="",
        unit_path="",
        department_id=None if actor.department_id is None else 0,
        department_path="",
    )


def _item(label: str, url: str, is_active: bool) -> dict[str, Any]:  # noqa: FBT001 (a field)
    return {"label": label, "url": url, "is_active": is_active, "badge": None}
