"""Encrypted columns are written anew with the current key, batch by batch (PR-03).

Every batch is a transaction of the caller's: what is interrupted goes on where it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, String, Table, func, select, type_coerce, update
from sqlalchemy.orm import Session

from admin_app.columns import EncryptedText, seal, unseal
from admin_app.extensions import Model, keyring
from admin_app.operations import audit

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column of encrypted text, with the key of its table."""

    table: Table
    column: Column[Any]

    @property
    def name(self) -> str:
        """The name that is bound into what the column holds."""
        kind = self.column.type
        assert isinstance(kind, EncryptedText)
        return kind.name

    @property
    def raw(self) -> Any:
        """The column as it is stored."""
        return type_coerce(self.column, String)


def sealed_columns() -> Iterator[SealedColumn]:
    """Return every encrypted column of the database."""
    for table in Model.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, EncryptedText):
                yield SealedColumn(table, column)


def rotate_batch(
    session: Session, sealed: SealedColumn, *, after: int = 0, size: int = BATCH
) -> tuple[int, int | None]:
    """Seal the next rows with the current key; return how many, and the last id read.

    None instead of an id says that nothing is left behind `after`.
    """
    key = sealed.table.c.id
    rows = session.execute(
        select(key, sealed.raw)
        .where(key > after, sealed.column.is_not(None), _is_old(sealed))
        .order_by(key)
        .limit(size)
    ).all()
    changed = [_reseal(session, sealed, row_id, old) for row_id, old in rows]
    return sum(changed), rows[-1][0] if rows else None


def note_rotation(
    session: Session, sealed: SealedColumn, *, count: int, result: str = "ok"
) -> None:
    """Tell the audit log how far the rotation of a column came (AD-01)."""
    audit.record(
        session,
        "rotate_keys",
        object_kind=sealed.table.name,
        object_id=sealed.column.name,
        after={"rows": count, "key": keyring.current[0]},
        result=result,
    )


def count_by_key(session: Session, sealed: SealedColumn) -> dict[str, int]:
    """Return how many rows each held key has written, and `other` for all the rest."""
    total = session.scalar(select(func.count(sealed.column))) or 0
    counts = {
        name: session.scalar(
            select(func.count(sealed.column)).where(_written_with(sealed, name))
        )
        or 0
        for name in keyring.names
    }
    return counts | {"other": total - sum(counts.values())}


def _is_old(sealed: SealedColumn) -> Any:
    return ~_written_with(sealed, keyring.current[0])


def _written_with(sealed: SealedColumn, key_name: str) -> Any:
    return func.substr(sealed.raw, 1, len(key_name) + 1) == f"{key_name}:"


def _reseal(session: Session, sealed: SealedColumn, row_id: int, old: str) -> bool:
    table, text = sealed.table, unseal(old, name=sealed.name)
    values: dict[Any, Any] = {sealed.column: seal(text, name=sealed.name)}
    values = {column: type_coerce(value, String) for column, value in values.items()}
    if "updated_at" in table.c:
        # Nobody has changed the record.
        values[table.c.updated_at] = table.c.updated_at
    # Whoever changed the row meanwhile wrote it with the current key already.
    statement = update(table).where(table.c.id == row_id, sealed.raw == old)
    done = session.execute(statement.values(values).returning(table.c.id)).all()
    return bool(done)
