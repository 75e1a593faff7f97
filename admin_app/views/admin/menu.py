"""What stands in the side menu, and in which order (U14)?"""

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from flask import Flask, current_app, get_template_attribute, url_for
from markupsafe import Markup

from admin_app.permissions import Actor
from admin_app.web.i18n import worded as _
from admin_app.web.templating import language

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


class Menus:
    """The menus of a program, each made once for everybody with the same rights."""

    def __init__(self, views: list[Any]) -> None:
        """Choose among these screens and pages."""
        self.views = views
        self.screens = lru_cache(maxsize=512)(self._screens)
        self.groups = lru_cache(maxsize=256)(self._groups)
        self.drawn = lru_cache(maxsize=256)(self._drawn)

    def _screens(self, actor: Actor) -> dict[str, list[Any]]:
        shown = [view for view in self.views if view.is_shown(actor)]
        found = {g: [view for view in shown if view.group == g] for g in GROUPS}
        return {group: members for group, members in found.items() if members}

    def _groups(self, actor: Actor, _language: str) -> list[dict[str, Any]]:
        home = {
            "label": _("首页"),
            "icon": "layout-dashboard",
            "entries": [_entry(_("首页"), url_for("admin.index"), "admin")],
        }
        others = [
            {
                "label": _(group),
                "icon": GROUPS[group],
                "entries": [
                    _entry(str(view.name), f"{view.url}/", view.endpoint)
                    for view in views
                ],
            }
            for group, views in self.screens(actor).items()
        ]
        return [home, *others]

    def _drawn(self, actor: Actor, _language: str, endpoint: str) -> Markup:
        draw = get_template_attribute("macros/side_menu.html", "side_menu")
        drawn: Markup = draw(groups(actor), endpoint)
        return drawn


def init_menus(app: Flask) -> None:
    """Let this program's menus show its screens and pages."""
    views = [*app.extensions["admin_screens"], *app.extensions["admin_pages"]]
    app.extensions["admin_menus"] = Menus(views)


def side_menu(actor: Actor, endpoint: str) -> Markup:
    """Return the menu beside a screen as it is sent; no group is empty."""
    return _menus().drawn(_sort_of(actor), language(), endpoint)


def groups(actor: Actor) -> list[dict[str, Any]]:
    """Return the groups with a screen that the actor may see; no other is shown."""
    return _menus().groups(_sort_of(actor), language())


def _menus() -> Menus:
    menus: Menus = current_app.extensions["admin_menus"]
    return menus


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


def _entry(label: str, url: str, endpoint: str) -> dict[str, Any]:
    return {"label": label, "url": url, "endpoint": endpoint}
