"""The rooms of docs/architecture.md: who may import whom, and what may stand where.

Each rule is shown twice: it finds a planted violation, and it finds none in the program.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pytest

from config.settings import PROJECT

ROOT = "admin_app"

# From the bottom to the top; a room imports only from lines above its own.
LAYERS = (
    ("dialects", "postgres", "replica"),
    ("database",),
    ("routed",),
    ("enums", "errors", "extensions"),
    ("prepared",),
    ("columns", "loading"),
    ("models",),
    ("permissions",),
    ("operations",),
    ("workflows", "reports"),
    ("forms", "web", "jobs"),
    ("views", "cli"),
    ("",),
)
HEIGHT = {room: height for height, rooms in enumerate(LAYERS) for room in rooms}

# `rules` may name models in annotations; `documents` knows nothing of the program.
RULES_MAY_IMPORT = {"enums", "errors", "rules"}
OPEN_TO_EVERYBODY = {"rules"}
OPEN_FROM_OPERATIONS = {"documents"}
WEB_LIBRARIES = {"flask", "flask_login", "flask_admin", "wtforms", "flask_babel"}
LOWEST_WEB_ROOM = HEIGHT["forms"]
# `db`, the login manager and their like are made here, whatever they are made of.
MAY_NAME_WEB_LIBRARIES = {"extensions"}
# `postgres` commits what has only read, where it would be rolled back.
MAY_COMMIT = {"views", "cli", "jobs", "web", "postgres", ""}
MAY_CHANGE_STATE = {"workflows"}
BASE_VIEW = "admin_app/views/admin/base/screen.py"
WORKFLOW_ATTRIBUTES = {"state", "step", "decider_id", "decider_unit_id"}
VAGUE_NAMES = {
    *("util", "utils", "common", "helper", "helpers", "misc", "base2"),
    *("manager", "managers", "service", "services", "handler", "handlers"),
}
FLASK_ADMIN_VIEWS = {"ModelView", "BaseModelView"}


@dataclass(eq=False)
class Source:
    """One file of the program, with the room that it stands in."""

    path: str
    text: str

    @property
    def module(self):
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def room(self):
        parts = self.module.split(".")
        return parts[1] if len(parts) > 1 else ""

    @cached_property
    def tree(self):
        return ast.parse(self.text)


@dataclass(frozen=True)
class Import:
    """One imported module, and whether only the type checker sees it."""

    module: str
    line: int
    typing_only: bool

    @property
    def room(self):
        parts = self.module.split(".")
        return (parts[1] if len(parts) > 1 else "") if parts[0] == ROOT else None

    @property
    def library(self):
        return self.module.split(".")[0]


def imports(source: Source) -> list[Import]:
    """Every import of the file, also those inside functions, made absolute."""
    typing_only = {
        id(inner)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    return [
        Import(module, node.lineno, id(node) in typing_only)
        for node in ast.walk(source.tree)
        for module in _imported(node, source)
    ]


def _imported(node: ast.AST, source: Source) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _absolute(node, source)
        if base == ROOT:
            # `from admin_app import workflows` imports the room, not the program.
            yield from (
                f"{ROOT}.{alias.name}" if alias.name != "create_app" else ROOT
                for alias in node.names
            )
        else:
            yield base


def _absolute(node: ast.ImportFrom, source: Source) -> str:
    if not node.level:
        return node.module or ""
    package = source.module.split(".")
    if not source.path.endswith("__init__.py"):
        package = package[:-1]
    package = package[: len(package) - (node.level - 1)]
    return ".".join([*package, *filter(None, [node.module])])


# --- the rules: each gives (line, sentence) for every violation ----------------------


def unknown_room(source):
    """A room that design does not name must get its place in LAYERS first."""
    if source.room not in {*HEIGHT, "rules", "documents"}:
        yield 1, f"the room {source.room} has no place in LAYERS"


def upward_import(source):
    """A room imports only rooms below it."""
    own = HEIGHT.get(source.room)
    for found in imports(source):
        other = HEIGHT.get(found.room)
        if own is None or other is None or found.room == source.room:
            continue
        if other > own:
            yield found.line, f"{source.room} imports {found.room}, which is above it"


def sideways_import(source):
    """Rooms on one line do not know each other, except those at the bottom and web."""
    allowed = {("forms", "web"), ("web", "forms"), ("jobs", "web"), ("cli", "views")}
    for found in imports(source):
        if found.room in {None, source.room} or source.room not in HEIGHT:
            continue
        same = HEIGHT.get(found.room) == HEIGHT[source.room]
        if same and HEIGHT[source.room] and (source.room, found.room) not in allowed:
            yield found.line, f"{source.room} imports {found.room} beside it"


def rules_import(source):
    """`rules` imports enums and errors only; models for typing."""
    if source.room != "rules":
        return
    for found in imports(source):
        typing = found.typing_only and found.room == "models"
        if found.room is not None and found.room not in RULES_MAY_IMPORT and not typing:
            yield found.line, f"rules imports {found.module}"
        if found.library == "sqlalchemy":
            yield found.line, "rules imports sqlalchemy: it decides without a database"


def documents_import(source):
    """`documents` imports none of ours."""
    if source.room != "documents":
        return
    for found in imports(source):
        if found.room not in {None, "documents"}:
            yield found.line, f"documents imports {found.module}"
        if found.library in {"config", "seed", "sqlalchemy"}:
            yield found.line, f"documents imports {found.module}"


def documents_below_operations(source):
    """Only operations and what is above them make documents."""
    height = HEIGHT.get(source.room, -1)
    for found in imports(source):
        below = height < HEIGHT["operations"] and source.room != "documents"
        if found.room in OPEN_FROM_OPERATIONS and below:
            yield found.line, f"{source.room} imports documents"


def web_library_below_forms(source):
    """Below forms nobody imports flask, flask_login, flask_admin or wtforms."""
    above = HEIGHT.get(source.room, -1) >= LOWEST_WEB_ROOM
    if above or source.room in MAY_NAME_WEB_LIBRARIES:
        return
    for found in imports(source):
        if found.library in WEB_LIBRARIES:
            yield found.line, f"{source.room} imports {found.library}"


def views_imported(source):
    """Nobody imports views; create_app wires them."""
    if source.room in {"views", ""}:
        return
    for found in imports(source):
        if found.room == "views":
            yield found.line, f"{source.room} imports {found.module}"


def state_assigned(source):
    """No line outside workflows assigns a state, a step or a decider."""
    if source.room in MAY_CHANGE_STATE:
        return
    for node in ast.walk(source.tree):
        for target in _targets(node):
            named = isinstance(target, ast.Attribute)
            if named and target.attr in WORKFLOW_ATTRIBUTES and not _is_self(target):
                yield node.lineno, f"assigns .{target.attr} outside workflows"
        if _sets_attribute(node):
            yield node.lineno, "sets a state by setattr outside workflows"


def _targets(node):
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from target.elts if isinstance(target, ast.Tuple) else [target]
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        yield node.target


def _is_self(target):
    return isinstance(target.value, ast.Name) and target.value.id == "self"


def _sets_attribute(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "setattr"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
        and node.args[1].value in WORKFLOW_ATTRIBUTES
    )


def bare_model_view(source):
    """Nobody but the base view subclasses Flask-Admin's ModelView."""
    if source.path == BASE_VIEW:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            for base in node.bases:
                if ast.unparse(base).split(".")[-1] in FLASK_ADMIN_VIEWS:
                    yield node.lineno, f"{node.name} is a bare ModelView"


