"""How many hours a declaration is worth by its form's rule, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from admin_app.errors import Refused, msgid
from admin_app.rules.amounts import plain, read_amount, same_word
from admin_app.rules.hour_factors import part_steps
from admin_app.rules.hour_steps import ZERO, Answers, Rule, Step, step

HOUR_STEP = Decimal("0.5")
PROFESSIONAL_REQUIREMENT = Decimal(60)
"""What 视同完成 gives where no cap of the form says less and no year says otherwise."""
CLAIM = "claimed_hours"


@dataclass(frozen=True)
class HoursResult:
    """The hours and the sentences that explain them; the last one tells the sum."""

    hours: Decimal
    explanation: tuple[Step, ...]


def compute_hours(
    rule: Rule,
    caps: Mapping[str, object],
    answers: Mapping[str, object],
    *,
    claimed: object = None,
    labels: Mapping[str, str] | None = None,
    requirement: Decimal = PROFESSIONAL_REQUIREMENT,
) -> HoursResult:
    """Return the hours in steps of 0.5, rounded down, within the cap of one item.

    `labels` maps a field's name, and `name:value` of an option, to what a person
    reads; without it the names themselves are shown.
    """
    claim = answers.get(CLAIM) if claimed is None else claimed
    known = Answers(
        values=answers,
        labels=labels or {},
        claimed=None if claim in (None, "") else _read_claim(claim),
        requirement=requirement,
    )
    parts = [part_steps(part, known) for part in _parts(rule) if _applies(part, known)]
    if not parts:
        return HoursResult(ZERO, (_reason_for_nothing(rule, known),))
    # A part that gives nothing is worth a sentence only where no part gives anything.
    counting = [steps for steps in parts if steps[-1].amount] or parts[:1]
    explanation = [each for steps in counting for each in steps]
    total = sum((steps[-1].amount for steps in counting), ZERO)
    if len(counting) > 1:
        explanation.append(step(msgid("合计 %(hours)s 学时"), total))
    explanation += _bounded(total, caps)
    return HoursResult(explanation[-1].amount, tuple(explanation))


def accept_claim(claimed: object, *, computed: HoursResult) -> Decimal:
    """Return the hours claimed, refusing more than the rule gives."""
    hours = _read_claim(claimed)
    if hours <= ZERO or hours % HOUR_STEP:
        raise Refused(
            "申报学时应大于 0，并以 %(step)s 学时为单位，请修改。",
            field=CLAIM,
            step=plain(HOUR_STEP),
        )
    if hours > computed.hours:
        raise Refused(
            "申报学时 %(claimed)s 超过按规则计算的 %(computed)s 学时，请改为不超过该数。",
            field=CLAIM,
            claimed=plain(hours),
            computed=plain(computed.hours),
        )
    return hours


def year_room(caps: Mapping[str, object], already: Decimal) -> Decimal | None:
    """Return how many hours of the form the year still takes; None is no limit."""
    if caps.get("per_year") is None:
        return None
    return max(read_amount(caps["per_year"], field="caps") - already, ZERO)


def _read_claim(claimed: object) -> Decimal:
    return max(read_amount(claimed, field=CLAIM), ZERO)


def _parts(rule: Rule) -> Iterator[Rule]:
    yield rule
    for further in rule.get("plus") or ():
        yield from _parts(further)


def _applies(rule: Rule, answers: Answers) -> bool:
    return all(
        answers.word(name) in _words(wanted)
        for name, wanted in (rule.get("when") or {}).items()
    )


def _words(wanted: object) -> set[str]:
    values = wanted if isinstance(wanted, list | tuple) else [wanted]
    return {same_word(value) for value in values}


def _reason_for_nothing(rule: Rule, answers: Answers) -> Step:
    conditions: dict[str, None] = {}
    for part in _parts(rule):
        conditions |= dict.fromkeys(part.get("when") or {})
    words = "、".join(answers.label(name) for name in conditions)
    return step(
        msgid("%(words)s不符合计学时的条件，计 %(hours)s 学时"), ZERO, words=words
    )


def _bounded(total: Decimal, caps: Mapping[str, object]) -> Iterator[Step]:
    amount = total
    if caps.get("per_item") is not None:
        cap = read_amount(caps["per_item"], field="caps")
        if amount > cap:
            amount = cap
            yield step(msgid("单项上限 %(hours)s 学时"), amount)
    rounded = (amount / HOUR_STEP).to_integral_value(ROUND_FLOOR) * HOUR_STEP
    if rounded != amount:
        yield step(
            msgid("按 %(step)s 学时为单位向下取整：%(hours)s 学时"),
            rounded,
            step=HOUR_STEP,
        )
