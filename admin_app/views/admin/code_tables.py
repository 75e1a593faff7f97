"""基础数据: the code tables, edited by the platform's administrators."""

from collections.abc import Sequence
from typing import Any, ClassVar

from flask import g, request, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from typing_extensions import override
from wtforms import Form

from admin_app import models as m
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.operations.code_tables import count_below, set_in_use, way_to
from admin_app.permissions import Actor
from admin_app.views.admin import lookups
from admin_app.views.admin.actions import BatchAction, Run, Seen
from admin_app.views.admin.base import EntityView, Filters
from admin_app.views.admin.base.rows import Row
from admin_app.views.admin.filters import ChoiceFilter, LookupFilter
from admin_app.views.admin.registry import entity
from admin_app.workflows import BatchResult

MENU = "基础数据"
PLAIN = ("code", "name", "name_en", "sort_order", "is_active")
TREE = ("code", "name", "name_en", "parent", "sort_order", "is_active")


def use(*, in_use: bool, model: Any) -> Run:
    """Return what takes rows of a code table into use, or out of it."""

    def run(actor: Actor, seen: Seen, _comment: str) -> BatchResult:
        session, result = db.session(), BatchResult()
        rows = session.scalars(select(model).where(model.id.in_(list(seen))))
        for row in rows.all():
            try:
                set_in_use(session, actor=actor, row=row, in_use=in_use)
            except Refused as refused:
                result.refused[row.id] = refused
            else:
                result.done.append(row.id)
        return result

    return run


def use_actions(model: Any) -> tuple[BatchAction, ...]:
    """Return 停用 and 启用 for a code table."""
    return (
        BatchAction(
            name="disable",
            label="停用",
            verb="edit",
            run=use(in_use=False, model=model),
            question="确定停用这 %(n)s 条吗？停用后不能再被选择，已经选用的不受影响。",
            style="danger",
            icon="lock",
        ),
        BatchAction(
            name="enable",
            label="启用",
            verb="edit",
            run=use(in_use=True, model=model),
            question="确定启用这 %(n)s 条吗？",
            icon="check",
        ),
    )


class CodeList(EntityView):
    """A flat list of codes."""

    column_list: ClassVar[tuple[str, ...]] = PLAIN
    column_sortable_list = ("id", "code", "name")
    column_searchable_list = ("code", "name")
    column_default_sort = "code"
    form_columns: ClassVar[tuple[str, ...]] = PLAIN
    filters: ClassVar[Filters] = (lambda: ChoiceFilter("is_active"),)


class CodeTree(CodeList):
    """A tree of codes, shown level by level; a search looks through all of it.

    The list begins with the top; each row leads to those below it, where new ones are
    added. The level of a row follows from its parent.
    """

    column_list: ClassVar[tuple[str, ...]] = (
        "code",
        "name",
        "name_en",
        "parent.name",
        "level",
        "is_active",
    )
    form_columns: ClassVar[tuple[str, ...]] = TREE
    filters: ClassVar[Filters] = (
        lambda: LookupFilter("parent"),
        lambda: ChoiceFilter("is_active"),
    )
    list_template = "admin/code_tables/list.html"

    @override
    def subject(self, actor: Actor, *, is_narrowed: bool) -> list[ColumnElement[bool]]:
        """Begin with the top where the address asks for nothing else."""
        found = super().subject(actor, is_narrowed=is_narrowed)
        model: Any = self.entity_model
        return found if is_narrowed else [*found, model.parent_id.is_(None)]

    def as_rows(self, records: Sequence[Any]) -> list[Row]:
        """Return rows, and learn which of them have others below."""
        ids = [record.id for record in records]
        g.codes_below = count_below(db.session(), self.entity_model, ids)
        return super().as_rows(records)

    def links(self, record: Any) -> list[dict[str, str]]:
        """Lead to what hangs below a row."""
        links = super().links(record)
        if count := g.get("codes_below", {}).get(record.id):
            url = url_for(".index_view", parent=record.id)
            label = _("下级（%(n)s）", n=count)
            links.insert(1, {"label": label, "url": url, "icon": "sitemap"})
        return links

    def create_form(self, obj: Any = None) -> Form:
        """Hang a new row where the list stood."""
        form = super().create_form(obj)
        if request.method == "GET" and (raw := request.args.get("parent")):
            field = form["parent"]
            field.data = lookups.find(field.model, self.actor, lookups.key_of(raw))
        return form

    def render(self, template: str, **kwargs: Any) -> str:
        """Show the way from the top to where the list stands."""
        if "rows" in kwargs and "is_fragment" in kwargs:
            raw = request.args.get("parent")
            key = lookups.key_of(raw) if raw else None
            kwargs["below"] = key
            kwargs["way"] = way_to(db.session(), self.entity_model, key) if key else []
            if set(request.args) & self.filter_words() == {"parent"}:
                kwargs["is_filtered"] = False
            if kwargs["is_fragment"]:
                template = "admin/code_tables/rows.html"
        page: str = super().render(template, **kwargs)
        return page

    def empty_hint(self) -> tuple[str, str]:
        """Say that nothing hangs below, and how to add it."""
        return _("这里没有下级"), _("点击右上角“新增下级”添加第一条。")

    def save(self, form: Form, record: Any) -> None:
        """Refuse a row below itself."""
        above, seen = form["parent"].data, 0
        while above is not None and record is not None:
            seen += 1
            if above.id == record.id or seen > 10:  # noqa: PLR2004 (no catalogue is deeper)
                raise Refused("上级不能是本条记录或其下级。", field="parent")
            above = above.parent
        super().save(form, record)

    def written(self, record: Any) -> None:
        """Set the level from the parent."""
        record.level = record.parent.level + 1 if record.parent else 1


