"""Text that may be stored, and names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin_app.errors import Refused
from admin_app.rules.texts import clean_name, clean_text, name_skeleton


def cleaned(value, **limits):
    """Return the clean text, or None where it is refused."""
    try:
        return clean_text(value, field="remark", **{"max_length": 10, **limits})
    except Refused:
        return None


@pytest.mark.requirement("IN-08")
@pytest.mark.parametrize(
    ("word", "typed", "stored"),
    [
        ("plain", " 河南 ", "河南"),
        ("decomposed", "e\u0301", "é"),
        ("ten beyond the basic plane", "𠮷" * 10, "𠮷" * 10),
        ("eleven characters", "字" * 11, None),
        ("NUL", "a\x00b", None),
        ("escape", "a\x1bb", None),
        ("C1", "a\x85b", None),
        ("line break", "a\nb", None),
        ("line separator", "a\u2028b", None),
        ("surrogate", "a\ud800b", None),
        ("bidi override", "a\u202eb", None),
        ("bidi isolate", "a\u2066b", None),
        ("no text", 5, None),
    ],
)
def test_text_is_stored_clean_or_refused(word, typed, stored):
    assert cleaned(typed) == stored, word


@pytest.mark.requirement("IN-08")
def test_text_of_several_lines_keeps_its_breaks():
    typed = " 一\r\n二\r三\t四 "

    stored = cleaned(typed, single_line=False)

    assert stored == "一\n二\n三\t四"


@pytest.mark.requirement("IN-08")
@given(typed=st.text(max_size=12))
def test_accepted_text_can_be_stored_anywhere(typed):
    stored = cleaned(typed)

    if stored is not None:
        assert len(stored) <= 10
        assert stored.encode("utf-8").find(b"\x00") == -1
        assert cleaned(stored) == stored


@pytest.mark.requirement("IN-08")
@pytest.mark.parametrize(
    ("word", "typed", "stored"),
    [
        ("two characters", "赵勇", "赵勇"),
        ("rare character", "𠮷田", "𠮷田"),
        ("dot", "艾力·买买提", "艾力·买买提"),
        ("other dot", "艾力•买买提", "艾力·买买提"),
        ("foreign", "Anne-Marie  O'Neil", "Anne-Marie O'Neil"),
        ("one character", "赵", None),
        ("fifty", "赵" * 50, "赵" * 50),
        ("fifty-one", "赵" * 51, None),
        ("zero width", "赵\u200b勇", None),
        ("digit", "赵勇2", None),
        ("dot at the end", "赵勇·", None),
        ("markup", "<b>赵勇", None),
    ],
)
def test_name_is_stored_clean_or_refused(word, typed, stored):
    try:
        found = clean_name(typed, field="full_name")
    except Refused:
        found = None

    assert found == stored, word


@pytest.mark.requirement("IN-08")
@pytest.mark.parametrize(
    ("one", "other", "are_alike"),
    [
        ("艾力·买买提", "艾力•买买提", True),
        ("Ａnne Marie", "anne-marie", True),
        ("赵勇", "赵 勇", True),
        ("赵勇", "赵永", False),
    ],
)
def test_names_are_compared_by_their_skeleton(one, other, are_alike):
    assert (name_skeleton(one) == name_skeleton(other)) is are_alike
