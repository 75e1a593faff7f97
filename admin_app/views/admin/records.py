"""业务数据: what people and units have produced, read-only for the platform."""

from typing import Any

from sqlalchemy import ScalarSelect

from admin_app import models as m
from admin_app.enums import RecordKind, State
from admin_app.operations import counters
from admin_app.permissions import Actor
from admin_app.views.admin import related
from admin_app.views.admin.base import EntityView, Tab
from admin_app.views.admin.correcting import Correcting
from admin_app.views.admin.filters import (
    ChoiceFilter,
    DateFilter,
    LookupFilter,
    NumberFilter,
)
from admin_app.views.admin.founding import DepartmentView, UnitView
from admin_app.views.admin.hours import LABELS, TOLD
from admin_app.views.admin.registry import entity
from admin_app.views.admin.reviews import SUCCESSION_LABELS, UNTOLD

MENU = "业务数据"
STATE = (lambda: ChoiceFilter("state"), lambda: DateFilter("submitted_at"))
OF_PERSON = ("person.name",)


class ReadOnly(EntityView):
    """What only its own tasks write."""

    form_columns = ()


@entity(m.Unit, module="records", label="单位", menu=MENU)
class Units(UnitView):
    """Every organisation of the tree."""

    column_list = (
        "name",
        "kind",
        "registration_code",
        "superior.name",
        "region.name",
        "has_review_right",
        "is_active",
    )
    column_sortable_list = ("id", "name")
    column_searchable_list = ("name", "registration_code")
    filters = (
        lambda: ChoiceFilter("kind"),
        lambda: LookupFilter("superior"),
        lambda: LookupFilter("region"),
        lambda: ChoiceFilter("is_active"),
    )


@entity(m.UnitRegistration, module="records", label="单位注册信息", menu=MENU)
class UnitRegistrations(ReadOnly):
    """Units that asked to be taken in."""

    column_list = (
        "name",
        "kind",
        "superior.name",
        "state",
        "decider.name",
        "submitted_at",
    )
    labels = {"superior.name": "上级部门"}
    filters = (*STATE, lambda: LookupFilter("superior"))
    kind = RecordKind.unit_registration


@entity(m.Department, module="records", label="内设部门", menu=MENU)
class Departments(DepartmentView):
    """Departments inside units."""

    column_list = ("name", "code", "unit.name", "parent.name", "is_active")
    filters = (lambda: LookupFilter("unit"), lambda: ChoiceFilter("is_active"))


@entity(m.UnitChange, module="records", label="机构信息修改", menu=MENU)
class UnitChanges(ReadOnly):
    """Changes of units that wait for a decision, or had one."""

    column_list = ("unit.name", "kind", "state", "decider.name", "submitted_at")
    filters = (*STATE, lambda: LookupFilter("unit"), lambda: ChoiceFilter("kind"))
    kind = RecordKind.unit_change


@entity(m.Person, module="records", label="人员", menu=MENU)
class People(Correcting):
    """Every human being that the platform knows."""

    column_list = (
        "name",
        "id_number",
        "unit.name",
        "department.name",
        "sex",
        "is_active",
    )
    column_sortable_list = ("id", "name")
    column_searchable_list = ("name",)
    filters = (
        lambda: LookupFilter("unit"),
        lambda: LookupFilter("title"),
        lambda: ChoiceFilter("sex"),
        lambda: ChoiceFilter("is_active"),
    )
    finds_person = "id"

    def render(self, template: str, **kwargs: Any) -> str:
        """Show what the person has earned, declared and told of themself."""
        if template == self.details_template:
            record = kwargs["record"]
            kwargs["tables"] = related.of_person(record, self.actor)
        return super().render(template, **kwargs)


@entity(m.PersonRegistration, module="records", label="个人注册信息", menu=MENU)
class PersonRegistrations(ReadOnly):
    """People who asked to be taken in."""

    column_list = ("person.name", "unit.name", "state", "decider.name", "submitted_at")
    column_searchable_list = OF_PERSON
    filters = (*STATE, lambda: LookupFilter("unit"))
    finds_person = "person_id"
    kind = RecordKind.person_registration


