"""Who is at home in the portal: the person who acts for themself."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import Unauthorized

from admin_app.extensions import db
from admin_app.models import Person
from admin_app.permissions import Actor
from admin_app.web.identity import current_actor


def acting() -> Actor:
    """Return the actor of a view that only who is signed in reaches; 401 for others."""
    actor = current_actor()
    if actor is None:
        raise Unauthorized
    return actor


def acting_person() -> Person:
    """Return the person behind the actor, with unit and title."""
    return db.session.scalars(
        select(Person)
        .where(Person.id == acting().person_id)
        .options(joinedload(Person.unit), joinedload(Person.title))
    ).one()
