"""Fields of learning forms: definitions, conditions, answers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.errors import Refused
from admin_app.rules.field_specs import from_mapping
from admin_app.rules.learning_forms import (
    AnswersRefused,
    accept_answers,
    accept_draft,
    shown_fields,
    validate_fields,
)
from tests.rules.forms import fields_of, shipped

TODAY = dt.date(2026, 11, 22)
FORMS = shipped()["forms"]
WORKSHOP = {
    "organizer": " 河南省教育厅 ",
    "organizer_kind": "provincial",
    "course_kind": "ordinary",
    "study_period": {"start": "2026-03-02", "end": "2026-03-04"},
    "days": "3.0",
    "place": "",
}
PERIOD = {"name": "period", "label": "时间", "type": "daterange", "required": True}


def problems(fields, raw, accept=accept_answers):
    """Return the fields that are refused; none where all is accepted."""
    try:
        accept(fields, raw, today=TODAY)
    except AnswersRefused as refused:
        return sorted(refused.problems)
    return []


def test_answers_are_stored_in_one_spelling():
    fields = fields_of("training_workshop")

    answers = accept_answers(fields, WORKSHOP, today=TODAY)

    assert answers == {
        "organizer": "河南省教育厅",
        "organizer_kind": "provincial",
        "course_kind": "ordinary",
        "study_period": {"start": "2026-03-02", "end": "2026-03-04"},
        "days": "3",
    }
    assert accept_answers(fields, answers, today=TODAY) == answers


@pytest.mark.parametrize(
    ("word", "change", "refused"),
    [
        ("nothing wrong", {}, []),
        ("required missing", {"organizer": " "}, ["organizer"]),
        ("too long", {"organizer": "字" * 101}, ["organizer"]),
        ("no option", {"course_kind": "holiday"}, ["course_kind"]),
        ("no number", {"days": "three"}, ["days"]),
        ("below the minimum", {"days": "0"}, ["days"]),
        ("above the maximum", {"days": 121}, ["days"]),
        ("between steps", {"days": "2.3"}, ["days"]),
        ("unknown key", {"state": "approved"}, ["state"]),
        (
            "three at once",
            {"days": "x", "organizer": None, "hours": 1},
            ["days", "hours", "organizer"],
        ),
        ("option of a strange type", {"course_kind": ["ordinary"]}, ["course_kind"]),
    ],
)
def test_all_wrong_answers_are_told_at_once(word, change, refused):
    fields = fields_of("training_workshop")

    assert problems(fields, WORKSHOP | change) == refused, word


def test_refused_answers_speak_beside_their_fields():
    fields = fields_of("training_workshop")

    with pytest.raises(AnswersRefused) as refused:
        accept_answers(fields, WORKSHOP | {"days": 121, "organizer": ""}, today=TODAY)

    said = {name: str(problem) for name, problem in refused.value.problems.items()}
    assert said == {
        "organizer": "此项必填，请填写。",
        "days": "不能大于 120，请修改。",
    }
    assert str(refused.value) == "有 2 项填写有误，请按提示修改。"


@pytest.mark.parametrize(
    ("word", "value", "is_accepted"),
    [
        ("one day", {"start": "2026-11-22", "end": "2026-11-22"}, True),
        ("ends tomorrow", {"start": "2026-11-22", "end": "2026-11-23"}, False),
        ("backwards", {"start": "2026-03-04", "end": "2026-03-02"}, False),
        ("no such day", {"start": "2026-02-29", "end": "2026-03-02"}, False),
        ("other form", {"start": "20260302", "end": "20260304"}, False),
        ("before our time", {"start": "0026-03-02", "end": "2026-03-04"}, False),
        ("end missing", {"start": "2026-03-02"}, False),
        ("text", "2026-03-02", False),
        ("both blank", {"start": "", "end": ""}, False),
        ("full-width digits", {"start": "２026-03-02", "end": "2026-03-04"}, False),
    ],
)
def test_period_must_be_over_and_real(word, value, is_accepted):
    fields = [from_mapping(PERIOD)]

    assert problems(fields, {"period": value}) == ([] if is_accepted else ["period"]), (
        word
    )


@pytest.mark.parametrize(
    ("code", "name", "value", "is_accepted"),
    [
        ("patent", "patent_no", "ZL202610000000.X", True),
        ("patent", "patent_no", "ZL202610000000.X ", True),
        ("patent", "patent_no", "ZL20261000000٣.X", False),
        ("patent", "patent_no", "专利ZL202610000000.X", False),
        ("paper", "serial_no", "CN 41-1234/G4", True),
        ("paper", "serial_no", "CN41-12345", False),
        ("book", "isbn", "978-7-0000-0000-2", True),
        ("book", "isbn", "978", False),
        ("patent", "grant_date", "2026-11-22", True),
        ("patent", "grant_date", "2026-11-23", False),
        ("base_training", "base", 17, True),
        ("base_training", "base", "17 OR 1=1", False),
        ("base_training", "base", True, False),
    ],
)
def test_answer_fits_its_kind(code, name, value, is_accepted):
    fields = [field for field in fields_of(code) if field.name == name]

    assert problems(fields, {name: value}) == ([] if is_accepted else [name])


def test_number_of_a_pattern_is_stored_as_it_is_printed():
    fields = [field for field in fields_of("patent") if field.name == "patent_no"]

    answers = accept_answers(
        fields, {"patent_no": "ＺＬ２０２６１０００００００．Ｘ"}, today=TODAY
    )

    assert answers == {"patent_no": "ZL202610000000.X"}


@pytest.mark.parametrize(
    ("service_kind", "shown"),
    [("aid", "months"), ("grassroots", "days"), (None, "months")],
)
def test_condition_decides_what_is_shown(service_kind, shown):
    fields = [
        field
        for field in fields_of("secondment")
        if field.name in {"service_kind", "months", "days"}
    ]

    names = [
        field.name for field in shown_fields(fields, {"service_kind": service_kind})
    ]

    assert names == ["service_kind", shown]


def test_answer_of_a_hidden_field_is_not_stored():
    fields = [
        field
        for field in fields_of("secondment")
        if field.name in {"service_kind", "months", "days"}
    ]
    raw = {"service_kind": "grassroots", "months": "not even a number", "days": "2"}

    answers = accept_answers(fields, raw, today=TODAY)

    assert answers == {"service_kind": "grassroots", "days": "2"}


@pytest.mark.parametrize(
    ("word", "raw", "refused"),
    [
        ("empty", {}, []),
        ("half", {"organizer": "河南省教育厅"}, []),
        ("wrong all the same", {"days": "many"}, ["days"]),
    ],
)
def test_draft_may_have_gaps_but_no_errors(word, raw, refused):
    fields = fields_of("training_workshop")

    assert problems(fields, raw, accept=accept_draft) == refused, word


@given(
    raw=st.dictionaries(
        st.sampled_from([*WORKSHOP, "x"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=4,
        ),
    )
)
def test_any_answers_are_accepted_or_refused_in_words(raw):
    fields = fields_of("training_workshop")

    try:
        outcome = set(accept_answers(fields, raw, today=TODAY)) <= set(WORKSHOP)
    except AnswersRefused as refused:
        outcome = all(str(each).endswith("。") for each in refused.problems.values())

    assert outcome


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form["code"])
def test_shipped_fields_are_well_formed(form):
    fields = fields_of(form["code"])

    validate_fields(fields)

    assert [field.name for field in fields] == [
        field["name"] for field in form["fields"]
    ]


TEXT = {"name": "place", "label": "地点", "label_en": "Place", "type": "text"}
CHOICE = {"value": "a", "label": "甲"}


@pytest.mark.parametrize(
    ("word", "change"),
    [
        ("name with a blank", {"name": "a b"}),
        ("name in capitals", {"name": "Place"}),
        ("label missing", {"label": None}),
        ("unknown kind", {"type": "html"}),
        ("pictures are no answer", {"type": "images"}),
        ("unknown property", {"onclick": "x"}),
        ("pattern of one's own", {"pattern": "(a+)+$"}),
        ("required no yes or no", {"required": "yes"}),
        ("limit no number", {"max": "much"}),
        ("limits crossed", {"min": 3, "max": 2}),
        ("step zero", {"type": "number", "step": 0}),
        ("length broken", {"max_length": 2.5}),
        ("length without end", {"max_length": 100_000}),
        ("choice without options", {"type": "select"}),
        ("unknown option set", {"type": "select", "options": "nowhere"}),
        ("option twice", {"type": "select", "options": [CHOICE, CHOICE]}),
        (
            "option with markup",
            {"type": "select", "options": [{"value": "<b>", "label": "甲"}]},
        ),
        ("option no mapping", {"type": "select", "options": ["a"]}),
        ("options for text", {"options": [CHOICE]}),
        ("reference to accounts", {"type": "reference", "target": "account"}),
        ("condition no mapping", {"show_when": ["a"]}),
    ],
)
def test_malformed_field_is_refused(word, change):
    with pytest.raises(Refused) as refusal:
        from_mapping(TEXT | change)

    assert str(refusal.value).endswith("。"), word


@pytest.mark.parametrize("pattern", ["digits", r"\d+"])
def test_pattern_is_known_by_its_name_or_its_text(pattern):
    field = from_mapping(TEXT | {"pattern": pattern})

    refused = [
        text for text in ("17", "17a", "١٧") if problems([field], {"place": text})
    ]

    assert (field.pattern, refused) == ("digits", ["17a", "١٧"])


@pytest.mark.parametrize(
    ("word", "definitions"),
    [
        ("twice the same name", [TEXT, TEXT]),
        ("condition on nothing", [TEXT | {"show_when": {"level": "a"}}]),
        (
            "condition on text",
            [TEXT, TEXT | {"name": "city", "show_when": {"place": "a"}}],
        ),
        (
            "condition on a later field",
            [
                TEXT | {"show_when": {"level": "a"}},
                TEXT | {"name": "level", "type": "select", "options": [CHOICE]},
            ],
        ),
        (
            "condition on no option",
            [
                TEXT | {"name": "level", "type": "select", "options": [CHOICE]},
                TEXT | {"hide_when": {"level": "b"}},
            ],
        ),
        ("sixty-one", [TEXT | {"name": f"place_{number}"} for number in range(61)]),
    ],
)
def test_malformed_set_of_fields_is_refused(word, definitions):
    fields = [from_mapping(definition) for definition in definitions]

    with pytest.raises(Refused):
        validate_fields(fields)


def test_text_of_several_lines_keeps_its_breaks():
    fields = [field for field in fields_of("self_study") if field.name == "plan"]

    answers = accept_answers(fields, {"plan": " 第一周\r\n第二周 "}, today=TODAY)

    assert answers == {"plan": "第一周\n第二周"}
