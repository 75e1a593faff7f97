"""What stands in the side menu, and in which order (U14)?"""

from typing import Any, Final

from flask import current_app, url_for
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
    found = [home]
    for group, icon in GROUPS.items():
        items = [
            _item(str(view.name), f"{view.url}/", view.endpoint == endpoint)
            for view in _screens()
            if view.group == group and view.is_shown(actor)
        ]
        if items:
            found.append({"label": _(group), "icon": icon, "items": items})
    return found


def _item(label: str, url: str, is_active: bool) -> dict[str, Any]:  # noqa: FBT001 (a field)
    return {"label": label, "url": url, "is_active": is_active, "badge": None}


def _screens() -> list[Any]:
    screens: list[Any] = current_app.extensions["admin_screens"]
    pages: list[Any] = current_app.extensions["admin_pages"]
    return [*screens, *pages]
