"""saved filters: how an account narrows its inbox, by name."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "saved_filter",
        sa.Column("account_id", KEY, nullable=False, comment="账号"),
        sa.Column("name", columns.Sorted(30), nullable=False, comment="名称"),
        sa.Column("words", sa.JSON(), nullable=False, comment="筛选条件"),
        sa.Column("id", KEY, nullable=False, comment="编号"),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_saved_filter_account_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filter")),
        sa.UniqueConstraint(
            "account_id", "name", name=op.f("uq_saved_filter_account_id_name")
        ),
    )


def downgrade():
    op.drop_table("saved_filter")
