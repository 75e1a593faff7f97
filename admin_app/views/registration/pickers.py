"""Fragments for choosing a region, unit, superior, department or major (P03, U03)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from admin_app.extensions import db
from admin_app.forms.fields import read_key
from admin_app.models import Department, Major, Region, Title, Unit
from admin_app.operations.departments import (
    in_use,
    names_above,
    told_path,
)
from admin_app.operations.registration import regions_below, superior_criterion
from admin_app.rules.paths import steps_of
from admin_app.views.registration import blueprint
from admin_app.views.registration.choices import full_name
from admin_app.web.i18n import name_of

AT_ONCE: Final = 20
BRANCH: Final = 100
"""So many departments of one level stand on a page."""
QUERY_LENGTH: Final = 50
CATALOGUES: Final = {
    "undergraduate": "本科专业",
    "graduate": "研究生学科",
    "vocational": "高职专科专业",
}
"""The catalogues of majors: they share names, so every row says whose it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of a picker."""

    value: int
    label: str
    hint: str = ""
    open_url: str = ""
    is_choosable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a picker shows now."""

    title: str
    rows: Sequence[Row]
    placeholder: str
    hint: str = ""
    more_url: str = ""
    path: Sequence[tuple[str, str]] = ()


@blueprint.get("/pick/regions")
def pick_regions() -> ResponseReturnValue:
    """Walk down the divisions from the platform's own province, or search them."""
    session, query = db.session(), _query()
    top = _home_region(session) if "home" in request.args else None
    parent_id = read_key(request.args.get("parent"))
    place = session.get(Region, parent_id) if parent_id else top
    statement = select(Region).where(Region.is_active)
    if query:
        statement = statement.where(Region.name.contains(query, autoescape=True))
        if top is not None:
            statement = statement.where(_within(top))
    else:
        statement = statement.where(_child_of(Region, place))
    rows = _tree_rows(session, Region, statement.order_by(Region.code).limit(100))
    if place is not None and not query:
        rows.insert(0, Row(value=place.id, label=full_name(place), hint=_("本级")))
    return _answer(
        Page(
            title=_("选择区域"),
            rows=rows,
            placeholder=_("输入区域名称查找"),
            path=_path(place, top) if not query else (),
        )
    )


@blueprint.get("/pick/majors")
def pick_majors() -> ResponseReturnValue:
    """Walk down the tree of majors, or search it (P03)."""
    session, query = db.session(), _query()
    parent_id = read_key(request.args.get("parent"))
    place = session.get(Major, parent_id) if parent_id else None
    statement = select(Major).where(Major.is_active)
    if query:
        statement = statement.where(Major.name.contains(query, autoescape=True))
    else:
        statement = statement.where(_child_of(Major, place))
    return _answer(
        Page(
            title=_("选择专业"),
            rows=_tree_rows(session, Major, statement.order_by(Major.code).limit(100)),
            placeholder=_("输入专业名称查找"),
            path=_path(place, None) if not query else (),
        )
    )


@blueprint.get("/pick/titles")
def pick_titles() -> ResponseReturnValue:
    """Walk down series and branches to the titles, or search them (P13)."""
    session, query = db.session(), _query()
    parent_id = read_key(request.args.get("parent"))
    place = session.get(Title, parent_id) if parent_id else None
    statement = select(Title).where(Title.is_active)
    if query:
        found = Title.name.contains(query, autoescape=True)
        statement = statement.where(found, Title.rank != "")
    else:
        statement = statement.where(_child_of(Title, place))
    return _answer(
        Page(
            title=_("选择专业技术职务"),
            rows=_tree_rows(session, Title, statement.order_by(Title.code).limit(100)),
            placeholder=_("输入职务名称查找"),
            path=_path(place, None) if not query else (),
        )
    )


