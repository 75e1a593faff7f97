"""SQL is made of the ORM and of bound parameters, never of pieces of text (IN-12).

Each rule finds what is planted for it, and nothing in the program.
"""

import ast

import pytest

from config.settings import PROJECT

ROOMS = ("admin_app", "seed", "config")
# What takes a piece of SQL as it stands.
WORDED = {"text", "literal_column", "column", "table", "DDL", "TextClause"}
WORDED_METHODS = {"exec_driver_sql", "executescript"}
EXECUTING = {"execute", "executemany", "scalar", "scalars", "stream", "Prepared"}
RAW_DRIVERS = {"sqlite3", "psycopg"}
# What speaks to the driver: about the connection, and by what SQLAlchemy has compiled.
MAY_DRIVE = {"admin_app/database.py", "admin_app/prepared.py"}


def findings(path, source):
    """Return (line, sentence) for every place where SQL may be made of text."""
    tree = ast.parse(source)
    constants = named_constants(tree)
    borrowed = from_sqlalchemy(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from worded(node, constants, borrowed)
            yield from executed(node)
            yield from filtered(node)
        elif isinstance(node, ast.Assign):
            yield from referred(node)
        elif isinstance(node, ast.Attribute | ast.ImportFrom) and path not in MAY_DRIVE:
            yield from driven(node)


def named_constants(tree):
    """Names that the module binds once, at its top, to something written there."""
    bound = [
        (target.id, node.value)
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in getattr(node, "targets", [getattr(node, "target", None)])
        if isinstance(target, ast.Name) and node.value is not None
    ]
    return {name for name, value in bound if isinstance(value, ast.Constant)}


def from_sqlalchemy(tree):
    """What the file calls the functions of SQLAlchemy that take SQL as it stands."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").partition(".")[0] == "sqlalchemy"
        for alias in node.names
    }


def worded(call, constants, borrowed):
    """SQL in words is a constant: no f-string, no joining, no formatting, no variable."""
    if isinstance(call.func, ast.Name):
        is_worded = borrowed.get(call.func.id) in WORDED
    else:
        attribute = called(call)
        owner = ast.unparse(getattr(call.func, "value", call.func))
        is_sqlalchemy = owner.split(".")[0] in {"sa", "sqlalchemy", "db"}
        is_worded = attribute in WORDED_METHODS or (
            is_sqlalchemy and attribute in WORDED
        )
    first = first_argument(call)
    if is_worded and first is not None and not is_constant(first, constants):
        yield call.lineno, f"SQL of a text that is put together: {ast.unparse(first)}"


def executed(call):
    """No text is executed as it stands: not a literal, and not one put together."""
    first = first_argument(call)
    if called(call) in EXECUTING and first is not None and is_text(first):
        yield call.lineno, f"executes the text {ast.unparse(first)}"


def filtered(call):
    """Flask-Admin's loaders put `filters` into the statement unbound."""
    named = {keyword.arg for keyword in call.keywords}
    if called(call).endswith("AjaxModelLoader") and "filters" in named:
        yield call.lineno, "a loader of Flask-Admin with filters"


def referred(assigned):
    """The same loaders, written as a dictionary of options."""
    names = {ast.unparse(target).split(".")[-1] for target in assigned.targets}
    if "form_ajax_refs" in names and "'filters'" in ast.unparse(assigned.value):
        yield assigned.lineno, "a loader of Flask-Admin with filters"


def driven(node):
    """Nobody but these files goes past SQLAlchemy to the driver."""
    if isinstance(node, ast.ImportFrom):
        if node.module in RAW_DRIVERS and "connect" in {a.name for a in node.names}:
            yield node.lineno, f"takes connections of {node.module}"
    elif node.attr == "connect" and ast.unparse(node.value) in RAW_DRIVERS:
        yield node.lineno, f"connects past SQLAlchemy by {ast.unparse(node.value)}"
    elif node.attr in {"cursor", "raw_connection", "driver_connection"}:
        yield node.lineno, f"goes past SQLAlchemy by .{node.attr}"


def called(call):
    return ast.unparse(call.func).split(".")[-1]


def first_argument(call):
    if call.args:
        return call.args[0]
    return call.keywords[0].value if call.keywords else None


def is_constant(node, constants):
    if isinstance(node, ast.Name):
        return node.id in constants
    return isinstance(node, ast.Constant)


def is_text(node):
    """Whether this is a text, or one put together by +, %, format, join or an f-string."""
    match node:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod(), right=right):
            return is_text(left) or is_text(right)
        case ast.Call(func=ast.Attribute(value=made, attr="format" | "join")):
            return is_text(made)
    return False


