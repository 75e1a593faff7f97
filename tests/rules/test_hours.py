"""Hours computed from the rules of learning forms."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.errors import Refused
from admin_app.rules.hour_rules import validate_caps, validate_rule
from admin_app.rules.hours import HOUR_STEP, accept_claim, compute_hours, year_room
from admin_app.rules.learning_forms import answer_labels
from tests.rules.forms import fields_of, shipped

FORMS = shipped()["forms"]
EXAMPLES = [
    pytest.param(form, example, id=f"{form['code']}-{number}")
    for form in FORMS
    for number, example in enumerate(form["examples"], start=1)
]
DAYS = {"kind": "rate", "field": "days", "hours": 8}


def test_examples_are_all_there():
    assert (len(FORMS), len(EXAMPLES)) == (18, 48)


@pytest.mark.parametrize(("form", "example"), EXAMPLES)
def test_example_of_a_shipped_form_gives_its_hours(form, example):
    # Answers are stored as JSON text, so the rule is asked in that form too.
    stored = {name: str(value) for name, value in example["input"].items()}
    rule = json.loads(json.dumps(form["rule"]))

    typed = compute_hours(form["rule"], form["caps"], example["input"])
    loaded = compute_hours(rule, form["caps"], stored)

    assert (typed.hours, loaded.hours) == (example["hours"], example["hours"])
    assert typed.explanation[-1].amount == typed.hours
    assert loaded.explanation == typed.explanation


@pytest.mark.parametrize(
    ("code", "answers", "sentences"),
    [
        (
            "base_training",
            {"days": 20},
            ["实际培训天数 20 × 8 学时 = 160 学时", "单项上限 90 学时"],
        ),
        (
            "training_workshop",
            {"days": "5", "course_kind": "advanced_seminar"},
            ["培训天数 5 × 8 学时 = 40 学时", "班次类别为高级研修班：× 1.5 = 60 学时"],
        ),
        (
            "patent",
            {"patent_kind": "utility_model", "rank": 3},
            ["实用新型专利：36 学时", "本人排名第 3：减 12，余 24 学时"],
        ),
        (
            "academic_conference",
            {"event_kind": "conference", "level": "national", "paper": "long"},
            [
                "国家级：12 学时",
                "国家级、报告论文（2000字以上）：8 学时",
                "合计 20 学时",
            ],
        ),
        (
            "paper",
            {"journal_level": "national", "rank": 1, "characters": 1500},
            ["字数不足 2000，计 0 学时"],
        ),
        (
            "book",
            {"own_ten_thousand": 8, "rank": 5},
            ["本人署名次序超出前 3 名，计 0 学时"],
        ),
        (
            "online_learning",
            {"labelled_hours": 12, "exam_passed": "no"},
            ["考核合格不符合计学时的条件，计 0 学时"],
        ),
        (
            "award",
            {"level": "national", "grade": "first", "rank": 3},
            ["国家级、一等奖：视同完成专业课年度要求，计 60 学时"],
        ),
        (
            "self_study",
            {"claimed_hours": 50, "assessment": "passed"},
            ["本人申报 50 学时", "此项最多计 30 学时"],
        ),
        ("paper", {"rank": 1}, ["未正确填写字数，计 0 学时"]),
        (
            "paper",
            {"rank": 1, "characters": 3000},
            ["未正确填写期刊级别，计 0 学时"],
        ),
        ("book", {"own_ten_thousand": 8}, ["未正确填写本人署名次序，计 0 学时"]),
        (
            "training_workshop",
            {"days": 3},
            ["培训天数 3 × 8 学时 = 24 学时", "未正确填写班次类别，计 0 学时"],
        ),
        ("base_training", {}, ["未正确填写实际培训天数，计 0 学时"]),
        ("self_study", {"assessment": "passed"}, ["未正确填写申报学时，计 0 学时"]),
        (
            "advanced_study",
            {"assessment": "passed"},
            ["未正确填写实际天数（不含在途），计 0 学时"],
        ),
    ],
)
def test_explanation_tells_how_the_hours_come_about(code, answers, sentences):
    form = next(form for form in FORMS if form["code"] == code)
    labels = answer_labels(fields_of(code), english=False)

    found = compute_hours(form["rule"], form["caps"], answers, labels=labels)

    assert [str(step) for step in found.explanation] == sentences


@pytest.mark.parametrize(
    ("word", "rule", "answers", "hours"),
    [
        ("rounded down", DAYS, {"days": "0.3"}, "2"),
        ("rounded down to a half", {**DAYS, "hours": 1.3}, {"days": 2}, "2.5"),
        (
            "beyond the last step",
            {"kind": "stepped", "field": "days", "steps": [{"up_to": 5, "hours": 9}]},
            {"days": 6},
            "0",
        ),
        ("fixed", {"kind": "fixed", "hours": 6}, {}, "6"),
        ("requirement", {"kind": "requirement"}, {}, "60"),
        (
            "below zero",
            {"kind": "fixed", "hours": 6, "minus_per_rank": 4},
            {"rank": 9},
            "0",
        ),
        ("floats are exact", {**DAYS, "hours": 0.1}, {"days": 15}, "1.5"),
        (
            "unknown factor",
            {**DAYS, "times": {"field": "mode", "table": {"a": 2}}},
            {"days": 1, "mode": "b"},
            "0",
        ),
    ],
)
def test_rule_gives_exact_hours(word, rule, answers, hours):
    validate_rule(rule)

    assert compute_hours(rule, {}, answers).hours == Decimal(hours), word


@pytest.mark.parametrize(
    "days", ["many", "nan", "1e9", "٣", "Infinity", True, "1" * 30]
)
def test_answer_that_is_no_number_is_refused(days):
    with pytest.raises(Refused) as refusal:
        compute_hours(DAYS, {}, {"days": days})

    assert refusal.value.field == "days"


@given(days=st.decimals(-10, 400, places=2), cap=st.integers(0, 90))
def test_hours_stay_within_the_cap_in_whole_steps(days, cap):
    found = compute_hours(DAYS, {"per_item": cap}, {"days": days})

    assert 0 <= found.hours <= cap
    assert found.hours % HOUR_STEP == 0
    assert found.explanation[-1].amount == found.hours


@pytest.mark.parametrize(
    ("word", "claimed", "accepted"),
    [
        ("as computed", "40", "40"),
        ("less", 12.5, "12.5"),
        ("half an hour more", "40.5", None),
        ("nothing", "0", None),
        ("a quarter", "12.25", None),
        ("negative", "-8", None),
        ("no number", "forty", None),
    ],
)
def test_claim_may_not_exceed_the_rule(word, claimed, accepted):
    computed = compute_hours(DAYS, {}, {"days": 5})

    try:
        found = accept_claim(claimed, computed=computed)
    except Refused:
        found = None

    assert found == (None if accepted is None else Decimal(accepted)), word


@pytest.mark.parametrize(
    ("word", "caps", "already", "room"),
    [
        ("no cap", {"per_item": 90}, 40, None),
        ("some left", {"per_year": 60}, 40, 20),
        ("none left", {"per_year": 60}, 64, 0),
    ],
)
def test_year_has_the_room_that_the_cap_leaves(word, caps, already, room):
    assert year_room(caps, Decimal(already)) == room, word


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["code"])
def test_shipped_rule_is_well_formed(form):
    names = [field["name"] for field in form["fields"]]

    validate_rule(form["rule"], fields=names)
    validate_caps(form["caps"])


STEPPED = {"kind": "stepped", "field": "days"}
TABLE = {"kind": "table", "keys": ["level"]}


@pytest.mark.parametrize(
    ("word", "rule", "key"),
    [
        ("no mapping", [], "rule"),
        ("unknown kind", {"kind": "eval"}, "kind"),
        ("kind missing", {}, "kind"),
        ("key missing", {"kind": "rate", "field": "days"}, "hours"),
        ("key of another kind", {**DAYS, "table": {}}, "table"),
        ("no number", {**DAYS, "hours": "eight"}, "hours"),
        ("negative", {**DAYS, "max": -1}, "max"),
        ("field no name", {**DAYS, "field": 5}, "field"),
        ("condition no mapping", {**DAYS, "when": "level"}, "when"),
        ("least no number", {**DAYS, "when_min": {"days": "x"}}, "when_min"),
        ("step no mapping", {**STEPPED, "steps": [5]}, "steps"),
        (
            "step with a strange key",
            {**STEPPED, "steps": [{"hours": 1, "eval": 2}]},
            "steps",
        ),
        ("foreign field", {**DAYS, "field": "password"}, "field"),
        ("condition on a foreign field", {**DAYS, "when": {"password": "x"}}, "when"),
        ("condition without answer", {**DAYS, "when": {"level": []}}, "when"),
        (
            "table too flat",
            {**TABLE, "keys": ["level", "days"], "table": {"a": 1}},
            "table",
        ),
        ("table too deep", {**TABLE, "table": {"a": {"b": 1}}}, "table"),
        ("keys no list", {**TABLE, "keys": "level", "table": {"a": 1}}, "keys"),
        (
            "factor fills",
            {**DAYS, "times": {"field": "level", "table": {"a": "requirement"}}},
            "table",
        ),
        ("factor without field", {**DAYS, "times": {"table": {"a": 1}}}, "times"),
        ("no steps", {**STEPPED, "steps": []}, "steps"),
        (
            "steps fall",
            {**STEPPED, "steps": [{"up_to": 5, "hours": 1}, {"up_to": 4, "hours": 2}]},
            "steps",
        ),
        (
            "open step first",
            {**STEPPED, "steps": [{"hours": 1}, {"up_to": 4, "hours": 2}]},
            "steps",
        ),
        (
            "step with two meanings",
            {**STEPPED, "steps": [{"hours": 1, "rate": 2}]},
            "steps",
        ),
        ("plus no list", {**DAYS, "plus": DAYS}, "plus"),
        ("plus malformed", {**DAYS, "plus": [{"kind": "fixed"}]}, "hours"),
        (
            "five deep",
            {
                **DAYS,
                "plus": [
                    {**DAYS, "plus": [{**DAYS, "plus": [{**DAYS, "plus": [DAYS]}]}]}
                ],
            },
            "plus",
        ),
    ],
)
def test_malformed_rule_is_refused_by_its_key(word, rule, key):
    with pytest.raises(Refused) as refusal:
        validate_rule(rule, fields=["days", "level"])

    assert (refusal.value.field, refusal.value.values["key"]) == ("rule", key), word


@pytest.mark.parametrize("caps", [[], {"per_month": 3}, {"per_item": "many"}])
def test_malformed_caps_are_refused(caps):
    with pytest.raises(Refused):
        validate_caps(caps)
