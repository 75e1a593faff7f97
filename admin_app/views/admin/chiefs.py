"""Doors about an administrator: make them the chief, give them a new password (U22, U23)."""

from typing import Any
from urllib.parse import quote

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _

from admin_app.enums import UserType
from admin_app.extensions import db
from admin_app.models import AdminAssignment
from admin_app.operations import administrators
from admin_app.operations.accounts import INITIAL_PASSWORD_LIFETIME
from admin_app.operations.identities import WINDOWS
from admin_app.views.admin.base import EntityView
from admin_app.web import entrance
from admin_app.web.clock import now
from admin_app.web.identity import sign_out
from admin_app.web.once import once
from admin_app.web.transactions import saving


class ChiefDoors(EntityView):
    """A screen of administrators with 设为超级管理员 and 重置密码."""

    details_template = "admin/unit_admins/details.html"

    def _carried(self) -> tuple[str, ...]:
        return (*super()._carried(), "is_chief", "is_disabled")

    def links(self, record: Any) -> list[dict[str, str]]:
        """Offer both doors beside the usual ones."""
        return [*super().links(record), *self.chief_links(record)]

    def chief_links(self, record: Any) -> list[dict[str, str]]:
        """Return the doors that make sense for this administrator now."""
        query = f"?id={record.id}&url={quote(self.return_url(), safe='/')}"
        doors = []
        if self.allows("hand_over") and not (record.is_chief or record.is_disabled):
            doors.append((_("设为超级管理员"), "hand-over", "shield-check"))
        if self.allows("reset_password"):
            doors.append((_("重置密码"), "reset-password", "key"))
        return [
            {"label": label, "url": f"{self.url}/{door}/{query}", "icon": icon}
            for label, door, icon in doors
        ]

    @expose("/hand-over/", methods=("GET", "POST"))
    @once
    def hand_over_view(self) -> ResponseReturnValue:
        """Say what will happen, then make the administrator the chief (U22)."""
        record = self.opened_for("hand_over")
        if request.method == "GET":
            return self._confirm("hand_over", record)
        unit, name = record.unit, record.account.person.name
        window = WINDOWS[unit.kind]
        loses = self.actor.unit_id == unit.id
        with saving() as session:
            administrators.hand_over(
                session, actor=self.actor, assignment=record, now=now()
            )
            if loses:
                sign_out()
        return self._handed_over(unit.name, name, window if loses else None)

    def _handed_over(
        self, unit: str, name: str, window: UserType | None
    ) -> ResponseReturnValue:
        if window is None:
            said = _("%(unit)s的超级管理员现在是%(name)s", unit=unit, name=name)
            flash(said, "success")
            return redirect(self.return_url(), 303)
        flash(
            _(
                "%(unit)s的超级管理员现在是%(name)s，您不再管理该单位；"
                "您的其他身份可以重新登录使用。",
                unit=unit,
                name=name,
            ),
            "success",
        )
        return redirect(url_for("auth.sign_in", user_type=window.name), 303)

    @expose("/reset-password/", methods=("GET", "POST"))
    @once
    def reset_password_view(self) -> ResponseReturnValue:
        """Say what will happen, then tell the new one-time password (AU-05)."""
        record = self.opened_for("reset_password")
        if request.method == "GET":
            return self._confirm("reset_password", record)
        with saving() as session:
            code = administrators.reset_password(
                session, actor=self.actor, account=record.account, now=now()
            )
            # Who was locked out by wrong passwords enters with the new one (AU-03).
            entrance.unlock(session, record.account.person.id_number)
        assert code is not None
        return self.tell_code(record, code)

    def tell_code(self, record: AdminAssignment, code: str) -> ResponseReturnValue:
        """Show a one-time password in this answer and in no other."""
        page = self.render(
            "admin/unit_admins/code.html",
            name=record.account.person.name,
            window=WINDOWS[record.unit.kind],
            code=code,
            hours=INITIAL_PASSWORD_LIFETIME.total_seconds() // 3600,
            return_url=url_for(".index_view"),
        )
        return Response(page)

    def _confirm(self, act: str, record: AdminAssignment) -> ResponseReturnValue:
        chief = administrators.chief_of(db.session(), record.unit_id)
        page = self.render(
            f"admin/unit_admins/{act}.html",
            record=record,
            name=record.account.person.name,
            unit_name=record.unit.name,
            former=chief.account.person.name if chief else "",
            is_oneself=bool(chief and chief.account_id == self.actor.account_id),
            return_url=self.return_url(),
        )
        return Response(page)
