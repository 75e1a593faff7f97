"""Which pages are compared: the product's, the floor's and the rivals' for the same rows."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from admin_app import models as m
from admin_app.columns import utc_now
from admin_app.enums import IdentityKind, State
from admin_app.extensions import db
from admin_app.operations.identities import Identity, actor_of
from admin_app.permissions import Actor, prefix_range
from admin_app.views.admin.boundaries import encoded
from admin_app.web.sessions import cookie_name
from admin_app.web.tokens import digest, new_token
from bench import floor
from bench.clock import medians
from bench.population import SCOPES

MIDDLE = dt.datetime(2023, 9, 1)
STORED_MIDDLE = f"{MIDDLE:%Y-%m-%d %H:%M:%S}.000000"
NAME = ("王伟", "王传")
"""What is searched for, and what comes after it."""


@dataclass(frozen=True)
class Viewer:
    """An administrator of one height, signed in, and what they have there."""

    cookie: str
    unit_id: int
    path: str | None
    stored_number: str
    person_id: int
    record_id: int
    rows: int

    @property
    def below(self) -> dict[str, str]:
        """The range of paths that they see; empty for everything."""
        if self.path is None:
            return {}
        return {"low": self.path, "high": self.path[:-1] + "0"}


@dataclass(frozen=True)
class Page:
    """One page for one viewer, in every program that has it."""

    ours: str
    least: Mapping[str, Any] | None = None
    rivals: Mapping[str, str] = field(default_factory=dict)


def viewers(app: Flask, *, moment: dt.datetime | None = None) -> dict[str, Viewer]:
    """Sign the four administrators in."""
    with app.app_context(), db.engine.begin() as connection:
        rows = connection.execute(
            select(m.Person.name, m.AdminAssignment, m.Unit.path)
            .join(m.Account, m.Account.person_id == m.Person.id)
            .join(m.AdminAssignment, m.AdminAssignment.account_id == m.Account.id)
            .join(m.Unit, m.Unit.id == m.AdminAssignment.unit_id)
            .where(m.Person.name.in_(SCOPES), m.Person.unit_id.is_(None))
        ).all()
        found = {
            row.name: _viewer(
                connection,
                row,
                cookie=sign_in(
                    app,
                    connection,
                    row.account_id,
                    Identity(IdentityKind.administrator, row.id),
                    moment=moment,
                ),
            )
            for row in rows
        }
    return {scope: found[scope] for scope in SCOPES}


def viewer_actor(session: Session, scope: str) -> Actor:
    """Return the administrator of one height as who acts."""
    assignment = session.scalars(
        select(m.AdminAssignment)
        .join(m.Account)
        .join(m.Person, m.Person.id == m.Account.person_id)
        .where(m.Person.name == scope, m.Person.unit_id.is_(None))
    ).one()
    identity = Identity(IdentityKind.administrator, assignment.id)
    actor = actor_of(session, assignment.account_id, identity)
    assert actor is not None
    return actor


def sign_in(
    app: Flask,
    connection: Any,
    account_id: int,
    identity: Identity,
    *,
    moment: dt.datetime | None = None,
) -> str:
    """Write a session and return its cookie."""
    secret, moment = new_token(), moment or utc_now()
    connection.execute(
        insert(m.UserSession).values(
            token_hash=digest(secret),
            account_id=account_id,
            data=json.dumps({"identity": identity.to_data()}).encode(),
            created_at=moment,
            last_seen_at=moment,
            expires_at=moment + dt.timedelta(hours=12),
        )
    )
    return f"{cookie_name(app)}={secret}"


def _viewer(connection: Any, row: Any, *, cookie: str) -> Viewer:
    """Choose what the viewer looks at: somebody below, and an approved declaration."""
    inside = m.Declaration.unit_id.in_(
        select(m.Unit.id).where(prefix_range(m.Unit.path, row.path))
    )
    if row.name == "root":
        inside = m.Declaration.unit_id.is_not(None)
    approved = m.Declaration.state == State.approved
    count = connection.scalar(
        select(func.count(m.Declaration.id)).where(inside, approved)
    )
    record = connection.execute(
        select(m.Declaration.id, m.Declaration.person_id)
        .where(inside, approved)
        .order_by(m.Declaration.id)
        .offset(min(count // 2, 1000))
        .limit(1)
    ).one()
    number = connection.scalar(
        select(m.Person.id_number).where(m.Person.id == record.person_id)
    )
    sealed = m.Person.__table__.c.id_number.type.process_bind_param(
        number, connection.dialect
    )
    path = None if row.name == "root" else row.path
    return Viewer(cookie, row.unit_id, path, sealed, record.person_id, record.id, count)


def pages(least: floor.Floor, viewer: Viewer) -> dict[str, Page]:
    """Return every page that is compared, by its name in the table."""
    return {
        **_lists(least, viewer),
        **_searches(viewer),
        "inbox": Page(
            "/admin/inbox/",
            {
                "first": floor.INBOX,
                "values": {"decider": viewer.unit_id},
                "then": floor.NAMES,
            },
            {
                "flask-admin": "/admin/declaration/?"
                + urlencode({"flt0_0": "pending", "flt1_1": viewer.unit_id}),
                "django": "/20/auth/declaration/?"
                + urlencode({"state": "pending", "decider": viewer.unit_id}),
            },
        ),
        "details": Page(
            f"/admin/declarations/details/?id={viewer.record_id}",
            {
                "first": floor.NAMES.format(ids=viewer.record_id),
                "values": {},
                "then": floor.HISTORY.replace("{id}", str(viewer.record_id)),
            },
        ),
        "dashboard": Page(
            "/admin/",
            {"first": floor.WAITING, "values": {"decider": viewer.unit_id}},
        ),
    }


def _lists(least: floor.Floor, viewer: Viewer) -> dict[str, Page]:
    deep = encoded(MIDDLE.replace(tzinfo=dt.UTC), 1)
    number = viewer.rows // 20 // 2
    stock, theirs = "/admin/declaration/?", "/20/auth/declaration/?"

    def rivals(state: str) -> dict[str, str]:
        return {
            "flask-admin": stock + urlencode({"flt0_0": state}),
            "django": theirs + urlencode({"state": state}),
        }

    approved, pending = rivals("approved"), rivals("pending")
    own = "/admin/declarations/?tab="
    return {
        "approved, 20": Page(
            f"{own}approved", _keys(least, viewer, "approved"), approved
        ),
        "approved, 50": Page(
            f"{own}approved&size=50",
            _keys(least, viewer, "approved", size=50),
            {
                "flask-admin": f"{approved['flask-admin']}&page_size=50",
                "django": approved["django"].replace("/20/", "/50/"),
            },
        ),
        "pending, 20": Page(f"{own}pending", _keys(least, viewer, "pending"), pending),
        "middle page": Page(
            f"{own}approved&after={deep}",
            _keys(least, viewer, "approved", at=STORED_MIDDLE, id=1),
            {
                "flask-admin": f"{approved['flask-admin']}&page={number}",
                "django": f"{approved['django']}&p={max(number, 1)}",
            },
        ),
    }


def _keys(
    least: floor.Floor, viewer: Viewer, state: str, size: int = 20, **edge: Any
) -> dict[str, Any]:
    """Return the fastest of the known statements for this viewer, which is measured."""
    mark = floor.EDGE if edge else ""
    values = {"state": state, "size": size, **viewer.below, **edge}
    shapes = {
        name: text.replace("{edge}", mark)
        for name, text in least.shapes(viewer.path).items()
    }
    taken = medians(
        {name: partial(least.rows, text, **values) for name, text in shapes.items()}, 3
    )
    best = min(taken, key=lambda name: taken[name].wall)
    return {"first": shapes[str(best)], "values": values, "then": floor.NAMES}


def _searches(viewer: Viewer) -> dict[str, Page]:
    test = f"AND p.unit_id IN ({floor.UNITS})" if viewer.below else ""
    by_name = floor.PEOPLE.format(found=floor.BY_NAME, test=test)
    by_number = floor.PEOPLE.format(found=floor.BY_NUMBER, test=test)
    names = {"low_name": NAME[0], "high_name": NAME[1]}
    number = {"number": viewer.stored_number}
    return {
        "name": Page(
            f"/admin/person-query/?search={quote(NAME[0])}",
            {"first": by_name, "values": {**names, **viewer.below}},
            {
                "flask-admin": f"/admin/person/?search={quote('^' + NAME[0])}",
                "django": f"/20/auth/person/?q={quote(NAME[0])}",
            },
        ),
        "ID number": Page(
            f"/admin/person-query/?person={viewer.person_id}",
            {"first": by_number, "values": {**number, **viewer.below}},
            {
                "django": "/20/auth/person/?"
                + urlencode({"id_number": number["number"]})
            },
        ),
    }
