"""A decided record is taken off one's own list; nothing is deleted (U29, P23)."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.dialects import insert_on
from admin_app.enums import RecordKind, State
from admin_app.models import HiddenRecord
from admin_app.operations import audit
from admin_app.permissions import Actor


def hide(
    session: Session,
    *,
    actor: Actor,
    kind: RecordKind,
    model: Any,
    ids: Collection[int],
    now: dt.datetime,
) -> set[int]:
    """Take records off the actor's lists; return those that stay, still undecided.

    The statements are as many for one as for thousands, and one line of the audit log
    tells of all.
    """
    pending = model.id.in_(list(ids)) & (model.state == State.pending)
    undecided = set(session.scalars(select(model.id).where(pending)))
    decided = set(ids) - undecided
    if not decided:
        return undecided
    same = {"account_id": actor.account_id, "kind": kind, "at": now}
    session.execute(
        insert_on(session.get_bind(), HiddenRecord).on_conflict_do_nothing(),
        [same | {"record_id": key} for key in sorted(decided)],
    )
    audit.record_all(session, "hide", object_kind=kind.name, ids=decided)
    return undecided