@blueprint.get("/pick/units")
def pick_units() -> ResponseReturnValue:
    """Offer the approved, active units of the chosen region and below (P03)."""
    region_id = read_key(request.args.get("region_id"))
    if region_id is None:
        return _answer(_nothing(_("选择单位"), _("请先选择用人单位所属区域。")))
    statement = select(Unit).where(Unit.is_active, regions_below(region_id))
    rows, more_url = _unit_rows(db.session(), statement)
    return _answer(
        Page(
            title=_("选择单位"),
            rows=rows,
            placeholder=_("输入单位名称查找"),
            hint=_("只列出所选区域内已审核通过的单位。"),
            more_url=more_url,
        )
    )


@blueprint.get("/pick/superiors")
def pick_superiors() -> ResponseReturnValue:
    """Offer the units that may be superior; each tells who reviews after it (U03).

    Those of the chosen region and of the ones above it, until a name is searched.
    """
    statement = select(Unit).where(superior_criterion())
    hint = _("有上级单位或主管部门的选择上级，没有的选择同级人社部门；只能选择一个。")
    region_id = read_key(request.args.get("region_id"))
    if region_id is not None and not _query():
        statement = statement.where(Unit.region_id.in_(_regions_above(region_id)))
        hint += _("先列出所在地区及其上级地区的单位，其他地区的请输入名称查找。")
    rows, more_url = _unit_rows(db.session(), statement)
    return _answer(
        Page(
            title=_("选择上级单位"),
            rows=rows,
            placeholder=_("输入单位名称查找"),
            hint=hint,
            more_url=more_url,
        )
    )


def _regions_above(region_id: int) -> list[int]:
    """Return the key of a region and of all it lies in."""
    found, region = [], db.session.get(Region, region_id)
    while region is not None:
        found.append(region.id)
        region = region.parent
    return found


@blueprint.get("/pick/departments")
def pick_departments() -> ResponseReturnValue:
    """Walk down the unit's departments that are in use, or search them (U19)."""
    session, unit_id = db.session(), read_key(request.args.get("unit_id"))
    if unit_id is None:
        return _answer(_nothing(_("选择部门"), _("请先选择单位。")))
    statement = select(Department).where(Department.unit_id == unit_id, in_use())
    if query := _query():
        wanted = Department.name.contains(query, autoescape=True)
    else:
        parent_id = read_key(request.args.get("parent"))
        wanted = Department.parent_id == parent_id
    rows, more_url = _department_rows(session, statement.where(wanted))
    hint = "" if rows or query else _("该单位没有设置部门，无需选择。")
    return _answer(
        Page(
            title=_("选择部门"),
            rows=rows,
            placeholder=_("输入部门名称查找"),
            hint=hint,
            more_url=more_url,
            path=() if query else _department_path(session, unit_id),
        )
    )


def _department_rows(session: Session, statement: Select[Any]) -> tuple[list[Row], str]:
    """Return a page of departments by their key, and the address of the next one."""
    child = aliased(Department)
    is_parent = exists().where(child.parent_id == Department.id, child.is_active)
    if last_id := read_key(request.args.get("after")):
        statement = statement.where(Department.id > last_id)
    page = statement.add_columns(is_parent).order_by(Department.id)
    found = session.execute(page.limit(BRANCH + 1)).all()
    shown = found[:BRANCH]
    paths = [row.path for row, _is_parent in shown] if _query() else []
    names = names_above(session, paths)
    rows = [
        Row(
            value=row.id,
            label=told_path(row.path, names) if paths else row.name,
            open_url=_here(parent=row.id, after="") if has_children else "",
        )
        for row, has_children in shown
    ]
    more_url = _here(after=shown[-1][0].id) if len(found) > BRANCH else ""
    return rows, more_url


def _department_path(session: Session, unit_id: int) -> list[tuple[str, str]]:
    place_id = read_key(request.args.get("parent"))
    place = session.get(Department, place_id) if place_id else None
    if place is None or place.unit_id != unit_id:
        return []
    names = names_above(session, [place.path])
    steps = [(names[key], _here(parent=key, after="")) for key in steps_of(place.path)]
    return [(_("全部"), _here(parent="", after="")), *steps]


