"""Commands for the shell: thin, each calls one operation and commits."""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from admin_app.database import writing
from admin_app.errors import Refused
from admin_app.extensions import db
from admin_app.operations import audit, audit_anchors, counters, key_rotation
from admin_app.operations.accounts import find_account
from admin_app.operations.credit import TOTAL_KEY, unbalanced_totals
from admin_app.operations.learning_forms import current_version, field_specs
from admin_app.operations.second_factor import switch_off
from admin_app.operations.superusers import create_superuser
from admin_app.operations.workbooks import open_workbook
from admin_app.rules.amounts import plain
from admin_app.rules.hours import compute_hours
from admin_app.rules.identity import fold_id_number
from admin_app.rules.learning_forms import answer_labels
from config.logging import mask
from config.settings import PROJECT, Settings
from seed.demo_logins import demo_logins
from seed.load import DEMO_PEOPLE, load_demo, load_reference
from seed.writing import Report

MIGRATIONS: Final = PROJECT / "migrations"
FIRST_ROWS: Final = 5
"""So many rows of a workbook are printed, enough to see that it is the right one."""

seed = AppGroup("seed", help="Load reference data and the demo organisation.")
demo = AppGroup("demo", help="Try the demo organisation.")
superuser = AppGroup("superuser", help="Superusers of this installation.")
audit_log = AppGroup("audit", help="Look after the audit log.")
keys = AppGroup("keys", help="The keys of encrypted columns.")
counting = AppGroup("counters", help="Counts of declarations by unit.")
workbook = AppGroup("workbook", help="Excel files before they are handed in.")


def init_app(app: Flask) -> None:
    """Register every command."""
    for group in (seed, demo, superuser, audit_log, keys, counting, workbook):
        app.cli.add_command(group)
    app.cli.add_command(hours)
    app.cli.add_command(jobs)
    app.cli.add_command(bench)
    app.cli.add_command(Migrating("db", help="Perform database migrations."))
    app.extensions["migrate"] = Migrations(app)


class Migrations:
    """Flask-Migrate, bound when somebody asks for it.

    It brings alembic, 7 MB and a hundred modules that no worker of the web needs.
    """

    def __init__(self, app: Flask) -> None:
        """Remember for which program."""
        self._app = app

    def __getattr__(self, name: str) -> Any:
        """Let Flask-Migrate take this place, and answer."""
        from flask_migrate import Migrate

        Migrate().init_app(self._app, db, directory=str(MIGRATIONS), compare_type=True)
        return getattr(self._app.extensions["migrate"], name)


class Migrating(click.Command):
    """`flask db …`, as Flask-Migrate brings it."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Let Flask-Migrate's own command read what follows."""
        from flask_migrate.cli import db as own

        context: click.Context = own.make_context(info_name, args, parent, **extra)
        return context


@seed.command("reference")
def seed_reference() -> None:
    """Load code tables, learning forms, yearly requirements, chains and roles."""
    _load(lambda: load_reference(db.session()))


@seed.command("demo")
@click.option("--people", default=DEMO_PEOPLE, show_default=True)
def seed_demo(people: int) -> None:
    """Add the demo organisation; what is there stays as it is."""
    now = dt.datetime.now(dt.UTC)
    _load(lambda: load_demo(db.session(), people=people, now=now))


@demo.command("logins")
def show_demo_logins() -> None:
    """Print with whom to sign in."""
    for login in demo_logins(db.session()):
        click.echo(
            f"{login.role}\t{login.window}\t{login.id_number}\t{login.password}"
            f"\t{login.name}\t{login.unit}"
        )


@superuser.command("create")
@click.argument("id_number")
@click.argument("name")
def superuser_create(id_number: str, name: str) -> None:
    """Make a superuser and print the password that works once, for a day."""
    with _change():
        now = dt.datetime.now(dt.UTC)
        password = create_superuser(
            db.session(), id_number=id_number, name=name, now=now
        )
    click.echo(password)


@superuser.command("second-step-off")
@click.argument("id_number")
def superuser_second_step_off(id_number: str) -> None:
    """Let a superuser in by the password who lost telephone and recovery codes."""
    with _change():
        session = db.session()
        account = find_account(session, fold_id_number(id_number))
        if account is None or not account.is_superuser:
            raise Refused("没有该身份证号码的系统管理员，请核对号码。")
        switch_off(session, account_id=account.id, now=dt.datetime.now(dt.UTC))


@click.command("hours")
@with_appcontext
@click.argument("form_code")
@click.argument("answers")
def hours(form_code: str, answers: str) -> None:
    """Print the hours that a learning form gives for answers written as JSON."""
    version = current_version(db.session(), form_code)
    if version is None:
        raise click.ClickException(f"没有代码为“{form_code}”的学习形式")
    labels = answer_labels(field_specs(version), english=False)
    with _refusals():
        result = compute_hours(
            version.rule, version.caps, _read_answers(answers), labels=labels
        )
    for step in result.explanation:
        click.echo(step)
    click.echo(f"{plain(result.hours)} {version.measure.label}")


