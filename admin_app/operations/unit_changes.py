"""A unit's new code or superior: who asks, what stands in the way, what follows (U16, U17).

Sending, withdrawing and deciding are `workflows.perform`'s business.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ScalarSelect,
    Select,
    Subquery,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from admin_app.dialects import among_named
from admin_app.enums import EDITABLE, RecordKind, State, UnitChangeKind
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import (
    Declaration,
    Person,
    PersonChange,
    PersonRegistration,
    Succession,
    Transfer,
    Unit,
    UnitChange,
    UnitRegistration,
)
from admin_app.operations import tree
from admin_app.operations.blockers import Blocker
from admin_app.operations.registration import refuse_superior
from admin_app.permissions import Actor, hanging_below, permits, prefix_range
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.rules.registration_codes import parse_registration_code

REASON_LENGTH: Final = 500
LISTED: Final = 20
NAMED_FIRST: Final = 5
"""So many of each kind are named that keep a unit as it is."""
REVIEWED: Final[Mapping[RecordKind, Any]] = {
    RecordKind.declaration: Declaration,
    RecordKind.person_registration: PersonRegistration,
    RecordKind.unit_registration: UnitRegistration,
    RecordKind.person_change: PersonChange,
    RecordKind.unit_change: UnitChange,
    RecordKind.transfer: Transfer,
    RecordKind.succession: Succession,
}
"""What may be under review and hangs on units."""
MUCH: Final = frozenset({RecordKind.declaration})
"""Of these far more is under review in all than there are units below most units."""


def request_code(
    session: Session, *, actor: Actor, code: str, reason: str
) -> UnitChange:
    """Return the unit's request for another code (U16), not yet sent."""
    change = _request(session, actor, UnitChangeKind.registration_code, reason)
    change.after = parse_registration_code(code)
    return _prepared(session, change)


def request_superior(
    session: Session, *, actor: Actor, superior_id: int, reason: str
) -> UnitChange:
    """Return the unit's request for another superior (U17), not yet sent."""
    change = _request(session, actor, UnitChangeKind.superior, reason)
    change.new_superior_id = superior_id
    return _prepared(session, change)


def own_changes(
    session: Session, *, unit_id: int, kind: UnitChangeKind
) -> list[UnitChange]:
    """Return the unit's changes of a kind, the newest first."""
    statement = select(UnitChange).where(
        UnitChange.unit_id == unit_id, UnitChange.kind == kind
    )
    newest = statement.order_by(UnitChange.id.desc()).limit(LISTED)
    return list(session.scalars(newest))


def owns(actor: Actor, change: UnitChange) -> bool:
    """Tell whether the change is the actor's: of the unit that they administer whole."""
    is_whole = actor.is_administrator and actor.department_id is None
    return is_whole and actor.unit_id == change.unit_id


def refuse_change(session: Session, change: UnitChange) -> Unit:
    """Hold the unit and all below it, and return it; refuse a change that cannot be.

    Asked before each sending and again before it takes effect; what is under review is
    listed in the refusal's `values["blockers"]`, with `values["counts"]`.
    """
    unit = tree.hold_below(session, change.unit_id)
    if unit.superior_id is None:
        raise Refused("本单位没有上级部门可以审核，请联系系统管理员办理。")
    change.old_superior_id = unit.superior_id
    if not change.reason:
        raise Refused("请填写变更原因。", field="reason")
    if len(change.reason) > REASON_LENGTH:
        raise Refused(
            "变更原因最多 %(most)s 字，请缩短。", field="reason", most=REASON_LENGTH
        )
    if change.kind is UnitChangeKind.superior:
        _refuse_move(session, unit, change)
    else:
        _refuse_code(session, unit, change)
    _refuse_blocked(session, unit, without=change.id)
    return unit


def refuse_while_changing(session: Session, way: Iterable[int]) -> None:
    """Refuse to send what hangs on a unit that a change is under review for, or above.

    The units of the way are held until the transaction ends (WF-08).
    """
    for change_id, kind, name in _WAITING.rows(session, {"steps": sorted(way)}):
        raise Refused(
            "%(unit)s正在办理%(kind)s，办结前该单位及下级单位不能提交；请等待办结后再提交。",
            unit=name,
            kind=kind.label,
            blockers=(Blocker(RecordKind.unit_change, change_id, name),),
        )