PLANTED = {
    "f-string in text": "from sqlalchemy import text\ntext(f'SELECT {name}')",
    "text by another name": "from sqlalchemy import text as t\nt('SELECT ' + name)",
    "text by its module": "import sqlalchemy as sa\nsa.text('SELECT %s' % name)",
    "text formatted": "from sqlalchemy import text\ntext('SELECT {}'.format(name))",
    "text of a variable": "from sqlalchemy import text\ntext(wanted)",
    "text of a computed name": ("from sqlalchemy import text\nSQL = make()\ntext(SQL)"),
    "text by keyword": "from sqlalchemy import text\ntext(text=f'SELECT {name}')",
    "literal column": "from sqlalchemy.sql import literal_column as c\nc(name)",
    "driver's SQL": "connection.exec_driver_sql(f'SELECT {name}')",
    "driver's SQL in a variable": "connection.exec_driver_sql(statement)",
    "text executed": "session.execute('SELECT 1')",
    "f-string executed": "session.scalars(f'SELECT {name}')",
    "sum executed": "cursor.execute('SELECT ' + name)",
    "sum that begins with a name": "cursor.execute(verb + ' FROM person')",
    "percent executed": "cursor.executemany('SELECT %s' % name, rows)",
    "format executed": "session.scalar('SELECT {}'.format(name))",
    "text prepared": "Prepared(f'SELECT {name}')",
    "join executed": "session.execute(' '.join(parts))",
    "filters of a loader": "QueryAjaxModelLoader('p', s, Person, filters=['a=1'])",
    "filters of a reference": "form_ajax_refs = {'p': {'filters': ['a = 1']}}",
    "driver": "import sqlite3\nsqlite3.connect(path)",
    "driver's connect": "from psycopg import connect",
    "cursor": "connection.cursor()",
    "raw connection": "engine.raw_connection()",
}

ALLOWED = {
    "constant": "from sqlalchemy import text\ntext('is_chief')",
    "named constant": "from sqlalchemy import text\nSQL = 'x = 1'\ntext(SQL)",
    "statement": "session.execute(select(Person).where(Person.id == key))",
    "statement in a variable": "session.scalars(statement)",
    "text of our own": "from seed.cells import text\ntext(length)",
    "column of a model": "column = getattr(model, name)\nfunc.lower(column)",
    "error of the driver": "import sqlite3\nknown = sqlite3.Error",
    "annotated constant": (
        "from sqlalchemy import text\nSQL: Final = 'x = 1'\ntext(SQL)"
    ),
}


def program():
    return [
        (str(path.relative_to(PROJECT)), path.read_text("utf-8"))
        for room in ROOMS
        for path in sorted((PROJECT / room).rglob("*.py"))
    ]


@pytest.mark.requirement("IN-12")
def test_program_makes_no_sql_of_text():
    files = program()

    broken = [
        f"{path}:{line}: {sentence}"
        for path, source in files
        for line, sentence in findings(path, source)
    ]

    assert {path.partition("/")[0] for path, _ in files} == set(ROOMS)
    assert broken == []


@pytest.mark.requirement("IN-12")
@pytest.mark.parametrize("case", PLANTED)
def test_planted_sql_is_found(case):
    found = list(findings("admin_app/operations/planted.py", PLANTED[case]))

    assert len(found) == 1


@pytest.mark.parametrize("case", ALLOWED)
def test_bound_sql_is_not_found(case):
    found = list(findings("admin_app/operations/right.py", ALLOWED[case]))

    assert found == []
