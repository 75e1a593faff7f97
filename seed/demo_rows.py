"""What the demo rows are written with: code look-ups, ids, chance that repeats itself."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from admin_app.models import (
    Degree,
    EducationLevel,
    EthnicGroup,
    Industry,
    Major,
    PoliticalStatus,
    Region,
    Title,
    UnitLevel,
    UnitNature,
)
from seed.writing import Writer

DEMO: Final = Path(__file__).resolve().parent / "demo"
CHINA: Final = dt.timezone(dt.timedelta(hours=8))

Codes = Mapping[str, int]
"""Ids by code."""


@dataclass(frozen=True)
class CodeIds:
    """The ids of the code tables that demo rows point to."""

    region: Codes
    nature: Codes
    level: Codes
    industry: Codes
    ethnic_group: Codes
    political_status: Codes
    education: Codes
    degree: Codes
    major: Codes
    title: Codes


def read_code_ids(session: Session) -> CodeIds:
    """Return the ids of the loaded code tables."""
    writer = Writer(session)
    tables: dict[str, Any] = {
        "region": Region,
        "nature": UnitNature,
        "level": UnitLevel,
        "industry": Industry,
        "ethnic_group": EthnicGroup,
        "political_status": PoliticalStatus,
        "education": EducationLevel,
        "degree": Degree,
        "major": Major,
        "title": Title,
    }
    return CodeIds(
        **{name: writer.ids(model, "code") for name, model in tables.items()}
    )


def chance(*name: object) -> random.Random:
    """Return a source of chance that gives the same for the same name, always."""
    # Demo data need repetition, not secrecy.
    return random.Random("/".join(map(str, ("demo", *name))))  # noqa: S311


def at(day: dt.date, rng: random.Random) -> dt.datetime:
    """Return a moment of the working day in China."""
    hour, minute = rng.randrange(8, 18), rng.randrange(60)
    return dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)
