"""Does any list, look-up or report read a large table as a whole?

Every page that can be asked for is asked for, by viewers of every height: each tab, sort
and filter of each list, each look-up, and every other page without a number in its
address. What each statement then costs is read from its plan: PostgreSQL tells how many
rows it touched, SQLite how many steps it took.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import event, func, make_url, select
from werkzeug.test import Client

from admin_app import models as m
from admin_app.enums import IdentityKind
from admin_app.extensions import db
from admin_app.operations.identities import Identity
from admin_app.postgres import SAME_PLAN
from admin_app.views.admin.base import EntityView
from admin_app.views.admin.filters import (
    ChoiceFilter,
    DateFilter,
    Filter,
    LookupFilter,
    NumberFilter,
)
from admin_app.views.admin.narrowed import LOOKED_THROUGH
from bench.pages import NAME, sign_in, viewer_actor, viewers
from bench.run import address_of

FIXED = frozenset(
    {
        *("region", "region_prefix", "industry", "unit_nature", "unit_level"),
        *("ethnic_group", "political_status", "education_level", "degree", "major"),
        *("title", "role", "role_permission", "closed_module", "learning_form"),
        *("learning_form_version", "learning_form_field", "learning_form_proof"),
        *("annual_requirement", "public_course", "approval_chain", "profile_field"),
        *("certificate_template", "message_rule", "notice"),
    }
)
"""Tables that do not grow with the province: they may be read as a whole."""
MOST_ROWS = LOOKED_THROUGH + 2_000
"""A narrowed list looks through so many rows; more than that is a scope or a table."""
WHOLE = "reads all of"
MOST_STEPS = 3_000_000
"""SQLite takes some fifty steps for a row that it reads, tests and counts."""
GIVE_UP = 100
"""So many times as many steps are not waited for."""
SCAN = re.compile(r"^SCAN (\w+)(?! USING)(?: AS (\w+))?")
TABLE = re.compile(r"\b(?:FROM|JOIN|,)\s+\"?(\w+)\"?\s+AS\s+\"?(\w+)\"?", re.IGNORECASE)
PAGE = re.compile("(CO-ROUTINE|MATERIALIZE) page$")
NAMED = re.compile(r"%\((\w+)\)s")
IGNORED = ("static", "export", "captcha")


@dataclass(frozen=True)
class Asked:
    """A statement as it was sent, and for which page."""

    page: str
    statement: str
    values: Any
    is_kept: bool = False
    """Whether PostgreSQL may keep a plan of it that is made for no values at all."""


@dataclass
class Explainer:
    """Judges statements of one database, each once."""

    judge: Callable[[Asked], list[str]]
    seen: set[str] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=dict)

    def look_at(self, asked: Asked) -> None:
        """Note what is wrong with a statement under its words and the fault."""
        key = f"{asked.statement}{asked.values!r}"
        if key in self.seen:
            return
        self.seen.add(key)
        for fault in self.judge(asked):
            words = " ".join(asked.statement.split())
            self.faults.setdefault(f"{fault}\n    {words[:1500]}", []).append(
                asked.page
            )


def check(app: Flask, say: Callable[[str], None]) -> int:
    """Ask for everything, print every fault, and return how many there are."""
    url = address_of(app)
    with judging(url) as judge:
        explainer, pages = Explainer(judge), 0
        for page, statements in _visits(app):
            pages += 1
            for asked in statements:
                explainer.look_at(Asked(page, *asked))
    for fault, where in sorted(explainer.faults.items()):
        say(f"{where[0]} (and {len(where) - 1} more): {fault}")
    say(
        f"{pages} pages, {len(explainer.seen)} statements,"
        f" {len(explainer.faults)} faults"
    )
    return len(explainer.faults)


# --- Asking -----------------------------------------------------------------------


def _visits(app: Flask) -> Iterator[tuple[str, list[tuple[str, Any, bool]]]]:
    """Give each page with the statements that it took."""
    cookies, samples = _cookies(app), _samples(app)
    seen: list[tuple[str, Any, bool]] = []

    def note(_connection, _cursor, statement, values, context, _many):
        if statement.lstrip().startswith(("SELECT", "WITH")):
            is_kept = SAME_PLAN.items() <= context.execution_options.items()
            seen.append((statement, values, is_kept))

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
    client = Client(app, use_cookies=False)
    for path in [*_plain_pages(app), *list_pages(app, samples)]:
        for who, cookie in cookies.items():
            seen.clear()
            headers = {"Cookie": cookie, "Host": "localhost"}
            answer = client.get(path, headers=headers)
            status = answer.status_code
            answer.close()
            if status >= 500:
                raise RuntimeError(f"{path}: {answer.status}")
            if status == 200:
                yield f"{path} as {who}", list(seen)


def _cookies(app: Flask) -> dict[str, str]:
    """Sign in the viewers of each height, a superuser and a professional."""
    found = {scope: viewer.cookie for scope, viewer in viewers(app).items()}
    with app.app_context(), db.engine.begin() as connection:
        account_id = connection.scalar(
            select(m.Account.id).where(m.Account.is_superuser).limit(1)
        )
        everything = Identity(IdentityKind.superuser)
        found["superuser"] = sign_in(app, connection, account_id, everything)
        own = Identity(IdentityKind.individual)
        found["individual"] = sign_in(app, connection, 1, own)
    return found


def _samples(app: Flask) -> dict[Any, int]:
    """Return a key of each model that a filter may name, a common one."""
    with app.app_context():
        found = {
            mapper.class_: db.session.scalar(select(func.min(mapper.class_.id)))
            for mapper in m.Unit.registry.mappers
            if hasattr(mapper.class_, "id")
        }
        found[m.Unit] = viewer_actor(db.session(), "unit").unit_id
        db.session.remove()
    return found


def _plain_pages(app: Flask) -> Iterator[str]:
    """Return every address that needs no number: home, queues, boards, reports."""
    for rule in app.url_map.iter_rules():
        is_read = "GET" in (rule.methods or ()) and not rule.arguments
        if is_read and not any(word in rule.rule for word in IGNORED):
            yield rule.rule


def list_pages(app: Flask, samples: Mapping[Any, int]) -> Iterator[str]:
    """Return each list in each of its ways, its look-ups, and one of its records."""
    for view in app.extensions["admin"][0]._views:  # noqa: SLF001 - it has no other list
        if isinstance(view, EntityView):
            address = f"/admin/{view.endpoint_name().replace('_', '-')}/"
            for words in _words(view, samples):
                yield f"{address}?{urlencode(words)}"
            for name in view.looked_up():
                yield f"{address}ajax/lookup/?{urlencode({'name': name, 'q': '王'})}"
            if key := samples.get(view.entity_model):
                yield f"{address}details/?id={key}"


def _words(view: EntityView, samples: Mapping[Any, int]) -> Iterator[dict[str, str]]:
    """Return each way in which a list can be asked for."""
    own: list[dict[str, str]] = [{"tab": tab.name} for tab in view.tabs] or [{}]
    sorts = [
        f"{mark}{name}" for name in view.column_sortable_list for mark in ("", "-")
    ]
    narrowed = [
        words for used in view.used_filters for words in _narrowed(used, samples)
    ]
    if view.searched:
        narrowed += [{"search": NAME[0]}, {"search": "410"}]
    if view.finds_person:
        narrowed.append({"person": "1"})
    for tab in own:
        for words in narrowed:
            yield tab | words
        for sort in sorts:
            yield tab | {"sort": sort}


def _narrowed(used: Filter, samples: Mapping[Any, int]) -> Iterator[dict[str, str]]:
    if isinstance(used, ChoiceFilter):
        yield from ({used.name: word} for word in used.words)
    elif isinstance(used, LookupFilter):
        if key := samples.get(used.target):
            yield {used.name: str(key)}
    elif isinstance(used, DateFilter):
        first, last = used.parameters
        yield {first: "2023-06-01", last: "2023-06-30"}
    elif isinstance(used, NumberFilter):
        yield {used.name: "2025"}
    else:
        yield {used.name: NAME[0]}


# --- Judging ----------------------------------------------------------------------


@contextmanager
def judging(url: str) -> Iterator[Callable[[Asked], list[str]]]:
    """Give what tells what is wrong with a statement in the database at this address."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        connection = sqlite3.connect(str(address.database))
        connection.execute("PRAGMA query_only=ON")
        yield lambda asked: _judge_sqlite(connection, asked)
        connection.close()
        return
    text = address.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(text, autocommit=True) as server:
        server.execute("SET statement_timeout = '60s'")
        server.execute("SET jit = off")
        yield lambda asked: _judge_postgresql(server, asked)


