"""The migrated schema is the schema of the models, and can be taken back."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, select

from admin_app.extensions import db
from admin_app.models import Account


def test_models_and_migrations_agree(db_session):
    connection = db_session.connection()
    context = MigrationContext.configure(connection, opts={"compare_type": True})

    differences = compare_metadata(context, db.metadata)

    assert differences == []


def test_schema_taken_back_is_empty_and_comes_again(db_session):
    tables = set(inspect(db_session.connection()).get_table_names())
    db_session.rollback()

    downgrade(revision="base")
    left = set(inspect(db.engine).get_table_names())
    upgrade()

    assert left == {"alembic_version"}
    assert set(inspect(db.engine).get_table_names()) == tables


def test_a_filled_database_goes_down_and_comes_up_again(cast, db_session):
    accounts = db_session.scalars(select(Account.id).order_by(Account.id)).all()
    db_session.rollback()

    downgrade(revision="0003")
    upgrade()

    kept = db_session.scalars(select(Account.id).order_by(Account.id)).all()
    assert kept == accounts
    assert len(kept) > 10
