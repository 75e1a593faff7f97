"""The people of each unit by name: a county finds a name unit by unit."""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_person_of_unit_by_name", "person"


def upgrade():
    op.create_index(NAME, TABLE, ["unit_id", "name", "id"])


def downgrade():
    op.drop_index(NAME, TABLE)
