"""通知公告: written by HR authorities and the platform (R07)."""

from typing import Any

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import Form, MultipleFileField

from admin_app import models as m
from admin_app.enums import AttachmentPurpose, NoticeAudience
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.operations.notices import (
    TOO_MANY,
    attachments_of,
    refuse_notice,
    replace_attachments,
)
from admin_app.permissions import Actor
from admin_app.rules.attachments import MAX_ATTACHMENTS, MAX_BYTES
from admin_app.rules.papers import is_paper
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.filters import ChoiceFilter, DateFilter, PrefixFilter
from admin_app.views.admin.registry import entity
from admin_app.views.shown import told_attachments
from admin_app.web.clock import now, today
from admin_app.web.refusals import show_on
from admin_app.web.storage import remove_file, store_image, store_paper


@entity(m.Notice, module="notices", label="通知公告", menu="通知公告")
class Notices(EntityView):
    """Notices, shown on the home page and in the workplaces they are meant for."""

    column_list = (
        "title",
        "audience",
        "unit.name",
        "published_from",
        "published_until",
    )
    column_sortable_list = ("id", "published_from")
    form_columns = ("title", "body", "audience", "published_from", "published_until")
    filters = (
        lambda: PrefixFilter("title"),
        lambda: ChoiceFilter("audience"),
        lambda: DateFilter("published_from"),
    )
    edit_template = create_template = "admin/notices/form.html"
    takes_files = True

    def scaffold_form(self) -> type[Form]:
        """Ask for files beside the text."""
        form = super().scaffold_form()
        form.audience.kwargs["description"] = _l(
            "平台和省级人社部门面向“所有人”的公告在首页公开，"
            "其他人社部门的公告只有本级及下级单位的人员登录后可见"
        )
        form.attachments = MultipleFileField(
            _l("附件"),
            description=_l("JPG、PNG 图片或 PDF 文件，最多 5 个，每个不超过 5 MB"),
            render_kw={
                "accept": "image/jpeg,image/png,application/pdf",
                "data-max-files": MAX_ATTACHMENTS,
                "data-max-bytes": MAX_BYTES,
            },
        )
        return form

    def create_form(self, obj: Any = None) -> Form:
        """Begin with a notice for the units below from today on."""
        form = super().create_form(obj)
        if request.method == "GET":
            form["published_from"].data = today()
            form["audience"].data = NoticeAudience.employers
        return form

    def _save(self, form: Form, record: Any) -> bool:
        # Files take their time: they are kept before the writes begin.
        actor = self.actor
        db.session.rollback()
        try:
            g.added_files = _kept_files(actor)
        except Refused as refused:
            show_on(form, refused)
            return False
        is_saved = super()._save(form, record)
        _remove_unclaimed(g.pop("removed_files", []))
        return is_saved

    def save(self, form: Form, record: Any) -> None:
        """Write the text, then the files."""
        del form["attachments"]
        if record is None:
            record = self.build_new_instance()
            self.prepare(record)
        session = db.session()
        with session.no_autoflush:
            form.populate_obj(record)
            refuse_notice(record)
        session.add(record)
        session.flush()
        g.removed_files = replace_attachments(
            session,
            record,
            removed={read_key(raw) or 0 for raw in request.form.getlist("removed")},
            added=g.added_files,
            most=MAX_ATTACHMENTS,
        )

    def delete(self, record: Any) -> None:
        """Delete the notice with its files."""
        session = db.session()
        attachments = attachments_of(session, record.id)
        g.removed_files = [attachment.key for attachment in attachments]
        for attachment in attachments:
            session.delete(attachment)
        session.flush()
        session.delete(record)

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> ResponseReturnValue:
        """Delete a notice, then its files."""
        answer: ResponseReturnValue = super().delete_view()
        _remove_unclaimed(g.pop("removed_files", []))
        return answer

    def render(self, template: str, **kwargs: Any) -> str:
        """Show the files that the notice has."""
        if record := kwargs.get("record"):
            kwargs["attachments"] = told_attachments(db.session(), record.id)
        page: str = super().render(template, **kwargs)
        return page


def _kept_files(actor: Actor) -> list[m.Attachment]:
    uploads = [f for f in request.files.getlist("attachments") if f.filename]
    if len(uploads) > MAX_ATTACHMENTS:
        raise Refused(TOO_MANY, field="attachments", most=MAX_ATTACHMENTS)
    return [
        (store_paper if is_paper(upload.filename or "") else store_image)(upload).claim(
            purpose=AttachmentPurpose.notice,
            uploaded_by_id=actor.account_id,
            uploaded_at=now(),
        )
        for upload in uploads
    ]


def _remove_unclaimed(keys: list[str]) -> None:
    """Remove the files whose rows are gone for good: a rollback leaves both."""
    still = select(m.Attachment.key).where(m.Attachment.key.in_(keys))
    for key in set(keys) - set(db.session.scalars(still)):
        remove_file(key)
