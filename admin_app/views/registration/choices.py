"""What the fields of a person or unit offer, and the words for what was picked."""

from typing import Any, Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased
from wtforms import Form

from admin_app.forms.fields import ChoiceField, PickedField
from admin_app.models import (
    Degree,
    Department,
    EducationLevel,
    EthnicGroup,
    Industry,
    Major,
    PoliticalStatus,
    Region,
    Title,
    Unit,
    UnitLevel,
    UnitNature,
)
from admin_app.web.i18n import name_of

OFFERED: Final[dict[str, Any]] = {
    "nature_id": UnitNature,
    "level_id": UnitLevel,
    "industry_id": Industry,
    "ethnic_group_id": EthnicGroup,
    "political_status_id": PoliticalStatus,
    "education_level_id": EducationLevel,
    "degree_id": Degree,
}
LOWEST: Final = frozenset({EducationLevel})
"""Code tables of which only the lowest rows are offered, the common ones first."""
PICKED: Final[dict[str, Any]] = {
    "region_id": Region,
    "native_place_id": Region,
    "unit_id": Unit,
    "superior_id": Unit,
    "department_id": Department,
    "major_id": Major,
    "title_id": Title,
}


def offer(form: Form, session: Session) -> None:
    """Give every field of a code table its rows."""
    for name, model in OFFERED.items():
        if name in form and isinstance(field := form[name], ChoiceField):
            field.offer(_offered(session, model))


def _offered(session: Session, model: Any) -> list[tuple[int, str]]:
    statement = select(model).where(model.is_active)
    if model not in LOWEST:
        rows = session.scalars(statement.order_by(model.sort_order, model.code))
        return [(row.id, _indented(row)) for row in rows]
    below = aliased(model)
    lowest = statement.where(~exists().where(below.parent_id == model.id))
    rows = session.scalars(lowest.order_by(model.is_common.desc(), model.code))
    return [(row.id, name_of(row)) for row in rows]


def show_picked(form: Form, session: Session) -> None:
    """Give every picked field the words for its row."""
    for name, model in PICKED.items():
        if name in form and isinstance(field := form[name], PickedField):
            row = session.get(model, field.data) if field.data else None
            field.shown = full_name(row) if row is not None else ""


def full_name(row: Any) -> str:
    """Return the names from the top of the tree down to the row."""
    names: list[str] = []
    place = row
    while place is not None:
        names.append(name_of(place))
        place = getattr(place, "parent", None)
    return " / ".join(reversed(names))


def _indented(row: Any) -> str:
    return ("\u3000" if getattr(row, "level", 1) > 1 else "") + name_of(row)
