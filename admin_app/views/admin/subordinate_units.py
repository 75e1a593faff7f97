"""管理下级单位: who administers the units below, what waits there, who may review (U25, U26)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

from flask import flash, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from admin_app import models as m
from admin_app.enums import State, UnitKind
from admin_app.extensions import db
from admin_app.operations import units
from admin_app.operations.succession import may_ask_below
from admin_app.permissions import Actor
from admin_app.views.admin import changes, related
from admin_app.views.admin.actions import (
    BatchAction,
    Expects,
    Run,
    Seen,
    each,
    refusals,
)
from admin_app.views.admin.filters import ChoiceFilter
from admin_app.views.admin.registry import entity
from admin_app.views.admin.trees import TreeView, list_tab, tree_tab
from admin_app.web.clock import now
from admin_app.workflows import (
    MOST_AT_ONCE,
    BatchResult,
    close_review,
    disable_unit,
)

Closing = Callable[..., list[int]]


def closing(act: Closing, moved: list[int]) -> Run:
    """Return what closes units; the ids of the declarations that went up join `moved`."""

    def close(session: Session, *, actor: Actor, unit: m.Unit) -> None:
        moved.extend(act(session, actor=actor, unit=unit, now=now()))

    return each(m.Unit, close, name="unit")


def closes(act: Closing) -> Run:
    """Return what closes units and says how many declarations went up."""

    def run(actor: Actor, seen: Seen, comment: str) -> BatchResult:
        moved: list[int] = []
        result = closing(act, moved)(actor, seen, comment)
        if moved:
            flash(_("已将 %(n)s 条待审批申报转上级审批。", n=len(moved)), "info")
        return result

    return run


def foresees(act: Closing, outcome: str) -> Expects:
    """Return what tells where the declarations would go: it is tried, and undone."""

    def told(actor: Actor, seen: Seen) -> list[tuple[int, str]]:
        moved: list[int] = []
        with rehearsal() as session:
            result = closing(act, moved)(actor, seen, "")
            following = _deciders(session, moved)
        lines = [(0, str(_(outcome)))] if result.done else []
        lines += [
            (count, _("待审批申报转由%(unit)s审批", unit=name))
            for name, count in following
        ]
        return lines + refusals(result.refused.values())

    return told


@contextmanager
def rehearsal() -> Iterator[Session]:
    """Let something happen and take it back."""
    session = db.session()
    savepoint = session.begin_nested()
    try:
        yield session
    finally:
        savepoint.rollback()


def _deciders(session: Session, moved: Sequence[int]) -> list[tuple[str, int]]:
    """Return where declarations wait now, each unit with their number."""
    counts: dict[str, int] = {}
    for start in range(0, len(moved), MOST_AT_ONCE):
        some = moved[start : start + MOST_AT_ONCE]
        rows = session.execute(
            select(m.Unit.name, func.count())
            .join(m.Declaration, m.Declaration.decider_id == m.Unit.id)
            .where(m.Declaration.id.in_(some))
            .group_by(m.Unit.id)
            .order_by(m.Unit.id)
        )
        for name, count in rows:
            counts[name] = counts.get(name, 0) + count
    return list(counts.items())


@entity(m.Unit, module="subordinate_units", label="管理下级单位", menu="管理直属账户")
class SubordinateUnits(TreeView):
    """The units below the actor's own, as a list and as a tree."""

    column_list = ("name", "superior.name", "contact")
    beside = (
        ("单位电话", "cell-short"),
        ("超级管理员", "cell-short"),
        ("人员", "cell-number"),
        ("待审批", "cell-number"),
        ("状态", "cell-short"),
    )
    tabs = (list_tab(), tree_tab(without=frozenset({"superior.name"})))
    parent_key = "superior_id"
    column_sortable_list = ("id", "name")
    column_searchable_list = ("name", "registration_code")
    filters = (
        lambda: ChoiceFilter("kind"),
        lambda: ChoiceFilter("has_review_right"),
        lambda: ChoiceFilter("is_active"),
    )
    details_without = frozenset({"is_demo", "path", "depth"})
    details_template = "admin/subordinate_units/details.html"
    batch_actions: ClassVar[tuple[BatchAction, ...]] = (
        BatchAction(
            name="close_review",
            label="关闭审核权限",
            verb="close_review",
            run=closes(close_review),
            expects=foresees(
                close_review, "关闭学时学分审批环节，以后的申报直接报送上级"
            ),
            question="确定关闭这 %(n)s 个单位的学时学分审核权限吗？"
            "可以随时恢复，恢复后，已转由上级办理的不再退回。",
            style="danger",
            icon="lock",
        ),
        BatchAction(
            name="open_review",
            label="恢复审核权限",
            verb="close_review",
            run=each(m.Unit, units.open_review, name="unit"),
            question="确定恢复这 %(n)s 个单位的学时学分审核权限吗？"
            "今后的申报由该单位审批，已转上级的仍由上级办理。",
            icon="check",
        ),
        BatchAction(
            name="disable",
            label="停用",
            verb="disable",
            run=closes(disable_unit),
            expects=foresees(
                disable_unit,
                "停用单位：管理员不能再办理业务，人员仍可登录和查询",
            ),
            question="确定停用这 %(n)s 个单位吗？"
            "可以随时启用，启用后，已转由上级办理的不再退回。",
            style="danger",
            icon="x",
        ),
        BatchAction(
            name="enable",
            label="启用",
            verb="disable",
            run=each(m.Unit, units.enable_unit, name="unit"),
            question="确定启用这 %(n)s 个单位吗？",
            icon="check",
        ),
    )

    def base_criterion(self, actor: Actor) -> ColumnElement[bool] | None:
        """Leave out the actor's own unit."""
        return m.Unit.id != actor.unit_id

    def roots(self, actor: Actor) -> ColumnElement[bool]:
        """Begin directly below the actor's own unit."""
        return m.Unit.superior_id == actor.unit_id

    def told_beside(self, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """Tell the chief, how many people, what waits, and what is closed."""
        held, unit = m.AdminAssignment, m.Unit
        chief = (
            select(m.Person.name)
            .join(m.Account, m.Account.person_id == m.Person.id)
            .join(held, held.account_id == m.Account.id)
            .where(held.unit_id == unit.id, held.is_chief)
        )
        people = select(func.count()).where(
            m.Person.unit_id == unit.id, m.Person.is_active
        )
        waiting = select(func.count()).where(
            m.Declaration.state == State.pending, m.Declaration.decider_id == unit.id
        )
        columns = [part.scalar_subquery() for part in (chief, people, waiting)]
        statement = select(
            unit.id, unit.phone, unit.is_active, unit.has_review_right, *columns
        )
        return {
            row.id: (
                row.phone,
                row[4] or "",
                self._count(row[5]),
                self._count(row[6]),
                self._standing(row),
            )
            for row in db.session.execute(statement.where(unit.id.in_(ids)))
        }

    def _count(self, number: int) -> str:
        return "" if self.shows_tree() and not number else str(number)

    def _standing(self, unit: Any) -> str:
        if not unit.is_active:
            return str(_("已停用"))
        if not unit.has_review_right:
            return str(_("审核权限已关闭"))
        return "" if self.shows_tree() else str(_("正常"))

    def open_actions(self, record: Any) -> list[BatchAction]:
        """Offer what changes something; an HR authority keeps both rights."""
        if record.kind is UnitKind.hr_authority:
            return []
        fitting = {
            "close_review" if record.has_review_right else "open_review",
            "disable" if record.is_active else "enable",
        }
        return [a for a in super().open_actions(record) if a.name in fitting]

    def render(self, template: str, **kwargs: Any) -> str:
        """Show numbers, administrators and changes below the unit's data."""
        if template == self.details_template:
            numbers, tables = related.of_unit(kwargs["record"])
            kwargs["numbers"] = numbers
            kwargs["tables"] = [*tables, changes.of(kwargs["record"])]
            kwargs["succession_url"] = self._succession_url(kwargs["record"])
        return super().render(template, **kwargs)

    def _succession_url(self, unit: m.Unit) -> str:
        """Return where to ask for another chief of a unit directly below, if one may."""
        is_next = unit.superior_id == self.actor.unit_id and unit.is_active
        if not (is_next and may_ask_below(self.actor)):
            return ""
        return url_for("admin_succession.index", unit=unit.id)
