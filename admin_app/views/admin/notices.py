"""通知公告: written by HR authorities and the platform (R07)."""

from typing import Any

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import Form, MultipleFileField

from admin_app import models as m
from admin_app.enums import AttachmentPurpose
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.operations.notices import (
    TOO_MANY,
    pictures_of,
    refuse_notice,
    replace_pictures,
)
from admin_app.permissions import Actor
from admin_app.rules.attachments import MAX_ATTACHMENTS
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.filters import ChoiceFilter, DateFilter, PrefixFilter
from admin_app.views.admin.registry import entity
from admin_app.web.refusals import show_on
from admin_app.web.storage import keep_image, remove_file


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
        """Ask for pictures beside the text."""
        form = super().scaffold_form()
        form.pictures = MultipleFileField(
            _l("图片附件"),
            description=_l("JPG 或 PNG，最多 5 张，每张不超过 5 MB"),
            render_kw={"accept": "image/jpeg,image/png"},
        )
        return form

    def _save(self, form: Form, record: Any) -> bool:
        # Pictures take their time: they are kept before the writes begin.
        actor = self.actor
        db.session.rollback()
        try:
            g.added_pictures = _kept_pictures(actor)
        except Refused as refused:
            refused.field = "pictures"
            show_on(form, refused)
            return False
        is_saved = super()._save(form, record)
        _remove_unclaimed(g.pop("removed_pictures", []))
        return is_saved

    def save(self, form: Form, record: Any) -> None:
        """Write the text, then the pictures."""
        del form["pictures"]
        if record is None:
            record = self.build_new_instance()
            self.prepare(record)
        session = db.session()
        with session.no_autoflush:
            form.populate_obj(record)
            refuse_notice(record)
        session.add(record)
        session.flush()
        g.removed_pictures = replace_pictures(
            session,
            record,
            removed={read_key(raw) or 0 for raw in request.form.getlist("removed")},
            added=g.added_pictures,
            most=MAX_ATTACHMENTS,
        )

    def delete(self, record: Any) -> None:
        """Delete the notice with its pictures."""
        session = db.session()
        pictures = pictures_of(session, record.id)
        g.removed_pictures = [picture.key for picture in pictures]
        for picture in pictures:
            session.delete(picture)
        session.flush()
        session.delete(record)

    @expose("/delete/", methods=("POST",))
    def delete_view(self) -> ResponseReturnValue:
        """Delete a notice, then the files of its pictures."""
        answer: ResponseReturnValue = super().delete_view()
        _remove_unclaimed(g.pop("removed_pictures", []))
        return answer

    def render(self, template: str, **kwargs: Any) -> str:
        """Show the pictures that the notice has."""
        if record := kwargs.get("record"):
            kwargs["pictures"] = [
                {
                    "id": picture.id,
                    "url": url_for("files.show", key=picture.key),
                    "name": picture.file_name,
                }
                for picture in pictures_of(db.session(), record.id)
            ]
        page: str = super().render(template, **kwargs)
        return page


def _kept_pictures(actor: Actor) -> list[m.Attachment]:
    uploads = [f for f in request.files.getlist("pictures") if f.filename]
    if len(uploads) > MAX_ATTACHMENTS:
        raise Refused(TOO_MANY, most=MAX_ATTACHMENTS)
    return [
        keep_image(
            upload, purpose=AttachmentPurpose.notice, uploaded_by_id=actor.account_id
        )
        for upload in uploads
    ]


def _remove_unclaimed(keys: list[str]) -> None:
    """Remove the files whose rows are gone for good: a rollback leaves both."""
    still = select(m.Attachment.key).where(m.Attachment.key.in_(keys))
    for key in set(keys) - set(db.session.scalars(still)):
        remove_file(key)
