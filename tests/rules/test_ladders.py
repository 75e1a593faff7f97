"""Who decides next."""

import csv

import pytest

from admin_app.enums import UnitKind
from admin_app.errors import Refused
from admin_app.rules.ladders import (
    Condition,
    Places,
    Rung,
    Standing,
    closest,
    ladder,
    next_decider,
    validate_chain,
)
from config.settings import PROJECT

SCHOOL = Rung(1, UnitKind.employer)
BUREAU = Rung(2, UnitKind.industry_authority)
COUNTY = Rung(3, UnitKind.hr_authority)
CITY = Rung(4, UnitKind.hr_authority)
WAY_UP = (SCHOOL, BUREAU, COUNTY, CITY)
BY_PERSON = ("own_unit", "superiors_to_hr")
BY_UNIT = ("superiors_to_hr",)


def demo_units():
    with (PROJECT / "seed/demo/units.csv").open(encoding="utf-8") as file:
        lines = (line for line in file if not line.startswith("#"))
        return {row["code"]: row for row in csv.DictReader(lines)}


UNITS = demo_units()


def way_up(code):
    """Return the rungs from a demo unit to the root."""
    rungs = []
    while code:
        unit = UNITS[code]
        rungs.append(Rung(list(UNITS).index(code), UnitKind[unit["kind"]]))
        code = unit["parent"]
    return tuple(rungs)


def climb(rungs):
    """Return the units that decide, one after the other."""
    path, after = [], None
    while (rung := next_decider(rungs, after=after)) is not None:
        after = rung.unit_id
        path.append(after)
    return path


def test_demo_units_are_all_there():
    assert len(UNITS) == 153


@pytest.mark.parametrize("code", UNITS)
def test_declaration_climbs_the_path_of_the_demo_unit(code):
    rungs = ladder(BY_PERSON, Places(way_up=way_up(code)))

    path = [list(UNITS)[unit_id] for unit_id in climb(rungs)]

    assert "/".join(path) == UNITS[code]["approval_path"]


def closed(rung):
    return Rung(rung.unit_id, rung.kind, is_open=False)


def inactive(rung):
    return Rung(rung.unit_id, rung.kind, is_active=False)


@pytest.mark.parametrize(
    ("word", "chain", "rungs", "path"),
    [
        ("a person's", BY_PERSON, WAY_UP, [1, 2, 3]),
        ("a unit's own", BY_UNIT, WAY_UP, [2, 3]),
        ("county authority's person", BY_PERSON, (COUNTY, CITY), [3, 4]),
        ("county authority's own", BY_UNIT, (COUNTY, CITY), [4]),
        ("root's person", BY_PERSON, (CITY,), [4]),
        ("root's own", BY_UNIT, (CITY,), [4]),
        ("under the authority", BY_PERSON, (SCHOOL, COUNTY, CITY), [1, 3]),
    ],
)
def test_declaration_ends_at_the_first_hr_authority(word, chain, rungs, path):
    assert climb(ladder(chain, Places(way_up=rungs))) == path, word


@pytest.mark.parametrize(
    ("word", "rungs", "path"),
    [
        ("own unit closed", (closed(SCHOOL), BUREAU, COUNTY), [2, 3]),
        ("bureau closed", (SCHOOL, closed(BUREAU), COUNTY), [1, 3]),
        ("both closed", (closed(SCHOOL), closed(BUREAU), COUNTY), [3]),
        ("bureau inactive", (SCHOOL, inactive(BUREAU), COUNTY), [1, 3]),
        ("authority closed", (SCHOOL, BUREAU, closed(COUNTY)), [1, 2, 3]),
    ],
)
def test_closed_unit_is_skipped_but_no_hr_authority(word, rungs, path):
    assert climb(ladder(BY_PERSON, Places(way_up=rungs))) == path, word


def test_queue_of_a_unit_that_is_closed_moves_up_at_once():
    rungs = ladder(BY_PERSON, Places(way_up=(closed(SCHOOL), BUREAU, COUNTY)))

    heir = next_decider(rungs, after=SCHOOL.unit_id)

    assert heir == BUREAU


@pytest.mark.parametrize(
    ("word", "chain", "places", "path"),
    [
        ("registration of a person", ["own_unit"], Places(way_up=WAY_UP), [1]),
        (
            "registration of a unit",
            ["chosen_superior"],
            Places(chosen_superior=BUREAU),
            [2],
        ),
        (
            "change of superior",
            ["old_superior", "new_superior"],
            Places(old_superior=BUREAU, new_superior=CITY),
            [2, 4],
        ),
        (
            "change of code",
            ["old_superior", "new_superior"],
            Places(old_superior=BUREAU),
            [2],
        ),
        (
            "same superior twice",
            ["old_superior", "new_superior"],
            Places(old_superior=BUREAU, new_superior=BUREAU),
            [2],
        ),
        ("transfer", ["receiving_unit"], Places(receiving_unit=SCHOOL), [1]),
    ],
)
def test_chain_names_who_decides(word, chain, places, path):
    validate_chain(chain)

    assert climb(ladder(chain, places)) == path, word


@pytest.mark.parametrize(
    ("word", "rungs", "after"),
    [
        ("nobody at all", (), None),
        ("only a closed unit", (closed(SCHOOL),), None),
        ("the last word would be skipped", (BUREAU, inactive(SCHOOL)), 2),
        ("decider no longer in the chain", (BUREAU, COUNTY), 1),
    ],
)
def test_record_is_never_finished_by_skipping(word, rungs, after):
    with pytest.raises(Refused) as refusal:
        next_decider(rungs, after=after)

    assert str(refusal.value).endswith("。"), word


def test_way_up_without_hr_authority_is_refused():
    with pytest.raises(Refused):
        ladder(BY_PERSON, Places(way_up=(SCHOOL, BUREAU)))


@pytest.mark.parametrize(
    "chain", [[], ["own_unit", "own_unit"], ["own_unit", "neighbour"]], ids=str
)
def test_malformed_chain_is_refused(chain):
    with pytest.raises(Refused) as refusal:
        validate_chain(chain)

    assert refusal.value.field == "steps"


# --- Conditions -------------------------------------------------------------------

HERE = Standing(level_id=3, region_ids=(41, 40, 4), industry_ids=(83, 8))


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (Condition(level_id=3), Condition()),
        (Condition(region_id=41), Condition(region_id=40)),
        (Condition(region_id=40), Condition(region_id=4)),
        (Condition(industry_id=83), Condition(industry_id=8)),
        (Condition(level_id=3, region_id=4), Condition(region_id=41)),
        (Condition(region_id=4), Condition(industry_id=83)),
    ],
)
def test_chain_that_describes_a_unit_more_closely_counts(near, far):
    assert closest([(far, ["far"]), (near, ["near"])], HERE) == ["near"]
    assert closest([(near, ["near"]), (far, ["far"])], HERE) == ["near"]


@pytest.mark.parametrize(
    "other",
    [Condition(level_id=4), Condition(region_id=42), Condition(3, 41, 84)],
)
def test_chain_for_other_units_is_left_aside(other):
    assert other.closeness(HERE) is None
    assert closest([(other, ["other"]), (Condition(), ["all"])], HERE) == ["all"]
    with pytest.raises(Refused, match="没有适用的审批流程"):
        closest([(other, ["other"])], HERE)


def test_condition_is_told_as_text_that_tells_it_apart():
    keys = [Condition().key, Condition(1).key, Condition(None, 1).key]
    keys += [Condition(None, None, 1).key, Condition(1, 1).key]

    assert keys[0] == ""
    assert len(set(keys)) == len(keys)