def commit_below_views(source):
    """Nothing below views, jobs and cli ends a transaction."""
    if source.room in MAY_COMMIT:
        return
    for node in ast.walk(source.tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr == "commit":
            yield node.lineno, f"{source.room} commits"


def legacy_query(source):
    """Queries are `select` statements: no Model.query, no session.query."""
    if source.path == BASE_VIEW:
        return  # Flask-Admin's own get_query promises a Query
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Attribute) and node.attr == "query"):
            continue
        owner = ast.unparse(node.value)
        if re.fullmatch(r"(\w+\.)*[A-Z]\w*|(\w+\.)*session", owner):
            yield node.lineno, f"{owner}.query instead of select"


def vague_name(source):
    """A file answers one question, and its name is the question."""
    for part in source.module.split("."):
        if part in VAGUE_NAMES:
            yield 1, f"the name {part} is no question"


def unescaped_markup(source):
    """Markup is made from constants only; values go in by `.format` or a template."""
    for node in ast.walk(source.tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        called = ast.unparse(node.func).split(".")[-1]
        if called == "Markup" and not isinstance(node.args[0], ast.Constant):
            yield node.lineno, "Markup() of something that is not a constant"


RULES = (
    unknown_room,
    upward_import,
    sideways_import,
    rules_import,
    documents_import,
    documents_below_operations,
    web_library_below_forms,
    views_imported,
    state_assigned,
    bare_model_view,
    commit_below_views,
    legacy_query,
    vague_name,
    unescaped_markup,
)

PLANTED = {
    "unknown_room": ("admin_app/billing/x.py", "import json"),
    "upward_import": ("admin_app/models.py", "from admin_app.operations import x"),
    "upward_import, relative": ("admin_app/models.py", "from .operations import x"),
    "upward_import, by room": (
        "admin_app/operations/credit.py",
        "from admin_app import workflows",
    ),
    "upward_import, in a function": (
        "admin_app/permissions.py",
        "def f():\n    import admin_app.operations.credit",
    ),
    "upward_import, create_app": (
        "admin_app/cli.py",
        "from admin_app import create_app",
    ),
    "sideways_import": ("admin_app/reports/x.py", "import admin_app.workflows"),
    "rules_import": ("admin_app/rules/x.py", "from admin_app.columns import y"),
    "rules_import, models at run time": (
        "admin_app/rules/x.py",
        "from admin_app.models import Person",
    ),
    "rules_import, database": ("admin_app/rules/x.py", "from sqlalchemy import x"),
    "documents_import": ("admin_app/documents/x.py", "from admin_app.enums import S"),
    "documents_import, settings": (
        "admin_app/documents/x.py",
        "from config.settings import Settings",
    ),
    "documents_below_operations": (
        "admin_app/models.py",
        "from admin_app.documents import qr",
    ),
    "web_library_below_forms": ("admin_app/workflows.py", "from flask import g"),
    "web_library_below_forms, rules": ("admin_app/rules/x.py", "import wtforms"),
    "web_library_below_forms, documents": (
        "admin_app/documents/x.py",
        "import flask_login",
    ),
    "views_imported": ("admin_app/web/x.py", "from admin_app.views import portal"),
    "state_assigned": ("admin_app/operations/x.py", "row.state = State.APPROVED"),
    "state_assigned, pair": ("admin_app/views/x.py", "row.step, b = 1, 2"),
    "state_assigned, increment": ("admin_app/views/x.py", "row.step += 1"),
    "state_assigned, setattr": ("admin_app/web/x.py", "setattr(row, 'state', 1)"),
    "bare_model_view": (
        "admin_app/views/admin/people.py",
        "class People(sqla.ModelView):\n    pass",
    ),
    "commit_below_views": ("admin_app/operations/x.py", "session.commit()"),
    "legacy_query": ("admin_app/views/x.py", "Person.query.all()"),
    "legacy_query, session": ("admin_app/views/x.py", "db.session.query(Person)"),
    "vague_name": ("admin_app/web/helpers.py", "import json"),
    "unescaped_markup": ("admin_app/views/x.py", "Markup(f'<b>{name}</b>')"),
    "unescaped_markup, joined": ("admin_app/views/x.py", "Markup('<b>' + name)"),
}

ALLOWED = {
    "rules names a model for typing": (
        "admin_app/rules/x.py",
        "if TYPE_CHECKING:\n    from admin_app.models import Person",
    ),
    "rules stand beside each other": (
        "admin_app/rules/x.py",
        "from admin_app.rules import hours\nfrom admin_app.enums import State",
    ),
    "everybody asks rules": (
        "admin_app/columns.py",
        "from admin_app.rules.identity import is_valid",
    ),
    "workflows changes a state": ("admin_app/workflows.py", "record.state = after"),
    "a comparison is no change": ("admin_app/views/x.py", "ok = record.state == 1"),
    "a view commits": ("admin_app/views/x.py", "db.session.commit()"),
    "the base view": (
        BASE_VIEW,
        "class ScopedView(ModelView):\n    pass",
    ),
    "the program wires": ("admin_app/__init__.py", "from admin_app import cli, views"),
    "request.query_string": ("admin_app/web/x.py", "q = request.query"),
    "Markup of a constant": ("admin_app/views/x.py", "Markup('<b>{}</b>').format(n)"),
}


def program():
    """Every file of the program."""
    return [
        Source(str(path.relative_to(PROJECT)), path.read_text("utf-8"))
        for path in sorted((PROJECT / ROOT).rglob("*.py"))
    ]


def names_of_rules(source):
    return {rule.__name__ for rule in RULES if list(rule(source))}


SHOWS = {"unescaped_markup": "IN-11", "state_assigned": "WF-01"}


def named(rule):
    shown = SHOWS.get(rule.__name__)
    marks = [pytest.mark.requirement(shown)] if shown else []
    return pytest.param(rule, id=rule.__name__, marks=marks)


@pytest.mark.parametrize("rule", [named(rule) for rule in RULES])
def test_program_keeps(rule):
    sources = program()

    broken = [
        f"{source.path}:{line}: {sentence}"
        for source in sources
        for line, sentence in rule(source)
    ]

    assert len(sources) > 1
    assert broken == []


@pytest.mark.parametrize("case", PLANTED)
def test_planted_violation_is_found(case):
    source = Source(*PLANTED[case])

    found = names_of_rules(source)

    assert case.partition(",")[0] in found


def test_every_rule_has_a_planted_violation():
    planted = {case.partition(",")[0] for case in PLANTED}

    assert planted == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize("case", ALLOWED)
def test_allowed_line_is_not_found(case):
    source = Source(*ALLOWED[case])

    found = names_of_rules(source)

    assert found == set()


# --- templates -----------------------------------------------------------------------

# What a strict Content-Security-Policy or the translator would stumble over.
TEMPLATE_RULES = {
    "unescaped value": re.compile(r"\|\s*safe\b|autoescape\s+false"),
    "inline handler": re.compile(r"<[^>{%]*\son[a-z]+\s*=", re.IGNORECASE),
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "script address": re.compile(
        r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE
    ),
    "state or role decides": re.compile(r"{%-?\s*if\s[^%]*(?:\.state\s*==|has_role)"),
}

PLANTED_TEMPLATES = {
    "unescaped value": "{{ notice.text|safe }}",
    "inline handler": '<button type="button" onclick="go()">',
    "inline style": '<td style="width: 3em">',
    "script address": '<a href="javascript:go()">',
    "state or role decides": "{% if record.state == 'pending' %}",
}


def violations(text):
    plain = re.sub(r"{#.*?#}", "", text, flags=re.DOTALL)
    return {name for name, rule in TEMPLATE_RULES.items() if rule.search(plain)}


@pytest.mark.requirement("IN-11")
def test_templates_keep_the_rules():
    templates = sorted((PROJECT / ROOT / "templates").rglob("*.html"))

    broken = {
        str(path.relative_to(PROJECT)): found
        for path in templates
        if (found := violations(path.read_text("utf-8")))
    }

    assert broken == {}


@pytest.mark.parametrize("case", PLANTED_TEMPLATES)
def test_planted_template_violation_is_found(case):
    text = f"<main>{PLANTED_TEMPLATES[case]}</main>"

    found = violations(text)

    assert found == {case}


def test_files_of_the_program_are_found():
    paths = {source.path for source in program()}

    assert {"admin_app/__init__.py", "admin_app/models.py"} <= paths
