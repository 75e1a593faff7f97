"""年度完成情况: what a year asks of a person, and what they have earned (P24)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app.enums import Measure, State
from admin_app.models import (
    AnnualRequirement,
    Declaration,
    Person,
    Title,
    YearTotal,
)
from admin_app.rules.requirements import (
    Amounts,
    Completion,
    Entry,
    YearRule,
    earned_amounts,
    judge_year,
)

PersonYear: TypeAlias = tuple[int, int]
"""The id of a person, and a year."""


@dataclass(frozen=True, slots=True)
class YearStanding:
    """How a person stands in one year."""

    year: int
    completion: Completion
    is_open: bool
    declare_until: dt.date

    @property
    def is_met(self) -> bool:
        """Whether all minima of the year are met (P25)."""
        return self.completion.is_met

    @property
    def percent(self) -> int:
        """How much of what is asked is there: 100 when, and only when, all minima are met.

        What is beyond one minimum does not stand in for another.
        """
        required, missing = self.completion.required, self.completion.shortfall
        asked = (
            (required.total, missing.total),
            (
                required.public + required.professional,
                missing.public + missing.professional,
            ),
        )
        shares = [1 - lacking / wanted for wanted, lacking in asked if wanted]
        return int(min(shares, default=Decimal(1)) * 100)


def completion(
    session: Session, *, person: Person, year: int, today: dt.date
) -> YearStanding | None:
    """Return how a person stands in a year, None for a year that asks nothing."""
    found = _standings(session, person, {year}, today)
    return found[0] if found else None


def completions(
    session: Session, *, person: Person, today: dt.date
) -> list[YearStanding]:
    """Return every year in which the person earned something or can declare, newest first."""
    earned = set(
        session.scalars(select(YearTotal.year).where(YearTotal.person_id == person.id))
    )
    present = set(
        session.scalars(
            select(AnnualRequirement.year)
            .where(AnnualRequirement.declare_from <= today)
            .where(AnnualRequirement.declare_until >= today)
        )
    )
    return _standings(session, person, earned | present | {today.year}, today)


def unmet_years(session: Session, years: Collection[PersonYear]) -> set[PersonYear]:
    """Return who has not met which year, or years that ask nothing, in three statements."""
    people = {person_id for person_id, _year in years}
    requirements = _requirements(session, {year for _person_id, year in years})
    ranks = dict(
        session.execute(
            select(Person.id, Title.rank_group)
            .outerjoin(Title, Title.id == Person.title_id)
            .where(Person.id.in_(people))
        ).all()
    )
    totals = defaultdict(list)
    for total in session.scalars(
        select(YearTotal)
        .where(YearTotal.person_id.in_(people))
        .execution_options(populate_existing=True)
    ):
        totals[total.person_id].append(total)
    return {
        (person_id, year)
        for person_id, year in years
        if (asked := requirements.get(year)) is None
        or not judge_year(
            _rule(asked), _earned(totals[person_id], asked), rank=ranks[person_id]
        ).is_met
    }


def waiting_hours(session: Session, *, person_id: int, year: int) -> Decimal:
    """Return the hours of the year that are declared and not yet decided."""
    rows = session.scalars(
        select(Declaration.claimed)
        .where(Declaration.person_id == person_id, Declaration.year == year)
        .where(Declaration.state == State.pending, Declaration.deleted_at.is_(None))
    )
    return sum(rows, Decimal(0))


def _standings(
    session: Session, person: Person, years: set[int], today: dt.date
) -> list[YearStanding]:
    requirements = _requirements(session, years)
    totals = list(
        session.scalars(
            select(YearTotal).where(
                YearTotal.person_id == person.id, YearTotal.year.in_(years)
            )
        )
    )
    rank = person.title.rank_group if person.title else None
    return [
        YearStanding(
            year=year,
            completion=judge_year(
                _rule(requirement), _earned(totals, requirement), rank=rank
            ),
            is_open=requirement.declare_from <= today <= requirement.declare_until,
            declare_until=requirement.declare_until,
        )
        for year, requirement in requirements.items()
    ]


def _requirements(
    session: Session, years: Collection[int]
) -> dict[int, AnnualRequirement]:
    return _by_year(
        session.scalars(
            select(AnnualRequirement)
            .where(AnnualRequirement.year.in_(years))
            .order_by(AnnualRequirement.year.desc(), AnnualRequirement.id)
        )
    )


def _by_year(rows: Iterable[AnnualRequirement]) -> dict[int, AnnualRequirement]:
    """Keep one requirement a year: that in hours, where there are two."""
    found: dict[int, AnnualRequirement] = {}
    for row in rows:
        if row.year not in found or row.measure is Measure.hours:
            found[row.year] = row
    return found


def _earned(totals: Iterable[YearTotal], requirement: AnnualRequirement) -> Amounts:
    return earned_amounts(
        [
            Entry(total.measure, total.subject_kind, total.amount)
            for total in totals
            if total.year == requirement.year
        ],
        measure=requirement.measure,
    )


def _rule(row: AnnualRequirement) -> YearRule:
    return YearRule(
        total=row.total,
        public_min=row.public_min,
        professional_min=row.professional_min,
        measure=row.measure,
        scheme=row.scheme,
        rank_totals=_decimals(row.totals_by_rank),
    )


def _decimals(amounts: Mapping[str, Any] | None) -> dict[str, Decimal]:
    return {rank: Decimal(str(amount)) for rank, amount in (amounts or {}).items()}
