"""What a platform administrator founds, and corrects, about a unit (R04)."""

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from admin_app.errors import Forbidden, Refused
from admin_app.models import Unit
from admin_app.operations.registration import (
    UnitApplication,
    place_unit,
    refuse_region,
    refuse_unit_application,
)
from admin_app.permissions import Actor, permits
from admin_app.rules.registration_codes import parse_registration_code


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
