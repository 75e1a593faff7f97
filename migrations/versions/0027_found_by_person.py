"""certificates, transfers and registrations are found by whose they are."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("certificate", "transfer", "person_registration")


def upgrade():
    for table in TABLES:
        op.create_index(f"ix_{table}_of_person", table, ["person_id", "id"])


def downgrade():
    for table in TABLES:
        op.drop_index(f"ix_{table}_of_person", table)
