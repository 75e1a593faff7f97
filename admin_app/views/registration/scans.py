"""The scan of a unit's papers, kept for this browser until the registration is sent."""

import datetime as dt
from dataclasses import asdict
from typing import Any, Final

from flask import session
from flask_babel import gettext as _

from admin_app.enums import AttachmentPurpose
from admin_app.errors import Refused
from admin_app.forms.registration import UnitForm
from admin_app.models import Attachment
from admin_app.web.clock import now
from admin_app.web.limits import hit
from admin_app.web.refusals import translate
from admin_app.web.requests import address
from admin_app.web.storage import StoredFile, remove_file, store_image

PENDING: Final = "pending_scans"
UPLOADS_AN_HOUR: Final = 60
"""From one address: nobody may fill the storage without signing in."""
HOUR: Final = dt.timedelta(hours=1)


def pending_scan(slot: str) -> StoredFile | None:
    """Return the picture that this browser sent for `slot` and has not used yet."""
    found = session.get(PENDING, {}).get(slot)
    return StoredFile(**found) if found else None


def find_pending(key: str) -> StoredFile | None:
    """Return this browser's unused picture of that key."""
    kept = session.get(PENDING, {}).values()
    return next((StoredFile(**each) for each in kept if each["key"] == key), None)


def take_in(form: UnitForm, slot: str, *, is_required: bool) -> bool:
    """Keep the picture that came with the form; tell whether one is there now."""
    form.scan.flags.required = is_required and pending_scan(slot) is None
    if form.scan.is_given:
        hit("visitor-upload", address(), UPLOADS_AN_HOUR, HOUR)
        try:
            stored = store_image(form.scan.data)
        except Refused as refused:
            form.scan.errors = [translate(refused)]
            return False
        drop_scan(slot)
        _remember(slot, asdict(stored))
        form.scan.flags.required = False
    if form.scan.flags.required:
        form.scan.errors = [_("请上传单位证照扫描件。")]
    return not form.scan.errors


def claim_scan(slot: str) -> Attachment | None:
    """Return the row of the kept picture; the caller gives it its record."""
    stored = pending_scan(slot)
    if stored is None:
        return None
    return stored.claim(
        purpose=AttachmentPurpose.unit_scan, uploaded_by_id=None, uploaded_at=now()
    )


def forget_scan(slot: str) -> None:
    """Forget a picture that a record has claimed."""
    _remember(slot, None)


def drop_scan(slot: str) -> None:
    """Throw away a picture that another one replaces."""
    if (stored := pending_scan(slot)) is not None:
        remove_file(stored.key)
        _remember(slot, None)


def _remember(slot: str, stored: dict[str, Any] | None) -> None:
    kept = {**session.get(PENDING, {}), slot: stored}
    session[PENDING] = {name: each for name, each in kept.items() if each}
