"""The demo organisation: units in one tree, their departments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import update

from admin_app.enums import UnitKind
from admin_app.errors import Refused
from admin_app.models import Department, Unit
from seed.cells import cell_for, member, optional, text
from seed.demo_rows import CodeIds
from seed.errors import SeedError
from seed.sheets import Row, Sheet
from seed.writing import Values, Writer

STATES: Final = ("active", "pending", "rejected", "disabled")
CLOSED_REVIEW: Final = frozenset({"DEBS1", "DACWHC"})
"""Units whose review right their superior has closed (U26)."""


@dataclass(frozen=True)
class UnitSpec:
    """A unit of the demo file."""

    code: str
    values: Values
    kind: UnitKind
    parent: str
    peer_hr: str
    state: str
    template: str
    approval_path: tuple[str, ...]
    note: str

    @property
    def is_registered(self) -> bool:
        """Whether it is in the tree, and not only an application to be in it."""
        return self.state in {"active", "disabled"}


@dataclass(frozen=True)
class DepartmentSpec:
    """A department that every unit of a template has."""

    template: str
    code: str
    name: str
    parent: str


@dataclass(frozen=True)
class Organisation:
    """The demo organisation as the files tell it."""

    units: Mapping[str, UnitSpec]
    departments: Mapping[str, Sequence[DepartmentSpec]]


@dataclass(frozen=True)
class Tree:
    """The organisation in the database: ids by the files' codes."""

    organisation: Organisation
    unit_ids: Mapping[str, int]
    department_ids: Mapping[str, int]

    def region_id(self, unit: str) -> int:
        """Return the region of a unit."""
        region: int = self.organisation.units[unit].values["region_id"]
        return region


def read_organisation(folder: Path, codes: CodeIds) -> Organisation:
    """Return units and departments of the demo files, or raise SeedError."""
    rows = _units_sheet(codes).read(folder)
    units = {row["code"]: _unit(row, codes) for row in rows}
    for row in rows:
        if row["status"] not in STATES:
            reason = Refused(
                "“%(cell)s”不在可选值中：%(names)s",
                cell=row["status"],
                names="、".join(STATES),
            )
            raise SeedError(
                file="units.csv", row=row.line, column="status", reason=reason
            )
    departments: dict[str, list[DepartmentSpec]] = {}
    for row in DEPARTMENTS.read(folder):
        department = DepartmentSpec(
            row["template"], row["code"], row["name"], row["parent_code"]
        )
        departments.setdefault(department.template, []).append(department)
    return Organisation(units, departments)


def write_organisation(writer: Writer, organisation: Organisation) -> Tree:
    """Add the units and departments that are not there yet."""
    unit_ids = _write_units(writer, organisation)
    return Tree(
        organisation, unit_ids, _write_departments(writer, organisation, unit_ids)
    )


DEPARTMENTS: Final = Sheet(
    "departments.csv",
    {
        "template": text(24),
        "code": text(8),
        "name": cell_for(Department.name),
        "parent_code": text(8, required=False),
    },
    key=("template", "code"),
)


def _units_sheet(codes: CodeIds) -> Sheet:
    return Sheet(
        "units.csv",
        {
            "code": text(12),
            "name": cell_for(Unit.name),
            "short_name": cell_for(Unit.short_name),
            "kind": member(UnitKind),
            "parent": text(12, required=False),
            "peer_hr": text(12, required=False),
            "region": text(6),
            "nature": text(2),
            "level": text(2),
            "industry": text(2),
            "uscc": cell_for(Unit.registration_code),
            "phone": cell_for(Unit.phone),
            "contact": cell_for(Unit.contact),
            "status": text(12),
            "department_template": text(24),
            "approval_path": text(120),
            "note": optional(text(200), ""),
        },
        unused=("fictional",),
        references={
            "region": frozenset(codes.region),
            "nature": frozenset(codes.nature),
            "level": frozenset(codes.level),
            "industry": frozenset(codes.industry),
        },
    )


