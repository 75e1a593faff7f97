"""Shipped roles and what they may do, checked against the catalogue of permissions."""

from pathlib import Path

from sqlalchemy import delete

from admin_app.enums import UnitKind
from admin_app.errors import Refused
from admin_app.models import Role, RolePermission
from admin_app.permissions import CATALOGUE
from seed.outlines import Entry, Outline
from seed.writing import Values, Writer

FILE = "roles.yaml"
ALL = "all"


def read_roles(folder: Path) -> list[Values]:
    """Return the roles, each with its `permissions`, or raise SeedError."""
    outline = Outline(folder, FILE)
    rows: dict[str, Values] = {}
    for entry in outline.entries(outline.top, "roles"):
        outline.refuse_keys(
            entry,
            required={"code", "name", "name_en", "grants"},
            optional={"unit_kind", "is_chief"},
        )
        if entry["code"] in rows:
            reason = Refused("“%(key)s”重复", key=entry["code"])
            raise outline.broken(entry.line, "code", reason)
        kind = _kind(outline, entry)
        rows[entry["code"]] = {
            "code": entry["code"],
            "name": entry["name"],
            "name_en": entry["name_en"],
            "unit_kind": kind,
            "is_chief": bool(entry.get("is_chief", False)),
            "permissions": _permissions(outline, entry, kind),
        }
    return list(rows.values())


def write_roles(writer: Writer, rows: list[Values]) -> None:
    """Bring the roles into their tables; a permission that left the file goes."""
    roles = [{k: v for k, v in row.items() if k != "permissions"} for row in rows]
    writer.upsert(Role, roles, key=("code",))
    ids = writer.ids(Role, "code")
    wanted = {
        (ids[row["code"]], permission)
        for row in rows
        for permission in row["permissions"]
    }
    shipped = {ids[row["code"]] for row in rows}
    known = writer.ids(RolePermission, "role_id", "permission")
    held = {key: number for key, number in known.items() if key[0] in shipped}
    gone = [number for key, number in held.items() if key not in wanted]
    if gone:
        writer.session.execute(
            delete(RolePermission).where(RolePermission.id.in_(gone))
        )
    fresh = sorted(wanted - held.keys())
    writer.add(
        RolePermission, [{"role_id": role, "permission": name} for role, name in fresh]
    )
    writer.report.count(
        RolePermission.__tablename__, changed=len(gone), left=len(held) - len(gone)
    )


def _kind(outline: Outline, entry: Entry) -> UnitKind | None:
    word = entry.get("unit_kind")
    if word is None:
        return None
    if word not in UnitKind.__members__:
        reason = Refused(
            "“%(cell)s”不在可选值中：%(names)s",
            cell=word,
            names="、".join(UnitKind.__members__),
        )
        raise outline.broken(entry.line, "unit_kind", reason)
    return UnitKind[word]


def _permissions(outline: Outline, entry: Entry, kind: UnitKind | None) -> list[str]:
    if entry["grants"] == ALL and kind is not None:
        return [
            permission
            for module in CATALOGUE.values()
            if kind in module.kinds
            for permission in module.permissions
        ]
    if not isinstance(entry["grants"], Entry):
        raise outline.broken(entry.line, "grants", Refused("列表的每一项应有键和值"))
    return [
        permission
        for module in entry["grants"]
        for permission in _granted(outline, entry["grants"], module, kind)
    ]


def _granted(
    outline: Outline, grants: Entry, name: str, kind: UnitKind | None
) -> list[str]:
    """Return the permissions of one module, all of them known and fit for the kind."""
    module = CATALOGUE.get(name)
    if module is None:
        reason = Refused("未知的权限“%(name)s”", name=name)
        raise outline.broken(grants.lines[name], name, reason)
    if kind is not None and kind not in module.kinds:
        reason = Refused("此类单位不能拥有权限“%(name)s”", name=name)
        raise outline.broken(grants.lines[name], name, reason)
    verbs = module.verbs if grants[name] == ALL else grants[name]
    for verb in verbs:
        if verb not in module.verbs:
            reason = Refused("未知的权限“%(name)s”", name=f"{name}:{verb}")
            raise outline.broken(grants.lines[name], name, reason)
    return [f"{name}:{verb}" for verb in verbs]
