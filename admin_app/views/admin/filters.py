"""How can a list be narrowed? A few declared filters, each with a name in the address."""

import datetime as dt
import enum
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import request
from sqlalchemy import ColumnElement, and_, true
from typing_extensions import override

from admin_app.columns import Moment
from admin_app.permissions import Actor, prefix_range, told_range
from admin_app.views.admin import lookups
from admin_app.views.admin.boundaries import BadAddress, typed
from admin_app.views.admin.display import ZONE, words_of
from admin_app.views.admin.narrowing import (
    Narrowing,
    Wished,
    wish,
    wish_range,
)
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
    _forms: dict[tuple[str, ...], Narrowing] = field(
        default_factory=dict, init=False, repr=False
    )
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
    def wishes(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Return what the address asks for, by name, empty for nothing.

        BadAddress says that no link would ask so.
        """

    def criterion(self, names: Collection[str]) -> ColumnElement[bool]:
        """Return the criterion for whatever is wished by these names."""
        (name,) = names
        column = getattr(self.model, self.compared)
        wanted: ColumnElement[bool] = column == wish(name, column)
        return wanted

    def wished(self, args: Mapping[str, str], actor: Actor | None) -> Wished | None:
        """Return what the address asks for, and of which column."""
        wishes = self.wishes(args, actor)
        if not wishes:
            return None
        names = tuple(wishes)
        if names not in self._forms:
            self._forms[names] = Narrowing(
                self.criterion(names), (self.compared,), is_equal=self.is_equal
            )
        return self._forms[names].of(wishes)

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
    """One of a closed list or of known words, or yes and no."""

    is_equal: ClassVar[bool] = True

    @override
    def is_served(self, bound: tuple[str, ...], order: str, *, in_scope: bool) -> bool:
        """Offer it to nobody: what a closed list leaves is never few."""
        return False

    @override
    def wishes(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Ask for the chosen member."""
        if not (raw := args.get(self.name)):
            return {}
        if raw not in self.words:
            raise BadAddress(self.name)
        return {self.name: typed(self.column, raw)}

    @override
    def control(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Offer every member."""
        return {
            "kind": "choice",
            "name": self.name,
            "label": self.label,
            "choices": [(word, _(label)) for word, label in self.words.items()],
            "value": args.get(self.name, ""),
        }

    @property
    def words(self) -> Mapping[str, str]:
        """What may be chosen: each word of an address with its label."""
        members: type[enum.Enum] | None = getattr(self.column.type, "enum_class", None)
        if members is not None:
            return {member.name: member.value for member in members}
        return words_of(self.column.property.columns[0]) or {"1": "是", "0": "否"}


@dataclass
class NumberFilter(Filter):
    """Exactly this number: a year, a record."""

    is_equal: ClassVar[bool] = True

    @override
    def wishes(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Ask for the number."""
        raw = args.get(self.name)
        return {self.name: typed(self.column, raw)} if raw else {}

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
    def wishes(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Ask for a range, which an index serves."""
        term = args.get(self.name, "").strip()[:LONGEST]
        return told_range(self.name, term) if term else {}

    @override
    def criterion(self, names: Collection[str]) -> ColumnElement[bool]:
        """Compare as a range."""
        return prefix_range(self.column, wish_range(self.name, self.column))

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
    def wishes(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Ask for days in the country's own time, from one to another."""
        begin, end = self.parameters
        first, last = _day(args.get(begin)), _day(args.get(end))
        found: dict[str, Any] = {}
        if first:
            found[begin] = self._start(first)
        if last:
            found[end] = self._start(last + dt.timedelta(days=1))
        return found

    @override
    def criterion(self, names: Collection[str]) -> ColumnElement[bool]:
        """Compare with the moments where the first day begins and the last one ends."""
        begin, end = self.parameters
        after, before = wish(begin, self.column), wish(end, self.column)
        ends = {begin: self.column >= after, end: self.column < before}
        return and_(*(ends[name] for name in names))

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
    def wishes(self, args: Mapping[str, str], actor: Actor | None) -> dict[str, Any]:
        """Ask for a record; OutOfScope for one that the actor does not see."""
        if not (raw := args.get(self.name)):
            return {}
        key = lookups.key_of(raw)
        self._chosen(actor, key)
        return {self.name: key}

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
