"""人员离岗 as actions on people: retired, left, deceased, and in post again."""

from functools import partial
from typing import Any, Final

from admin_app import models as m
from admin_app.enums import Standing
from admin_app.operations.leaving import come_back, leave
from admin_app.views.admin.actions import BatchAction, each

_each: Final = partial(each, m.Person, name="person", reason="reason")


def _leaving(standing: Standing, label: str, question: str, **more: Any) -> BatchAction:
    return BatchAction(
        name=standing.name,
        label=label,
        verb="leave",
        run=_each(partial(leave, standing=standing)),
        question=question,
        needs_reason=True,
        reason_label="说明",
        **more,
    )


LEAVING: Final = (
    _leaving(
        Standing.retired,
        "办理退休",
        "确定将这 %(n)s 人登记为退休吗？登记后不能再申报学时，历年记录和证书保留。",
        reasons=("已办理退休手续",),
    ),
    _leaving(
        Standing.resigned,
        "办理离职",
        "确定将这 %(n)s 人登记为离职吗？登记后不能再申报学时，"
        "到新单位后由本人申请调转。",
        reasons=("辞职", "合同期满未续签"),
    ),
    _leaving(
        Standing.deceased,
        "登记去世",
        "确定将这 %(n)s 人登记为去世吗？登记后不能再登录，历年记录保留。",
        reasons=("家属已提供证明",),
    ),
    BatchAction(
        name=Standing.in_post.name,
        label="恢复在岗",
        verb="leave",
        run=_each(come_back),
        question="确定将这 %(n)s 人恢复为在岗吗？恢复后可以继续申报学时。",
        needs_reason=True,
        reason_label="说明",
        reasons=("返聘", "登记有误"),
    ),
)


def is_there(action: BatchAction, person: m.Person) -> bool:
    """Tell whether an action on people leaves this one where they are."""
    return action.verb == "leave" and action.name == person.standing.name
