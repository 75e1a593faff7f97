"""Which notices are shown to whom today, and what a notice must be (R07)."""

import datetime as dt
from typing import Final

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from admin_app.enums import NoticeAudience, UnitKind
from admin_app.errors import Refused
from admin_app.models import Attachment, Notice
from admin_app.permissions import Actor

TOO_MANY: Final = "公告最多附 %(most)s 个附件，请先删除多余的附件。"
OF_UNITS: Final = {
    UnitKind.employer: NoticeAudience.employers,
    UnitKind.base: NoticeAudience.bases,
    UnitKind.hr_authority: NoticeAudience.authorities,
    UnitKind.industry_authority: NoticeAudience.authorities,
}


def published_notices(
    session: Session,
    *,
    reader: Actor | None,
    today: dt.date,
    limit: int,
    after: Notice | None = None,
) -> list[Notice]:
    """Return what is published today for this reader, newest first."""
    statement = select(Notice).where(_is_published(reader, today))
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
    session: Session, notice_id: int, *, reader: Actor | None, today: dt.date
) -> Notice | None:
    """Return one notice, None where it is not published for this reader."""
    return session.scalar(
        select(Notice).where(Notice.id == notice_id, _is_published(reader, today))
    )


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


def _is_published(reader: Actor | None, today: dt.date) -> ColumnElement[bool]:
    return (
        _is_meant_for(reader)
        & (Notice.published_from <= today)
        & or_(Notice.published_until.is_(None), Notice.published_until >= today)
    )


def _is_meant_for(reader: Actor | None) -> ColumnElement[bool]:
    """Return what is for everybody, or for the reader's kind from above the reader."""
    for_all: ColumnElement[bool] = Notice.audience == NoticeAudience.everyone
    if reader is None:
        return for_all
    if reader.is_superuser:
        return true()
    own = NoticeAudience.individuals
    if not reader.is_individual and reader.unit_kind is not None:
        own = OF_UNITS[reader.unit_kind]
    above = [int(key) for key in reader.unit_path.strip("/").split("/") if key]
    from_above = or_(Notice.unit_id.is_(None), Notice.unit_id.in_(above))
    return for_all | ((Notice.audience == own) & from_above)
