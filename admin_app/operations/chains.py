"""审批流程: drawn up, tried, published, retired; what is in force is never edited."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from admin_app.enums import ChainStatus, RecordKind, Source, UnitKind
from admin_app.errors import Conflict, Refused
from admin_app.models import ApprovalChain, Unit
from admin_app.operations.audit import record as audit
from admin_app.operations.routing import standings
from admin_app.permissions import Actor
from admin_app.rules.ladders import (
    Condition,
    Places,
    Rung,
    ladder,
    validate_chain,
)
from admin_app.rules.paths import way_up


def condition_of(chain: ApprovalChain) -> Condition:
    """Return for which units a chain is meant."""
    return Condition(chain.level_id, chain.region_id, chain.industry_id)


def draw_up(session: Session, *, actor: Actor, chain: ApprovalChain) -> ApprovalChain:
    """Add a draft of the next edition of a chain in force, to be edited; returns it.

    Raises Conflict where one is being drawn up already.
    """
    editions = _locked(session, chain)
    if chain.status is not ChainStatus.in_force:
        raise Refused("只有在用的流程才能拟定新版本。")
    if any(edition.status is ChainStatus.draft for edition in editions):
        raise Conflict("该流程已有一份草稿，请先发布或删除草稿。")
    draft = ApprovalChain(
        kind=chain.kind,
        source=chain.source,
        level_id=chain.level_id,
        region_id=chain.region_id,
        industry_id=chain.industry_id,
        steps=list(chain.steps),
        status=ChainStatus.draft,
    )
    save_draft(session, actor=actor, chain=draft)
    return draft


def save_draft(
    session: Session,
    *,
    actor: Actor,  # noqa: ARG001 (every operation names its actor)
    chain: ApprovalChain,
) -> None:
    """Store a new or changed draft; Refused for steps its kind cannot follow."""
    refuse_published(chain)
    validate_chain(chain.steps, chain.kind)
    refuse_source(chain)
    conditions = condition_of(chain).key
    if chain not in session or conditions != chain.conditions:
        chain.conditions = conditions
        chain.edition = _last_edition(session, chain) + 1
    session.add(chain)
    session.flush()


def refuse_published(chain: ApprovalChain) -> None:
    """Refuse to change or delete what is, or was, in force."""
    if chain.status is not ChainStatus.draft:
        raise Refused("在用和已停用的流程不能修改，请先拟定新版本。")


def refuse_source(chain: ApprovalChain) -> None:
    """Refuse a declaration's chain without a source, and a source for other kinds."""
    has_sources = chain.kind is RecordKind.declaration
    if has_sources and chain.source not in Source.__members__:
        raise Refused("请选择申报来源。", field="source")
    if chain.source and not has_sources:
        raise Refused("只有学时学分申报分来源，请选择“不区分来源”。", field="source")


def publish(
    session: Session,
    *,
    actor: Actor,  # noqa: ARG001 (every operation names its actor)
    chain: ApprovalChain,
    now: dt.datetime,
) -> None:
    """Put a draft in force in place of the edition before it.

    Records under way go on by the new edition from their next step. Raises Refused where
    a declaration of some unit would not end at an HR authority, and names the unit.
    """
    editions = _locked(session, chain)
    if chain.status is not ChainStatus.draft:
        raise Refused("该流程不是草稿，无需发布。")
    validate_chain(chain.steps, chain.kind)
    if chain.kind is RecordKind.declaration:
        refuse_open_end(session, chain)
    for edition in editions:
        if edition.status is ChainStatus.in_force:
            edition.status = ChainStatus.replaced
    # The index lets one edition be in force: the old one leaves first.
    session.flush()
    chain.status = ChainStatus.in_force
    chain.published_at = now
    session.flush()
    _tell(session, "publish", chain)


def retire(
    session: Session,
    *,
    actor: Actor,  # noqa: ARG001 (every operation names its actor)
    chain: ApprovalChain,
) -> None:
    """Take a chain with conditions out of force: the general one counts again."""
    _locked(session, chain)
    if chain.status is not ChainStatus.in_force:
        raise Refused("该流程没有在用。")
    if not chain.conditions:
        raise Refused("不限条件的流程必须保留，请拟定并发布新版本来更换它。")
    chain.status = ChainStatus.replaced
    session.flush()
    _tell(session, "retire", chain)


