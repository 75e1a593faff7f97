"""The audit log without a line for each person of an exported list."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_audit_entry_act", "audit_entry"
ACT_ITSELF = sa.text("subject_id IS NULL OR action <> 'export'")


def upgrade():
    op.create_index(
        NAME, TABLE, ["id"], postgresql_where=ACT_ITSELF, sqlite_where=ACT_ITSELF
    )


def downgrade():
    op.drop_index(NAME, TABLE)
