"""一寸照: the person's photo, put in place of the one before, or taken away."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin_app.enums import AttachmentPurpose
from admin_app.errors import Refused
from admin_app.forms.profiles import PhotoForm
from admin_app.operations import photos
from admin_app.views.portal import blueprint
from admin_app.views.portal.profile import basic_page
from admin_app.views.portal.who import acting
from admin_app.web.clock import now
from admin_app.web.identity import requires_individual
from admin_app.web.once import once
from admin_app.web.refusals import show_on
from admin_app.web.storage import remove_file, store_portrait
from admin_app.web.transactions import saving


@blueprint.post("/profile/photo")
@requires_individual
@once
def save_photo() -> ResponseReturnValue:
    """Store the photo as pixels only, or say what is wrong with it."""
    form = PhotoForm(request.files)
    try:
        _store(form)
    except Refused as refused:
        refused.field = "photo"
        show_on(form, refused)
        return basic_page(photo_form=form, status=422)
    flash(_("照片已保存"), "success")
    return redirect(url_for(".profile"), 303)


@blueprint.post("/profile/photo/remove")
@requires_individual
@once
def remove_photo() -> ResponseReturnValue:
    """Take the photo away."""
    with saving() as session:
        old = photos.remove_photo(session, actor=acting())
    for key in old:
        remove_file(key)
    flash(_("照片已删除"), "success")
    return redirect(url_for(".profile"), 303)


def _store(form: PhotoForm) -> None:
    if not form.photo.is_given:
        raise Refused("请先选择照片文件。")
    actor = acting()
    # Encoded anew before the transaction, because it is slow.
    stored = store_portrait(form.photo.data)
    try:
        with saving() as session:
            photo = stored.claim(
                purpose=AttachmentPurpose.photo,
                uploaded_by_id=actor.account_id,
                uploaded_at=now(),
            )
            old = photos.replace_photo(session, actor=actor, photo=photo)
    except BaseException:
        remove_file(stored.key)
        raise
    for key in old:
        remove_file(key)
