"""Every word that the program writes into the audit log means something to its readers."""

import ast
from itertools import pairwise

import pytest

from admin_app.enums import Action, RecordKind
from admin_app.extensions import db
from admin_app.operations.audit import UNAUDITED
from admin_app.operations.key_rotation import sealed_columns
from admin_app.views.audit_words import ACTS, OBJECTS, OUTCOMES
from config.settings import PROJECT

RECORD = {"audit.record": 1, "record": 1}
"""What writes a line, with the place of its word for the act."""


def program():
    """Each file of the program as it is parsed."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((PROJECT / "admin_app").rglob("*.py"))
    }


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def borrowed(tree):
    """What a file calls `record`, where that is the audit log's."""
    return {
        alias.asname or alias.name: RECORD["record"]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "admin_app.operations.audit"
        for alias in node.names
        if alias.name == "record"
    }


def passing_on(tree, recorders):
    """Functions that hand one of their own arguments on as the word for an act."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        own = [argument.arg for argument in function.args.args]
        for call, place in recordings(function, recorders):
            word = call.args[place]
            if isinstance(word, ast.Name) and word.id in own:
                yield function.name, own.index(word.id)


def recordings(tree, recorders):
    for call in calls(tree):
        place = recorders.get(ast.unparse(call.func))
        if place is not None:
            yield call, place


def all_recordings(files):
    """Every call that writes a line, be it by a function that passes the word on."""
    everywhere, own = dict(RECORD), {path: borrowed(files[path]) for path in files}
    for _ in range(3):
        for path, tree in files.items():
            for name, place in passing_on(tree, everywhere | own[path]):
                own[path][name] = place
                if not name.startswith("_"):
                    everywhere[f"{path.stem}.{name}"] = place
    for path, tree in files.items():
        yield from recordings(tree, everywhere | own[path])


def texts(node):
    return {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def told_by_name(lines, name):
    """What is told by an argument of this name, wherever a line is written."""
    return {
        text
        for call, _place in lines
        for keyword in call.keywords
        if keyword.arg == name
        for text in texts(keyword.value)
    }


@pytest.fixture(scope="module")
def lines():
    """Every call of the program that writes a line, with the place of its word."""
    return list(all_recordings(program()))


def test_exactly_the_acts_that_are_recorded_have_a_label(lines):
    words = set().union(*(texts(call.args[place]) for call, place in lines))

    moves = {action.name for action in Action}
    assert words | moves == set(ACTS)


def test_no_two_acts_are_called_alike():
    labels = sorted(ACTS.values())

    assert [one for one, other in pairwise(labels) if one == other] == []


def test_whatever_a_line_is_about_has_a_label(lines):
    mappers = db.Model.registry.mappers
    tables = {
        each.class_.__tablename__ for each in mappers if each.class_ not in UNAUDITED
    }
    sealed = {column.table.name for column in sealed_columns()}
    kinds = {kind.name for kind in RecordKind}
    named = told_by_name(lines, "object_kind")

    assert "route" in named
    assert (tables | sealed | kinds | named) - {""} - set(OBJECTS) == set()


def test_every_outcome_has_a_label(lines):
    told = told_by_name(lines, "result")

    assert told == {"ok", "refused"}
    assert set(OUTCOMES) == told | {"failed"}
