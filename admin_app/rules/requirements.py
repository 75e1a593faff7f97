"""What a year requires, and whether what was earned is enough."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from admin_app.enums import Measure, RequirementScheme, SubjectKind
from admin_app.errors import Refused

ZERO = Decimal(0)
FIRST_YEAR, LAST_YEAR = 1990, 2200
"""No year before or after these can be asked for."""
CERTIFICATE_PREFIX = "HN"
MAX_SERIAL = 99_999_999
_REGION_LENGTH = 6


@dataclass(frozen=True)
class YearRule:
    """The requirement of a year as it is stored; a minimum that is None asks nothing.

    `rank_totals` holds the total of each title rank where the scheme is by_rank.
    """

    total: Decimal | None
    public_min: Decimal | None
    professional_min: Decimal | None
    measure: Measure = Measure.hours
    scheme: RequirementScheme = RequirementScheme.flat
    rank_totals: Mapping[str, Decimal] | None = None


@dataclass(frozen=True)
class Amounts:
    """Amounts of one measure in total and by kind of subject."""

    measure: Measure
    total: Decimal = ZERO
    public: Decimal = ZERO
    professional: Decimal = ZERO


@dataclass(frozen=True)
class Entry:
    """One line of a person's ledger in a year; a reversal is negative."""

    measure: Measure
    kind: SubjectKind
    amount: Decimal


@dataclass(frozen=True)
class Completion:
    """What a year asks, what was earned, and what is missing for each minimum."""

    required: Amounts
    earned: Amounts
    shortfall: Amounts

    @property
    def is_met(self) -> bool:
        """Tell whether all three minima are met (P25)."""
        missing = self.shortfall
        return not (missing.total or missing.public or missing.professional)


def required_amounts(rule: YearRule, *, rank: str | None = None) -> Amounts:
    """Return the three minima of the year, for a title rank where ranks differ."""
    total = rule.total
    if rule.scheme is RequirementScheme.by_rank:
        total = _rank_total(rule.rank_totals or {}, rank)
    return Amounts(
        measure=rule.measure,
        total=total or ZERO,
        public=rule.public_min or ZERO,
        professional=rule.professional_min or ZERO,
    )


def earned_amounts(entries: Iterable[Entry], *, measure: Measure) -> Amounts:
    """Return the sums of one measure; entries of the other one are never added."""
    sums = dict.fromkeys(SubjectKind, ZERO)
    for entry in entries:
        if entry.measure is measure:
            sums[entry.kind] += entry.amount
    return Amounts(
        measure=measure,
        total=sum(sums.values(), ZERO),
        public=sums[SubjectKind.public],
        professional=sums[SubjectKind.professional],
    )


def judge_year(
    rule: YearRule, earned: Amounts, *, rank: str | None = None
) -> Completion:
    """Return the completion of a year; a requirement asks in its own measure only."""
    required = required_amounts(rule, rank=rank)
    if earned.measure is not required.measure:
        raise Refused("学时与学分不能相互抵充，请按该年度要求的计量单位申报。")
    shortfall = Amounts(
        measure=required.measure,
        total=max(required.total - earned.total, ZERO),
        public=max(required.public - earned.public, ZERO),
        professional=max(required.professional - earned.professional, ZERO),
    )
    return Completion(required=required, earned=earned, shortfall=shortfall)


def certificate_number(*, year: int, region: str, serial: int) -> str:
    """Return the number printed on a certificate, closed by a Luhn digit."""
    if len(region) != _REGION_LENGTH or not (region.isascii() and region.isdigit()):
        raise Refused("地区代码应为 6 位数字，无法编制证书编号，请核对地区设置。")
    if not 1 <= serial <= MAX_SERIAL:
        raise Refused("证书流水号已用完或无效，请联系系统管理员。")
    digits = f"{year:04d}{region}{serial:08d}"
    return f"{CERTIFICATE_PREFIX}{digits}{luhn_digit(digits)}"


def luhn_digit(digits: str) -> str:
    """Return the Luhn check digit (mod 10), which finds every single wrong digit."""
    doubled = (int(digit) * 2 for digit in reversed(digits[-1::-2]))
    total = sum(number // 10 + number % 10 for number in doubled)
    total += sum(int(digit) for digit in digits[-2::-2])
    return str(-total % 10)


def _rank_total(totals: Mapping[str, Decimal], rank: str | None) -> Decimal:
    if not totals:
        return ZERO
    # Who holds no title yet is asked what the lowest rank is asked.
    return totals.get(rank or "", min(totals.values()))
