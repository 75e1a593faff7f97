"""Where is a search term looked for? That depends on what it looks like."""

import re
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, or_, select

from admin_app.columns import EncryptedText
from admin_app.permissions import prefix_range, told_range
from admin_app.views.admin.narrowing import (
    Narrowing,
    Wished,
    wish,
    wish_range,
)
from admin_app.views.admin.paths import Shown

LONGEST: Final = 60
CODES: Final = frozenset({"code", "registration_code", "number", "permission", "key"})
ESCAPED: Final = re.compile("[%_/]")
ID_NUMBER: Final = re.compile(r"[0-9]{17}[0-9Xx]|[0-9]{15}")


def looks_personal(term: str) -> bool:
    """Tell whether the term is an identity number, which no address may hold."""
    return ID_NUMBER.fullmatch(term.strip()) is not None


class Search:
    """What a list is searched for: codes or names that begin so, or have it anywhere."""

    def __init__(self, searched: Sequence[Shown], *, anywhere: bool) -> None:
        """Take the columns; what is asked of them is made when it is first searched."""
        codes = [shown for shown in searched if shown.attribute.key in CODES]
        names = [shown for shown in searched if shown.attribute.key not in CODES]
        self._codes, self._names = codes or names, names or codes
        self._anywhere = anywhere
        self._forms: dict[bool, Narrowing] = {}

    def wished(self, term: str) -> Wished | None:
        """Return what a term asks for; None for no term."""
        term = _cleaned(term)
        if not term or not self._codes:
            return None
        chosen, is_code = self._chosen(term), _is_like_a_code(term)
        if is_code not in self._forms:
            self._forms[is_code] = self._form(chosen)
        if self._anywhere:
            as_written = ESCAPED.sub(r"/\g<0>", term)
            patterns = {shown.path: f"%{as_written}%" for shown in chosen}
            return self._forms[is_code].of(patterns)
        ends = (told_range(shown.path, term).items() for shown in chosen)
        return self._forms[is_code].of(dict(chain.from_iterable(ends)))

    def column(self, term: str) -> str:
        """Return the one column that an index finds a term in; '' where there is none."""
        chosen = self._chosen(term) if _cleaned(term) and not self._anywhere else []
        return compared(chosen[0]) if len(chosen) == 1 else ""

    def _chosen(self, term: str) -> list[Shown]:
        return self._codes if _is_like_a_code(_cleaned(term)) else self._names

    def _form(self, chosen: list[Shown]) -> Narrowing:
        found = or_(*(_has(shown, anywhere=self._anywhere) for shown in chosen))
        if self._anywhere:
            # What stands anywhere in a text is found by no index.
            return Narrowing(found)
        return Narrowing(found, tuple(map(compared, chosen)), through=_named(chosen))


def _cleaned(term: str) -> str:
    return term.strip()[:LONGEST]


def _is_like_a_code(term: str) -> bool:
    return term.isascii() and any(sign.isdigit() for sign in term)


def compared(shown: Shown) -> str:
    """Return the column of the list's own model that is compared."""
    if not shown.chain:
        return str(shown.attribute.key)
    (column,) = shown.chain[0].property.local_columns
    return str(column.key)


def _named(chosen: Sequence[Shown]) -> Select[Any] | None:
    """Return the keys of the one table that is searched, where it is another one."""
    if len(chosen) > 1 or len(chosen[0].chain) != 1:
        return None
    (relation,), column = chosen[0].chain, chosen[0].attribute
    if column.class_ is relation.class_:
        return None
    return select(column.class_.id).where(_begins(chosen[0]))


def _has(shown: Shown, *, anywhere: bool) -> ColumnElement[bool]:
    if not anywhere:
        return _through(shown.chain, _begins(shown))
    pattern = wish(shown.path, shown.attribute)
    return _through(shown.chain, shown.attribute.like(pattern, escape="/"))


def _begins(shown: Shown) -> ColumnElement[bool]:
    column = shown.attribute
    return prefix_range(column, wish_range(shown.path, column))


def _through(chain: tuple[Any, ...], found: ColumnElement[bool]) -> ColumnElement[bool]:
    # One IN per relation: the planner of PostgreSQL turns it into a semi-join.
    for relation in reversed(chain):
        column = next(iter(relation.property.local_columns))
        target = relation.property.mapper.class_
        found = getattr(relation.class_, column.key).in_(select(target.id).where(found))
    return found


def is_searchable(shown: Shown) -> bool:
    """Tell whether a term can be looked up in the column by an index."""
    return not isinstance(shown.attribute.type, EncryptedText)
