"""Which notices are shown to whom today, and what a notice must be (R07)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import Session, contains_eager

from admin_app.dialects import among_named
from admin_app.enums import NoticeAudience, UnitKind
from admin_app.errors import Refused
from admin_app.models import Attachment, Notice, Unit
from admin_app.permissions import Actor
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.rules.paths import steps_of

TOO_MANY: Final = "公告最多附 %(most)s 个附件，请先删除多余的附件。"
OF_UNITS: Final = {
    UnitKind.employer: NoticeAudience.employers,
    UnitKind.base: NoticeAudience.bases,
    UnitKind.hr_authority: NoticeAudience.authorities,
    UnitKind.industry_authority: NoticeAudience.authorities,
}

TODAY: Final = bindparam("today", type_=Date)
PUBLISHED: Final = (Notice.published_from <= TODAY) & or_(
    Notice.published_until.is_(None), Notice.published_until >= TODAY
)
FROM_ABOVE: Final = among_named(Notice.unit_id, "above")
MEANT: Final = (
    (Notice.audience == NoticeAudience.everyone)
    # The platform has no unit, and the province's HR authority nobody above it.
    & or_(Unit.superior_id.is_(None), FROM_ABOVE)
) | (
    (Notice.audience == bindparam("own", type_=Notice.audience.type))
    & or_(Notice.unit_id.is_(None), FROM_ABOVE)
)
"""What is for everybody or the reader's kind, of the platform or above the reader.

Only the platform and the province's HR authority reach who is in no unit of theirs.
"""
DAY: Final = bindparam("day", type_=Date)
OLDER: Final = or_(
    Notice.published_from < DAY,
    (Notice.published_from == DAY)
    & (Notice.id < bindparam("number", type_=BigInteger)),
)


def _newest(*criteria: ColumnElement[bool]) -> Prepared:
    return Prepared(
        select(
            Notice.id,
            Notice.title,
            Notice.published_from,
            Unit.name.label("unit_name"),
        )
        .outerjoin(Notice.unit)
        .where(PUBLISHED, *criteria)
        .order_by(Notice.published_from.desc(), Notice.id.desc())
        .limit(bindparam("most", type_=Integer))
        .execution_options(**SAME_PLAN)
    )


NEWEST: Final[Mapping[tuple[bool, bool], Prepared]] = {
    (sees_all, is_later): _newest(
        *(() if sees_all else (MEANT,)), *((OLDER,) if is_later else ())
    )
    for sees_all in (True, False)
    for is_later in (True, False)
}
"""By whether the reader sees all, and whether the page is a later one."""


def published_notices(
    session: Session,
    *,
    reader: Actor | None,
    today: dt.date,
    limit: int,
    after: Notice | None = None,
) -> list[Any]:
    """Return what is published for this reader, newest first.

    Each tells its number, title and day, and the unit's name, None of the platform.
    """
    values = _reading(reader, today) | {"most": limit}
    if after is not None:
        values |= {"day": after.published_from, "number": after.id}
    sees_all = reader is not None and reader.is_superuser
    return NEWEST[sees_all, after is not None].rows(session, values)


def published_notice(
    session: Session, notice_id: int, *, reader: Actor | None, today: dt.date
) -> Notice | None:
    """Return one notice, None where it is not published for this reader."""
    statement = (
        select(Notice)
        .outerjoin(Notice.unit)
        .options(contains_eager(Notice.unit))
        .where(Notice.id == notice_id, PUBLISHED)
    )
    if reader is None or not reader.is_superuser:
        statement = statement.where(MEANT)
    return session.scalar(statement, _reading(reader, today))


def attachments_of(session: Session, notice_id: int) -> list[Attachment]:
    """Return the pictures and PDFs of a notice in their order."""
    statement = (
        select(Attachment)
        .where(Attachment.notice_id == notice_id)
        .order_by(Attachment.position, Attachment.id)
    )
    return list(session.scalars(statement))


def refuse_notice(notice: Notice) -> None:
    """Refuse a notice that would never be shown."""
    until = notice.published_until
    if until is not None and until < notice.published_from:
        raise Refused("截止日期不能早于发布日期，请修改。", field="published_until")


def replace_attachments(
    session: Session,
    notice: Notice,
    *,
    removed: set[int],
    added: list[Attachment],
    most: int,
) -> list[str]:
    """Take files off a notice and put others on it; return the keys of those taken."""
    kept, taken = [], []
    for attachment in attachments_of(session, notice.id):
        if attachment.id in removed:
            taken.append(attachment.key)
            session.delete(attachment)
        else:
            kept.append(attachment)
    if len(kept) + len(added) > most:
        raise Refused(TOO_MANY, field="attachments", most=most)
    for position, attachment in enumerate([*kept, *added]):
        attachment.notice_id, attachment.position = notice.id, position
        session.add(attachment)
    session.flush()
    return taken


def _reading(reader: Actor | None, today: dt.date) -> dict[str, Any]:
    """Return the parameters of `PUBLISHED` and `MEANT`."""
    own, path = NoticeAudience.everyone, ""
    if reader is not None:
        path, own = reader.unit_path, NoticeAudience.individuals
        if not reader.is_individual and reader.unit_kind is not None:
            own = OF_UNITS[reader.unit_kind]
    above = sorted(steps_of(path))
    return {"today": today, "own": own, "above": above}
