"""What rank, factors and limits make of one part of a rule."""

from collections.abc import Iterator
from decimal import Decimal

from admin_app.errors import msgid
from admin_app.rules.amounts import read_amount
from admin_app.rules.hour_kinds import KINDS, limited, look_up, nothing_answered
from admin_app.rules.hour_steps import ZERO, Answers, Rule, Step, step


def part_steps(rule: Rule, answers: Answers) -> list[Step]:
    """Return the steps of one part; the last one's amount is what it gives."""
    obstacle = _obstacle(rule, answers)
    if obstacle:
        return [obstacle]
    steps = KINDS[rule["kind"]](rule, answers)
    # What fills the requirement fills it whatever the rank: factors do not apply.
    if not steps[-1].fills_requirement:
        steps += _factored(rule, answers, steps[-1].amount)
        steps += _ranked(rule, answers, steps[-1].amount)
    return steps + limited(steps[-1].amount, rule.get("max"), rule.get("cap_item"))


def _obstacle(rule: Rule, answers: Answers) -> Step | None:
    """Return why the part gives nothing at all, or None."""
    for name, least in (rule.get("when_min") or {}).items():
        minimum = read_amount(least, field="rule")
        if answers.is_missing(name):
            return nothing_answered(name, answers)
        if answers.amount(name) < minimum:
            return step(
                msgid("%(label)s不足 %(minimum)s，计 %(hours)s 学时"),
                ZERO,
                label=answers.label(name),
                minimum=minimum,
            )
    if "ranks" in rule:
        name, last = _rank_field(rule), read_amount(rule["ranks"], field="rule")
        if answers.is_missing(name):
            return nothing_answered(name, answers)
        if answers.amount(name) > last:
            return step(
                msgid("%(label)s超出前 %(last)s 名，计 %(hours)s 学时"),
                ZERO,
                label=answers.label(name),
                last=last,
            )
    return None


def _factored(rule: Rule, answers: Answers, amount: Decimal) -> Iterator[Step]:
    if "times" not in rule:
        return
    name = rule["times"]["field"]
    if answers.is_missing(name):
        yield nothing_answered(name, answers)
        return
    found = look_up(rule["times"]["table"], answers.word(name))
    factor = ZERO if found is None else read_amount(found, field="rule")
    if factor != 1:
        yield step(
            msgid("%(label)s为%(answer)s：× %(factor)s = %(hours)s 学时"),
            amount * factor,
            label=answers.label(name),
            answer=answers.answer_label(name),
            factor=factor,
        )


def _ranked(rule: Rule, answers: Answers, amount: Decimal) -> Iterator[Step]:
    name = _rank_field(rule)
    if "minus_per_rank" not in rule or answers.is_missing(name):
        return
    rank = answers.amount(name)
    less = read_amount(rule["minus_per_rank"], field="rule") * max(rank - 1, ZERO)
    if less:
        yield step(
            msgid("%(label)s第 %(rank)s：减 %(less)s，余 %(hours)s 学时"),
            max(amount - less, ZERO),
            label=answers.label(name),
            rank=rank,
            less=less,
        )


def _rank_field(rule: Rule) -> str:
    return str(rule.get("rank_field") or "rank")
