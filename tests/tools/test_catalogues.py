"""The English catalogue: complete, free of contradictions, the same each time."""

import gettext
import io

import pytest

from tools.catalogues import Entry, compiled, entries, mistakes

MISTAKES = {
    "empty English": ([Entry("a:2", "登录", "")], ["a:2: a column is empty"]),
    "two translations": (
        [Entry("a:2", "登录", "Log in"), Entry("b:2", "登录", "Sign in")],
        ["b:2: 登录 differs from a:2"],
    ),
    "the same twice": (
        [Entry("a:2", "登录", "Log in"), Entry("b:2", "登录", "Log in")],
        [],
    ),
    "lost placeholder": (
        [Entry("a:2", "共 %(n)s 条", "Rows")],
        ["a:2: 共 %(n)s 条 has other placeholders in English"],
    ),
    "placeholders in another order": (
        [Entry("a:2", "%(a)s 的 %(b)s", "%(b)s of %(a)s")],
        [],
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes(case):
    found, expected = MISTAKES[case]

    said = mistakes(found)

    assert said == expected


def test_lists_of_the_program_have_no_mistake():
    found = list(entries())

    said = mistakes(found)

    assert said == []


def test_catalogue_is_read_by_gettext_and_made_the_same_again():
    found = [Entry("a:2", "共 %(n)s 条", "%(n)s rows"), Entry("a:3", "登录", "Log in")]

    first, second = compiled(found), compiled(found)

    catalogue = gettext.GNUTranslations(io.BytesIO(first))
    assert first == second
    assert catalogue.gettext("登录") == "Log in"
    assert catalogue.gettext("共 %(n)s 条") == "%(n)s rows"


def test_list_is_read_with_its_places(tmp_path):
    (tmp_path / "b.csv").write_text("zh,en\n退出,Log out\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text('zh,en\n"登录","Log, in"\n', encoding="utf-8")

    found = list(entries(tmp_path))

    assert found == [
        Entry("a.csv:2", "登录", "Log, in"),
        Entry("b.csv:2", "退出", "Log out"),
    ]
