"""delegations, and for whom a decision was made."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    # Without a rebuild, which would lose SQLite's triggers.
    op.add_column(
        "workflow_event",
        sa.Column("on_behalf_of", sa.String(50), nullable=True, comment="代理"),
    )
    op.create_table(
        "delegation",
        sa.Column("account_id", KEY, nullable=False, comment="委托人"),
        sa.Column("delegate_id", KEY, nullable=False, comment="受托人"),
        sa.Column("starts_on", sa.Date(), nullable=False, comment="开始日期"),
        sa.Column("ends_on", sa.Date(), nullable=False, comment="结束日期"),
        sa.Column("at", columns.Moment(), nullable=False, comment="时间"),
        sa.Column("withdrawn_at", columns.Moment(), nullable=True, comment="撤回时间"),
        sa.Column("unit_id", KEY, nullable=False, comment="单位"),
        sa.Column("id", KEY, nullable=False, comment="编号"),
        sa.CheckConstraint(
            "account_id <> delegate_id", name=op.f("ck_delegation_not_to_oneself")
        ),
        sa.CheckConstraint(
            "starts_on <= ends_on", name=op.f("ck_delegation_days_in_order")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{target}.id"], name=op.f(f"fk_delegation_{column}")
            )
            for column, target in (
                ("account_id", "account"),
                ("delegate_id", "account"),
                ("unit_id", "unit"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    for name, names in (
        ("of_account", ["account_id", "unit_id", "id"]),
        ("to_account", ["delegate_id", "unit_id", "id"]),
        ("of_unit", ["unit_id", "id"]),
    ):
        op.create_index(f"ix_delegation_{name}", "delegation", names)


def downgrade():
    op.drop_table("delegation")
    op.drop_column("workflow_event", "on_behalf_of")
