"""Invented people: 300 from the file, the others made up after them, all repeatable.

Their numbers belong to nobody: sequence 980 to 995, mobile prefix 154, example.com.
"""

import datetime as dt
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from admin_app.enums import Sex
from admin_app.models import Person
from admin_app.rules.identity import check_character
from seed.cells import cell_for, day, optional, text, whole
from seed.demo_rows import CodeIds, chance
from seed.demo_units import Tree
from seed.sheets import Row, Sheet
from seed.writing import Values

FIRST_BIRTH: Final = dt.date(1962, 1, 1)
LAST_BIRTH: Final = dt.date(2004, 12, 31)
SEQUENCES: Final = range(980, 996)
WEIGHTS: Final = {
    "university": 9,
    "hospital": 5,
    "school": 4,
    "institute": 3,
    "company": 3,
    "culture": 2,
    "office": 1,
    "base": 1,
}
SEXES: Final = {"1": Sex.male, "2": Sex.female}


@dataclass(frozen=True)
class PersonSpec:
    """A demo person: their row, and the codes of the unit and department they are in."""

    serial: int
    values: Values
    unit: str = ""
    department: str = ""

    @property
    def id_number(self) -> str:
        """Their login."""
        number: str = self.values["id_number"]
        return number


@dataclass
class Names:
    """Invents names and identity numbers, never the same number twice."""

    surnames: Sequence[tuple[str, int]]
    given: Mapping[Sex, Sequence[tuple[str, int]]]
    divisions: Sequence[str]
    used: set[str] = field(default_factory=set)

    def name(self, rng: random.Random, sex: Sex) -> str:
        """Return a surname and a given name."""
        return _weighted(rng, self.surnames) + _weighted(rng, self.given[sex])

    def id_number(
        self, rng: random.Random, *, division: str, birth_date: dt.date, sex: Sex
    ) -> str:
        """Return a valid number that nobody holds."""
        parity = 1 if sex is Sex.male else 0
        sequences = [number for number in SEQUENCES if number % 2 == parity]
        rng.shuffle(sequences)
        for sequence in sequences:
            first = f"{division}{birth_date:%Y%m%d}{sequence}"
            number = first + check_character(first)
            if number not in self.used:
                self.used.add(number)
                return number
        message = f"all demo numbers of {division} on {birth_date} are taken"
        raise ValueError(message)


def read_names(folder: Path, codes: CodeIds) -> Names:
    """Return surnames, given names and the counties of Henan."""
    surnames = Sheet(
        "surnames.csv",
        {"surname": text(4), "weight": whole},
        unused=("pinyin",),
        key=("surname",),
    )
    given_names = Sheet(
        "given_names.csv",
        {"given_name": text(4), "sex": text(1), "weight": whole},
        unused=("characters", "era"),
        key=("given_name", "sex"),
    )
    given: dict[Sex, list[tuple[str, int]]] = {Sex.male: [], Sex.female: []}
    for row in given_names.read(folder):
        given[SEXES[row["sex"]]].append((row["given_name"], row["weight"]))
    return Names(
        surnames=[(row["surname"], row["weight"]) for row in surnames.read(folder)],
        given=given,
        divisions=sorted(
            code for code in codes.region if code[:2] == "41" and code[4:] != "00"
        ),
    )


def read_samples(
    folder: Path, codes: CodeIds, tree: Tree, names: Names
) -> list[PersonSpec]:
    """Return the people of the file; their numbers are taken from now on."""
    rows = _sheet(codes, tree).read(folder)
    specs = [_from_file(row, codes, tree) for row in rows]
    names.used |= {spec.id_number for spec in specs}
    return specs


def with_invented(
    samples: Sequence[PersonSpec],
    codes: CodeIds,
    tree: Tree,
    names: Names,
    *,
    people: int,
) -> list[PersonSpec]:
    """Return the first `people` demo people; more people never change the former ones."""
    missing = max(people - len(samples), 0)
    invented = _invented(samples, codes, tree, names)
    return [*samples[:people], *itertools.islice(invented, missing)]


def administrator(names: Names, *place: object, serial: int) -> PersonSpec:
    """Return a person who only administers."""
    rng = chance("administrator", *place)
    sex = rng.choice(list(Sex))
    birth = _day_between(rng, dt.date(1970, 1, 1), dt.date(1996, 12, 31))
    number = names.id_number(
        rng, division=rng.choice(names.divisions), birth_date=birth, sex=sex
    )
    values = blank_person() | _identity(
        names.name(rng, sex), number, sex, birth, serial
    )
    return PersonSpec(serial, values)


def applicant(names: Names, codes: CodeIds, *, serial: int) -> PersonSpec:
    """Return a person whom no unit has taken in yet."""
    rng = chance("applicant", serial)
    sex = rng.choice(list(Sex))
    birth = _day_between(rng, dt.date(1980, 1, 1), dt.date(2003, 12, 31))
    division = rng.choice(names.divisions)
    number = names.id_number(rng, division=division, birth_date=birth, sex=sex)
    values = blank_person() | _identity(
        names.name(rng, sex), number, sex, birth, serial
    )
    major = rng.choice(sorted(code for code in codes.major if len(code) > 3))  # noqa: PLR2004 (a class, not a category)
    values |= {
        "ethnic_group_id": codes.ethnic_group["01"],
        "native_place_id": codes.region[division],
        "political_status_id": codes.political_status["13"],
        "education_level_id": codes.education["21"],
        "major_id": codes.major[major],
        "graduation_school": "河南青桐大学",
        "graduation_date": dt.date(birth.year + 22, 7, 1),
    }
    return PersonSpec(serial, values)


