"""The world that the matrix is tried in: one tree, records everywhere, canaries in all.

province (省人社厅)                            province, auditor
├── city (市人社局)                            city
│   └── county (县人社局)                      county
│       └── authority (县教育局)               competent
│           └── parent (教育集团)              superior
│               ├── school                     individual, department, partial, chief
│               │   └── child (分校)
│               └── sibling (第二中学)
├── other city (外市人社局)
│   └── foreign (外市中学)
└── base (继续教育基地)                        base

A place is a unit with its people and records: `own` is the school and `desk` its
department, in which the individual works. Every text of a place carries its canary.
"""

import io
import secrets
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date

import psycopg
from PIL import Image
from sqlalchemy import Enum, String, event, inspect, text
from werkzeug.datastructures import FileStorage

from admin_app import enums as e
from admin_app import models as m
from admin_app.columns import EncryptedText
from admin_app.extensions import db
from admin_app.operations.identities import Identity
from admin_app.web.csrf import token_for
from admin_app.web.storage import keep_image
from tests import factories as make
from tests.browsing import Browser, open_as
from tests.conftest import disconnect
from tests.views.admin.rows import ROWS

SNAPSHOT = "matrix"
PLACES = ("desk", "own", "child", "sibling", "parent", "foreign", "base")
VISITORS = ("anonymous", "disabled")
CAST = (
    *("anonymous", "must_change", "disabled", "individual"),
    *("department", "partial", "chief", "superior", "competent"),
    *("county", "city", "province", "base", "superuser", "auditor"),
)
REVIEWING = (
    *("approve_hours:view", "approve_hours:approve", "approve_hours:reject"),
    "person_query:view",
)
DEPARTMENTAL = (
    *REVIEWING,
    *("approve_hours:export", "person_query:export"),
    *("certificates:view", "certificates:print", "certificates:export"),
    *("unit_declarations:view", "unit_declarations:export"),
    *("declare_hours:view", "declare_hours:create"),
    *("declare_hours:edit", "declare_hours:delete"),
    *("review_registrations:view", "review_registrations:approve"),
    *("review_registrations:reject", "review_registrations:delete"),
)
LIVES_ELSEWHERE = frozenset(
    {
        *("user_session", "audit_entry", "rate_counter", "captcha", "form_token"),
        "alembic_version",
    }
)
"""What a request that changes nothing may still write: sessions, audit, counters."""

TECHNICAL = frozenset(
    {
        *("path", "key", "media_type", "sha256", "permission", "locale", "mac"),
        *("previous_mac", "token_hash", "password_hash", "registration_code"),
        "activation_hash",
        *("code", "source", "kind", "identity", "failed_rows_key", "result_key"),
    }
)
SHORTEST = 30
BIG = 500
FAR = date(2999, 1, 1)


@dataclass
class Place:
    """A unit, its people and one record of every model, as keys and canaries."""

    name: str
    unit_id: int
    person_id: int
    canary: str
    unit_name: str
    numbers: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    made: dict[str, set[int]] = field(default_factory=dict)

    @property
    def secrets(self):
        """What nobody may read who does not see the place."""
        return [self.canary, *self.numbers]


SIGNED_IN = (
    "SELECT count(*) FROM user_session s JOIN account a ON a.id = s.account_id"
    " WHERE a.is_superuser"
)


