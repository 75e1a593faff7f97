"""What can be done to many rows at once, and to which rows (X05)?

An action takes two steps: the first says how many rows it will touch and asks for the
reason, the second acts and tells the result of every row.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from admin_app.enums import Action, RecordKind
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.models import Unit
from admin_app.permissions import Actor
from admin_app.views.admin.boundaries import BadAddress
from admin_app.web.clock import now
from admin_app.web.refusals import translate
from admin_app.workflows import BatchResult, foresee, perform_many

MOST: Final = 10_000
"""So many rows an act on all that match takes at once."""
MOST_TICKED: Final = 500
"""By their ids; more of them go as all that match (WF-09, decision 4), where the act takes
a number of statements that does not grow with them."""
TOLD: Final = 200
"""So many rows that went well are named; all refused ones are."""

Seen = Mapping[int, int | None]
"""Ids, each with the version that the actor saw where that is known."""

Run = Callable[[Actor, Seen, str], BatchResult]
Expects = Callable[[Actor, Seen], list[tuple[int, str]]]
"""Returns numbers of rows, each with what becomes of them; 0 tells of no number."""

APPROVED: Final[Mapping[RecordKind, str]] = {
    RecordKind.declaration: "审批完成，计入学时",
    RecordKind.person_registration: "审核完成，申请人可以登录使用",
    RecordKind.unit_registration: "审核完成，单位开通使用",
    RecordKind.unit_change: "审核完成，变更立即生效",
    RecordKind.person_change: "审核完成，修改立即生效",
    RecordKind.transfer: "确认完成，人员转入本单位，原单位会收到消息",
    RecordKind.succession: "审核完成，继任人成为超级管理员，原超级管理员失去管理权限",
}
REASONS: Final[Mapping[RecordKind, tuple[str, ...]]] = {
    RecordKind.declaration: (
        "缺少证明材料",
        "证明材料不清晰，请重新上传",
        "申报学时与证明材料不符",
        "项目内容与所选学习形式不符",
        "学习时间不在计入年度内",
        "重复申报",
    ),
    RecordKind.person_registration: (
        "非本单位人员",
        "所选部门不正确",
        "个人信息与证件不符",
    ),
    RecordKind.unit_registration: (
        "扫描件不清晰，请重新上传",
        "代码与扫描件不符",
        "单位名称应填写全称",
        "上级部门选择有误",
    ),
    RecordKind.unit_change: (
        "未写明批准文件",
        "新代码与证照不符",
        "上级部门选择有误",
    ),
    RecordKind.person_change: (
        "与证书、文件记载不一致",
        "请先向单位提交证书原件核对",
        "取得时间有误",
        "专业技术职务选择有误",
    ),
    RecordKind.transfer: (
        "本单位没有接收该人员的安排",
        "所选部门不正确",
        "请先办理人事调动手续",
    ),
    RecordKind.succession: (
        "原超级管理员仍在履职，请由其直接移交",
        "继任人不是该单位人员",
        "申请理由不充分，请补充说明",
    ),
}


@dataclass(frozen=True, slots=True)
class BatchAction:
    """An action on rows: its words, the verb it needs, and what carries it out."""

    name: str
    label: str
    verb: str
    run: Run
    question: str
    needs_reason: bool = False
    asks_opinion: bool = False
    style: str = "quiet"
    icon: str = ""
    tabs: tuple[str, ...] = ()
    """The tabs that offer it; none named stands for all."""
    reasons: tuple[str, ...] = ()
    """Sentences that are often given as the reason; a click writes one down."""
    expects: "Expects | None" = None
    """What tells, before the second step, where the rows will go."""
    reason_label: str = ""
    evidence: str = ""
    """How the files are called that it asks for; nothing asks for none."""

    @property
    def asks(self) -> str:
        """How the confirmation calls what it asks for in words."""
        usual = "驳回原因" if self.needs_reason else "审核意见"
        return self.reason_label or usual


@dataclass(slots=True)
class Selection:
    """The rows that an action is about."""

    seen: dict[int, int | None] = field(default_factory=dict)
    everything: bool = False
    total: int = 0
    upto: int = 0
    withdrawn: frozenset[int] = frozenset()
    """What was ticked and has been taken back since: it is told, and not touched."""


def ticked(form: MultiDict[str, str]) -> dict[int, int | None]:
    """Read ticked rows (`id` or `id:version`); BadAddress for anything else."""
    seen: dict[int, int | None] = {}
    for item in form.getlist("rowid"):
        key, colon, version = item.partition(":")
        if not (key.isdecimal() and key.isascii() and 0 < int(key) < 2**63):
            raise BadAddress("rowid")
        if colon and not (version.isdecimal() and version.isascii()):
            raise BadAddress("rowid")
        seen[int(key)] = int(version) if colon else None
    if len(seen) > MOST_TICKED:
        raise Refused(
            "一次最多勾选 %(most)s 条，请改用“符合条件的全部”。", most=MOST_TICKED
        )
    return seen


def in_scope(
    session: Session,
    model: Any,
    scope: Sequence[ColumnElement[bool]],
    seen: Mapping[int, int | None],
) -> bool:
    """Tell whether every one of these rows is in scope; in scope is not yet open."""
    statement = select(func.count()).select_from(model).where(model.id.in_(list(seen)))
    return session.scalar(statement.where(*scope)) == len(seen)


def matching(
    session: Session,
    model: Any,
    criteria: Sequence[ColumnElement[bool]],
    *,
    upto: int | None = None,
) -> list[int]:
    """Return the ids of all rows of the list as it stands now, oldest first.

    `upto` leaves out the rows that came in after the first step.
    """
    statement = select(model.id).where(*criteria).order_by(model.id).limit(MOST + 1)
    if upto is not None:
        statement = statement.where(model.id <= upto)
    ids = list(session.scalars(statement))
    if len(ids) > MOST:
        raise Refused("符合条件的记录超过 %(most)s 条，请缩小筛选范围。", most=MOST)
    return ids


def decision(kind: RecordKind, action: Action) -> Run:
    """Return what carries out a decision of the workflow on a selection."""

    def run(actor: Actor, seen: Seen, comment: str) -> BatchResult:
        return perform_many(
            db.session(),
            actor=actor,
            kind=kind,
            ids=seen,
            action=action,
            comment=comment,
            now=now(),
        )

    return run


def apart(rows: Iterable[int], act: Callable[[int], str | None]) -> BatchResult:
    """Do something to each of the rows, by their ids; what is refused of one is undone.

    What `act` returns is told of that row.
    """
    session, result = db.session(), BatchResult()
    for key in rows:
        try:
            with session.begin_nested():
                note = act(key)
        except Refused as refused:
            result.refused[key] = refused
            continue
        result.done.append(key)
        if note:
            result.notes[key] = note
    return result


def each(model: Any, act: Callable[..., object], *, name: str, reason: str = "") -> Run:
    """Return what carries out an operation on each row, refusals apart.

    The operation takes the row as the argument `name`, and what was said as `reason`
    where it asks why. More rows than a request has time for are refused.
    """

    def run(actor: Actor, seen: Seen, comment: str) -> BatchResult:
        if len(seen) > MOST_TICKED:
            raise Refused(
                "一次最多办理 %(most)s 条，请用筛选条件缩小范围。", most=MOST_TICKED
            )
        session = db.session()
        said = {reason: comment} if reason else {}
        chosen = select(model).where(model.id.in_(list(seen))).order_by(model.id)
        rows = {row.id: row for row in session.scalars(chosen)}

        def one(key: int) -> None:
            act(session, actor=actor, **{name: rows[key]}, **said)

        return apart(rows, one)

    return run


def refusals(refused: Iterable[Refused]) -> list[tuple[int, str]]:
    """Return what an act would refuse: each reason, with the number of rows."""
    reasons = Counter(map(translate, refused))
    return [
        (count, _("不能办理：%(reason)s", reason=reason))
        for reason, count in reasons.most_common()
    ]


def expects_approval(kind: RecordKind) -> Expects:
    """Return what tells where approved rows go: to the next unit, or to their end."""

    def told(actor: Actor, seen: Seen) -> list[tuple[int, str]]:
        outlook = foresee(db.session(), actor=actor, kind=kind, ids=seen, now=now())
        units = select(Unit.id, Unit.name).where(Unit.id.in_(outlook.following))
        names = {row.id: row.name for row in db.session.execute(units)}
        lines = [
            (
                count,
                _("报送%(unit)s审核", unit=names[key]) if key else _(APPROVED[kind]),
            )
            for key, count in outlook.following.items()
        ]
        return lines + refusals(outlook.refused.values())

    return told


def expects_rejection(_actor: Actor, seen: Seen) -> list[tuple[int, str]]:
    """Tell that rejected rows go back to whom they came from."""
    return [(len(seen), _("退回申报人，修改后可以重新提交"))]


def decisions(kind: RecordKind, *tabs: str) -> tuple[BatchAction, ...]:
    """Return approve and reject for a queue of this kind of record."""
    return (
        BatchAction(
            name="approve",
            label="通过",
            verb="approve",
            run=decision(kind, Action.approve),
            question="确定通过这 %(n)s 条记录吗？",
            asks_opinion=True,
            expects=expects_approval(kind),
            style="primary",
            icon="check",
            tabs=tabs,
        ),
        BatchAction(
            name="reject",
            label="驳回",
            verb="reject",
            run=decision(kind, Action.reject),
            question="确定驳回这 %(n)s 条记录吗？驳回原因会通知申报人。",
            needs_reason=True,
            reasons=REASONS.get(kind, ()),
            expects=expects_rejection,
            style="danger",
            icon="x",
            tabs=tabs,
        ),
    )
