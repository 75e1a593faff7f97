"""审批流程: seen as a way, edited as a draft, tried on a unit, published (decision 14)."""

from collections.abc import Sequence
from typing import Any, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement
from typing_extensions import override
from wtforms import Form, SelectField
from wtforms.fields.choices import SelectChoice

from admin_app import models as m
from admin_app.enums import ChainStatus, ChainStep, Source
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.operations import chains
from admin_app.permissions import Actor
from admin_app.views.admin.actions import BatchAction, each
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.base.screen import Tab
from admin_app.views.admin.display import Cell
from admin_app.views.admin.fields import EntityForm
from admin_app.views.admin.filters import ChoiceFilter
from admin_app.views.admin.lookups import LookupField
from admin_app.views.admin.paths import Model
from admin_app.views.admin.registry import entity
from admin_app.web.clock import now
from admin_app.web.refusals import translate

MENU: Final = "年度要求与流程"
LONGEST: Final = 3
"""As many steps as the longest chain of different words has."""
CONDITIONS: Final = ("level", "region", "industry")


class Trial(EntityForm):
    """The unit on which a chain is tried."""

    unit = LookupField(_l("单位"), model=m.Unit)


def _in(state: ChainStatus) -> Any:
    def criterion(_actor: Actor) -> ColumnElement[bool]:
        return m.ApprovalChain.status == state

    return criterion