_WAITING: Final = Prepared(
    select(UnitChange.id, UnitChange.kind, Unit.name)
    .join(Unit, Unit.id == UnitChange.unit_id)
    .where(among_named(UnitChange.unit_id, "steps"), UnitChange.state == State.pending)
    .execution_options(**SAME_PLAN)
)


def blockers(
    session: Session, *, path: str, without: int | None = None
) -> tuple[list[Blocker], dict[RecordKind, int]]:
    """Return the first of what is under review on units below a path, and all counts."""
    found = {kind: _pending(kind, path, without) for kind in REVIEWED}
    numbers = select(
        *(
            select(func.count()).select_from(rows).scalar_subquery()
            for rows in found.values()
        )
    )
    counted = zip(found, session.execute(numbers).one(), strict=True)
    counts = {kind: count for kind, count in counted if count}
    return [
        Blocker(kind, record_id, title)
        for kind in counts
        for record_id, title in session.execute(_named_first(kind, found[kind]))
    ], counts


def apply_changes(
    session: Session,
    *,
    record_ids: Sequence[int],
    actor: Actor,  # noqa: ARG001 (every hook of a chain is called alike)
    now: dt.datetime,  # noqa: ARG001 (every hook of a chain is called alike)
) -> None:
    """Give units their approved code or superior, if nothing forbids it by now."""
    changes = session.scalars(
        select(UnitChange)
        .where(UnitChange.id.in_(record_ids))
        .order_by(UnitChange.id)
        .execution_options(populate_existing=True)
    ).all()
    for change in changes:
        unit = refuse_change(session, change)
        if change.new_superior is None:
            unit.registration_code = change.after
            session.flush()
        else:
            tree.move_below(session, unit=unit, superior=change.new_superior)


def refuse_while_deciding(session: Session, unit: Unit) -> None:
    """Refuse to put a unit out of use that things wait for, with its row locked.

    Declarations are no matter: they move up. Nobody else could decide the others.
    """
    kinds = [kind for kind in REVIEWED if kind is not RecordKind.declaration]
    columns = [_waiting_at(REVIEWED[kind], unit).label(kind.name) for kind in kinds]
    counts = session.execute(select(*columns)).one()._asdict()
    if any(counts.values()):
        raise Refused(
            "该单位还有待其审核的事项：个人注册 %(person_registration)s 项、"
            "单位注册 %(unit_registration)s 项、人员信息修改 %(person_change)s 项、"
            "机构信息修改 %(unit_change)s 项、人员调转 %(transfer)s 项、"
            "继任申请 %(succession)s 项。请待其办结后再停用；"
            "该单位无人办理的，可先为其申请继任。",
            **counts,
        )


def _waiting_at(model: Any, unit: Unit) -> ScalarSelect[int]:
    waiting = select(func.count()).where(
        model.decider_id == unit.id, model.state == State.pending
    )
    return waiting.scalar_subquery()


def _request(
    session: Session, actor: Actor, kind: UnitChangeKind, reason: str
) -> UnitChange:
    """Return the request of this kind that is open again, or a new one, written anew."""
    unit_id = actor.unit_id
    if unit_id is None or not permits(actor, "unit_profile:edit"):
        raise Forbidden("只有本单位有权限的管理员可以申请变更。")
    unit = tree.hold_below(session, unit_id)
    found = own_changes(session, unit_id=unit_id, kind=kind)
    if found and found[0].state is State.pending:
        raise Conflict("该变更申请正在审核，请等待办结，或先撤回再修改。")
    is_open = bool(found) and found[0].state in EDITABLE
    change = found[0] if is_open else UnitChange(unit_id=unit_id, kind=kind)
    if not owns(actor, change):
        raise Forbidden("只有本单位有权限的管理员可以申请变更。")
    if unit.superior_id is None:
        raise Refused("本单位没有上级部门可以审核，请联系系统管理员办理。")
    change.old_superior_id = unit.superior_id
    change.reason = reason.strip()
    return change


def _prepared(session: Session, change: UnitChange) -> UnitChange:
    with session.no_autoflush:
        refuse_change(session, change)
    session.add(change)
    session.flush()
    return change


