"""A certificate as a file: the same for its holder and for an administrator."""

from urllib.parse import quote

import structlog
from flask import Response, current_app, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from admin_app.documents.sandbox import DocumentFailed
from admin_app.models import Certificate
from admin_app.operations.certificates import certificate_page
from admin_app.web import auditing, errors
from config.settings import Settings

logger = structlog.get_logger("printing")


def certificate_file(certificate: Certificate) -> ResponseReturnValue:
    """Return the certificate as PDF, or a page that says it could not be made now."""
    settings: Settings = current_app.extensions["settings"]
    path = url_for("public.check_certificate", token=certificate.token)
    try:
        body = certificate_page(certificate, check_url=settings.base_url + path)
    except DocumentFailed as failed:
        logger.warning("certificate not printed", reason=failed.reason)
        _note(certificate, "failed")
        sentence = _("证书暂时无法生成，请稍后再试。")
        return errors.page(503, sentence=sentence)
    _note(certificate, "ok")
    name = quote(f"{certificate.number}.pdf")
    return Response(
        body,
        mimetype="application/pdf",
        headers={
            "Content-Disposition": f"attachment; filename={name}",
            "Cache-Control": "private, no-store",
        },
    )


def _note(certificate: Certificate, result: str) -> None:
    auditing.note(
        "print_certificate",
        object_kind="certificate",
        object_id=certificate.id,
        result=result,
        subject_id=next(iter(auditing.subjects(Certificate, [certificate.id])), None),
    )
