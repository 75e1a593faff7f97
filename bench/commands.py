"""`flask bench …`: fill a database with a province, and measure in it."""

import time

import click
from flask import current_app
from flask.cli import AppGroup

from admin_app.extensions import db
from bench.generate import NotEmptyError, generate
from bench.places import opened
from bench.plans import check
from bench.population import Size
from bench.run import PARTS, measure
from config.settings import Settings

bench = AppGroup("bench", help="Fill a database with a province and measure in it.")


@bench.command("generate")
@click.option("--people", type=click.IntRange(min=60), required=True)
def generate_province(people: int) -> None:
    """Fill this installation's empty database; `flask seed reference` goes before."""
    settings: Settings = current_app.extensions["settings"]
    if settings.is_production:
        raise click.ClickException("这是正式环境，不能写入测试数据。")
    started = time.perf_counter()
    db.session.remove()
    db.engine.dispose()
    try:
        rows = generate(settings.database_url, Size.of(people))
    except NotEmptyError as found:
        message = "数据库中已有人员，请换一个只有基础数据的数据库。"
        raise click.ClickException(message) from found
    for table, count in rows.items():
        click.echo(f"{table:<20} {count:>10}")
    click.echo(f"{time.perf_counter() - started:.0f} s")


@bench.command("run", with_appcontext=False)
@click.option("--people", type=click.IntRange(min=1_000), default=50_000)
@click.option(
    "--database",
    default="sqlite",
    help="sqlite, postgresql, or the address of a generated database.",
)
@click.option("--rounds", default=15, show_default=True)
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True)
@click.option("--rivals/--no-rivals", default=True)
def run(
    *, people: int, database: str, rounds: int, parts: tuple[str, ...], rivals: bool
) -> None:
    """Measure the product beside the least possible and beside others; print a table."""
    with opened(database, Size.of(people)) as app:
        measure(
            app,
            click.echo,
            parts=parts or PARTS,
            rounds=rounds,
            with_rivals=rivals,
        )


@bench.command("plans", with_appcontext=False)
@click.option("--people", type=click.IntRange(min=1_000), default=50_000)
@click.option(
    "--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite"
)
def plans(people: int, database: str) -> None:
    """Fail where a list, look-up or report reads a large table as a whole."""
    with opened(database, Size.of(people)) as app:
        found = check(app, click.echo)
    if found:
        raise click.ClickException(f"{found} faults")
