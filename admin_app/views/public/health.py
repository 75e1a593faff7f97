"""What a proxy or a supervisor asks: is the process alive, is it ready? (RL-07)"""

import structlog
from flask import Response

from admin_app.views.public import blueprint
from admin_app.web.readiness import faults

logger = structlog.get_logger("health")


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answer as long as the process can; nothing else is asked."""
    return _told("ok")


@blueprint.get("/readyz")
def readyz() -> Response:
    """Answer 200 when people may be sent here, 503 when not; the log tells why not."""
    if found := faults():
        logger.warning("not ready", faults=found)
        return _told("fail", 503)
    return _told("ok")


def _told(word: str, status: int = 200) -> Response:
    answer = Response(f"{word}\n", status, mimetype="text/plain")
    answer.headers["Cache-Control"] = "no-store"
    return answer
