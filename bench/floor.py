"""The least that a page could cost: raw driver, best statement, small template.

Without sign-in, rights, menu, counts and translation. `gunicorn bench.floor:application`
draws what `BENCH_CASES` says over the database `BENCH_URL`.
"""

import itertools
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from jinja2 import Environment
from sqlalchemy import make_url

from bench.counting import counted

PAGE = Environment(autoescape=True).from_string(
    "<!doctype html><title>学时学分申报</title><h1>学时学分申报</h1><table>"
    "{% for row in rows %}<tr><td><input type=checkbox value={{ row[0] }}></td>"
    "{% for value in row[1:] %}<td>{{ value }}</td>{% endfor %}"
    "<td><a href='/details/?id={{ row[0] }}'>查看</a></td></tr>{% endfor %}"
    "</table><a href='?after={{ rows[-1][0] if rows }}'>下一页</a>"
)
BELOW = "path >= :low AND path < :high"
UNITS = f"SELECT id FROM unit WHERE {BELOW}"
WALK = "SELECT id, submitted_at FROM declaration WHERE state = :state {edge} {test} "
ORDER = "ORDER BY submitted_at DESC, id DESC LIMIT :size"
EDGE = "AND (submitted_at, id) < (:at, :id)"
NAMES = """
SELECT d.id, p.name, d.title, f.name, d.year, d.claimed, d.source, d.state, u.name,
       d.submitted_at
FROM declaration d JOIN person p ON p.id = d.person_id
JOIN learning_form_version v ON v.id = d.form_version_id
JOIN learning_form f ON f.id = v.form_id
LEFT JOIN unit u ON u.id = d.decider_id
WHERE d.id IN ({ids}) ORDER BY d.submitted_at DESC, d.id DESC
"""
PEOPLE = """
SELECT p.id, p.name, p.id_number, u.name, p.sex FROM person p
LEFT JOIN unit u ON u.id = p.unit_id
WHERE {found} {test} ORDER BY p.name, p.id LIMIT 20
"""
BY_NAME = "p.name >= :low_name AND p.name < :high_name"
BY_NUMBER = "p.id_number = :number"
INBOX = """
SELECT id, submitted_at FROM declaration
WHERE decider_id = :decider AND state = 'pending'
ORDER BY submitted_at DESC, id DESC LIMIT 20
"""
HISTORY = """
SELECT e.id, e.action, e.to_state, e.at, u.name FROM workflow_event e
LEFT JOIN unit u ON u.id = e.unit_id
WHERE e.kind = 'declaration' AND e.record_id = {id} ORDER BY e.id
"""
WAITING = """
SELECT count(*) FROM (SELECT 1 FROM declaration
WHERE decider_id = :decider AND state = 'pending' LIMIT 1000) waiting
"""


class Floor:
    """One raw connection, and the pages that are made from it."""

    def __init__(self, address: str) -> None:
        url = make_url(address)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._sqlite = sqlite3.connect(str(url.database), check_same_thread=False)
            self._sqlite.execute("PRAGMA query_only=ON")
        else:
            text = url.set(drivername="postgresql").render_as_string(
                hide_password=False
            )
            self._postgres = psycopg.connect(text, autocommit=True)

    def rows(self, statement: str, **values: Any) -> list[Sequence[Any]]:
        """Run a statement with `:name` marks."""
        if self.is_sqlite:
            return self._sqlite.execute(statement, values).fetchall()
        for name in sorted(values, key=len, reverse=True):
            statement = statement.replace(f":{name}", f"%({name})s")
        return self._postgres.execute(statement, values).fetchall()

    def shapes(self, path: str | None) -> dict[str, str]:
        """Return the statements that find the same first page below a path."""
        if path is None:
            return {"walk": WALK.format(test="", edge="{edge}") + ORDER}
        own = "(SELECT path FROM unit WHERE unit.id = unit_id)"
        walk = f"AND {own} >= :low AND {own} < :high "
        if self.is_sqlite:
            hashed = f"AND +unit_id IN ({UNITS}) "
            gather = (
                "SELECT d.id, d.submitted_at FROM unit CROSS JOIN declaration d"
                f" WHERE {BELOW} AND d.id IN (SELECT id FROM declaration x"
                " WHERE x.unit_id = unit.id AND x.state = :state {edge}"
                f" {ORDER}) ORDER BY d.submitted_at DESC, d.id DESC LIMIT :size"
            )
        else:
            hashed = f"AND (unit_id IN ({UNITS})) IS TRUE "
            gather = (
                "SELECT d.id, d.submitted_at FROM unit CROSS JOIN LATERAL"
                " (SELECT id, submitted_at FROM declaration WHERE unit_id = unit.id"
                " AND state = :state {edge}"
                f" {ORDER}) d WHERE {BELOW} {ORDER}"
            )
        return {
            "walk": WALK.format(test=walk, edge="{edge}") + ORDER,
            "hashed": WALK.format(test=hashed, edge="{edge}") + ORDER,
            "gather": gather,
        }

    def draw(self, case: Mapping[str, Any]) -> bytes:
        """Draw a page: one statement, or one for the keys and one for these rows."""
        found = self.rows(case["first"], **case["values"])
        if then := case.get("then"):
            ids = ",".join(str(row[0]) for row in found) or "0"
            found = self.rows(then.replace("{ids}", ids))
        return PAGE.render(rows=found).encode()


def as_wsgi(draw: Any) -> Any:
    """Return a program that answers with the page whose number the address is."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        body = draw(environ["PATH_INFO"].strip("/"))
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return iter(itertools.repeat(body, 1))

    return application


def serve() -> Any:
    """Return the program for gunicorn; each worker process has its own connection."""
    cases = json.loads(Path(os.environ["BENCH_CASES"]).read_text())
    opened: list[Floor] = []

    def draw(key: str) -> bytes:
        if not opened:
            opened.append(Floor(os.environ["BENCH_URL"]))
        return opened[0].draw(cases[key])

    return counted(as_wsgi(draw))
