"""the end of the audit log: a function that plans its SELECT once for a connection.

One in SQL planned it for every writer anew, while it held the lock that all wait for.
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

IN_PLPGSQL = """
    CREATE OR REPLACE FUNCTION take_end_of_audit_log(lock bigint) RETURNS text
    LANGUAGE plpgsql VOLATILE AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(lock);
        RETURN (SELECT mac FROM audit_entry ORDER BY id DESC LIMIT 1);
    END
    $$
"""
IN_SQL = """
    CREATE OR REPLACE FUNCTION take_end_of_audit_log(lock bigint) RETURNS text
    LANGUAGE sql VOLATILE AS $$
        SELECT pg_advisory_xact_lock(lock);
        SELECT mac FROM audit_entry ORDER BY id DESC LIMIT 1;
    $$
"""


def upgrade():
    if op.get_context().dialect.name == "postgresql":
        op.execute(IN_PLPGSQL)


def downgrade():
    if op.get_context().dialect.name == "postgresql":
        op.execute(IN_SQL)
