"""Which notices are shown to whom today (R07)."""

import datetime as dt
from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from admin_app.enums import NoticeAudience
from admin_app.models import Notice

EVERYONE = frozenset({NoticeAudience.everyone})


def published_notices(
    session: Session,
    *,
    audiences: Collection[NoticeAudience] = EVERYONE,
    today: dt.date,
    limit: int,
    after: Notice | None = None,
) -> list[Notice]:
    """Return what is published today for these audiences, newest first."""
    statement = select(Notice).where(_is_published(audiences, today))
    if after is not None:
        statement = statement.where(
            or_(
                Notice.published_from < after.published_from,
                (Notice.published_from == after.published_from)
                & (Notice.id < after.id),
            )
        )
    newest_first = statement.order_by(Notice.published_from.desc(), Notice.id.desc())
    return list(session.scalars(newest_first.limit(limit)))


def published_notice(
    session: Session,
    notice_id: int,
    *,
    audiences: Collection[NoticeAudience] = EVERYONE,
    today: dt.date,
) -> Notice | None:
    """Return one notice, None where it is not published for these audiences."""
    return session.scalar(
        select(Notice).where(Notice.id == notice_id, _is_published(audiences, today))
    )


def _is_published(
    audiences: Collection[NoticeAudience], today: dt.date
) -> ColumnElement[bool]:
    is_over = Notice.published_until < today
    return (
        Notice.audience.in_(audiences)
        & (Notice.published_from <= today)
        & or_(Notice.published_until.is_(None), ~is_over)
    )
