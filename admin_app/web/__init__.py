"""What every request passes."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Wire what every request passes."""
