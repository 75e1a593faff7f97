"""How can a list be narrowed? A few declared filters, each with a name in the address."""

import datetime as dt
import enum
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import request
from sqlalchemy import ColumnElement, Enum, true
from typing_extensions import override

from admin_app.columns import Moment
from admin_app.permissions import Actor, prefix_range
from admin_app.views.admin import lookups
from admin_app.views.admin.display import ZONE
from admin_app.views.admin.narrowing import Narrowing, wished, wished_range
from admin_app.views.admin.paging import BadAddress, typed
from admin_app.views.admin.paths import Model, relation_label
from admin_app.web.i18n import lazily as _l
from admin_app.web.i18n import name_of
from admin_app.web.i18n import worded as _

LONGEST = 60


class OutOfScope(LookupError):  # noqa: N818 (an answer, not a failure)
    """The filter names a record that the actor does not see: 404."""


@dataclass
class Filter(ABC):
    """One way to narrow a list; `name` is a column and the name in the address."""

    name: str
    label: Any = None
    model: Any = field(default=None, init=False)
    is_equal: ClassVar[bool] = False
    """Whether it holds its column equal to a value."""

    def bind(self, model: Model) -> None:
        """Attach the filter to the model of its list; an unknown name is refused."""
        self.model = model
        self.label = self.label or _l(self.column.property.columns[0].comment)

    @property
    def column(self) -> Any:
        """The column that is compared."""
        return getattr(self.model, self.name)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the address."""
        return (self.name,)

    @abstractmethod
    def criterion(
        self, args: Mapping[str, str], actor: Actor | None
    ) -> ColumnElement[bool] | None:
        """Return what the address asks for; BadAddress for what no link would say."""

    def narrowing(
        self, args: Mapping[str, str], actor: Actor | None
    ) -> Narrowing | None:
        """Return what the address asks for, and of which column."""
        criterion = self.criterion(args, actor)
        if criterion is None:
            return None
        return Narrowing(criterion, (self.compared,), is_equal=self.is_equal)

    def is_served(self, bound: tuple[str, ...], order: str, *, in_scope: bool) -> bool:
        """Tell whether an index finds what it asks for, whatever the value."""
        any_value = Narrowing(true(), (self.compared,), is_equal=self.is_equal)
        if in_scope:
            any_value = any_value.in_scope(self.model)
        found = any_value.is_found(self.model, bound)
        return found or any_value.is_in_order(self.model, bound, order)

    @property
    def compared(self) -> str:
        """The name of the column that is compared."""
        return self.name

    @abstractmethod
    def control(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Return what the template needs to draw the filter."""


