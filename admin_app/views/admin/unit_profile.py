"""单位资料管理: what the unit tells of itself, its scan, and what was changed (U15)."""

import datetime as dt
from typing import Any, Final

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload
from typing_extensions import override

from admin_app import models as m
from admin_app.enums import AttachmentPurpose
from admin_app.errors import Conflict, Refused
from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.forms.unit_profile import UnitProfileForm, UnitScanForm
from admin_app.operations import unit_profiles
from admin_app.operations.unit_profiles import UnitProfile
from admin_app.permissions import Actor, permits
from admin_app.views.admin import changes
from admin_app.views.admin.pages import TaskPage
from admin_app.views.registration.choices import offer
from admin_app.web.clock import now
from admin_app.web.i18n import name_of
from admin_app.web.once import once
from admin_app.web.refusals import show_on, translate
from admin_app.web.storage import remove_file, store_image
from admin_app.web.transactions import saving

EDIT: Final = "unit_profile:edit"
NEVER: Final = dt.datetime.min.replace(tzinfo=dt.UTC)
RELATED: Final = ("superior", "region", "nature", "level", "industry")


class OwnUnit(TaskPage):
    """The unit's own page: ordinary data are saved at once, the rest goes to review."""

    title = "单位资料管理"
    group = "单位资料管理"
    permission = "unit_profile:view"
    path = "unit-profile"

    @classmethod
    @override
    def is_shown(cls, actor: Actor) -> bool:
        """Leave the unit's own data to who administers the whole unit."""
        return actor.department_id is None and super().is_shown(actor)

    @expose("/", methods=("GET", "POST"))
    @once
    def index(self) -> ResponseReturnValue:
        """Show the unit's data, or save what was changed of them."""
        if request.method != "POST":
            return self._page()
        self.require(EDIT)
        form = UnitProfileForm(request.form)
        offer(form, db.session())
        if form.validate():
            try:
                with saving() as session:
                    unit_profiles.save_profile(
                        session,
                        actor=self.actor,
                        profile=_profile(form),
                        seen_at=_moment(form.seen_at.data),
                    )
            except Refused as refused:
                show_on(form, refused)
                if isinstance(refused, Conflict):
                    # Who was told of another's change may save over it.
                    form.seen_at.data = ""
            else:
                flash(_("已保存"), "success")
                return redirect(url_for(".index"), 303)
        return self._page(form, status=422)

    @expose("/scan", methods=("POST",))
    @once
    def scan(self) -> ResponseReturnValue:
        """Take in another scan of the unit's papers."""
        self.require(EDIT)
        form = UnitScanForm(request.files)
        try:
            self._keep(form)
        except Refused as refused:
            form.scan.errors = [translate(refused)]
            return self._page(scan_form=form, status=422)
        flash(_("扫描件已更换"), "success")
        return redirect(url_for(".index"), 303)

    def _keep(self, form: UnitScanForm) -> None:
        if not form.scan.is_given:
            raise Refused("请选择要上传的扫描件图片。")
        # The picture is encoded anew before the transaction, because it is slow.
        db.session.rollback()
        stored = store_image(form.scan.data)
        try:
            with saving() as session:
                picture = stored.claim(
                    purpose=AttachmentPurpose.unit_scan,
                    uploaded_by_id=self.actor.account_id,
                    uploaded_at=now(),
                )
                unit_profiles.replace_scan(session, actor=self.actor, scan=picture)
        except BaseException:
            remove_file(stored.key)
            raise

    def _page(
        self,
        form: UnitProfileForm | None = None,
        *,
        scan_form: UnitScanForm | None = None,
        status: int = 200,
    ) -> ResponseReturnValue:
        unit = self._unit()
        if form is None:
            form = UnitProfileForm(obj=unit)
            offer(form, db.session())
        if not form.seen_at.data:
            form.seen_at.data = unit.updated_at.isoformat()
        scan = unit_profiles.current_scan(db.session(), unit.id)
        told, older = changes.page_of(unit, read_key(request.args.get("before")))
        body = self.render(
            "admin/unit_profile.html",
            unit=unit,
            names={name: _named(getattr(unit, name)) for name in RELATED},
            form=form,
            may_edit=permits(self.actor, EDIT),
            scan_form=scan_form or UnitScanForm(),
            pictures=[_shown(scan)] if scan else [],
            changes=told,
            older_url=url_for(".index", before=older) if older else "",
        )
        return body, status

    def _unit(self) -> m.Unit:
        relations = [joinedload(getattr(m.Unit, name)) for name in RELATED]
        return db.session.get_one(
            m.Unit, self.actor.unit_id, options=relations, populate_existing=True
        )


def _profile(form: UnitProfileForm) -> UnitProfile:
    return UnitProfile(
        **{name: form[name].data for name in UnitProfile.__dataclass_fields__}
    )


def _moment(text: str | None) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return NEVER
    return found if found.tzinfo else NEVER


def _named(row: Any) -> str:
    return name_of(row) if row is not None else ""


def _shown(scan: m.Attachment) -> dict[str, str]:
    return {"url": url_for("files.show", key=scan.key), "name": scan.file_name}
