"""Which units and people does a province of a given size have?

Everything follows from the seed 41: two runs, and both databases, hold the same rows.
"""

import datetime as dt
import itertools
import math
import random
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from admin_app.enums import UnitKind
from admin_app.rules.identity import check_character
from admin_app.rules.registration_codes import (
    credit_check_character,
    organization_check_character,
)

SEED = 41
CITIES, COUNTIES, DEEPEST = 18, 159, 7
FEWEST_UNITS = 60
SCOPES = ("root", "city", "county", "unit")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰鑫波斌宇浩凯倩雪琳"


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    units: int
    people: int
    declarations: int

    @classmethod
    def of(cls, people: int) -> "Size":
        """Return a province of so many people."""
        return cls(max(people // 25, FEWEST_UNITS), people, people * 6)


SIZES = {
    "small": Size.of(5_000),
    "s01": Size.of(50_000),
    "s1": Size.of(500_000),
}


@dataclass
class Node:
    """A unit of the tree; ids follow creation, so a superior's is always smaller."""

    id: int
    kind: UnitKind
    superior: "Node | None"
    below: int = 0

    @property
    def depth(self) -> int:
        return self.superior.depth + 1 if self.superior else 0

    @property
    def path(self) -> str:
        return f"{self.superior.path if self.superior else '/'}{self.id}/"

    def up(self) -> Iterator["Node"]:
        """Yield the unit and everything above it."""
        node: Node | None = self
        while node:
            yield node
            node = node.superior

    def ladder(self, *, from_above: bool) -> list["Node"]:
        """Return who decides, up to the first HR authority; the root is its own."""
        own, *above = self.up()
        found = [] if from_above and above else [own]
        for node in above:
            found.append(node)
            if node.kind is UnitKind.hr_authority:
                break
        return found


@dataclass
class Tree:
    """All units, and those of the two upper levels."""

    nodes: list[Node] = field(default_factory=list)
    cities: list[Node] = field(default_factory=list)
    counties: list[Node] = field(default_factory=list)

    def grow(self, kind: UnitKind, superior: Node | None) -> Node:
        node = Node(len(self.nodes) + 1, kind, superior)
        self.nodes.append(node)
        for above in node.up():
            above.below += 1
        return node


def grow_tree(size: Size) -> Tree:
    """Grow root, cities, counties, and below them bureaus and units, skewed."""
    dice, tree = random.Random(SEED), Tree()
    hr = UnitKind.hr_authority
    root = tree.grow(hr, None)
    tree.cities = [tree.grow(hr, root) for _ in range(CITIES)]
    counties = min(COUNTIES, size.units // 6)
    tree.counties = [tree.grow(hr, tree.cities[k % CITIES]) for k in range(counties)]
    tops = [root, *tree.cities, *tree.counties]
    weights = [counties * 0.2, *[1.0] * CITIES]
    weights += [1 / math.sqrt(k + 1) * 3 for k in range(counties)]
    bureaus: dict[int, list[Node]] = {top.id: [] for top in tops}
    tree.grow(UnitKind.base, root)
    while len(tree.nodes) < size.units:
        top = dice.choices(tops, weights)[0]
        grown = bureaus[top.id]
        if not grown or dice.random() < 0.12:
            grown.append(tree.grow(UnitKind.industry_authority, top))
        elif dice.random() < 0.03:
            tree.grow(UnitKind.base, top)
        else:
            # Early units are drawn more often: some chains of superiors get long.
            superior = grown[int(len(grown) * dice.random() ** 1.5)]
            node = tree.grow(UnitKind.employer, superior)
            if node.depth < DEEPEST:
                grown.append(node)
    return tree


def registration_code(number: int) -> str:
    """Return a valid social credit code that belongs to nobody."""
    body = f"XX{number:06d}"
    first_17 = f"12410000{body}{organization_check_character(body)}"
    return first_17 + credit_check_character(first_17)


def id_number(number: int, regions: list[str]) -> str:
    """Return a valid identity number of the reserved sequence numbers."""
    days, region = divmod(number, len(regions))
    born = dt.date(1960, 1, 1) + dt.timedelta(days * 7919 % 14_600)
    first_17 = f"{regions[region]}{born:%Y%m%d}{981 + number % 14}"
    return first_17 + check_character(first_17)


def homes(size: Size, tree: Tree) -> list[Node]:
    """Return the unit of each person: few units are large."""
    dice = random.Random(SEED + 1)
    weights = list(
        itertools.accumulate(dice.lognormvariate(0, 1.2) for _ in tree.nodes)
    )
    return dice.choices(tree.nodes, cum_weights=weights, k=size.people)


def names(size: Size) -> list[str]:
    """Return the name of each person, skewed like real ones."""
    dice = random.Random(SEED + 2)
    surnames = list(itertools.accumulate(1 / (k + 1) for k in range(len(SURNAMES))))
    given = list(itertools.accumulate(1 / (k + 2) for k in range(len(GIVEN))))
    firsts = dice.choices(SURNAMES, cum_weights=surnames, k=size.people)
    seconds = dice.choices(GIVEN, cum_weights=given, k=size.people)
    thirds = dice.choices(["", *GIVEN], k=size.people)
    return ["".join(parts) for parts in zip(firsts, seconds, thirds, strict=True)]


def watched(tree: Tree, units: Sequence[Node]) -> dict[str, Node]:
    """Return root, the largest city, the median county and the median leaf."""
    staffed = Counter(node.id for node in units)
    counties = sorted(tree.counties, key=lambda node: node.below)
    leaves = [node for node in tree.nodes if node.below == 1 and staffed[node.id] > 1]
    middle = statistics.median_low([staffed[node.id] for node in leaves])
    return {
        "root": tree.nodes[0],
        "city": max(tree.cities, key=lambda node: node.below),
        "county": counties[len(counties) // 2],
        "unit": next(node for node in leaves if staffed[node.id] == middle),
    }
