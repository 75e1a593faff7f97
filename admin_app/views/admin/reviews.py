"""审核账户: registrations that wait for the actor's unit, and those it has decided."""

from typing import Any, ClassVar, Final
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased
from typing_extensions import override

from admin_app import models as m
from admin_app.enums import Action, RecordKind, State
from admin_app.errors import Conflict
from admin_app.extensions import db
from admin_app.operations.hiding import hide
from admin_app.permissions import Actor
from admin_app.views.admin import wanted
from admin_app.views.admin.actions import BatchAction, Run, Seen, Selection, decisions
from admin_app.views.admin.base import EntityView, Filters, Tab
from admin_app.views.admin.boundaries import encoded
from admin_app.views.admin.filters import ChoiceFilter, DateFilter, LookupFilter
from admin_app.views.admin.registry import entity
from admin_app.views.admin.tellings import KINDS
from admin_app.views.admin.unmasking import Unmasking
from admin_app.web.clock import now
from admin_app.workflows import BatchResult, open_actions, waits_at

MENU = "审核账户"
DECIDED = (Action.approve, Action.reject)
OUTCOME = ("state", "submitted_at", "decided_at", "opinion")
"""What every page of a registration ends with."""
PENDING: Final = "pending"
UNTOLD = frozenset({"changes", "row_id"})
"""What a change holds for the program; people read before and after."""


def waiting(model: Any) -> Tab:
    """Return the tab of what waits at the actor's unit."""
    return Tab(
        PENDING,
        "待审核",
        lambda actor: waits_at(actor, model),
        sort="-submitted_at",
        bound_columns=("decider_id",),
        # What waits is sent, and not deleted: its owner would have to take it back first.
        says_all=True,
        is_own=True,
        empty="没有待审核的记录",
        empty_next="新提交的申请会出现在这里；办理过的在“已审核”中查看。",
        without=frozenset({"state", "decider.name", "decided_at"}),
    )


def decided(model: Any, kind: RecordKind) -> Tab:
    """Return the tab of what the actor's unit has decided and the actor still lists.

    It follows the unit's decisions, the latest first: an authority has made millions.
    """
    event, hidden, later = m.WorkflowEvent, m.HiddenRecord, aliased(m.WorkflowEvent)

    def ours(actor: Actor) -> ColumnElement[bool]:
        if actor.unit_id is None:
            # No event, not those of nobody's unit, which are most: people's own.
            return event.id < 0
        return and_(
            event.unit_id == actor.unit_id,
            event.kind == kind,
            event.action.in_(DECIDED),
        )

    def criterion(actor: Actor) -> ColumnElement[bool]:
        again = select(later.id).where(
            later.kind == kind,
            later.record_id == event.record_id,
            later.id > event.id,
            # As the test of a test: the few events of the record are looked through,
            # not the many of the unit.
            (later.unit_id == event.unit_id).is_(True),
            later.action.in_(DECIDED),
        )
        latest = and_(event.record_id == model.id, ours(actor), ~again.exists())
        put_away = select(hidden.record_id).where(
            hidden.account_id == actor.account_id, hidden.kind == kind
        )
        # A resubmitted row waits again: it stands in the other tab.
        elsewhere = and_(
            model.state == State.pending, model.decider_id == actor.unit_id
        )
        listed: ColumnElement[bool] = latest & model.id.not_in(put_away)
        return listed & elsewhere.is_not(True)

    return Tab(
        "reviewed",
        "已审核",
        criterion,
        is_counted=False,
        along=event.id,
        followed=ours,
        leads_to=event.record_id,
        empty="还没有审核过的记录",
        empty_next="您单位通过或驳回的记录会出现在这里。",
        without=frozenset({"submitted_at"}),
    )


def hiding(model: Any, kind: RecordKind) -> Run:
    """Return what takes decided rows off the actor's own list."""

    def run(actor: Actor, seen: Seen, _comment: str) -> BatchResult:
        left = hide(
            db.session(), actor=actor, kind=kind, model=model, ids=seen, now=now()
        )
        refused = Conflict("该记录尚未办结，不能删除。")
        return BatchResult(
            done=[key for key in seen if key not in left],
            refused=dict.fromkeys(left, refused),
        )

    return run


