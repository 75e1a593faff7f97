"""What the fields of registration offer, and the words for what was picked."""

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Form

from admin_app.forms.fields import ChoiceField, PickedField
from admin_app.models import (
    Department,
    EthnicGroup,
    Industry,
    Major,
    Region,
    Unit,
    UnitLevel,
    UnitNature,
)
from admin_app.web.i18n import current_locale

OFFERED: Final[dict[str, Any]] = {
    "nature_id": UnitNature,
    "level_id": UnitLevel,
    "industry_id": Industry,
    "ethnic_group_id": EthnicGroup,
}
PICKED: Final[dict[str, Any]] = {
    "region_id": Region,
    "native_place_id": Region,
    "unit_id": Unit,
    "superior_id": Unit,
    "department_id": Department,
    "major_id": Major,
}


def offer(form: Form, session: Session) -> None:
    """Give every field of a code table its rows."""
    for name, model in OFFERED.items():
        if name in form and isinstance(field := form[name], ChoiceField):
            rows = session.scalars(
                select(model)
                .where(model.is_active)
                .order_by(model.sort_order, model.code)
            )
            field.offer([(row.id, _indented(row)) for row in rows])


def show_picked(form: Form, session: Session) -> None:
    """Give every picked field the words for its row."""
    for name, model in PICKED.items():
        if name in form and isinstance(field := form[name], PickedField):
            row = session.get(model, field.data) if field.data else None
            field.shown = full_name(row) if row is not None else ""


def name_of(row: Any) -> str:
    """Return the row's name in the language of the page."""
    english = getattr(row, "name_en", "")
    return str(english if current_locale() == "en" and english else row.name)


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
