"""Bring rows into tables set-wise, by natural keys, and tell what changed."""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

Values = dict[str, Any]
Key = tuple[Any, ...]
Table = Any
"""A model class."""
RETURNING_AT_ONCE = 500


@dataclass
class Tally:
    """How many rows of a table were added, changed, left as they were."""

    added: int = 0
    changed: int = 0
    left: int = 0


@dataclass
class Report:
    """What a load did, table by table."""

    tables: dict[str, Tally] = field(default_factory=dict)

    def count(
        self, table: str, *, added: int = 0, changed: int = 0, left: int = 0
    ) -> None:
        """Add to the tally of a table."""
        tally = self.tables.setdefault(table, Tally())
        tally.added += added
        tally.changed += changed
        tally.left += left


class Writer:
    """Writes rows of one load through a session and keeps its report."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.report = Report()

    def ids(self, model: Table, *key: str) -> dict[Any, int]:
        """Return the ids of a table by natural key (a bare value for one column)."""
        columns = [getattr(model, name) for name in key]
        rows = self.session.execute(select(model.id, *columns))
        if len(key) == 1:
            return {value: number for number, value in rows}
        return {tuple(values): number for number, *values in rows}

    def add(
        self, model: Table, rows: Sequence[Values], *, returning: bool = False
    ) -> list[int]:
        """Insert the rows; with `returning`, give their ids in the same order."""
        self.report.count(model.__tablename__, added=len(rows))
        if not rows:
            return []
        # The table and not the class: no object is made of any row.
        table = model.__table__
        if not returning:
            self.session.execute(insert(table), list(rows))
            return []
        statement = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return [
            number
            for start in range(0, len(rows), RETURNING_AT_ONCE)
            for number in self.session.scalars(
                statement, rows[start : start + RETURNING_AT_ONCE]
            )
        ]

    def upsert(
        self, model: Table, rows: Iterable[Values], *, key: tuple[str, ...]
    ) -> None:
        """Insert the rows whose key is new and update those that differ."""
        written = list(rows)
        if not written:
            return
        known = self._known(model, tuple(written[0]), key)
        fresh, changes, left = [], [], 0
        for row in written:
            found = known.get(tuple(row[name] for name in key))
            if found is None:
                fresh.append(row)
                continue
            number, values = found
            change = {name: row[name] for name in row if row[name] != values[name]}
            if change:
                changes.append({"id": number} | change)
            else:
                left += 1
        self.add(model, fresh)
        if changes:
            self.session.execute(update(model), changes)
        self.report.count(model.__tablename__, changed=len(changes), left=left)

    def upsert_tree(self, model: Table, rows: Sequence[Values]) -> None:
        """Upsert rows whose `parent` names another row's code, from the top down."""
        waiting = list(rows)
        done: dict[str, int] = {}
        while waiting:
            layer = [
                row for row in waiting if not row["parent"] or row["parent"] in done
            ]
            waiting = [
                row for row in waiting if row["parent"] and row["parent"] not in done
            ]
            self.upsert(
                model,
                (
                    {k: v for k, v in row.items() if k != "parent"}
                    | {"parent_id": done.get(row["parent"])}
                    for row in layer
                ),
                key=("code",),
            )
            done = self.ids(model, "code")

    def _known(
        self, model: Table, names: tuple[str, ...], key: tuple[str, ...]
    ) -> Mapping[Key, tuple[int, Values]]:
        columns = [getattr(model, name) for name in names]
        rows = self.session.execute(select(model.id, *columns))
        found: dict[Key, tuple[int, Values]] = {}
        for number, *cells in rows:
            values = dict(zip(names, cells, strict=True))
            found[tuple(values[name] for name in key)] = (number, values)
        return found


def plain(value: object) -> Any:
    """Return a value as JSON gives it back: text keys, lists, numbers, names of enums."""
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
