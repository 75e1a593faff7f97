"""How each kind of field is drawn, and that nothing typed is changed on the way."""

import re
from decimal import Decimal

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from admin_app.enums import FieldKind
from admin_app.forms.dynamic import (
    BUILDERS,
    Paper,
    answer_fields,
    condition_marks,
    steering_names,
    typed_answers,
)
from admin_app.rules.field_specs import FieldSpec, Option
from tests.declaring import TODAY

OPTIONS = (Option("a", "甲", "A"), Option("b", "乙", "B"))


def spec(kind, **values):
    return FieldSpec(
        **{
            "name": "x",
            "label": "标签",
            "label_en": "Label",
            "kind": FieldKind[kind],
            "options": OPTIONS if kind == "select" else (),
            "target": "base" if kind == "reference" else None,
        }
        | values
    )


@pytest.fixture
def drawn(app):
    """Draw one field, filled from what was sent or stored."""

    def draw(field, *, sent=None, stored=None, english=False):
        paper = Paper(english=english, today=TODAY, bases=[("7", "某基地")])
        kind = type("Drawn", (Form,), answer_fields([field], paper))
        with app.test_request_context():
            formdata = None if sent is None else MultiDict(sent)
            return kind(formdata, data={"answer_x": stored})

    return draw


def test_every_kind_of_field_has_a_builder():
    assert set(BUILDERS) == set(FieldKind)


SENT = {
    "text": ({"answer_x": " <b> "}, " <b> "),
    "textarea": ({"answer_x": "一\n二"}, "一\n二"),
    "a number as typed": ({"answer_x": "3.50"}, "3.50"),
    "select": ({"answer_x": "zzz"}, "zzz"),
    "date": ({"answer_x": "2025-02-30"}, "2025-02-30"),
    "daterange": (
        {"answer_x-start": "2025-01-01", "answer_x-end": ""},
        {"start": "2025-01-01", "end": ""},
    ),
    "reference": ({"answer_x": "7"}, "7"),
}


@pytest.mark.feature("P16", "U36")
@pytest.mark.parametrize(("sent", "typed"), SENT.values(), ids=SENT)
def test_rules_read_what_was_typed_and_nothing_else(drawn, request, sent, typed):
    name = request.node.callspec.id
    kind = "number" if name.startswith("a number") else name
    field = spec(kind)

    form = drawn(field, sent=sent)

    assert typed_answers(form, [field]) == {"x": typed}


def test_limits_stand_in_the_inputs(drawn):
    number = spec("number", min=Decimal("0.5"), max=Decimal(120), step=Decimal("0.5"))

    inputs = [
        str(drawn(number)["answer_x"]()),
        str(drawn(spec("text", max_length=40))["answer_x"]()),
        str(drawn(spec("date"))["answer_x"]()),
    ]

    told = [dict(re.findall(r'(min|max|step|maxlength)="(.*?)"', i)) for i in inputs]
    assert told == [
        {"min": "0.5", "max": "120", "step": "0.5"},
        {"maxlength": "40"},
        {"min": "1950-01-01", "max": "2025-11-18"},
    ]


def test_stored_period_comes_back_into_both_inputs(drawn):
    stored = {"start": "2025-03-03", "end": "2025-03-05"}

    markup = str(drawn(spec("daterange"), stored=stored)["answer_x"]())

    found = re.findall(r'name="(.*?)".*?value="(.*?)"', markup)
    assert found == [
        ("answer_x-start", "2025-03-03"),
        ("answer_x-end", "2025-03-05"),
    ]


def test_typed_markup_is_escaped(drawn):
    sent = {"answer_x-start": '"><script>', "answer_x-end": ""}

    markup = str(drawn(spec("daterange"), sent=sent)["answer_x"]())

    assert "<script>" not in markup
    assert "&lt;script&gt;" in markup


@pytest.mark.parametrize(("english", "words"), [(False, "甲乙"), (True, "AB")])
def test_labels_are_in_the_language_of_the_page(drawn, english, words):
    field = drawn(spec("select"), english=english)["answer_x"]

    assert (
        "".join(str(choice.label) for choice in list(field.iter_choices())[1:]) == words
    )
    assert field.label.text == ("Label" if english else "标签")


@pytest.mark.parametrize("required", [True, False])
def test_star_says_what_must_be_answered(drawn, required):
    field = drawn(spec("text", required=required))["answer_x"]

    assert bool(field.flags.required) is required


def test_conditions_are_told_to_the_page():
    shown = spec("number", name="half_days", show_when={"kind": frozenset({"b", "a"})})
    hidden = spec("number", name="months", hide_when={"kind": frozenset({"c"})})

    marks = [condition_marks(field) for field in (shown, hidden, spec("text"))]

    assert marks == [
        {"data-show-when": '{"answer_kind": ["a", "b"]}'},
        {"data-hide-when": '{"answer_kind": ["c"]}'},
        {},
    ]
    assert steering_names([shown, hidden]) == {"kind"}
