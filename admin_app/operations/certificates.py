"""A person's certificates: which one stands behind a number or a QR code."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.models import Certificate


def find_certificate(
    session: Session, *, number: str | None = None, token: str | None = None
) -> Certificate | None:
    """Return the certificate of this number or of this token, revoked or not."""
    if token:
        return session.scalar(select(Certificate).where(Certificate.token == token))
    if number:
        return session.scalar(select(Certificate).where(Certificate.number == number))
    return None