@dataclass
class ChoiceFilter(Filter):
    """One of a closed list, or yes and no."""

    is_equal: ClassVar[bool] = True

    @override
    def is_served(self, bound: tuple[str, ...], order: str, *, in_scope: bool) -> bool:
        """Offer it to nobody: what a closed list leaves is never few."""
        return False

    @override
    def criterion(
        self, args: Mapping[str, str], actor: Actor | None
    ) -> ColumnElement[bool] | None:
        """Compare with the chosen member."""
        if not (raw := args.get(self.name)):
            return None
        wanted: ColumnElement[bool] = self.column == wished(
            self.name, typed(self.column, raw), self.column
        )
        return wanted

    @override
    def control(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Offer every member."""
        kind = self.column.type
        members: type[enum.Enum] | None = getattr(kind, "enum_class", None)
        if isinstance(kind, Enum) and members is not None:
            offered = [(member.name, _(member.value)) for member in members]
        else:
            offered = [("1", _("是")), ("0", _("否"))]
        return {
            "kind": "choice",
            "name": self.name,
            "label": self.label,
            "choices": offered,
            "value": args.get(self.name, ""),
        }


@dataclass
class NumberFilter(Filter):
    """Exactly this number: a year, a record."""

    is_equal: ClassVar[bool] = True

    @override
    def criterion(
        self, args: Mapping[str, str], actor: Actor | None
    ) -> ColumnElement[bool] | None:
        """Compare with the number."""
        if not (raw := args.get(self.name)):
            return None
        wanted: ColumnElement[bool] = self.column == wished(
            self.name, typed(self.column, raw), self.column
        )
        return wanted

    @override
    def control(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Offer a field for a number."""
        return {
            "kind": "text",
            "type": "number",
            "name": self.name,
            "label": self.label,
            "value": args.get(self.name, ""),
        }


@dataclass
class PrefixFilter(Filter):
    """Text that begins like this."""

    @override
    def criterion(
        self, args: Mapping[str, str], actor: Actor | None
    ) -> ColumnElement[bool] | None:
        """Compare as a range, which an index serves."""
        term = args.get(self.name, "").strip()[:LONGEST]
        if not term:
            return None
        return prefix_range(self.column, wished_range(self.name, term, self.column))

    @override
    def control(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Offer a field for text."""
        return {
            "kind": "text",
            "type": "text",
            "name": self.name,
            "label": self.label,
            "value": args.get(self.name, ""),
        }


@dataclass
class DateFilter(Filter):
    """From one day to another, both included."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Two ends."""
        return (f"{self.name}_from", f"{self.name}_until")

    @override
    def criterion(
        self, args: Mapping[str, str], actor: Actor | None
    ) -> ColumnElement[bool] | None:
        """Compare with the days in the country's own time."""
        first, last = (_day(args.get(name)) for name in self.parameters)
        wanted: list[ColumnElement[bool]] = []
        if first:
            begin = wished(f"{self.name}_from", self._start(first), self.column)
            wanted.append(self.column >= begin)
        if last:
            after = self._start(last + dt.timedelta(days=1))
            wanted.append(
                self.column < wished(f"{self.name}_until", after, self.column)
            )
        if not wanted:
            return None
        return wanted[0] if len(wanted) == 1 else wanted[0] & wanted[1]

    def _start(self, day: dt.date) -> dt.date:
        if isinstance(self.column.type, Moment):
            return dt.datetime.combine(day, dt.time.min, ZONE)
        return day

    @override
    def control(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Offer two days."""
        first, last = self.parameters
        return {
            "kind": "dates",
            "label": self.label,
            "ends": [
                (first, _("%(label)s起", label=self.label), args.get(first, "")),
                (last, _("%(label)s止", label=self.label), args.get(last, "")),
            ],
        }


def _day(raw: str | None) -> dt.date | None:
    if not raw:
        return None
    try:
        day = dt.date.fromisoformat(raw)
    except ValueError as mistake:
        raise BadAddress("date") from mistake
    if not dt.date(1900, 1, 1) <= day < dt.date(9999, 1, 1):
        raise BadAddress("date")
    return day


@dataclass
class LookupFilter(Filter):
    """The record that a relation points at, found by a scoped search."""

    is_equal: ClassVar[bool] = True

    def bind(self, model: Model) -> None:
        """Take the label of the foreign key."""
        self.model = model
        self.label = self.label or _l(relation_label(self.column))

    @property
    def target(self) -> Model:
        """The model that is searched."""
        target: Model = self.column.property.mapper.class_
        return target

    @override
    def criterion(
        self, args: Mapping[str, str], actor: Actor | None
    ) -> ColumnElement[bool] | None:
        """Compare the foreign key; OutOfScope for a record the actor does not see."""
        if not (raw := args.get(self.name)):
            return None
        key = lookups.key_of(raw)
        self._chosen(actor, key)
        column = getattr(self.model, self.compared)
        wanted: ColumnElement[bool] = column == wished(self.name, key, column)
        return wanted

    @property
    def compared(self) -> str:
        """The foreign key."""
        (column,) = self.column.property.local_columns
        return str(column.key)

    @override
    def control(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Offer the search, with what is chosen now."""
        raw = args.get(self.name)
        chosen = self._chosen(actor, lookups.key_of(raw)) if raw else None
        text = name_of(chosen) if chosen else ""
        return {
            "kind": "lookup",
            "name": self.name,
            "label": self.label,
            "value": raw or "",
            "text": text,
        }

    def _chosen(self, actor: Actor | None, key: int) -> Any:
        # Criterion and control of one request ask for the same record.
        found = _memo()
        if (self.target, key) not in found:
            found[self.target, key] = lookups.find(self.target, actor, key)
        if found[self.target, key] is None:
            raise OutOfScope(self.name)
        return found[self.target, key]


def _memo() -> dict[tuple[Any, int], Any]:
    memo: dict[tuple[Any, int], Any] = request.environ.setdefault(
        "ce.chosen_by_filters", {}
    )
    return memo
