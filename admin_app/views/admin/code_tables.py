"""基础数据: the code tables, edited by the platform's administrators."""

from typing import Any, ClassVar

from wtforms import Form

from admin_app import models as m
from admin_app.errors import Refused
from admin_app.views.admin.base import EntityView, Filters
from admin_app.views.admin.filters import ChoiceFilter, LookupFilter
from admin_app.views.admin.registry import entity

MENU = "基础数据"
PLAIN = ("code", "name", "name_en", "sort_order", "is_active")
TREE = ("code", "name", "name_en", "parent", "sort_order", "is_active")


class CodeList(EntityView):
    """A flat list of codes."""

    column_list: ClassVar[tuple[str, ...]] = PLAIN
    column_sortable_list = ("id", "code", "name")
    column_searchable_list = ("code", "name")
    column_default_sort = "code"
    form_columns: ClassVar[tuple[str, ...]] = PLAIN
    filters: ClassVar[Filters] = (lambda: ChoiceFilter("is_active"),)


class CodeTree(CodeList):
    """A list of codes in levels; the level follows from the parent."""

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


@entity(m.UnitNature, module="reference_data", label="单位性质", menu=MENU)
class UnitNatures(CodeList):
    """Natures of units."""

    form_columns = PLAIN


@entity(m.UnitLevel, module="reference_data", label="单位级别", menu=MENU)
class UnitLevels(CodeList):
    """Levels of units."""

    form_columns = (*PLAIN, "region_level")


@entity(m.EthnicGroup, module="reference_data", label="民族", menu=MENU)
class EthnicGroups(CodeList):
    """Ethnic groups."""

    form_columns = PLAIN


@entity(m.PoliticalStatus, module="reference_data", label="政治面貌", menu=MENU)
class PoliticalStatuses(CodeList):
    """Political statuses."""

    form_columns = PLAIN


@entity(m.EducationLevel, module="reference_data", label="学历", menu=MENU)
class EducationLevels(CodeTree):
    """Levels of education."""

    form_columns = (*TREE, "is_common")


@entity(m.Degree, module="reference_data", label="学位", menu=MENU)
class Degrees(CodeTree):
    """Degrees."""

    form_columns = TREE


@entity(m.Major, module="reference_data", label="所学专业", menu=MENU)
class Majors(CodeTree):
    """Majors."""

    form_columns = (*TREE, "catalog")


@entity(m.Title, module="reference_data", label="职称", menu=MENU)
class Titles(CodeTree):
    """Professional titles."""

    form_columns = (*TREE, "rank", "rank_group")
