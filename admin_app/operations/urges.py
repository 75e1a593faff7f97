"""催办: remind the unit that must decide, at most once a day for a record (X06)."""

import datetime as dt
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from admin_app.enums import RecordKind
from admin_app.errors import Conflict, Refused
from admin_app.models import AdminAssignment, RolePermission, Urge

ALREADY = "今天已经催办过，请明天再试，或直接致电审核单位。"


def urge(
    session: Session,
    *,
    kind: RecordKind,
    record_id: int,
    unit_id: int | None,
    today: dt.date,
) -> Urge:
    """Remind the unit where the record waits; refuse the second time in a day."""
    if unit_id is None:
        raise Conflict("该申请已经办结或已撤回，无需催办。")
    reminder = Urge(kind=kind, record_id=record_id, unit_id=unit_id, on_date=today)
    if was_urged(session, kind=kind, record_id=record_id, today=today):
        raise Refused(ALREADY)
    try:
        with session.begin_nested():
            session.add(reminder)
    except IntegrityError:
        raise Refused(ALREADY) from None
    return reminder


def was_urged(
    session: Session, *, kind: RecordKind, record_id: int, today: dt.date
) -> bool:
    """Tell whether the unit was reminded of this record today."""
    found = exists().where(
        Urge.kind == kind, Urge.record_id == record_id, Urge.on_date == today
    )
    return bool(session.scalar(select(found)))


def deciders(*, unit_id: Any, permission: Any) -> Select[int]:
    """Return the statement for the accounts that decide for the whole unit by this.

    Both are values, or parameters that are given when it runs.
    """
    return (
        select(AdminAssignment.account_id)
        .join(RolePermission, RolePermission.role_id == AdminAssignment.role_id)
        .where(
            AdminAssignment.unit_id == unit_id,
            AdminAssignment.department_id.is_(None),
            ~AdminAssignment.is_disabled,
            RolePermission.permission == permission,
        )
        .order_by(AdminAssignment.id)
    )
