"""How is a related record chosen? By a scoped search that shows a label and no more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import load_only, raiseload
from typing_extensions import override
from wtforms import Field, SelectField
from wtforms.fields.choices import Choice
from wtforms.validators import ValidationError

from admin_app import models as m
from admin_app.extensions import db
from admin_app.operations.departments import names_above, place_above, told_path
from admin_app.permissions import Actor, prefix_range, visible
from admin_app.views.admin.boundaries import BadAddress, typed
from admin_app.views.admin.paths import Model
from admin_app.web.i18n import name_of

LIMIT: Final = 20
LONGEST_TERM: Final = 60


@dataclass(frozen=True, slots=True)
class Lookup:
    """What of a model is searched by text, and by code; the first also labels it."""

    text: str = "name"
    code: str | None = None


_CODES = Lookup(code="code")

LOOKUPS: Final[Mapping[Model, Lookup]] = {
    **dict.fromkeys(
        (
            m.Region,
            m.Industry,
            m.UnitNature,
            m.UnitLevel,
            m.EthnicGroup,
            m.PoliticalStatus,
            m.EducationLevel,
            m.Degree,
            m.Major,
            m.Title,
            m.LearningForm,
            m.PublicCourse,
        ),
        _CODES,
    ),
    m.Unit: Lookup(code="registration_code"),
    m.Department: Lookup(),
    m.Person: Lookup(),
    m.Role: Lookup(),
    m.CertificateTemplate: _CODES,
}
"""Every model that a form or a filter may point at."""


def key_of(text: object) -> int:
    """Return the key in a piece of an address; BadAddress when it is none."""
    key: int = typed(m.Unit.__table__.c.id, text if isinstance(text, str) else "")
    if key <= 0:
        raise BadAddress("id")
    return key


def choices(
    model: Any,
    actor: Actor | None,
    term: str,
    *,
    among: ColumnElement[bool] | None = None,
) -> list[dict[str, object]]:
    """Return at most LIMIT records in the actor's scope, as id and label only."""
    lookup = LOOKUPS[model]
    label = getattr(model, lookup.text)
    statement = visible(_labelled(model, lookup), model, actor)
    if among is not None:
        statement = statement.where(among)
    if term := term.strip()[:LONGEST_TERM]:
        by_code = lookup.code is not None and term.isascii() and term[:1].isalnum()
        column = getattr(model, lookup.code) if by_code and lookup.code else label
        statement = statement.where(prefix_range(column, term)).order_by(column)
    if hasattr(model, "is_active"):
        statement = statement.where(model.is_active)
    rows = db.session.scalars(statement.order_by(model.id).limit(LIMIT)).all()
    offered = [{"value": row.id, "text": name_of(row)} for row in rows]
    if hint := HINTS.get(model):
        told = hint(rows)
        offered = [item | {"hint": told[item["value"]]} for item in offered]
    return offered


def _places(rows: Sequence[m.Department]) -> dict[int, str]:
    """Return where departments stand: many share their name with one elsewhere."""
    above = {row.id: place_above(row.path) for row in rows}
    names = names_above(db.session(), above.values())
    return {key: told_path(path, names) for key, path in above.items()}


HINTS: Final[Mapping[Model, Callable[[Sequence[Any]], dict[int, str]]]] = {
    m.Department: _places
}
"""What is said beside a label that alone is not clear."""


def _labelled(model: Any, lookup: Lookup) -> Select[Any]:
    columns = [model.id, getattr(model, lookup.text)]
    columns += [model.path] if model in HINTS else []
    columns += [model.name_en] if hasattr(model, "name_en") else []
    return select(model).options(load_only(*columns), raiseload("*"))


def find(
    model: Any,
    actor: Actor | None,
    key: int,
    *,
    among: ColumnElement[bool] | None = None,
) -> Any | None:
    """Return the record of that key if it is in the actor's scope."""
    statement = visible(select(model), model, actor).where(model.id == key)
    if among is not None:
        statement = statement.where(among)
    # A form looks its relations up while it fills the record: nothing may flush yet.
    with db.session.no_autoflush:
        return db.session.scalar(statement)


class LookupField(SelectField):
    """A relation in a form: what is posted must be in scope, and is never dropped."""

    def __init__(
        self,
        label: Any = None,
        validators: Any = None,
        *,
        model: Model,
        allow_blank: bool = False,
        **kwargs: Any,
    ) -> None:
        """Search `model`; `allow_blank` says whether the relation may be empty."""
        super().__init__(label, validators, choices=[], coerce=str, **kwargs)
        self.model = model
        self.allow_blank = allow_blank
        self.was_sent = False
        # Set by the view for each request: the rules of scope need somebody.
        self.actor: Actor | None = None
        self.among: ColumnElement[bool] | None = None

    def process_data(self, value: Any) -> None:
        """Take the related record itself."""
        self.data = value

    def process_formdata(self, valuelist: list[Any] | None) -> None:
        """Find the posted key in the actor's scope."""
        raw = (valuelist or [""])[0]
        self.was_sent, self.data = bool(raw), None
        self._raw = raw

    def resolve(self) -> None:
        """Look the posted key up; the view calls this before it validates."""
        if self.was_sent:
            try:
                key = key_of(self._raw)
                self.data = find(self.model, self.actor, key, among=self.among)
            except BadAddress:
                self.data = None

    @override
    def pre_validate(self, form: Any) -> None:
        """Refuse what is unknown or out of scope, never store it as nothing."""
        if self.data is None and (self.was_sent or not self.allow_blank):
            raise ValidationError(_("请选择列表中的一项"))

    def iter_choices(self) -> Any:
        """Offer the present choice only: the others come from the search."""
        if self.data is not None:
            yield Choice(str(self.data.id), self.text, selected=True, render_kw={})

    def has_groups(self) -> bool:
        """Options have no groups."""
        return False

    @property
    def text(self) -> str:
        """The label of the present choice."""
        return "" if self.data is None else self.label_of(self.data)

    def label_of(self, record: Any) -> str:
        """Return the label of a record."""
        return name_of(record)


def lookup_fields(form: Any) -> list[LookupField]:
    """Return the relations among the fields of a form."""
    fields: list[Field] = list(form)
    return [field for field in fields if isinstance(field, LookupField)]