def _query() -> str:
    return request.args.get("q", "").strip()[:QUERY_LENGTH]


def _nothing(title: str, hint: str) -> Page:
    return Page(title=title, rows=(), placeholder=_("输入关键字查找"), hint=hint)


def _child_of(model: Any, place: Any) -> Any:
    return model.parent_id.is_(None) if place is None else model.parent_id == place.id


def _within(top: Region) -> Any:
    """Return the criterion "below this region", of which there are two levels."""
    children = select(Region.id).where(Region.parent_id == top.id)
    return or_(
        Region.id == top.id,
        Region.parent_id == top.id,
        Region.parent_id.in_(children),
    )


def _tree_rows(session: Session, model: Any, statement: Select[Any]) -> list[Row]:
    child = aliased(model)
    has_children = exists().where(child.parent_id == model.id, child.is_active)
    found = session.execute(statement.add_columns(has_children)).all()
    return [
        Row(
            value=row.id,
            label=full_name(row) if _query() else name_of(row),
            hint=_hint(row),
            # Series and branches of titles only lead to the titles.
            is_choosable=bool(getattr(row, "rank", row.name)),
            open_url=_here(parent=row.id) if is_parent else "",
        )
        for row, is_parent in found
    ]


def _hint(row: Any) -> str:
    name = CATALOGUES.get(getattr(row, "catalog", "")) or getattr(row, "rank", "")
    return _(name) if name else ""


def _unit_rows(session: Session, statement: Select[Any]) -> tuple[list[Row], str]:
    """Return a page of units by their key, and the address of the next one."""
    if query := _query():
        words = (Unit.name, Unit.short_name, Unit.registration_code)
        statement = statement.where(
            or_(*(word.contains(query, autoescape=True) for word in words))
        )
    if last_id := read_key(request.args.get("after")):
        statement = statement.where(Unit.id > last_id)
    page = (
        statement.options(joinedload(Unit.region), joinedload(Unit.superior))
        .order_by(Unit.id)
        .limit(AT_ONCE + 1)
    )
    found: Sequence[Unit] = session.scalars(page).all()
    shown = found[:AT_ONCE]
    more_url = _here(after=shown[-1].id) if len(found) > AT_ONCE else ""
    return [
        Row(value=unit.id, label=unit.name, hint=" · ".join(_hints(unit)))
        for unit in shown
    ], more_url


def _hints(unit: Unit) -> Iterable[str]:
    yield _(unit.kind.label)
    yield name_of(unit.region)
    if unit.superior is not None:
        yield _("上级：%(unit)s", unit=unit.superior.name)


def _here(**changes: object) -> str:
    arguments: dict[str, Any] = {**request.args.to_dict(), **changes}
    if "parent" in changes:
        arguments.pop("q", None)
    return url_for(f".{(request.endpoint or '').partition('.')[2]}", **arguments)


def _path(place: Any, top: Region | None) -> list[tuple[str, str]]:
    steps: list[tuple[str, str]] = []
    while place is not None and (top is None or place.id != top.id):
        steps.insert(0, (name_of(place), _here(parent=place.id)))
        place = place.parent
    first = name_of(top) if top is not None else _("全部")
    start = _here(parent="" if top is None else top.id)
    return [(first, start), *steps] if steps else []


def _home_region(session: Session) -> Region | None:
    """Return where the root unit stands: the province that the platform serves."""
    return session.scalar(
        select(Region)
        .join(Unit, Unit.region_id == Region.id)
        .where(Unit.superior_id.is_(None))
        .limit(1)
    )


def _answer(page: Page) -> ResponseReturnValue:
    is_fragment = bool(request.headers.get("HX-Request"))
    name = "fragment" if is_fragment else "page"
    hidden = {
        key: value
        for key, value in request.args.items()
        if key not in {"q", "after", "parent"}
    }
    return render_template(
        f"registration/pick_{name}.html",
        page=page,
        url=request.path,
        query=_query(),
        hidden=hidden,
    )
