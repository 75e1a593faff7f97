"""Which units are in use, and which of them have a say on declarations."""

from sqlalchemy.orm import Session

from admin_app.enums import UnitKind
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import Unit
from admin_app.operations import audit
from admin_app.permissions import Actor, permits


def lock_unit(session: Session, unit_id: int) -> Unit:
    """Return the unit as it is now, locked against every change of who decides there.

    Rows that only refer to the unit are free to come meanwhile.
    """
    return session.get_one(
        Unit, unit_id, populate_existing=True, with_for_update={"key_share": True}
    )


def close_review_right(session: Session, *, actor: Actor, unit: Unit) -> None:
    """Close a subordinate's right; `workflows.close_review` then moves what waits."""
    locked = _lock_subordinate(session, actor, unit, "close_review")
    if locked.kind is UnitKind.hr_authority:
        raise Refused("人社部门的审批环节不能跳过，不能关闭其审核权限。")
    if not locked.has_review_right:
        raise Conflict("该单位的审核权限已关闭，请刷新后查看。")
    locked.has_review_right = False
    session.flush()


def open_review(session: Session, *, actor: Actor, unit: Unit) -> None:
    """Give a subordinate its right back, for what comes from now on (U26)."""
    locked = _lock_subordinate(session, actor, unit, "close_review")
    if locked.has_review_right:
        raise Conflict("该单位的审核权限未关闭，请刷新后查看。")
    locked.has_review_right = True
    session.flush()
    note_act(session, "open_review", locked)


def deactivate(session: Session, *, actor: Actor, unit: Unit) -> None:
    """Put a subordinate out of use; `workflows.disable_unit` then moves what waits.

    Its administrators lose their right at the next request; its people keep theirs.
    """
    locked = _lock_subordinate(session, actor, unit, "disable")
    if locked.kind is UnitKind.hr_authority:
        raise Refused("人社部门的审批环节不能跳过，不能停用。")
    if not locked.is_active:
        raise Conflict("该单位已停用，请刷新后查看。")
    locked.is_active = False
    session.flush()


def enable_unit(session: Session, *, actor: Actor, unit: Unit) -> None:
    """Put a subordinate into use again."""
    locked = _lock_subordinate(session, actor, unit, "disable")
    if locked.is_active:
        raise Conflict("该单位未停用，请刷新后查看。")
    locked.is_active = True
    session.flush()
    note_act(session, "enable", locked)


def note_act(session: Session, name: str, unit: Unit, **told: int) -> None:
    """Tell the audit log of an act on a unit by its name, and what came of it."""
    audit.record(session, name, object_kind="unit", object_id=unit.id, after=told)


def _lock_subordinate(session: Session, actor: Actor, unit: Unit, verb: str) -> Unit:
    """Return the unit locked, or refuse whoever is not strictly above it."""
    locked = lock_unit(session, unit.id)
    is_above = (
        actor.is_administrator
        and actor.department_id is None
        and actor.unit_id != locked.id
        and locked.path.startswith(actor.unit_path)
    )
    allowed = permits(actor, f"subordinate_units:{verb}")
    if not (actor.is_superuser or (is_above and allowed)):
        raise Forbidden("只有上级单位有权限的管理员可以办理，请联系上级单位。")
    return locked
