"""events are found by the number of their record, whatever its kind."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLE, NAME = "workflow_event", "ix_workflow_event_of_record"


def upgrade():
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["record_id", "kind", "id"])


def downgrade():
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["kind", "record_id", "id"])
