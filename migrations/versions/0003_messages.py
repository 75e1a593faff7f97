"""messages to accounts."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNREAD = sa.text("read_at IS NULL")


def upgrade():
    op.create_table(
        "message",
        sa.Column("account_id", KEY, nullable=False, comment="账号"),
        sa.Column("sentence", sa.String(500), nullable=False, comment="内容"),
        sa.Column("values", sa.JSON(), nullable=False, comment="参数"),
        sa.Column("url", sa.String(500), nullable=False, comment="网址"),
        sa.Column("at", columns.Moment(), nullable=False, comment="时间"),
        sa.Column("read_at", columns.Moment(), nullable=True, comment="阅读时间"),
        sa.Column("id", KEY, nullable=False, comment="编号"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_message_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_of_account", "message", ["account_id", "id"])
    op.create_index(
        "ix_message_unread",
        "message",
        ["account_id"],
        postgresql_where=UNREAD,
        sqlite_where=UNREAD,
    )


def downgrade():
    op.drop_table("message")