@entity(m.PersonChange, module="records", label="人员信息修改", menu=MENU)
class PersonChanges(ReadOnly):
    """Changes of people's data that wait for a decision, or had one."""

    column_list = (
        "person.name",
        "section",
        "act",
        "unit.name",
        "state",
        "decider.name",
        "submitted_at",
    )
    column_searchable_list = OF_PERSON
    filters = (*STATE, lambda: ChoiceFilter("section"), lambda: LookupFilter("unit"))
    finds_person = "person_id"
    details_without = UNTOLD
    kind = RecordKind.person_change


@entity(m.Transfer, module="records", label="人员调转", menu=MENU)
class Transfers(ReadOnly):
    """Moves of people between units."""

    column_list = (
        "person.name",
        "from_unit.name",
        "to_unit.name",
        "state",
        "submitted_at",
    )
    column_searchable_list = OF_PERSON
    filters = (
        *STATE,
        lambda: LookupFilter("from_unit"),
        lambda: LookupFilter("to_unit"),
    )
    finds_person = "person_id"
    kind = RecordKind.transfer


@entity(m.Succession, module="records", label="继任申请", menu=MENU)
class Successions(ReadOnly):
    """Requests of units for another chief."""

    column_list = (
        "unit.name",
        "successor.name",
        "filed_by.name",
        "state",
        "decider.name",
        "submitted_at",
    )
    labels = SUCCESSION_LABELS
    filters = (*STATE, lambda: LookupFilter("unit"))
    kind = RecordKind.succession


@entity(m.EducationRecord, module="records", label="学历信息", menu=MENU)
class EducationRecords(ReadOnly):
    """Lines of the tab 学历."""

    column_list = ("person.name", "education_level.name", "school", "graduated_on")
    column_searchable_list = OF_PERSON
    filters = (lambda: LookupFilter("education_level"),)
    finds_person = "person_id"


@entity(m.Qualification, module="records", label="职（执）业资格", menu=MENU)
class Qualifications(ReadOnly):
    """Lines of the tab 职（执）业资格."""

    column_list = ("person.name", "name", "obtained_on")
    column_searchable_list = OF_PERSON
    filters = (lambda: DateFilter("obtained_on"),)
    finds_person = "person_id"


@entity(m.ProfessionalPost, module="records", label="专业技术职务", menu=MENU)
class ProfessionalPosts(ReadOnly):
    """Lines of the tab 专业技术职务."""

    column_list = ("person.name", "title.name", "obtained_on")
    column_searchable_list = OF_PERSON
    filters = (lambda: LookupFilter("title"), lambda: DateFilter("obtained_on"))
    finds_person = "person_id"


@entity(m.AcademicHonour, module="records", label="学术技术称号", menu=MENU)
class AcademicHonours(ReadOnly):
    """Lines of the tab 学术技术称号."""

    column_list = ("person.name", "name", "granted_by", "obtained_on")
    column_searchable_list = OF_PERSON
    filters = (lambda: DateFilter("obtained_on"),)
    finds_person = "person_id"


def _newest(state: State) -> Tab:
    """Return the tab of the declarations in a state, the last submitted first."""

    def rolled(actor: Actor) -> ScalarSelect[int] | None:
        if actor.unit_id is None or actor.department_id is not None:
            return None
        return counters.rolled(actor.unit_id, state)

    return Tab(
        state.name,
        state.label,
        lambda _actor: m.Declaration.state == state,
        is_counted=False,
        sort="-submitted_at",
        bound_columns=("state",),
        at_least=rolled,
    )


@entity(m.Declaration, module="records", label="学时学分申报", menu=MENU)
class Declarations(ReadOnly):
    """Every declaration."""

    column_list = (
        "person.name",
        "title",
        "form_version.form.name",
        "year",
        "claimed",
        "source",
        "state",
        "decider.name",
        "submitted_at",
    )
    column_searchable_list = OF_PERSON
    tabs = (
        Tab("all", "全部", lambda _actor: None, is_counted=False),
        _newest(State.pending),
        _newest(State.approved),
        _newest(State.rejected),
    )
    filters = (
        *STATE,
        lambda: NumberFilter("year"),
        lambda: ChoiceFilter("source"),
        lambda: LookupFilter("unit"),
    )
    finds_person = "person_id"
    kind = RecordKind.declaration
    labels = LABELS
    column_details_list = ("id", *TOLD, "decider.name", "version", "deleted_at")