def removal(model: Any, kind: RecordKind) -> BatchAction:
    """Return 删除 of the guides: off this list, never out of the records (U29)."""
    return BatchAction(
        name="hide",
        label="删除",
        verb="delete",
        run=hiding(model, kind),
        question="确定从您的列表中删除这 %(n)s 条审核记录吗？审计记录会保留。",
        style="quiet",
        icon="trash",
        tabs=("reviewed",),
    )


class Review(EntityView):
    """A queue with two tabs: what waits for us, and what we have decided."""

    column_sortable_list = ("id",)
    form_columns = ()
    filters: ClassVar[Filters] = (
        lambda: DateFilter("submitted_at"),
        lambda: ChoiceFilter("state"),
    )

    def open_actions(self, record: Any) -> list[BatchAction]:
        """Return what the workflow lets the actor do with this record now."""
        names = {action.name for action in open_actions(self.actor, record)}
        return [a for a in super().open_actions(record) if a.name in names]

    @expose("/next/")
    def next_view(self) -> ResponseReturnValue:
        """Lead to the record at which the page of the address begins.

        Behind the last one it is the first again, and the list where nothing waits.
        """
        order, size = self.ordering(), self.page_length()
        places = dict.fromkeys((self.boundary(order), None))
        pages = (self.found(order, place, size).page.rows for place in places)
        if row := next((rows[0] for rows in pages if rows), None):
            url = url_for(".details_view", id=row.id, url=self.address())
            return redirect(url, 303)
        flash(_("没有其他待审核的记录了。"), "info")
        return redirect(self.address(), 303)

    @override
    def onward(self, action: BatchAction, selection: Selection) -> str:
        if len(selection.seen) != 1 or PENDING not in action.tabs:
            return ""
        [key] = selection.seen
        model: Any = self.entity_model
        sent = select(model.submitted_at).where(model.id == key)
        return self._behind(db.session.scalar(sent), key)

    @override
    def render(self, template: str, **kwargs: Any) -> str:
        """Lead from what waits to what waits behind it."""
        if template == self.details_template and kwargs["actions"]:
            record = kwargs["record"]
            url = self._behind(record.submitted_at, record.id)
            link = {"url": url, "icon": "arrow-right", "label": _("下一条")}
            kwargs["more_links"] = [link]
        return super().render(template, **kwargs)

    def _behind(self, sent: Any, key: int) -> str:
        """Return the way to what waits behind a record, in the list one came from."""
        path, _mark, query = self.return_url().partition("?")
        if path == url_for("admin_inbox.index"):
            assert self.kind is not None
            place = wanted.Boundary(sent, KINDS.index(self.kind), key).code
            door, own = "admin_inbox.next", set(wanted.WORDS)
        else:
            place, door = encoded(sent, key), ".next_view"
            own = self.filter_words() | {"size"}
        words = {word: text for word, text in parse_qsl(query) if word in own}
        return f"{url_for(door)}?{urlencode({**words, 'after': place})}"


SUCCESSION_LABELS = {
    "successor.name": "继任人",
    "successor.id_number": "继任人身份证号码",
    "successor.mobile": "继任人手机号码",
    "former.name": "原超级管理员",
    "former.mobile": "原超级管理员手机号码",
    "requested_by.name": "申请人",
}
REGISTRATION = RecordKind.person_registration


@entity(
    m.PersonRegistration, module="review_registrations", label="审核注册人员", menu=MENU
)
class ReviewRegistrations(Unmasking, Review):
    """审核注册人员 (U28, U29)."""

    kind = REGISTRATION
    column_list = (
        "person.name",
        "person.id_number",
        "unit.name",
        "department.name",
        "state",
        "submitted_at",
        "decided_at",
    )
    column_details_list = (
        "person.name",
        "person.id_number",
        "person.sex",
        "person.birth_date",
        "person.mobile",
        "person.email",
        "person.ethnic_group.name",
        "person.native_place.name",
        "person.graduation_school",
        "person.major.name",
        "unit.name",
        "department.name",
        *OUTCOME,
    )
    column_searchable_list = ("person.name",)
    finds_person = "person_id"
    filters = (*Review.filters, lambda: LookupFilter("department"))
    form_columns = ()
    tabs = (
        waiting(m.PersonRegistration),
        decided(m.PersonRegistration, REGISTRATION),
    )
    batch_actions = (
        *decisions(REGISTRATION, "pending"),
        removal(m.PersonRegistration, REGISTRATION),
    )


