"""Who decides next on a record: its ladder, the closest chain, what sends it back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from admin_app.enums import ChainStep, RecordKind, UnitKind
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
    superior_id: int | None = None

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


_UP: Final = ("own_unit", "superior", "superiors_to_hr")
STEPS_OF: Final[Mapping[RecordKind, tuple[str, ...]]] = {
    RecordKind.declaration: _UP,
    RecordKind.person_registration: _UP,
    RecordKind.unit_registration: ("chosen_superior",),
    RecordKind.person_change: _UP,
    RecordKind.unit_change: ("old_superior", "new_superior"),
    RecordKind.transfer: ("receiving_unit",),
    RecordKind.succession: _UP,
}
"""Which of these words each kind of record can follow."""


def validate_chain(chain: Sequence[str], kind: RecordKind | None = None) -> None:
    """Refuse a chain that is empty, repeats itself or uses a word unknown here.

    With a kind, the words must be among those that the kind can follow.
    """
    if not chain:
        raise Refused("审批流程至少要有一个步骤，请添加步骤后再保存。", field="steps")
    for word in chain:
        if word not in STEPS:
            raise Refused(
                "审批流程中的步骤 %(word)s 不存在，请从列表中选择。",
                field="steps",
                word=word,
            )
        if kind and word not in STEPS_OF[kind]:
            raise Refused(
                "“%(kind)s”不能使用步骤“%(step)s”，请选择其他步骤。",
                field="steps",
                kind=kind.value,
                step=ChainStep[word].value,
            )
    if len(set(chain)) < len(chain):
        raise Refused("审批流程中有重复的步骤，请删去重复的一步。", field="steps")


@dataclass(frozen=True, slots=True)
class Standing:
    """What conditions look at: a unit's level, and its region and industry upwards."""

    level_id: int | None = None
    region_ids: tuple[int, ...] = ()
    industry_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """For which units a chain is meant; what is None does not matter."""

    level_id: int | None = None
    region_id: int | None = None
    industry_id: int | None = None

    @property
    def key(self) -> str:
        """The condition as text, empty where there is none."""
        parts = (self.level_id, self.region_id, self.industry_id)
        return "/".join(str(part or "-") for part in parts) if any(parts) else ""

    def closeness(self, standing: Standing) -> tuple[int, ...] | None:
        """Return how closely it describes a unit, larger being closer; None: not at all.

        More conditions are closer than fewer; of as many, the nearer region counts,
        then the nearer industry.
        """
        asked = (
            (self.level_id, (standing.level_id,)),
            (self.region_id, standing.region_ids),
            (self.industry_id, standing.industry_ids),
        )
        named = [(wanted, found) for wanted, found in asked if wanted is not None]
        if any(wanted not in found for wanted, found in named):
            return None
        distances = [
            len(found) if wanted is None else found.index(wanted)
            for wanted, found in asked[1:]
        ]
        return (len(named), *(-distance for distance in distances))


def closest(
    chains: Iterable[tuple[Condition, Sequence[str]]], standing: Standing
) -> Sequence[str]:
    """Return the steps of the chain that describes a unit most closely."""
    ranked = [
        (rank, steps)
        for condition, steps in chains
        if (rank := condition.closeness(standing)) is not None
    ]
    if not ranked:
        raise Refused("没有适用的审批流程，请联系系统管理员。")
    return max(ranked, key=lambda found: found[0])[1]


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


def _above(rungs: Sequence[Rung], after: int | None) -> Sequence[Rung]:
    if after is None:
        return rungs
    for number, rung in enumerate(rungs, start=1):
        if rung.unit_id == after:
            return rungs[number:]
    raise Refused("审批流程已经调整，当前审批单位不在其中，请退回申报人重新提交。")