def _refuse_code(session: Session, unit: Unit, change: UnitChange) -> None:
    if change.after == unit.registration_code:
        raise Refused("新代码与现在的代码相同，无需修改。", field="registration_code")
    taken = select(Unit.id).where(Unit.registration_code == change.after)
    if session.scalar(taken) is not None:
        raise Refused(
            "该代码已被其他单位使用，请对照证照核对。", field="registration_code"
        )
    asked = union_all(
        select(UnitRegistration.id).where(
            UnitRegistration.registration_code == change.after,
            UnitRegistration.state == State.pending,
        ),
        select(UnitChange.id).where(
            UnitChange.after == change.after,
            UnitChange.kind == UnitChangeKind.registration_code,
            UnitChange.state == State.pending,
            UnitChange.unit_id != unit.id,
        ),
    )
    if session.scalar(asked) is not None:
        raise Refused(
            "其他单位正在申请使用该代码，尚未办结，请对照证照核对。",
            field="registration_code",
        )
    change.before = unit.registration_code


def _refuse_move(session: Session, unit: Unit, change: UnitChange) -> None:
    superior_id = change.new_superior_id
    assert superior_id is not None
    if superior_id == unit.id:
        raise Refused("不能选择本单位作为上级部门。", field="superior_id")
    if superior_id == unit.superior_id:
        raise Refused(
            "所选单位就是现在的上级部门，请选择其他单位。", field="superior_id"
        )
    tree.hold_way(session, {superior_id})
    superior = session.get(Unit, superior_id, populate_existing=True)
    if superior is not None and superior.path.startswith(unit.path):
        raise Refused(
            "所选单位是本单位的下级单位，不能作为上级部门，请选择其他单位。",
            field="superior_id",
        )
    refuse_superior(session, superior_id, unit.kind)
    assert superior is not None
    assert unit.superior is not None
    change.new_superior = superior
    change.before, change.after = unit.superior.name, superior.name


def _refuse_blocked(session: Session, unit: Unit, *, without: int | None) -> None:
    found, counts = blockers(session, path=unit.path, without=without)
    if found:
        raise Refused(
            "本单位及下级单位还有 %(total)s 项正在审核的事项，不能变更；"
            "请待其办结，或由申请人撤回后再提交。",
            total=sum(counts.values()),
            blockers=tuple(found),
            counts=counts,
        )


def _pending(kind: RecordKind, path: str, without: int | None) -> Subquery:
    """Return the ids of a kind under review below a path, but for the change `without`.

    Where much is under review, each unit below is asked, by the index of each column by
    which the kind hangs on units; else what is under review is asked where it belongs.
    """
    model = REVIEWED[kind]
    pending = model.state == State.pending
    if kind in MUCH:
        branches = hanging_below(model, path)
        found = [select(model.id).where(branch, pending) for branch in branches]
        return union(*found).subquery()
    other = model.id != (without or 0) if kind is RecordKind.unit_change else true()
    inside = prefix_range(Unit.path, path)
    units = (getattr(model, name) for name in model.__scope__)
    below = or_(*(exists().where(Unit.id == unit, inside) for unit in units))
    waiting = select(model.id).where(pending, model.decider_id.is_not(None))
    return waiting.where(below, other).subquery()


def _named_first(kind: RecordKind, found: Subquery) -> Select[int, str]:
    model = REVIEWED[kind]
    title, owner, key = _titled(model)
    statement: Select[int, str] = (
        select(model.id, title)
        .where(model.id.in_(select(found.c.id)))
        .order_by(model.id)
        .limit(NAMED_FIRST)
    )
    return statement if owner is model else statement.join(owner, owner.id == key)


def _titled(model: Any) -> tuple[Any, Any, Any]:
    """Return what a record is called, whose name that is, and the key of whose."""
    if model is UnitRegistration:
        return model.name, model, model.id
    if model is UnitChange:
        return Unit.name, Unit, UnitChange.unit_id
    if model is Succession:
        return Person.name, Person, Succession.successor_id
    if model is Declaration:
        title = Person.name.concat(literal(" · ")).concat(Declaration.title)
        return title, Person, Declaration.person_id
    return Person.name, Person, model.person_id
