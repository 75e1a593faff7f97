"""Yearly requirements: spans of years in the file, one row per year in the table."""

import datetime as dt
import decimal
from pathlib import Path
from typing import Any

from admin_app.enums import Measure, RequirementScheme
from admin_app.errors import Refused
from admin_app.models import AnnualRequirement
from seed.outlines import Entry, Outline
from seed.writing import Values, Writer

FILE = "annual_requirements.yaml"
RANK_GROUPS = ("senior", "intermediate", "junior")
REQUIRED = {"from", "to", "scheme", "status", "sources"}
OPTIONAL = {
    "total",
    "public_min",
    "professional_min",
    "professional_share_min",
    "cycle_years",
    "note",
    *(f"{group}_total" for group in RANK_GROUPS),
}


def read_requirements(folder: Path) -> list[Values]:
    """Return one row per year, or raise SeedError."""
    outline = Outline(folder, FILE)
    defaults = outline.top.get("defaults")
    if not isinstance(defaults, Entry):
        raise outline.broken(1, "defaults", Refused("缺少此项"))
    rows: dict[int, Values] = {}
    for span in outline.entries(outline.top, "years"):
        outline.refuse_keys(span, required=REQUIRED, optional=OPTIONAL)
        for year in _years(outline, span):
            if year in rows:
                reason = Refused("%(year)s 年重复", year=year)
                raise outline.broken(span.line, "from", reason)
            rows[year] = _row(outline, span, defaults, year)
    return list(rows.values())


def write_requirements(writer: Writer, rows: list[Values]) -> None:
    """Bring the rows into their table."""
    writer.upsert(AnnualRequirement, rows, key=("year", "measure"))


def _years(outline: Outline, span: Entry) -> range:
    for name in ("from", "to"):
        if not isinstance(span[name], int):
            raise outline.broken(
                span.line, name, Refused("“%(cell)s”不是整数", cell=span[name])
            )
    if span["from"] > span["to"]:
        raise outline.broken(span.line, "to", Refused("结束年度早于开始年度"))
    return range(span["from"], span["to"] + 1)


def _row(outline: Outline, span: Entry, defaults: Entry, year: int) -> Values:
    if span["scheme"] not in RequirementScheme.__members__:
        reason = Refused(
            "“%(cell)s”不在可选值中：%(names)s",
            cell=span["scheme"],
            names="、".join(RequirementScheme.__members__),
        )
        raise outline.broken(span.line, "scheme", reason)
    totals = {g: span[f"{g}_total"] for g in RANK_GROUPS if f"{g}_total" in span}
    if (span["scheme"] == "flat") != ("total" in span) or bool(totals) == (
        "total" in span
    ):
        raise outline.broken(span.line, "total", Refused("标准类型与学时要求不符"))
    return {
        "year": year,
        "measure": Measure.hours,
        "scheme": RequirementScheme[span["scheme"]],
        "total": _hours(outline, span, "total"),
        "public_min": _hours(outline, span, "public_min"),
        "professional_min": _hours(outline, span, "professional_min"),
        "totals_by_rank": totals,
        **{
            name: _day(outline, defaults, name, year)
            for name in ("declare_from", "declare_until", "review_until")
        },
        "provenance": ": ".join(
            part for part in (span["status"], ", ".join(span["sources"])) if part
        ),
    }


def _hours(outline: Outline, span: Entry, name: str) -> decimal.Decimal | None:
    value: Any = span.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise outline.broken(span.line, name, Refused("“%(cell)s”不是数字", cell=value))
    return decimal.Decimal(str(value))


def _day(outline: Outline, defaults: Entry, name: str, year: int) -> dt.date:
    try:
        return dt.date.fromisoformat(f"{year}-{defaults.get(name)}")
    except ValueError:
        reason = Refused("“%(cell)s”不是日期（月-日）", cell=defaults.get(name))
        raise outline.broken(defaults.line, name, reason) from None
