"""The scan of a unit's papers, kept for this browser until the registration is sent."""

import datetime as dt
from typing import Final

from flask_babel import gettext as _

from admin_app.enums import AttachmentPurpose
from admin_app.errors import Refused
from admin_app.forms.registration import UnitForm
from admin_app.models import Attachment
from admin_app.web.clock import now
from admin_app.web.limits import hit
from admin_app.web.pending_files import forget, pending, remember
from admin_app.web.refusals import translate
from admin_app.web.requests import address
from admin_app.web.storage import remove_file, store_image

UPLOADS_AN_HOUR: Final = 60
"""From one address: nobody may fill the storage without signing in."""
HOUR: Final = dt.timedelta(hours=1)


def take_in(form: UnitForm, slot: str, *, is_required: bool) -> bool:
    """Keep the picture that came with the form; tell whether one is there now."""
    form.scan.flags.required = is_required and pending(slot) is None
    if form.scan.is_given:
        hit("visitor-upload", address(), UPLOADS_AN_HOUR, HOUR)
        try:
            stored = store_image(form.scan.data)
        except Refused as refused:
            form.scan.errors = [translate(refused)]
            return False
        drop_scan(slot)
        remember({slot: stored})
        form.scan.flags.required = False
    if form.scan.flags.required:
        form.scan.errors = [_("请上传单位证照扫描件。")]
    return not form.scan.errors


def claim_scan(slot: str) -> Attachment | None:
    """Return the row of the kept picture; the caller gives it its record."""
    stored = pending(slot)
    if stored is None:
        return None
    return stored.claim(
        purpose=AttachmentPurpose.unit_scan, uploaded_by_id=None, uploaded_at=now()
    )


def forget_scan(slot: str) -> None:
    """Forget a picture that a record has claimed."""
    forget([slot])


def drop_scan(slot: str) -> None:
    """Throw away a picture that another one replaces."""
    if (stored := pending(slot)) is not None:
        remove_file(stored.key)
        forget([slot])
