"""the code that is told once when a password is reset."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("account") as account:
        account.add_column(
            sa.Column("activation_hash", sa.String(255), nullable=True, comment="激活码")
        )


def downgrade():
    with op.batch_alter_table("account") as account:
        account.drop_column("activation_hash")
