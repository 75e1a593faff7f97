"""What does each shape of a list's first page cost in the database alone?

`python -m bench.keys s01 sqlite`; the shapes are explained in
admin_app/views/admin/shapes.py.
"""

import argparse
from collections.abc import Callable, Hashable, Sequence
from functools import partial

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin_app import models as m
from admin_app.dialects import dialect_of
from admin_app.enums import State
from admin_app.extensions import db
from admin_app.permissions import scope_branches
from admin_app.views.admin.boundaries import Order
from admin_app.views.admin.paging import Asked, choice, counts, page_statement
from admin_app.views.admin.shapes import Criteria, Owners, Shape
from bench.clock import medians
from bench.pages import viewer_actor
from bench.places import filled
from bench.population import SCOPES, SIZES

LISTS = {
    "declarations": (
        m.Declaration,
        [m.Declaration.state == State.approved],
        Order(m.Declaration.submitted_at, descending=True, has_nulls=False),
    ),
    "people": (m.Person, [], Order(m.Person.id, descending=True)),
}


def chosen_for(session: Session, asked: Asked, criteria: Criteria) -> tuple[int, Shape]:
    """Return how many rows a list counts, and the shape that it takes for them."""
    dialect = dialect_of(session)
    total, units = session.execute(select(*counts(dialect, asked, criteria))).one()
    return total, choice(dialect, asked, total, units)


def keys_in(
    session: Session, asked: Asked, criteria: Criteria, shape: Shape
) -> Sequence[object]:
    """Return the keys and places of a first page, found in a shape."""
    dialect = dialect_of(session)
    statement = page_statement(dialect, asked, criteria, size=20, shape=shape)
    return session.execute(statement).all()


def measure(app: Flask, rounds: int) -> None:
    """Print the milliseconds of count and shapes for each scope below the root."""
    with app.app_context():
        session = db.session()
        cases: dict[Hashable, Callable[[], object]] = {}
        chosen = {}
        for scope in SCOPES[1:]:
            actor = viewer_actor(session, scope)
            for name, (model, criteria, order) in LISTS.items():
                branches = scope_branches(model, actor)
                owners = None
                if model is m.Declaration:
                    columns = (model.unit_id, model.filed_by_id)
                    owners = Owners(actor.unit_path, columns)
                asked = Asked(model=model, order=order, scope=branches, owners=owners)
                counting = partial(chosen_for, session, asked, criteria)
                chosen[name, scope] = counting()
                cases[name, scope, "count"] = counting
                for shape in Shape:
                    cases[name, scope, shape] = partial(
                        keys_in, session, asked, criteria, shape
                    )
        taken = medians(cases, rounds)
        heads = "count   plain  collected  gathered  walked  chosen"
        print(f"list          scope     rows   {heads}")
        for (name, scope), (total, shape) in chosen.items():
            times = [taken[name, scope, key].wall for key in ("count", *Shape)]
            counted, plain, collected, gathered, walked = times
            print(
                f"{name:<14}{scope:<7}{total:>7}{counted:>8.1f}{plain:>8.1f}"
                f"{collected:>11.1f}{gathered:>10.1f}{walked:>8.1f}  {shape.name}"
            )


def main() -> None:
    """Read the command line and measure."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("size", choices=SIZES)
    reader.add_argument("engine", choices=("sqlite", "postgresql"))
    reader.add_argument("--rounds", type=int, default=7)
    asked = reader.parse_args()
    with filled(asked.engine, SIZES[asked.size]) as app:
        measure(app, asked.rounds)


if __name__ == "__main__":
    main()