@entity(m.CreditEntry, module="records", label="学时台账", menu=MENU)
class CreditEntries(ReadOnly):
    """The append-only ledger."""

    column_list = (
        "person.name",
        "year",
        "subject_kind",
        "kind",
        "origin",
        "amount",
        "at",
    )
    column_searchable_list = OF_PERSON
    filters = (
        lambda: NumberFilter("year"),
        lambda: ChoiceFilter("subject_kind"),
        lambda: ChoiceFilter("kind"),
        lambda: LookupFilter("unit"),
    )
    finds_person = "person_id"


@entity(m.YearTotal, module="records", label="年度累计学时", menu=MENU)
class YearTotals(ReadOnly):
    """What people have earned in a year."""

    column_list = (
        "person.name",
        "year",
        "subject_kind",
        "measure",
        "amount",
        "entries",
    )
    column_searchable_list = OF_PERSON
    filters = (lambda: NumberFilter("year"), lambda: ChoiceFilter("subject_kind"))
    finds_person = "person_id"


@entity(m.Certificate, module="records", label="电子证书", menu="证书")
class IssuedCertificates(ReadOnly):
    """Every certificate."""

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


@entity(
    m.CertificateTemplate, module="certificate_templates", label="证书模板", menu="证书"
)
class CertificateTemplates(EntityView):
    """Layouts; the shipped ones are folders of data."""

    column_list = ("code", "name", "name_en", "is_active")
    column_sortable_list = ("id", "code")
    column_searchable_list = ("code",)
    form_columns = ("name", "name_en", "is_active")
    filters = (lambda: ChoiceFilter("is_active"),)

    def allows(self, verb: str) -> bool:
        """Make and delete no layout here: it comes with its folder."""
        return verb not in {"create", "delete"} and super().allows(verb)


@entity(m.Attachment, module="records", label="附件", menu=MENU)
class Attachments(ReadOnly):
    """What is known about stored pictures; the pictures open from their records."""

    column_list = ("file_name", "purpose", "media_type", "size", "uploaded_at")
    filters = (lambda: ChoiceFilter("purpose"), lambda: DateFilter("uploaded_at"))


@entity(m.WorkflowEvent, module="records", label="审核记录", menu=MENU)
class WorkflowEvents(ReadOnly):
    """Every step of every record."""

    column_list = (
        "kind",
        "record_id",
        "action",
        "to_state",
        "actor_name",
        "unit.name",
        "at",
    )
    # By kind or action most of the largest table would be read.
    filters = (lambda: NumberFilter("record_id"), lambda: LookupFilter("unit"))


@entity(m.Urge, module="records", label="催办", menu=MENU)
class Urges(ReadOnly):
    """Reminders."""

    column_list = ("kind", "record_id", "unit_id", "on_date")
    filters = (lambda: ChoiceFilter("kind"), lambda: DateFilter("on_date"))


@entity(m.HiddenRecord, module="records", label="已删除的审核记录", menu=MENU)
class HiddenRecords(ReadOnly):
    """Decided rows that administrators took off their lists."""

    column_list = ("account_id", "kind", "record_id", "at")
    filters = (lambda: ChoiceFilter("kind"), lambda: NumberFilter("account_id"))


@entity(m.Delegation, module="records", label="委托办理记录", menu=MENU)
class Delegations(ReadOnly):
    """Who decides in whose name, from which day to which."""

    column_list = (
        "unit.name",
        "account.person.name",
        "delegate.person.name",
        "starts_on",
        "ends_on",
        "withdrawn_at",
    )
    labels = {"account.person.name": "委托人", "delegate.person.name": "受托人"}
    filters = (lambda: LookupFilter("unit"),)


@entity(m.SavedFilter, module="records", label="保存的筛选", menu=MENU)
class SavedFilters(ReadOnly):
    """How administrators narrow their inbox."""

    column_list = ("account_id", "name", "words")
    filters = (lambda: NumberFilter("account_id"),)


@entity(m.ImportBatch, module="records", label="导入批次", menu=MENU)
class ImportBatches(ReadOnly):
    """Files that were read in."""

    column_list = ("unit.name", "kind", "file_name", "accepted", "failed", "created_at")
    filters = (lambda: LookupFilter("unit"),)
