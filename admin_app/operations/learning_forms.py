"""The learning forms as they are in force: their current version and its fields."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.models import LearningForm, LearningFormField, LearningFormVersion
from admin_app.rules.field_specs import FieldSpec, from_mapping


def current_version(session: Session, code: str) -> LearningFormVersion | None:
    """Return the version in force of the form with this code, if there is one."""
    statement = (
        select(LearningFormVersion)
        .join(LearningFormVersion.form)
        .where(LearningForm.code == code, LearningFormVersion.is_current)
    )
    return session.scalar(statement)


def field_specs(version: LearningFormVersion) -> Sequence[FieldSpec]:
    """Return what a version asks, as the rules read it.

    It never changes, and so each process reads it once.
    """
    edition = (version.id, version.published_at)
    if edition not in _EDITIONS:
        _EDITIONS[edition] = tuple(field_spec(field) for field in version.fields)
    return _EDITIONS[edition]


def learn(session: Session, version: LearningFormVersion) -> None:
    """Read what a version asks that no session holds, so that `field_specs` knows it."""
    if (version.id, version.published_at) not in _EDITIONS:
        field_specs(session.get_one(LearningFormVersion, version.id))


_EDITIONS: Final[dict[tuple[int, dt.datetime], Sequence[FieldSpec]]] = {}
"""By key and moment: what restores an older database counts its keys anew."""


def field_spec(field: LearningFormField) -> FieldSpec:
    """Return one field as the rules read it; Refused says why it is malformed."""
    return from_mapping(
        {
            "name": field.name,
            "label": field.label,
            "label_en": field.label_en,
            "kind": field.kind.name,
            "required": field.is_required,
            **field.settings,
        }
    )
