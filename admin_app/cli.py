"""Commands for the shell: thin, each calls one operation and commits."""

from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from admin_app.database import writing
from admin_app.extensions import db
from seed.errors import SeedError
from seed.load import load_reference
from seed.writing import Report

seed = AppGroup("seed", help="Load reference data and the demo organisation.")


def init_app(app: Flask) -> None:
    """Register every command."""
    app.cli.add_command(seed)


@seed.command("reference")
def seed_reference() -> None:
    """Load code tables, learning forms, yearly requirements, chains and roles."""
    _load(load_reference)


def _load(load: Any) -> None:
    with writing():
        try:
            report = load(db.session)
        except SeedError as error:
            db.session.rollback()
            raise click.ClickException(str(error)) from error
        db.session.commit()
    _print(report)


def _print(report: Report) -> None:
    for table, tally in report.tables.items():
        click.echo(
            f"{table:<24} added {tally.added:>7}  changed {tally.changed:>7}"
            f"  left {tally.left:>7}"
        )
