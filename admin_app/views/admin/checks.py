"""学时审验: credited hours are taken back and given back, and who did it why (R05)."""

from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any, ClassVar

from flask import g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from typing_extensions import override

from admin_app import models as m
from admin_app.enums import Action, AttachmentPurpose, Measure, RecordKind, State
from admin_app.extensions import db
from admin_app.operations.certificates import certificates_of
from admin_app.operations.hours_checks import Finding
from admin_app.permissions import Actor, permits
from admin_app.rules.amounts import plain
from admin_app.rules.papers import is_paper
from admin_app.views.admin.actions import (
    BatchAction,
    Expects,
    Run,
    Seen,
    Selection,
    refusals,
)
from admin_app.views.admin.base import EntityView, Tab
from admin_app.views.admin.filters import (
    ChoiceFilter,
    DateFilter,
    LookupFilter,
    NumberFilter,
)
from admin_app.views.admin.hours import FORM, LABELS, MEASURED, TOLD
from admin_app.views.admin.registry import entity
from admin_app.views.admin.related import Line, Table
from admin_app.web.clock import now, today
from admin_app.web.storage import store_image, store_paper
from admin_app.workflows import BatchResult, check_hours, foresee_check, open_actions

MENU = "学时学分审批"
REASONS = (
    "证明材料与原件不符",
    "证明材料系伪造",
    "与其他申报重复",
    "学习时间不在计入年度内",
    "学时计算有误",
)
TOLD_ROWS = 200
"""So many declarations of a check stand on its page."""
RESTORED = ("经复核，原审验结论有误", "本人已补充有效证明材料")


def _credited(name: str, label: str, state: State, empty: str) -> Tab:
    return Tab(
        name,
        label,
        lambda _actor: m.Declaration.state == state,
        is_counted=False,
        sort="-submitted_at",
        bound_columns=("state",),
        empty=empty,
        without=frozenset({"state"}),
    )


def _check(action: Action) -> Run:
    """Return what carries a check out on a selection, with the files that prove it."""

    def run(actor: Actor, seen: Seen, comment: str) -> BatchResult:
        return check_hours(
            db.session(),
            actor=actor,
            action=action,
            ids=seen,
            finding=Finding(reason=comment, evidence=g.pop("evidence", ())),
            now=now(),
        )

    return run


def _expects(action: Action, sentence: str) -> Expects:
    """Return what tells which hours move, and what else follows for how many."""

    def told(actor: Actor, seen: Seen) -> list[tuple[int, str]]:
        session = db.session()
        rows, refused = foresee_check(
            session, actor=actor, action=action, ids=seen, now=now()
        )
        amounts: dict[Measure, Decimal] = defaultdict(Decimal)
        counts = Counter(row.measure for row in rows)
        for row in rows:
            amounts[row.measure] += row.claimed
        lines = [
            (
                count,
                _(sentence, amount=plain(amounts[key]), measure=_(key.label)),
            )
            for key, count in counts.items()
        ]
        years = Counter((row.person_id, row.year) for row in rows)
        if action is Action.revoke and years:
            lines += _certificates(set(years)) + _closed(years)
        return lines + refusals(refused.values())

    return told


def _certificates(years: set[tuple[int, int]]) -> list[tuple[int, str]]:
    held = db.session.scalars(certificates_of(years))
    count = sum((one.person_id, one.year) in years for one in held)
    sentence = _("份有效证书将重新核对，不再达标的同时撤销")
    return [(0, f"{count} {sentence}")] if count else []


def _closed(years: Counter[tuple[int, int]]) -> list[tuple[int, str]]:
    """Tell of what cannot be declared again, because its year is over."""
    asked = m.AnnualRequirement
    latest = select(asked.year, func.max(asked.declare_until)).group_by(asked.year)
    over = {year for year, until in db.session.execute(latest) if until < today()}
    count = sum(number for (_person, year), number in years.items() if year in over)
    sentence = _("所属年度的申报已经截止，撤销后本人不能再补报")
    return [(count, sentence)] if count else []


