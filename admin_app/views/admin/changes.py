"""What was changed of a record, by whom and when, in words that a person understands?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Enum, inspect, select

from admin_app import models as m
from admin_app.enums import IdentityKind
from admin_app.extensions import db
from admin_app.operations import audit
from admin_app.views.admin.display import plain
from admin_app.views.admin.paths import Model, relation_of
from admin_app.views.admin.related import Line, Table
from admin_app.views.audit_words import ACTS

LATEST: Final = 20
TOLD: Final = (
    *("create", "edit", "move", "hand_over", "close_review", "open_review"),
    *("deactivate", "enable", "replace_scan"),
)
"""What is told of a record's life, by the name of the act in the audit log."""
UNTOLD: Final[Mapping[type[Any], frozenset[str]]] = {
    m.Unit: frozenset({"path", "depth", "has_review_right", "is_active", "is_demo"}),
    m.Department: frozenset({"path", "unit_id", "parent_id"}),
}
"""What a plain edit does not tell: acts of their own do, or nobody understands it."""
DETAILS: Final[Mapping[str, str]] = {
    "moved": "转上级审批的申报",
    "file_name": "文件",
}
"""What acts note beside the columns of the record."""


@dataclass(frozen=True, slots=True)
class Change:
    """One value that was changed, or an act that changed none."""

    field: str
    before: str
    after: str


def of(record: Any) -> Table:
    """Return the latest changes of a record as a table, a line for each value."""
    return page_of(record)[0]


def page_of(record: Any, before: int | None = None) -> tuple[Table, int | None]:
    """Return changes older than a line of the log, and where still older ones begin."""
    entries = _entries(record, before)
    model = type(record)
    names = _names(model, entries)
    units = _units(entries)
    lines = [
        Line(
            (
                plain(entry.at),
                _by(entry, units),
                _(ACTS[entry.action]),
                change.field,
                change.before,
                change.after,
            )
        )
        for entry in entries
        for change in _told(model, entry, names)
    ]
    columns = (
        _("时间"),
        _("操作人"),
        _("操作"),
        _("信息项"),
        _("变更前"),
        _("变更后"),
    )
    table = Table(_("变更记录"), columns, lines, _("还没有变更记录"))
    return table, entries[-1].id if len(entries) == LATEST else None


def _entries(record: Any, before: int | None) -> Sequence[m.AuditEntry]:
    return audit.told_of(
        db.session(),
        record.__tablename__,
        record.id,
        actions=TOLD,
        before=before,
        most=LATEST,
    )


def _told(
    model: Model, entry: m.AuditEntry, names: Mapping[tuple[str, int], str]
) -> Iterator[Change]:
    if entry.action == "create":
        yield Change("", "", "")
        return
    before, after = entry.before or {}, entry.after or {}
    columns: Any = inspect(model).columns
    untold = UNTOLD.get(model, frozenset()) if entry.action == "edit" else ()
    shown = [
        key for key in after if (key in columns or key in DETAILS) and key not in untold
    ]
    for key in shown:
        label = DETAILS.get(key) or columns[key].comment
        old, new = (
            _value(columns, key, side.get(key), names) for side in (before, after)
        )
        yield Change(_(label), old, new)
    if not shown and entry.action != "edit":
        yield Change("", "", "")


def _value(
    columns: Any, key: str, value: Any, names: Mapping[tuple[str, int], str]
) -> str:
    if value is None:
        return ""
    if (key, value) in names:
        return names[key, value]
    kind = columns[key].type if key in columns else None
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return plain(kind.enum_class[value])
    return plain(value)


def _names(model: Model, entries: Sequence[m.AuditEntry]) -> dict[tuple[str, int], str]:
    """Return the names behind foreign keys, by one statement for each."""
    columns: Any = inspect(model).columns
    names: dict[tuple[str, int], str] = {}
    for column in columns:
        if not column.foreign_keys:
            continue
        relation = relation_of(model, column.key)
        sides = [
            side or {} for entry in entries for side in (entry.before, entry.after)
        ]
        ids = {side[column.key] for side in sides if side.get(column.key)}
        if relation is None or not ids:
            continue
        target = relation.property.mapper.class_
        rows = db.session.execute(
            select(target.id, target.name).where(target.id.in_(ids))
        )
        names |= {(column.key, row.id): row.name for row in rows}
    return names


def _units(entries: Sequence[m.AuditEntry]) -> dict[int, str]:
    ids = {entry.unit_id for entry in entries if entry.unit_id}
    if not ids:
        return {}
    rows = db.session.execute(select(m.Unit.id, m.Unit.name).where(m.Unit.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _by(entry: m.AuditEntry, units: Mapping[int, str]) -> str:
    if entry.identity is IdentityKind.superuser:
        return f"{entry.actor_name} · {plain(entry.identity)}"
    unit = units.get(entry.unit_id or 0, "")
    return " · ".join(filter(None, (entry.actor_name, unit)))
