"""What people see: public pages, portal, administration."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register every group of views."""
