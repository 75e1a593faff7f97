"""`flask bench …`: fill a database with a province, and measure in it."""

import time

import click
from flask import current_app
from flask.cli import AppGroup

from admin_app.extensions import db
from bench.generate import NotEmptyError, generate
from bench.population import Size
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
