"""Background tasks: thin, each calls one operation and commits.

The queue is a file beside the database by default and Redis where the settings name
one. `flask jobs run` consumes it; `make run` starts that together with the server.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import structlog
from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey, crontab
from redis.exceptions import RedisError

from admin_app.database import writing
from admin_app.enums import Channel
from admin_app.extensions import db
from admin_app.operations import audit_anchors, counters, mailing, outgoing
from admin_app.operations.sweeping import sweep_expired
from admin_app.web import clock, i18n, senders
from admin_app.web.storage import sweep_orphans
from config.settings import Settings

QUEUE_NAME: Final = "platform"
log = structlog.get_logger(__name__)


def init_app(app: Flask) -> None:
    """Give the program its queue and its tasks: `app.extensions["queue"]`."""
    queue = _make_queue(app.extensions["settings"])
    app.extensions["queue"] = queue
    queue.periodic_task(crontab(minute="17"), name="sweep")(_in_app(app, sweep))
    anchoring = _in_app(app, lambda: anchor_audit_log(app.extensions["settings"]))
    queue.periodic_task(crontab(minute="*/5"), name="anchor")(anchoring)
    app.extensions["send_message"] = queue.task(name="send")(_in_app(app, send_message))
    by_mail = _in_app(app, lambda: mail_messages(app.extensions["settings"]))
    queue.periodic_task(crontab(), name="mail")(by_mail)
    queue.periodic_task(crontab(), name="fold")(_in_app(app, fold_counters))
    queue.periodic_task(crontab(), name="send_again")(_in_app(app, send_messages))


def sweep() -> None:
    """Delete expired sessions, codes, tokens and counters, and unclaimed uploads."""
    expired = sweep_expired(db.session(), now=clock.now())
    db.session.commit()
    orphans = sweep_orphans(db.session(), today=clock.today())
    log.info("swept", expired=expired, orphans=orphans)


def fold_counters() -> None:
    """Bring what was counted in units to all above them."""
    folded = counters.MOST_AT_ONCE
    while folded == counters.MOST_AT_ONCE:
        folded = counters.fold(db.session(), now=clock.now())
        db.session.commit()


def mail_messages(settings: Settings) -> None:
    """Put what is to be read by mail on its way, one mail for each account."""
    is_served = senders.is_served(settings, Channel.email)
    written = mailing.write_mails(
        db.session(), words=i18n.in_language, is_served=is_served, now=clock.now()
    )
    db.session.commit()
    if written:
        log.info("mails written", count=written)


def anchor_audit_log(settings: Settings) -> None:
    """Note the end of the audit log outside the database (AD-04)."""
    anchor = audit_anchors.head(db.session())
    db.session.rollback()
    if anchor is not None:
        audit_anchors.append(settings.audit_anchor_path, anchor, at=clock.now())


def queue_message(message_id: int) -> None:
    """Let a message that is committed be sent soon; lost calls are made up for."""
    try:
        current_app.extensions["send_message"](message_id)
    except (RedisError, sqlite3.Error) as error:
        log.warning("queue not available", kind=type(error).__name__)


def send_message(message_id: int) -> None:
    """Send one message, unless somebody else does; a failed one is tried again."""
    session = db.session()
    message = outgoing.take_message(session, message_id=message_id, now=clock.now())
    # Sending is slow: no lock may be held meanwhile.
    session.commit()
    if message is None:
        return
    try:
        if message.address is not None:
            letter = senders.Message(message.address, message.subject, message.body)
            settings = current_app.extensions["settings"]
            senders.send(settings, message.channel, letter)
    except senders.NotSent as failure:
        log.warning("message not sent", message=message_id, reason=str(failure))
        return
    session.delete(message)
    session.commit()


def send_messages() -> None:
    """Send what was not sent at the first try."""
    due = outgoing.due_messages(db.session(), now=clock.now())
    db.session.rollback()
    for message_id in due:
        send_message(message_id)


def _make_queue(settings: Settings) -> Huey:
    if settings.redis_url:
        return RedisHuey(QUEUE_NAME, url=settings.redis_url, utc=False)
    path = Path(settings.instance_path) / "queue.sqlite3"
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(QUEUE_NAME, filename=str(path), utc=False)


def _in_app(app: Flask, task: Callable[..., None]) -> Callable[..., None]:
    """Run a task with the program's context, as a writer."""

    def run(*arguments: Any) -> None:
        with app.app_context(), writing():
            task(*arguments)

    return run
