"""Where is a search term looked for? That depends on what it looks like."""

import re
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, or_, select

from admin_app.columns import EncryptedText
from admin_app.permissions import prefix_range
from admin_app.views.admin.narrowing import Narrowing, wished, wished_range
from admin_app.views.admin.paths import Shown

LONGEST: Final = 60
CODES: Final = frozenset({"code", "registration_code", "number", "permission", "key"})
ESCAPED: Final = re.compile("[%_/]")
ID_NUMBER: Final = re.compile(r"[0-9]{17}[0-9Xx]|[0-9]{15}")


def looks_personal(term: str) -> bool:
    """Tell whether the term is an identity number, which no address may hold."""
    return ID_NUMBER.fullmatch(term.strip()) is not None


def matches(
    searched: Sequence[Shown], term: str, *, anywhere: bool = False
) -> Narrowing | None:
    """Return the rows whose code or name begins with the term, or has it anywhere.

    None for no term.
    """
    term = term.strip()[:LONGEST]
    if not term:
        return None
    codes = [s for s in searched if s.attribute.key in CODES]
    names = [s for s in searched if s.attribute.key not in CODES]
    like_a_code = term.isascii() and any(c.isdigit() for c in term)
    chosen = (codes if like_a_code else names) or codes or names
    found = or_(*(_has(shown, term, anywhere=anywhere) for shown in chosen))
    if anywhere:
        # What stands anywhere in a text is found by no index.
        return Narrowing(found)
    return Narrowing(found, tuple(map(compared, chosen)), through=_named(chosen, term))


def compared(shown: Shown) -> str:
    """Return the column of the list's own model that is compared."""
    if not shown.chain:
        return str(shown.attribute.key)
    (column,) = shown.chain[0].property.local_columns
    return str(column.key)


def _named(chosen: Sequence[Shown], term: str) -> Select[Any] | None:
    """Return the keys of the one table that is searched, where it is another one."""
    if len(chosen) > 1 or len(chosen[0].chain) != 1:
        return None
    (relation,), column = chosen[0].chain, chosen[0].attribute
    if column.class_ is relation.class_:
        return None
    return select(column.class_.id).where(_begins(chosen[0], term))


def _has(shown: Shown, term: str, *, anywhere: bool) -> ColumnElement[bool]:
    column = shown.attribute
    if anywhere:
        as_written = ESCAPED.sub(r"/\g<0>", term)
        pattern = wished(shown.path, f"%{as_written}%", column)
        return _through(shown.chain, column.like(pattern, escape="/"))
    return _through(shown.chain, _begins(shown, term))


def _begins(shown: Shown, term: str) -> ColumnElement[bool]:
    column = shown.attribute
    return prefix_range(column, wished_range(shown.path, term, column))


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