class World:
    """The staged world: restored when something was written, seen by each of the cast."""

    def __init__(self, app, database):
        """Put everybody on stage and keep the database as it is then."""
        self.app, self.database = app, database
        self.places = {}
        self.identities = {}
        self.constants = {}
        self.browsers = {}
        self.secrets = {}
        disconnect(app)
        database.reset()
        with app.app_context():
            _Staging(db.session(), self).everything()
        self.secrets = {
            (who, proven): open_as(app, *self.identities[who], proven=proven)
            for who in self.identities
            for proven in (False, True)
        }
        disconnect(app)
        database.keep(SNAPSHOT)
        self.restore()
        self.small = self._small_tables()
        self.content = self.fingerprint()

    def restore(self):
        """Let everything be as it was staged, and everybody signed in as they were."""
        disconnect(self.app)
        self.database.reset(SNAPSHOT)
        for who in CAST:
            for proven in (False, True):
                browser = Browser(self.app, self.app.response_class)
                if who in self.identities:
                    browser.take(self.secrets[who, proven])
                self.browsers[who, proven] = browser

    def ask(self, who, method, path, *, proven=False, **more):
        """Send a request as a member of the cast, who may have proven who they are."""
        return self.browsers[who, proven].open(path, method=method, **more)

    def token_of(self, who):
        """Return the form token of a member's session."""
        secret = self.browsers[who, False].secret()
        with self.app.app_context():
            return token_for(secret)

    def fingerprint(self, tables=None):
        """Return the content of the tables that a request may not change by looking."""
        with self.app.app_context(), db.engine.connect() as connection:
            found = {}
            # Rows as the driver gives them: this happens after each of 1,000 routes.
            cursor = connection.connection.cursor()
            for name in tables or self.small:
                table = db.metadata.tables[name]
                keys = ", ".join(column.name for column in table.primary_key)
                cursor.execute(f"SELECT * FROM {name} ORDER BY {keys}")
                found[name] = hash(str(cursor.fetchall()))
            if tables is None:
                # Who may do everything is signed in still; visitors come and go.
                cursor.execute(SIGNED_IN)
                found["signed in"] = cursor.fetchone()
            return found

    def changed(self):
        """Return the tables that are not as they were staged."""
        now = self.fingerprint()
        return [name for name, content in self.content.items() if now[name] != content]

    def all_tables(self):
        """Return every table of ours but the excepted ones."""
        return sorted(set(db.metadata.tables) - LIVES_ELSEWHERE)

    def _small_tables(self):
        with self.app.app_context(), db.engine.connect() as connection:
            return [
                name
                for name in self.all_tables()
                if connection.scalar(text(f"SELECT count(*) FROM {name}")) <= BIG
            ]

    def without(self, seen, known):
        """Take everything of the places out of sight out of the database.

        Of a unit that may be known by name, name and telephone stay.
        """
        known_ids = {self.units[name] for name in known}
        kept = {
            (table, key)
            for name in seen
            for table, keys in self.places[name].made.items()
            for key in keys
        }
        disconnect(self.app)
        with self.app.app_context(), unfettered(db.engine.url) as run:
            for name in set(self.places) - set(seen):
                for table, keys in self.places[name].made.items():
                    for key in sorted(keys):
                        if (table, key) in kept:
                            continue
                        if table == "unit" and key in known_ids:
                            run(
                                f"UPDATE unit SET address='', contact='' WHERE id={key}"
                            )
                        else:
                            run(f"DELETE FROM {table} WHERE id={key}")


@contextmanager
def unfettered(url):
    """Run statements on which neither foreign keys nor triggers have a say."""
    if url.get_backend_name() == "sqlite":
        connection = sqlite3.connect(url.database)
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        )
        for (name,) in found.fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
    else:
        plain = url.set(drivername="postgresql")
        connection = psycopg.connect(plain.render_as_string(hide_password=False))
        connection.execute("SET session_replication_role = replica")
    with closing(connection):
        yield connection.execute
        connection.commit()


