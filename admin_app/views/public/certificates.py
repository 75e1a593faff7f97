"""Anybody may check a certificate by its number or its QR code (R08)."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from admin_app.extensions import db
from admin_app.models import Certificate
from admin_app.operations.certificates import find_certificate
from admin_app.rules.masks import MASK, mask_id_number
from admin_app.rules.texts import fold_number
from admin_app.views.public import blueprint
from admin_app.web.limits import hit
from admin_app.web.requests import address

CHECKS_A_MINUTE: Final = 20
TEXT_LENGTH: Final = 64
MINUTE: Final = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCertificate:
    """What a stranger may read of a certificate."""

    number: str
    name: str
    id_number: str
    unit_name: str
    year: int
    issued_at: dt.datetime
    revoked_at: dt.datetime | None


@blueprint.get("/certificates/check")
def check_certificate() -> ResponseReturnValue:
    """Tell whether a certificate is valid, revoked or unknown."""
    number = fold_number(request.args.get("number", ""))[:TEXT_LENGTH]
    token = request.args.get("token", "").strip()[:TEXT_LENGTH]
    is_asked = bool(number or token)
    certificate = None
    if is_asked:
        hit("certificate-check", address(), CHECKS_A_MINUTE, MINUTE)
        certificate = find_certificate(db.session(), number=number, token=token)
    return render_template(
        "public/certificate.html",
        is_asked=is_asked,
        number=certificate.number if certificate else number,
        certificate=_masked(certificate) if certificate else None,
    )


def _masked(certificate: Certificate) -> CheckedCertificate:
    return CheckedCertificate(
        number=certificate.number,
        name=_masked_name(certificate.person_name),
        id_number=mask_id_number(certificate.person.id_number),
        unit_name=certificate.unit_name,
        year=certificate.year,
        issued_at=certificate.issued_at,
        revoked_at=certificate.revoked_at,
    )


def _masked_name(name: str) -> str:
    return name[0] + MASK * (len(name) - 1)
