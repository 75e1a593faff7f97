"""The lines that demo people have on the tabs of their profile."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from admin_app.models import (
    AcademicHonour,
    EducationRecord,
    ProfessionalPost,
    Qualification,
)
from seed.demo_accounts import Cast
from seed.demo_people import PersonSpec
from seed.writing import Values, Writer

QUALIFICATIONS: Final = (
    "教师资格",
    "执业医师资格",
    "一级建造师",
    "注册会计师",
    "法律职业资格",
)
HONOURS: Final = (
    ("河南省优秀教师", "河南省教育厅"),
    ("河南省学术技术带头人", "河南省人力资源和社会保障厅"),
    ("享受市政府特殊津贴专家", "市人民政府"),
)
QUALIFIED_EVERY: Final = 3
HONOURED_EVERY: Final = 8


@dataclass
class Lines:
    """The rows of each tab, before they are written."""

    education: list[Values] = field(default_factory=list)
    posts: dict[int, Values] = field(default_factory=dict)
    """By the serial of the person."""
    qualifications: list[Values] = field(default_factory=list)
    honours: list[Values] = field(default_factory=list)


def write_profiles(
    writer: Writer, cast: Cast, people: Sequence[PersonSpec]
) -> dict[int, int]:
    """Add the lines of these people; return the keys of their posts, by serial."""
    lines = Lines()
    for spec in people:
        _tell(lines, spec, cast.people[spec.serial].person_id)
    writer.add(EducationRecord, lines.education)
    writer.add(Qualification, lines.qualifications)
    writer.add(AcademicHonour, lines.honours)
    keys = writer.add(ProfessionalPost, [*lines.posts.values()], returning=True)
    return dict(zip(lines.posts, keys, strict=True))


def _tell(lines: Lines, spec: PersonSpec, person_id: int) -> None:
    told, owner = spec.values, {"person_id": person_id}
    graduated: dt.date = told["graduation_date"]
    lines.education.append(
        owner
        | {name: told[name] for name in ("education_level_id", "degree_id", "major_id")}
        | {"school": told["graduation_school"], "graduated_on": graduated}
    )
    if told["title_id"] and told["title_date"]:
        lines.posts[spec.serial] = owner | {
            "title_id": told["title_id"],
            "obtained_on": told["title_date"],
        }
    turn, rest = divmod(spec.serial, QUALIFIED_EVERY)
    if not rest:
        lines.qualifications.append(
            owner
            | {
                "name": QUALIFICATIONS[turn % len(QUALIFICATIONS)],
                "certificate_number": f"{graduated.year}41{spec.serial:06d}",
                "obtained_on": graduated + dt.timedelta(days=300),
            }
        )
    turn, rest = divmod(spec.serial, HONOURED_EVERY)
    if not rest:
        name, granted_by = HONOURS[turn % len(HONOURS)]
        lines.honours.append(
            owner
            | {
                "name": name,
                "granted_by": granted_by,
                "obtained_on": graduated + dt.timedelta(days=1000),
            }
        )
