"""What is known when hours are computed, and how a result is explained."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from admin_app.rules.amounts import plain, read_amount, same_word

Rule = Mapping[str, Any]
"""A rule as it is stored: data of a learning form's version."""

ZERO = Decimal(0)


@dataclass(frozen=True)
class Step:
    """One sentence of the explanation: a Chinese template and its values."""

    sentence: str
    values: Mapping[str, object]
    amount: Decimal
    fills_requirement: bool = False

    def __str__(self) -> str:
        """Return the sentence in Chinese."""
        return self.sentence % self.values


@dataclass(frozen=True)
class Answers:
    """What was answered, with the words that a person knows the fields by."""

    values: Mapping[str, object]
    labels: Mapping[str, str] = field(default_factory=dict)
    claimed: Decimal | None = None
    requirement: Decimal = ZERO

    def is_missing(self, name: str) -> bool:
        """Tell whether nothing was answered."""
        return self.values.get(name) in (None, "")

    def amount(self, name: str) -> Decimal:
        """Return the number answered, never below zero."""
        return max(read_amount(self.values[name], field=name), ZERO)

    def word(self, name: str) -> str:
        """Return the answer as tables of a rule write it."""
        return "" if self.is_missing(name) else same_word(self.values[name])

    def label(self, name: str) -> str:
        """Return what a person calls the field."""
        return self.labels.get(name, name)

    def answer_label(self, name: str) -> str:
        """Return what a person calls the answer chosen."""
        word = self.word(name)
        return self.labels.get(f"{name}:{word}", word)


def step(sentence: str, amount: Decimal, **values: object) -> Step:
    """Return a step whose amount is at hand in the sentence as `hours`."""
    shown = {
        name: plain(value) if isinstance(value, Decimal) else value
        for name, value in values.items()
    }
    return Step(sentence, {**shown, "hours": plain(amount)}, amount)
