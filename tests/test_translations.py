"""Both languages are complete: no Chinese sentence without its English."""

import ast
import re

import pytest
from babel.messages.extract import extract_from_file
from jinja2 import Environment

from admin_app.extensions import db
from config.settings import PROJECT
from tools.catalogues import entries

PROGRAM = PROJECT / "admin_app"
TEMPLATES = PROGRAM / "templates"
CHINESE = re.compile("[\u4e00-\u9fff]")
CALLS = {"_", "_l", "gettext", "lazy_gettext", "ngettext"}
SENTENCES = {"Refused", "Conflict", "Forbidden", "msgid"}
# Words of a printed document or of the shell, not of a page.
NOT_SHOWN = {"documents", "translations", "cli.py"}
# The other language names itself in itself.
OWN_NAME = {"中文"}


@pytest.fixture(scope="module")
def english():
    return {entry.zh for entry in entries()}


def sources():
    return [
        path
        for path in sorted(PROGRAM.rglob("*.py"))
        if path.relative_to(PROGRAM).parts[0] not in NOT_SHOWN
    ]


def templates():
    return sorted(TEMPLATES.rglob("*.html"))


def sentences_of_templates():
    """Every message id in a template, with its place."""
    options = {"silent": "false"}
    for path in templates():
        found = extract_from_file(
            "jinja2.ext:babel_extract", path, keywords={"_": None}, options=options
        )
        for line, ids, *_rest in found:
            for text in [ids] if isinstance(ids, str) else ids:
                yield f"{path.relative_to(PROGRAM)}:{line}", text


def literals(path):
    """Every Chinese text in a module that is not a docstring, with its place."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    # The sentence under an assignment is its docstring.
    docstrings |= {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and CHINESE.search(node.value)
            and id(node) not in docstrings | parts
        ):
            yield f"{path.relative_to(PROGRAM)}:{node.lineno}", node.value


def glued(path):
    """Every f-string with Chinese in it: it can have no translation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and any(
            isinstance(part, ast.Constant) and CHINESE.search(str(part.value))
            for part in node.values
        ):
            yield f"{path.relative_to(PROGRAM)}:{node.lineno}"


def is_shown(text):
    """Whether a person reads the text; patterns and the last-resort page are not."""
    return not text.startswith("<!doctype") and not re.search(r"[\\\[\]|^]|\(\?", text)


def missing(found, english):
    return [
        f"{place} {text}"
        for place, text in found
        if CHINESE.search(text) and text not in english and text not in OWN_NAME
    ]


def test_every_sentence_of_the_templates_has_its_english(english):
    found = list(sentences_of_templates())

    assert len(found) > 100
    assert missing(found, english) == []


def test_every_chinese_text_of_the_program_has_its_english(english):
    found = [item for path in sources() for item in literals(path) if is_shown(item[1])]

    assert len(found) > 100
    assert missing(found, english) == []


def test_every_label_of_a_column_has_its_english(english):
    labels = [
        (f"{table.name}.{column.name}", column.comment or "")
        for table in db.metadata.sorted_tables
        for column in table.columns
    ]

    assert len(labels) > 100
    assert missing(labels, english) == []


def test_no_chinese_sentence_is_glued_together():
    found = [place for path in sources() for place in glued(path)]

    assert found == []


def test_templates_show_chinese_only_through_a_translation():
    found = [
        f"{path.relative_to(PROGRAM)} {text.strip()}"
        for path in templates()
        for text in bare_texts(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def bare_texts(source):
    """What a template shows as it stands, and what it hands over untranslated."""
    tokens = list(Environment(autoescape=True).lex(source))
    for position, (_line, kind, text) in enumerate(tokens):
        if not CHINESE.search(text) or text.strip("'\"") in OWN_NAME:
            continue
        if kind == "data":
            yield from (
                piece
                for piece in re.findall(r"[^<>]+", text)
                if CHINESE.search(piece) and piece.strip() not in OWN_NAME
            )
        elif kind == "string" and not _is_argument_of_translation(tokens, position):
            yield text


def _is_argument_of_translation(tokens, position):
    before = [text for _line, kind, text in tokens[:position] if kind != "whitespace"]
    return before[-2:] == ["_", "("]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{{ _('登录') }}</p>", []),
        ("<p>登录</p>", ["登录"]),
        ("<p title='登录'></p>", ["p title='登录'"]),
        ("{{ f('登录') }}", ["'登录'"]),
        ("{# 登录 #}", []),
    ],
)
def test_bare_text_is_found(source, found):
    assert list(bare_texts(source)) == found
