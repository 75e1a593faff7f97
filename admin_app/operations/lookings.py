"""Who looked at whom: whose data a record shows, and what a person may read of it (PR-06)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from admin_app.enums import RecordKind
from admin_app.models import (
    Account,
    Attachment,
    AuditEntry,
    Declaration,
    Person,
    PersonChange,
    PersonRegistration,
    Succession,
    Transfer,
    Unit,
    UnitRegistration,
)

PAGE: Final = 20
CHUNK: Final = 1_000

_OF_KIND: Final[Mapping[RecordKind, tuple[Any, Any]]] = {
    RecordKind.declaration: (Declaration, Declaration.person_id),
    RecordKind.person_registration: (PersonRegistration, PersonRegistration.person_id),
    RecordKind.person_change: (PersonChange, PersonChange.person_id),
    RecordKind.transfer: (Transfer, Transfer.person_id),
    RecordKind.unit_registration: (UnitRegistration, UnitRegistration.applicant_id),
    RecordKind.succession: (Succession, Succession.successor_id),
}
"""The kinds of record that tell of a person, and where they name them."""

_NAMED_BY: Final[Mapping[Any, tuple[Any, ...]]] = {
    AuditEntry: (),
    Person: (Person.id,),
    UnitRegistration: (UnitRegistration.applicant_id,),
    Succession: (
        Succession.successor_id,
        Succession.former_id,
        Succession.requested_by_id,
    ),
}
"""Records that do not name their person by `person_id`."""


def subjects_of(session: Session, model: Any, ids: Collection[int]) -> set[int]:
    """Return the people whom these records tell of; a log line tells of nobody."""
    wanted, found = list(ids), set()
    for statement in _subjects(model):
        for start in range(0, len(wanted), CHUNK):
            some = statement.where(model.id.in_(wanted[start : start + CHUNK]))
            found |= set(session.scalars(some)) - {None}
    return found


def subjects_of_one(session: Session, record: Any) -> set[int]:
    """Return the people whom a loaded record tells of; it is asked first, if it names them."""
    if (columns := _naming(type(record))) is None:
        return subjects_of(session, type(record), [record.id])
    return {getattr(record, column.key) for column in columns} - {None}


def _naming(model: Any) -> tuple[Any, ...] | None:
    """Return the columns that name a record's people, None where another record does."""
    if model is Attachment:
        return None
    if model in _NAMED_BY:
        return _NAMED_BY[model]
    return (model.person_id,) if hasattr(model, "person_id") else None


def _subjects(model: Any) -> list[Select[Any]]:
    if (columns := _naming(model)) is not None:
        return [select(column) for column in columns]
    if model is Attachment:
        return [_of_attachments()]
    if hasattr(model, "account_id"):
        return [select(Account.person_id).join(model, model.account_id == Account.id)]
    if hasattr(model, "record_id") and hasattr(model, "kind"):
        return [_of_kinds(model)]
    return []


def _of_attachments() -> Select[Any]:
    owner = func.coalesce(
        Attachment.person_id, Declaration.person_id, UnitRegistration.applicant_id
    )
    return (
        select(owner)
        .select_from(Attachment)
        .outerjoin(Declaration, Declaration.id == Attachment.declaration_id)
        .outerjoin(
            UnitRegistration, UnitRegistration.id == Attachment.unit_registration_id
        )
    )


def _of_kinds(model: Any) -> Select[Any]:
    owners = [owner for _record, owner in _OF_KIND.values()]
    statement = select(func.coalesce(*owners)).select_from(model)
    for kind, (record, _owner) in _OF_KIND.items():
        is_it = and_(model.kind == kind, record.id == model.record_id)
        statement = statement.outerjoin(record, is_it)
    return statement


@dataclass(frozen=True, slots=True)
class Looking:
    """One line of the log about a person, with the name of who looked."""

    entry: AuditEntry
    unit_name: str


@dataclass(frozen=True, slots=True)
class Lookings:
    """One page of who looked at a person, newest first."""

    rows: list[Looking]
    next_before: int | None


def lookings_at(
    session: Session, *, person_id: int, before: int | None = None, limit: int = PAGE
) -> Lookings:
    """Return a page of who looked at the person's data, in one statement."""
    statement = (
        select(AuditEntry, func.coalesce(Unit.name, ""))
        .outerjoin(Unit, Unit.id == AuditEntry.unit_id)
        .where(AuditEntry.subject_id == person_id, AuditEntry.result == "ok")
        .order_by(AuditEntry.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    rows = [Looking(entry, name) for entry, name in session.execute(statement)]
    following = rows[limit - 1].entry.id if len(rows) > limit else None
    return Lookings(rows[:limit], following)
