"""What does a filter or a search ask of the rows of a list?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

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

from admin_app.permissions import Range, range_of
from admin_app.views.admin.shapes import is_ordered


def name_of_wish(name: str) -> str:
    """Return how the parameter is called for what is wished of a name in an address."""
    return f"wished_{name.replace('.', '_')}"


def wish(name: str, column: Any) -> BindParameter[Any]:
    """Return the parameter for whatever is wished of a column."""
    return bindparam(name_of_wish(name), type_=column.type)


def wished(name: str, value: Any, column: Any) -> BindParameter[Any]:
    """Return the parameter for what a person wishes of a column."""
    return bindparam(name_of_wish(name), value, type_=column.type)


def wished_range(name: str, prefix: str, column: Any) -> Range:
    """Return the parameters for what begins with a prefix."""
    ends = range_of(prefix)._asdict().items()
    return Range(*(wished(f"{name}_{end}", value, column) for end, value in ends))


def wish_range(name: str, column: Any) -> Range:
    """Return the parameters for what begins with whatever prefix is wished."""
    return Range(*(wish(f"{name}_{end}", column) for end in Range._fields))


def range_wished(name: str, prefix: str) -> dict[str, Any]:
    """Return what those parameters are for a prefix."""
    ends = range_of(prefix)._asdict().items()
    return {name_of_wish(f"{name}_{end}"): value for end, value in ends}


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a filter or a search asks of a row, and of which columns of the model."""

    criterion: ColumnElement[bool]
    """Its values are `wished`: their names say what is asked, whatever they are."""
    columns: tuple[str, ...] = ()
    """An index that begins with it finds the rows; of several, one index each."""
    is_equal: bool = False
    """Whether it holds its one column equal: the index of an order may begin so."""
    is_of_one: bool = False
    """Whether the rows are those of one person, which an index finds: always few."""
    through: Select[Any] | None = None
    """The keys of another table, of which the one column holds one."""
    wishes: Mapping[str, Any] | None = None
    """What is wished, by name, of a criterion that is made once for all wishes."""

    def of(self, wishes: Mapping[str, Any]) -> "Narrowing":
        """Return the same for what somebody wishes."""
        return replace(self, wishes=wishes)

    @property
    def filled(self) -> ColumnElement[bool]:
        """The criterion with what is wished in it."""
        wishes = self.wishes
        if wishes is None:
            return self.criterion

        def told(element: Any, **_more: Any) -> BindParameter[Any] | None:
            if isinstance(element, BindParameter) and element.key in wishes:
                return bindparam(element.key, wishes[element.key], type_=element.type)
            return None

        return visitors.replacement_traverse(self.criterion, {}, told)

    @property
    def values(self) -> Mapping[str, Any]:
        """What is wished, by name; TypeError for a value that has none.

        A list that is kept would keep it, and answer others by it.
        """
        if self.wishes is not None:
            return self.wishes
        found = {}
        for part in visitors.iterate(self.criterion):
            if isinstance(part, BindParameter):
                if part.unique:
                    raise TypeError(f"a value without a name: {self.criterion}")
                found[part.key] = part.value
        return found

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