@entity(m.Declaration, module="revoke_hours", label="学时审验", menu=MENU)
class RevokeHours(EntityView):
    """What is credited, and what of it was taken back."""

    kind = RecordKind.declaration
    column_list = (
        "person.name",
        "unit.name",
        "title",
        FORM,
        "year",
        "claimed",
        "measure",
        "source",
        "state",
        "submitted_at",
    )
    labels = LABELS
    measured_by = MEASURED
    column_details_list = TOLD
    column_searchable_list = ("person.name",)
    finds_person = "person_id"
    filters = (
        lambda: NumberFilter("year"),
        lambda: ChoiceFilter("source"),
        lambda: LookupFilter("unit"),
        lambda: DateFilter("submitted_at"),
    )
    tabs = (
        _credited("credited", "已计入", State.approved, "没有已计入的学时"),
        _credited("revoked", "已撤销", State.revoked, "没有撤销的学时"),
    )
    batch_actions: ClassVar[tuple[BatchAction, ...]] = (
        BatchAction(
            name="revoke",
            label="撤销学时",
            verb="revoke",
            run=_check(Action.revoke),
            question="确定撤销这 %(n)s 条申报已计入的学时吗？本人和经办单位会收到消息。",
            needs_reason=True,
            reason_label="撤销原因",
            reasons=REASONS,
            evidence="审验依据",
            expects=_expects(Action.revoke, "冲回 %(amount)s %(measure)s"),
            style="danger",
            icon="rotate-clockwise",
            tabs=("credited",),
        ),
        BatchAction(
            name="restore",
            label="恢复学时",
            verb="revoke",
            run=_check(Action.restore),
            question="确定恢复这 %(n)s 条申报的学时吗？本人和经办单位会收到消息。",
            needs_reason=True,
            reason_label="恢复原因",
            reasons=RESTORED,
            expects=_expects(Action.restore, "重新计入 %(amount)s %(measure)s"),
            style="primary",
            icon="check",
            tabs=("revoked",),
        ),
    )

    @classmethod
    @override
    def is_shown(cls, actor: Actor) -> bool:
        """Show it to the platform's administrators as well."""
        return permits(actor, "revoke_hours:view")

    @override
    def base_criterion(self, actor: Actor) -> ColumnElement[bool] | None:
        """Keep to what was credited once."""
        credited: ColumnElement[bool] = m.Declaration.state.in_(
            (State.approved, State.revoked)
        )
        return credited & m.Declaration.deleted_at.is_(None)

    @override
    def open_actions(self, record: Any) -> list[BatchAction]:
        """Return what the workflow lets the actor do with this record now."""
        names = {action.name for action in open_actions(self.actor, record)}
        return [a for a in super().open_actions(record) if a.name in names]

    @override
    def act(
        self, action: BatchAction, selection: Selection, comment: str
    ) -> ResponseReturnValue:
        """Keep the files, which take their time, before the writes begin."""
        actor = self.actor
        db.session.rollback()
        g.evidence = _kept(actor) if action.evidence else ()
        return super().act(action, selection, comment)


def _kept(actor: Actor) -> list[m.Attachment]:
    uploads = [f for f in request.files.getlist("attachments") if f.filename]
    return [
        (store_paper if is_paper(upload.filename or "") else store_image)(upload).claim(
            purpose=AttachmentPurpose.check_evidence,
            uploaded_by_id=actor.account_id,
            uploaded_at=now(),
        )
        for upload in uploads
    ]


@entity(m.HoursCheck, module="revoke_hours", label="审验记录", menu=MENU)
class HoursChecks(EntityView):
    """Who took hours back or gave them back, when, and why."""

    column_list = ("at", "action", "actor_name", "unit.name", "reason")
    column_details_list = column_list
    labels = {"action": "审验结果"}
    filters = (lambda: LookupFilter("unit"), lambda: DateFilter("at"))

    @classmethod
    @override
    def is_shown(cls, actor: Actor) -> bool:
        """Show it to the platform's administrators as well."""
        return permits(actor, "revoke_hours:view")

    @override
    def render(self, template: str, **kwargs: Any) -> str:
        """Show the declarations that a check was about."""
        if check := kwargs.get("record"):
            kwargs["tables"] = [_checked(check)]
        page: str = super().render(template, **kwargs)
        return page


def _checked(check: m.HoursCheck) -> Table:
    """Return the newest lines of a check, each leading to its declaration."""
    entry = m.CreditEntry
    rows = db.session.execute(
        select(
            m.Person.name, m.Declaration.title, entry.year, entry.amount, entry.measure
        )
        .add_columns(m.Declaration.id)
        .join(m.Person, m.Person.id == entry.person_id)
        .join(m.Declaration, m.Declaration.id == entry.declaration_id)
        .where(entry.check_id == check.id)
        .order_by(entry.id)
        .limit(TOLD_ROWS)
    )
    lines = [
        Line(
            (
                row.name,
                row.title,
                str(row.year),
                f"{plain(row.amount)} {_(row.measure.label)}",
            ),
            url_for("admin_revoke_hours.details_view", id=row.id),
        )
        for row in rows
    ]
    columns = (_("姓名"), _("项目名称"), _("年度"), _("变动"))
    return Table(_("审验的申报"), columns, lines, _("没有申报"))
