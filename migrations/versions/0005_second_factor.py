"""codes of an authenticator beside the password."""

import sqlalchemy as sa
from alembic import op

from admin_app import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade():
    op.create_table(
        "authenticator",
        sa.Column("account_id", KEY, nullable=False, comment="账号"),
        sa.Column(
            "secret",
            columns.EncryptedText("authenticator.secret"),
            nullable=False,
            comment="密钥",
        ),
        sa.Column("last_step", sa.BigInteger(), nullable=False, comment="步数"),
        sa.Column("confirmed_at", columns.Moment(), nullable=False, comment="时间"),
        sa.Column("id", KEY, nullable=False, comment="编号"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_authenticator_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticator")),
        sa.UniqueConstraint("account_id", name=op.f("uq_authenticator_account_id")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", KEY, nullable=False, comment="账号"),
        sa.Column("code_hash", sa.String(64), nullable=False, comment="摘要"),
        sa.Column("used_at", columns.Moment(), nullable=True, comment="使用时间"),
        sa.Column("id", KEY, nullable=False, comment="编号"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index(
        op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"]
    )


def downgrade():
    op.drop_table("recovery_code")
    op.drop_table("authenticator")
