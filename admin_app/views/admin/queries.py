"""查询统计 and 管理直属账户: people, certificates and subordinate units, to look at."""

from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement
from typing_extensions import override

from admin_app import models as m
from admin_app.permissions import Actor
from admin_app.views.admin import related
from admin_app.views.admin.actions import BatchAction
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.filters import ChoiceFilter, LookupFilter, NumberFilter
from admin_app.views.admin.leaving import LEAVING, is_there
from admin_app.views.admin.logins import PERSON_ACTIONS
from admin_app.views.admin.registry import entity
from admin_app.views.admin.unmasking import Unmasking


@entity(m.Person, module="person_query", label="专业技术人员信息查询", menu="查询统计")
class PersonQuery(Unmasking):
    """Own and subordinate people, found by 姓名 and 身份证号码 (U42)."""

    column_list = (
        "name",
        "id_number",
        "unit.name",
        "department.name",
        "title.name",
        "standing",
    )
    column_sortable_list = ("id", "name")
    column_searchable_list = ("name",)
    filters = (
        lambda: LookupFilter("unit"),
        lambda: LookupFilter("department"),
        lambda: LookupFilter("title"),
        lambda: ChoiceFilter("sex"),
        lambda: ChoiceFilter("standing"),
    )
    finds_person = "id"
    batch_actions = (*PERSON_ACTIONS, *LEAVING)
    details_without = frozenset({"is_demo"})

    @override
    def base_criterion(self, actor: Actor) -> ColumnElement[bool] | None:
        """Leave out who belongs to no unit yet, or only administers."""
        return m.Person.unit_id.is_not(None)

    def open_actions(self, record: m.Person) -> list[BatchAction]:
        """Leave out what would leave the person where they are."""
        offered = super().open_actions(record)
        return [each for each in offered if not is_there(each, record)]

    def render(self, template: str, **kwargs: Any) -> str:
        """Show what the person has earned and declared below their data."""
        if record := kwargs.get("record"):
            kwargs["tables"] = related.of_person(record, self.actor)
        return super().render(template, **kwargs)


@entity(m.Certificate, module="certificates", label="电子证书查询打印", menu="查询统计")
class Certificates(EntityView):
    """Certificates, found by 年度 and 身份证号码 (U43)."""

    column_list = (
        "number",
        "person_name",
        "unit_name",
        "year",
        "issued_at",
        "revoked_at",
    )
    column_sortable_list = ("id", "number")
    column_searchable_list = ("number",)
    filters = (lambda: NumberFilter("year"), lambda: LookupFilter("unit"))
    finds_person = "person_id"

    def links(self, record: Any) -> list[dict[str, str]]:
        """Offer the print of a certificate that still holds."""
        links = super().links(record)
        serves = "admin_printing.certificate" in current_app.view_functions
        if serves and record.revoked_at is None and self.allows("print"):
            url = url_for("admin_printing.certificate", certificate_id=record.id)
            links.append({"label": _("打印"), "url": url, "icon": "printer"})
        return links
