"""更正申请: people who ask the platform to correct their name or number (R04, P04)."""

from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement

from admin_app import models as m
from admin_app.enums import CorrectionOutcome
from admin_app.extensions import db
from admin_app.operations.correction_requests import answer_request
from admin_app.permissions import Actor
from admin_app.views.admin.actions import BatchAction, Seen, apart
from admin_app.views.admin.base import EntityView, Tab
from admin_app.views.admin.correcting import evidence_of
from admin_app.views.admin.filters import ChoiceFilter
from admin_app.views.admin.registry import entity
from admin_app.web.clock import now
from admin_app.workflows import BatchResult

OPEN: ColumnElement[bool] = m.CorrectionRequest.outcome.is_(None)


def refuse_requests(actor: Actor, seen: Seen, reason: str) -> BatchResult:
    """Answer these requests with a no, refusals apart."""
    session = db.session()

    def one(key: int) -> None:
        answer_request(
            session,
            session.get_one(m.CorrectionRequest, key),
            actor=actor,
            outcome=CorrectionOutcome.refused,
            answer=reason,
            now=now(),
        )

    return apart(seen, one)


@entity(m.CorrectionRequest, module="records", label="更正申请", menu="业务数据")
class CorrectionRequests(EntityView):
    """What waits for the platform, with the paper that shows it."""

    column_list = (
        "person.name",
        "name",
        "id_number",
        "reason",
        "outcome",
        "created_at",
    )
    column_details_list = (
        "person.name",
        "person.id_number",
        "person.unit.name",
        "name",
        "id_number",
        "reason",
        "created_at",
        "outcome",
        "answer",
        "answered_at",
    )
    labels = {"created_at": "提交时间"}
    column_searchable_list = ("person.name",)
    finds_person = "person_id"
    form_columns = ()
    filters = (lambda: ChoiceFilter("outcome"),)
    details_template = "admin/people/correction_request.html"
    tabs = (
        Tab(
            "open",
            "待办理",
            lambda _actor: OPEN,
            empty="没有待办理的更正申请",
            empty_next="个人在“用户资料管理”中提交的申请会出现在这里。",
            without=frozenset({"outcome"}),
        ),
        Tab("closed", "已办理", lambda _actor: ~OPEN, is_counted=False),
    )
    batch_actions = (
        BatchAction(
            name="refuse",
            label="不予更正",
            verb="correct",
            run=refuse_requests,
            question="确定对这 %(n)s 条申请不予更正吗？原因会告知申请人。",
            needs_reason=True,
            style="danger",
            icon="x",
            tabs=("open",),
            reasons=("证明材料不清晰，请重新上传", "证明材料与申请内容不一致"),
        ),
    )

    def open_actions(self, record: Any) -> list[BatchAction]:
        """Answer only what is open."""
        return super().open_actions(record) if record.outcome is None else []

    def render(self, template: str, **kwargs: Any) -> str:
        """Show the paper, and lead to where the request is granted."""
        if template == self.details_template:
            record = kwargs["record"]
            has_paper = record.evidence_id is not None
            kwargs["papers"] = (
                evidence_of(record.person, record.evidence_id) if has_paper else []
            )
            if record.outcome is None and self.allows("correct"):
                kwargs["correct_url"] = url_for(
                    "admin_people.correct_view", id=record.person_id, request=record.id
                )
        page: str = super().render(template, **kwargs)
        return page