def _finding(plan: Sequence[tuple[int, int, int, str]]) -> list[str]:
    """Return the steps of a plan; of a list's page those that find its rows.

    What is read with them may be sorted: they are few.
    """
    inside = {number for number, _parent, _, told in plan if PAGE.match(told)}
    if not inside:
        return [told for *_numbers, told in plan]
    found = []
    for number, parent, _, told in plan:
        if parent in inside:
            inside.add(number)
            found.append(told)
    return found


def _judge_sqlite(connection: sqlite3.Connection, asked: Asked) -> list[str]:
    explain = f"EXPLAIN QUERY PLAN {asked.statement}"
    plan = _finding(connection.execute(explain, asked.values).fetchall())
    thousands = 0

    def count() -> bool:
        nonlocal thousands
        thousands += 1
        return thousands * 1000 > MOST_STEPS * GIVE_UP

    connection.set_progress_handler(count, 1000)
    try:
        connection.execute(asked.statement, asked.values).fetchall()
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            raise
    finally:
        connection.set_progress_handler(None, 0)
    aliases = {alias: table for table, alias in TABLE.findall(asked.statement)}
    scanned = {
        aliases.get(found[1], found[1])
        for line in plan
        if (found := SCAN.match(line)) and " USING " not in line
    }
    tables = set(m.Unit.metadata.tables) - FIXED
    faults = []
    if thousands * 1000 > MOST_STEPS:
        told = ", ".join(sorted(scanned & tables)) or "by an index, or in a loop"
        faults.append(f"{thousands / 1000:.1f} million steps ({told})")
    elif is_sorted := any("FOR ORDER BY" in line for line in plan):
        # Also where a table is empty yet: every row would be read and sorted.
        sorted_tables = sorted(scanned & tables) if is_sorted else []
        faults += [f"reads and sorts all of {table}" for table in sorted_tables]
    return faults


