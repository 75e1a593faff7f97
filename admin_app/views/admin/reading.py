"""How are the rows of a page read? Exactly what is shown of them, in one statement.

What comes back holds values and changes nothing. Records of the ORM would be read three
times as slowly: twenty rows with their relations are eighty of them, each tracked for
changes that a list never makes.
"""

from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from admin_app.dialects import among_named
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.views.admin.paths import Model, Shown

Chain = tuple[str, ...]
IDS: Final = "ids"


class Part(NamedTuple):
    """What is read of the record or of a related one, and where it stands in a row."""

    chain: Chain
    """The names of the relations that lead there."""
    names: tuple[str, ...]
    """Its attributes; `id` is the first."""
    place: slice


class Reading:
    """A statement for rows by their ids, and what becomes of its answer."""

    def __init__(
        self, model: Model, shown: Iterable[Shown], extra: Iterable[str]
    ) -> None:
        """Read the columns shown and, of the record itself, the `extra` ones.

        Relations must be many-to-one.
        """
        own: Any = model.__table__
        tables: dict[Chain, Any] = {(): own}
        wanted: dict[Chain, dict[str, Any]] = {(): {"id": own.c.id}}
        joined = own
        for name in extra:
            wanted[()][name] = own.c[_key(getattr(model, name))]
        for column in shown:
            chain: Chain = ()
            for relation in column.chain:
                parent, chain = tables[chain], (*chain, relation.key)
                if chain in tables:
                    continue
                found = relation.property.mapper.local_table.alias("_".join(chain))
                ((here, there),) = relation.property.local_remote_pairs
                joined = joined.outerjoin(
                    found, found.c[there.key] == parent.c[here.key]
                )
                tables[chain] = found
                wanted[chain] = {"id": found.c.id}
            for attribute in filter(None, (column.attribute, column.english)):
                wanted[chain][attribute.key] = tables[chain].c[_key(attribute)]
        self._parts: list[Part] = []
        columns: list[Any] = []
        for chain, attributes in wanted.items():
            place = slice(len(columns), len(columns) + len(attributes))
            self._parts.append(Part(chain, tuple(attributes), place))
            columns += attributes.values()
        self._statement = Prepared(
            select(*columns)
            .select_from(joined)
            .where(among_named(own.c.id, IDS))
            .execution_options(**SAME_PLAN)
        )

    def read(self, session: Session, ids: Sequence[int]) -> list[Any]:
        """Return the rows in the order of their ids, without those that are gone.

        Any attribute that the screen did not ask for raises AttributeError.
        """
        if not ids:
            return []
        rows = self._statement.rows(session, {IDS: sorted(ids)})
        found = {row[0]: self._record(row) for row in rows}
        return [found[key] for key in ids if key in found]

    def _record(self, row: Row[*tuple[Any, ...]]) -> SimpleNamespace:
        made: dict[Chain, SimpleNamespace | None] = {}
        for chain, names, place in self._parts:
            told = dict(zip(names, row[place], strict=False))
            made[chain] = None if told["id"] is None else SimpleNamespace(**told)
            if chain and (parent := made[chain[:-1]]) is not None:
                setattr(parent, chain[-1], made[chain])
        record = made[()]
        assert record is not None
        return record


def _key(attribute: Any) -> str:
    column = attribute.property.columns[0]
    return str(column.key)
