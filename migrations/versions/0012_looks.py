"""how pages look to an account."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

THEME = sa.Enum(
    "system",
    "light",
    "dark",
    name="theme",
    native_enum=False,
    create_constraint=True,
    length=24,
)


def upgrade():
    with op.batch_alter_table("account") as account:
        account.add_column(
            sa.Column(
                "theme", THEME, nullable=False, server_default="system", comment="主题"
            )
        )
        account.add_column(
            sa.Column(
                "is_large_type",
                sa.Boolean(),
                nullable=False,
                server_default=sa.false(),
                comment="大字体",
            )
        )
        account.add_column(
            sa.Column(
                "page_size",
                sa.SmallInteger(),
                nullable=False,
                server_default="20",
                comment="列表每页行数",
            )
        )
        account.create_check_constraint(
            "offered_page_size", "page_size IN (20, 50, 100)"
        )


def downgrade():
    with op.batch_alter_table("account") as account:
        account.drop_constraint(op.f("ck_account_offered_page_size"), type_="check")
        account.drop_constraint(op.f("ck_account_theme"), type_="check")
        account.drop_column("page_size")
        account.drop_column("is_large_type")
        account.drop_column("theme")
