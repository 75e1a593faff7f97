"""Who decides next on a record (features.md section 6, decisions 1 to 3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from admin_app.enums import UnitKind
from admin_app.errors import Refused


@dataclass(frozen=True)
class Rung:
    """A unit on the way up; `is_open` tells whether it may review this kind of record.

    关闭审核权限 (U26) closes declarations only: for other kinds the caller says open.
    """

    unit_id: int
    kind: UnitKind
    is_open: bool = True
    is_active: bool = True

    @property
    def decides(self) -> bool:
        """Tell whether the queue stops here; an HR authority is never skipped."""
        is_authority = self.kind is UnitKind.hr_authority
        return is_authority or (self.is_open and self.is_active)


@dataclass(frozen=True)
class Places:
    """The units that the steps of a chain speak of, as far as the record has them.

    `way_up` runs from the record's own unit to the root, both included.
    """

    way_up: Sequence[Rung] = ()
    chosen_superior: Rung | None = None
    old_superior: Rung | None = None
    new_superior: Rung | None = None
    receiving_unit: Rung | None = None


def _own_unit(places: Places) -> tuple[Rung, ...]:
    return tuple(places.way_up[:1])


def _superiors_to_hr(places: Places) -> tuple[Rung, ...]:
    """Return the superiors up to the first HR authority; the root is its own."""
    above = places.way_up[1:] or places.way_up
    for number, rung in enumerate(above, start=1):
        if rung.kind is UnitKind.hr_authority:
            return tuple(above[:number])
    raise Refused(
        "上级路径中没有人社部门，无法完成审批，请联系系统管理员设置上级部门。"
    )


def _superior(places: Places) -> tuple[Rung, ...]:
    """Return the unit above the record's own; the root is its own superior."""
    return tuple(places.way_up[1:2] or places.way_up)


def _named(name: str) -> Callable[[Places], tuple[Rung, ...]]:
    def place(places: Places) -> tuple[Rung, ...]:
        rung: Rung | None = getattr(places, name)
        return () if rung is None else (rung,)

    return place


STEPS: Final[Mapping[str, Callable[[Places], tuple[Rung, ...]]]] = {
    "own_unit": _own_unit,
    "superior": _superior,
    "superiors_to_hr": _superiors_to_hr,
    "chosen_superior": _named("chosen_superior"),
    "old_superior": _named("old_superior"),
    "new_superior": _named("new_superior"),
    "receiving_unit": _named("receiving_unit"),
}
"""The words of which a superuser composes a chain."""


def validate_chain(chain: Sequence[str]) -> None:
    """Refuse a chain that is empty, repeats itself or uses a word unknown here."""
    if not chain:
        raise Refused("审批流程至少要有一个步骤，请添加步骤后再保存。", field="steps")
    for word in chain:
        if word not in STEPS:
            raise Refused(
                "审批流程中的步骤 %(word)s 不存在，请从列表中选择。",
                field="steps",
                word=word,
            )
    if len(set(chain)) < len(chain):
        raise Refused("审批流程中有重复的步骤，请删去重复的一步。", field="steps")


def ladder(chain: Sequence[str], places: Places) -> tuple[Rung, ...]:
    """Return every rung of a chain in order, each unit once, also those to be skipped."""
    rungs = (rung for word in chain for rung in STEPS[word](places))
    return tuple({rung.unit_id: rung for rung in rungs}.values())


def next_decider(rungs: Sequence[Rung], *, after: int | None) -> Rung | None:
    """Return who decides after the unit `after` (None: first), or None at the end.

    A closed or inactive rung is skipped, except an HR authority. Nothing ends because
    the last rung was skipped: without somebody to give the last word it is refused.
    """
    remaining = _above(rungs, after)
    if after is not None and not remaining:
        return None
    for rung in remaining:
        if rung.decides:
            return rung
    raise Refused(
        "后续审批单位均已停用或关闭审核权限，无法继续办理，请联系系统管理员。"
    )


def is_final(rungs: Sequence[Rung], unit_id: int) -> bool:
    """Tell whether the decision of this unit is the last one."""
    return bool(rungs) and rungs[-1].unit_id == unit_id


def _above(rungs: Sequence[Rung], after: int | None) -> Sequence[Rung]:
    if after is None:
        return rungs
    for number, rung in enumerate(rungs, start=1):
        if rung.unit_id == after:
            return rungs[number:]
    raise Refused("审批流程已经调整，当前审批单位不在其中，请退回申报人重新提交。")
