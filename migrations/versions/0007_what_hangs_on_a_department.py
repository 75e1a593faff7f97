"""find what hangs on a department.

A department may be deleted only when nothing does, and its own administrator sees just
that; without these indexes both would read whole tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("admin_assignment", "declaration", "person_registration")
GIVEN = sa.text("department_id IS NOT NULL")


def upgrade():
    for table in TABLES:
        op.create_index(
            f"ix_{table}_of_department",
            table,
            ["department_id", "id"],
            postgresql_where=GIVEN,
            sqlite_where=GIVEN,
        )
    op.create_index("ix_transfer_to_department_id", "transfer", ["to_department_id"])


def downgrade():
    op.drop_index("ix_transfer_to_department_id", "transfer")
    for table in reversed(TABLES):
        op.drop_index(f"ix_{table}_of_department", table)