@entity(m.ApprovalChain, module="approval_chains", label="审批流程", menu=MENU)
class ApprovalChains(EntityView):
    """Who decides a kind of record, in which order: editions, of which one counts."""

    column_list = (
        "kind",
        "source",
        "level.name",
        "region.name",
        "industry.name",
        "steps",
        "edition",
    )
    column_sortable_list = ("id",)
    column_default_sort = "id"
    creation_columns = ("kind",)
    form_columns = CONDITIONS
    details_without = frozenset({"conditions", "steps"})
    filters = (lambda: ChoiceFilter("kind"),)
    tabs = (
        Tab("in_force", "在用", _in(ChainStatus.in_force)),
        Tab(
            "draft",
            "草稿",
            _in(ChainStatus.draft),
            empty="没有草稿",
            empty_next="打开一条在用的流程，点击“拟定新版本”，或新增一条有适用条件的流程。",
        ),
        Tab("replaced", "已停用", _in(ChainStatus.replaced), is_counted=False),
    )
    batch_actions = (
        BatchAction(
            name="publish",
            label="发布",
            verb="publish",
            run=each(
                m.ApprovalChain,
                lambda session, *, actor, chain: chains.publish(
                    session, actor=actor, chain=chain, now=now()
                ),
                name="chain",
            ),
            question="确定发布这 %(n)s 条流程吗？在办事项从下一步起按新流程办理。",
            style="primary",
            icon="check",
            tabs=("draft",),
        ),
        BatchAction(
            name="draw_up",
            label="拟定新版本",
            verb="create",
            run=each(m.ApprovalChain, chains.draw_up, name="chain"),
            question="为这 %(n)s 条流程各拟定一份新版本草稿吗？发布以前不影响办理。",
            icon="edit",
            tabs=("in_force",),
        ),
        BatchAction(
            name="retire",
            label="停用",
            verb="publish",
            run=each(m.ApprovalChain, chains.retire, name="chain"),
            question="确定停用这 %(n)s 条流程吗？相应单位改按不限条件的流程办理。",
            style="danger",
            icon="lock",
            tabs=("in_force",),
        ),
    )
    details_template = "admin/chains/details.html"
    create_template = edit_template = "admin/chains/form.html"

    @override
    def _carried(self) -> tuple[str, ...]:
        return (*super()._carried(), "source", "edition", "status")

    @override
    def record_label(self, record: Any, cells: Sequence[Cell] = ()) -> str:
        told = (_(record.kind.value), _source(record.source))
        edition = _("第 %(n)s 版", n=record.edition)
        return " · ".join(filter(None, (*told, edition)))

    @override
    def links(self, record: Any) -> list[dict[str, str]]:
        """Offer the form of drafts only."""
        links = super().links(record)
        return links if record.status is ChainStatus.draft else links[:1]

    # --- Form -----------------------------------------------------------------------

    @override
    def scaffold_form(self) -> type[Form]:
        return _with_steps(super().scaffold_form())

    @override
    def get_create_form(self) -> type[Form]:
        form = _with_steps(super().get_create_form())
        sources = [SelectChoice("", _l("不区分来源"))]
        sources += [SelectChoice(member.name, _l(member.value)) for member in Source]
        form.source = SelectField(_l("申报来源"), choices=sources)
        return form

    @override
    def edit_form(self, obj: Any = None) -> Form:
        form = super().edit_form(obj)
        if request.method != "POST":
            for number, step in enumerate(obj.steps[:LONGEST], start=1):
                form[f"step_{number}"].data = step
        return form

    @override
    def refuse_edit(self, record: Any) -> None:
        chains.refuse_published(record)

    @override
    def save(self, form: Form, record: Any) -> None:
        """Write a draft; what a kind cannot follow is refused."""
        chain, session = (
            record or m.ApprovalChain(status=ChainStatus.draft),
            db.session(),
        )
        with session.no_autoflush:
            for name in CONDITIONS:
                related = form[name].data
                setattr(chain, f"{name}_id", related.id if related else None)
            if record is None:
                chain.kind, chain.source = form["kind"].data, form["source"].data
            chain.steps = _steps(form)
        chains.save_draft(session, actor=self.actor, chain=chain)

    @override
    def delete(self, record: Any) -> None:
        self.refuse_edit(record)
        super().delete(record)

    @override
    def looked_up(self) -> dict[str, Model]:
        return super().looked_up() | {"unit": m.Unit}

    # --- Details --------------------------------------------------------------------

    @override
    def open_actions(self, record: Any) -> list[BatchAction]:
        offered = super().open_actions(record)
        found = [a for a in offered if record.status.name in a.tabs]
        return [a for a in found if a.name != "retire" or record.conditions]

    @override
    def render(self, template: str, **kwargs: Any) -> str:
        if template == self.details_template:
            record = kwargs["record"]
            is_draft = record.status is ChainStatus.draft
            kwargs["may_edit"] = kwargs["may_edit"] and is_draft
            kwargs["may_delete"] = kwargs["may_delete"] and is_draft
            kwargs |= self._shown(record)
        return super().render(template, **kwargs)

    def _shown(self, record: m.ApprovalChain) -> dict[str, Any]:
        trial = Trial(request.args)
        trial.unit.actor = self.actor
        trial.unit.resolve()
        way, why_not = [], ""
        if request.args.get("unit") and trial.validate():
            try:
                way = _told(chains.tried(db.session(), record, trial.unit.data.id))
            except Refused as refused:
                why_not = translate(refused)
        return {
            "way": [
                {
                    "unit_name": _(ChainStep[step].value),
                    "label": _("第 %(n)s 步", n=number),
                }
                for number, step in enumerate(record.steps, start=1)
            ],
            "trial": trial,
            "trial_way": way,
            "why_not": why_not,
        }


def _source(name: str) -> str:
    return _(Source[name].value) if name in Source.__members__ else name


def _with_steps(form: type[Form]) -> type[Form]:
    offered = [SelectChoice(step.name, _l(step.value)) for step in ChainStep]
    offered.insert(0, SelectChoice("", "—"))
    for number in range(1, LONGEST + 1):
        label = _l("第 %(n)s 步", n=number)
        field = SelectField(label, choices=offered, default="")
        setattr(form, f"step_{number}", field)
    return form


def _steps(form: Form) -> list[str]:
    chosen = (form[f"step_{number}"].data for number in range(1, LONGEST + 1))
    return [step for step in chosen if step]


def _told(stops: Sequence[chains.Stop]) -> list[dict[str, str]]:
    """Say what each unit on the way does: decides, is skipped, has the last word."""
    told = []
    for stop in stops:
        if not stop.decides:
            label, color = _("跳过：已停用或关闭审核权限"), "secondary"
        elif stop.is_last:
            label, color = _("终审"), "green"
        else:
            label, color = _("审批"), "blue"
        told.append({"unit_name": stop.unit.name, "label": label, "color": color})
    return told
