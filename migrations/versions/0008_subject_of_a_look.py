"""whom a line of the audit log is about."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TOLD = sa.text("subject_id IS NOT NULL")


def upgrade():
    # Without a rebuild, which would lose SQLite's triggers.
    op.add_column(
        "audit_entry",
        sa.Column(
            "subject_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
            comment="相关人员",
        ),
    )
    op.create_index(
        "ix_audit_entry_subject",
        "audit_entry",
        ["subject_id", "id"],
        postgresql_where=TOLD,
        sqlite_where=TOLD,
    )


def downgrade():
    op.drop_index("ix_audit_entry_subject", "audit_entry")
    op.drop_column("audit_entry", "subject_id")