def refuse_open_end(session: Session, chain: ApprovalChain) -> None:
    """Refuse a chain by which some unit's declarations never reach an HR authority."""
    wanted = condition_of(chain)
    found = standings(session)
    for unit, places in _everywhere(session):
        if wanted.closeness(found[unit.id]) is None:
            continue
        if not _ends_well(chain, places):
            raise Refused(
                "按该流程，%(unit)s的申报不会到达人社部门，请调整步骤后再发布。",
                unit=unit.name,
            )


@dataclass(frozen=True, slots=True)
class Stop:
    """A unit on the way of a record, in the order of the chain."""

    unit: Unit
    decides: bool
    is_last: bool


def tried(session: Session, chain: ApprovalChain, unit_id: int) -> list[Stop]:
    """Return who would decide on what a unit sends by this chain, published or not.

    The unit stands for every place that the steps name. Raises Refused where the way
    has no end.
    """
    path = session.scalars(select(Unit.path).where(Unit.id == unit_id)).one()
    rows = session.scalars(select(Unit).where(Unit.id.in_(way_up(path))))
    units = {unit.id: unit for unit in rows}
    closable = chain.kind is RecordKind.declaration
    way = tuple(
        _rung(units[key], closable=closable) for key in way_up(path) if key in units
    )
    named = dict.fromkeys(
        ("chosen_superior", "old_superior", "new_superior", "receiving_unit"), way[0]
    )
    rungs = ladder(chain.steps, Places(way_up=way, **named))
    return [
        Stop(
            unit=units[rung.unit_id],
            decides=rung.decides,
            is_last=rung is rungs[-1],
        )
        for rung in rungs
    ]


def _rung(unit: Unit, *, closable: bool = True) -> Rung:
    return Rung(
        unit_id=unit.id,
        kind=unit.kind,
        is_open=unit.has_review_right or not closable,
        is_active=unit.is_active,
    )


def _everywhere(session: Session) -> Iterator[tuple[Any, Places]]:
    """Yield every unit in use with its way up, from the root downwards."""
    columns = select(
        *(Unit.id, Unit.name, Unit.kind, Unit.path, Unit.is_active),
    ).order_by(Unit.path)
    rungs: dict[int, Rung] = {}
    for row in session.execute(columns):
        rungs[row.id] = Rung(unit_id=row.id, kind=row.kind)
        if row.is_active:
            yield row, Places(way_up=tuple(rungs[key] for key in way_up(row.path)))


def _ends_well(chain: ApprovalChain, places: Places) -> bool:
    try:
        rungs = ladder(chain.steps, places)
    except Refused:
        return False
    return bool(rungs) and rungs[-1].kind is UnitKind.hr_authority


def _locked(session: Session, chain: ApprovalChain) -> Sequence[ApprovalChain]:
    """Return and lock all editions of a chain, as they are now."""
    found = select(ApprovalChain).where(*_same(chain)).order_by(ApprovalChain.id)
    fresh = found.with_for_update().execution_options(populate_existing=True)
    return session.scalars(fresh).all()


def _last_edition(session: Session, chain: ApprovalChain) -> int:
    last = select(func.max(ApprovalChain.edition)).where(*_same(chain))
    with session.no_autoflush:
        return session.scalar(last) or 0


def _same(chain: ApprovalChain) -> tuple[ColumnElement[bool], ...]:
    """What all editions of a chain have in common."""
    return (
        ApprovalChain.kind == chain.kind,
        ApprovalChain.source == chain.source,
        ApprovalChain.conditions == condition_of(chain).key,
    )


def _tell(session: Session, action: str, chain: ApprovalChain) -> None:
    audit(
        session,
        action,
        object_kind="approval_chain",
        object_id=str(chain.id),
        after={"edition": chain.edition, "steps": chain.steps},
    )
