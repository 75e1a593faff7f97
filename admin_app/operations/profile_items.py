"""What stands on each tab of a profile, and what may be written there (P10, P13, P14)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Date, inspect, select
from sqlalchemy.orm import Session

from admin_app.columns import EncryptedText
from admin_app.enums import ProfileSection
from admin_app.errors import Refused
from admin_app.models import (
    AcademicHonour,
    EducationRecord,
    Person,
    ProfessionalPost,
    ProfileField,
    Qualification,
)
from admin_app.rules.profile_days import refuse_impossible_day

Values = Mapping[str, Any]
"""What is wanted, by column."""


@dataclass(frozen=True, slots=True)
class Part:
    """A tab: the table of its lines, its items in order, and which are starred."""

    model: Any
    names: tuple[str, ...]
    starred: frozenset[str]

    @property
    def reviewable(self) -> tuple[str, ...]:
        """The items that may be put under review: a change is stored unsealed."""
        return tuple(
            name
            for name in self.names
            if not isinstance(self.column(name).type, EncryptedText)
        )

    def column(self, name: str) -> Any:
        """Return the column of an item."""
        return self.model.__table__.c[name]

    def target(self, name: str) -> Any | None:
        """Return the code table that an item points to."""
        if not self.column(name).foreign_keys:
            return None
        mapper: Any = inspect(self.model)
        relation = mapper.relationships[name.removesuffix("_id")]
        return relation.mapper.class_


def _part(model: Any, *names: str) -> Part:
    """Return a tab from its items; a starred one ends in a star."""
    starred = {name.removesuffix("*") for name in names if name.endswith("*")}
    bare = tuple(name.removesuffix("*") for name in names)
    return Part(model, bare, frozenset(starred))


PARTS: Final[Mapping[ProfileSection, Part]] = {
    ProfileSection.basic: _part(
        Person,
        "mobile*",
        "email*",
        "landline",
        "ethnic_group_id*",
        "native_place_id",
        "political_status_id",
        "work_start_date",
    ),
    ProfileSection.education: _part(
        EducationRecord,
        "education_level_id*",
        "degree_id",
        "school*",
        "major_id",
        "graduated_on*",
    ),
    ProfileSection.qualification: _part(
        Qualification, "name*", "certificate_number", "obtained_on*"
    ),
    ProfileSection.post: _part(ProfessionalPost, "title_id*", "obtained_on*"),
    ProfileSection.honour: _part(AcademicHonour, "name*", "granted_by", "obtained_on*"),
}


def reviewed_names(session: Session, section: ProfileSection) -> frozenset[str]:
    """Return the items of a tab whose change takes effect on approval only."""
    rows = session.scalars(
        select(ProfileField.name).where(
            ProfileField.section == section, ProfileField.is_reviewed
        )
    )
    return frozenset(rows) & set(PARTS[section].reviewable)


def refuse_values(
    session: Session,
    person: Person,
    section: ProfileSection,
    values: Values,
    *,
    today: dt.date,
) -> None:
    """Refuse what is missing, an impossible day, a code that cannot be chosen.

    What stays as it was is not asked: `values` holds what changes.
    """
    part = PARTS[section]
    for name, value in values.items():
        column = part.column(name)
        if value in {None, ""}:
            if name in part.starred:
                raise Refused("请填写%(label)s。", field=name, label=column.comment)
        elif isinstance(column.type, Date):
            refuse_impossible_day(
                value,
                label=column.comment,
                field=name,
                birth_date=person.birth_date,
                today=today,
            )
        elif (target := part.target(name)) is not None:
            _refuse_code(session, target, value, field=name, label=column.comment)


def _refuse_code(
    session: Session, target: Any, key: int, *, field: str, label: str
) -> None:
    row = session.get(target, key)
    if row is None or not row.is_active:
        raise Refused(
            "所选%(label)s不存在或已停用，请重新选择。", field=field, label=label
        )
    # Series and branches of titles only lead to the titles, which have a rank.
    if hasattr(row, "rank") and not row.rank:
        raise Refused("请选择具体的%(label)s，不要选择系列。", field=field, label=label)
