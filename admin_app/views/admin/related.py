"""What stands on the page of a unit or a person beside their own columns?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from admin_app import models as m
from admin_app.enums import ProfileSection, State
from admin_app.extensions import db
from admin_app.operations.profile_items import PARTS
from admin_app.operations.profiles import newest_lines
from admin_app.permissions import Actor, permits, visible
from admin_app.rules.masks import mask_mobile
from admin_app.views.admin.display import plain
from admin_app.views.profile_words import labels_of, told_rows
from admin_app.web.i18n import current_locale

NEWEST: Final = 20
TOLD_SECTIONS: Final = (
    ProfileSection.education,
    ProfileSection.post,
    ProfileSection.qualification,
    ProfileSection.honour,
)
"""The tabs of a profile that stand on a person's page, the weightiest first."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table; the first text leads to `url` if there is one."""

    texts: Sequence[str]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A small table on the page of a record."""

    title: str
    columns: Sequence[str]
    lines: Sequence[Line]
    empty: str


def of_unit(unit: m.Unit) -> tuple[list[tuple[str, str]], list[Table]]:
    """Return the numbers of a unit and who administers it, by two statements (U25)."""
    people = select(func.count()).where(m.Person.unit_id == unit.id, m.Person.is_active)
    waiting = select(func.count()).where(
        m.Declaration.state == State.pending, m.Declaration.decider_id == unit.id
    )
    numbers = db.session.execute(
        select(people.scalar_subquery(), waiting.scalar_subquery())
    ).one()
    labels = (_("专业技术人员"), _("待该单位审批的申报"))
    told = [(label, str(number)) for label, number in zip(labels, numbers, strict=True)]
    return told, [_administrators(unit)]


def _administrators(unit: m.Unit) -> Table:
    held = m.AdminAssignment
    rows = db.session.execute(
        select(
            m.Person.name,
            m.Person.mobile,
            m.Role.name.label("role"),
            m.Role.name_en.label("role_en"),
            m.Department.name.label("department"),
            held.is_chief,
            held.is_disabled,
        )
        .join(m.Account, m.Account.id == held.account_id)
        .join(m.Person, m.Person.id == m.Account.person_id)
        .join(m.Role, m.Role.id == held.role_id)
        .outerjoin(m.Department, m.Department.id == held.department_id)
        .where(held.unit_id == unit.id)
        .order_by(held.is_chief.desc(), held.id)
    )
    is_english = current_locale() == "en"
    lines = [
        Line(
            (
                row.name,
                mask_mobile(row.mobile) if row.mobile else "",
                (row.role_en if is_english else "") or row.role,
                row.department or "",
                plain(row.is_chief),
                _("已禁用") if row.is_disabled else _("在用"),
            )
        )
        for row in rows
    ]
    columns = (
        _("姓名"),
        _("手机号码"),
        _("角色"),
        _("部门"),
        _("超级管理员"),
        _("状态"),
    )
    return Table(_("单位管理员"), columns, lines, _("该单位还没有管理员"))


def of_person(person: m.Person, actor: Actor) -> list[Table]:
    """Return what a person has earned and declared, as far as the actor sees (U42)."""
    return [
        _totals(person, actor),
        _declarations(person, actor),
        *(_profile_lines(section, person, actor) for section in TOLD_SECTIONS),
    ]


def _profile_lines(section: ProfileSection, person: m.Person, actor: Actor) -> Table:
    """Return the lines of a tab of the person's profile, the newest first."""
    model = PARTS[section].model
    rows = db.session.scalars(
        visible(newest_lines(section, person_id=person.id), model, actor)
    ).all()
    lines = [Line(texts) for texts in told_rows(section, rows)]
    return Table(_(section.label), labels_of(section), lines, _("本人还没有填写"))


def _totals(person: m.Person, actor: Actor) -> Table:
    total = m.YearTotal
    statement = visible(select(total), total, actor).where(total.person_id == person.id)
    rows = db.session.scalars(statement.order_by(total.year.desc(), total.subject_kind))
    lines = [
        Line(
            (
                str(row.year),
                plain(row.subject_kind),
                f"{plain(row.amount)} {plain(row.measure)}",
            )
        )
        for row in rows
    ]
    columns = (_("年度"), _("科目类别"), _("累计学时"))
    return Table(_("年度累计学时"), columns, lines, _("还没有计入的学时"))


def _declarations(person: m.Person, actor: Actor) -> Table:
    record: Any = m.Declaration
    rows = db.session.scalars(
        visible(select(record), record, actor)
        .where(
            record.person_id == person.id,
            record.state != State.draft,
            record.deleted_at.is_(None),
        )
        .order_by(record.id.desc())
        .limit(NEWEST)
    )
    opens = actor.is_administrator and permits(actor, "approve_hours:view")
    lines = [
        Line(
            (
                row.title,
                str(row.year),
                f"{plain(row.claimed)} {plain(row.measure)}",
                plain(row.state),
                plain(row.submitted_at)[:10],
            ),
            url_for("admin_approve_hours.details_view", id=row.id) if opens else "",
        )
        for row in rows
    ]
    columns = (_("项目名称"), _("计入年度"), _("申报学时"), _("状态"), _("提交时间"))
    return Table(_("申报记录"), columns, lines, _("还没有提交过申报"))
