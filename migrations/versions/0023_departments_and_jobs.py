"""departments are looked up by name in every unit, jobs listed by unit."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_department_name", "department", ["name", "id"])
    op.create_index("ix_job_of_unit", "job", ["unit_id", "id"])


def downgrade():
    op.drop_index("ix_job_of_unit", table_name="job")
    op.drop_index("ix_department_name", table_name="department")
