"""What every request passes."""

from flask import Flask

from admin_app.web import (
    assets,
    auditing,
    clock,
    compression,
    csrf,
    errors,
    freshness,
    headers,
    i18n,
    identity,
    looks,
    once,
    refusals,
    requests,
    sessions,
    step_up,
    templating,
)


def init_app(app: Flask) -> None:
    """Wire what every request passes, in the order in which it meets it."""
    clock.init_app(app)
    requests.init_app(app)
    freshness.init_app(app)
    sessions.init_app(app)
    csrf.init_app(app)
    templating.init_app(app)
    i18n.init_app(app)
    looks.init_app(app)
    identity.init_app(app)
    once.init_app(app)
    auditing.init_app(app)
    errors.init_app(app)
    refusals.init_app(app)
    step_up.init_app(app)
    # Answers are compressed first and given their headers last.
    headers.init_app(app)
    compression.init_compression(app)
    assets.init_assets(app)
