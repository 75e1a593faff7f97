"""What a unit's own administrators change of it (U15), and the platform's found (R04)."""

import datetime as dt
from dataclasses import asdict, dataclass

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from admin_app.enums import AttachmentPurpose
from admin_app.errors import Conflict, Forbidden, Refused
from admin_app.models import Attachment, Unit
from admin_app.operations import audit
from admin_app.operations.registration import (
    UnitApplication,
    place_unit,
    refuse_region,
    refuse_taken_name,
    refuse_unit_application,
)
from admin_app.operations.units import lock_unit
from admin_app.permissions import Actor, permits
from admin_app.rules.registration_codes import parse_registration_code


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProfile:
    """What a unit changes of itself without asking anybody."""

    name: str
    short_name: str
    phone: str
    address: str
    contact: str
    nature_id: int
    industry_id: int


def save_profile(
    session: Session, *, actor: Actor, profile: UnitProfile, seen_at: dt.datetime
) -> Unit:
    """Store what the actor's unit tells of itself; it holds at once.

    `seen_at` is when the data that the actor saw were written: later ones are a Conflict.
    """
    unit = _own_unit(session, actor)
    if unit.updated_at != seen_at:
        raise Conflict("单位资料在您打开之后已被他人修改，请核对后再保存。")
    if profile.name != unit.name:
        refuse_taken_name(
            session, profile.name, superior_id=unit.superior_id, own_id=unit.id
        )
    for name, value in asdict(profile).items():
        setattr(unit, name, value)
    session.flush()
    return unit


def current_scan(session: Session, unit_id: int) -> Attachment | None:
    """Return the latest scan of the unit's papers; earlier ones are kept."""
    scans = select(Attachment).where(
        Attachment.unit_id == unit_id,
        Attachment.purpose == AttachmentPurpose.unit_scan,
    )
    return session.scalar(scans.order_by(Attachment.id.desc()).limit(1))


def replace_scan(session: Session, *, actor: Actor, scan: Attachment) -> None:
    """Let another scan be the unit's; the one before stays readable."""
    unit = _own_unit(session, actor)
    before = current_scan(session, unit.id)
    scan.unit_id = unit.id
    session.add(scan)
    session.flush()
    audit.record(
        session,
        "replace_scan",
        object_kind="unit",
        object_id=unit.id,
        before={"file_name": before.file_name if before else None},
        after={"file_name": scan.file_name},
    )


def _own_unit(session: Session, actor: Actor) -> Unit:
    """Return the actor's unit, locked, or refuse who does not administer all of it."""
    is_whole = actor.is_administrator and actor.department_id is None
    if not (is_whole and permits(actor, "unit_profile:edit")):
        raise Forbidden("只有本单位有权限的管理员可以修改单位资料。")
    assert actor.unit_id is not None
    return lock_unit(session, actor.unit_id)


def found_unit(session: Session, *, actor: Actor, unit: Unit) -> Unit:
    """Take in a unit as an approved registration would; it has no administrator yet."""
    _require(actor, "create")
    superior = unit.superior
    if superior is None:
        raise Refused("请选择上级部门。", field="superior")
    code = parse_registration_code(unit.registration_code)
    application = UnitApplication(
        name=unit.name,
        kind=unit.kind,
        registration_code=code,
        phone=unit.phone,
        region_id=unit.region.id,
        nature_id=unit.nature.id,
        level_id=unit.level.id,
        industry_id=unit.industry.id,
        superior_id=superior.id,
    )
    _refuse_application(session, application)
    unit.registration_code = code
    return place_unit(session, unit, superior)


def correct_unit(session: Session, *, actor: Actor, unit: Unit) -> None:
    """Store what was changed of a unit's own details; code and superior stay (U16)."""
    _require(actor, "edit")
    state = inspect(unit)
    # What was taken over from elsewhere need not be mended to change a telephone.
    moved = any(state.attrs[name].history.has_changes() for name in ("region", "level"))
    with session.no_autoflush:
        if moved:
            _at_form_field(refuse_region, session, unit.region.id, unit.level.id)
    session.flush()


def _refuse_application(session: Session, application: UnitApplication) -> None:
    with session.no_autoflush:
        _at_form_field(refuse_unit_application, session, application)


def _at_form_field(refuse: object, *given: object) -> None:
    """Name the relation where the rule names its key: the form has the relation."""
    assert callable(refuse)
    try:
        refuse(*given)
    except Refused as refused:
        refused.field = (refused.field or "").removesuffix("_id") or None
        raise


def _require(actor: Actor, verb: str) -> None:
    if not permits(actor, f"records:{verb}"):
        raise Forbidden("只有系统管理员可以新增或修改单位。")