def blank_person() -> Values:
    """Return every optional attribute of a person, empty, so that rows are alike."""
    return dict.fromkeys(
        (
            "unit_id",
            "department_id",
            "region_id",
            "ethnic_group_id",
            "native_place_id",
            "political_status_id",
            "education_level_id",
            "degree_id",
            "major_id",
            "title_id",
            "title_date",
            "graduation_date",
            "work_start_date",
        )
    ) | {"graduation_school": "", "is_demo": True}


def _sheet(codes: CodeIds, tree: Tree) -> Sheet:
    return Sheet(
        "people.csv",
        {
            "serial": whole,
            "name": cell_for(Person.name),
            "sex": text(1),
            "id_number": text(18),
            "birth_date": day,
            "ethnic_group": text(2),
            "native_place": text(6),
            "political_status": text(2),
            "education": text(2),
            "degree": text(3, required=False),
            "school": text(100),
            "graduation_date": day,
            "major": text(8),
            "unit": text(12),
            "department": text(24),
            "title": text(8),
            "title_date": optional(day),
            "mobile": text(11),
            "email": text(100),
        },
        key=("id_number",),
        references={
            "sex": frozenset(SEXES),
            "ethnic_group": frozenset(codes.ethnic_group),
            "native_place": frozenset(codes.region),
            "political_status": frozenset(codes.political_status),
            "education": frozenset(codes.education),
            "degree": frozenset(codes.degree),
            "major": frozenset(codes.major),
            "title": frozenset(codes.title),
            "unit": frozenset(tree.unit_ids),
            "department": frozenset(tree.department_ids),
        },
    )


def _from_file(row: Row, codes: CodeIds, tree: Tree) -> PersonSpec:
    values = blank_person() | {
        "id_number": row["id_number"],
        "name": row["name"],
        "mobile": row["mobile"],
        "email": row["email"],
        "sex": SEXES[row["sex"]],
        "birth_date": row["birth_date"],
        "unit_id": tree.unit_ids[row["unit"]],
        "department_id": tree.department_ids[row["department"]],
        "region_id": tree.region_id(row["unit"]),
        "ethnic_group_id": codes.ethnic_group[row["ethnic_group"]],
        "native_place_id": codes.region[row["native_place"]],
        "political_status_id": codes.political_status[row["political_status"]],
        "education_level_id": codes.education[row["education"]],
        "degree_id": codes.degree.get(row["degree"]),
        "major_id": codes.major[row["major"]],
        "title_id": codes.title[row["title"]],
        "title_date": row["title_date"],
        "graduation_school": row["school"],
        "graduation_date": row["graduation_date"],
        "work_start_date": row["graduation_date"],
    }
    return PersonSpec(row["serial"], values, row["unit"], row["department"])


def _invented(
    samples: Sequence[PersonSpec], codes: CodeIds, tree: Tree, names: Names
) -> Iterator[PersonSpec]:
    """Make up people one after the other, each after a sample of the same kind of unit."""
    units = tree.organisation.units
    alike: dict[str, list[PersonSpec]] = {}
    for sample in samples:
        alike.setdefault(units[sample.unit].template, []).append(sample)
    employers = sorted({sample.unit for sample in samples})
    weights = [WEIGHTS[units[unit].template] for unit in employers]
    serial = len(samples)
    while True:
        serial += 1
        rng = chance("person", serial)
        unit = rng.choices(employers, weights)[0]
        model = rng.choice(alike[units[unit].template])
        yield _after(model, unit, serial, codes=codes, tree=tree, names=names)


def _after(
    model: PersonSpec,
    unit: str,
    serial: int,
    *,
    codes: CodeIds,
    tree: Tree,
    names: Names,
) -> PersonSpec:
    rng = chance("person", serial, "self")
    sex = rng.choice(list(Sex))
    shift = rng.randint(-3, 3)
    born: dt.date = model.values["birth_date"]
    year = min(max(born.year + shift, FIRST_BIRTH.year), LAST_BIRTH.year)
    shift = year - born.year
    birth = dt.date(year, rng.randint(1, 12), rng.randint(1, 28))
    division = rng.choice(names.divisions)
    number = names.id_number(rng, division=division, birth_date=birth, sex=sex)
    department = unit + model.department.removeprefix(model.unit)
    prefecture = f"{division[:4]}00"
    values = model.values | _identity(names.name(rng, sex), number, sex, birth, serial)
    values |= {
        "unit_id": tree.unit_ids[unit],
        "department_id": tree.department_ids[department],
        "region_id": tree.region_id(unit),
        "native_place_id": codes.region.get(prefecture, codes.region[division]),
        "title_date": _shifted(model.values["title_date"], shift),
        "graduation_date": _shifted(model.values["graduation_date"], shift),
        "work_start_date": _shifted(model.values["work_start_date"], shift),
    }
    return PersonSpec(serial, values, unit, department)


def _identity(name: str, number: str, sex: Sex, birth: dt.date, serial: int) -> Values:
    return {
        "id_number": number,
        "name": name,
        "mobile": f"154{serial:08d}",
        "email": f"p{serial:05d}@example.com",
        "sex": sex,
        "birth_date": birth,
    }


def _shifted(date: dt.date | None, years: int) -> dt.date | None:
    if date is None:
        return None
    return dt.date(min(date.year + years, 2025), date.month, min(date.day, 28))


def _day_between(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=rng.randrange((last - first).days + 1))


def _weighted(rng: random.Random, choices: Sequence[tuple[str, int]]) -> str:
    words = [word for word, _ in choices]
    return rng.choices(words, [weight for _, weight in choices])[0]
