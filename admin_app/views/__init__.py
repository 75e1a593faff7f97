"""What people see: public pages, portal, administration."""

from flask import Flask

from admin_app.views import account, admin, auth, files, portal, public, registration


def init_app(app: Flask) -> None:
    """Register every group of views."""
    for group in (public, auth, registration, portal, account, files, admin):
        group.register(app)