class _Staging:
    def __init__(self, session, world):
        self.session, self.world = session, world

    def everything(self):
        """Make units, cast, records and files, each with the canary of its place."""
        made, session = {}, self.session
        where = {"name": None}

        def note(_mapper, _connection, row):
            made.setdefault(where["name"], []).append(row)

        event.listen(db.Model, "after_insert", note, propagate=True)
        try:
            units = self._tree(where)
            for name in PLACES:
                where["name"] = name
                self._place(name, units)
            where["name"] = None
            self._cast(units)
            self._constants(units)
            session.commit()
        finally:
            event.remove(db.Model, "after_insert", note)
        for name in PLACES:
            kept = self.world.places[name].made
            for row in made.get(name, []):
                kept.setdefault(row.__tablename__, set()).add(row.id)
        session.commit()

    def _tree(self, where):
        session, kind = self.session, e.UnitKind
        tree = [
            ("province", None, kind.hr_authority, "410000"),
            ("city", "province", kind.hr_authority, "410100"),
            ("county", "city", kind.hr_authority, "410102"),
            ("authority", "county", kind.industry_authority, "410102"),
            ("parent", "authority", kind.employer, "410102"),
            ("school", "parent", kind.employer, "410102"),
            ("child", "school", kind.employer, "410102"),
            ("sibling", "parent", kind.employer, "410102"),
            ("other_city", "province", kind.hr_authority, "410200"),
            ("foreign", "other_city", kind.employer, "410202"),
            ("base", "province", kind.base, "410102"),
        ]
        units = {}
        for name, above, unit_kind, region in tree:
            place = {"school": "own"}.get(name, name)
            where["name"] = place if place in PLACES else None
            canary = new_canary("u")
            units[name] = make.unit(
                session,
                units[above] if above else None,
                kind=unit_kind,
                region=region,
                name=f"{canary}单位",
                short_name=canary,
                phone=f"{canary}-0371",
            )
        units["desk"] = units["own"] = units["school"]
        return units

    def _place(self, name, units):
        session, unit = self.session, units[name]
        canary = new_canary(name[0])
        office = None
        if name == "desk":
            office = make.department(session, unit, name=f"{canary}处")
        person = make.person(session, unit, department_id=office.id if office else None)
        make.account(session, person)
        stamp(person, canary)
        unit.address = unit.contact = canary
        place = Place(name, unit.id, person.id, canary, unit.name.removesuffix("单位"))
        self.world.places[name] = place
        people = [person]
        for model, factory in ROWS.items():
            if not _is_placed(model):
                continue
            row = factory(session, unit, person)
            if model is m.Department and office is not None:
                row = make.department(session, unit, office)
            self._settle(row, unit, place, office)
            place.rows[model.__tablename__] = self._stored(row, place)
            if isinstance(row, m.Person):
                people.append(row)
            if isinstance(row, m.PersonRegistration):
                people.append(stamp(row.person, canary))
        if office is not None:
            session.get(m.Person, place.rows["person"]).department_id = office.id
        self._declarations(place, unit, person, office)
        session.flush()
        for somebody in people:
            place.numbers += [somebody.id_number, somebody.mobile, somebody.email]
        self._files(place)

    def _stored(self, row, place):
        stamp(row, place.canary)
        self.session.add(row)
        self.session.flush()
        return row.id

    def _settle(self, row, unit, place, office):
        is_personal = isinstance(row, m.AdminAssignment | m.Person)
        if office is not None and hasattr(row, "department_id") and not is_personal:
            row.department_id = office.id
        if isinstance(row, m.Declaration):
            row.source, row.filed_by_id = e.Source.unit, unit.id
            row.answers = row.answers | {"organizer": place.canary}
        if isinstance(row, m.WorkflowEvent):
            row.record_id = place.rows["declaration"]
        if isinstance(row, m.Notice):
            row.published_from = FAR
        if isinstance(row, m.Certificate):
            row.token = secrets.token_urlsafe(24)
            row.contents = {
                "title": place.canary,
                "rows": [],
                "issued_on": "2025-12-31",
                "issuer": place.canary,
            }

    def _declarations(self, place, unit, person, office):
        department = {"department_id": office.id if office else None}
        filed = {"source": e.Source.unit, "filed_by_id": unit.id}
        for name, values in {
            "by_person": {},
            "draft_of_person": {},
            "draft_of_unit": filed,
        }.items():
            row = make.declaration(self.session, person, **values, **department)
            row.answers = row.answers | {"organizer": place.canary}
            if name == "by_person":
                make.waiting(row, unit)
            place.rows[name] = self._stored(row, place)

    def _files(self, place):
        owners = {
            "person": ("person_id", place.rows["person"]),
            "declaration": ("declaration_id", place.rows["declaration"]),
            "registration": (
                "unit_registration_id",
                place.rows["unit_registration"],
            ),
            "unit": ("unit_id", place.unit_id),
        }
        for name, (column, key) in owners.items():
            with self.world.app.test_request_context():
                row = keep_image(
                    _picture(),
                    purpose=e.AttachmentPurpose.unit_scan,
                    uploaded_by_id=None,
                )
            setattr(row, column, key)
            row.file_name = f"{place.canary}.jpg"
            self.session.add(row)
            self.session.flush()
            place.files[name] = row.key

    def _cast(self, units):
        session, places = self.session, self.world.places
        school = units["school"]
        everything = [
            p.permission
            for p in make.chief_role(session, e.UnitKind.employer).permissions
        ]
        whole = make.role(session, *everything, unit=school, name="全部权限")
        departmental = make.role(session, *DEPARTMENTAL, unit=school, name="部门")
        reviewing = make.role(session, *REVIEWING, unit=school, name="审批")
        auditor = make.reference(session, m.Role, "auditor")
        places["own"].rows["role_of_partial"] = reviewing.id
        teacher = session.get(m.Person, places["desk"].person_id)
        administrators = {
            "must_change": (school, whole, {}),
            "disabled": (school, whole, {}),
            "department": (
                school,
                departmental,
                {"department_id": teacher.department_id},
            ),
            "partial": (school, reviewing, {}),
            "chief": (school, None, {}),
            "superior": (units["parent"], None, {}),
            "competent": (units["authority"], None, {}),
            "county": (units["county"], None, {}),
            "city": (units["city"], None, {}),
            "province": (units["province"], None, {}),
            "base": (units["base"], None, {}),
            "auditor": (units["province"], auditor, {}),
        }
        identities = self.world.identities
        for who, (unit, role, values) in administrators.items():
            found = make.administrator(session, unit, role, **values)
            chosen = Identity(e.IdentityKind.administrator, found.id)
            identities[who] = (found.account_id, chosen)
            found.account.must_change_password = who == "must_change"
            found.account.is_disabled = who == "disabled"
        root = make.account(
            session, make.person(session, name="系统管理员"), is_superuser=True
        )
        identities["superuser"] = (root.id, Identity(e.IdentityKind.superuser))
        identities["individual"] = (
            teacher.account.id,
            Identity(e.IdentityKind.individual),
        )
        session.flush()

    def _constants(self, units):
        session, constants = self.session, self.world.constants
        unit, person = units["school"], self.world.places["desk"].person_id
        for model, factory in ROWS.items():
            if not _is_placed(model):
                row = factory(session, unit, session.get(m.Person, person))
                session.add(row)
                session.flush()
                constants[model.__tablename__] = row.id
        notice = m.Notice(
            unit_id=units["province"].id,
            title="公开的公告",
            body="内容",
            published_from=date(2025, 1, 1),
        )
        session.add(notice)
        session.flush()
        constants["published_notice"] = notice.id
        self.world.units = {name: unit.id for name, unit in units.items()}
        self.world.names = {
            name: unit.name.removesuffix("单位") for name, unit in units.items()
        }


def _is_placed(model):
    return model.__scope__ != ()


def new_canary(letter):
    """Return a word that stands nowhere else; Chinese first, so that it is a name."""
    return f"鹊{letter}{secrets.token_hex(5)}"


def mark(canary):
    """Return the part of a canary that every encoding of an answer keeps."""
    return canary.removeprefix("鹊")


def stamp(row, canary):
    """Put the canary into every text of the row that is free text."""
    for column in inspect(type(row)).columns:
        kind = column.type
        is_text = isinstance(kind, String) or isinstance(
            getattr(kind, "impl", None), String
        )
        if (
            not is_text
            or isinstance(kind, Enum | EncryptedText)
            or column.key in TECHNICAL
            or column.foreign_keys
            or (kind.length is not None and kind.length < SHORTEST)
        ):
            continue
        if isinstance(row, m.Unit) and column.key in {"name", "short_name", "phone"}:
            continue
        value = canary + secrets.token_hex(3) if column.unique else canary
        setattr(row, column.key, value)
    return row


def _picture():
    target = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(target, "JPEG")
    target.seek(0)
    return FileStorage(target, filename="scan.jpg")
