"""A row of every table at two schools, and the addresses that lead to all of them."""

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Enum, String, UniqueConstraint, inspect, update

from admin_app import models as m
from admin_app.columns import EncryptedText, Sorted
from admin_app.extensions import Model
from admin_app.web.csrf import SAFE_METHODS
from tests.views.admin.rows import ROWS, add

NOW = datetime(2025, 11, 18, tzinfo=UTC)
PARTS = ("teacher", "chief", "reviewer", "bureau_chief", "base_chief", "superuser")
APPEND_ONLY = frozenset({"audit_entry", "workflow_event", "credit_entry"})
MADE_BY_THE_PROGRAM = frozenset(
    {
        *(
            "code",
            "key",
            "path",
            "mac",
            "previous_mac",
            "sha256",
            "token",
            "token_hash",
        ),
        *("password_hash", "permission", "media_type", "data", "answer", "answers"),
        "activation_hash",
        *("request_id", "session_hash", "result_key", "failed_rows_key", "token"),
        *("address_key", "registration_code", "number", "version_num"),
    }
)
"""Text that nobody types."""


def furnish(session, cast):
    """Add a row of each model at the school and at the other one; ids by model."""
    ids = {
        model: [
            add(session, model, cast.school, cast.teacher).id,
            add(session, model, cast.other_school, cast.stranger).id,
        ]
        for model in ROWS
        if "id" in inspect(model).columns
    }
    # These have no contents to print.
    session.execute(update(m.Certificate).values(revoked_at=NOW))
    session.commit()
    return ids


def typed_columns(table):
    """The columns of a table whose text somebody types."""
    unique = {
        column.name
        for constraint in (*table.constraints, *table.indexes)
        if isinstance(constraint, UniqueConstraint)
        or getattr(constraint, "unique", False)
        for column in constraint.columns
    }
    return [
        column
        for column in table.columns
        if isinstance(column.type, String | Sorted)
        and not isinstance(column.type, Enum | EncryptedText)
        and column.name not in MADE_BY_THE_PROGRAM | unique
        and not column.unique
        and not column.foreign_keys
    ]


def every_table():
    return Model.metadata.sorted_tables


@dataclass(frozen=True)
class Door:
    """One rule of the program with one of its methods."""

    rule: str
    endpoint: str
    method: str

    def paths(self, screens, ids):
        """Addresses of this door that lead to rows which exist."""
        screen = screens.get(self.endpoint.partition(".")[0])
        rows = ids.get(screen.entity_model, [1]) if screen else sorted_ids(ids)
        for row in rows:
            path = re.sub(r"<int:year>", "2025", self.rule)
            path = re.sub(r"<any\((\w+).*?\):\w+>", r"\1", path)
            path = re.sub(r"<int:\w+>", str(row), path)
            path = path.replace("<user_type>", "individual")
            path = path.replace("<export_type>", "csv")
            path = re.sub(r"<path:\w+>|<\w+>", "x", path)
            yield path + (f"?id={row}" if screen else "")


def sorted_ids(ids):
    return sorted({row for rows in ids.values() for row in rows})[:4]


def doors(app):
    """Every rule with each of its methods."""
    return [
        Door(rule.rule, rule.endpoint, method)
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
        if not rule.build_only
    ]


def screens_of(app):
    return {screen.endpoint: screen for screen in app.extensions["admin_screens"]}


def pages(app, ids):
    """Every address that is only read."""
    found = []
    for door in doors(app):
        if door.method in SAFE_METHODS:
            found += door.paths(screens_of(app), ids)
    return list(dict.fromkeys(found))


def exports(app):
    """Every address that gives a list as a file."""
    screens = app.extensions["admin_screens"]
    return [f"{screen.url}/export/csv/" for screen in screens]


NASTY = (
    *("", " ", "0", "-1", "1", "2", "9" * 9, "9" * 19, "9" * 40, "1.5", "1e9", "٣"),
    *("NaN", "true", "null", "[]", '{"a":1}', "a\r\nb", "'", '"', "\\", "%", "%s"),
    *("' OR 1=1 --", "{{7*7}}", "${7*7}", "<script>alert(1)</script>", "../../etc"),
    *("９９", "\u202eabc", "a\u200bb", "\U0001f600", "﷽" * 40, "x" * 300, "河" * 5000),
    *("2025-02-30", "0000-00-00", "9999-12-31", "11010519491231002X", "on", "name"),
    *("-id", "id", "W10", "WyI5OTkiLDFd", "=cmd", "2025", "employer", "\ud800", "\x00"),
)
NAMES = (
    *("id", "rowid", "action", "sort", "size", "after", "before", "search", "tab"),
    *("person", "url", "next", "q", "name", "select_all", "upto", "confirmed", "page"),
    *("comment", "year", "id_number", "password", "once", "person_id", "form", "kind"),
    *("token", "number", "reason", "expected", "superior_id", "region_id", "parent"),
)


class Crafter:
    """Makes requests that no browser sends, the same ones for the same seed."""

    def __init__(self, seed):
        self._dice = random.Random(seed)

    def value(self):
        return self._dice.choice(NASTY)

    def request(self, door, paths, fields):
        """A method, an address and what is sent with it."""
        path = self._dice.choice(paths) if paths else door.rule
        if self._dice.random() < 0.15:
            path = re.sub(r"\d+", lambda _: self._dice.choice(("0", "9" * 19)), path)
        path, _mark, query = path.partition("?")
        pairs = [tuple(query.split("=", 1))] if query else []
        pairs += self._pairs(NAMES)
        sent = {}
        if door.method not in SAFE_METHODS:
            sent["data"] = dict(self._pairs(fields or NAMES) + self._pairs(NAMES))
        return path, {"query_string": self._told(pairs), **sent}

    def _pairs(self, names):
        count = min(len(names), self._dice.randrange(5))
        return [
            (name, storable(self.value())) for name in self._dice.sample(names, count)
        ]

    def _told(self, pairs):
        return dict(pairs)


def storable(text):
    """A client of Python cannot send a lone surrogate."""
    return text.replace("\ud800", "�")
