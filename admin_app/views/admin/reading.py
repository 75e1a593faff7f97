"""How is what a page shows read? Exactly that, in one statement.

What comes back holds values and changes nothing. Records of the ORM would be read three
times as slowly: twenty rows with their relations are eighty of them, each tracked for
changes that a list never makes.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Select, and_, inspect, select
from sqlalchemy.orm import Session, make_transient_to_detached

from admin_app.dialects import among_named
from admin_app.postgres import SAME_PLAN
from admin_app.prepared import Prepared
from admin_app.views.admin.paths import Model, Shown

Chain = tuple[str, ...]
Places = Mapping[str, int]
IDS: Final = "ids"


class Reading:
    """A statement for rows of a model with what is shown of related ones.

    A row that was read is a tuple; its attributes are those that were asked for, and a
    relation leads to the same of a related row, or to None. Any other attribute raises
    AttributeError.
    """

    def __init__(
        self, model: Model, shown: Sequence[Shown], extra: Iterable[str]
    ) -> None:
        """Read the columns shown and, of the record itself, the `extra` ones.

        Relations must be many-to-one.
        """
        self._model, self._own = model, model.__table__
        self._columns: list[Any] = []
        self._related: list[tuple[Any, Any]] = []
        """Tables to join, each with what it is joined by."""
        tables: dict[Chain, Any] = {(): self._own}
        places: dict[Chain, dict[str, int]] = {(): {}}

        def place(chain: Chain, key: str, column: str) -> int:
            if key not in places[chain]:
                places[chain][key] = len(self._columns)
                self._columns.append(tables[chain].c[column])
            return places[chain][key]

        for name in ("id", *extra):
            place((), name, _key(getattr(model, name)))
        self.places: list[tuple[int, int | None]] = []
        """Where each column shown stands in a row, and where its name in English."""
        for column in shown:
            chain: Chain = ()
            for relation in column.chain:
                parent, chain = tables[chain], (*chain, relation.key)
                if chain in tables:
                    continue
                found = relation.property.mapper.local_table.alias("_".join(chain))
                joint = and_(
                    *(
                        found.c[there.key] == parent.c[here.key]
                        for here, there in relation.property.local_remote_pairs
                    )
                )
                self._related.append((found, joint))
                tables[chain], places[chain] = found, {}
                place(chain, "id", "id")
            own, english = column.attribute, column.english
            beside = (
                None if english is None else place(chain, english.key, _key(english))
            )
            self.places.append((place(chain, own.key, _key(own)), beside))
        self._names = [*places[()], *(chain[0] for chain in places if len(chain) == 1)]
        self.place = len(self._columns)
        """Where a row has its place that was read by `of`."""
        self.as_row = _tuples((), places)
        """Makes a row of the values that come back."""
        by_ids = self.every().where(among_named(self._own.c.id, IDS))
        self._by_ids = Prepared(by_ids.execution_options(**SAME_PLAN), self.as_row)

    def read(self, session: Session, ids: Sequence[int]) -> list[Any]:
        """Return the rows in the order of their ids, without those that are gone."""
        if not ids:
            return []
        rows = self._by_ids.rows(session, {IDS: sorted(ids)})
        found = {row.id: row for row in rows}
        return [found[key] for key in ids if key in found]

    def of(self, keys: Select[Any], *beside: Any, descending: bool) -> Select[Any]:
        """Return a statement for the rows whose key and place another one finds.

        They come in the order of those, each with its place and what stands `beside`
        at its end.
        """
        found = keys.subquery("page")
        key, place = found.c
        here = found.join(self._own, self._own.c.id == key)
        order = [each.desc() if descending else each.asc() for each in (place, key)]
        statement = self._joined(here).add_columns(place, *beside)
        return statement.order_by(*order)

    def every(self) -> Select[Any]:
        """Return the statement for every row, to be narrowed."""
        return self._joined(self._own)

    def as_record(self, row: Sequence[Any]) -> Any:
        """Return a row as a record of its model that no session holds.

        Nothing that is done to it is written, and what was not read of it raises
        DetachedInstanceError. Related rows stay what they are in a row.
        """
        told = self.as_row(row)
        record = inspect(self._model).class_manager.new_instance()
        vars(record).update({name: getattr(told, name) for name in self._names})
        make_transient_to_detached(record)
        return record

    def _joined(self, here: Any) -> Select[Any]:
        for table, joint in self._related:
            here = here.outerjoin(table, joint)
        return select(*self._columns).select_from(here)


def _tuples(chain: Chain, places: Mapping[Chain, Places]) -> type[tuple[Any, ...]]:
    """Return the class of rows as they look from the end of a chain of relations."""
    attributes: dict[str, Any] = {
        name: property(itemgetter(place)) for name, place in places[chain].items()
    }
    for further in places:
        if further and further[:-1] == chain:
            related = partial(_related, _tuples(further, places), places[further]["id"])
            attributes[further[-1]] = property(related)
    return type("Read", (tuple,), {"__slots__": (), **attributes})


def _related(kind: type[tuple[Any, ...]], place: int, row: tuple[Any, ...]) -> Any:
    return None if row[place] is None else kind(row)


def _key(attribute: Any) -> str:
    column = attribute.property.columns[0]
    return str(column.key)
