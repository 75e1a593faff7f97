"""Code tables: which file fills which table, column by column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import InstrumentedAttribute

from admin_app.errors import Refused
from admin_app.models import (
    Degree,
    EducationLevel,
    EthnicGroup,
    Industry,
    Major,
    PoliticalStatus,
    PublicCourse,
    Region,
    RegionPrefix,
    Title,
    UnitLevel,
    UnitNature,
)
from seed.cells import Cell, cell_for, text
from seed.sheets import Row, Sheet
from seed.writing import Table, Values, Writer


@dataclass(frozen=True)
class CodeFile:
    """A file, the table it fills, and the attribute that each column fills."""

    model: Table
    file: str
    columns: Mapping[str, InstrumentedAttribute[Any]]
    unused: tuple[str, ...] = ()
    is_tree: bool = False

    @property
    def sheet(self) -> Sheet:
        """The file as a checked sheet."""
        cells: dict[str, Cell] = {
            header: cell_for(attribute) for header, attribute in self.columns.items()
        }
        if self.is_tree:
            cells["parent"] = text(24, required=False)
        return Sheet(self.file, cells, self.unused)

    def values(self, row: Row, position: int) -> Values:
        """Return the row as the table's attributes, in the order of the file."""
        values = {
            attribute.key: row[header] for header, attribute in self.columns.items()
        }
        if hasattr(self.model, "sort_order"):
            values.setdefault("sort_order", position)
        if self.is_tree:
            values["parent"] = row["parent"]
        return values


CODE_FILES = (
    CodeFile(
        Region,
        "regions.csv",
        {
            "code": Region.code,
            "name": Region.name,
            "level": Region.level,
            "division_type": Region.division_type,
            "name_en": Region.name_en,
            "henan_direct_county": Region.reports_to_province,
        },
        is_tree=True,
    ),
    CodeFile(
        Industry,
        "industries.csv",
        {
            "code": Industry.code,
            "name": Industry.name,
            "level": Industry.level,
            "name_en": Industry.name_en,
        },
        is_tree=True,
    ),
    CodeFile(
        UnitNature,
        "unit_natures.csv",
        {
            "code": UnitNature.code,
            "name": UnitNature.name,
            "name_en": UnitNature.name_en,
            "sort": UnitNature.sort_order,
        },
        unused=("group", "gbt20091", "gbt12402", "uscc_prefix"),
    ),
    CodeFile(
        UnitLevel,
        "unit_levels.csv",
        {
            "code": UnitLevel.code,
            "name": UnitLevel.name,
            "name_en": UnitLevel.name_en,
            "region_level": UnitLevel.region_level,
            "sort": UnitLevel.sort_order,
        },
        unused=("gbt12404", "fixed_region"),
    ),
    CodeFile(
        EthnicGroup,
        "ethnic_groups.csv",
        {
            "code": EthnicGroup.code,
            "name": EthnicGroup.name,
            "name_en": EthnicGroup.name_en,
        },
        unused=("alpha",),
    ),
    CodeFile(
        PoliticalStatus,
        "political_statuses.csv",
        {
            "code": PoliticalStatus.code,
            "name": PoliticalStatus.name,
            "name_en": PoliticalStatus.name_en,
        },
    ),
    CodeFile(
        EducationLevel,
        "education.csv",
        {
            "code": EducationLevel.code,
            "name": EducationLevel.name,
            "name_en": EducationLevel.name_en,
            "common": EducationLevel.is_common,
        },
        is_tree=True,
    ),
    CodeFile(
        Degree,
        "degrees.csv",
        {"code": Degree.code, "name": Degree.name, "name_en": Degree.name_en},
        is_tree=True,
    ),
    CodeFile(
        Major,
        "majors.csv",
        {
            "code": Major.code,
            "name": Major.name,
            "level": Major.level,
            "catalog": Major.catalog,
            "name_en": Major.name_en,
            "active": Major.is_active,
        },
        unused=("official_code",),
        is_tree=True,
    ),
    CodeFile(
        Title,
        "titles.csv",
        {
            "code": Title.code,
            "name": Title.name,
            "level": Title.level,
            "title_level": Title.rank,
            "level_group": Title.rank_group,
            "name_en": Title.name_en,
        },
        unused=("series_code", "series", "branch", "rank_en", "gbt8561"),
        is_tree=True,
    ),
    CodeFile(
        PublicCourse,
        "public_courses.csv",
        {
            "code": PublicCourse.code,
            "credit_year": PublicCourse.year,
            "title": PublicCourse.name,
            "title_en": PublicCourse.name_en,
            "hours": PublicCourse.hours,
            "kind": PublicCourse.kind,
            "exam_required": PublicCourse.has_exam,
            "status": PublicCourse.provenance,
        },
    ),
)

PREFIX_STATES = {"current": True, "historical": False}


def _is_current(cell: str) -> bool:
    if cell not in PREFIX_STATES:
        raise Refused(
            "“%(cell)s”不在可选值中：%(names)s",
            cell=cell,
            names="、".join(PREFIX_STATES),
        )
    return PREFIX_STATES[cell]


PREFIXES = Sheet(
    "region_prefixes.csv",
    {
        "code": cell_for(RegionPrefix.code),
        "name": cell_for(RegionPrefix.name),
        "status": _is_current,
    },
)


@dataclass(frozen=True)
class CodeTables:
    """The checked rows of all code tables."""

    files: Sequence[tuple[CodeFile, list[Values]]]
    prefixes: list[Values]

    def write(self, writer: Writer) -> None:
        """Bring the rows into their tables."""
        for file, rows in self.files:
            if file.is_tree:
                writer.upsert_tree(file.model, rows)
            else:
                writer.upsert(file.model, rows, key=("code",))
        writer.upsert(RegionPrefix, self.prefixes, key=("code",))


def read_code_tables(folder: Path) -> CodeTables:
    """Return the rows of all code files, or raise SeedError."""
    files = [(file, _rows(file, folder)) for file in CODE_FILES]
    prefixes = [
        {"code": row["code"], "name": row["name"], "is_current": row["status"]}
        for row in PREFIXES.read(folder)
    ]
    return CodeTables(files, prefixes)


def _rows(file: CodeFile, folder: Path) -> list[Values]:
    rows = [
        file.values(row, position)
        for position, row in enumerate(file.sheet.read(folder), start=1)
    ]
    if file.is_tree and "level" not in file.columns:
        parents = {row["code"]: row["parent"] for row in rows}
        for row in rows:
            row["level"] = _depth(row["code"], parents)
    return rows


def _depth(code: str, parents: Mapping[str, str]) -> int:
    above = parents[code]
    return 1 + (_depth(above, parents) if above else 0)
