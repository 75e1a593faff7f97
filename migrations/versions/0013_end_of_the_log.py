"""the end of the audit log, taken by one writer at a time: lock and last line in one call.

A function sees what was committed while it waited for the lock, because each of its
statements looks anew; one statement of its own would still see the log as it was before.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            """
            CREATE FUNCTION take_end_of_audit_log(lock bigint) RETURNS text
            LANGUAGE sql VOLATILE AS $$
                SELECT pg_advisory_xact_lock(lock);
                SELECT mac FROM audit_entry ORDER BY id DESC LIMIT 1;
            $$
            """
        )


def downgrade():
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION take_end_of_audit_log(bigint)")
