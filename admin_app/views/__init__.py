"""What people see: public pages, portal, administration."""

from flask import Flask

from admin_app.views import (
    account,
    admin,
    auth,
    files,
    portal,
    public,
    registration,
    tones,
)


def init_app(app: Flask) -> None:
    """Register every group of views."""
    tones.init_app(app)
    for group in (public, auth, registration, portal, account, files, admin):
        group.register(app)
