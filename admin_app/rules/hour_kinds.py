"""How many hours one part of a learning form's rule gives, and why."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Final

from admin_app.errors import msgid
from admin_app.rules.amounts import plain, read_amount, same_word
from admin_app.rules.hour_steps import ZERO, Answers, Rule, Step, step


class Kind(ABC):
    """A kind of rule: the keys it cannot do without, and what it gives."""

    keys: ClassVar[Sequence[str]] = ()

    @abstractmethod
    def __call__(self, rule: Rule, answers: Answers) -> list[Step]:
        """Return what the kind alone gives, before factors and limits."""


class Declared(Kind):
    """The hours that the person claims."""

    def __call__(self, rule: Rule, answers: Answers) -> list[Step]:  # noqa: ARG002 (one signature)
        """Return the claimed hours."""
        if answers.claimed is None:
            return [step(msgid("未正确填写申报学时，计 %(hours)s 学时"), ZERO)]
        return [step(msgid("本人申报 %(hours)s 学时"), answers.claimed)]


class Rate(Kind):
    """So many hours for each unit of an answered number."""

    keys: ClassVar[Sequence[str]] = ("field", "hours")

    def __call__(self, rule: Rule, answers: Answers) -> list[Step]:
        """Return number times rate."""
        return [_rated(rule["field"], rule["hours"], answers)]


class Fixed(Kind):
    """The same hours whatever was answered."""

    keys: ClassVar[Sequence[str]] = ("hours",)

    def __call__(self, rule: Rule, answers: Answers) -> list[Step]:  # noqa: ARG002 (one signature)
        """Return the hours of the rule."""
        return [step(msgid("固定计 %(hours)s 学时"), _of_rule(rule["hours"]))]


class Table(Kind):
    """Hours looked up by the answers of some fields, in order."""

    keys: ClassVar[Sequence[str]] = ("keys", "table")

    def __call__(self, rule: Rule, answers: Answers) -> list[Step]:
        """Return the entry; an answer that the table lacks gives nothing."""
        entry: object = rule["table"]
        for name in rule["keys"]:
            if answers.is_missing(name):
                return [nothing_answered(name, answers)]
            entry = look_up(entry, answers.word(name))
        words = "、".join(answers.answer_label(name) for name in rule["keys"])
        if entry is None:
            return [_out_of_range(words)]
        if entry == REQUIREMENT:
            return [_requirement_filled(answers, words)]
        return [step(msgid("%(words)s：%(hours)s 学时"), _of_rule(entry), words=words)]


class Stepped(Kind):
    """Hours of the first step that an answered number does not exceed."""

    keys: ClassVar[Sequence[str]] = ("field", "steps")

    def __call__(self, rule: Rule, answers: Answers) -> list[Step]:
        """Return what that step gives: fixed hours, a rate, or the requirement."""
        name = rule["field"]
        if answers.is_missing(name):
            return [nothing_answered(name, answers)]
        reached = _reached(rule["steps"], answers.amount(name))
        words = f"{answers.label(name)} {plain(answers.amount(name))}"
        if reached is None:
            return [_out_of_range(words)]
        if reached.get(REQUIREMENT):
            return [_requirement_filled(answers, words)]
        if "rate" in reached:
            rated = _rated(name, reached["rate"], answers)
            return [rated, *limited(rated.amount, reached.get("max"))]
        hours = _of_rule(reached["hours"])
        return [step(msgid("%(words)s：%(hours)s 学时"), hours, words=words)]


class Requirement(Kind):
    """The professional requirement of the year is filled."""

    def __call__(self, rule: Rule, answers: Answers) -> list[Step]:  # noqa: ARG002 (one signature)
        """Return the whole requirement."""
        filled = step(
            msgid("视同完成专业课年度要求，计 %(hours)s 学时"), answers.requirement
        )
        return [replace(filled, fills_requirement=True)]


REQUIREMENT: Final = "requirement"
KINDS: Final[Mapping[str, Kind]] = {
    "declared": Declared(),
    "rate": Rate(),
    "fixed": Fixed(),
    "table": Table(),
    "stepped": Stepped(),
    REQUIREMENT: Requirement(),
}
"""A new kind of rule is one class and one line here."""


def look_up(entry: object, word: str) -> object:
    """Return the entry under a word; YAML keys may be numbers, JSON keys are text."""
    if not isinstance(entry, Mapping):
        return None
    return next((value for key, value in entry.items() if same_word(key) == word), None)


def limited(amount: Decimal, *limits: object) -> list[Step]:
    """Return the step that brings an amount down to the lowest limit, if any does."""
    lowest = min(
        (_of_rule(limit) for limit in limits if limit is not None), default=amount
    )
    if amount <= lowest:
        return []
    return [step(msgid("此项最多计 %(hours)s 学时"), lowest)]


def _of_rule(value: object) -> Decimal:
    return read_amount(value, field="rule")


def _rated(name: str, rate: object, answers: Answers) -> Step:
    if answers.is_missing(name):
        return nothing_answered(name, answers)
    count, hours = answers.amount(name), _of_rule(rate)
    return step(
        msgid("%(label)s %(count)s × %(rate)s 学时 = %(hours)s 学时"),
        count * hours,
        label=answers.label(name),
        count=count,
        rate=hours,
    )


def _requirement_filled(answers: Answers, words: str) -> Step:
    filled = step(
        msgid("%(words)s：视同完成专业课年度要求，计 %(hours)s 学时"),
        answers.requirement,
        words=words,
    )
    return replace(filled, fills_requirement=True)


def nothing_answered(name: str, answers: Answers) -> Step:
    """Return the step of a field that is empty, or filled with what does not count."""
    return step(
        msgid("未正确填写%(label)s，计 %(hours)s 学时"), ZERO, label=answers.label(name)
    )


def _out_of_range(words: str) -> Step:
    return step(
        msgid("%(words)s：不在计学时范围，计 %(hours)s 学时"), ZERO, words=words
    )


def _reached(steps: Sequence[Rule], count: Decimal) -> Rule | None:
    for each in steps:
        if each.get("up_to") is None or count <= _of_rule(each["up_to"]):
            return each
    return None