def _unit(row: Row, codes: CodeIds) -> UnitSpec:
    return UnitSpec(
        code=row["code"],
        values={
            "name": row["name"],
            "kind": row["kind"],
            "registration_code": row["uscc"],
            "phone": row["phone"],
            "contact": row["contact"],
            "region_id": codes.region[row["region"]],
            "nature_id": codes.nature[row["nature"]],
            "level_id": codes.level[row["level"]],
            "industry_id": codes.industry[row["industry"]],
        },
        kind=row["kind"],
        parent=row["parent"],
        peer_hr=row["peer_hr"],
        state=row["status"],
        template=row["department_template"],
        approval_path=tuple(row["approval_path"].split("/")),
        note=row["note"],
    )


def _write_units(writer: Writer, organisation: Organisation) -> dict[str, int]:
    """Insert from the root down, so that each path is made of real ids."""
    known = writer.ids(Unit, "registration_code")
    specs = [unit for unit in organisation.units.values() if unit.is_registered]
    ids = {
        unit.code: known[unit.values["registration_code"]]
        for unit in specs
        if unit.values["registration_code"] in known
    }
    paths = _paths(writer, Unit)
    writer.report.count(Unit.__tablename__, left=len(ids))
    waiting = [unit for unit in specs if unit.code not in ids]
    while waiting:
        layer = [unit for unit in waiting if not unit.parent or unit.parent in ids]
        waiting = [unit for unit in waiting if unit.parent and unit.parent not in ids]
        rows = [_unit_row(unit, ids, paths) for unit in layer]
        fresh = writer.add(Unit, rows, returning=True)
        for unit, number in zip(layer, fresh, strict=True):
            ids[unit.code] = number
            above = paths[ids[unit.parent]] if unit.parent else "/"
            paths[number] = f"{above}{number}/"
        _settle_paths(writer, Unit, {number: paths[number] for number in fresh})
    # In the order of the file, whatever was there before.
    return {unit.code: ids[unit.code] for unit in specs}


def _unit_row(
    unit: UnitSpec, ids: Mapping[str, int], paths: Mapping[int, str]
) -> Values:
    superior = ids[unit.parent] if unit.parent else None
    return {
        **unit.values,
        "superior_id": superior,
        "path": f"?{unit.code}",
        "depth": paths[superior].count("/") - 1 if superior else 0,
        "is_active": unit.state == "active",
        "has_review_right": unit.code not in CLOSED_REVIEW,
        "is_demo": True,
    }


def _write_departments(
    writer: Writer, organisation: Organisation, unit_ids: Mapping[str, int]
) -> dict[str, int]:
    known = writer.ids(Department, "unit_id", "code")
    paths = _paths(writer, Department)
    wanted = {
        f"{unit}-{department.code}": (unit, department)
        for unit in unit_ids
        for department in organisation.departments[organisation.units[unit].template]
    }
    ids = {
        code: known[unit_ids[unit], code]
        for code, (unit, _) in wanted.items()
        if (unit_ids[unit], code) in known
    }
    writer.report.count(Department.__tablename__, left=len(ids))
    waiting = {code: place for code, place in wanted.items() if code not in ids}
    while waiting:
        parents = {
            code: f"{unit}-{department.parent}" if department.parent else ""
            for code, (unit, department) in waiting.items()
        }
        layer = [code for code in waiting if not parents[code] or parents[code] in ids]
        rows = [
            {
                "unit_id": unit_ids[wanted[code][0]],
                "name": wanted[code][1].name,
                "code": code,
                "parent_id": ids.get(parents[code]),
                "path": f"?{code}",
            }
            for code in layer
        ]
        fresh = writer.add(Department, rows, returning=True)
        for code, number in zip(layer, fresh, strict=True):
            ids[code] = number
            above = paths[ids[parents[code]]] if parents[code] else "/"
            paths[number] = f"{above}{number}/"
            del waiting[code]
        _settle_paths(writer, Department, {number: paths[number] for number in fresh})
    return ids


def _paths(writer: Writer, model: type[Unit | Department]) -> dict[int, str]:
    return {number: path for path, number in writer.ids(model, "path").items()}


def _settle_paths(
    writer: Writer, model: type[Unit | Department], paths: Mapping[int, str]
) -> None:
    if paths:
        writer.session.execute(
            update(model), [{"id": key, "path": path} for key, path in paths.items()]
        )
