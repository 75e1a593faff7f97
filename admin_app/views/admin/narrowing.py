"""What does a filter or a search ask of the rows of a list?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Boolean,
    ColumnElement,
    Enum,
    Select,
    SmallInteger,
    bindparam,
)
from sqlalchemy.sql import visitors

from admin_app.permissions import Range, any_range
from admin_app.views.admin.shapes import is_ordered


def wish(name: str, column: Any) -> BindParameter[Any]:
    """Return the parameter for what is wished of a column, whatever it is."""
    return bindparam(_parameter(name), type_=column.type)


def wish_range(name: str, column: Any) -> Range:
    """Return the parameters for what begins with a prefix, whatever it is."""
    return any_range(_parameter(name), column.type)


def _parameter(name: str) -> str:
    return f"wished_{name.replace('.', '_')}"


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a filter or a search asks of a row, and of which columns of the model."""

    criterion: ColumnElement[bool]
    """What is wished are parameters in it: it is made once, whatever anybody wishes."""
    columns: tuple[str, ...] = ()
    """An index that begins with it finds the rows; of several, one index each."""
    is_equal: bool = False
    """Whether it holds its one column equal: the index of an order may begin so."""
    is_of_one: bool = False
    """Whether the rows are those of one person, which an index finds: always few."""
    through: Select[Any] | None = None
    """The keys of another table, of which the one column holds one."""

    def __post_init__(self) -> None:
        """Refuse a value that has no name: TypeError.

        A list that is kept would keep it, and answer others by it.
        """
        for part in visitors.iterate(self.criterion):
            if isinstance(part, BindParameter) and part.unique:
                raise TypeError(f"a value without a name: {self.criterion}")

    def of(self, wishes: Mapping[str, Any]) -> "Wished":
        """Return it with what somebody wishes, by name."""
        return Wished(self, {_parameter(name): value for name, value in wishes.items()})

    def in_scope(self, model: Any) -> "Narrowing":
        """Return the same for a scope: no index finds there what many rows share.

        Of a year's rows in the province an index finds those of a city one by one, which
        a planner takes for the shorter way. No index serves the test of a test.
        """
        kinds = [getattr(model, name).type for name in self.columns]
        if not all(isinstance(kind, Boolean | Enum | SmallInteger) for kind in kinds):
            return self
        return Narrowing(self.criterion.is_(True))

    def as_common(self, model: Any) -> "Narrowing":
        """Return the same asked of each row, for a name that many have.

        What all of that name have, in the province, is more than what some units have.
        """
        if self.through is None:
            return self
        (key,) = self.through.selected_columns
        (name,) = self.columns
        named = self.through.where(key == getattr(model, name))
        return Narrowing(named.exists().is_(True))

    def is_found(self, model: Any, bound: tuple[str, ...]) -> bool:
        """Tell whether indexes find the rows that meet it."""
        return bool(self.columns) and all(
            is_ordered(model, (name,)) or is_ordered(model, (*bound, name))
            for name in self.columns
        )

    def is_in_order(self, model: Any, bound: tuple[str, ...], order: str) -> bool:
        """Tell whether an index holds the rows that meet it in this order."""
        if self.columns == (order,):
            return True
        return self.is_equal and any(
            is_ordered(model, columns)
            for columns in (
                (*self.columns, *bound, order),
                (*bound, *self.columns, order),
            )
        )


class Wished(NamedTuple):
    """What somebody asks of a list."""

    narrowing: Narrowing
    values: Mapping[str, Any]
    """Of the parameters in the criterion, by their names."""

    @property
    def criterion(self) -> ColumnElement[bool]:
        """The criterion with the values in it."""

        def told(element: Any, **_more: Any) -> BindParameter[Any] | None:
            if isinstance(element, BindParameter) and element.key in self.values:
                value = self.values[element.key]
                return bindparam(element.key, value, type_=element.type)
            return None

        return visitors.replacement_traverse(self.narrowing.criterion, {}, told)
