"""A person's photo (一寸照): one at a time, the newest."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.enums import AttachmentPurpose
from admin_app.errors import Conflict, Forbidden
from admin_app.models import Attachment
from admin_app.operations.holding import held
from admin_app.permissions import Actor


def photo_of(session: Session, *, person_id: int) -> Attachment | None:
    """Return the person's photo, None where there is none."""
    return session.scalar(
        select(Attachment)
        .where(
            Attachment.person_id == person_id,
            Attachment.purpose == AttachmentPurpose.photo,
        )
        .order_by(Attachment.id.desc())
        .limit(1)
    )


def replace_photo(session: Session, *, actor: Actor, photo: Attachment) -> list[str]:
    """Let a stored picture be the actor's photo; return the keys that it replaces."""
    old = _take_out(session, actor)
    photo.person_id = actor.person_id
    session.add(photo)
    session.flush()
    return old


def remove_photo(session: Session, *, actor: Actor) -> list[str]:
    """Take the actor's photo away; return the keys of what may be deleted."""
    old = _take_out(session, actor)
    if not old:
        raise Conflict("照片已被删除，请刷新后查看。")
    session.flush()
    return old


def _take_out(session: Session, actor: Actor) -> list[str]:
    if not actor.is_individual:
        raise Forbidden("只有本人可以更换自己的照片。")
    # Two uploads at once must not leave two photos.
    held(session, actor.person_id)
    photos = session.scalars(
        select(Attachment).where(
            Attachment.person_id == actor.person_id,
            Attachment.purpose == AttachmentPurpose.photo,
        )
    ).all()
    for photo in photos:
        session.delete(photo)
    return [photo.key for photo in photos]
