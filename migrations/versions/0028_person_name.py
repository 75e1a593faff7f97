"""People by name with their unit: who is in scope is told by the index alone."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_person_name", "person"


def upgrade():
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["name", "id", "unit_id"])


def downgrade():
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["name", "id"])