def _judge_postgresql(server: psycopg.Connection, asked: Asked) -> list[str]:
    faults = _faults_of(server, asked.statement, asked.values)
    if asked.is_kept and asked.values:
        with _prepared(server, asked) as kept:
            faults += [f"{fault} (kept plan)" for fault in _faults_of(server, kept)]
    return faults


@contextmanager
def _prepared(server: psycopg.Connection, asked: Asked) -> Iterator[str]:
    """Give what runs a statement by the plan that is made for whatever values."""
    names = list(dict.fromkeys(NAMED.findall(asked.statement)))
    numbered = NAMED.sub(lambda n: f"${names.index(n[1]) + 1}", asked.statement)
    server.execute(f"PREPARE kept AS {numbered.replace('%%', '%')}")
    server.execute("SET plan_cache_mode = force_generic_plan")
    values = [sql.Literal(asked.values[name]) for name in names]
    given = sql.SQL(", ").join(values).as_string(server)
    yield f"EXECUTE kept ({given})"
    server.execute("RESET plan_cache_mode")
    server.execute("DEALLOCATE kept")


def _faults_of(
    server: psycopg.Connection, statement: str, values: Any = None
) -> list[str]:
    faults = _told(server, statement, values)
    if any(fault.startswith(WHOLE) for fault in faults):
        # A fair choice while the table is small, if an index would serve as well.
        server.execute("SET enable_seqscan = off")
        faults = _told(server, statement, values)
        server.execute("SET enable_seqscan = on")
    return faults


def _told(server: psycopg.Connection, statement: str, values: Any) -> list[str]:
    try:
        [(found,)] = server.execute(
            f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", values or None
        ).fetchall()
    except psycopg.errors.QueryCanceled:
        return ["takes more than a minute"]
    plan = json.loads(found) if isinstance(found, str) else found
    return sorted(set(_faults(plan[0]["Plan"])))


def _faults(node: Mapping[str, Any]) -> Iterator[str]:
    """Return what is wrong with a node of a plan and with those below it."""
    loops = node.get("Actual Loops", 1)
    removed = node.get("Rows Removed by Filter", 0)
    rows = (node.get("Actual Rows", 0) + removed) * loops
    below = node.get("Plans", [])
    kind, table = node["Node Type"], node.get("Relation Name", "")
    if table not in FIXED and rows > MOST_ROWS:
        if kind == "Seq Scan":
            yield f"{WHOLE} {table}: {rows:.0f} rows"
        elif table:
            yield f"reads {rows:.0f} rows of {table} by an index"
    if kind == "Sort" and below:
        taken = below[0].get("Actual Rows", 0) * below[0].get("Actual Loops", 1)
        if taken > MOST_ROWS:
            yield f"sorts {taken:.0f} rows"
    if kind == "Nested Loop" and len(below) == 2:
        times = below[1].get("Actual Loops", 1)
        if times > MOST_ROWS:
            yield f"loops {times:.0f} times"
    for each in below:
        yield from _faults(each)
