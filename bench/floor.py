"""The least that a list page could cost: raw driver, best statement, small template."""

import itertools
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from flask import Flask
from jinja2 import Environment
from sqlalchemy import make_url

from admin_app.extensions import db

PAGE = Environment(autoescape=True).from_string(
    "<!doctype html><title>学时学分申报</title><h1>学时学分申报</h1><table>"
    "{% for row in rows %}<tr><td><input type=checkbox value={{ row[0] }}></td>"
    "{% for value in row[1:] %}<td>{{ value }}</td>{% endfor %}"
    "<td><a href='/details/?id={{ row[0] }}'>查看</a></td></tr>{% endfor %}"
    "</table><a href='?after={{ rows[-1][0] if rows }}'>下一页</a>"
)
WALK = "SELECT id, submitted_at FROM declaration WHERE state = 'approved' {edge} {test}"
ORDER = "ORDER BY submitted_at DESC, id DESC LIMIT 20"
BELOW = "path >= :low AND path < :high"
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
WHERE p.name >= :low_name AND p.name < :high_name {test} ORDER BY p.id DESC LIMIT 20
"""
INBOX = """
SELECT d.id, p.name, d.title, f.name, d.year, d.claimed, d.source, d.state, u.name,
       d.submitted_at
FROM declaration d JOIN person p ON p.id = d.person_id
JOIN learning_form_version v ON v.id = d.form_version_id
JOIN learning_form f ON f.id = v.form_id
JOIN unit u ON u.id = d.decider_id
WHERE d.id IN (SELECT id FROM declaration
               WHERE decider_id = :decider AND state = 'pending'
               ORDER BY id DESC LIMIT 20)
ORDER BY d.id DESC
"""


class Floor:
    """One raw connection, and the pages that are made from it."""

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            url = make_url(db.engine.url)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._sqlite = sqlite3.connect(str(url.database), check_same_thread=False)
        else:
            text = url.set(drivername="postgresql").render_as_string(
                hide_password=False
            )
            self._postgres = psycopg.connect(text, autocommit=True)

    def rows(self, statement: str, **values: Any) -> list[Sequence[Any]]:
        """Run a statement with `:name` marks."""
        if self.is_sqlite:
            return self._sqlite.execute(statement, values).fetchall()
        for name in values:
            statement = statement.replace(f":{name}", f"%({name})s")
        return self._postgres.execute(statement, values).fetchall()

    def shapes(self, path: str | None) -> dict[str, str]:
        """Return the statements that find the same first page below a path."""
        if path is None:
            return {"walk": WALK.format(test="", edge="{edge}") + ORDER}
        unit = "SELECT id FROM unit WHERE " + BELOW
        own = "(SELECT path FROM unit WHERE unit.id = unit_id)"
        walk = f"AND {own} >= :low AND {own} < :high "
        if self.is_sqlite:
            hashed = f"AND +unit_id IN ({unit}) "
            gather = (
                "SELECT d.id, d.submitted_at FROM unit CROSS JOIN declaration d"
                f" WHERE {BELOW} AND d.id IN (SELECT id FROM declaration x"
                " WHERE x.unit_id = unit.id AND x.state = 'approved' {edge}"
                f" {ORDER}) ORDER BY d.submitted_at DESC, d.id DESC LIMIT 20"
            )
        else:
            hashed = f"AND (unit_id IN ({unit})) IS TRUE "
            gather = (
                "SELECT d.id, d.submitted_at FROM unit CROSS JOIN LATERAL"
                " (SELECT id, submitted_at FROM declaration WHERE unit_id = unit.id"
                " AND state = 'approved' {edge}"
                f" {ORDER}) d WHERE {BELOW} {ORDER}"
            )
        return {
            "walk": WALK.format(test=walk, edge="{edge}") + ORDER,
            "hashed": WALK.format(test=hashed, edge="{edge}") + ORDER,
            "gather": gather,
        }

    def declarations(self, statement: str, **values: Any) -> bytes:
        """Draw the page whose ids a statement of `shapes` finds: two statements."""
        edge = EDGE if "at" in values else ""
        found = self.rows(statement.replace("{edge}", edge), **values)
        ids = ",".join(str(row[0]) for row in found) or "0"
        return self.page(NAMES.format(ids=ids))

    def page(self, statement: str, **values: Any) -> bytes:
        """Draw the rows of one statement."""
        return PAGE.render(rows=self.rows(statement, **values)).encode()


def as_wsgi(draw: Any) -> Any:
    """Return a program that answers with the page."""

    def application(_environ: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        body = draw()
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return iter(itertools.repeat(body, 1))

    return application
