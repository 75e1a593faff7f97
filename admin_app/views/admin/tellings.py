"""How does each kind of record tell, in a list of all kinds, who asks for what?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    String,
    literal,
    literal_column,
    null,
    select,
    type_coerce,
)

from admin_app import models as m
from admin_app.enums import (
    Action,
    ChangeAct,
    Labelled,
    ProfileSection,
    RecordKind,
    Source,
    UnitChangeKind,
    UnitKind,
)

KINDS: Final = tuple(RecordKind)
"""Equal moments are ordered by the place of their kind here."""


@dataclass(frozen=True, slots=True)
class Telling:
    """How a kind tells in a common list who applies, from where, and for what."""

    model: Any
    unit: Any
    unit_name: Any
    about: Any
    applicant: Any = None
    words: tuple[tuple[type[Labelled], Any], ...] = ()
    """Closed lists that say more, each with its column; at most two."""

    def applicant_name(self) -> ColumnElement[str]:
        """Return who applies as text; nobody where a unit does."""
        if self.applicant is None:
            return literal_column("''", String)
        return _named(m.Person.name, m.Person.id, self.applicant)

    def word_columns(self) -> list[ColumnElement[Any]]:
        """Return the members' names as two columns."""
        found = [type_coerce(column, String) for _kind, column in self.words]
        return [*found, *[type_coerce(null(), String)] * (2 - len(found))]


def _named(name: Any, key: Any, reference: Any) -> ScalarSelect[str]:
    among = select(name).where(key == reference)
    return among.correlate(reference.class_).scalar_subquery()


def _of_unit(reference: Any) -> dict[str, Any]:
    name = _named(m.Unit.name, m.Unit.id, reference)
    return {"unit": reference, "unit_name": name}


def _of_department(reference: Any) -> ScalarSelect[str]:
    return _named(m.Department.name, m.Department.id, reference)


NOTHING: Final = literal_column("''", String)
TELLINGS: Final[Mapping[RecordKind, Telling]] = {
    RecordKind.declaration: Telling(
        model=m.Declaration,
        applicant=m.Declaration.person_id,
        **_of_unit(m.Declaration.unit_id),
        about=m.Declaration.title,
        words=((Source, m.Declaration.source),),
    ),
    RecordKind.person_registration: Telling(
        model=m.PersonRegistration,
        applicant=m.PersonRegistration.person_id,
        **_of_unit(m.PersonRegistration.unit_id),
        about=_of_department(m.PersonRegistration.department_id),
    ),
    RecordKind.unit_registration: Telling(
        model=m.UnitRegistration,
        applicant=m.UnitRegistration.applicant_id,
        unit=None,
        unit_name=m.UnitRegistration.name,
        about=NOTHING,
        words=((UnitKind, m.UnitRegistration.kind),),
    ),
    RecordKind.unit_change: Telling(
        model=m.UnitChange,
        **_of_unit(m.UnitChange.unit_id),
        about=m.UnitChange.after,
        words=((UnitChangeKind, m.UnitChange.kind),),
    ),
    RecordKind.person_change: Telling(
        model=m.PersonChange,
        applicant=m.PersonChange.person_id,
        **_of_unit(m.PersonChange.unit_id),
        about=NOTHING,
        words=(
            (ProfileSection, m.PersonChange.section),
            (ChangeAct, m.PersonChange.act),
        ),
    ),
    RecordKind.transfer: Telling(
        model=m.Transfer,
        applicant=m.Transfer.person_id,
        **_of_unit(m.Transfer.from_unit_id),
        about=_of_department(m.Transfer.to_department_id),
    ),
    RecordKind.succession: Telling(
        model=m.Succession,
        applicant=m.Succession.requested_by_id,
        **_of_unit(m.Succession.unit_id),
        about=_named(m.Person.name, m.Person.id, m.Succession.successor_id),
    ),
}


def told_columns(kind: RecordKind) -> list[ColumnElement[Any]]:
    """Return what a common list shows of a kind, under the same names for each."""
    telling = TELLINGS[kind]
    first, second = telling.word_columns()
    return [
        literal(KINDS.index(kind), Integer).label("rank"),
        telling.model.id.label("record_id"),
        telling.applicant_name().label("applicant"),
        telling.unit_name.label("unit"),
        telling.about.label("about"),
        first.label("first_word"),
        second.label("second_word"),
    ]


def kind_of(row: Any) -> RecordKind:
    """Return of which kind a row is."""
    kind: RecordKind = KINDS[row.rank]
    return kind


def words_of(row: Any) -> list[str]:
    """Return what the closed lists of a row say, in Chinese."""
    stored = (row.first_word, row.second_word)
    pairs = zip(TELLINGS[kind_of(row)].words, stored, strict=False)
    return [words[name].label for (words, _column), name in pairs]


def action_of(row: Any) -> Action:
    """Return what was decided."""
    return Action[row.action]