@entity(m.Region, module="reference_data", label="行政区划", menu=MENU)
class Regions(CodeTree):
    """Administrative divisions."""

    form_columns = (*TREE, "division_type", "reports_to_province")
    batch_actions = use_actions(m.Region)


@entity(m.RegionPrefix, module="reference_data", label="身份证地区码", menu=MENU)
class RegionPrefixes(EntityView):
    """Known first six digits of identity numbers."""

    column_list = ("code", "name", "is_current")
    column_sortable_list = ("id", "code")
    column_searchable_list = ("code",)
    form_columns = ("code", "name", "is_current")
    filters = (lambda: ChoiceFilter("is_current"),)


@entity(m.Industry, module="reference_data", label="所属行业", menu=MENU)
class Industries(CodeTree):
    """Industries."""

    form_columns = TREE
    batch_actions = use_actions(m.Industry)


@entity(m.UnitNature, module="reference_data", label="单位性质", menu=MENU)
class UnitNatures(CodeList):
    """Natures of units."""

    form_columns = PLAIN
    batch_actions = use_actions(m.UnitNature)


@entity(m.UnitLevel, module="reference_data", label="单位级别", menu=MENU)
class UnitLevels(CodeList):
    """Levels of units."""

    form_columns = (*PLAIN, "region_level")
    batch_actions = use_actions(m.UnitLevel)


@entity(m.EthnicGroup, module="reference_data", label="民族", menu=MENU)
class EthnicGroups(CodeList):
    """Ethnic groups."""

    form_columns = PLAIN
    batch_actions = use_actions(m.EthnicGroup)


@entity(m.PoliticalStatus, module="reference_data", label="政治面貌", menu=MENU)
class PoliticalStatuses(CodeList):
    """Political statuses."""

    form_columns = PLAIN
    batch_actions = use_actions(m.PoliticalStatus)


@entity(m.EducationLevel, module="reference_data", label="学历", menu=MENU)
class EducationLevels(CodeTree):
    """Levels of education."""

    form_columns = (*TREE, "is_common")
    batch_actions = use_actions(m.EducationLevel)


@entity(m.Degree, module="reference_data", label="学位", menu=MENU)
class Degrees(CodeTree):
    """Degrees."""

    form_columns = TREE
    batch_actions = use_actions(m.Degree)


@entity(m.Major, module="reference_data", label="所学专业", menu=MENU)
class Majors(CodeTree):
    """Majors."""

    form_columns = (*TREE, "catalog")
    batch_actions = use_actions(m.Major)


@entity(m.Title, module="reference_data", label="职称", menu=MENU)
class Titles(CodeTree):
    """Professional titles."""

    form_columns = (*TREE, "rank", "rank_group")
    batch_actions = use_actions(m.Title)