@entity(
    m.PersonChange,
    module="review_profile_changes",
    label="审核人员信息修改",
    menu=MENU,
)
class ReviewProfileChanges(Review):
    """审核人员信息修改: each row opens before and after (U30)."""

    kind = RecordKind.person_change
    column_list = (
        "person.name",
        "person.id_number",
        "section",
        "act",
        "unit.name",
        "state",
        "submitted_at",
        "decided_at",
    )
    column_details_list = (
        "person.name",
        "person.id_number",
        "person.title.name",
        "section",
        "act",
        "unit.name",
        *OUTCOME,
    )
    column_searchable_list = ("person.name",)
    finds_person = "person_id"
    filters = (*Review.filters, lambda: ChoiceFilter("section"))
    form_columns = ()
    tabs = (
        waiting(m.PersonChange),
        decided(m.PersonChange, RecordKind.person_change),
    )
    batch_actions = (
        *decisions(RecordKind.person_change, "pending"),
        removal(m.PersonChange, RecordKind.person_change),
    )

    def links(self, record: Any) -> list[dict[str, str]]:
        """Call the details what the guides call them."""
        first, *others = super().links(record)
        return [first | {"label": _("变更明细")}, *others]


@entity(
    m.UnitRegistration,
    module="review_subordinate_units",
    label="审核下级单位",
    menu=MENU,
)
class ReviewSubordinateUnits(Unmasking, Review):
    """审核下级单位 (U31)."""

    kind = RecordKind.unit_registration
    column_list = (
        "name",
        "kind",
        "registration_code",
        "applicant.name",
        "state",
        "submitted_at",
        "decided_at",
    )
    column_details_list = (
        "name",
        "kind",
        "registration_code",
        "superior.name",
        "nature.name",
        "level.name",
        "industry.name",
        "region.name",
        "phone",
        "address",
        "contact",
        "applicant.name",
        "applicant.id_number",
        "applicant.mobile",
        *OUTCOME,
    )
    labels = {
        "applicant.name": "申请人",
        "applicant.id_number": "申请人身份证号码",
        "applicant.mobile": "申请人手机号码",
    }
    form_columns = ()
    filters = (*Review.filters, lambda: ChoiceFilter("kind"))
    tabs = (
        waiting(m.UnitRegistration),
        decided(m.UnitRegistration, RecordKind.unit_registration),
    )
    batch_actions = (
        *decisions(RecordKind.unit_registration, "pending"),
        removal(m.UnitRegistration, RecordKind.unit_registration),
    )


@entity(m.Succession, module="review_successions", label="审核继任申请", menu=MENU)
class ReviewSuccessions(Review):
    """Units below that ask for another chief, because theirs is gone."""

    kind = RecordKind.succession
    column_list = (
        "unit.name",
        "successor.name",
        "former.name",
        "reason",
        "state",
        "decider.name",
        "submitted_at",
    )
    labels = SUCCESSION_LABELS
    column_details_list = (
        "unit.name",
        "successor.name",
        "successor.id_number",
        "successor.mobile",
        "former.name",
        "former.mobile",
        "reason",
        "filed_by.name",
        "requested_by.name",
        "state",
        "submitted_at",
        "opinion",
    )
    form_columns = ()
    tabs = (waiting(m.Succession), decided(m.Succession, RecordKind.succession))
    batch_actions = (
        *decisions(RecordKind.succession, "pending"),
        removal(m.Succession, RecordKind.succession),
    )

    @override
    def record_label(self, record: Any, cells: Any = ()) -> str:
        """Call a request by its unit and who is to follow."""
        return f"{record.unit.name} · {record.successor.name}"