def _read_answers(answers: str) -> Mapping[str, object]:
    try:
        read = json.loads(answers)
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"不是正确的 JSON：{error}") from error
    if not isinstance(read, dict):
        raise click.BadParameter('应为 JSON 对象，例如 {"days": 5}')
    return read


def _load(load: Callable[[], Report]) -> None:
    with _change():
        report = load()
    for table, tally in report.tables.items():
        click.echo(
            f"{table:<24} added {tally.added:>7}  changed {tally.changed:>7}"
            f"  left {tally.left:>7}"
        )


@contextmanager
def _change() -> Iterator[None]:
    """Commit what happens inside, or undo all of it and say what was refused."""
    with writing(), _refusals():
        try:
            yield
        except BaseException:
            db.session.rollback()
            raise
        db.session.commit()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused


@audit_log.command("verify")
def verify_audit() -> None:
    """Check the chain of the audit log; name the first line that does not hold."""
    try:
        anchors = audit_anchors.read(_anchor_path())
    except audit_anchors.BrokenAnchors as broken:
        raise click.ClickException(str(broken)) from broken
    lines, found = audit.verify(db.session(), anchors=anchors)
    if found is not None:
        raise click.ClickException(
            f"audit line {found.entry_id}: {found.reason} ({lines} lines before it hold)"
        )
    click.echo(f"{lines} lines hold")


@audit_log.command("anchor")
def anchor_audit() -> None:
    """Note the end of the audit log in the file outside the database."""
    anchor = audit_anchors.head(db.session())
    if anchor is not None:
        audit_anchors.append(_anchor_path(), anchor, at=dt.datetime.now(dt.UTC))
    click.echo(f"{anchor.count if anchor else 0} lines anchored")


def _anchor_path() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.audit_anchor_path


@keys.command("rotate")
@click.option("--batch", default=key_rotation.BATCH, show_default=True)
def rotate_keys(batch: int) -> None:
    """Encrypt every personal number with the current key; go on after a stop."""
    for sealed in key_rotation.sealed_columns():
        count, result = 0, "failed"
        try:
            for changed in _batches(sealed, batch):
                count += changed
            result = "ok"
        finally:
            with _change():
                key_rotation.note_rotation(
                    db.session(), sealed, count=count, result=result
                )
        click.echo(f"{sealed.name:<24} {count:>9}")


def _batches(sealed: key_rotation.SealedColumn, size: int) -> Iterator[int]:
    last: int | None = 0
    while last is not None:
        with _change():
            count, last = key_rotation.rotate_batch(
                db.session(), sealed, after=last, size=size
            )
        yield count


@keys.command("status")
def keys_status() -> None:
    """Print how many values each key has written; the audit log needs one at 0 too."""
    for sealed in key_rotation.sealed_columns():
        for name, count in key_rotation.count_by_key(db.session(), sealed).items():
            click.echo(f"{sealed.name:<24} {name:<12} {count:>9}")


@counting.command("rebuild")
def rebuild_counters() -> None:
    """Count everything anew, while everybody goes on working."""
    with _change():
        counters.rebuild(db.session(), now=dt.datetime.now(dt.UTC))


@counting.command("check")
def check_counters() -> None:
    """Compare counters and yearly totals with what they sum; name one that differs."""
    found = counters.first_difference(db.session())
    if found is not None:
        raise click.ClickException(
            f"{found.counter}: unit {found.unit_id}, year {found.year},"
            f" {found.state.name}: {found.number} declarations and"
            f" {plain(found.amount)} hours are missing"
        )
    if unequal := unbalanced_totals(db.session()):
        *key, credited, kept = unequal[0]
        told = ", ".join(
            f"{n} {getattr(v, 'name', v)}" for n, v in zip(TOTAL_KEY, key, strict=True)
        )
        raise click.ClickException(
            f"{len(unequal)} yearly totals differ from the ledger, first {told}:"
            f" {credited or 0} hours are credited and {kept or 0} kept"
        )
    click.echo("all counters are right, and so are the yearly totals")


@workbook.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check_workbook(file: Path) -> None:
    """Print what would be read of an .xlsx file, or why it is refused."""
    with _refusals():
        sheet = open_workbook(file.read_bytes())
    click.echo(f"工作表“{sheet.title}”，{sheet.count} 行有内容")
    for number, values in islice(sheet.rows(), FIRST_ROWS):
        click.echo(f"{number:>6}  {' | '.join(map(_told, values))}")


def _told(value: object) -> str:
    return "" if value is None else mask(str(value))


class Measurements(click.Group):
    """The commands of bench/, which need not be installed: read when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name what can be measured."""
        return self._found().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one of them."""
        return self._found().get_command(ctx, cmd_name)

    @staticmethod
    def _found() -> click.Group:
        if find_spec("bench") is None:
            message = "没有 bench 目录：性能测试不随程序安装，请在源代码目录中运行。"
            raise click.ClickException(message)
        commands: Any = import_module("bench.commands")
        group: click.Group = commands.bench
        return group


bench = Measurements("bench", help="Fill a database with a province and measure in it.")
jobs = AppGroup("jobs", help="Work in the background.")


@jobs.command("run")
def run_jobs() -> None:
    """Work off the queue until told to stop."""
    current_app.extensions["queue"].create_consumer(workers=1).run()
